"""Where a courier is between two stops: along the road of the route, by distance."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

type LonLat = tuple[float, float]

M_PER_DEGREE = 111_320.0
"""Of latitude; of longitude at the equator."""

CLOSE_M = 60.0
"""A road that comes so close to a door has reached it; it may pass by once more later."""

STRAIGHT_M_PER_S = 5.0
"""18 km/h as the crow flies: a motorbike in a city, detours taken out (estimate). Only used for a
ride that the plan did not time, because the stop before was skipped."""


def distance_m(a: LonLat, b: LonLat) -> float:
    """Along the ground; exact enough below 100 km."""
    north = (b[1] - a[1]) * M_PER_DEGREE
    east = (b[0] - a[0]) * M_PER_DEGREE * math.cos(math.radians((a[1] + b[1]) / 2))
    return math.hypot(north, east)


@dataclass(frozen=True, slots=True)
class Way:
    """A line of [lon, lat] that is ridden once."""

    points: tuple[LonLat, ...]
    metres: tuple[float, ...]
    """Ridden when each point is reached."""

    @classmethod
    def along(cls, points: Sequence[LonLat]) -> "Way":
        ridden = accumulate((distance_m(a, b) for a, b in pairwise(points)), initial=0.0)
        return cls(tuple(points), tuple(ridden))

    def place_at(self, share: float) -> LonLat:
        """After `share` (0 to 1) of its length."""
        wanted = min(max(share, 0.0), 1.0) * self.metres[-1]
        index = min(bisect_right(self.metres, wanted), len(self.points) - 1)
        (lon, lat), (next_lon, next_lat) = self.points[max(index - 1, 0)], self.points[index]
        length = self.metres[index] - self.metres[max(index - 1, 0)]
        part = (wanted - self.metres[max(index - 1, 0)]) / length if length else 0.0
        return lon + (next_lon - lon) * part, lat + (next_lat - lat) * part


class Road:
    """The geometry of a route, taken up piece by piece in the order of its stops."""

    def __init__(self, geometry: Sequence[LonLat]) -> None:
        self._geometry = list(geometry)
        self._passed = 0

    def way(self, start: LonLat, goal: LonLat) -> Way:
        """From where the courier is to the next stop; straight where the route has no road."""
        ahead = self._geometry[self._passed :]
        if len(ahead) < 2:
            return Way.along((start, goal))
        away = [distance_m(point, goal) for point in ahead]
        nearest = next((index for index, m in enumerate(away) if m < CLOSE_M), None)
        if nearest is None:
            nearest = min(range(len(away)), key=away.__getitem__)
        piece = ahead[: nearest + 1]
        self._passed += nearest
        return Way.along((start, *piece, goal))
