"""Open the travel times of a place: its roads when there are any, else the labelled estimate.

Planning never stops because road data are missing; it is told where every figure came from.
"""

from collections.abc import Sequence
from pathlib import Path

from geodata.barriers import Barrier
from geodata.errors import RoadDataMissing
from geodata.great_circle import Calibration, GreatCircleTravelTimes
from geodata.road_network import RoadNetwork
from geodata.roads_manifest import REBUILD
from geodata.travel_cache import CachedTravelTimes
from geodata.travel_tables import (
    ESTIMATE_LIMIT_M,
    GREAT_CIRCLE,
    OSRM_MOTORBIKE,
    SNAP_LIMIT_M,
    UNREACHABLE,
    RouteGeometry,
    RouteLeg,
    SnappedPoint,
    TravelTable,
    TravelTimes,
    UnreachablePoint,
)

__all__ = [
    "ESTIMATE_LIMIT_M",
    "GREAT_CIRCLE",
    "OSRM_MOTORBIKE",
    "SNAP_LIMIT_M",
    "UNREACHABLE",
    "Barrier",
    "Calibration",
    "GreatCircleTravelTimes",
    "RouteGeometry",
    "RouteLeg",
    "SnappedPoint",
    "TravelTable",
    "TravelTimes",
    "UnreachablePoint",
    "open_travel_times",
]


def open_travel_times(
    roads_dir: Path | None,
    *,
    barriers: Sequence[Barrier] = (),
    cache_dir: Path | None = None,
    use_cache: bool = True,
) -> TravelTimes:
    """Travel times on the roads of `roads_dir`, or the labelled estimate when there are none.

    Never fails because data are missing or damaged: `notice` then says why. Tables are kept in
    `cache_dir` (default: `cache/travel` beside `roads_dir`) unless `use_cache` is False.
    """
    if roads_dir is None:
        return GreatCircleTravelTimes(
            barriers, notice=f"No folder for road data is set. Times are estimates. {REBUILD}"
        )
    try:
        network = RoadNetwork.open(roads_dir, GreatCircleTravelTimes(barriers))
    except RoadDataMissing as error:
        notice = f"{error.reason} Times are estimates. {error.next_step}"
        return GreatCircleTravelTimes(barriers, notice=notice)
    if not use_cache:
        return network
    return CachedTravelTimes(network, cache_dir or roads_dir.parent / "cache" / "travel")
