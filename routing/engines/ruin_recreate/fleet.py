"""As few vehicles as possible: route after route is emptied while all its works find a place."""

import time
from collections.abc import Callable

import numpy as np

from routing.engines.request import Budget
from routing.engines.ruin_recreate.columns import LEFT_OUT, LENGTH, ROUNDS, STAYS
from routing.engines.ruin_recreate.cooling import (
    FLEET_COOLEST,
    FLEET_WARMEST,
    Cooling,
    riding_per_work,
)
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.round import empty_route, fleet_rounds, return_to_best
from routing.engines.ruin_recreate.slices import FASTER, SLICE_S, first_slice

FLEET_SHARE = 0.5
"""Part of the budget for fewer vehicles; the rest shortens the ways of those that are left."""

PATIENCE = 0.5
"""Part of that after which it ends without another vehicle saved. Of 4 s of processor time the last
vehicle was saved after 0.2 s (nyc-n200-3), 1.2 s (bar-n400-3), 3.1 s (lc1_4_3), 3.3 s (ber-n400-3);
before on lr2_2_3 it had its last one after 0.02 s and gave the rest away."""


def minimise_fleet(
    instance: Instance,
    plan: PlanState,
    budget: Budget,
    *,
    on_better: Callable[[], None],
    share: float = FLEET_SHARE,
) -> None:
    """Spends `share` of what is left of the budget on using fewer vehicles; `on_better` hears of
    every one saved. The plan is then the best one, with every work that it had.

    A plan that leaves work out is left as it is: that work needs vehicles, not fewer of them.
    """
    if plan.figures[LEFT_OUT] > 0:
        return
    # Closed vehicles are allowed to nobody; the caller's instance stays as it is.
    closed = instance._replace(allowed=instance.allowed.copy())
    closed.allowed[:, plan.routes[:, LENGTH] == 0] = False
    began, first = time.monotonic(), int(plan.figures[ROUNDS])
    limit = max(1e-3, (budget.deadline - began) * share)
    total = None if budget.iterations is None else int(budget.iterations * share)
    rounds = first_slice(len(instance.works), total)
    cooling = Cooling(riding_per_work(instance, plan), FLEET_WARMEST, FLEET_COOLEST)
    before = saved_at = 0.0
    while not budget.is_over():
        done = int(plan.figures[ROUNDS]) - first
        passed = (time.monotonic() - began) / limit
        if passed >= 1 or before - saved_at > PATIENCE or (total is not None and done >= total):
            break
        if plan.figures[LEFT_OUT] == 0:
            victim = _easiest(closed, plan)
            if victim < 0:
                break
            empty_route(closed, plan, victim)
            closed.allowed[:, victim] = False
        now = min(1.0, passed + SLICE_S / limit)
        if total is not None:
            rounds = min(rounds, total - done)
            now = (done + rounds) / total
        at = time.perf_counter()
        fleet_rounds(closed, plan, rounds, cooling.at(before), cooling.at(now))
        if total is None:
            made = int(plan.figures[ROUNDS]) - first - done
            fitting = made * SLICE_S / max(1e-6, time.perf_counter() - at)
            rounds = max(1, min(int(fitting), FASTER * rounds))
        before = now
        if plan.figures[LEFT_OUT] == 0:
            saved_at = now
            on_better()
    return_to_best(instance, plan)


def _easiest(instance: Instance, plan: PlanState) -> int:
    """The used vehicle whose works were left out least often, then the one with fewest works; -1
    if every one has some work that no other may do."""
    served, count = plan.vehicle_of, len(plan.routes)
    bound = (instance.allowed.sum(axis=1) == 1) | (instance.works[:, STAYS] > 0)
    free = np.flatnonzero(
        (plan.routes[:, LENGTH] > 0) & (np.bincount(served[bound], minlength=count) == 0)
    )
    if not len(free):
        return -1
    absences = np.bincount(served, weights=plan.absences, minlength=count)
    works = np.bincount(served, minlength=count)
    return int(free[np.lexsort((free, works[free], absences[free]))[0]])
