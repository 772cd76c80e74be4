"""Which routes a work is offered: those where it is likely to fit cheaply, or all."""

from routing.engines.ruin_recreate.columns import (
    BEFORE,
    CHANGED,
    FAR,
    IS_OFFERED,
    LENGTH,
    MOST_MOVED,
    OFFERED,
    SEEN,
    TOUCHED_ROUTES,
    TWIN,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState


@compiled
def offer_used(instance: Instance, plan: PlanState, work: int, everywhere: bool) -> int:
    """Lists the routes that a work is offered and gives their count: all that are used, or those
    with a work close to it and those that changed in this round."""
    if not everywhere:
        return _offer_close(instance, plan, work)
    count = 0
    for v in range(plan.routes.shape[0]):
        if plan.routes[v, LENGTH] > 0:
            plan.lists[OFFERED, count] = v
            count += 1
    return count


@compiled
def offer_idle(instance: Instance, plan: PlanState, work: int) -> int:
    """Lists one idle vehicle of each kind that may have the work, and gives their count."""
    offered, count = plan.lists[OFFERED], 0
    routes, empty_seen = plan.routes, plan.lists[SEEN]
    for v in range(routes.shape[0]):
        empty_seen[v] = 0
    for v in range(routes.shape[0]):
        if routes[v, LENGTH] == 0:
            twin = instance.vehicles[v, TWIN]
            if empty_seen[twin] or not instance.allowed[work, v]:
                continue
            empty_seen[twin] = 1
            offered[count] = v
            count += 1
    return count


@compiled
def _offer_close(instance: Instance, plan: PlanState, work: int) -> int:
    offered, is_offered, count = plan.lists[OFFERED], plan.lists[IS_OFFERED], 0
    for j in range(instance.close.shape[1]):
        v = plan.vehicle_of[instance.close[work, j]]
        if v >= 0 and not is_offered[v]:
            is_offered[v] = 1
            offered[count] = v
            count += 1
    for j in range(plan.figures[TOUCHED_ROUTES]):
        v = plan.lists[CHANGED, j]
        if plan.routes[v, LENGTH] > 0 and not is_offered[v]:
            is_offered[v] = 1
            offered[count] = v
            count += 1
    for j in range(count):
        is_offered[offered[j]] = 0
    return count


@compiled
def only_vehicle(instance: Instance, plan: PlanState, work: int) -> int:
    """The only route that a work may join because as many works as may have moved; -1 = any."""
    most, before = instance.general[MOST_MOVED], instance.works[work, BEFORE]
    if most >= FAR or before < 0:
        return -1
    moved = 0
    for other in range(plan.vehicle_of.shape[0]):
        v = plan.vehicle_of[other]
        if v >= 0 and instance.works[other, BEFORE] >= 0 and instance.works[other, BEFORE] != v:
            moved += 1
    return int(before) if moved >= most else -1
