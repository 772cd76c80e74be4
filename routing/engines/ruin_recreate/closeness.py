"""Which works could be neighbours in a route: where a removed work is likely to fit cheaply.

Granular neighbourhoods by ride and waiting follow Vidal, Crainic, Gendreau and Prins, "A hybrid
genetic algorithm with adaptive diversity management for a large class of vehicle routing problems
with time-windows" (2013), after Toth and Vigo (2003).
"""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from routing.engines.request import never
from routing.engines.ruin_recreate.columns import CLOSES, OPENS, PLACE, SERVICE, SITE
from routing.engines.ruin_recreate.nearness import ROWS_AT_ONCE, homes_of, nearest_columns

CLOSE = 16
"""Works whose routes a removed one is offered."""

WAITING = 0.2
"""What a second of waiting between two tasks weighs, in seconds of riding (the paper's)."""

MOST_SHARING = 3
"""Tasks of a place up to which being there says something: everybody comes to an office."""

TOO_LATE, NEVER_BESIDE = 1 << 39, 1 << 40
"""Farther than any ride."""

type Ints = npt.NDArray[np.int64]


def closest_works(
    tasks: Ints,
    works: Ints,
    options: Ints,
    ride: npt.NDArray[np.int32],
    is_stopped: Callable[[], bool] = never,
) -> npt.NDArray[np.int32]:
    """W×K: for every work the others of which a task could come directly before or after one of
    its own, the nearest first. `ride` is N×N. After a wish to stop the rest stays zero."""
    if not len(works):
        return np.zeros((0, 1), dtype=np.int32)
    ends = _ends_that_tell(tasks, works, options)
    kept = min(CLOSE, len(works))
    found = np.zeros((len(works), kept), dtype=np.int32)
    for first in range(0, len(works), ROWS_AT_ONCE):
        if is_stopped():
            break
        rows = np.arange(first, min(len(works), first + ROWS_AT_ONCE))
        apart = np.full((len(rows), len(works)), NEVER_BESIDE, dtype=np.int64)
        for own in ends:
            here = np.flatnonzero(own[rows] >= 0)
            for others in ends:
                there = np.flatnonzero(others >= 0)
                mine, theirs = tasks[own[rows[here]]], tasks[others[there]]
                both_ways = np.minimum(_apart(ride, mine, theirs), _apart(ride, theirs, mine).T)
                cells = np.ix_(here, there)
                apart[cells] = np.minimum(apart[cells], both_ways)
        apart[np.arange(len(rows)), rows] = NEVER_BESIDE
        found[rows] = nearest_columns(apart, kept)
    return found


def _ends_that_tell(tasks: Ints, works: Ints, options: Ints) -> list[Ints]:
    """Tasks per work: those at the homes; those at the other ends where few others go, else -1."""
    home, other = homes_of(tasks, works, options)
    sites = tasks[:, SITE]
    sharing = np.bincount(sites[home], minlength=int(sites.max()) + 1)
    sharing += np.bincount(sites[other], minlength=len(sharing))
    other = np.where((other != home) & (sharing[sites[other]] <= MOST_SHARING), other, -1)
    return [home, other] if (other >= 0).any() else [home]


def _apart(ride: npt.NDArray[np.int32], before: Ints, behind: Ints) -> Ints:
    """Riding and waiting between tasks, one directly before the other."""
    way = ride[np.ix_(before[:, PLACE], behind[:, PLACE])].astype(np.int64)
    over = (before[:, SERVICE] + before[:, CLOSES])[:, None] + way
    soonest = (before[:, SERVICE] + before[:, OPENS])[:, None] + way
    waiting = np.minimum(np.maximum(behind[:, OPENS] - over, 0), TOO_LATE)
    apart = way + (WAITING * waiting).astype(np.int64)
    apart[soonest > behind[:, CLOSES]] = TOO_LATE
    return apart
