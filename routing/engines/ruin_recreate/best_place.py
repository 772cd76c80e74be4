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
    END_COST,
    FAMILIARITY,
    FAR,
    FIXED,
    LATEST,
    LEG_S,
    LENGTH,
    LIMITED,
    MOST_TASKS,
    OPENS,
    PER_METRE,
    PER_SECOND,
    PICK_AFTER,
    PICK_AT,
    PICK_TASK,
    PLACE,
    PLACE_COST,
    PRICE,
    PROFILE,
    SERVICE,
    SITE,
    STEP_PLACE,
    STEP_SITE,
    TASK,
    TIMED,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Cells, Instance, Ints
from routing.engines.ruin_recreate.place_rules import (
    fits_after,
    fits_on,
    halt_at,
    is_within,
    job_fits,
    job_is_within,
    more_halts,
    more_metres,
    pair_detour,
    pair_is_within,
)
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.timed_place import find_timed_place
from routing.engines.ruin_recreate.timed_route import price_of_moving


@compiled
def find_place(instance: Instance, plan: PlanState, work: int, v: int, below: int) -> None:
    """Writes the cheapest place of the work in route v into `known`, if it costs less than
    `below`; else that none does."""
    known = plan.known[work, v]
    known[PLACE_COST], known[PICK_TASK], known[END_COST] = below, -1, 0
    n = plan.routes[v, LENGTH]
    first, middle = instance.works[work, PICK_AT], instance.works[work, DROP_AT]
    behind = instance.works[work, DROP_END]
    room = plan.saved.shape[1] - 2 - n
    more = 1 if middle == behind else 2
    if room < more or n + more > instance.vehicles[v, MOST_TASKS]:
        known[PLACE_COST], known[END_COST] = FAR, FAR
        return
    if instance.vehicles[v, TIMED]:
        find_timed_place(instance, plan, work, v)
        return
    base = price_of_moving(instance, work, v) + (instance.vehicles[v, FIXED] if n == 0 else 0)
    if middle == behind:
        for a in range(first, middle):
            _job(instance, plan, instance.options[a], v, n, base, known)
        return
    options = behind - middle
    pick = instance.options[first]
    if middle == first + 1 and is_tighter(instance, pick, instance.options[middle]):
        least, low, high = detours_of(instance, plan, pick, v, n, options + 1)
        known[END_COST] = base + least
        if base + least >= below:
            return
        least, lowest, highest = _delivery_detours(instance, plan, middle, options, v, n)
        if base + least < below:
            _shipment(instance, plan, work, pick, v, base, low, high, lowest, highest)
        return
    least, lowest, highest = _delivery_detours(instance, plan, middle, options, v, n)
    known[END_COST] = base + least
    if base + least >= below:
        return
    for a in range(first, middle):
        pick = instance.options[a]
        least, low, high = detours_of(instance, plan, pick, v, n, options + 1)
        if base + least < known[PLACE_COST]:
            _shipment(instance, plan, work, pick, v, base, low, high, lowest, highest)


@compiled
def is_tighter(instance: Instance, pick: int, drop: int) -> bool:
    """Whether fewer positions are in time for the pickup: its detours dismiss a route sooner."""
    tasks = instance.tasks
    return bool(tasks[pick, CLOSES] - tasks[pick, OPENS] < tasks[drop, CLOSES] - tasks[drop, OPENS])


@compiled
def detours_of(
    instance: Instance, plan: PlanState, task: int, v: int, n: int, line: int
) -> tuple[int, int, int]:
    """Writes what a task costs behind steps into line `line` of `detours`, its price included;
    FAR where it is out of time whatever else happens. Gives the least, the first step behind
    which it may be in time and the one after the last such step: only these are written."""
    steps, costs = plan.steps, plan.detours[line]
    vehicles, tasks = instance.vehicles, instance.tasks
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    place, price, per_second = tasks[task, PLACE], tasks[task, PRICE], vehicles[v, PER_SECOND]
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    closes, over = tasks[task, CLOSES], tasks[task, OPENS] + tasks[task, SERVICE]
    low, high = 0, n
    while low < high:  # latest moments grow along the route
        middle = (low + high) >> 1
        if steps[row + middle + 1, LATEST] < over:
            low = middle + 1
        else:
            high = middle
    least = FAR
    for i in range(low, n + 1):
        earliest = steps[row + i, EARLIEST]
        if earliest > closes:  # so are all later ones
            return least, low, i
        out = there[steps[row + i, STEP_PLACE]]
        target = steps[row + i + 1, STEP_PLACE]
        on = back[target] if target >= 0 else 0
        costs[i] = FAR
        if earliest + out <= closes and over + on <= steps[row + i + 1, LATEST]:
            cost = per_second * (out + on - steps[row + i, LEG_S]) + price
            if vehicles[v, PER_METRE] > 0:
                cost += vehicles[v, PER_METRE] * more_metres(instance, plan, v, place, row + i)
            costs[i] = cost
            least = min(least, cost)
    return least, low, n + 1


@compiled
def _delivery_detours(
    instance: Instance, plan: PlanState, first: int, options: int, v: int, n: int
) -> tuple[int, int, int]:
    """Lines of all delivery options, and behind them the least of all behind a step or a later
    one. Gives the least of all, and the steps between which all lines are written."""
    detours = plan.detours
    least, low, high = detours_of(instance, plan, instance.options[first], v, n, 0)
    if options > 1:
        lowest, highest = low, high
        for b in range(options):
            _, low, high = detours_of(instance, plan, instance.options[first + b], v, n, b)
            for i in range(low):
                detours[b, i] = FAR
            for i in range(high, n + 1):
                detours[b, i] = FAR
            lowest, highest = min(lowest, low), max(highest, high)
        low, high = lowest, highest
    least = FAR
    for i in range(high - 1, low - 1, -1):
        for b in range(options):
            least = min(least, detours[b, i])
        detours[options, i] = least
    return least, low, high


@compiled
def _job(
    instance: Instance, plan: PlanState, task: int, v: int, n: int, base: int, known: Ints
) -> None:
    tasks, steps, vehicles, free = instance.tasks, plan.steps, instance.vehicles, plan.free
    least, low, high = detours_of(instance, plan, task, v, n, 0)
    known[END_COST] = base + least
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    first, count = vehicles[v, BREAK_AT], vehicles[v, BREAKS]
    scratch = free.shape[0] - 1
    place, site = tasks[task, PLACE], tasks[task, SITE]
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    for p in range(row + low, row + high):
        cost = base + plan.detours[0, p - row]
        if cost >= known[PLACE_COST] or not job_fits(instance, plan, task, v, p):
            continue
        if vehicles[v, LIMITED] and not job_is_within(instance, plan, v, n, p, task):
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
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    base: int,
    low: int,
    high: int,
    lowest: int,
    highest: int,
) -> None:
    """Every place of a pickup that may be worth it, the cheapest first, each with every place of
    a delivery. Pickups fit behind the steps from `low` to before `high`, deliveries from `lowest`
    to before `highest`."""
    options = instance.works[work, DROP_END] - instance.works[work, DROP_AT]
    costs, known = plan.detours[options + 1], plan.known[work, v]
    cheapest = low
    for i in range(low + 1, high):
        if costs[i] < costs[cheapest]:
            cheapest = i
    for turn in range(low - 1, high):
        i = cheapest if turn < low else turn
        cost = base + costs[i]
        if cost >= known[PLACE_COST] or (i == cheapest and turn >= low):
            continue
        later = i + 1 < highest and (
            cost + plan.detours[options, max(i + 1, lowest)] < known[PLACE_COST]
        )
        at_once = lowest <= i < highest and _is_worth_at_once(
            instance, plan, work, pick, v, i, cost
        )
        if (later or at_once) and _picks_up(instance, plan, pick, v, i):
            if at_once:
                _at_once(instance, plan, work, pick, v, i)
            if later:
                _later(instance, plan, work, pick, v, i, cost, lowest, highest)


@compiled
def _is_worth_at_once(
    instance: Instance, plan: PlanState, work: int, pick: int, v: int, i: int, base: int
) -> bool:
    """Whether some delivery directly after the pickup behind step i costs less than what is
    known; `base` is the pickup's cost with a ride to the next step, which falls away."""
    tasks, vehicles, steps = instance.tasks, instance.vehicles, plan.steps
    p, profile = v * plan.saved.shape[1] + i, vehicles[v, PROFILE]
    first, best = instance.works[work, DROP_AT], plan.known[work, v, PLACE_COST]
    ride, target = instance.ride[profile], steps[p + 1, STEP_PLACE]
    for b in range(instance.works[work, DROP_END] - first):
        if plan.detours[b, i] >= best:
            continue
        drop = instance.options[first + b]
        more = ride[tasks[pick, PLACE], tasks[drop, PLACE]]
        if target >= 0:
            more += ride[tasks[drop, PLACE], target] - ride[tasks[pick, PLACE], target]
        if vehicles[v, PER_METRE] > 0 or (
            base + vehicles[v, PER_SECOND] * more + tasks[drop, PRICE] < best
        ):
            return True
    return False


@compiled
def _picks_up(instance: Instance, plan: PlanState, pick: int, v: int, i: int) -> bool:
    """Whether the pickup behind step i of the route is in time and fits; its ends are then in the
    first scratch row."""
    tasks, steps, free = instance.tasks, plan.steps, plan.free
    p, profile = v * plan.saved.shape[1] + i, instance.vehicles[v, PROFILE]
    first, count = instance.vehicles[v, BREAK_AT], instance.vehicles[v, BREAKS]
    if not fits_on(plan.loads, instance.change, instance.capacity, pick, v, p):
        return False
    scratch = free.shape[0] - 4
    ride = instance.ride[profile, steps[p, STEP_PLACE], tasks[pick, PLACE]]
    if not ride_on(free, instance.breaks, first, count, p, scratch, ride):
        return False
    paid = 1 if steps[p, STEP_SITE] != tasks[pick, SITE] else 0
    action = instance.action[instance.vehicles[v, FAMILIARITY], pick, paid]
    return act_at(free, tasks, instance.windows, pick, action, scratch, count)


@compiled
def _at_once(
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
        if act_at(free, tasks, instance.windows, drop, action, scratch, count) and _rejoins(
            instance, plan, v, p + 1, scratch, target, back
        ):
            known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, pick, i
            known[DROP_TASK], known[DROP_AFTER] = drop, i


@compiled
def _later(
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
        task = steps[q, TASK]
        if delayed:
            ride = instance.ride[profile, here, tasks[task, PLACE]]
            other = 2 * free.shape[0] - 7 - now
            if not ride_on(free, instance.breaks, first, count, now, other, ride):
                return
            now = other
            paid = 1 if here_site != tasks[task, SITE] else 0
            if not is_in_time(free, now, plan.late, q, paid, count):
                return
            action = instance.action[sort, task, paid]
            act_at(free, tasks, instance.windows, task, action, now, count)
            delayed = False
            for k in range(count + 1):
                delayed = delayed or free[now, k] != free[q, k]
        if not delayed:
            now = q
        if not fits_on(plan.loads, instance.change, instance.capacity, pick, v, q):
            return
        here, here_site = tasks[task, PLACE], tasks[task, SITE]
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
            ride = instance.ride[profile, here, via]
            if not ride_on(free, instance.breaks, first, count, now, scratch, ride):
                continue
            action = instance.action[sort, drop, 1 if target != here_site else 0]
            back = instance.ride[profile, via]
            if act_at(free, tasks, instance.windows, drop, action, scratch, count) and _rejoins(
                instance, plan, v, q + 1, scratch, target, back
            ):
                known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, pick, i
                known[DROP_TASK], known[DROP_AFTER] = drop, q - row
