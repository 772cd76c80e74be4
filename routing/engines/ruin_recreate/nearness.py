"""Which works lie near each other: where a round may take out strings that could change places."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from routing.trying.trial_model import TrialModel

NEIGHBOURS = 100


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
    by_home = _apart(ride, homes)
    both = by_home + _apart(ride, others)
    return np.stack([_nearest(m, kept) for m in (by_home, both)])


def _apart(ride: npt.NDArray[np.int32], places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    there = ride[np.ix_(places, places)].astype(np.int64)
    return there + there.T


def _nearest(apart: npt.NDArray[np.int64], kept: int) -> npt.NDArray[np.int32]:
    """Per row the columns of the smallest cells, in order; of equal ones the first first."""
    ranked = apart * len(apart) + np.arange(len(apart))
    some = np.argpartition(ranked, kept - 1, axis=1)[:, :kept]
    order = np.argsort(np.take_along_axis(ranked, some, axis=1), axis=1)
    return np.take_along_axis(some, order, axis=1).astype(np.int32)
