"""Several searches in threads, which hand each other their best: kernels need no Python lock."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from routing.engines.request import SearchRequest
from routing.engines.ruin_recreate.columns import BEST_COST, ROUNDS
from routing.engines.ruin_recreate.first_plan import take_plan
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.one_block import in_one_block
from routing.engines.ruin_recreate.plan_exchange import best_plan, best_sequences
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan
from routing.engines.ruin_recreate.pool import RoutePool
from routing.engines.ruin_recreate.slices import Pace, Slices

EXCHANGES = 20
"""How often in a whole search each takes over the best of all, if its own is worse: seldom enough
that they look at different plans in between."""

LOOK_EVERY_S = 0.02


@dataclass
class _Board:
    """What the searches share; `is_over` is written by the caller's thread alone."""

    cost: int
    sequences: Mapping[int, Ints] = field(default_factory=dict)
    owner: int = 0
    is_over: bool = False
    failure: BaseException | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def search_side_by_side(
    instance: Instance, first: PlanState, request: SearchRequest, pace: Pace, until: float
) -> tuple[int, RoutePool]:
    """`request.threads` searches from the plan `first` on, which holds the best of all at the end.
    Answers the rounds of the others and the routes that all have met."""
    start, before = best_sequences(first), int(first.figures[ROUNDS])
    plans = [first]
    for number in range(1, request.threads):
        plan = in_one_block(empty_plan(instance, request.seed + 1_000_003 * number))
        take_plan(instance, plan, start)
        plan.figures[ROUNDS] = first.figures[ROUNDS]
        plans.append(plan)
    board = _Board(int(first.figures[BEST_COST]), start)
    pools = [RoutePool(instance) for _ in plans]
    searches = [Slices(instance, plan, pace, request.objective) for plan in plans]
    threads = [
        threading.Thread(target=_run, args=(board, number, each, pools[number], until), daemon=True)
        for number, each in enumerate(searches)
    ]
    for thread in threads:
        thread.start()
    _watch(instance, request, board, threads)
    if board.failure is not None:
        raise board.failure
    if board.cost < int(first.figures[BEST_COST]):
        take_plan(instance, first, board.sequences)
    for pool in pools[1:]:
        pools[0].join(pool)
    return sum(each.done - before for each in searches[1:]), pools[0]


def _run(board: _Board, number: int, slices: Slices, pool: RoutePool, until: float) -> None:
    plan, instance = slices.plan, slices.instance
    next_exchange = 1 / EXCHANGES

    def after_each() -> None:
        nonlocal next_exchange
        pool.collect(plan)
        cost = int(plan.figures[BEST_COST])
        if cost < board.cost:
            with board.lock:
                if cost < board.cost:
                    board.sequences, board.owner = best_sequences(plan), number
                    board.cost = cost
        share = slices.pace.share(slices.done)
        if share >= next_exchange:
            next_exchange = share + 1 / EXCHANGES
            with board.lock:
                better = board.sequences if board.cost < cost else None
            if better is not None:
                take_plan(instance, plan, better)

    try:
        slices.run(until, lambda: board.is_over, after_each)
    except BaseException as failure:
        board.failure = failure
        board.is_over = True


def _watch(
    instance: Instance,
    request: SearchRequest,
    board: _Board,
    threads: Sequence[threading.Thread],
) -> None:
    """The caller's thread tells of better plans and hears the wish to stop."""
    told = board.cost
    try:
        for thread in threads:
            while thread.is_alive():
                thread.join(LOOK_EVERY_S)
                board.is_over = board.is_over or request.budget.is_over()
                with board.lock:
                    cost, sequences = board.cost, board.sequences
                if cost < told:
                    told = cost
                    request.on_best(best_plan(instance, cost, sequences, request))
    finally:  # whatever the caller raises, no thread of ours goes on
        board.is_over = True
        for thread in threads:
            thread.join()
