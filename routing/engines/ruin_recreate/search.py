"""Drives the kernels: short slices that stop at once, a temperature that follows the budget."""

import time

import numpy as np

from routing.engines.request import SearchOutcome, SearchRequest
from routing.engines.ruin_recreate.columns import (
    BEST_COST,
    COST,
    PENALTY,
    ROUNDS,
    STAYS,
    TIGHTNESS,
)
from routing.engines.ruin_recreate.instance import Instance, build_instance
from routing.engines.ruin_recreate.plan_exchange import (
    best_plan,
    best_sequences,
    load_sequences,
    named_orders,
    start_sequences,
)
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan
from routing.engines.ruin_recreate.round import insert_all, run_rounds

SLICE_S = 0.03
"""Seconds of compiled work between two looks at the clock and at the caller's wish to stop."""

FIRST_SLICE, FASTER = 20, 4
"""Rounds of the first slice; later ones are sized by what was measured, growing so much at most."""

INSERTED_AT_ONCE = 50
"""Works of the first plan between two such looks."""

SLICES = 100
"""Slices of a search whose budget is a number of rounds: repeatable on any machine."""

ROUNDS_A_WORK, ROUNDS_A_PAIR_OF_WORKS = 1_000, 200
"""Rounds after which a small problem is done before its time limit: tiny plans are the best ones
long before, and 40 works take some ten seconds."""

WARMEST, COOLEST = 0.4, 0.004
"""Temperature at the start and at the end, in parts of the average riding cost of a work."""


def search(request: SearchRequest) -> SearchOutcome:
    """Ruin and recreate until the budget is over; orders are exact on the real clock."""
    if not request.works:
        return SearchOutcome()
    instance = build_instance(request.model, request.works, request.allowed)
    plan = empty_plan(instance, request.seed)
    _first_plan(instance, plan, request)
    _improve(instance, plan, request)
    orders = named_orders(request, best_sequences(plan))
    return SearchOutcome(orders=orders, iterations=int(plan.figures[ROUNDS]))


def _first_plan(instance: Instance, plan: PlanState, request: SearchRequest) -> None:
    """The start plan, then every other work where it costs least, the dear and the tight ones
    first. Only a wish to stop ends it early: an empty plan helps nobody."""
    out = load_sequences(instance, plan, start_sequences(request))
    works = instance.works[out]
    order = out[np.lexsort((works[:, TIGHTNESS], -works[:, PENALTY], -works[:, STAYS]))]
    insert_all(instance, plan, order, 0, 0)
    for first in range(0, len(order), INSERTED_AT_ONCE):
        if request.budget.is_over() and request.budget.stopped:
            break
        insert_all(instance, plan, order, first, min(len(order), first + INSERTED_AT_ONCE))
    request.on_best(best_plan(instance, plan, request))


def _improve(instance: Instance, plan: PlanState, request: SearchRequest) -> None:
    budget, works = request.budget, len(request.works)
    began, told = time.monotonic(), int(plan.figures[BEST_COST])
    limit = max(1e-3, budget.deadline - began)
    most = ROUNDS_A_WORK * works + ROUNDS_A_PAIR_OF_WORKS * works * works
    total = most if budget.iterations is None else budget.iterations
    rounds = FIRST_SLICE if budget.iterations is None else max(1, total // SLICES)
    warmest = WARMEST * max(1.0, float(plan.routes[:, COST].sum()) / works)
    share = 0.0
    while not budget.is_over() and (done := int(plan.figures[ROUNDS])) < total:
        rounds = min(rounds, total - done)
        before, share = share, (done + rounds) / total
        if budget.iterations is None:
            share = max(share, min(1.0, (time.monotonic() + SLICE_S - began) / limit))
        at = time.perf_counter()
        run_rounds(instance, plan, rounds, warmest * _cooled(before), warmest * _cooled(share))
        spent = time.perf_counter() - at
        if budget.iterations is None:
            rounds = max(1, int(rounds * min(FASTER, SLICE_S / max(1e-6, spent))))
        if plan.figures[BEST_COST] < told:
            told = int(plan.figures[BEST_COST])
            request.on_best(best_plan(instance, plan, request))


def _cooled(share: float) -> float:
    """Part of the warmest temperature after a share of the budget."""
    return float((COOLEST / WARMEST) ** share)
