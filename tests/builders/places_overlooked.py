"""Works that a replan leaves undone although somebody has a place for them, found by trying all."""

from collections.abc import Collection, Iterator
from dataclasses import replace

from routing import CourierState, schedule
from routing.insertion import PreparedPlan, prepare
from routing.lookup import Lookup
from routing.objective import Penalties
from routing.parts import Shipment, Work
from routing.problem import Stability
from routing.replan import Replan
from routing.replanning.change_budget import planned_first
from tests.builders.changed_days import ChangedDay, bag_of, tasks_of_route
from tests.builders.kept_rooms import with_rooms


def places_overlooked(day: ChangedDay, answer: Replan) -> list[str]:
    """Undone works that have a place after all, which keeps every rule, the budget and the room of
    what was sold, and costs less than leaving them; every route is asked, by exact trials."""
    stability = Stability(vehicle_of=day.vehicle_of, most_moved=day.budget.most_moved)
    whole = (answer.problem, answer.solution) if not day.sold else with_rooms(day, answer)
    problem = replace(whole[0], stability=stability)
    prepared = prepare(problem, whole[1], compiled=False)
    planned = {visit.work_id for route in day.plan.routes for visit in tasks_of_route(route)}
    penalties = Penalties(planned_first(problem, {w.id for w in problem.works()} & planned))
    in_bags = {work_id for state in day.states for work_id in bag_of(day, state)}
    found = []
    for left in answer.solution.unassigned:
        if left.id in in_bags:
            continue
        work = prepared.model.lookup.works[left.id]
        gain = penalties.of(work)
        found += [
            f"{left.id} is undone, and {place} has a place for it"
            for place in _places(day, answer, prepared, work, gain)
        ]
    return [*found, *_deliveries_overlooked(day, answer)]


def _places(
    day: ChangedDay, answer: Replan, prepared: PreparedPlan, work: Work, gain: int
) -> Iterator[str]:
    for offer in prepared.insert(work).offers:
        if offer.price >= gain:
            continue
        orders = {**prepared.solution.orders, offer.vehicle_id: offer.route.order}
        problem = replace(prepared.problem, stability=answer.problem.stability)
        if day.allows(problem, schedule(problem, orders)):
            yield offer.vehicle_id


def _deliveries_overlooked(day: ChangedDay, answer: Replan) -> Iterator[str]:
    """What stays in somebody's bag though he could deliver it, everything else as it is."""
    undone = {left.id for left in answer.solution.unassigned}
    riding = [state for state in day.states if state.vehicle_id not in day.dropped]
    stuck = {
        work_id: state for state in riding for work_id in bag_of(day, state) if work_id in undone
    }
    for work_id, state in stuck.items():
        yield from _ways_to_deliver(day, answer, state, work_id, stuck.keys() - {work_id})


def _ways_to_deliver(
    day: ChangedDay, answer: Replan, state: CourierState, work_id: str, others: Collection[str]
) -> Iterator[str]:
    standing = day.standing(others)
    lookup = Lookup(standing.problem)
    work = lookup.works[work_id]
    assert isinstance(work, Shipment)
    orders = {route.vehicle_id: route.task_ids for route in answer.solution.routes}
    own = orders[state.vehicle_id]
    for place in range(len(standing.fixed[state.vehicle_id]), len(own) + 1):
        order = (*own[:place], work.deliveries[0].id, *own[place:])
        tried = {**orders, state.vehicle_id: order}
        placed = {v: standing.with_breaks(lookup, v, each) for v, each in tried.items()}
        if day.allows(standing.problem, schedule(standing.problem, placed)):
            yield f"{work_id} stays in the bag of {state.vehicle_id}, who could deliver it"
            return
