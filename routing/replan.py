"""Change a day that is under way: what is executed and on board stays, and little else moves.

A courier drops out, urgent work comes in, somebody is late. The answer is the whole day again, and
it names every promise that it touches.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.check import check
from routing.engines.request import Budget, Orders
from routing.lookup import Lookup
from routing.parts import Work, tasks_of
from routing.problem import InvalidProblem, Problem, Stability
from routing.promises import TimeChange, time_changes, touched
from routing.replanning.change_budget import (
    ChangeBudget,
    Move,
    kept_as_told,
    moved_works,
    planned_first,
    with_price_on_lateness,
)
from routing.replanning.courier_state import CourierState
from routing.replanning.day_so_far import FETCH_SERVICE_S, Standing, day_so_far
from routing.replanning.progress import ReplanProgress
from routing.replanning.rest_of_day import rest_of_day
from routing.schedule import schedule
from routing.solution import Progress, Route, Solution, VisitKind
from routing.solve import SolutionRefused
from routing.solving.open_search import search_open

SEARCH_S = 0.7
"""Default for the search: with reading, timing and judging the answer comes within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """The day again. `problem` is the day as it stands, `solution` a plan of it that passes
    `check`: the executed part of every route, then the rest.

    `changes` are visits to come that start at another moment or with another vehicle than told,
    `touched` the promises among them beyond the tolerance; `moved` works change vehicle though
    theirs has not dropped out; `lost` were planned and are undone now; `placed` are new works that
    got a place.
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


def replan(
    problem: Problem,
    solution: Solution,
    *,
    now_s: int,
    states: Iterable[CourierState] = (),
    dropped: Collection[str] = (),
    new_works: Sequence[Work] = (),
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
    far is the answer. Raises InvalidState (what happened cannot have), InvalidProblem.
    """
    began = time.monotonic()
    states = tuple(states)

    def stand(stuck: Collection[str] = ()) -> Standing:
        return day_so_far(
            problem,
            solution,
            now_s=now_s,
            states=states,
            dropped=dropped,
            new_works=new_works,
            fetch_service_s=fetch_service_s,
            stuck=stuck,
        )

    standing = stand()
    defects = standing.problem.validate()
    if defects:
        raise InvalidProblem(defects)
    limit = Budget(began + time_limit_s, iterations, should_stop)
    day = _Day(standing, solution, budget or ChangeBudget(), told, new_works, promised=promised)
    progress = ReplanProgress(limit, day.timed, on_progress)
    orders = day.best_orders(limit, progress, improve=improve, seed=seed, compiled=compiled)
    if stuck := day.stuck(orders):
        day.standing = stand(stuck)
    return day.answer(orders, began)


class _Day:
    """A day that stands somewhere, and what was told about the rest of it."""

    def __init__(
        self,
        standing: Standing,
        solution: Solution,
        budget: ChangeBudget,
        told: Mapping[str, int] | None,
        new_works: Sequence[Work],
        *,
        promised: Collection[str] | None,
    ) -> None:
        self.standing = standing
        self.new_works = new_works
        self.budget = budget
        self.over = {task_id for order in standing.fixed.values() for task_id in order}
        self.before = tuple(_promised(route, self.over, told) for route in solution.routes)
        self.told = {
            visit.task_id: visit.start_s
            for route in self.before
            for visit in route.visits
            if visit.task_id is not None
        }
        self.promises = {
            task: at for task, at in self.told.items() if promised is None or task in promised
        }
        self.stability = Stability(
            vehicle_of=standing.vehicle_of,
            price_per_moved=budget.price_per_moved,
            most_moved=budget.most_moved,
        )

    def best_orders(
        self,
        limit: Budget,
        progress: ReplanProgress,
        *,
        improve: bool,
        seed: int,
        compiled: bool,
    ) -> Orders:
        """Orders of the whole day."""
        rest = rest_of_day(self.standing, self.stability)
        begun = {task_id for front in rest.front.values() for task_id in front}
        told = {visit.work_id for route in self.before for visit in route.visits}
        planned = {
            work.id
            for work in rest.problem.works()
            if work.id in told or tasks_of(work)[0].id in begun
        }
        firm = planned_first(rest.problem, planned)
        priced = with_price_on_lateness(firm, self.promises, self.budget)

        def searched(problem: Problem) -> Orders:
            found = search_open(
                problem,
                rest.orders,
                limit,
                improve=improve,
                seed=seed,
                compiled=compiled,
                on_better=lambda orders: progress.met(lambda: rest.whole(orders())),
            )
            return rest.whole(found)

        orders = searched(priced)
        allowed = self.budget.most_touched
        if allowed is None:
            return orders
        found = self.timed(orders)
        if self.touches(found) <= allowed:
            return orders
        late = {c.task_id: c.after_s for c in self.touched(self.timed(rest.whole(rest.orders)))}
        may = [c.task_id for c in self.touched(found) if c.task_id not in late]
        free = may[: max(0, allowed - len(late))]
        strict = kept_as_told(priced, {**self.promises, **late}, self.budget.tolerance_s, free)
        return searched(strict)

    def stuck(self, orders: Orders) -> tuple[str, ...]:
        """Works on board whose delivery is in no order."""
        lookup = Lookup(self.standing.problem)
        sides: dict[str, set[VisitKind]] = {}
        for order in orders.values():
            for task_id in order:
                entry = lookup.entries[task_id]
                sides.setdefault(entry.work.id, set()).add(entry.kind)
        return tuple(work_id for work_id, kinds in sides.items() if kinds == {VisitKind.PICKUP})

    def timed(self, orders: Orders) -> Solution:
        """With breaks where they fit best, but for those taken: these stay behind as they were."""
        lookup = Lookup(self.standing.problem)
        placed = {
            vehicle_id: self.standing.with_breaks(lookup, vehicle_id, order)
            for vehicle_id, order in orders.items()
        }
        return schedule(self.standing.problem, placed)

    def changes(self, solution: Solution) -> tuple[TimeChange, ...]:
        found = time_changes(self.before, solution.routes)
        return tuple(change for change in found if change.task_id in self.told)

    def touched(self, solution: Solution) -> tuple[TimeChange, ...]:
        moved = touched(self.changes(solution), self.budget.tolerance_s)
        return tuple(change for change in moved if change.task_id in self.promises)

    def lost(self, solution: Solution) -> tuple[str, ...]:
        """Works that were planned and are undone."""
        planned = {visit.work_id for route in self.before for visit in route.visits}
        return tuple(left.id for left in solution.unassigned if left.id in planned)

    def touches(self, solution: Solution) -> int:
        """Promises touched, those of lost works included."""
        return len(self.touched(solution)) + len(self.lost(solution))

    def answer(self, orders: Orders, began: float) -> Replan:
        solution = self.timed(orders)
        faults = check(self.standing.problem, solution)
        if faults:
            shown = "; ".join(str(fault) for fault in faults[:3])
            raise SolutionRefused(f"{len(faults)} fault(s) in the new plan: {shown}; please report")
        undone = {left.id for left in solution.unassigned}
        moved = moved_works(self.standing.vehicle_of, solution.routes)
        budget = self.budget
        return Replan(
            problem=self.standing.problem,
            solution=solution,
            changes=self.changes(solution),
            touched=self.touched(solution),
            moved=moved,
            lost=self.lost(solution),
            placed=tuple(work.id for work in self.new_works if work.id not in undone),
            within_budget=(budget.most_moved is None or len(moved) <= budget.most_moved)
            and (budget.most_touched is None or self.touches(solution) <= budget.most_touched),
            runtime_s=time.monotonic() - began,
        )


def _promised(route: Route, over: Collection[str], told: Mapping[str, int] | None) -> Route:
    """The visits to come of a route, at the moments told."""
    visits = []
    for visit in route.visits:
        if visit.task_id is None or visit.task_id in over:
            continue
        if told is None:
            visits.append(visit)
        elif visit.task_id in told:
            visits.append(replace(visit, start_s=told[visit.task_id]))
    return replace(route, visits=tuple(visits))
