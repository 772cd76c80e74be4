"""Where a delivery costs least once its pickup has a place: directly behind it, or steps later.

`shipment_place` asks; what costs less than anything known before is written into the work's line.
"""

from routing.engines.ruin_recreate.clock import act_at, is_in_time, ride_on
from routing.engines.ruin_recreate.columns import (
    BREAK_AT,
    BREAKS,
    DROP_AFTER,
    DROP_AT,
    DROP_END,
    DROP_TASK,
    FAMILIARITY,
    LEG_S,
    LENGTH,
    LIMITED,
    PICK_AFTER,
    PICK_TASK,
    PLACE,
    PLACE_COST,
    PROFILE,
    SITE,
    STEP_PLACE,
    STEP_SITE,
    TASK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Cells, Instance
from routing.engines.ruin_recreate.place_rules import (
    fits_after,
    fits_on,
    halt_at,
    is_within,
    more_halts,
    pair_detour,
    pair_is_within,
)
from routing.engines.ruin_recreate.plan_state import PlanState


@compiled
def rejoins(
    instance: Instance, plan: PlanState, v: int, step: int, scratch: int, site: int, back: Cells
) -> bool:
    """Whether the route goes on from `step` in time, from the moments in row `scratch` at a place
    with rides `back`; one row below `scratch` is written."""
    target = plan.steps[step, STEP_PLACE]
    ride = back[target] if target >= 0 else 0
    first, count = instance.vehicles[v, BREAK_AT], instance.vehicles[v, BREAKS]
    if not ride_on(plan.free, instance.breaks, first, count, scratch, scratch - 1, ride):
        return False
    paid = 1 if plan.steps[step, STEP_SITE] != site else 0
    return is_in_time(plan.free, scratch - 1, plan.late, step, paid, count)


@compiled
def deliver_at_once(
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    i: int,
) -> None:
    """The delivery directly after the pickup, whose ends are in the first scratch row."""
    tasks, steps, vehicles, free = instance.tasks, plan.steps, instance.vehicles, plan.free
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    known, n, p = plan.known[work, v], plan.routes[v, LENGTH], row + i
    first, count = vehicles[v, BREAK_AT], vehicles[v, BREAKS]
    picked, scratch = free.shape[0] - 4, free.shape[0] - 1
    here, site = tasks[pick, PLACE], tasks[pick, SITE]
    for b in range(instance.works[work, DROP_AT], instance.works[work, DROP_END]):
        drop = instance.options[b]
        seconds, metres, cost = pair_detour(instance, plan, v, n, p, pick, drop)
        if cost >= known[PLACE_COST] or not fits_after(
            plan.loads, instance.change, instance.capacity, pick, drop, v, p
        ):
            continue
        target = tasks[drop, SITE]
        if vehicles[v, LIMITED]:
            before, behind = halt_at(steps, p, row, n), halt_at(steps, p + 1, row, n)
            stops = more_halts(site, before, behind) + more_halts(target, site, behind)
            if not is_within(instance, plan, v, seconds, metres, stops):
                continue
        ride = instance.ride[profile, here, tasks[drop, PLACE]]
        if not ride_on(free, instance.breaks, first, count, picked, scratch, ride):
            continue
        action = instance.action[vehicles[v, FAMILIARITY], drop, 1 if target != site else 0]
        back = instance.ride[profile, tasks[drop, PLACE]]
        if act_at(free, tasks, instance.windows, drop, action, scratch, count) and rejoins(
            instance, plan, v, p + 1, scratch, target, back
        ):
            known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, pick, i
            known[DROP_TASK], known[DROP_AFTER] = drop, i


@compiled
def deliver_later(
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    i: int,
    base: int,
    lowest: int,
    highest: int,
) -> None:
    """The delivery after step q > p: the steps p+1…q are ridden later than planned, until some
    waiting has swallowed the delay."""
    tasks, steps, vehicles, free = instance.tasks, plan.steps, instance.vehicles, plan.free
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    known, n, p = plan.known[work, v], plan.routes[v, LENGTH], row + i
    first, count = vehicles[v, BREAK_AT], vehicles[v, BREAKS]
    sort, drops = vehicles[v, FAMILIARITY], instance.works[work, DROP_AT]
    options = instance.works[work, DROP_END] - drops
    scratch = free.shape[0] - 1
    now = free.shape[0] - 4  # the row of the present moment; it changes with the next one
    here, here_site, delayed = tasks[pick, PLACE], tasks[pick, SITE], True
    for q in range(p + 1, row + highest):
        if base + plan.detours[options, max(q - row, lowest)] >= known[PLACE_COST]:
            return
        task, place = steps[q, TASK], steps[q, STEP_PLACE]
        if delayed:
            is_next = q == p + 1
            ride = instance.ride[profile, here, place] if is_next else steps[q - 1, LEG_S]
            other = 2 * free.shape[0] - 7 - now
            if not ride_on(free, instance.breaks, first, count, now, other, ride):
                return
            now = other
            paid = 1 if here_site != steps[q, STEP_SITE] else 0
            if is_next and not is_in_time(free, now, plan.late, q, paid, count):
                return  # in time here is in time all along
            action = instance.action[sort, task, paid]
            act_at(free, tasks, instance.windows, task, action, now, count)
            delayed = False
            for k in range(count + 1):
                delayed = delayed or free[now, k] != free[q, k]
        if not delayed:
            now = q
        if not fits_on(plan.loads, instance.change, instance.capacity, pick, v, q):
            return
        here, here_site = place, steps[q, STEP_SITE]
        if q < row + lowest:
            continue
        for b in range(options):
            cost = base + plan.detours[b, q - row]
            if cost >= known[PLACE_COST]:
                continue
            drop = instance.options[drops + b]
            if not fits_after(plan.loads, instance.change, instance.capacity, pick, drop, v, q):
                continue
            via, target = tasks[drop, PLACE], tasks[drop, SITE]
            if vehicles[v, LIMITED] and not pair_is_within(instance, plan, v, n, p, q, pick, drop):
                continue
            ride = instance.ride_to[profile, via, here]
            if not ride_on(free, instance.breaks, first, count, now, scratch, ride):
                continue
            action = instance.action[sort, drop, 1 if target != here_site else 0]
            back = instance.ride[profile, via]
            if act_at(free, tasks, instance.windows, drop, action, scratch, count) and rejoins(
                instance, plan, v, q + 1, scratch, target, back
            ):
                known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, pick, i
                known[DROP_TASK], known[DROP_AFTER] = drop, q - row
