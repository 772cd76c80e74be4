"""A small generator whose state lives in the plan: the same seed gives the same plan anywhere."""

from typing import Any

import numpy as np

from routing.engines.ruin_recreate.compiled import compiled


@compiled
def chance(state: Any) -> float:
    """A number in [0, 1) (xorshift64*, Vigna 2016); `state` is one uint64."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@compiled
def pick_below(state: Any, bound: int) -> int:
    """A whole number in [0, bound)."""
    return int(chance(state) * bound)
