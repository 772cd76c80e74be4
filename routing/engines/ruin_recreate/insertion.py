"""Putting one work into the plan where it costs least."""

from routing.engines.ruin_recreate.best_place import find_place
from routing.engines.ruin_recreate.columns import (
    DROP_AFTER,
    DROP_TASK,
    FAR,
    KNOWN_VERSION,
    LEFT_OUT,
    LENGTH,
    PENALTY,
    PICK_AFTER,
    PICK_TASK,
    PLACE_COST,
    PLAN_COST,
    SEEN,
    TASK,
    TWIN,
    UNKNOWN,
    VERSION,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.randomness import chance
from routing.engines.ruin_recreate.route_rows import make_room, save_route
from routing.engines.ruin_recreate.route_update import update_between, update_route


@compiled
def insert_cheapest(instance: Instance, plan: PlanState, work: int, blink: float) -> bool:
    """Puts a work where it costs least, if that is less than leaving it out.

    Routes of which the cheapest place is still known come first: they bound the others' search.
    Then the one that was cheapest when last looked at.
    """
    routes, known = plan.routes, plan.known
    best, cost = -1, min(FAR, instance.works[work, PENALTY])
    unknown, open_routes = plan.lists[UNKNOWN], 0
    empty_seen = plan.lists[SEEN]
    promising, promised = 0, FAR
    for v in range(routes.shape[0]):
        empty_seen[v] = 0
    for v in range(routes.shape[0]):
        if not instance.allowed[work, v]:
            continue
        if routes[v, LENGTH] == 0:
            twin = instance.vehicles[v, TWIN]
            if empty_seen[twin]:
                continue
            empty_seen[twin] = 1
        if blink > 0.0 and chance(plan.random) < blink:
            continue
        place = known[work, v, PLACE_COST]
        if known[work, v, KNOWN_VERSION] == routes[v, VERSION]:
            if place >= cost:
                continue
            if known[work, v, PICK_TASK] >= 0:
                best, cost = v, place
                continue
        if place < promised:
            promising, promised = open_routes, place
        unknown[open_routes] = v
        open_routes += 1
    if open_routes > 0:
        unknown[0], unknown[promising] = unknown[promising], unknown[0]
    for i in range(open_routes):
        v = unknown[i]
        if known[work, v, KNOWN_VERSION] == routes[v, VERSION] and (
            known[work, v, PLACE_COST] >= cost
        ):
            continue
        find_place(instance, plan, work, v, cost)
        known[work, v, KNOWN_VERSION] = routes[v, VERSION]
        if known[work, v, PICK_TASK] >= 0:
            best, cost = v, known[work, v, PLACE_COST]
    if best < 0:
        return False
    insert_at(instance, plan, work, best)
    return True


@compiled
def insert_at(instance: Instance, plan: PlanState, work: int, v: int) -> None:
    """Puts a work at its known place in route v."""
    save_route(plan, v)
    place, row, empty = plan.known[work, v], v * plan.saved.shape[1], plan.routes[v, LENGTH] == 0
    first, last = place[PICK_AFTER] + 1, place[DROP_AFTER] + 1
    make_room(plan, v, place[PICK_AFTER], place[DROP_AFTER], place[DROP_TASK] >= 0)
    plan.steps[row + first, TASK] = place[PICK_TASK]
    if place[DROP_TASK] >= 0:
        last += 1
        plan.steps[row + last, TASK] = place[DROP_TASK]
    plan.vehicle_of[work] = v
    plan.figures[LEFT_OUT] -= 1
    plan.figures[PLAN_COST] -= instance.works[work, PENALTY]
    if empty:
        update_route(instance, plan, v)
    else:
        update_between(instance, plan, v, first, last + 1)
