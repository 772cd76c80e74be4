"""Recomputing what is known of one route after its sequence changed."""

from routing.engines.ruin_recreate.clock import (
    act_at,
    latest_arrival,
    latest_leave,
    ride_on,
)
from routing.engines.ruin_recreate.columns import (
    BREAK_AT,
    BREAKS,
    COST,
    COUNTS_METRES,
    EARLIEST,
    EMPTY_VERSION,
    END,
    FAMILIARITY,
    FAR,
    FIXED,
    LATEST,
    LEG_M,
    LEG_S,
    LENGTH,
    METRES,
    NEVER,
    NEXT_VERSION,
    PER_METRE,
    PER_SECOND,
    PLACE,
    PLAN_COST,
    PRICE,
    PRICED,
    PROFILE,
    RIDE,
    SHIFT_FROM,
    SHIFT_TO,
    SITE,
    START,
    START_SITE,
    STEP_PLACE,
    STEP_PRICE,
    STEP_SITE,
    STOPS,
    TASK,
    TIMED,
    VERSION,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.timed_route import mark_broken, moving_prices, time_route


@compiled
def update_route(instance: Instance, plan: PlanState, v: int) -> None:
    """Brings clock, loads, counts, cost and version of route v in line with its sequence."""
    row, n = v * plan.saved.shape[1], plan.routes[v, LENGTH]
    count = instance.vehicles[v, BREAKS]
    for k in range(plan.free.shape[1]):
        plan.free[row, k] = FAR
    plan.free[row, 0] = instance.vehicles[v, SHIFT_FROM]
    plan.steps[row, EARLIEST] = plan.free[row, 0]
    for k in range(count + 1):
        last = instance.vehicles[v, SHIFT_TO] if k == count else NEVER
        plan.late[row + n + 1, 2 * k] = last
        plan.late[row + n + 1, 2 * k + 1] = last
    plan.steps[row + n + 1, LATEST] = instance.vehicles[v, SHIFT_TO]
    update_between(instance, plan, v, 1, n + 1)


@compiled
def update_between(instance: Instance, plan: PlanState, v: int, first: int, behind: int) -> None:
    """The same where the steps before `first` and those from `behind` on (the end is step n + 1)
    are what they were, each with what was known of it; only legs between them are new."""
    row = v * plan.saved.shape[1]
    n = plan.routes[v, LENGTH]
    before = plan.routes[v, COST]
    _measure(instance, plan, v, row, n, first, behind)
    _forward(instance, plan, v, row, n, first, behind)
    _backward(instance, plan, v, row, first, behind)
    if instance.change.shape[1] > 0:
        _weigh(plan.steps, plan.loads, instance.change, instance.carried, row, n)
    if n == 0:
        plan.routes[v, PRICED] = 0
        mark_broken(plan, v, False)
    else:
        plan.routes[v, COST] += moving_prices(instance, plan, v)
        if instance.vehicles[v, TIMED]:
            time_route(instance, plan, v)
        else:
            mark_broken(plan, v, not _is_in_time(instance, plan, v, row))
    plan.routes[v, VERSION] = EMPTY_VERSION if n == 0 else plan.figures[NEXT_VERSION]
    plan.figures[NEXT_VERSION] += 1
    plan.figures[PLAN_COST] += plan.routes[v, COST] - before


@compiled
def _is_in_time(instance: Instance, plan: PlanState, v: int, row: int) -> bool:
    """Whether leaving at the start of the shift still saves everything: taking a work out may leave
    no way, or a longer one, between its neighbours."""
    first, count = instance.vehicles[v, BREAK_AT], instance.vehicles[v, BREAKS]
    paid = 1 if plan.steps[row, STEP_SITE] != plan.steps[row + 1, STEP_SITE] else 0
    ride = plan.steps[row, LEG_S]
    leave = latest_leave(plan.late, instance.breaks, first, count, row + 1, paid, ride, 0)
    return bool(leave >= instance.vehicles[v, SHIFT_FROM])


@compiled
def _measure(
    instance: Instance, plan: PlanState, v: int, row: int, n: int, begin: int, behind: int
) -> None:
    """Places, legs and cost. An unused vehicle rides nowhere."""
    steps, tasks, vehicles, routes = plan.steps, instance.tasks, instance.vehicles, plan.routes
    profile, end = vehicles[v, PROFILE], vehicles[v, END]
    counts_metres = vehicles[v, COUNTS_METRES] == 1
    steps[row, STEP_PLACE], steps[row, STEP_SITE] = vehicles[v, START], vehicles[v, START_SITE]
    steps[row + n + 1, STEP_PLACE], steps[row + n + 1, STEP_SITE] = end, -1
    last = row + min(behind, n + 1)
    for i in range(row + begin, last):
        task = steps[i, TASK]
        steps[i, STEP_PLACE], steps[i, STEP_SITE] = tasks[task, PLACE], tasks[task, SITE]
        steps[i, STEP_PRICE] = tasks[task, PRICE]
    for i in range(row + begin - 1, last):
        origin, target = steps[i, STEP_PLACE], steps[i + 1, STEP_PLACE]
        steps[i, LEG_S], steps[i, LEG_M] = 0, 0
        if n > 0 and target >= 0:
            steps[i, LEG_S] = instance.ride[profile, origin, target]
            if counts_metres:
                steps[i, LEG_M] = instance.metres[profile, origin, target]
    ride, metres, stops, prices = steps[row, LEG_S], steps[row, LEG_M], 0, 0
    halted = -1
    for i in range(row + 1, row + n + 1):
        ride += steps[i, LEG_S]
        metres += steps[i, LEG_M]
        prices += steps[i, STEP_PRICE]
        stops += 1 if steps[i, STEP_SITE] != halted else 0
        halted = steps[i, STEP_SITE]
    routes[v, RIDE], routes[v, METRES], routes[v, STOPS] = ride, metres, stops
    riding = vehicles[v, PER_SECOND] * ride + vehicles[v, PER_METRE] * metres
    routes[v, COST] = vehicles[v, FIXED] + riding + prices if n > 0 else 0


@compiled
def _forward(
    instance: Instance, plan: PlanState, v: int, row: int, n: int, begin: int, behind: int
) -> None:
    """Earliest moments from step `begin` on, until nothing changes any more."""
    steps, free = plan.steps, plan.free
    first, count = instance.vehicles[v, BREAK_AT], instance.vehicles[v, BREAKS]
    sort, scratch = instance.vehicles[v, FAMILIARITY], free.shape[0] - 1
    for i in range(row + begin, row + n + 1):
        task = steps[i, TASK]
        paid = 1 if steps[i, STEP_SITE] != steps[i - 1, STEP_SITE] else 0
        ride_on(free, instance.breaks, first, count, i - 1, scratch, steps[i - 1, LEG_S])
        action = instance.action[sort, task, paid]
        act_at(free, instance.tasks, instance.windows, task, action, scratch, count)
        earliest = FAR
        same = i >= row + behind
        for k in range(count + 1):
            now = free[scratch, k]
            same = same and now == free[i, k]
            free[i, k] = now
            earliest = min(earliest, now)
        if same:
            return
        steps[i, EARLIEST] = earliest


@compiled
def _backward(
    instance: Instance, plan: PlanState, v: int, row: int, begin: int, behind: int
) -> None:
    """Latest arrivals before step `behind`, until nothing changes any more."""
    steps, late = plan.steps, plan.late
    first, count = instance.vehicles[v, BREAK_AT], instance.vehicles[v, BREAKS]
    sort = instance.vehicles[v, FAMILIARITY]
    for i in range(row + behind - 1, row, -1):
        task = steps[i, TASK]
        paid = 1 if steps[i, STEP_SITE] != steps[i + 1, STEP_SITE] else 0
        latest = NEVER
        same = i < row + begin
        for k in range(count + 1):
            leave = latest_leave(
                late, instance.breaks, first, count, i + 1, paid, steps[i, LEG_S], k
            )
            for s in range(2):
                action = instance.action[sort, task, s]
                arrive = latest_arrival(instance.tasks, instance.windows, task, action, leave)
                same = same and arrive == late[i, 2 * k + s]
                late[i, 2 * k + s] = arrive
                latest = max(latest, arrive)
        if same:
            return
        steps[i, LATEST] = latest


@compiled
def _weigh(steps: Ints, loads: Ints, change: Ints, carried: Ints, row: int, n: int) -> None:
    dimensions = change.shape[1]
    for d in range(dimensions):
        load = 0
        for i in range(row + 1, row + n + 1):
            load += carried[steps[i, TASK], d]
        most = load
        loads[row, d], loads[row, dimensions + d] = load, load
        for i in range(row + 1, row + n + 1):
            load += change[steps[i, TASK], d]
            most = max(most, load)
            loads[i, d], loads[i, dimensions + d] = load, most
        loads[row + n + 1, d] = load
        most = load
        for i in range(row + n + 1, row - 1, -1):
            most = max(most, loads[i, d])
            loads[i, 2 * dimensions + d] = most
