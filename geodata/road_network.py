"""Travel times on the road network: OSRM inside this process, screened and never silent.

OSRM moves every place to the nearest road, however far; so each place is looked up first, and what
lies off the roads is estimated and labelled, or named as unreachable.
"""

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import osrm

from geodata.errors import NoRoute, RoadDataMissing
from geodata.great_circle import GreatCircleTravelTimes, whole_numbers
from geodata.off_road import cut_off, off_road, on_cut_off_road, repeated
from geodata.point import Point
from geodata.roads_manifest import REBUILD, RoadsManifest, read_manifest
from geodata.travel_tables import (
    ESTIMATE_LIMIT_M,
    GREAT_CIRCLE,
    OSRM_MOTORBIKE,
    SNAP_LIMIT_M,
    PlaceRides,
    RouteGeometry,
    RouteLeg,
    SnappedPoint,
    TravelTable,
    UnreachablePoint,
)

GAPS_KEPT = 20_000
"""Places whose distance to the roads is remembered: some days of a city, 2 MB."""


class RoadNetwork:
    """The roads of a folder. One engine may serve many threads and forked workers."""

    def __init__(
        self, base: Path, manifest: RoadsManifest, estimate: GreatCircleTravelTimes
    ) -> None:
        """Open the network. Raises RoadDataMissing when the files are not the engine's."""
        try:
            self._engine = osrm.OSRM(
                algorithm="CH",
                storage_config=str(base),
                use_shared_memory=False,
                max_locations_distance_table=-1,
                verbosity="NONE",
            )
        except RuntimeError as error:
            raise RoadDataMissing(
                f"The road data cannot be opened ({_first_line(error)}).", REBUILD
            ) from None
        self.manifest = manifest
        self._estimate = estimate
        self._gaps: dict[Point, float] = {}
        content = f"{manifest.fingerprint}\n{estimate.fingerprint}\n{SNAP_LIMIT_M}\n"
        digest = hashlib.sha256((content + str(ESTIMATE_LIMIT_M)).encode()).hexdigest()
        self._fingerprint = f"osrm-{digest[:16]}"

    @classmethod
    def open(cls, roads_dir: Path, estimate: GreatCircleTravelTimes) -> "RoadNetwork":
        """The network that `roads_dir` holds now. Raises RoadDataMissing with the reason."""
        manifest = read_manifest(roads_dir)
        try:
            return cls(manifest.network_base(roads_dir), manifest, estimate)
        except RoadDataMissing:
            newer = read_manifest(roads_dir)
            if newer.folder == manifest.folder:
                raise
            # A build replaced the network between the two lines above.
            return cls(newer.network_base(roads_dir), newer, estimate)

    @property
    def source(self) -> str:
        return OSRM_MOTORBIKE

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def notice(self) -> str:
        return ""

    @property
    def attribution(self) -> str:
        return self.manifest.attribution

    def snap(
        self, points: Sequence[Point], limit_m: float = SNAP_LIMIT_M
    ) -> list[SnappedPoint | UnreachablePoint]:
        return [
            place if place.distance_m <= limit_m else off_road(place)
            for place in self._nearest(points)
        ]

    def matrix(self, points: Sequence[Point]) -> TravelTable:
        distinct = list(dict.fromkeys(points))
        table = self._distinct_matrix(distinct)
        if len(distinct) == len(points):
            return table
        position = {point: index for index, point in enumerate(distinct)}
        take = np.array([position[point] for point in points], dtype=np.intp)
        rows, columns = take[:, None], take[None, :]
        return TravelTable(
            duration_s=table.duration_s[rows, columns],
            distance_m=table.distance_m[rows, columns],
            source=table.source,
            estimated=table.estimated[rows, columns],
            unreachable=repeated(table.unreachable, take),
            estimated_points=repeated(table.estimated_points, take),
        )

    def rides(self, place: Point, others: Sequence[Point]) -> PlaceRides:
        gaps = np.array([self._gap_m(other) for other in others])
        gap_m = self._gap_m(place)
        ways = np.full((4, len(others)), np.nan)  # to: seconds, metres; from: seconds, metres
        on_road = np.flatnonzero(gaps <= SNAP_LIMIT_M)
        if gap_m <= SNAP_LIMIT_M and len(on_road):
            spots = [place, *(others[index] for index in on_road.tolist())]
            rest = list(range(1, len(spots)))
            ways[:2, on_road] = [each[:, 0] for each in self._table(spots, rest, [0])]
            ways[2:, on_road] = [each[0] for each in self._table(spots, [0], rest)]
        estimated = np.isnan(ways[[0, 2]]) | np.isnan(ways[[1, 3]])
        lacking = np.flatnonzero(estimated.any(axis=0))
        if len(lacking):  # few: an estimate looks around every bend of the rivers
            far = [others[index] for index in lacking.tolist()]
            to, back = self._estimate.legs(far, [place]), self._estimate.legs([place], far)
            guess = np.array([to[0][:, 0], to[1][:, 0], back[0][0], back[1][0]])
            known = ways[:, lacking]
            ways[:, lacking] = np.where(estimated[[0, 0, 1, 1]][:, lacking], guess, known)
        ways[:, (gaps > ESTIMATE_LIMIT_M) | (gap_m > ESTIMATE_LIMIT_M)] = np.inf
        same = [other == place for other in others]
        ways[:, same], estimated[:, same] = 0.0, False
        to_s, to_m, from_s, from_m = (whole_numbers(way) for way in ways)
        estimated &= np.isfinite(ways[[0, 2]])
        return PlaceRides(to_s=to_s, to_m=to_m, from_s=from_s, from_m=from_m, estimated=estimated)

    def route(self, points: Sequence[Point]) -> RouteGeometry:
        if len(points) < 2:
            raise NoRoute(f"A route through {len(points)} place(s).", "Give at least two.")
        places = self._nearest(points)
        for place in places:
            if place.distance_m > ESTIMATE_LIMIT_M:
                raise NoRoute(
                    f"Stop {place.index + 1} is {place.distance_m / 1000:.1f} km from any road.",
                    "Correct its position, or add road data that cover it.",
                )
        coordinates: list[list[float]] = []
        legs: list[RouteLeg] = []
        for origin, target in pairwise(places):
            leg, line = self._leg(origin, target, first_coordinate=max(0, len(coordinates) - 1))
            legs.append(leg)
            repeats = bool(coordinates) and coordinates[-1] == line[0]
            coordinates.extend(line[1:] if repeats else line)
        return RouteGeometry(
            coordinates=coordinates,
            duration_s=sum(leg.duration_s for leg in legs),
            distance_m=sum(leg.distance_m for leg in legs),
            source=next((leg.source for leg in legs if leg.source == GREAT_CIRCLE), self.source),
            legs=tuple(legs),
        )

    def _leg(
        self, origin: SnappedPoint, target: SnappedPoint, first_coordinate: int
    ) -> tuple[RouteLeg, list[list[float]]]:
        if max(origin.distance_m, target.distance_m) <= SNAP_LIMIT_M:
            found = self._road_leg(origin.point, target.point)
            if found is not None:
                seconds, metres, line = found
                leg = RouteLeg(round(seconds), round(metres), OSRM_MOTORBIKE, first_coordinate)
                return leg, line
        estimate, way = self._estimate.leg(origin.point, target.point, first_coordinate)
        if estimate is None:
            raise NoRoute(
                f"No road and no bridge leads from stop {origin.index + 1} to {target.index + 1}.",
                "Correct the positions, or add road data that cover them.",
            )
        return estimate, [list(point.lon_lat) for point in way]

    def _road_leg(
        self, origin: Point, target: Point
    ) -> tuple[float, float, list[list[float]]] | None:
        """Seconds, metres and line of one leg; None when no road connects the two."""
        parameters = osrm.RouteParameters(
            coordinates=[origin.lon_lat, target.lon_lat], geometries="geojson", overview="full"
        )
        try:
            best = self._engine.Route(parameters)["routes"][0]
        except RuntimeError as error:
            if "NoRoute" in str(error) or "NoSegment" in str(error):
                return None
            raise
        line = [[float(lon), float(lat)] for lon, lat in best["geometry"]["coordinates"]]
        return float(best["duration"]), float(best["distance"]), line

    def _distinct_matrix(self, points: Sequence[Point]) -> TravelTable:
        places = self._nearest(points)
        gaps = np.array([place.distance_m for place in places])
        on_road = np.flatnonzero(gaps <= SNAP_LIMIT_M).tolist()
        seconds = np.full((len(points), len(points)), np.nan)
        metres = seconds.copy()
        if len(on_road) > 1:  # the engine refuses a table of one place
            block = np.ix_(on_road, on_road)
            seconds[block], metres[block] = self._table([points[index] for index in on_road])
        np.fill_diagonal(seconds, 0.0)
        np.fill_diagonal(metres, 0.0)
        estimated = np.isnan(seconds) | np.isnan(metres)
        lonely = cut_off(estimated, on_road)
        if estimated.any():
            guess_seconds, guess_metres = self._estimate.legs(points, points)
            seconds = np.where(estimated, guess_seconds, seconds)
            metres = np.where(estimated, guess_metres, metres)
        beyond = np.flatnonzero(gaps > ESTIMATE_LIMIT_M).tolist()
        for table in (seconds, metres):
            table[beyond, :] = np.inf
            table[:, beyond] = np.inf
            np.fill_diagonal(table, 0.0)
        estimated &= np.isfinite(seconds)
        return TravelTable(
            duration_s=whole_numbers(seconds),
            distance_m=whole_numbers(metres),
            source=OSRM_MOTORBIKE,
            estimated=estimated,
            unreachable=[off_road(places[index]) for index in beyond],
            estimated_points=[
                *(
                    off_road(place)
                    for place in places
                    if SNAP_LIMIT_M < place.distance_m <= ESTIMATE_LIMIT_M
                ),
                *(on_cut_off_road(places[index]) for index in lonely),
            ],
        )

    def _nearest(self, points: Sequence[Point]) -> list[SnappedPoint]:
        """The nearest road of each place, however far."""
        return [self._nearest_one(index, point) for index, point in enumerate(points)]

    def _nearest_one(self, index: int, point: Point) -> SnappedPoint:
        answer = self._engine.Nearest(osrm.NearestParameters(coordinates=[point.lon_lat]))
        waypoint = answer["waypoints"][0]
        lon, lat = waypoint["location"]
        return SnappedPoint(
            index=index,
            point=point,
            on_road=Point(float(lat), float(lon)),
            distance_m=float(waypoint["distance"]),
            street=str(waypoint["name"]),
        )

    def _gap_m(self, point: Point) -> float:
        """Metres to the nearest road, looked up once a place."""
        gap = self._gaps.get(point)
        if gap is None:
            if len(self._gaps) >= GAPS_KEPT:
                self._gaps.clear()
            gap = self._gaps[point] = self._nearest_one(0, point).distance_m
        return gap

    def _table(
        self,
        points: Sequence[Point],
        origins: Sequence[int] = (),
        targets: Sequence[int] = (),
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(seconds, metres); without origins or targets from or to all places."""
        answer = self._engine.Table(
            osrm.TableParameters(
                coordinates=[point.lon_lat for point in points],
                sources=list(origins),
                destinations=list(targets),
                annotations=["duration", "distance"],
            )
        )
        return _with_gaps(answer["durations"]), _with_gaps(answer["distances"])


def _with_gaps(rows: Any) -> npt.NDArray[np.float64]:
    """The engine's rows as floats; cells without a way become NaN."""
    return np.array([list(row) for row in rows], dtype=np.float64)


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
