"""A given order becomes timed routes and violations: the only arithmetic of time that leaves here.

Planner, drag-and-drop, arrival estimates and tests all ask this module.
"""

from collections.abc import Iterable, Mapping, Sequence

from routing.clock.breaks import place_breaks_in
from routing.clock.route_rules import cross_route_violations
from routing.clock.timing import time_route
from routing.lookup import Lookup
from routing.objective import Penalties
from routing.problem import Job, Problem
from routing.solution import Route, Solution, Unassigned, VisitKind


class InvalidOrder(ValueError):
    """An order names a vehicle, task or break that the problem does not have."""


def schedule(
    problem: Problem,
    orders: Mapping[str, Sequence[str]],
    *,
    place_breaks: bool = False,
    like: Solution | None = None,
) -> Solution:
    """Time every route of `orders` (vehicle id → task and break ids in order).

    A broken rule is a violation in the answer, never an exception. With `place_breaks` the breaks
    in `orders` are ignored and put where they fit best. Vehicles without tasks get no route.
    Works that are not wholly done are unassigned, without reasons. `like` lends its routes where
    their tasks come in the same order: its problem has the same vehicles, and the same rides and
    rules for these tasks. Raises InvalidOrder.
    """
    lookup = Lookup(problem)
    _check_ids(lookup, orders)
    known = {} if like is None else {route.vehicle_id: route for route in like.routes}
    routes: list[Route] = []
    for vehicle in problem.vehicles:
        order = tuple(orders.get(vehicle.id, ()))
        same = known.get(vehicle.id)
        if same is not None and order == (same.task_ids if place_breaks else same.order):
            routes.append(same)
            continue
        if place_breaks:
            order = place_breaks_in(lookup, vehicle, [i for i in order if i in lookup.entries])
        if any(step in lookup.entries for step in order):
            routes.append(time_route(lookup, vehicle, order))
    return assemble(lookup, routes)


def assemble(lookup: Lookup, routes: Iterable[Route]) -> Solution:
    """Timed routes → solution: rules between routes, undone work, total cost."""
    final = cross_route_violations(lookup, tuple(routes))
    done = {work_id for route in final for work_id in _works_done(lookup, route)}
    undone = [work for work in lookup.problem.works() if work.id not in done]
    unassigned: tuple[Unassigned, ...] = ()
    if undone:  # else nobody asks for the bound on any plan, which looks at every ride
        penalties = Penalties(lookup.problem)
        unassigned = tuple(Unassigned(id=work.id, penalty=penalties.of(work)) for work in undone)
    cost = sum(route.cost for route in final) + sum(left.penalty for left in unassigned)
    return Solution(routes=final, unassigned=unassigned, cost=cost)


def _works_done(lookup: Lookup, route: Route) -> set[str]:
    sides: dict[str, set[VisitKind]] = {}
    for visit in route.visits:
        if visit.work_id is not None:
            sides.setdefault(visit.work_id, set()).add(visit.kind)
    return {
        work_id
        for work_id, kinds in sides.items()
        if isinstance(lookup.works[work_id], Job) or len(kinds) == 2
    }


def _check_ids(lookup: Lookup, orders: Mapping[str, Sequence[str]]) -> None:
    for vehicle_id, order in orders.items():
        vehicle = lookup.vehicles.get(vehicle_id)
        if vehicle is None:
            raise InvalidOrder(f"no vehicle {vehicle_id!r} in this problem")
        pauses = {pause.id for pause in vehicle.breaks}
        for step in order:
            if step not in lookup.entries and step not in pauses:
                raise InvalidOrder(f"no task or break {step!r} for vehicle {vehicle_id!r}")
