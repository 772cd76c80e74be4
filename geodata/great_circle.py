"""Travel estimates without a road network: straight line, detour factor, and bridges.

Always labelled GREAT_CIRCLE, so that nobody takes an estimate for a measured way.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from geodata.barriers import Barrier, BarrierCrossing
from geodata.errors import NoRoute
from geodata.point import Point, distances_m
from geodata.travel_tables import (
    GREAT_CIRCLE,
    SNAP_LIMIT_M,
    UNREACHABLE,
    PlaceRides,
    RouteGeometry,
    RouteLeg,
    SnappedPoint,
    TravelTable,
    UnreachablePoint,
)

Metres = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """How straight metres become road metres and seconds.

    Measured on real networks: road ÷ straight line is 1.46 at 0.5–1 km, 1.38 at 1–2 km and 1.36 at
    2–3 km in central Đà Nẵng; 1.41 at 3–5 km, 1.34 at 5–10 km and 1.28 at 10–20 km in Hà Nội.
    Speeds are those of all traffic in Đà Nẵng: weekdays 07–17 h, the worst hour (17 h), and free
    flow.
    """

    detour_factor: float = 1.27
    detour_extra_m: float = 170.0
    least_detour_factor: float = 1.30
    day_speed_kmh: float = 27.6
    worst_hour_speed_kmh: float = 24.6
    free_flow_speed_kmh: float = 37.5

    def road_metres(self, straight_m: Metres) -> Metres:
        """Road metres = max(1.27·d + 170, 1.30·d); 0 stays 0."""
        road = np.maximum(
            self.detour_factor * straight_m + self.detour_extra_m,
            self.least_detour_factor * straight_m,
        )
        result: Metres = np.where(straight_m <= 0.0, 0.0, road)
        return result

    def seconds(self, road_m: Metres) -> Metres:
        """Riding time at the mean day-time speed."""
        result: Metres = road_m * (3.6 / self.day_speed_kmh)
        return result

    def hour_factor(self, local_hour: int, weekday: int) -> float:
        """What day-time seconds are multiplied with in an hour (0–23) of a weekday (Monday 0).

        Weekdays at 17 h is the worst hour measured; from 21 to 06 h roads are taken to be free
        [our estimate]; every other hour has the mean day-time speed.
        """
        if weekday < 5 and local_hour == 17:
            return self.day_speed_kmh / self.worst_hour_speed_kmh
        if local_hour < 6 or local_hour >= 21:
            return self.day_speed_kmh / self.free_flow_speed_kmh
        return 1.0


REACH_M = 150_000.0
"""A place farther than this from the middle of all places belongs to no planning area: the merged
province of Đà Nẵng is about 150 km long."""


class GreatCircleTravelTimes:
    """Estimates for when no road data exist; knows rivers as barriers crossed by bridges."""

    def __init__(
        self,
        barriers: Sequence[Barrier] = (),
        calibration: Calibration | None = None,
        notice: str = "",
        reach_m: float = REACH_M,
    ) -> None:
        self.calibration = calibration or Calibration()
        self._crossing = BarrierCrossing(barriers)
        self._notice = notice
        self._reach_m = reach_m
        content = json.dumps(
            [asdict(self.calibration), reach_m, self._crossing.fingerprint], sort_keys=True
        )
        self._fingerprint = "great-circle-" + hashlib.sha256(content.encode()).hexdigest()[:16]

    @property
    def source(self) -> str:
        return GREAT_CIRCLE

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def notice(self) -> str:
        return self._notice

    @property
    def attribution(self) -> str:
        return ""

    def legs(self, origins: Sequence[Point], targets: Sequence[Point]) -> tuple[Metres, Metres]:
        """(seconds, road metres) between places, infinite where no bridge leads across."""
        road = self.calibration.road_metres(self._crossing.distances_m(origins, targets))
        return self.calibration.seconds(road), road

    def matrix(self, points: Sequence[Point]) -> TravelTable:
        seconds, metres = self.legs(points, points)
        unreachable = self._too_far(points)
        for place in unreachable:
            for table in (seconds, metres):
                table[place.index, :] = np.inf
                table[:, place.index] = np.inf
        np.fill_diagonal(seconds, 0.0)
        np.fill_diagonal(metres, 0.0)
        estimated = ~np.eye(len(points), dtype=np.bool_)
        return TravelTable(
            duration_s=whole_numbers(seconds),
            distance_m=whole_numbers(metres),
            source=GREAT_CIRCLE,
            estimated=estimated,
            unreachable=unreachable,
        )

    def rides(self, place: Point, others: Sequence[Point]) -> PlaceRides:
        to_s, to_m = self.legs(others, [place])
        from_s, from_m = self.legs([place], others)
        same = np.array([other == place for other in others], dtype=np.bool_)
        far = [each.index for each in self._too_far([*others, place])]
        for table in (to_s[:, 0], to_m[:, 0], from_s[0], from_m[0]):
            table[[index for index in far if index < len(others)]] = np.inf
            if len(others) in far:
                table[:] = np.inf
            table[same] = 0.0
        return PlaceRides(
            to_s=whole_numbers(to_s[:, 0]),
            to_m=whole_numbers(to_m[:, 0]),
            from_s=whole_numbers(from_s[0]),
            from_m=whole_numbers(from_m[0]),
            estimated=np.tile(~same, (2, 1)),
        )

    def snap(
        self, points: Sequence[Point], limit_m: float = SNAP_LIMIT_M
    ) -> list[SnappedPoint | UnreachablePoint]:
        """Every place stands where it is: there is no road to snap to."""
        far = {place.index: place for place in self._too_far(points)}
        return [
            far.get(index) or SnappedPoint(index, point, point, 0.0)
            for index, point in enumerate(points)
        ]

    def route(self, points: Sequence[Point]) -> RouteGeometry:
        if len(points) < 2:
            raise NoRoute(f"A route through {len(points)} place(s).", "Give at least two.")
        coordinates: list[list[float]] = [list(points[0].lon_lat)]
        legs: list[RouteLeg] = []
        for number, (origin, target) in enumerate(pairwise(points), 1):
            leg, way = self.leg(origin, target, first_coordinate=len(coordinates) - 1)
            if leg is None:
                raise NoRoute(
                    f"No bridge leads from stop {number} to stop {number + 1}.",
                    "Check the places, or the bridges of the barriers.",
                )
            legs.append(leg)
            coordinates.extend(list(point.lon_lat) for point in way[1:])
        return RouteGeometry(
            coordinates=coordinates,
            duration_s=sum(leg.duration_s for leg in legs),
            distance_m=sum(leg.distance_m for leg in legs),
            source=GREAT_CIRCLE,
            legs=tuple(legs),
        )

    def leg(
        self, origin: Point, target: Point, first_coordinate: int
    ) -> tuple[RouteLeg | None, list[Point]]:
        """One estimated leg and its corner points; None when no bridge leads across."""
        seconds, metres = self.legs([origin], [target])
        if not np.isfinite(metres[0, 0]):
            return None, []
        leg = RouteLeg(
            duration_s=round(float(seconds[0, 0])),
            distance_m=round(float(metres[0, 0])),
            source=GREAT_CIRCLE,
            first_coordinate=first_coordinate,
        )
        return leg, self._crossing.way(origin, target)

    def _too_far(self, points: Sequence[Point]) -> list[UnreachablePoint]:
        if not points:
            return []
        middle = Point(
            float(np.median([point.lat for point in points])),
            float(np.median([point.lon for point in points])),
        )
        gaps = distances_m(points, [middle])[:, 0]
        return [
            UnreachablePoint(
                index,
                points[index],
                round(float(gaps[index])),
                f"{gaps[index] / 1000:.0f} km from the middle of all places.",
            )
            for index in np.flatnonzero(gaps > self._reach_m).tolist()
        ]


def whole_numbers(table: Metres) -> npt.NDArray[np.int32]:
    """Rounded int32 with UNREACHABLE for infinite cells."""
    bounded = np.where(np.isfinite(table), table, UNREACHABLE)
    return np.minimum(np.rint(bounded), UNREACHABLE).astype(np.int32)
