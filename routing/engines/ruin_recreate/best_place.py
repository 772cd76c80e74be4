"""The cheapest place of a work in a route, exact on the clock.

What a place costs is known from its detours before any clock is asked; windows and what is known
of each position dismiss most of the rest, so that few places are ridden through.
"""

from routing.engines.ruin_recreate.clock import act_at, is_in_time, ride_on
from routing.engines.ruin_recreate.columns import (
    BREAK_AT,
    BREAKS,
    CLOSES,
    DROP_AFTER,
    DROP_AT,
    DROP_END,
    DROP_TASK,
    EARLIEST,
    FAMILIARITY,
    FAR,
    FIXED,
    LATEST,
    LEG_M,
    LEG_S,
    LENGTH,
    LIMITED,
    MOST_TASKS,
    OPENS,
    PER_METRE,
    PER_SECOND,
    PICK_AFTER,
    PICK_AT,
    PICK_END,
    PICK_TASK,
    PLACE,
    PLACE_COST,
    PRICE,
    PROFILE,
    SITE,
    STEP_PLACE,
    STEP_SITE,
    TASK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Cells, Instance, Ints
from routing.engines.ruin_recreate.place_rules import (
    detour,
    fits_after,
    fits_on,
    halt_at,
    is_within,
    job_fits,
    more_halts,
    more_metres,
    pair_detour,
    pair_is_within,
)
from routing.engines.ruin_recreate.plan_state import PlanState


@compiled
def find_place(instance: Instance, plan: PlanState, work: int, v: int, below: int) -> None:
    """Writes the cheapest place of the work in route v into `known`, if it costs less than
    `below`; else that none does."""
    known = plan.known[work, v]
    known[PLACE_COST], known[PICK_TASK] = below, -1
    n = plan.routes[v, LENGTH]
    first, middle = instance.works[work, PICK_AT], instance.works[work, DROP_AT]
    is_job = middle == instance.works[work, DROP_END]
    more = 1 if is_job else 2
    room = plan.saved.shape[1] - 2 - n
    if room < more or n + more > instance.vehicles[v, MOST_TASKS]:
        known[PLACE_COST] = FAR
        return
    if not is_job:
        _delivery_detours(instance, plan, work, v, n)
    for a in range(first, instance.works[work, PICK_END]):
        if is_job:
            _job(instance, plan, instance.options[a], v, n, known)
        else:
            _shipment(instance, plan, work, instance.options[a], v, n, known)


@compiled
def _delivery_detours(instance: Instance, plan: PlanState, work: int, v: int, n: int) -> None:
    """Row b of `detours`: cost of delivery option b behind every step; the last row in use: the
    least of all options behind this step or a later one."""
    steps, detours, vehicles = plan.steps, plan.detours, instance.vehicles
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    first = instance.works[work, DROP_AT]
    options = instance.works[work, DROP_END] - first
    for b in range(options):
        drop = instance.options[first + b]
        via, price = instance.tasks[drop, PLACE], instance.tasks[drop, PRICE]
        there, back = instance.ride_to[profile, via], instance.ride[profile, via]
        per_second, per_metre = vehicles[v, PER_SECOND], vehicles[v, PER_METRE]
        for i in range(n + 1):
            detours[b, i] = per_second * detour(there, back, steps, row + i, LEG_S) + price
        if per_metre > 0:
            far, home = instance.metres_to[profile, via], instance.metres[profile, via]
            for i in range(n + 1):
                detours[b, i] += per_metre * detour(far, home, steps, row + i, LEG_M)
    least = FAR
    for i in range(n, -1, -1):
        for b in range(options):
            least = min(least, detours[b, i])
        detours[options, i] = least


@compiled
def _job(instance: Instance, plan: PlanState, task: int, v: int, n: int, known: Ints) -> None:
    tasks, steps, vehicles, free = instance.tasks, plan.steps, instance.vehicles, plan.free
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    first, count = vehicles[v, BREAK_AT], vehicles[v, BREAKS]
    scratch = free.shape[0] - 1
    place, site = tasks[task, PLACE], tasks[task, SITE]
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    base = tasks[task, PRICE] + (vehicles[v, FIXED] if n == 0 else 0)
    for p in range(row, row + n + 1):
        if steps[p, EARLIEST] > tasks[task, CLOSES]:
            break
        if steps[p + 1, LATEST] < tasks[task, OPENS]:
            continue
        seconds = detour(there, back, steps, p, LEG_S)
        cost = base + vehicles[v, PER_SECOND] * seconds
        metres = more_metres(instance, plan, v, place, p)
        cost += vehicles[v, PER_METRE] * metres
        if cost >= known[PLACE_COST] or not job_fits(instance, plan, task, v, p):
            continue
        stops = 0
        if vehicles[v, LIMITED]:
            before, behind = halt_at(steps, p, row, n), halt_at(steps, p + 1, row, n)
            stops = more_halts(site, before, behind)
            if not is_within(instance, plan, v, seconds, metres, stops):
                continue
        if not ride_on(
            free, instance.breaks, first, count, p, scratch, there[steps[p, STEP_PLACE]]
        ):
            continue
        paid = 1 if steps[p, STEP_SITE] != site else 0
        action = instance.action[vehicles[v, FAMILIARITY], task, paid]
        if act_at(free, tasks, instance.windows, task, action, scratch, count) and _rejoins(
            instance, plan, v, p + 1, scratch, site, back
        ):
            known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, task, p - row
            known[DROP_TASK], known[DROP_AFTER] = -1, p - row


@compiled
def _rejoins(
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
def _shipment(
    instance: Instance, plan: PlanState, work: int, pick: int, v: int, n: int, known: Ints
) -> None:
    """Every place of a pickup that may be worth it, each with every place of a delivery."""
    tasks, steps, vehicles, free = instance.tasks, plan.steps, instance.vehicles, plan.free
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    first, count = vehicles[v, BREAK_AT], vehicles[v, BREAKS]
    options = instance.works[work, DROP_END] - instance.works[work, DROP_AT]
    scratch = free.shape[0] - 4
    place, site = tasks[pick, PLACE], tasks[pick, SITE]
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    base = tasks[pick, PRICE] + (vehicles[v, FIXED] if n == 0 else 0)
    for p in range(row, row + n + 1):
        if steps[p, EARLIEST] > tasks[pick, CLOSES]:
            break
        if steps[p + 1, LATEST] < tasks[pick, OPENS] or not fits_on(
            plan.loads, instance.change, instance.capacity, pick, v, p
        ):
            continue
        cost = base + vehicles[v, PER_SECOND] * detour(there, back, steps, p, LEG_S)
        cost += vehicles[v, PER_METRE] * more_metres(instance, plan, v, place, p)
        later = p < row + n and cost + plan.detours[options, p - row + 1] < known[PLACE_COST]
        if not later and not _is_worth_at_once(instance, plan, work, pick, v, n, p, known):
            continue
        if not ride_on(
            free, instance.breaks, first, count, p, scratch, there[steps[p, STEP_PLACE]]
        ):
            continue
        paid = 1 if steps[p, STEP_SITE] != site else 0
        action = instance.action[vehicles[v, FAMILIARITY], pick, paid]
        if not act_at(free, tasks, instance.windows, pick, action, scratch, count):
            continue
        _at_once(instance, plan, work, pick, v, n, p, known)
        if later:
            _later(instance, plan, work, pick, v, n, p, cost, known)


@compiled
def _is_worth_at_once(
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    n: int,
    p: int,
    known: Ints,
) -> bool:
    for b in range(instance.works[work, DROP_AT], instance.works[work, DROP_END]):
        _, _, cost = pair_detour(instance, plan, v, n, p, pick, instance.options[b])
        if cost < known[PLACE_COST]:
            return True
    return False


@compiled
def _at_once(
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    n: int,
    p: int,
    known: Ints,
) -> None:
    """The delivery directly after the pickup, whose ends are in the first scratch row."""
    tasks, steps, vehicles, free = instance.tasks, plan.steps, instance.vehicles, plan.free
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
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
        if act_at(free, tasks, instance.windows, drop, action, scratch, count) and _rejoins(
            instance, plan, v, p + 1, scratch, target, back
        ):
            known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, pick, p - row
            known[DROP_TASK], known[DROP_AFTER] = drop, p - row


@compiled
def _later(
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    n: int,
    p: int,
    base: int,
    known: Ints,
) -> None:
    """The delivery after step q > p: the steps p+1…q are ridden later than planned."""
    tasks, steps, vehicles, free = instance.tasks, plan.steps, instance.vehicles, plan.free
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    first, count = vehicles[v, BREAK_AT], vehicles[v, BREAKS]
    sort, drops = vehicles[v, FAMILIARITY], instance.works[work, DROP_AT]
    options = instance.works[work, DROP_END] - drops
    scratch = free.shape[0] - 1
    now = free.shape[0] - 4  # the row of the present moment; it changes with the next one
    here, here_site = tasks[pick, PLACE], tasks[pick, SITE]
    for q in range(p + 1, row + n + 1):
        if base + plan.detours[options, q - row] >= known[PLACE_COST]:
            return
        task = steps[q, TASK]
        ride = instance.ride[profile, here, tasks[task, PLACE]]
        other = 2 * free.shape[0] - 7 - now
        if not ride_on(free, instance.breaks, first, count, now, other, ride):
            return
        now = other
        paid = 1 if here_site != tasks[task, SITE] else 0
        if not is_in_time(free, now, plan.late, q, paid, count):
            return
        act_at(free, tasks, instance.windows, task, instance.action[sort, task, paid], now, count)
        if not fits_on(plan.loads, instance.change, instance.capacity, pick, v, q):
            return
        here, here_site = tasks[task, PLACE], tasks[task, SITE]
        for b in range(options):
            cost = base + plan.detours[b, q - row]
            if cost >= known[PLACE_COST]:
                continue
            drop = instance.options[drops + b]
            if (
                steps[q, EARLIEST] > tasks[drop, CLOSES]
                or steps[q + 1, LATEST] < tasks[drop, OPENS]
            ):
                continue
            if not fits_after(plan.loads, instance.change, instance.capacity, pick, drop, v, q):
                continue
            via, target = tasks[drop, PLACE], tasks[drop, SITE]
            if vehicles[v, LIMITED] and not pair_is_within(instance, plan, v, n, p, q, pick, drop):
                continue
            ride = instance.ride[profile, here, via]
            if not ride_on(free, instance.breaks, first, count, now, scratch, ride):
                continue
            action = instance.action[sort, drop, 1 if target != here_site else 0]
            back = instance.ride[profile, via]
            if act_at(free, tasks, instance.windows, drop, action, scratch, count) and _rejoins(
                instance, plan, v, q + 1, scratch, target, back
            ):
                known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, pick, p - row
                known[DROP_TASK], known[DROP_AFTER] = drop, q - row
