"""Whether a replan leaves the room of what was sold and is not ridden yet, found by trying all."""

from collections.abc import Iterator
from dataclasses import replace

from routing import Problem, Solution, check, schedule
from routing.insertion import prepare
from routing.lookup import Lookup
from routing.parts import tasks_of
from routing.problem import Stability
from routing.replan import Replan
from tests.builders.changed_days import ChangedDay, bag_of, lost_in, touched_in


def with_rooms(day: ChangedDay, answer: Replan) -> tuple[Problem, Solution]:
    """The answer as it was made: with everything sold in the place that it has there, and what is
    held back for a promise as in the answer."""
    undone = {left.id for left in answer.solution.unassigned}
    stuck = {work for state in day.states for work in bag_of(day, state)} & undone
    standing = day.standing(stuck)
    held = {work.id: work for work in answer.problem.shipments}
    problem = replace(
        standing.problem,
        shipments=tuple(held.get(work.id, work) for work in standing.problem.shipments),
    )
    lookup = Lookup(problem)
    steps = {v: standing.with_breaks(lookup, v, o) for v, o in answer.with_room.items()}
    return problem, schedule(problem, steps)


def works_with_room(day: ChangedDay, answer: Replan) -> set[str]:
    """Of what was sold."""
    ridden = {task for order in answer.with_room.values() for task in order}
    works = (work for work in day.problem.works() if work.id in day.sold)
    return {work.id for work in works if ridden & {task.id for task in tasks_of(work)}}


def rooms_lost(day: ChangedDay, answer: Replan) -> list[str]:
    """Everything that an answer must not do with what only keeps its room, in words."""
    return [*_rides_them(day, answer), *_has_no_room(day, answer)] if day.sold else []


def _rides_them(day: ChangedDay, answer: Replan) -> Iterator[str]:
    """They leave the plan at the end, and nothing else does."""
    known = {work.id for work in answer.problem.works()}
    yield from (f"{work} only keeps its room, and is in the answer" for work in day.sold & known)
    tasks = {t.id for work in day.problem.works() if work.id in day.sold for t in tasks_of(work)}
    ridden = {route.vehicle_id: route.task_ids for route in answer.solution.routes}
    for vehicle, order in answer.with_room.items():
        kept = tuple(task for task in order if task not in tasks)
        if ridden.get(vehicle, ()) != kept:
            yield f"{vehicle} rides {ridden.get(vehicle)}, and the room was kept in {kept}"


def _has_no_room(day: ChangedDay, answer: Replan) -> Iterator[str]:
    """With them the plan keeps every rule; who has no room has none in any route, by exact trials,
    which keeps the budget too."""
    problem, solution = with_rooms(day, answer)
    yield from (f"with what was sold: {fault}" for fault in check(problem, solution))
    placed = {visit.work_id for route in solution.routes for visit in route.visits}
    stability = Stability(vehicle_of=day.vehicle_of, most_moved=day.budget.most_moved)
    prepared = prepare(replace(problem, stability=stability), solution, compiled=False)
    for work_id in sorted(day.sold - placed):
        work = prepared.model.lookup.works[work_id]
        for offer in prepared.insert(work).offers:
            orders = {**solution.orders, offer.vehicle_id: offer.route.order}
            if day.allows(problem, schedule(problem, orders)):
                yield f"{work_id} lost its room, and {offer.vehicle_id} has one"
    most = day.budget.most_touched
    if most is not None and not answer.within_budget:
        touched = len(touched_in(day, solution)) + len(lost_in(day, solution))
        if touched <= most:
            yield f"over its budget without what was sold, with it only {touched} touched"
