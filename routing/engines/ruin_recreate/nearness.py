"""Which works lie near each other: where a round may take out strings that could change places."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from routing.trying.trial_model import TrialModel

NEIGHBOURS = 100

ROWS_AT_ONCE = 256
"""Works of which all distances are in memory at once: at 3,000 all of them were 300 MB."""


def nearest_works(
    model: TrialModel,
    sides: Sequence[tuple[tuple[int, ...], ...]],
    ride: npt.NDArray[np.int32],
) -> npt.NDArray[np.int32]:
    """2×W×K: for every work the others, nearest first: by their homes, and by both of their ends.

    A home is the end whose place the fewest works share; an office is near everybody's.
    """
    if not sides:
        return np.zeros((2, 0, 1), dtype=np.int32)
    ends = np.array([(side[0][0], side[-1][0]) for side in sides], dtype=np.int64)
    sites = np.array(model.places, dtype=np.int64)[ends]
    sharing = np.bincount(sites.ravel())[sites]
    home_column = np.where(sharing[:, 1] < sharing[:, 0], 1, 0)
    rows = np.arange(len(sides))
    at = np.array(model.locations, dtype=np.int64)
    homes, others = at[ends[rows, home_column]], at[ends[rows, 1 - home_column]]
    kept = min(NEIGHBOURS, len(sides))
    found = np.empty((2, len(sides), kept), dtype=np.int32)
    for first in range(0, len(sides), ROWS_AT_ONCE):
        some = slice(first, first + ROWS_AT_ONCE)
        by_home = _apart(ride, homes[some], homes)
        found[0, some] = _nearest(by_home, kept)
        found[1, some] = _nearest(by_home + _apart(ride, others[some], others), kept)
    return found


def _apart(
    ride: npt.NDArray[np.int32], some: npt.NDArray[np.int64], places: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """There and back from some places to all."""
    there = ride[np.ix_(some, places)].astype(np.int64)
    return there + ride[np.ix_(places, some)].T


def _nearest(apart: npt.NDArray[np.int64], kept: int) -> npt.NDArray[np.int32]:
    """Per row the columns of the smallest cells, in order; of equal ones the first first."""
    columns = apart.shape[1]
    ranked = apart * columns + np.arange(columns)
    some = np.argpartition(ranked, kept - 1, axis=1)[:, :kept]
    order = np.argsort(np.take_along_axis(ranked, some, axis=1), axis=1)
    return np.take_along_axis(some, order, axis=1).astype(np.int32)
