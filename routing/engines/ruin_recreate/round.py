"""One round of the search: take out works near each other, put them back, keep or undo.

Greedy insertion with blinks and absence counters follow Christiaens and Vanden Berghe (2020, see
`removal`); here a blink overlooks a route. Acceptance is simulated annealing.

One kernel does everything that Python asks for: each entry is optimised as a whole program, which
is most of what compiling takes.
"""

import math

from routing.engines.ruin_recreate.best_place import find_place
from routing.engines.ruin_recreate.columns import (
    BEST_COST,
    BEST_LEFT_OUT,
    BEST_LENGTH,
    BEST_VERSION,
    BROKEN_ROUTES,
    FAR,
    LEFT_OUT,
    LENGTH,
    PENALTY,
    PLAN_COST,
    REMOVED,
    ROUNDS,
    TASK,
    VERSION,
    WORK,
)
from routing.engines.ruin_recreate.compiled import compiled, compiled_entry
from routing.engines.ruin_recreate.insertion import insert_cheapest, keep_bounds
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.ordering import take_out
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.randomness import chance
from routing.engines.ruin_recreate.removal import take_string
from routing.engines.ruin_recreate.route_rows import forget_saved, undo
from routing.engines.ruin_recreate.route_update import update_route

BLINK = 0.01
"""Share of routes that an insertion overlooks (the paper's β, there of positions)."""

EVERYWHERE = 0.1
"""Share of rounds that offer each work every route, not only those close to it."""

TIME, FIND, RETURN, EMPTY, INSERT, ROUND, FLEET = range(7)
"""What the kernel may do."""


def insert_all(instance: Instance, plan: PlanState, order: Ints, first: int, behind: int) -> None:
    """Inserts the works order[first:behind], each where it costs least, and takes the plan as the
    best. `first` is 0 when the sequences were just written: then every route is timed before."""
    if first == 0:
        kernel(instance, plan, TIME, 0, 1.0, 1.0)
    plan.lists[REMOVED, : behind - first] = order[first:behind]
    kernel(instance, plan, INSERT, behind - first, 1.0, 1.0)


def run_rounds(instance: Instance, plan: PlanState, rounds: int, warm: float, cool: float) -> None:
    """`rounds` rounds while the temperature falls from `warm` to `cool` (cost units)."""
    kernel(instance, plan, ROUND, rounds, warm, cool)


def fleet_rounds(
    instance: Instance, plan: PlanState, rounds: int, warm: float, cool: float
) -> None:
    """At most `rounds` rounds that place the left-out works without opening a route, until none is
    left out: then the plan is the best. Works that were hard to place come first; the riding may
    get dearer as the temperature allows."""
    kernel(instance, plan, FLEET, rounds, warm, cool)


def empty_route(instance: Instance, plan: PlanState, v: int) -> None:
    """Takes every work of route v out."""
    kernel(instance, plan, EMPTY, v, 1.0, 1.0)


def return_to_best(instance: Instance, plan: PlanState) -> None:
    """Goes on from the best plan so far."""
    kernel(instance, plan, RETURN, 0, 1.0, 1.0)


@compiled_entry
def kernel(
    instance: Instance, plan: PlanState, kind: int, amount: int, warm: float, cool: float
) -> None:
    """Does one thing of those above; `amount` is its number of rounds or works, its work, or its
    vehicle."""
    if kind < INSERT:
        _do_once(instance, plan, kind, amount)
        return
    figures = plan.figures
    rounds = 1 if kind == INSERT else amount
    factor = (cool / warm) ** (1.0 / max(1, rounds))
    temperature = warm
    for _ in range(rounds):
        before, left_before = figures[PLAN_COST], figures[LEFT_OUT]
        broken_before = figures[BROKEN_ROUTES]
        undone_before, hard_before = _left_out(instance, plan, kind == FLEET)
        out, blink, everywhere = amount, 0.0, True
        if kind != INSERT:
            out, blink = take_out(instance, plan, kind == FLEET), BLINK
            figures[ROUNDS] += 1
        if kind == ROUND:
            everywhere = chance(plan.random) < EVERYWHERE
        room = -temperature * math.log(max(chance(plan.random), 1e-300))
        if kind == FLEET:
            kept = _place_hard(instance, plan, out, blink, left_before, hard_before)
        else:
            kept = _place(
                instance, plan, out, blink, everywhere, FAR if kind == INSERT else before, room
            )
        if kept and kind == ROUND:
            more = figures[PLAN_COST] - before
            kept = more < 0 or more < room
        elif kept and kind == FLEET:
            undone, hard = _left_out(instance, plan, True)
            _count_absences(plan)
            more = (figures[PLAN_COST] - undone) - (before - undone_before)
            kept = hard < hard_before or (figures[LEFT_OUT] <= left_before and more < room)
        if kind != INSERT and (not kept or figures[BROKEN_ROUTES] > broken_before):
            undo(instance, plan)
            figures[PLAN_COST], figures[LEFT_OUT] = before, left_before
            figures[BROKEN_ROUTES] = broken_before
        else:
            forget_saved(plan)
            if kind == INSERT or figures[PLAN_COST] < figures[BEST_COST]:
                _keep_best(plan)
        if kind == FLEET and figures[LEFT_OUT] == 0:
            return
        temperature *= factor


@compiled
def _do_once(instance: Instance, plan: PlanState, kind: int, amount: int) -> None:
    routes, figures = plan.routes, plan.figures
    if kind == EMPTY:
        length, none = routes[amount, LENGTH], 0
        take_string(instance, plan, amount, 1, length, none, none, plan.lists[REMOVED], none)
        forget_saved(plan)
        return
    if kind == RETURN:
        _write_best(instance, plan)
    for v in range(routes.shape[0]):
        if kind != FIND:
            update_route(instance, plan, v)
        elif instance.allowed[amount, v]:
            find_place(instance, plan, amount, v, FAR)
    if kind == RETURN:
        for v in range(routes.shape[0]):
            routes[v, BEST_VERSION] = routes[v, VERSION]
        figures[PLAN_COST], figures[LEFT_OUT] = figures[BEST_COST], figures[BEST_LEFT_OUT]


@compiled
def _place(
    instance: Instance,
    plan: PlanState,
    out: int,
    blink: float,
    everywhere: bool,
    before: int,
    room: float,
) -> bool:
    """Inserts the works listed, each where it costs least. False as soon as the plan, with the rest
    of them inserted for nothing, costs more than `before` and the room that there is: half of the
    rounds at the end of a search, where days make 1.1 times and Li-Lim instances 1.25 times as
    many rounds in the same processor time as without."""
    works, figures, waiting = plan.lists[REMOVED], plan.figures, 0
    for i in range(out):
        waiting += instance.works[works[i], PENALTY]
    for i in range(out):
        waiting -= instance.works[works[i], PENALTY]
        v = insert_cheapest(instance, plan, works[i], blink, everywhere)
        if figures[PLAN_COST] - waiting - before > room:
            return False
        if v >= 0 and i + 1 < out:
            keep_bounds(instance, plan, works[i], v, works, i + 1, out)
    return True


@compiled
def _place_hard(
    instance: Instance,
    plan: PlanState,
    out: int,
    blink: float,
    left_before: int,
    hard_before: int,
) -> bool:
    """The same without opening a route, by absences; every route is offered. False as soon as more
    works have found no place than were left out before, and as hard ones."""
    works, failed, hard = plan.lists[REMOVED], 0, 0
    for i in range(out):
        v = insert_cheapest(instance, plan, works[i], blink, True)
        if v < 0:
            failed += 1
            hard += plan.absences[works[i]]
            if failed > left_before and hard >= hard_before:
                for j in range(i + 1):
                    plan.absences[works[j]] += 1 if plan.vehicle_of[works[j]] < 0 else 0
                return False
        elif i + 1 < out:
            keep_bounds(instance, plan, works[i], v, works, i + 1, out)
    return True


@compiled
def _keep_best(plan: PlanState) -> None:
    """The present plan is the best so far."""
    routes = plan.routes
    for v in range(routes.shape[0]):
        if routes[v, BEST_VERSION] == routes[v, VERSION]:
            continue
        row = v * plan.saved.shape[1]
        routes[v, BEST_LENGTH], routes[v, BEST_VERSION] = routes[v, LENGTH], routes[v, VERSION]
        for i in range(1, routes[v, LENGTH] + 1):
            plan.best[v, i] = plan.steps[row + i, TASK]
    plan.figures[BEST_COST] = plan.figures[PLAN_COST]
    plan.figures[BEST_LEFT_OUT] = plan.figures[LEFT_OUT]


@compiled
def _write_best(instance: Instance, plan: PlanState) -> None:
    routes, wide = plan.routes, plan.saved.shape[1]
    for work in range(plan.vehicle_of.shape[0]):
        plan.vehicle_of[work] = -1
    for v in range(routes.shape[0]):
        routes[v, LENGTH] = routes[v, BEST_LENGTH]
        for i in range(1, routes[v, LENGTH] + 1):
            plan.steps[v * wide + i, TASK] = plan.best[v, i]
            plan.vehicle_of[instance.tasks[plan.best[v, i], WORK]] = v


@compiled
def _left_out(instance: Instance, plan: PlanState, counts: bool) -> tuple[int, int]:
    """Penalties of the works left out, and how often they have been left out."""
    undone, hard = 0, 0
    if counts:
        for work in range(plan.vehicle_of.shape[0]):
            if plan.vehicle_of[work] < 0:
                undone += instance.works[work, PENALTY]
                hard += plan.absences[work]
    return undone, hard


@compiled
def _count_absences(plan: PlanState) -> None:
    for work in range(plan.absences.shape[0]):
        if plan.vehicle_of[work] < 0:
            plan.absences[work] += 1
