"""A travel table that grows place by place, for questions all day long about the same places.

Asked for 400 places of which one is new, only the ways of that one are looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from geodata.point import Point
from geodata.travel_tables import (
    ESTIMATE_LIMIT_M,
    SNAP_LIMIT_M,
    UNREACHABLE,
    PlaceRides,
    TravelTable,
    TravelTimes,
    UnreachablePoint,
)

MOST_NEW = 24
"""With more new places than this the whole table is asked for at once, which is then quicker."""

MOST_KEPT = 4_000
"""Places kept; 4,000 take some 150 MB. Beyond, the table begins anew."""


MOST_LOOKED_AT = 64
"""Places remembered that were asked about and are not in the table: doors of people who choose."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """The ways between one place and others, and what is wrong with where it lies."""

    rides: PlaceRides
    unreachable: UnreachablePoint | None
    """Beyond every road, so that no way leads there at all."""
    estimated: UnreachablePoint | None
    """Off the roads, reached by estimate."""


class GrowingTable:
    """Tables of `travel`, kept and grown. Safe to share between threads."""

    def __init__(self, travel: TravelTimes) -> None:
        self._travel = travel
        self._lock = Lock()
        self._places: dict[Point, int] = {}
        self._table: TravelTable | None = None
        self._unreachable: dict[Point, UnreachablePoint] = {}
        self._estimated: dict[Point, UnreachablePoint] = {}
        self._looked_at: dict[Point, Place] = {}
        """With the ways to the places of the table as it was then: the first so many of now."""

    @property
    def notice(self) -> str:
        return self._travel.notice

    def matrix(self, points: Sequence[Point]) -> TravelTable:
        """As `TravelTimes.matrix`. A place on a road that is cut off from most others is told of
        only where it came with many new ones."""
        with self._lock:
            new = [point for point in dict.fromkeys(points) if point not in self._places]
            table = self._table
            if table is None or len(new) > MOST_NEW or len(self._places) + len(new) > MOST_KEPT:
                table = self._begin(list(dict.fromkeys(points)))
            else:
                for point in new:
                    table = self._grown(table, point)
            self._table = table
            return self._part(table, points)

    def look(self, point: Point, others: Sequence[Point]) -> Place:
        """A place that need not become part of the table, with its ways to and from others; what
        was found is remembered for the next question about it."""
        with self._lock:
            if self._table is None:
                self._table = self._begin(list(dict.fromkeys(others)))
            if point in self._places:
                return self._part_of(self._kept_place(self._table, point), point, others)
            return self._part_of(self._looked(point), point, others)

    def _begin(self, points: list[Point]) -> TravelTable:
        table = self._travel.matrix(points)
        self._places = {point: index for index, point in enumerate(points)}
        self._unreachable = {each.point: each for each in table.unreachable}
        self._estimated = {each.point: each for each in table.estimated_points}
        self._looked_at.clear()
        return table

    def _grown(self, table: TravelTable, point: Point) -> TravelTable:
        size, place = len(self._places), self._looked(point)
        rides = place.rides
        seconds, metres = (np.zeros((size + 1, size + 1), dtype=np.int32) for _ in range(2))
        estimated = np.zeros((size + 1, size + 1), dtype=np.bool_)
        seconds[:size, :size], metres[:size, :size] = table.duration_s, table.distance_m
        estimated[:size, :size] = table.estimated
        seconds[:size, size], seconds[size, :size] = rides.to_s, rides.from_s
        metres[:size, size], metres[size, :size] = rides.to_m, rides.from_m
        estimated[:size, size], estimated[size, :size] = rides.estimated
        if place.unreachable is not None:
            self._unreachable[point] = place.unreachable
        if place.estimated is not None:
            self._estimated[point] = place.estimated
        self._places[point] = size
        self._looked_at.pop(point, None)
        return TravelTable(seconds, metres, table.source, estimated)

    def _looked(self, point: Point) -> Place:
        """A place with its ways to all that the table has now."""
        known = self._looked_at.pop(point, None)
        there = list(self._places)
        if known is None:
            found = self._first_look(point, there)
        elif len(known.rides.to_s) < len(there):
            newer = self._travel.rides(point, there[len(known.rides.to_s) :])
            found = replace(known, rides=_joined(known.rides, newer))
        else:
            found = known
        while len(self._looked_at) >= MOST_LOOKED_AT:
            self._looked_at.pop(next(iter(self._looked_at)))
        self._looked_at[point] = found
        return found

    def _first_look(self, point: Point, others: list[Point]) -> Place:
        rides = self._travel.rides(point, others)
        if (rides.to_s >= UNREACHABLE).all() and (rides.from_s >= UNREACHABLE).all():
            beyond = self._travel.snap([*others, point], ESTIMATE_LIMIT_M)[-1]
            lost = beyond if isinstance(beyond, UnreachablePoint) else None
            return Place(rides, lost, None)
        (off_road,) = self._travel.snap([point], SNAP_LIMIT_M)
        return Place(rides, None, off_road if isinstance(off_road, UnreachablePoint) else None)

    def _kept_place(self, table: TravelTable, point: Point) -> Place:
        at = self._places[point]
        rides = PlaceRides(
            to_s=table.duration_s[:, at],
            to_m=table.distance_m[:, at],
            from_s=table.duration_s[at],
            from_m=table.distance_m[at],
            estimated=np.array([table.estimated[:, at], table.estimated[at]]),
        )
        return Place(rides, self._unreachable.get(point), self._estimated.get(point))

    def _part_of(self, place: Place, point: Point, others: Sequence[Point]) -> Place:
        """Its ways to some places; those that the table does not have are asked for."""
        new = [other for other in dict.fromkeys(others) if other not in self._places]
        rides, numbers = place.rides, self._places
        if new:
            rides = _joined(rides, self._travel.rides(point, new))
            numbers = {**numbers, **{other: len(numbers) + n for n, other in enumerate(new)}}
        take = np.array([numbers[other] for other in others], dtype=np.intp)
        return replace(
            place,
            rides=PlaceRides(
                to_s=rides.to_s[take],
                to_m=rides.to_m[take],
                from_s=rides.from_s[take],
                from_m=rides.from_m[take],
                estimated=rides.estimated[:, take],
            ),
        )

    def _part(self, table: TravelTable, points: Sequence[Point]) -> TravelTable:
        take = np.array([self._places[point] for point in points], dtype=np.intp)
        rows, columns = take[:, None], take[None, :]
        return TravelTable(
            duration_s=table.duration_s[rows, columns],
            distance_m=table.distance_m[rows, columns],
            source=table.source,
            estimated=table.estimated[rows, columns],
            unreachable=_told(self._unreachable, points),
            estimated_points=_told(self._estimated, points),
        )


def _told(known: dict[Point, UnreachablePoint], points: Sequence[Point]) -> list[UnreachablePoint]:
    """Each named place at its position in the request."""
    return [
        replace(known[point], index=index) for index, point in enumerate(points) if point in known
    ]


def _joined(first: PlaceRides, second: PlaceRides) -> PlaceRides:
    """The ways to the places of the first, then to those of the second."""
    return PlaceRides(
        to_s=np.concatenate((first.to_s, second.to_s)),
        to_m=np.concatenate((first.to_m, second.to_m)),
        from_s=np.concatenate((first.from_s, second.from_s)),
        from_m=np.concatenate((first.from_m, second.from_m)),
        estimated=np.concatenate((first.estimated, second.estimated), axis=1),
    )
