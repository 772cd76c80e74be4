"""Taking works out: strings of neighbouring routes, or a whole route.

Strings of adjacent tasks, some with a piece kept in their middle, follow Christiaens and Vanden
Berghe, "Slack Induction by String Removals for Vehicle Routing Problems" (2020), carried over to
pairs: with a task its whole work leaves.
"""

from routing.engines.ruin_recreate.columns import (
    AVERAGE_REMOVED,
    LEFT_OUT,
    LENGTH,
    LONGEST_STRING,
    PENALTY,
    PLAN_COST,
    STAYS,
    TASK,
    TOUCHED,
    WORK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.randomness import chance, pick_below
from routing.engines.ruin_recreate.route_rows import move_steps, save_route
from routing.engines.ruin_recreate.route_update import update_between

SPLIT = 0.5
"""Share of strings that keep a piece in their middle (the paper's α)."""

LONGER_PIECE = 0.99
"""Chance that the kept piece grows no further, step by step (1 − the paper's β for it)."""

LEFT_OUT_FIRST = 0.5
"""Share of rounds that centre on a left-out work while there is one."""

WHOLE_ROUTE = 0.01
"""Share of rounds that empty a route: fewer couriers is worth a fixed cost."""

BY_HOME = 0.7
"""Share of rounds that look for neighbours by homes alone, not by both ends."""


@compiled
def take_out_works(instance: Instance, plan: PlanState, removed: Ints, out: int) -> int:
    """Takes works out and lists them in `removed` from `out` on; gives the new count."""
    vehicles = plan.routes.shape[0]
    seed = pick_below(plan.random, plan.vehicle_of.shape[0])
    if out > 0 and chance(plan.random) < LEFT_OUT_FIRST:
        seed = removed[pick_below(plan.random, out)]
    v = plan.vehicle_of[seed]
    if v >= 0 and chance(plan.random) < WHOLE_ROUTE:
        return take_string(instance, plan, v, 1, plan.routes[v, LENGTH], 0, 0, removed, out)
    used, tasks = 0, 0
    for v in range(vehicles):
        used += 1 if plan.routes[v, LENGTH] > 0 else 0
        tasks += plan.routes[v, LENGTH]
    if used == 0:
        return out
    longest = min(float(instance.general[LONGEST_STRING]), tasks / used)
    most = 4.0 * instance.general[AVERAGE_REMOVED] / (1.0 + longest) - 1.0
    strings = int(chance(plan.random) * most + 1.0)
    kind = 0 if chance(plan.random) < BY_HOME else 1
    for j in range(instance.near.shape[2]):
        if strings == 0:
            break
        work = instance.near[kind, seed, j]
        v = plan.vehicle_of[work]
        if v < 0 or plan.routes[v, TOUCHED]:
            continue
        out = _take_near(instance, plan, v, work, longest, removed, out)
        strings -= 1
    return out


@compiled
def _take_near(
    instance: Instance, plan: PlanState, v: int, work: int, longest: float, removed: Ints, out: int
) -> int:
    """Takes a string of route v out that holds a task of the work, or keeps it in its middle."""
    tasks = plan.routes[v, LENGTH]
    length = int(chance(plan.random) * min(longest, float(tasks)) + 1.0)
    at = _position(instance, plan, v, work)
    kept = 0
    if length > 1 and length < tasks and chance(plan.random) < SPLIT:
        kept = 1
        while length + kept < tasks and chance(plan.random) > LONGER_PIECE:
            kept += 1
    span = min(length + kept, tasks)
    lowest, highest = max(1, at - span + 1), min(at, tasks - span + 1)
    first = lowest + pick_below(plan.random, highest - lowest + 1)
    hole = first + pick_below(plan.random, span - kept + 1) if kept > 0 else 0
    return take_string(instance, plan, v, first, span, hole, kept, removed, out)


@compiled
def _position(instance: Instance, plan: PlanState, v: int, work: int) -> int:
    """Where one of the work's tasks stands, each alike often."""
    first, found = 0, 0
    row = v * plan.saved.shape[1]
    for i in range(1, plan.routes[v, LENGTH] + 1):
        if instance.tasks[plan.steps[row + i, TASK], WORK] == work:
            if first == 0:
                first = i
            found = i
    return first if chance(plan.random) < 0.5 else found


@compiled
def take_string(
    instance: Instance,
    plan: PlanState,
    v: int,
    first: int,
    span: int,
    hole: int,
    kept: int,
    removed: Ints,
    out: int,
) -> int:
    """Takes every work out of which a task stands in the string, except in its hole."""
    if plan.routes[v, LENGTH] == 0:
        return out
    save_route(plan, v)
    steps, row = plan.steps, v * plan.saved.shape[1]
    for i in range(first, first + span):
        if kept > 0 and hole <= i < hole + kept:
            continue
        work = instance.tasks[steps[row + i, TASK], WORK]
        if plan.vehicle_of[work] == v and not instance.works[work, STAYS]:
            plan.vehicle_of[work] = -1
            plan.figures[LEFT_OUT] += 1
            plan.figures[PLAN_COST] += instance.works[work, PENALTY]
            removed[out] = work
            out += 1
    _close_ranks(instance, plan, v)
    return out


@compiled
def _close_ranks(instance: Instance, plan: PlanState, v: int) -> None:
    """Steps of works that have left route v leave it too."""
    row, n = v * plan.saved.shape[1], plan.routes[v, LENGTH]
    first, gone, begin, behind = 1, 0, 0, 0
    for i in range(1, n + 1):
        if plan.vehicle_of[instance.tasks[plan.steps[row + i, TASK], WORK]] == v:
            continue
        if gone > 0 and first < i:
            move_steps(plan, row + first, row + first - gone, i - first)
        behind = i - gone
        begin = behind if begin == 0 else begin
        first, gone = i + 1, gone + 1
    if gone > 0:
        move_steps(plan, row + first, row + first - gone, n + 2 - first)
    plan.routes[v, LENGTH] = n - gone
    if begin > 0:
        update_between(instance, plan, v, begin, behind)
