"""Places that the roads do not serve, named so that a person can look at them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from geodata.travel_tables import SnappedPoint, UnreachablePoint

CUT_OFF_SHARE = 0.5
"""A place with no way to and from more than this share of the others is on a cut-off road."""


def cut_off(missing: npt.NDArray[np.bool_], on_road: list[int]) -> list[int]:
    """Places on a road from and to which most other places on roads have no way."""
    others = len(on_road) - 1
    if others < 1:
        return []
    block = missing[np.ix_(on_road, on_road)]
    away, back = block.sum(axis=1) / others, block.sum(axis=0) / others
    lonely = np.flatnonzero(np.maximum(away, back) > CUT_OFF_SHARE)
    return [on_road[row] for row in lonely.tolist()]


def off_road(place: SnappedPoint) -> UnreachablePoint:
    """A place named with its distance to the nearest road."""
    metres = round(place.distance_m)
    far = f"{metres / 1000:.1f} km" if metres >= 1000 else f"{metres} m"
    return UnreachablePoint(place.index, place.point, metres, f"{far} from the nearest road.")


def on_cut_off_road(place: SnappedPoint) -> UnreachablePoint:
    """A place on a road that leads nowhere else."""
    return UnreachablePoint(
        place.index,
        place.point,
        round(place.distance_m),
        "on a road that is not connected with the others.",
    )


def repeated(
    places: Sequence[UnreachablePoint], take: npt.NDArray[np.intp]
) -> list[UnreachablePoint]:
    """The places of a table of distinct points, at each position of the request."""
    by_index = {place.index: place for place in places}
    found: list[UnreachablePoint] = []
    for index, distinct in enumerate(take.tolist()):
        place = by_index.get(distinct)
        if place is not None:
            found.append(
                UnreachablePoint(index, place.point, place.distance_to_road_m, place.reason)
            )
    return found
