"""Travel times and distances between the numbered places of a problem.

Kept apart from the problem so that a matrix can be shared by many problems and checked once.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

UNREACHABLE = -1
"""Cell value for "no way from here to there" in both tables."""

MAX_CELL = 10_000_000
"""Largest legal cell: 10,000 km or 115 days. Above it sums of a day could leave 32 bits."""

Table = npt.NDArray[np.int32]


class InvalidMatrix(ValueError):
    """The two tables are not square, not equal in size, not integer, or hold an illegal value."""


class TravelMatrix:
    """Square int32 tables: `duration_s[i, j]` seconds and `distance_m[i, j]` metres from i to j.

    Both are copied and made read-only. Any negative cell means unreachable and becomes
    `UNREACHABLE` in both tables. The diagonal must be 0. Matrices may be asymmetric.
    Raises InvalidMatrix.
    """

    __slots__ = ("distance_m", "duration_s")

    duration_s: Table
    distance_m: Table

    def __init__(
        self,
        duration_s: npt.ArrayLike | Sequence[Sequence[int]],
        distance_m: npt.ArrayLike | Sequence[Sequence[int]] | None = None,
    ) -> None:
        """Without distances every reachable cell counts 0 m (as VROOM does)."""
        durations = _integers(duration_s, "duration_s")
        distances = (
            np.zeros_like(durations) if distance_m is None else _integers(distance_m, "distance_m")
        )
        if durations.shape != distances.shape:
            raise InvalidMatrix(
                f"duration_s is {durations.shape} but distance_m is {distances.shape}; "
                "give two tables of one size"
            )
        missing = (durations < 0) | (distances < 0)
        durations[missing] = UNREACHABLE
        distances[missing] = UNREACHABLE
        if durations.diagonal().any() or distances.diagonal().any():
            raise InvalidMatrix("the way from a place to itself must be 0 s and 0 m")
        self.duration_s = durations.astype(np.int32)
        self.distance_m = distances.astype(np.int32)
        self.duration_s.flags.writeable = False
        self.distance_m.flags.writeable = False

    @property
    def size(self) -> int:
        """Number of places."""
        return int(self.duration_s.shape[0])

    def is_reachable(self, origin: int, destination: int) -> bool:
        """Whether there is a way from one matrix index to another."""
        return bool(self.duration_s[origin, destination] >= 0)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, TravelMatrix)
            and np.array_equal(self.duration_s, other.duration_s)
            and np.array_equal(self.distance_m, other.distance_m)
        )

    def __hash__(self) -> int:
        return hash((self.duration_s.tobytes(), self.distance_m.tobytes()))

    def __repr__(self) -> str:
        return f"TravelMatrix(size={self.size})"


def _integers(table: npt.ArrayLike | Sequence[Sequence[int]], name: str) -> npt.NDArray[np.int64]:
    try:
        values = np.asarray(table)
    except ValueError as ragged:
        raise InvalidMatrix(f"{name} has rows of different lengths") from ragged
    if values.ndim != 2 or values.shape[0] != values.shape[1] or values.shape[0] == 0:
        raise InvalidMatrix(f"{name} must be square and not empty, not {values.shape}")
    if values.dtype.kind not in "iu":
        raise InvalidMatrix(f"{name} must hold integers, not {values.dtype}; round it first")
    if int(values.max()) > MAX_CELL:
        raise InvalidMatrix(f"{name} holds {int(values.max())}; the largest legal is {MAX_CELL}")
    return values.astype(np.int64)
