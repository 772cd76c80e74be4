"""The cheapest place of a work in a route, exact on the clock.

What a place costs is known from its detours before any clock is asked; windows and what is known
of each position dismiss most of the rest, so that few places are ridden through.
"""

from routing.engines.ruin_recreate.clock import act_at, ride_on
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
    TIMED,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.delivery_place import rejoins
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.place_rules import (
    job_fits,
    job_is_within,
    more_metres,
)
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.shipment_place import place_shipment
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
        least, low, high = detours_of(instance, plan, pick, v, 0, n + 1, options + 1)
        known[END_COST] = base + least
        if base + least >= below:
            return
        least, lowest, highest = _delivery_detours(instance, plan, middle, options, v, n, low)
        if base + least < below:
            place_shipment(instance, plan, work, pick, v, base, low, high, lowest, highest)
        return
    least, lowest, highest = _delivery_detours(instance, plan, middle, options, v, n, 0)
    known[END_COST] = base + least
    if base + least >= below:
        return
    for a in range(first, middle):
        pick = instance.options[a]
        least, low, high = detours_of(instance, plan, pick, v, 0, highest, options + 1)
        if base + least < known[PLACE_COST]:
            place_shipment(instance, plan, work, pick, v, base, low, high, lowest, highest)


@compiled
def is_tighter(instance: Instance, pick: int, drop: int) -> bool:
    """Whether fewer positions are in time for the pickup: its detours dismiss a route sooner."""
    tasks = instance.tasks
    return bool(tasks[pick, CLOSES] - tasks[pick, OPENS] < tasks[drop, CLOSES] - tasks[drop, OPENS])


@compiled
def detours_of(
    instance: Instance, plan: PlanState, task: int, v: int, begin: int, end: int, line: int
) -> tuple[int, int, int]:
    """Writes what a task costs behind the steps from `begin` to before `end` into line `line` of
    `detours`, its price included; FAR where it is out of time whatever else happens. Gives the
    least, the first step behind which it may be in time and the one after the last such step:
    only these are written."""
    steps, costs = plan.steps, plan.detours[line]
    vehicles, tasks = instance.vehicles, instance.tasks
    profile, row = vehicles[v, PROFILE], v * plan.saved.shape[1]
    place, price, per_second = tasks[task, PLACE], tasks[task, PRICE], vehicles[v, PER_SECOND]
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    closes, over = tasks[task, CLOSES], tasks[task, OPENS] + tasks[task, SERVICE]
    low, high = begin, max(begin, end - 1)
    while low < high:  # latest moments grow along the route
        middle = (low + high) >> 1
        if steps[row + middle + 1, LATEST] < over:
            low = middle + 1
        else:
            high = middle
    least = FAR
    for i in range(low, end):
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
    return least, low, max(low, end)


@compiled
def _delivery_detours(
    instance: Instance, plan: PlanState, first: int, options: int, v: int, n: int, begin: int
) -> tuple[int, int, int]:
    """Lines of all delivery options, and behind them the least of all behind a step or a later
    one; only steps from `begin` on. Gives the least of all, and the steps between which all lines
    are written."""
    detours = plan.detours
    least, low, high = detours_of(instance, plan, instance.options[first], v, begin, n + 1, 0)
    if options > 1:
        lowest, highest = low, high
        for b in range(options):
            _, low, high = detours_of(
                instance, plan, instance.options[first + b], v, begin, n + 1, b
            )
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
    least, low, high = detours_of(instance, plan, task, v, 0, n + 1, 0)
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
        if act_at(free, tasks, instance.windows, task, action, scratch, count) and rejoins(
            instance, plan, v, p + 1, scratch, site, back
        ):
            known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, task, p - row
            known[DROP_TASK], known[DROP_AFTER] = -1, p - row
