"""Which office resolves a procedure for a door on a day, as the rows of a data pack tell it.

Until 30 June 2025 a department, a district or a ward was competent; since then most procedures
are taken by any public administrative centre, so that of the home's own unit serves.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from geodata.packs import Pack, Row
from geodata.point import Point, distances_m
from geodata.units import UnitIndex


@dataclass(frozen=True, slots=True)
class PackOffice:
    """An office row of the pack, as far as sample demand needs it."""

    code: str
    tier: str
    unit_code: str
    point: Point


class Competence:
    """The offices in service on one day, and the choice among them."""

    def __init__(self, pack: Pack, day: date) -> None:
        self._day = day
        self._units = UnitIndex(pack.units)
        self._by_tier: dict[str, list[PackOffice]] = {}
        for row in pack.rows("offices"):
            if _receives_on(row, day):
                office = PackOffice(
                    row["code"],
                    row["tier"],
                    row["unit_code"],
                    Point(float(row["lat"]), float(row["lon"])),
                )
                self._by_tier.setdefault(office.tier, []).append(office)

    @property
    def offices(self) -> list[PackOffice]:
        """Every office in service that day."""
        return [office for offices in self._by_tier.values() for office in offices]

    def find_office(self, procedure: Row, unit_code: str, door: Point) -> PackOffice | None:
        """The competent office for a procedure row, the ward of the door and the door itself."""
        tier = procedure["office_tier"]
        if tier == "ANY":
            own = self._in_unit("COMMUNE", unit_code)
            return own or _nearest(self._of("COMMUNE", "PROVINCE"), door)
        if tier == "COMMUNE":
            return self._in_unit("COMMUNE", unit_code)
        if tier == "DISTRICT":
            unit = self._units.find_unit(unit_code, self._day)
            return self._in_unit("DISTRICT", unit.parent_code) if unit else None
        if tier == "DEPARTMENT":
            desks = self._of("DEPARTMENT")
            # Nobody told which department has which field: a field keeps the same desk.
            return desks[_stable_number(procedure["field"]) % len(desks)] if desks else None
        return next(iter(self._of("PROVINCE")), None)

    def _of(self, *tiers: str) -> list[PackOffice]:
        return [office for tier in tiers for office in self._by_tier.get(tier, [])]

    def _in_unit(self, tier: str, unit_code: str) -> PackOffice | None:
        return next((each for each in self._of(tier) if each.unit_code == unit_code), None)


def list_procedures(pack: Pack, day: date) -> list[Row]:
    """Procedure rows in force that day that may travel by post and need nobody in person."""
    return [
        row
        for row in pack.rows("procedures")
        if _in_force(row, day)
        and row["eligible_by_post"] == "true"
        and row["presence_needed"] == "false"
    ]


def _nearest(offices: Sequence[PackOffice], door: Point) -> PackOffice | None:
    if not offices:
        return None
    return offices[int(distances_m([door], [office.point for office in offices])[0].argmin())]


def _receives_on(row: Row, day: date) -> bool:
    start = row["service_start"]
    return _in_force(row, day) and (not start or date.fromisoformat(start) <= day)


def _in_force(row: Row, day: date) -> bool:
    first, last = row["valid_from"], row["valid_to"]
    return (not first or date.fromisoformat(first) <= day) and (
        not last or day <= date.fromisoformat(last)
    )


def _stable_number(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
