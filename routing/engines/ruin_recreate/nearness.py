"""Which works lie near each other: where a round may take out strings that could change places."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from routing.engines.request import never
from routing.engines.ruin_recreate.columns import DROP_AT, DROP_END, PICK_AT, PLACE, SITE

NEIGHBOURS = 100

ROWS_AT_ONCE = 256
"""Works of which all distances are in memory at once: at 3,000 all of them were 300 MB."""

type Ints = npt.NDArray[np.int64]


def homes_of(tasks: Ints, works: Ints, options: Ints) -> tuple[Ints, Ints]:
    """Per work the task at its home and the one at its other end, the same for a job.

    A home is the end whose place the fewest works share; an office is near everybody's.
    """
    pickup = options[works[:, PICK_AT]]
    pairs = works[:, DROP_AT] < works[:, DROP_END]
    delivery = pickup.copy()
    delivery[pairs] = options[works[pairs, DROP_AT]]
    sites = tasks[np.stack((pickup, delivery), axis=1), SITE]
    sharing = np.bincount(sites.ravel())[sites]
    delivered_home = sharing[:, 1] < sharing[:, 0]
    home = np.where(delivered_home, delivery, pickup)
    return home, np.where(delivered_home, pickup, delivery)


def nearest_works(
    tasks: Ints,
    works: Ints,
    options: Ints,
    ride: npt.NDArray[np.int32],
    is_stopped: Callable[[], bool] = never,
) -> npt.NDArray[np.int32]:
    """2×W×K: for every work the others, nearest first: by their homes, and by both of their ends.
    `ride` is N×N. After a wish to stop the rest stays zero: no round will ask for it."""
    if not len(works):
        return np.zeros((2, 0, 1), dtype=np.int32)
    homes, others = (tasks[each, PLACE] for each in homes_of(tasks, works, options))
    kept = min(NEIGHBOURS, len(works))
    found = np.zeros((2, len(works), kept), dtype=np.int32)
    for first in range(0, len(works), ROWS_AT_ONCE):
        if is_stopped():
            break
        some = slice(first, first + ROWS_AT_ONCE)
        by_home = _apart(ride, homes[some], homes)
        found[0, some] = nearest_columns(by_home, kept)
        found[1, some] = nearest_columns(by_home + _apart(ride, others[some], others), kept)
    return found


def _apart(ride: npt.NDArray[np.int32], some: Ints, places: Ints) -> Ints:
    """There and back from some places to all."""
    there = ride[np.ix_(some, places)].astype(np.int64)
    return there + ride[np.ix_(places, some)].T


def nearest_columns(apart: Ints, kept: int) -> npt.NDArray[np.int32]:
    """Per row the columns of the smallest cells, in order; of equal ones the first first."""
    columns = apart.shape[1]
    ranked = apart * columns + np.arange(columns)
    some = np.argpartition(ranked, kept - 1, axis=1)[:, :kept]
    order = np.argsort(np.take_along_axis(ranked, some, axis=1), axis=1)
    return np.take_along_axis(some, order, axis=1).astype(np.int32)
