"""Change a day that is under way: what is executed and on board stays, and little else moves.

A courier drops out, urgent work comes in, somebody is late. The answer is the whole day again, and
it names every promise that it touches.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from routing.check import check
from routing.engines.request import Budget, Orders
from routing.parts import Work
from routing.problem import InvalidProblem, Problem
from routing.promises import TimeChange
from routing.replanning.change_budget import ChangeBudget, Move, moved_works
from routing.replanning.courier_state import CourierState
from routing.replanning.day_so_far import FETCH_SERVICE_S, Standing, day_so_far
from routing.replanning.day_under_way import (
    DayUnderWay,
    SearchWishes,
    orders_without,
    without_works,
)
from routing.solution import Progress, Solution
from routing.solve import SolutionRefused

SEARCH_S = 0.7
"""Default for the search: with reading, timing and judging the answer comes within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """The day again. `problem` is the day as it stands, `solution` a plan of it that passes
    `check`: the executed part of every route, then the rest.

    `changes` are visits to come that start at another moment or with another vehicle than told,
    `touched` the promises among them beyond the tolerance; `moved` works change vehicle though
    theirs has not dropped out; `lost` were planned and are undone now; `placed` are new works that
    got a place. `with_room` are the orders with what only keeps its room, where that is. Where few
    promises may be touched, a task is released no earlier than its promise allows if the courier
    would be there before.
    """

    problem: Problem
    solution: Solution
    changes: tuple[TimeChange, ...]
    touched: tuple[TimeChange, ...]
    moved: tuple[Move, ...]
    lost: tuple[str, ...]
    placed: tuple[str, ...]
    within_budget: bool
    runtime_s: float
    with_room: Orders = field(default_factory=dict)


def replan(
    problem: Problem,
    solution: Solution,
    *,
    now_s: int,
    states: Iterable[CourierState] = (),
    dropped: Collection[str] = (),
    new_works: Sequence[Work] = (),
    room_for: Collection[str] = (),
    budget: ChangeBudget | None = None,
    told: Mapping[str, int] | None = None,
    promised: Collection[str] | None = None,
    improve: bool = False,
    time_limit_s: float = SEARCH_S,
    iterations: int | None = None,
    seed: int = 1,
    fetch_service_s: int = FETCH_SERVICE_S,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    compiled: bool = True,
) -> Replan:
    """The running plan `solution` of `problem`, changed at `now_s` for what happened.

    First everything open is inserted where it costs least, nobody else's order changing. Only if
    something stays undone, or with `improve`, the rest of the time is searched for a better plan
    within the budget. `told` gives the promised start per task (default: the plan's); where
    `promised` is given, only those tasks count as promises. One that cannot be kept whatever is
    done is touched, and counts; `within_budget` tells if more than allowed are. `on_progress` hears
    of better plans, whose cost is that of the whole day; when `should_stop` says so, the best so
    far is the answer. Works of `problem` in `room_for` are promised and not ridden yet, so no route
    has them: the plan is made with them, and they are left out of it in the end, so that they would
    fit where they were. Raises InvalidState (what happened cannot have), InvalidProblem.
    """
    began = time.monotonic()
    states = tuple(states)

    def stand(
        works: Sequence[Work], stuck: Collection[str] = (), without: Collection[str] = ()
    ) -> Standing:
        return day_so_far(
            without_works(problem, without),
            solution,
            now_s=now_s,
            states=states,
            dropped=dropped,
            new_works=works,
            fetch_service_s=fetch_service_s,
            stuck=stuck,
        )

    standing = stand(new_works)
    defects = standing.problem.validate()
    if defects:
        raise InvalidProblem(defects)
    limit = Budget(began + time_limit_s, iterations, should_stop)
    changes = budget or ChangeBudget()
    wishes = SearchWishes(
        limit=limit,
        room_for=room_for,
        improve=improve,
        seed=seed,
        compiled=compiled,
        on_progress=on_progress,
    )

    def day_with(works: Sequence[Work]) -> DayUnderWay:
        stands = standing if works is new_works else stand(works)
        return DayUnderWay(stands, solution, changes, told, works, promised=promised)

    def answered(day: DayUnderWay, with_room: Orders) -> Replan:
        orders = orders_without(with_room, problem, room_for)
        if (stuck := day.stuck(orders)) or room_for:
            day.standing = stand(day.new_works, stuck, room_for)
        day.hold_back(orders)
        return replace(_answer(day, orders, began), with_room=with_room)

    day = day_with(new_works)
    answer = answered(day, day.best_orders(wishes))
    if answer.within_budget or not new_works:
        return answer
    # New works took what a promise needed: a plan as if nobody had booked, then into that one.
    lean = day_with(())
    without = answered(lean, lean.best_orders(wishes))
    if not without.within_budget:
        return answer
    day = day_with(new_works)
    day.kept = lean.kept
    fuller = answered(day, day.with_new_works(without.with_room, wishes))
    if fuller.within_budget:
        return fuller
    day.standing = standing
    return answered(day, without.with_room)


def _answer(day: DayUnderWay, orders: Orders, began: float) -> Replan:
    solution = day.timed(orders)
    faults = check(day.standing.problem, solution)
    if faults:
        shown = "; ".join(str(fault) for fault in faults[:3])
        raise SolutionRefused(f"{len(faults)} fault(s) in the new plan: {shown}; please report")
    undone = {left.id for left in solution.unassigned}
    moved = moved_works(day.standing.vehicle_of, solution.routes)
    budget = day.budget
    return Replan(
        problem=day.standing.problem,
        solution=solution,
        changes=day.changes(solution),
        touched=day.touched(solution),
        moved=moved,
        lost=day.lost(solution),
        placed=tuple(work.id for work in day.new_works if work.id not in undone),
        within_budget=(budget.most_moved is None or len(moved) <= budget.most_moved)
        and (budget.most_touched is None or day.touches(solution) <= budget.most_touched),
        runtime_s=time.monotonic() - began,
    )
