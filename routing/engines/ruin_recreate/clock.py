"""The clock in closed form, compiled: rides with breaks, actions in windows, and both backwards.

It must equal `routing.clock.timing`; a property test holds them together. Being early never hurts,
so the earliest moment and the latest arrival per number of breaks taken say all about a position.
Rows of `free` hold one moment per number of breaks taken; FAR = impossible.
"""

from routing.engines.ruin_recreate.columns import (
    BREAK_FROM,
    BREAK_LENGTH,
    BREAK_TO,
    FAR,
    FINISH,
    FROM,
    NEVER,
    TO,
    WINDOW_AT,
    WINDOW_END,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Ints


@compiled
def ride_on(
    free: Ints, breaks: Ints, first: int, count: int, origin: int, target: int, ride: int
) -> bool:
    """Row `target` gets the earliest arrivals from the moments in row `origin`; False if none.

    The vehicle's breaks are rows `first`… of `breaks`, `count` of them.
    """
    if count == 0:
        now = free[origin, 0]
        free[target, 0] = FAR if now >= FAR else now + ride
        return bool(now < FAR)
    any_way = False
    for k in range(count + 1):
        now = free[origin, k]
        free[target, k] = FAR if now >= FAR else now + ride
        any_way = any_way or now < FAR
    for k in range(count):
        now, left = free[origin, k], ride
        if now >= FAR:
            continue
        for m in range(k, count):
            if now > breaks[first + m, BREAK_TO]:
                break
            start = max(now, breaks[first + m, BREAK_FROM])
            left -= min(left, start - now)
            now = start + breaks[first + m, BREAK_LENGTH]
            free[target, m + 1] = min(free[target, m + 1], now + left)
    return any_way


@compiled
def act_at(
    free: Ints, tasks: Ints, windows: Ints, task: int, action: int, row: int, count: int
) -> bool:
    """Turns arrivals in a row into ends of the action, started as early as it may; False if all
    are too late."""
    first, behind = tasks[task, WINDOW_AT], tasks[task, WINDOW_END]
    inside = action if tasks[task, FINISH] else 0
    any_way = False
    for k in range(count + 1):
        arrival = free[row, k]
        over = FAR
        if arrival < FAR:
            for w in range(first, behind):
                start = max(arrival, windows[w, FROM])
                if start <= windows[w, TO] - inside:
                    over = start + action
                    any_way = True
                    break
        free[row, k] = over
    return any_way


@compiled
def is_in_time(free: Ints, row: int, late: Ints, step: int, paid: int, count: int) -> bool:
    """Whether some arrival in a row lets the route be done from `step` on."""
    for k in range(count + 1):
        if free[row, k] <= late[step, 2 * k + paid]:
            return True
    return False


@compiled
def latest_leave(
    late: Ints, breaks: Ints, first: int, count: int, step: int, paid: int, ride: int, taken: int
) -> int:
    """The latest moment of leaving with `taken` breaks behind, so that `step` is in time."""
    best = NEVER
    for m in range(taken, count + 1):
        arrive = late[step, 2 * m + paid]
        leave = FAR
        possible = arrive > NEVER
        for k in range(first + m - 1, first + taken - 1, -1):
            over = breaks[k, BREAK_FROM] + breaks[k, BREAK_LENGTH]
            if over > arrive or over > leave:
                possible = False
                break
            arrive -= breaks[k, BREAK_LENGTH]
            leave = min(leave - breaks[k, BREAK_LENGTH], breaks[k, BREAK_TO])
        if possible:
            best = max(best, min(arrive - ride, leave))
    return best


@compiled
def latest_arrival(tasks: Ints, windows: Ints, task: int, action: int, over: int) -> int:
    """The latest arrival after which the action is over by a moment; NEVER = none."""
    if over <= NEVER:
        return NEVER
    inside = action if tasks[task, FINISH] else 0
    best = NEVER
    for w in range(tasks[task, WINDOW_AT], tasks[task, WINDOW_END]):
        start = min(windows[w, TO] - inside, over - action)
        if start >= windows[w, FROM]:
            best = max(best, start)
    return best
