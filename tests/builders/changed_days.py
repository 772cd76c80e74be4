"""Days that were replanned, judged from what happened and what was told, not by what the replan
made of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from routing import ChangeBudget, CourierState, Problem, Solution, VisitKind, check, schedule
from routing.lookup import Lookup
from routing.parts import Shipment, Work
from routing.replan import Replan, replan
from routing.replanning.day_so_far import Standing, day_so_far
from routing.solution import Route


@dataclass(frozen=True, kw_only=True)
class ChangedDay:
    """A plan under way and what happened to it. `promised`: None = every visit is a promise;
    `sold` are works of the problem that no route has and that keep their room."""

    problem: Problem
    plan: Solution
    now_s: int
    states: tuple[CourierState, ...] = ()
    dropped: tuple[str, ...] = ()
    new_works: tuple[Work, ...] = ()
    budget: ChangeBudget = field(default_factory=ChangeBudget)
    promised: frozenset[str] | None = None
    sold: frozenset[str] = frozenset()

    @property
    def done(self) -> frozenset[str]:
        return frozenset(step for state in self.states for step in state.done)

    @property
    def told(self) -> dict[str, int]:
        """Start per task that is still to come."""
        return {
            str(visit.task_id): visit.start_s
            for route in self.plan.routes
            for visit in tasks_of_route(route)
            if visit.task_id not in self.done
        }

    @property
    def vehicle_of(self) -> dict[str, str]:
        """Vehicle per planned work of which nothing is done and that nobody who dropped out has."""
        started = {
            visit.work_id
            for route in self.plan.routes
            for visit in tasks_of_route(route)
            if visit.task_id in self.done
        }
        return {
            str(visit.work_id): route.vehicle_id
            for route in self.plan.routes
            for visit in tasks_of_route(route)
            if visit.work_id not in started and route.vehicle_id not in self.dropped
        }

    def standing(self, stuck: Collection[str]) -> Standing:
        """Where the changed day stands, with these works left on board."""
        return day_so_far(
            self.problem,
            self.plan,
            now_s=self.now_s,
            states=self.states,
            dropped=self.dropped,
            new_works=self.new_works,
            stuck=stuck,
        )

    def allows(self, problem: Problem, solution: Solution) -> bool:
        """Whether an answer keeps every rule and touches no more promises than it may."""
        if check(problem, solution):
            return False
        most = self.budget.most_touched
        return (
            most is None or len(touched_in(self, solution)) + len(lost_in(self, solution)) <= most
        )

    def replanned(self, *, iterations: int, compiled: bool = True, seed: int = 1) -> Replan:
        """Without looking at the clock, so that the same day gives the same answer."""
        return replan(
            self.problem,
            self.plan,
            now_s=self.now_s,
            states=self.states,
            dropped=self.dropped,
            new_works=self.new_works,
            room_for=self.sold,
            budget=self.budget,
            promised=self.promised,
            time_limit_s=600,
            iterations=iterations,
            seed=seed,
            compiled=compiled,
        )


def faults_of(day: ChangedDay, answer: Replan) -> list[str]:
    """Everything that an answer must not do, in words; empty if it does nothing of it."""
    return [
        *_breaks_rules(answer),
        *_changes_the_past(day, answer),
        *_unpacks_bags(day, answer),
        *_counts_wrongly(day, answer),
    ]


def _breaks_rules(answer: Replan) -> Iterator[str]:
    yield from (f"check: {fault}" for fault in check(answer.problem, answer.solution))
    again = schedule(answer.problem, answer.solution.orders)
    if (again.routes, again.cost) != (answer.solution.routes, answer.solution.cost):
        yield "its times or its cost are not those of `schedule`"


def _changes_the_past(day: ChangedDay, answer: Replan) -> Iterator[str]:
    """What was done comes first and in that order, ends when the courier is free, and nothing else
    begins before."""
    routes = {route.vehicle_id: route for route in answer.solution.routes}
    planned = {v.task_id for route in answer.solution.routes for v in tasks_of_route(route)}
    for state in day.states:
        goes_on = state.vehicle_id not in day.dropped
        tasks = [step for step in state.done if step in planned or goes_on]
        route = routes.get(state.vehicle_id)
        if route is not None and state.done:
            found = _wrong_past(route, state, planned, goes_on=goes_on)
            yield from (f"{state.vehicle_id} {wrong}" for wrong in found)
        elif tasks:
            yield f"{state.vehicle_id} has no route though it did {tasks}"


def _wrong_past(
    route: Route, state: CourierState, planned: Collection[str], *, goes_on: bool
) -> Iterator[str]:
    own = [visit for visit in route.visits if visit.kind not in (VisitKind.START, VisitKind.END)]
    past = [visit for visit in own if visit.task_id in state.done]
    if [visit.task_id for visit in past] != list(state.done):
        yield f"did {state.done}, and now {[visit.task_id for visit in past]}"
        return
    halts = {f"{name}:{state.vehicle_id}" for name in ("here", "left")}
    last = own.index(past[-1])
    if strangers := {visit.task_id for visit in own[: last + 1]} - {*state.done, *halts}:
        yield f"has {strangers} in its past"
    if past[-1].end_s > state.free_s:
        yield f"is free at {state.free_s}, but busy until {past[-1].end_s}"
    to_come = [visit for visit in own[last + 1 :] if visit.task_id not in halts]
    tasks = [visit for visit in to_come if visit.kind is not VisitKind.BREAK]
    if to_come and not goes_on:
        yield f"dropped out and goes on with {to_come[0].task_id}"
    if any(visit.start_s < state.free_s for visit in tasks):
        yield "begins something before it is free"
    first = [step for step in state.next_ids if step in planned and goes_on]
    if [visit.task_id for visit in tasks[: len(first)]] != first:
        yield f"is on its way to {first}, and does {tasks[0].task_id if tasks else None}"
    started = {visit.task_id: visit.start_s for visit in past}
    if any(started[step] > at for step, at in state.started.items()):
        yield "begins something later than it did"


def _unpacks_bags(day: ChangedDay, answer: Replan) -> Iterator[str]:
    """What is on board is delivered by who has it, or by nobody."""
    by = {
        visit.task_id: route.vehicle_id
        for route in answer.solution.routes
        for visit in tasks_of_route(route)
    }
    lookup = Lookup(day.problem)
    for state in day.states:
        for work_id in bag_of(day, state):
            work = lookup.works[work_id]
            assert isinstance(work, Shipment)
            carriers = {by[task.id] for task in work.deliveries if task.id in by}
            fetched = [by.get(f"fetch:{task.id}") for task in work.pickups if task.id in day.done]
            if state.vehicle_id not in day.dropped:
                if carriers - {state.vehicle_id} or any(fetched):
                    yield f"{work_id} leaves the bag of {state.vehicle_id} for {carriers}"
            elif carriers != set(fetched) - {None}:
                yield f"{work_id} is fetched by {fetched} and delivered by {carriers}"


def _counts_wrongly(day: ChangedDay, answer: Replan) -> Iterator[str]:
    now = {
        visit.work_id: route.vehicle_id
        for route in answer.solution.routes
        for visit in tasks_of_route(route)
    }
    moved = {work for work, v in day.vehicle_of.items() if now.get(work, v) != v}
    if moved != {move.work_id for move in answer.moved}:
        yield f"moved are {sorted(moved)}, told {sorted(m.work_id for m in answer.moved)}"
    touched, lost = touched_in(day, answer.solution), lost_in(day, answer.solution)
    if touched != {change.task_id for change in answer.touched}:
        yield f"touched are {sorted(touched)}, told {sorted(c.task_id for c in answer.touched)}"
    if lost != set(answer.lost):
        yield f"lost are {sorted(lost)}, told {sorted(answer.lost)}"
    undone = {left.id for left in answer.solution.unassigned}
    if set(answer.placed) != {work.id for work in day.new_works} - undone:
        yield f"placed are others than {sorted(answer.placed)}"
    most = day.budget.most_moved
    if most is not None and len(moved) > most:
        yield f"{len(moved)} works moved, {most} may"
    most = day.budget.most_touched
    if answer.within_budget is (most is not None and len(touched) + len(lost) > most):
        yield f"within_budget is {answer.within_budget}: {len(touched)} touched, {len(lost)} lost"


def touched_in(day: ChangedDay, solution: Solution) -> set[str]:
    starts = {v.task_id: v.start_s for route in solution.routes for v in tasks_of_route(route)}
    return {
        task
        for task, told in day.told.items()
        if (day.promised is None or task in day.promised)
        and abs(starts.get(task, told) - told) > day.budget.tolerance_s
    }


def lost_in(day: ChangedDay, solution: Solution) -> set[str]:
    lookup = Lookup(day.problem)
    planned = {lookup.entries[task].work.id for task in day.told}
    return planned & {left.id for left in solution.unassigned}


def bag_of(day: ChangedDay, state: CourierState) -> list[str]:
    """Works picked up and not delivered."""
    lookup = Lookup(day.problem)
    done = [lookup.entries[step] for step in state.done if step in lookup.entries]
    delivered = {entry.work.id for entry in done if entry.kind is VisitKind.DELIVERY}
    return [
        entry.work.id
        for entry in done
        if entry.kind is VisitKind.PICKUP and entry.work.id not in delivered
    ]


def tasks_of_route(route: Route) -> Iterator:
    return (v for v in route.visits if v.task_id is not None and v.kind is not VisitKind.BREAK)
