"""The cheapest place of a work in a route with prices by the second, limits of time on board,
breaks counted from leaving, rides by the hour, or a pinned order: each place in question is timed.

A lower bound by detours and the windows dismiss most places before.
"""

from routing.engines.ruin_recreate.columns import (
    CLOSES,
    DROP_AFTER,
    DROP_AT,
    DROP_END,
    DROP_TASK,
    EARLIEST,
    FIXED,
    FLOATS,
    HOURS,
    LATEST,
    LEG_S,
    LENGTH,
    METRES,
    MOST_METRES,
    MOST_STOPS,
    OPENS,
    ORDERED,
    PAID,
    PER_METRE,
    PER_SECOND,
    PICK_AFTER,
    PICK_AT,
    PICK_TASK,
    PIN,
    PLACE,
    PLACE_COST,
    PRICE,
    PRICED,
    PROFILE,
    RANK,
    RIDE,
    RODE,
    SERVICE,
    SITE,
    STEP_PLACE,
    STOPS,
    STRICT,
    TASK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.place_rules import (
    detour,
    fits_after,
    fits_on,
    halt_at,
    job_fits,
    more_halts,
    more_metres,
    pair_detour,
)
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.timed_route import price_of_moving, simulate


@compiled
def find_timed_place(instance: Instance, plan: PlanState, work: int, v: int) -> None:
    """Writes the cheapest place into `known`, which holds the bound, as `find_place` does."""
    known, n = plan.known[work, v], plan.routes[v, LENGTH]
    base = price_of_moving(instance, work, v) + (instance.vehicles[v, FIXED] if n == 0 else 0)
    middle, behind = instance.works[work, DROP_AT], instance.works[work, DROP_END]
    for a in range(instance.works[work, PICK_AT], middle):
        task = instance.options[a]
        for i in range(n + 1):
            if not may_start(instance, plan, task, v, i):
                continue
            if middle == behind:
                _job_at(instance, plan, task, v, n, i, base, known)
            elif fits_on(
                plan.loads, instance.change, instance.capacity, task, v, _row(plan, v) + i
            ):
                _pair_at(instance, plan, work, task, v, n, i, base, known)


@compiled
def _row(plan: PlanState, v: int) -> int:
    return int(v * plan.saved.shape[1])


@compiled
def may_start(instance: Instance, plan: PlanState, task: int, v: int, i: int) -> bool:
    """Whether a task behind step i may be in time, as far as its neighbours' slacks tell."""
    if instance.vehicles[v, FLOATS]:
        return True
    steps, tasks, at = plan.steps, instance.tasks, _row(plan, v) + i
    place, profile = tasks[task, PLACE], instance.vehicles[v, PROFILE]
    target = steps[at + 1, STEP_PLACE]
    back = instance.ride[profile, place, target] if target >= 0 else 0
    ride = instance.ride[profile, steps[at, STEP_PLACE], place]
    return bool(
        steps[at, EARLIEST] + ride <= tasks[task, CLOSES]
        and tasks[task, OPENS] + tasks[task, SERVICE] + back <= steps[at + 1, LATEST]
    )


@compiled
def _more(instance: Instance, plan: PlanState, v: int, task: int, i: int) -> tuple[int, int, int]:
    """Seconds, metres and halts more by a task behind step i."""
    row, n = _row(plan, v), plan.routes[v, LENGTH]
    place, site = instance.tasks[task, PLACE], instance.tasks[task, SITE]
    profile, steps = instance.vehicles[v, PROFILE], plan.steps
    there, back = instance.ride_to[profile, place], instance.ride[profile, place]
    before, behind = halt_at(steps, row + i, row, n), halt_at(steps, row + i + 1, row, n)
    seconds = detour(there, back, steps, row + i, LEG_S)
    metres = more_metres(instance, plan, v, place, row + i)
    return seconds, metres, more_halts(site, before, behind)


@compiled
def _job_at(
    instance: Instance, plan: PlanState, task: int, v: int, n: int, i: int, base: int, known: Ints
) -> None:
    if not job_fits(instance, plan, task, v, _row(plan, v) + i):
        return
    seconds, metres, halts = _more(instance, plan, v, task, i)
    cost = base + instance.tasks[task, PRICE]
    cost = _timed(instance, plan, v, n, (task, i), (-1, i), (cost, seconds, metres, halts), known)
    if cost < known[PLACE_COST]:
        known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, task, i
        known[DROP_TASK], known[DROP_AFTER] = -1, i


@compiled
def _pair_at(
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    n: int,
    i: int,
    base: int,
    known: Ints,
) -> None:
    """The pickup behind step i with every place of a delivery."""
    tasks, row = instance.tasks, _row(plan, v)
    seconds, metres, halts = _more(instance, plan, v, pick, i)
    for j in range(i, n + 1):
        if j > i and not fits_on(plan.loads, instance.change, instance.capacity, pick, v, row + j):
            return
        for b in range(instance.works[work, DROP_AT], instance.works[work, DROP_END]):
            drop = instance.options[b]
            if not fits_after(
                plan.loads, instance.change, instance.capacity, pick, drop, v, row + j
            ):
                continue
            if j == i:
                behind = halt_at(plan.steps, row + i + 1, row, n)
                before = halt_at(plan.steps, row + i, row, n)
                s, m, _ = pair_detour(instance, plan, v, n, row + i, pick, drop)
                h = more_halts(tasks[pick, SITE], before, behind)
                h += more_halts(tasks[drop, SITE], tasks[pick, SITE], behind)
            else:
                if not may_start(instance, plan, drop, v, j):
                    continue
                s, m, h = _more(instance, plan, v, drop, j)
                s, m, h = s + seconds, m + metres, h + halts
            cost = base + tasks[pick, PRICE] + tasks[drop, PRICE]
            cost = _timed(instance, plan, v, n, (pick, i), (drop, j), (cost, s, m, h), known)
            if cost < known[PLACE_COST]:
                known[PLACE_COST], known[PICK_TASK], known[PICK_AFTER] = cost, pick, i
                known[DROP_TASK], known[DROP_AFTER] = drop, j


@compiled
def _timed(
    instance: Instance,
    plan: PlanState,
    v: int,
    n: int,
    first: tuple[int, int],
    second: tuple[int, int],
    more: tuple[int, int, int, int],
    known: Ints,
) -> int:
    """What the route costs more with `first` = (task, behind step) and `second`, if its task is
    not -1; FAR if that breaks a rule or is dearer than what is known. `more`: price, seconds,
    metres, halts by detours."""
    vehicles, routes, far = instance.vehicles, plan.routes, known[PLACE_COST]
    price, seconds, metres, halts = more
    price += vehicles[v, PER_METRE] * metres
    if vehicles[v, HOURS] == 0 and price + vehicles[v, PER_SECOND] * seconds >= far:
        return int(far)
    if routes[v, METRES] + metres > vehicles[v, MOST_METRES]:
        return int(far)
    if routes[v, STOPS] + halts > vehicles[v, MOST_STOPS]:
        return int(far)
    length = _write_trial(plan, v, n, first, second)
    if vehicles[v, ORDERED] and not _keeps_order(instance, plan, length):
        return int(far)
    if not simulate(instance, plan, v, length):
        return int(far)
    result = plan.clock[plan.clock.shape[0] - 1, 0]
    price += vehicles[v, PER_SECOND] * (result[RODE] - routes[v, RIDE])
    return int(price + result[PAID] - routes[v, PRICED])


@compiled
def _write_trial(
    plan: PlanState, v: int, n: int, first: tuple[int, int], second: tuple[int, int]
) -> int:
    """The sequence of route v with one or two tasks more; its length."""
    row, length = _row(plan, v), 0
    for i in range(n + 1):
        if i > 0:
            plan.trial[length] = plan.steps[row + i, TASK]
            length += 1
        if first[1] == i:
            plan.trial[length] = first[0]
            length += 1
        if second[1] == i and second[0] >= 0:
            plan.trial[length] = second[0]
            length += 1
    return length


@compiled
def _keeps_order(instance: Instance, plan: PlanState, n: int) -> bool:
    """Whether trial[0:n] keeps the order of pins; STRICT ones come before everything else."""
    tasks, trial, ranks = instance.tasks, plan.trial, plan.ranks
    for i in range(n):
        if tasks[trial[i], PIN] >= 0:
            ranks[tasks[trial[i], PIN]] = -1
    others = False
    for i in range(n):
        task = trial[i]
        pin = tasks[task, PIN]
        if pin < 0 or not tasks[task, STRICT]:
            others = True
        elif others:
            return False
        if pin >= 0:
            if tasks[task, RANK] < ranks[pin]:
                return False
            ranks[pin] = tasks[task, RANK]
    return True
