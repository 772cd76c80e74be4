"""What a place in a route costs, and the rules of it that are not about the clock."""

from routing.engines.ruin_recreate.columns import (
    COUNTS_METRES,
    FIXED,
    LEG_M,
    LEG_S,
    METRES,
    MOST_METRES,
    MOST_RIDE,
    MOST_STOPS,
    PER_METRE,
    PER_SECOND,
    PLACE,
    PRICE,
    PROFILE,
    RIDE,
    SITE,
    STEP_PLACE,
    STEP_SITE,
    STOPS,
    WORK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Cells, Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.timed_route import price_of_moving


@compiled
def detour(there: Cells, back: Cells, steps: Ints, i: int, leg: int) -> int:
    """More of a matrix on the leg behind step i by a place with rows `there` (to it) and `back`
    (from it); `leg` is the column that holds the leg as it is."""
    more = there[steps[i, STEP_PLACE]] - steps[i, leg]
    target = steps[i + 1, STEP_PLACE]
    return int(more + back[target]) if target >= 0 else int(more)


@compiled
def more_metres(instance: Instance, plan: PlanState, v: int, place: int, p: int) -> int:
    """Metres more by a place behind step p; 0 where nobody counts them."""
    if instance.vehicles[v, COUNTS_METRES] == 0:
        return 0
    profile = instance.vehicles[v, PROFILE]
    there, back = instance.metres_to[profile, place], instance.metres[profile, place]
    return detour(there, back, plan.steps, p, LEG_M)


@compiled
def halt_at(steps: Ints, step: int, row: int, n: int) -> int:
    """Site of a step as stops are counted: start and end are none."""
    return -1 if step == row or step == row + n + 1 else steps[step, STEP_SITE]


@compiled
def more_halts(site: int, before: int, behind: int) -> int:
    """Stops more by halting at `site` between two others; -1 = no task there."""
    apart = 1 if behind >= 0 and before != behind else 0
    more = 1 if before != site else 0
    return more + (1 if behind >= 0 and site != behind else 0) - apart


@compiled
def is_within(
    instance: Instance, plan: PlanState, v: int, seconds: int, metres: int, stops: int
) -> bool:
    routes, vehicles = plan.routes, instance.vehicles
    return bool(
        routes[v, RIDE] + seconds <= vehicles[v, MOST_RIDE]
        and routes[v, METRES] + metres <= vehicles[v, MOST_METRES]
        and routes[v, STOPS] + stops <= vehicles[v, MOST_STOPS]
    )


@compiled
def job_fits(instance: Instance, plan: PlanState, task: int, v: int, p: int) -> bool:
    """What the job needs from the start is on board up to step p, its change after it."""
    dimensions = instance.change.shape[1]
    for d in range(dimensions):
        room = instance.capacity[v, d]
        carried = instance.carried[task, d]
        if plan.loads[p, dimensions + d] + carried > room:
            return False
        most = max(plan.loads[p, d], plan.loads[p + 1, 2 * dimensions + d])
        if most + carried + instance.change[task, d] > room:
            return False
    return True


@compiled
def fits_on(loads: Ints, change: Ints, capacity: Ints, pick: int, v: int, i: int) -> bool:
    """Whether what is picked up fits on top of the load after step i."""
    for d in range(change.shape[1]):
        if loads[i, d] + change[pick, d] > capacity[v, d]:
            return False
    return True


@compiled
def fits_after(
    loads: Ints, change: Ints, capacity: Ints, pick: int, drop: int, v: int, i: int
) -> bool:
    """Whether what both ends leave on board fits from step i on, the delivery done after it."""
    dimensions = change.shape[1]
    for d in range(dimensions):
        stays = change[pick, d] + change[drop, d]
        most = max(loads[i, d], loads[i + 1, 2 * dimensions + d])
        if most + stays > capacity[v, d]:
            return False
    return True


@compiled
def pair_detour(
    instance: Instance, plan: PlanState, v: int, n: int, p: int, pick: int, drop: int
) -> tuple[int, int, int]:
    """Seconds, metres and cost more by a pickup and its delivery directly behind step p."""
    vehicles, steps = instance.vehicles, plan.steps
    profile = vehicles[v, PROFILE]
    first, second = instance.tasks[pick, PLACE], instance.tasks[drop, PLACE]
    origin, target = steps[p, STEP_PLACE], steps[p + 1, STEP_PLACE]
    ride, metres = instance.ride, 0
    seconds = int(ride[profile, origin, first]) + int(ride[profile, first, second])
    seconds += (int(ride[profile, second, target]) if target >= 0 else 0) - steps[p, LEG_S]
    if vehicles[v, COUNTS_METRES] == 1:
        table = instance.metres
        metres = int(table[profile, origin, first]) + int(table[profile, first, second])
        metres += (int(table[profile, second, target]) if target >= 0 else 0) - steps[p, LEG_M]
    cost = vehicles[v, PER_SECOND] * seconds + vehicles[v, PER_METRE] * metres
    cost += instance.tasks[pick, PRICE] + instance.tasks[drop, PRICE]
    cost += price_of_moving(instance, instance.tasks[pick, WORK], v)
    return seconds, metres, cost + (vehicles[v, FIXED] if n == 0 else 0)


@compiled
def job_is_within(instance: Instance, plan: PlanState, v: int, n: int, p: int, task: int) -> bool:
    """Limits of riding, metres and stops with a job behind step p."""
    steps, profile, row = plan.steps, instance.vehicles[v, PROFILE], v * plan.saved.shape[1]
    place, site = instance.tasks[task, PLACE], instance.tasks[task, SITE]
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    seconds = detour(there, back, steps, p, LEG_S)
    stops = more_halts(site, halt_at(steps, p, row, n), halt_at(steps, p + 1, row, n))
    return is_within(instance, plan, v, seconds, more_metres(instance, plan, v, place, p), stops)


@compiled
def pair_is_within(
    instance: Instance, plan: PlanState, v: int, n: int, p: int, q: int, pick: int, drop: int
) -> bool:
    """Limits of riding, metres and stops with a pickup behind step p and a delivery behind q."""
    steps, profile = plan.steps, instance.vehicles[v, PROFILE]
    row = v * plan.saved.shape[1]
    seconds, metres, stops = 0, 0, 0
    for at, task in ((p, pick), (q, drop)):
        place, site = instance.tasks[task, PLACE], instance.tasks[task, SITE]
        there, back = instance.ride_to[profile, place], instance.ride[profile, place]
        seconds += detour(there, back, steps, at, LEG_S)
        metres += more_metres(instance, plan, v, place, at)
        stops += more_halts(site, halt_at(steps, at, row, n), halt_at(steps, at + 1, row, n))
    return is_within(instance, plan, v, seconds, metres, stops)
