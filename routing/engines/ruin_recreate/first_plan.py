"""The first whole plan: a start plan if there is one, and every other work where it costs least."""

from collections.abc import Callable, Mapping

import numpy as np

from routing.engines.ruin_recreate.columns import PENALTY, STAYS, TIGHTNESS
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_exchange import load_sequences
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.round import insert_all

INSERTED_AT_ONCE, FEWER_ABOVE = 50, 1_000
"""Works between two looks at the caller's wish to stop, fewer in proportion above so many in all:
50 take 24 ms of 1,000 and 73 ms of 3,000."""


def make_first_plan(
    instance: Instance,
    plan: PlanState,
    start: Mapping[int, Ints],
    answer_is_due: Callable[[], bool],
) -> None:
    """The start plan, then the other works, the dear and the tight ones first. Only a wish to stop
    ends it early, and not at once: an empty plan helps nobody."""
    out = load_sequences(instance, plan, start)
    works = instance.works[out]
    order = out[np.lexsort((works[:, TIGHTNESS], -works[:, PENALTY], -works[:, STAYS]))]
    insert_all(instance, plan, order, 0, 0)
    at_once = max(1, INSERTED_AT_ONCE * FEWER_ABOVE // max(FEWER_ABOVE, len(instance.works)))
    for first in range(0, len(order), at_once):
        if answer_is_due():
            return
        insert_all(instance, plan, order, first, min(len(order), first + at_once))


def take_plan(instance: Instance, plan: PlanState, sequences: Mapping[int, Ints]) -> None:
    """Another plan becomes the present one and the best; it must be better than the best."""
    order = load_sequences(instance, plan, sequences)
    insert_all(instance, plan, order, 0, len(order))
