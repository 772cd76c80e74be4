"""Our own search: a first plan, ruin and recreate in slices, the routes met put together anew."""

from routing.engines.request import SearchOutcome, SearchRequest
from routing.engines.ruin_recreate.columns import BEST_COST, ROUNDS
from routing.engines.ruin_recreate.decomposition import (
    Decomposition,
    begins_by_region,
    pays,
    regional_plan,
)
from routing.engines.ruin_recreate.first_plan import make_first_plan
from routing.engines.ruin_recreate.fleet import minimise_fleet
from routing.engines.ruin_recreate.instance import Instance, build_instance
from routing.engines.ruin_recreate.one_block import in_one_block
from routing.engines.ruin_recreate.place_order import with_near_numbers
from routing.engines.ruin_recreate.plan_exchange import (
    best_plan,
    best_sequences,
    named_orders,
    start_sequences,
)
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan
from routing.engines.ruin_recreate.pool import RoutePool
from routing.engines.ruin_recreate.recombination import recombine
from routing.engines.ruin_recreate.side_by_side import search_side_by_side
from routing.engines.ruin_recreate.slices import Pace, Slices

RECOMBINE_AT, RECOMBINING = 0.95, 0.03
"""Share of the budget after which the routes met are put together anew, and the share of the time
that this may take; the rest is rounds again. From 12,000 rounds (seeds 1-3) on days of 300 and 600
visits CP-SAT found no better choice among 400 to 5,200 routes, in 0.6 to 6 s: more would be lost
to the rounds."""

EFFORT_A_ROUND = 1e-5
"""The same for a budget of rounds, in CP-SAT's deterministic seconds, which run apart from the
rounds' own speed: with it the share of a search of some 3,000 rounds a second is kept."""


def search(request: SearchRequest) -> SearchOutcome:
    """Ruin and recreate until the budget is over; orders are exact on the real clock."""
    if not request.works:
        return SearchOutcome()
    budget = request.budget
    instance = build_instance(
        request.model,
        request.works,
        request.allowed,
        is_stopped=budget.is_stopped,
        objective=request.objective,
    )
    if not budget.is_stopped():
        instance = in_one_block(with_near_numbers(instance))
    plan = empty_plan(instance, request.seed)
    if not budget.is_stopped():
        plan = in_one_block(plan)
    start = start_sequences(request)
    if begins_by_region(instance) and not (start or budget.is_stopped()):
        start = regional_plan(instance, request)
    make_first_plan(instance, plan, start, budget.answer_is_due)
    _tell(instance, plan, request)
    others = 0
    if not budget.is_stopped():  # else the tables may lack what rounds ask for
        if request.objective == "vehicles-first":
            minimise_fleet(instance, plan, budget, on_better=lambda: _tell(instance, plan, request))
        others = _improve(instance, plan, request)
    orders = named_orders(request, best_sequences(plan))
    return SearchOutcome(orders=orders, iterations=int(plan.figures[ROUNDS]) + others)


def _improve(instance: Instance, plan: PlanState, request: SearchRequest) -> int:
    """Answers the rounds of the searches beside this one."""
    budget, pool, others = request.budget, RoutePool(instance), 0
    told = int(plan.figures[BEST_COST])

    def after_each() -> None:
        nonlocal told
        pool.collect(plan)
        if plan.figures[BEST_COST] < told:
            told = int(plan.figures[BEST_COST])
            _tell(instance, plan, request)

    pace = Pace(budget, len(request.works), int(plan.figures[ROUNDS]))
    slices = Slices(instance, plan, pace, request.objective)
    if pays(instance, request.threads):
        others = Decomposition(instance, plan, request, pace, slices.cooling).run()
        told = int(plan.figures[BEST_COST])
    if request.threads > 1:
        more, pool = search_side_by_side(instance, plan, request, pace, RECOMBINE_AT)
        others += more
    else:
        slices.run(RECOMBINE_AT, budget.is_over, after_each)
    if not budget.is_over():
        recombine(
            instance,
            plan,
            pool,
            limit_s=RECOMBINING * pace.seconds,
            effort=EFFORT_A_ROUND * pace.rounds if pace.counts_rounds else None,
            seed=request.seed,
            is_over=budget.is_over,
        )
        after_each()
    slices.run(1.0, budget.is_over, after_each)
    return others


def _tell(instance: Instance, plan: PlanState, request: SearchRequest) -> None:
    cost, sequences = int(plan.figures[BEST_COST]), best_sequences(plan)
    request.on_best(best_plan(instance, cost, sequences, request))
