"""Travel times between places, whatever they come from: the road network or a labelled estimate.

Planning never stops because road data are missing; it is told where every figure came from.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from geodata.point import Point

OSRM_MOTORBIKE = "OSRM_MOTORBIKE"
"""Figures computed on the road network with the motorbike profile."""

GREAT_CIRCLE = "GREAT_CIRCLE"
"""Figures estimated from the straight line, a detour factor, and the bridges over the rivers."""

UNREACHABLE = 10_000_000
"""What a cell holds when no way exists: seconds (115 days) or metres; a day of them fits int32."""

SNAP_LIMIT_M = 300.0
"""A place farther than this from any road is not taken for a place on that road."""

ESTIMATE_LIMIT_M = 3_000.0
"""Between the snap limit and this distance a leg is estimated and labelled; beyond, unreachable.
[our estimate: the length of an unmapped rural lane]"""

Int32Table = npt.NDArray[np.int32]
BoolTable = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class UnreachablePoint:
    """A place that no road of the network comes near; `index` is its position in the request."""

    index: int
    point: Point
    distance_to_road_m: int
    reason: str


@dataclass(frozen=True, slots=True)
class SnappedPoint:
    """The road point nearest to a place, `distance_m` away; `street` is empty when unnamed."""

    index: int
    point: Point
    on_road: Point
    distance_m: float
    street: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TravelTable:
    """Durations and distances between n places: row = from, column = to; not symmetric.

    `duration_s`, `distance_m`: int32 (n, n), diagonal 0, UNREACHABLE where no way exists.
    `estimated`: bool (n, n), True where the cell is a straight-line estimate. `source` is the
    source of the other cells. `unreachable` names the places that cannot be reached at all;
    `estimated_points` those that lie off the roads and are reached by estimate.
    """

    duration_s: Int32Table
    distance_m: Int32Table
    source: str
    estimated: BoolTable
    unreachable: list[UnreachablePoint] = field(default_factory=list)
    estimated_points: list[UnreachablePoint] = field(default_factory=list)

    @property
    def estimated_cells(self) -> int:
        """How many legs are estimates; the diagonal does not count."""
        return int(np.count_nonzero(self.estimated))

    @property
    def unreachable_cells(self) -> int:
        """How many legs have no way at all."""
        return int(np.count_nonzero(self.duration_s >= UNREACHABLE))


@dataclass(frozen=True, slots=True, eq=False)
class PlaceRides:
    """The ways between one place and n others: int32 (n,), UNREACHABLE where there is none.

    `to_*` lead from the others to the place. `estimated`: bool (2, n), to and from, True where the
    way is a straight-line estimate.
    """

    to_s: Int32Table
    to_m: Int32Table
    from_s: Int32Table
    from_m: Int32Table
    estimated: BoolTable


@dataclass(frozen=True, slots=True)
class RouteLeg:
    """One leg of a route; `first_coordinate` is where it begins in the route's coordinates."""

    duration_s: int
    distance_m: int
    source: str
    first_coordinate: int


@dataclass(frozen=True, slots=True)
class RouteGeometry:
    """The line through places in order: [lon, lat] pairs for GeoJSON, with its legs.

    `source` is GREAT_CIRCLE when any leg is an estimate: a line on the map is then no street.
    """

    coordinates: list[list[float]]
    duration_s: int
    distance_m: int
    source: str
    legs: tuple[RouteLeg, ...] = ()


class TravelTables(Protocol):
    """All that is needed to plan a day."""

    @property
    def notice(self) -> str:
        """Why figures are estimates, in one line with the next step; empty on a road network."""

    def matrix(self, points: Sequence[Point]) -> TravelTable:
        """Durations and distances between all pairs of `points`."""


class TravelTimes(TravelTables, Protocol):
    """What planning asks about the way between places. Safe to share between threads and to use
    in forked workers."""

    @property
    def source(self) -> str:
        """OSRM_MOTORBIKE or GREAT_CIRCLE."""

    @property
    def fingerprint(self) -> str:
        """Names the data and settings behind the figures: equal fingerprints, equal figures."""

    @property
    def attribution(self) -> str:
        """Whose map data the figures stand on; empty for estimates."""

    def rides(self, place: Point, others: Sequence[Point]) -> PlaceRides:
        """What `matrix` says about one place and the others, without the ways between those."""

    def snap(
        self, points: Sequence[Point], limit_m: float = SNAP_LIMIT_M
    ) -> list[SnappedPoint | UnreachablePoint]:
        """The nearest road point of each place, or the place named as out of reach."""

    def route(self, points: Sequence[Point]) -> RouteGeometry:
        """The way through at least two places in order. Raises NoRoute naming the leg."""
