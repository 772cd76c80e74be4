"""A route timed from its start: what the positions' slacks do not tell, compiled.

Late starts and overtime by price, time on board, breaks counted from leaving and rides by the hour
take the same choices as `routing.trying.simulation`; a property test holds them together.
"""

from routing.engines.ruin_recreate.columns import (
    BEFORE,
    BREAK_AFTER_START,
    BREAK_AT,
    BREAK_FROM,
    BREAK_LENGTH,
    BREAK_TO,
    BREAKS,
    BROKEN,
    BROKEN_ROUTES,
    CAME,
    COST,
    DROP_AT,
    DROP_END,
    END,
    FAMILIARITY,
    FAR,
    FINISH,
    FLOATS,
    FROM,
    HOUR_AT,
    HOUR_FROM,
    HOUR_TABLE,
    HOURS,
    LENGTH,
    MOMENT,
    MOST_ON_BOARD,
    MOST_RIDE,
    MOST_TIME,
    MOVE_PRICE,
    OVER_PRICE,
    PAID,
    PER_SECOND,
    PLACE,
    PRICED,
    PROFILE,
    RIDE,
    RODE,
    SHIFT_END,
    SHIFT_FROM,
    SHIFT_TO,
    SITE,
    SOFT_AT,
    SOFT_END,
    SOFT_PRICE,
    SOFT_TO,
    START,
    START_SITE,
    STARTED,
    TASK,
    TO,
    WINDOW_AT,
    WINDOW_END,
    WORK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState


@compiled
def price_of_moving(instance: Instance, work: int, v: int) -> int:
    """What a work costs more in route v because another vehicle had it before."""
    before = instance.works[work, BEFORE]
    return int(instance.general[MOVE_PRICE]) if before >= 0 and before != v else 0


@compiled
def moving_prices(instance: Instance, plan: PlanState, v: int) -> int:
    """The same for all works of route v. Each of a pair's tasks carries half of it."""
    row, prices = v * plan.saved.shape[1], 0
    if instance.general[MOVE_PRICE] == 0:
        return prices
    for i in range(row + 1, row + plan.routes[v, LENGTH] + 1):
        work = instance.tasks[plan.steps[i, TASK], WORK]
        price = price_of_moving(instance, work, v)
        is_job = instance.works[work, DROP_AT] == instance.works[work, DROP_END]
        prices += price if is_job else price // 2
    return prices


@compiled
def ride_at(instance: Instance, v: int, origin: int, target: int, leaving: int) -> int:
    """Seconds of a ride begun at a moment: never longer than waiting for other hours."""
    vehicles, hours = instance.vehicles, instance.hours
    count, first = vehicles[v, HOURS], vehicles[v, HOUR_AT]
    if count == 0:
        return int(instance.ride[vehicles[v, PROFILE], origin, target])
    now = 0
    while now + 1 < count and hours[first + now + 1, HOUR_FROM] <= leaving:
        now += 1
    best = int(instance.ride[hours[first + now, HOUR_TABLE], origin, target])
    for later in range(first + now + 1, first + count):
        waiting = hours[later, HOUR_FROM] - leaving
        if waiting >= best:
            break
        best = min(best, waiting + int(instance.ride[hours[later, HOUR_TABLE], origin, target]))
    return best


@compiled
def _leaving(instance: Instance, v: int, task: int) -> int:
    """When a vehicle leaves for its first task, which alone decides it."""
    vehicles, tasks, windows = instance.vehicles, instance.tasks, instance.windows
    opens, origin, to = vehicles[v, SHIFT_FROM], vehicles[v, START], tasks[task, PLACE]
    paid = 1 if vehicles[v, START_SITE] != tasks[task, SITE] else 0
    inside = instance.action[vehicles[v, FAMILIARITY], task, paid] if tasks[task, FINISH] else 0
    arrival = opens + ride_at(instance, v, origin, to, opens)
    high = -FAR
    for w in range(tasks[task, WINDOW_AT], tasks[task, WINDOW_END]):
        start = max(arrival, windows[w, FROM])
        if start <= windows[w, TO] - inside:
            high = start
            break
    low, by = opens, high
    while low < high:
        middle = (low + high + 1) // 2
        if middle + ride_at(instance, v, origin, to, middle) <= by:
            low = middle
        else:
            high = middle - 1
    return int(low)


@compiled
def _ride_to(
    instance: Instance, plan: PlanState, v: int, leave: int, i: int, origin: int, target: int
) -> bool:
    """Row i + 1 of `clock` gets the arrivals from the moments in row i; False if there is none."""
    clock, breaks = plan.clock, instance.breaks
    first, count = instance.vehicles[v, BREAK_AT], instance.vehicles[v, BREAKS]
    for k in range(count + 1):
        clock[i + 1, k, MOMENT] = FAR
    any_way = False
    for k in range(count + 1):
        free = clock[i, k, MOMENT]
        if free >= FAR:
            continue
        leg = 0 if target < 0 else ride_at(instance, v, origin, target, free)
        if free + leg > MOST_TIME:
            continue
        any_way = True
        now, left, paid = free, leg, clock[i, k, PAID]
        for m in range(k, count + 1):
            there = clock[i + 1, m]
            arrival = now + left
            if arrival < there[MOMENT] or (arrival == there[MOMENT] and paid < there[PAID]):
                there[MOMENT], there[PAID], there[CAME] = arrival, paid, k
                there[RODE] = clock[i, k, RODE] + leg
            if m == count:
                break
            shift = leave if breaks[first + m, BREAK_AFTER_START] else 0
            if now > breaks[first + m, BREAK_TO] + shift:
                break
            start = max(now, breaks[first + m, BREAK_FROM] + shift)
            left -= min(left, start - now)
            now = start + breaks[first + m, BREAK_LENGTH]
    return any_way


@compiled
def _act(instance: Instance, plan: PlanState, row: int, count: int, task: int, action: int) -> bool:
    """Turns the arrivals in a row of `clock` into ends of the action; False if all are late."""
    tasks, windows, clock = instance.tasks, instance.windows, plan.clock
    inside = action if tasks[task, FINISH] else 0
    any_way = False
    for k in range(count + 1):
        arrival = clock[row, k, MOMENT]
        if arrival >= FAR:
            continue
        clock[row, k, MOMENT] = FAR
        for w in range(tasks[task, WINDOW_AT], tasks[task, WINDOW_END]):
            start = max(arrival, windows[w, FROM])
            if start <= windows[w, TO] - inside:
                clock[row, k, STARTED], clock[row, k, MOMENT] = start, start + action
                for s in range(tasks[task, SOFT_AT], tasks[task, SOFT_END]):
                    late = max(0, start - instance.soft[s, SOFT_TO])
                    clock[row, k, PAID] += late * instance.soft[s, SOFT_PRICE]
                any_way = True
                break
    return any_way


@compiled
def simulate(instance: Instance, plan: PlanState, v: int, n: int) -> bool:
    """Whether the sequence trial[0:n] is legal on the clock of vehicle v, riding limit included.
    Its riding and prices by the second are then in the last row of `clock`."""
    tasks, vehicles, clock, trial = instance.tasks, instance.vehicles, plan.clock, plan.trial
    count, sort = vehicles[v, BREAKS], vehicles[v, FAMILIARITY]
    leave = int(vehicles[v, SHIFT_FROM])
    if vehicles[v, FLOATS]:
        leave = _leaving(instance, v, trial[0])
    for k in range(count + 1):
        clock[0, k, MOMENT] = FAR
    clock[0, 0, MOMENT], clock[0, 0, PAID], clock[0, 0, RODE] = leave, 0, 0
    place, site = vehicles[v, START], vehicles[v, START_SITE]
    for i in range(n):
        task = trial[i]
        if not _ride_to(instance, plan, v, leave, i, place, tasks[task, PLACE]):
            return False
        action = instance.action[sort, task, 1 if tasks[task, SITE] != site else 0]
        if not _act(instance, plan, i + 1, count, task, action):
            return False
        place, site = tasks[task, PLACE], tasks[task, SITE]
    if not _ride_to(instance, plan, v, leave, n, place, vehicles[v, END]):
        return False
    home = clock[n + 1, count]
    if home[MOMENT] > vehicles[v, SHIFT_TO] or home[RODE] > vehicles[v, MOST_RIDE]:
        return False
    result = clock[clock.shape[0] - 1, 0]
    over = max(0, home[MOMENT] - vehicles[v, SHIFT_END])
    result[RODE], result[PAID] = home[RODE], home[PAID] + over * vehicles[v, OVER_PRICE]
    return _in_time_on_board(instance, plan, n, home[CAME])


@compiled
def _in_time_on_board(instance: Instance, plan: PlanState, n: int, came: int) -> bool:
    """Walks the way back from the end and compares the ends of pickups with the deliveries'
    starts, which `delivered` holds by work."""
    k = came
    for i in range(n, 0, -1):
        step = plan.clock[i, k]
        work = instance.tasks[plan.trial[i - 1], WORK]
        longest = instance.works[work, MOST_ON_BOARD]
        if longest < FAR:
            if _is_delivery(instance, work, plan.trial[i - 1]):
                plan.delivered[work] = step[STARTED]
            elif plan.delivered[work] - step[MOMENT] > longest:
                return False
        k = step[CAME]
    return True


@compiled
def _is_delivery(instance: Instance, work: int, task: int) -> bool:
    for a in range(instance.works[work, DROP_AT], instance.works[work, DROP_END]):
        if instance.options[a] == task:
            return True
    return False


@compiled
def time_route(instance: Instance, plan: PlanState, v: int) -> None:
    """Riding and cost of route v, which is not empty, by its real clock; whether it is legal."""
    routes, vehicles = plan.routes, instance.vehicles
    row, n = v * plan.saved.shape[1], routes[v, LENGTH]
    for i in range(n):
        plan.trial[i] = plan.steps[row + 1 + i, TASK]
    routes[v, PRICED] = 0
    legal = simulate(instance, plan, v, n)
    if legal:
        result = plan.clock[plan.clock.shape[0] - 1, 0]
        routes[v, COST] += vehicles[v, PER_SECOND] * (result[RODE] - routes[v, RIDE])
        routes[v, RIDE], routes[v, PRICED] = result[RODE], result[PAID]
        routes[v, COST] += result[PAID]
    mark_broken(plan, v, not legal)


@compiled
def mark_broken(plan: PlanState, v: int, broken: bool) -> None:
    """Keeps count of routes that a removal has left illegal."""
    now = 1 if broken else 0
    plan.figures[BROKEN_ROUTES] += now - plan.routes[v, BROKEN]
    plan.routes[v, BROKEN] = now
