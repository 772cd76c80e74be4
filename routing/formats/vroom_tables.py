"""VROOM's `matrices`: one travel matrix per profile, speed and kind of cost that vehicles use.

VROOM scales rides by hundredths (`speed_factor`) and may price a leg by a table of its own; here a
vehicle's profile names the table that already holds both.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing.formats.errors import FormatError
from routing.formats.fields import Fields
from routing.formats.own import Json
from routing.matrix import InvalidMatrix, TravelMatrix

type Cells = npt.NDArray[np.int64]

PLAIN = 100
"""Hundredths: how long a ride takes at a speed factor of 1."""

NOWHERE = "nowhere"
"""Place of a vehicle without `start`: one index more in every matrix, no time from any place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """What the file says of one profile; `distances` in metres, `costs` in cost units."""

    durations: Cells
    distances: Cells | None = None
    costs: Cells | None = None


class VroomTables:
    """All profiles of a file, and the matrices made of them so far."""

    def __init__(self, top: Fields, errors: list[FormatError], *, with_nowhere: bool) -> None:
        self._with_nowhere = with_nowhere
        self.matrices: dict[str, TravelMatrix] = {}
        self.profiles: dict[str, Tables] = {}
        self.size = 0
        self._read(top, errors)

    def _read(self, top: Fields, errors: list[FormatError]) -> None:
        if not top.has("matrices") and top.has("matrix"):  # VROOM's old name for one profile
            durations = _cells(top.table("matrix"), "matrix", errors)
            if durations is not None:
                self.profiles["car"] = Tables(durations=durations)
        else:
            top.note("matrix")
            self._read_profiles(top.object("matrices"), errors)
        sizes = {len(tables.durations) for tables in self.profiles.values()}
        if len(sizes) > 1:
            errors.append(FormatError("matrices", f"sizes differ: {sorted(sizes)}"))
        self.size = min(sizes, default=0)

    def _read_profiles(self, fields: Fields, errors: list[FormatError]) -> None:
        if not fields.names():
            reason = "is missing; give custom matrices, this library has no router and no map"
            errors.append(FormatError(fields.path, reason))
        for name in fields.names():
            profile = fields.object(name)
            before = len(errors)
            if not profile.has("durations"):
                reason = "is missing; distances or costs alone do not tell times"
                profile.error("durations", reason)
            found = {
                kind: _cells(profile.table(kind), f"{profile.path}.{kind}", errors)
                for kind in ("durations", "distances", "costs")
            }
            profile.done()
            durations = found["durations"]
            if len(errors) > before or durations is None:
                continue
            if len({len(cells) for cells in found.values() if cells is not None}) > 1:
                errors.append(FormatError(profile.path, "its tables differ in size"))
                continue
            self.profiles[name] = Tables(
                durations=durations, distances=found["distances"], costs=found["costs"]
            )

    def key(self, profile: str, factor: int) -> str:
        """The name of the matrix for a profile, a ride of 1 s taking `factor` hundredths."""
        tables = self.profiles[profile]
        key = profile if factor == PLAIN else f"{profile} × {factor / PLAIN:g}"
        if key not in self.matrices:
            # Rounded up: a plan that is in time here is in time at VROOM, which keeps hundredths.
            durations = -(-tables.durations * factor // PLAIN)
            lengths = tables.distances if tables.costs is None else tables.costs
            self.matrices[key] = TravelMatrix(
                self._widened(durations), None if lengths is None else self._widened(lengths)
            )
        return key

    def _widened(self, cells: Cells) -> Cells:
        return np.pad(cells, (0, 1)) if self._with_nowhere else cells


def factor_of(speed: float) -> int:
    """How many hundredths of a second a second of riding takes, as VROOM rounds it."""
    return int(1 / speed * PLAIN + 0.5)


def _cells(value: Json, path: str, errors: list[FormatError]) -> Cells | None:
    """A square table of whole numbers; None when absent or wrong."""
    if value is None:
        return None
    try:
        matrix = TravelMatrix(value)
    except InvalidMatrix as invalid:
        told = str(invalid).removeprefix("duration_s ")
        errors.append(FormatError(path, told))
        return None
    if int(matrix.duration_s.min()) < 0:
        errors.append(FormatError(path, "must hold integers of at least 0"))
        return None
    return matrix.duration_s.astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class VroomNotes:
    """What VROOM's output repeats of its input: `descriptions` and `coordinates` by our id (of a
    task, `vehicle:7`, `break:1 of 7`, `start of 7`, `end of 7`), and `distances` per vehicle where
    the file has them. `rounds` tells whether VROOM rounds a route's cost (windows) or cuts it."""

    descriptions: Mapping[str, str]
    coordinates: Mapping[str, tuple[float, ...]]
    distances: Mapping[str, Cells]
    rounds: bool
