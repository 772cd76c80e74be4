"""Administrative units with the days they are valid, found by code or by place.

A code alone never names a unit: codes were used again with other names. Units that were split are
asked for or resolved by a point inside polygons, never guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import InvalidGeodata
from geodata.point import Point, distances_m


class UnitTier(StrEnum):
    """Level of a unit; districts existed until 30 June 2025."""

    CITY = "CITY"
    DISTRICT = "DISTRICT"
    WARD = "WARD"
    COMMUNE = "COMMUNE"
    SPECIAL_ZONE = "SPECIAL_ZONE"


LOCAL_TIERS = frozenset({UnitTier.WARD, UnitTier.COMMUNE, UnitTier.SPECIAL_ZONE})
"""The tiers that an address lies in."""

EDGE_TOLERANCE_M = 250.0
"""Simplified outlines leave slivers this wide; a point in one belongs to the nearest unit."""

CENTROID_REACH = 2.0
"""Without outlines a point belongs to a unit only within this many radii of its centroid, where
the radius is that of a disc of the unit's area."""

USUAL_AREA_KM2 = 12.0
"""Area taken for a unit of unknown area: order of the mean of Đà Nẵng's wards since July 2025."""


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """One administrative unit during one validity period, both days included.

    `replaces` names the codes of the units it took land from on the day it began; a code that two
    new units replace was split. `outline` is a polygon in degrees (lon, lat), when known.
    """

    code: str
    name: str
    tier: UnitTier
    valid_from: date
    valid_to: date | None = None
    parent_code: str = ""
    zone_code: str = ""
    centroid: Point | None = None
    area_km2: float | None = None
    replaces: tuple[str, ...] = ()
    outline: BaseGeometry | None = None
    source: str = ""
    status: str = "unverified"

    def __post_init__(self) -> None:
        if not self.code or not self.name:
            raise InvalidGeodata("A unit without code or name.", "Fill both columns.")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise InvalidGeodata(
                f"Unit {self.code} ends {self.valid_to} before it begins {self.valid_from}.",
                "Swap the two days.",
            )

    def valid_on(self, day: date) -> bool:
        """True when the unit exists on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """The unit a point lies in; `approximate` when no outline proves it."""

    unit: Unit
    approximate: bool


@dataclass(frozen=True, slots=True)
class Succession:
    """What became of a unit on a later (or earlier) day.

    `unit` is the answer when it is certain, or found by a point. Otherwise `candidates` holds the
    units to choose from (a split unit: ask), or is empty (nothing is known).
    """

    candidates: tuple[Unit, ...]
    unit: Unit | None
    approximate: bool = False

    @property
    def must_ask(self) -> bool:
        """True when several units are possible and only a person or a point can tell."""
        return self.unit is None and len(self.candidates) > 1


class UnitIndex:
    """Units by code and day, by place and day, and across reforms. Built once, then read only.

    Raises InvalidGeodata when two units share a code on the same day.
    """

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = tuple(units)
        self._by_code: dict[str, list[Unit]] = defaultdict(list)
        for unit in sorted(self._units, key=lambda unit: (unit.code, unit.valid_from)):
            earlier = self._by_code[unit.code]
            if earlier and (
                earlier[-1].valid_to is None or earlier[-1].valid_to >= unit.valid_from
            ):
                raise InvalidGeodata(
                    f"Code {unit.code} names {earlier[-1].name} and {unit.name} on "
                    f"{unit.valid_from}.",
                    "End the older unit the day before the newer begins.",
                )
            earlier.append(unit)
        outlined = [(unit, unit.outline) for unit in self._units if unit.outline is not None]
        self._outlined = [unit for unit, _ in outlined]
        self._tree = shapely.STRtree([outline for _, outline in outlined])

    def __len__(self) -> int:
        return len(self._units)

    def find_unit(self, code: str, on_date: date) -> Unit | None:
        """The unit that `code` names on `on_date`."""
        return next((unit for unit in self._by_code.get(code, ()) if unit.valid_on(on_date)), None)

    def list_units(
        self, on_date: date, *, tiers: Iterable[UnitTier] | None = None, parent_code: str = ""
    ) -> list[Unit]:
        """Units that exist on `on_date`, by code."""
        wanted = frozenset(tiers) if tiers is not None else frozenset(UnitTier)
        return sorted(
            (
                unit
                for unit in self._units
                if unit.valid_on(on_date)
                and unit.tier in wanted
                and (not parent_code or unit.parent_code == parent_code)
            ),
            key=lambda unit: unit.code,
        )

    def unit_at(
        self, point: Point, on_date: date, *, tiers: Iterable[UnitTier] = LOCAL_TIERS
    ) -> UnitMatch | None:
        """The ward, commune or special zone around `point` on `on_date`; None outside all.

        By outline when one contains the point. Else, marked approximate: the nearest outline
        within EDGE_TOLERANCE_M, or the unit without outline whose centroid is nearest for its size.
        """
        return self._match(point, self.list_units(on_date, tiers=tiers))

    def succession(
        self, code: str, on_date: date, to_date: date, point: Point | None = None
    ) -> Succession:
        """What the unit `code` of `on_date` became by `to_date` (or came from, if earlier).

        A split unit is resolved only by `point`; without one all candidates come back.
        """
        unit = self.find_unit(code, on_date)
        if unit is None:
            return Succession((), None)
        candidates = tuple(self._follow(unit, to_date))
        if len(candidates) == 1:
            return Succession(candidates, candidates[0])
        if point is not None and candidates:
            match = self._match(point, candidates)
            if match is not None:
                return Succession(candidates, match.unit, match.approximate)
        return Succession(candidates, None)

    def _follow(self, unit: Unit, to_date: date) -> list[Unit]:
        later = unit.valid_to is not None and to_date > unit.valid_to
        found: dict[tuple[str, date], Unit] = {}
        frontier = [unit]
        while frontier:
            current = frontier.pop()
            if current.valid_on(to_date):
                found[current.code, current.valid_from] = current
            else:
                frontier.extend(self._successors(current) if later else self._predecessors(current))
        return sorted(found.values(), key=lambda each: each.code)

    def _successors(self, unit: Unit) -> list[Unit]:
        if unit.valid_to is None:
            return []
        begins = unit.valid_to + timedelta(days=1)
        return [
            each
            for each in self._units
            if each.valid_from == begins and each.tier in LOCAL_TIERS and unit.code in each.replaces
        ]

    def _predecessors(self, unit: Unit) -> list[Unit]:
        day_before = unit.valid_from - timedelta(days=1)
        earlier = (self.find_unit(code, day_before) for code in unit.replaces)
        return [each for each in earlier if each is not None]

    def _match(self, point: Point, units: Sequence[Unit]) -> UnitMatch | None:
        allowed = {id(unit) for unit in units}
        place = shapely.Point(point.lon, point.lat)
        for position in self._tree.query(place, predicate="intersects"):
            unit = self._outlined[int(position)]
            if id(unit) in allowed:
                return UnitMatch(unit, approximate=False)
        nearest = _nearest_outline(point, units)
        if nearest is None:
            nearest = _nearest_centroid(point, units)
        return None if nearest is None else UnitMatch(nearest, approximate=True)


def _nearest_outline(point: Point, units: Sequence[Unit]) -> Unit | None:
    outlined = [(unit, unit.outline) for unit in units if unit.outline is not None]
    if not outlined:
        return None
    place = shapely.Point(point.lon, point.lat)
    lines = shapely.shortest_line([outline for _, outline in outlined], place)
    ends = shapely.get_coordinates(shapely.get_point(lines, 0))
    gaps = distances_m([point], [Point.from_lon_lat(end) for end in ends.tolist()])[0]
    best = int(np.argmin(gaps))
    return outlined[best][0] if gaps[best] <= EDGE_TOLERANCE_M else None


def _nearest_centroid(point: Point, units: Sequence[Unit]) -> Unit | None:
    bare = [
        (unit, unit.centroid)
        for unit in units
        if unit.outline is None and unit.centroid is not None
    ]
    if not bare:
        return None
    gaps = distances_m([point], [centroid for _, centroid in bare])[0]
    areas = np.array([(unit.area_km2 or USUAL_AREA_KM2) * 1e6 for unit, _ in bare])
    radii = np.sqrt(areas / np.pi)
    shares = gaps / radii
    best = int(np.argmin(shares))
    return bare[best][0] if shares[best] <= CENTROID_REACH else None
