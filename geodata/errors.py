"""The errors of the places and roads library: one line of reason, one next step.

```
GeodataError
├── InvalidGeodata     input that is malformed: a file, a field, a calendar row
├── RoadBuildFailed    the road data could not be built; nothing was left half-written
├── RoadDataMissing    there is no usable road data in a folder
└── NoRoute            points that no road connects; they are named
```
"""


class GeodataError(Exception):
    """Something about places or roads went wrong.

    `reason` says what, in one line; `next_step` says what a person can do about it. Both may be
    given in Vietnamese as well, for whoever shows them to a person; else the English stands in.
    """

    def __init__(
        self, reason: str, next_step: str = "", *, reason_vi: str = "", next_step_vi: str = ""
    ) -> None:
        self.reason = reason
        self.next_step = next_step
        self.reason_vi = reason_vi or reason
        self.next_step_vi = next_step_vi or next_step
        super().__init__(f"{reason} {next_step}".strip())


class InvalidGeodata(GeodataError, ValueError):
    """Input is malformed: nothing was changed."""


class RoadBuildFailed(GeodataError):
    """Road data could not be built from a file; the old data, if any, still stand."""


class RoadDataMissing(GeodataError):
    """A folder holds no road data that this version can read."""


class NoRoute(GeodataError):
    """No way leads through these points in this order."""
