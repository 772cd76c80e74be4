"""A travel table that grows place by place, for questions all day long about the same places.

Asked for 400 places of which one is new, only the ways of that one are looked up.
"""

from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

import numpy as np

from geodata.point import Point
from geodata.travel_tables import (
    ESTIMATE_LIMIT_M,
    SNAP_LIMIT_M,
    UNREACHABLE,
    TravelTable,
    TravelTimes,
    UnreachablePoint,
)

MOST_NEW = 24
"""With more new places than this the whole table is asked for at once, which is then quicker."""

MOST_KEPT = 4_000
"""Places kept; 4,000 take some 150 MB. Beyond, the table begins anew."""


class GrowingTable:
    """Tables of `travel`, kept and grown. Safe to share between threads."""

    def __init__(self, travel: TravelTimes) -> None:
        self._travel = travel
        self._lock = Lock()
        self._places: dict[Point, int] = {}
        self._table: TravelTable | None = None
        self._unreachable: dict[Point, UnreachablePoint] = {}
        self._estimated: dict[Point, UnreachablePoint] = {}

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

    def _begin(self, points: list[Point]) -> TravelTable:
        table = self._travel.matrix(points)
        self._places = {point: index for index, point in enumerate(points)}
        self._unreachable = {each.point: each for each in table.unreachable}
        self._estimated = {each.point: each for each in table.estimated_points}
        return table

    def _grown(self, table: TravelTable, point: Point) -> TravelTable:
        others, size = list(self._places), len(self._places)
        rides = self._travel.rides(point, others)
        seconds, metres = (np.zeros((size + 1, size + 1), dtype=np.int32) for _ in range(2))
        estimated = np.zeros((size + 1, size + 1), dtype=np.bool_)
        seconds[:size, :size], metres[:size, :size] = table.duration_s, table.distance_m
        estimated[:size, :size] = table.estimated
        seconds[:size, size], seconds[size, :size] = rides.to_s, rides.from_s
        metres[:size, size], metres[size, :size] = rides.to_m, rides.from_m
        estimated[:size, size], estimated[size, :size] = rides.estimated
        if (rides.to_s >= UNREACHABLE).all() and (rides.from_s >= UNREACHABLE).all():
            beyond = self._travel.snap([*others, point], ESTIMATE_LIMIT_M)[-1]
            if isinstance(beyond, UnreachablePoint):
                self._unreachable[point] = beyond
        else:
            (off_road,) = self._travel.snap([point], SNAP_LIMIT_M)
            if isinstance(off_road, UnreachablePoint):
                self._estimated[point] = off_road
        self._places[point] = size
        return TravelTable(seconds, metres, table.source, estimated)

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
