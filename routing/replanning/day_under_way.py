"""A day under way whose rest is planned again: orders within the budget, and what they change."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.engines.request import Budget, Orders
from routing.lookup import Lookup
from routing.parts import Shipment, Work, tasks_of
from routing.problem import Problem, Stability
from routing.promises import TimeChange, time_changes, touched
from routing.replanning.change_budget import (
    ChangeBudget,
    held_back,
    kept_as_told,
    planned_first,
    windows_as_told,
    with_price_on_lateness,
)
from routing.replanning.day_so_far import Standing
from routing.replanning.last_places import with_last_places
from routing.replanning.progress import ReplanProgress
from routing.replanning.rest_of_day import Rest, rest_of_day
from routing.schedule import schedule
from routing.solution import Progress, Route, Solution, VisitKind
from routing.solving.open_search import search_open

LAST_PLACES_S = 0.1
"""For the last places of what is undone, beyond the time of the search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWishes:
    """How orders are to be found; works in `room_for` are only planned with."""

    limit: Budget
    room_for: Collection[str]
    improve: bool
    seed: int
    compiled: bool
    on_progress: Callable[[Progress], None] | None


class DayUnderWay:
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
        self.kept: Mapping[str, int] = {}  # promises that this plan counts on, where that matters
        self.stability = Stability(
            vehicle_of=standing.vehicle_of,
            price_per_moved=budget.price_per_moved,
            most_moved=budget.most_moved,
        )

    def best_orders(self, wishes: SearchWishes) -> Orders:
        """Orders of the whole day. What is planned goes before what only keeps its room, and that
        before all that is new."""
        rest = rest_of_day(self.standing, self.stability)
        priced = self._priced(rest, wishes)
        found = self._kept_where_it_can_be(self._searched(rest, wishes), rest, priced)
        return self._with_last_places(rest, found, wishes)

    def with_new_works(self, orders: Orders, wishes: SearchWishes) -> Orders:
        """The same with what is new put into a plan that keeps the budget without it; the promises
        in `kept` stay kept."""
        rest = rest_of_day(self.standing, self.stability)
        told = kept_as_told(self._priced(rest, wishes), self.kept, self.budget.tolerance_s)
        found = self._searched(rest, wishes)(told, rest.behind(orders))
        return self._with_last_places(rest, found, wishes)

    def _searched(self, rest: Rest, wishes: SearchWishes) -> Callable[..., Orders]:
        progress = ReplanProgress(wishes.limit, self.timed, wishes.on_progress)

        def searched(problem: Problem, begun: Orders = rest.orders) -> Orders:
            # Another search follows where this one touches too many promises.
            follows = self.budget.most_touched is not None
            reserve_s = wishes.limit.seconds_left() / 2 if follows else 0.0
            return search_open(
                problem,
                begun,
                wishes.limit.part(reserve_s),
                improve=wishes.improve,
                seed=wishes.seed,
                compiled=wishes.compiled,
                on_better=lambda orders: progress.met(lambda: rest.whole(orders())),
            )

        return searched

    def _priced(self, rest: Rest, wishes: SearchWishes) -> Problem:
        firm = self._ranked(rest, wishes.room_for)
        return with_price_on_lateness(firm, self.promises, self.budget)

    def _ranked(self, rest: Rest, room_for: Collection[str]) -> Problem:
        """What is planned before what only keeps its room, and that before the rest."""
        begun = {task_id for front in rest.front.values() for task_id in front}
        told = {visit.work_id for route in self.before for visit in route.visits}
        planned = {
            work.id
            for work in rest.problem.works()
            if work.id in told or tasks_of(work)[0].id in begun
        }
        sold = planned_first(rest.problem, planned.union(room_for)) if room_for else rest.problem
        return planned_first(sold, planned)

    def _with_last_places(self, rest: Rest, found: Orders, wishes: SearchWishes) -> Orders:
        """What is undone takes a place anywhere with which no more promises are touched than may
        be: the search kept all promises that it was not told to give up. What only keeps its room
        makes way for what was planned."""
        orders = rest.whole(found)
        tasks = sum(isinstance(work, Shipment) + 1 for work in rest.problem.works())
        if sum(map(len, rest.behind(orders).values())) == tasks:
            return orders
        until = replace(wishes.limit, deadline=wishes.limit.deadline + LAST_PLACES_S)
        found = self._placed(orders, wishes.room_for, until)
        if wishes.room_for and (lost := self.lost(self.timed(found))):
            bare = orders_without(orders, self.standing.problem, wishes.room_for)
            other = self._placed(bare, wishes.room_for, until)
            found = other if len(self.lost(self.timed(other))) < len(lost) else found
        if found != orders:  # a promise that made room is counted on no more
            broken = {change.task_id for change in self.touched(self._timed_held(found))}
            self.kept = {task: at for task, at in self.kept.items() if task not in broken}
        return found

    def _placed(self, orders: Orders, room_for: Collection[str], until: Budget) -> Orders:
        allowed, present = self.budget.most_touched, self.standing
        most = None if allowed is None else max(allowed, self._touches_held(orders))
        self.hold_back(orders)
        held = rest_of_day(self.standing, self.stability)
        self.standing = present
        found = with_last_places(
            self._ranked(held, room_for),
            held.behind(orders),
            lambda more: most is None or self._touches_held(held.whole(more)) <= most,
            until.is_over,
        )
        return held.whole(found)

    def _kept_where_it_can_be(
        self, searched: Callable[[Problem], Orders], rest: Rest, priced: Problem
    ) -> Orders:
        """Orders of the rest; where more promises are touched than may be, those of a search that
        keeps all others. `kept` are then the promises that they count on."""
        orders = searched(priced)
        allowed = self.budget.most_touched
        if allowed is None:
            return orders
        found = self.timed(rest.whole(orders))
        broken = {change.task_id for change in self.touched(found)}
        self.kept = {task: at for task, at in self.promises.items() if task not in broken}
        if self.touches(found) <= allowed:
            return orders
        late = {c.task_id: c.after_s for c in self.touched(self.timed(rest.whole(rest.orders)))}
        may = [c.task_id for c in self.touched(found) if c.task_id not in late]
        free = may[: max(0, allowed - len(late) - len(self.lost(found)))]
        told_now = {**self.promises, **late}
        self.kept = {task: at for task, at in told_now.items() if task not in free}
        return searched(kept_as_told(priced, self.kept, self.budget.tolerance_s))

    def _touches_held(self, orders: Orders) -> int:
        """Promises touched when couriers wait for those that they keep."""
        return self.touches(self._timed_held(orders))

    def _timed_held(self, orders: Orders) -> Solution:
        present = self.standing
        self.hold_back(orders)
        timed = self.timed(orders)
        self.standing = present
        return timed

    def hold_back(self, orders: Orders) -> None:
        """A courier who would come too early for a promise waits: the search has counted on it, but
        for promises that nobody can keep any more."""
        starts = {v.task_id: v.start_s for route in self.timed(orders).routes for v in route.visits}
        tasks = {t.id: t for work in self.standing.problem.works() for t in tasks_of(work)}
        by = self.budget.tolerance_s
        first = {
            task: at - by
            for task, at in self.kept.items()
            if task in tasks and windows_as_told(tasks[task], at, by)
        }
        early = {task: at for task, at in first.items() if starts.get(task, at) < at}
        present = self.standing
        while True:
            self.standing = replace(present, problem=held_back(present.problem, early))
            held = self._held_too_long(orders, early)
            if held is None:
                return
            del early[held]

    def _held_too_long(self, orders: Orders, held: Collection[str]) -> str | None:
        """The last task held back in front of what would break a rule: one promise kept is not
        worth another's window."""
        for route in self.timed(orders).routes if held else ():
            if not route.violations:
                continue
            at = next((n for n, v in enumerate(route.visits) if v.violations), len(route.visits))
            there = [v.task_id for v in route.visits[: at + 1] if v.task_id in held]
            if there:
                return there[-1]
        return None

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


def without_works(problem: Problem, works: Collection[str]) -> Problem:
    """The same but for some works."""
    if not works:
        return problem
    return replace(
        problem,
        jobs=tuple(job for job in problem.jobs if job.id not in works),
        shipments=tuple(each for each in problem.shipments if each.id not in works),
    )


def orders_without(
    orders: Orders, problem: Problem, works: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """Later visits come no later by that: a road past somebody's door is no shorter than one that
    halts there."""
    tasks = {t.id for work in problem.works() if work.id in works for t in tasks_of(work)}
    return {v: tuple(task for task in order if task not in tasks) for v, order in orders.items()}


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
