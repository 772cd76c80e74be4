"""Putting one work into the plan where it costs least."""

from routing.engines.ruin_recreate.best_place import find_place, is_tighter
from routing.engines.ruin_recreate.columns import (
    DROP_AFTER,
    DROP_AT,
    DROP_END,
    DROP_TASK,
    EMPTY_VERSION,
    END_COST,
    FAR,
    KNOWN_VERSION,
    LEAST_FIXED,
    LEFT_OUT,
    LEG_S,
    LENGTH,
    OFFERED,
    PENALTY,
    PER_SECOND,
    PICK_AFTER,
    PICK_AT,
    PICK_TASK,
    PLACE,
    PLACE_COST,
    PLAN_COST,
    PRICE,
    PROFILE,
    TASK,
    UNKNOWN,
    VERSION,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.offered_routes import offer_idle, offer_used, only_vehicle
from routing.engines.ruin_recreate.place_rules import detour
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.randomness import chance
from routing.engines.ruin_recreate.route_rows import make_room, save_route
from routing.engines.ruin_recreate.route_update import update_between, update_route


@compiled
def insert_cheapest(
    instance: Instance, plan: PlanState, work: int, blink: float, everywhere: bool
) -> int:
    """Puts a work where it costs least, if that is less than leaving it out; gives the vehicle's
    number, or -1. Unless `everywhere`, routes without a work close to this one are looked at only
    if no other has a place."""
    best = _cheapest_route(instance, plan, work, blink, everywhere)
    if best < 0 and not everywhere:
        best = _cheapest_route(instance, plan, work, blink, True)
    if best >= 0:
        insert_at(instance, plan, work, best)
    return best


@compiled
def _cheapest_route(
    instance: Instance, plan: PlanState, work: int, blink: float, everywhere: bool
) -> int:
    """The vehicle in whose route a work costs least, or -1; its place is known then. Idle vehicles
    are asked where calling the cheapest one in may cost less than the best place of all others."""
    only = only_vehicle(instance, plan, work)
    if only >= 0:
        plan.lists[OFFERED, 0] = only
        return _cheapest_offered(instance, plan, work, blink, 1, -1)
    count = offer_used(instance, plan, work, everywhere)
    best = _cheapest_offered(instance, plan, work, blink, count, -1)
    cost = plan.known[work, best, PLACE_COST] if best >= 0 else instance.works[work, PENALTY]
    if cost <= instance.general[LEAST_FIXED]:
        return best
    count = offer_idle(instance, plan, work)
    return _cheapest_offered(instance, plan, work, blink, count, best)


@compiled
def _cheapest_offered(
    instance: Instance, plan: PlanState, work: int, blink: float, count: int, best: int
) -> int:
    """The best of the vehicles offered and of `best`, a vehicle of which the place is known or -1.

    Routes of which the cheapest place is still known come first: they bound the others' search.
    Then the one that was cheapest when last looked at.
    """
    routes, known = plan.routes, plan.known
    cost = min(FAR, instance.works[work, PENALTY])
    if best >= 0:
        cost = known[work, best, PLACE_COST]
    unknown, open_routes = plan.lists[UNKNOWN], 0
    promising, promised = 0, FAR
    offered = plan.lists[OFFERED]
    for j in range(count):
        v = offered[j]
        if not instance.allowed[work, v]:
            continue
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
    return best


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


@compiled
def keep_bounds(
    instance: Instance, plan: PlanState, done: int, v: int, works: Ints, first: int, behind: int
) -> None:
    """Carries over what works[first:behind] know of route v as it was before work `done` came in.

    A newcomer makes no other place cheaper: a place costs what the cheapest one cost, or it has an
    end next to the newcomer. Bounds taken from that spare most of the looking (exact where rides
    obey the triangle inequality).
    """
    routes, known, table = plan.routes, plan.known, instance.works
    before = known[done, v, KNOWN_VERSION]
    if before == EMPTY_VERSION:
        return
    row, end = v * plan.saved.shape[1], known[done, v, DROP_AFTER] + 2
    begin = known[done, v, PICK_AFTER] + 1
    is_pair = known[done, v, DROP_TASK] >= 0
    for j in range(first, behind):
        work = works[j]
        place = known[work, v]
        if place[KNOWN_VERSION] != before:
            continue
        pick, middle = table[work, PICK_AT], table[work, DROP_AT]
        drops = table[work, DROP_END] - middle
        if middle - pick > 1 or drops > 1:
            continue
        tight = instance.options[pick]
        loose = instance.options[middle] if drops == 1 else -1
        if drops == 1 and not is_tighter(instance, tight, loose):
            tight, loose = loose, tight
        here = _least_beside(instance, plan, tight, v, row + begin)
        other = _least_beside(instance, plan, loose, v, row + begin) if drops == 1 else FAR
        if is_pair:
            here = min(here, _least_beside(instance, plan, tight, v, row + end))
            if drops == 1:
                other = min(other, _least_beside(instance, plan, loose, v, row + end))
        place[END_COST] = min(place[END_COST], here)
        place[PLACE_COST] = min(place[PLACE_COST], place[END_COST] + max(0, other), here)
        place[PICK_TASK], place[KNOWN_VERSION] = -1, routes[v, VERSION]


@compiled
def _least_beside(instance: Instance, plan: PlanState, task: int, v: int, step: int) -> int:
    """What a task costs at least on the legs to and from a step."""
    profile, place = instance.vehicles[v, PROFILE], instance.tasks[task, PLACE]
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    seconds = min(
        detour(there, back, plan.steps, step - 1, LEG_S),
        detour(there, back, plan.steps, step, LEG_S),
    )
    return int(instance.vehicles[v, PER_SECOND] * seconds + instance.tasks[task, PRICE])
