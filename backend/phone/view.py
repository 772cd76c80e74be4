"""What the courier sees: the day held, with local edits on top of it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class View:
    """What the screen shows: the day held, with local edits on top."""

    day: dict[str, Any]
    edits: dict[str, str]

    @property
    def routes(self) -> list[dict[str, Any]]:
        return list(self.day.get("routes", []))

    @property
    def changes(self) -> list[str]:
        """Why the route became another one, a sentence each, the newest last."""
        return [str(each["text"]) for each in self.day.get("changes", [])]

    def stops(self) -> list[dict[str, Any]]:
        """Stops with visits, in order."""
        return [stop for route in self.routes for stop in route["stops"] if stop["visits"]]

    def status(self, visit: dict[str, Any]) -> str:
        """Of a visit, as the courier sees it."""
        return str(self.edits.get(f"visit:{visit['id']}", visit["status"]))

    def open_visits(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """(stop, visit) pairs that still have to be made."""
        return [
            (stop, visit)
            for stop in self.stops()
            for visit in stop["visits"]
            if self.status(visit) == "OPEN"
        ]

    def held(self) -> set[str]:
        """Dossiers in the courier's bag."""
        held = set(self.day.get("held", []))
        for entity, edit in self.edits.items():
            kind, _, dossier = entity.partition(":")
            if kind == "custody":
                held = held | {dossier} if edit == "HELD" else held - {dossier}
        return held
