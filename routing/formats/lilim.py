"""Li & Lim's pickup and delivery instances (2001): double-precision Euclidean ways, in integers.

The first line holds vehicles, capacity and speed; every other one node, x, y, demand, opening,
closing, service, pickup and delivery partner. Node 0 is the depot; closing bounds service's start.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from routing.formats.numbered_lines import NumberedLines
from routing.formats.pair_nodes import read_pair_nodes
from routing.formats.public_sets import PublicInstance, make_instance
from routing.matrix import MAX_CELL

LAST_MOMENT = 2**31 - 1
"""Times of a problem fit 32 bits."""

FINEST_SCALE = 10_000
"""Seconds of the problem per unit of distance. A way is rounded up by less than 1/10,000 unit, so
500 ways cost less than 0.05 units too much; a larger scale leaves the legal range of cells."""


def lilim_from_text(text: str, name: str = "") -> PublicInstance:
    """The instance of a Li–Lim file. Raises FormatErrors, which names every wrong line."""
    lines = NumberedLines(text.rstrip())
    head = lines.numbers(1, 3, "vehicles, capacity and speed")
    vehicles = lines.whole(1, head[0], "the number of vehicles", 1)
    capacity = lines.whole(1, head[1], "the capacity")
    if head[2] not in {0, 1}:  # ten of the public files say 0; distance is time in all of them
        lines.error(1, f"a speed of {float(head[2]):g} cannot be honoured, only 1")
    nodes, places = read_pair_nodes(lines, 2, len(lines.lines) - 1, "x, y")
    rides = euclidean(places)
    scale = finest_scale(rides, nodes[0].due)
    return make_instance(
        name=name,
        nodes=nodes,
        rides=rides,
        vehicles=vehicles,
        capacity=capacity,
        scale=scale,
        cost_per_hour=3600,
        places=places,
    )


def euclidean(places: Sequence[tuple[float, float]]) -> npt.NDArray[np.float64]:
    """Straight ways between places, double precision."""
    points = np.asarray(places, dtype=np.float64)
    apart = points[:, None, :] - points[None, :, :]
    return np.sqrt((apart * apart).sum(axis=2))


def finest_scale(rides: npt.NDArray[np.float64], last: Fraction) -> int:
    """The largest power of ten up to FINEST_SCALE that keeps ways and times in legal range."""
    scale = FINEST_SCALE
    while scale > 1 and (float(rides.max()) * scale > MAX_CELL or last * scale > LAST_MOMENT):
        scale //= 10
    return scale
