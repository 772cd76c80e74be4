"""One round of the search: take out works near each other, put them back, keep or undo.

Greedy insertion with blinks follows Christiaens and Vanden Berghe (2020, see `removal`); here a
blink overlooks a route. Acceptance is simulated annealing.
"""

import math

from routing.engines.ruin_recreate.best_place import find_place
from routing.engines.ruin_recreate.columns import (
    BEST_COST,
    BEST_LEFT_OUT,
    BEST_LENGTH,
    DISTANCE,
    DROP_AFTER,
    DROP_TASK,
    KNOWN_VERSION,
    LEFT_OUT,
    LENGTH,
    PENALTY,
    PICK_AFTER,
    PICK_TASK,
    PLACE_COST,
    PLAN_COST,
    ROUNDS,
    SAVED_LENGTH,
    SAVED_VERSION,
    TASK,
    TIGHTNESS,
    TOUCHED,
    TWIN,
    VERSION,
    WORK,
)
from routing.engines.ruin_recreate.compiled import compiled, compiled_entry
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.randomness import chance, pick_below
from routing.engines.ruin_recreate.removal import save_route, take_out_works
from routing.engines.ruin_recreate.route_update import update_route

BLINK = 0.01
"""Share of routes that an insertion overlooks (the paper's β, there of positions)."""

MOST_TRIED = 60
"""Left-out works that one round tries to insert besides those that it removed."""

AT_RANDOM, BY_PENALTY, BY_TIGHTNESS, FAR_FIRST = 0.4, 0.6, 0.75, 0.9
"""Cumulated shares of the orders of insertion; the rest is near first."""


@compiled_entry
def insert_all(instance: Instance, plan: PlanState, order: Ints, first: int, behind: int) -> None:
    """Inserts the works order[first:behind], each where it costs least, and takes the plan as the
    best. From an empty plan on, `first` is 0."""
    if first == 0:
        for v in range(plan.routes.shape[0]):
            update_route(instance, plan, v)
    plan.routes[:, TOUCHED] = 0
    for i in range(first, behind):
        insert_cheapest(instance, plan, order[i], 0.0)
    keep_best(plan)


@compiled_entry
def run_rounds(instance: Instance, plan: PlanState, rounds: int, warm: float, cool: float) -> None:
    """`rounds` rounds while the temperature falls from `warm` to `cool` (cost units)."""
    factor = (cool / warm) ** (1.0 / rounds)
    temperature = warm
    for _ in range(rounds):
        _one_round(instance, plan, temperature)
        plan.figures[ROUNDS] += 1
        temperature *= factor


@compiled
def _one_round(instance: Instance, plan: PlanState, temperature: float) -> None:
    figures, routes = plan.figures, plan.routes
    before, left_before = figures[PLAN_COST], figures[LEFT_OUT]
    routes[:, TOUCHED] = 0
    removed = plan.lists[0]
    out = 0
    if left_before > 0:
        for w in range(plan.vehicle_of.shape[0]):
            if plan.vehicle_of[w] < 0:
                removed[out] = w
                out += 1
    out = take_out_works(instance, plan, removed, out)
    for v in range(routes.shape[0]):
        if routes[v, TOUCHED]:
            update_route(instance, plan, v)
    if left_before > MOST_TRIED:  # a crowd of hopeless works must not eat the round
        _shuffle(plan, removed, left_before)
        for i in range(left_before, out):
            removed[i - left_before + MOST_TRIED] = removed[i]
        out += MOST_TRIED - left_before
    _sort(instance, plan, removed, out)
    for i in range(out):
        insert_cheapest(instance, plan, removed[i], BLINK)
    delta = figures[PLAN_COST] - before
    if delta >= 0 and delta >= -temperature * math.log(max(chance(plan.random), 1e-300)):
        _undo(instance, plan)
        figures[PLAN_COST], figures[LEFT_OUT] = before, left_before
    elif figures[PLAN_COST] < figures[BEST_COST]:
        keep_best(plan)


@compiled
def keep_best(plan: PlanState) -> None:
    """The present plan is the best so far."""
    for v in range(plan.routes.shape[0]):
        row = v * plan.saved.shape[1]
        plan.routes[v, BEST_LENGTH] = plan.routes[v, LENGTH]
        for i in range(1, plan.routes[v, LENGTH] + 1):
            plan.best[v, i] = plan.steps[row + i, TASK]
    plan.figures[BEST_COST] = plan.figures[PLAN_COST]
    plan.figures[BEST_LEFT_OUT] = plan.figures[LEFT_OUT]


@compiled
def insert_cheapest(instance: Instance, plan: PlanState, work: int, blink: float) -> bool:
    """Puts a work where it costs least, if that is less than leaving it out.

    Routes of which the cheapest place is still known come first: they bound the others' search.
    """
    routes, known = plan.routes, plan.known
    best, cost = -1, instance.works[work, PENALTY]
    unknown, open_routes = plan.lists[1], 0
    empty_seen = plan.lists[2]
    for v in range(routes.shape[0]):
        empty_seen[v] = 0
    for v in range(routes.shape[0]):
        if not instance.allowed[work, v]:
            continue
        if routes[v, LENGTH] == 0:
            twin = instance.vehicles[v, TWIN]
            if empty_seen[twin]:
                continue
            empty_seen[twin] = 1
        if blink > 0.0 and chance(plan.random) < blink:
            continue
        if known[work, v, KNOWN_VERSION] != routes[v, VERSION]:
            unknown[open_routes] = v
            open_routes += 1
        elif known[work, v, PLACE_COST] < cost:
            if known[work, v, PICK_TASK] < 0:  # none was cheaper than a bound that was lower
                unknown[open_routes] = v
                open_routes += 1
            else:
                best, cost = v, known[work, v, PLACE_COST]
    for i in range(open_routes):
        v = unknown[i]
        if known[work, v, KNOWN_VERSION] == routes[v, VERSION] and (
            known[work, v, PLACE_COST] >= cost
        ):
            continue
        find_place(instance, plan, work, v, cost)
        known[work, v, KNOWN_VERSION] = routes[v, VERSION]
        if known[work, v, PICK_TASK] >= 0:
            best, cost = v, known[work, v, PLACE_COST]
    if best < 0:
        return False
    _insert_at(instance, plan, work, best)
    return True


@compiled
def _insert_at(instance: Instance, plan: PlanState, work: int, v: int) -> None:
    """Puts a work at its known place in route v."""
    save_route(plan, v)
    row = v * plan.saved.shape[1]
    place = plan.known[work, v]
    if place[DROP_TASK] >= 0:
        _insert(plan, v, row, place[DROP_AFTER], place[DROP_TASK])
    _insert(plan, v, row, place[PICK_AFTER], place[PICK_TASK])
    plan.vehicle_of[work] = v
    plan.figures[LEFT_OUT] -= 1
    plan.figures[PLAN_COST] -= instance.works[work, PENALTY]
    update_route(instance, plan, v)


@compiled
def _insert(plan: PlanState, v: int, row: int, after: int, task: int) -> None:
    steps = plan.steps
    for i in range(row + plan.routes[v, LENGTH], row + after, -1):
        steps[i + 1, TASK] = steps[i, TASK]
    steps[row + after + 1, TASK] = task
    plan.routes[v, LENGTH] += 1


@compiled
def _undo(instance: Instance, plan: PlanState) -> None:
    routes, steps, tasks = plan.routes, plan.steps, instance.tasks
    for v in range(routes.shape[0]):
        if routes[v, TOUCHED]:
            row = v * plan.saved.shape[1]
            for i in range(row + 1, row + routes[v, LENGTH] + 1):
                plan.vehicle_of[tasks[steps[i, TASK], WORK]] = -1
    for v in range(routes.shape[0]):
        if routes[v, TOUCHED]:
            row = v * plan.saved.shape[1]
            routes[v, LENGTH] = routes[v, SAVED_LENGTH]
            for i in range(1, routes[v, LENGTH] + 1):
                steps[row + i, TASK] = plan.saved[v, i]
                plan.vehicle_of[tasks[plan.saved[v, i], WORK]] = v
            update_route(instance, plan, v)
            routes[v, VERSION] = routes[v, SAVED_VERSION]


@compiled
def _shuffle(plan: PlanState, items: Ints, count: int) -> None:
    for i in range(count - 1, 0, -1):
        j = pick_below(plan.random, i + 1)
        items[i], items[j] = items[j], items[i]


@compiled
def _sort(instance: Instance, plan: PlanState, works: Ints, count: int) -> None:
    """The order of insertion: at random, dearest to leave out, tightest, farthest or nearest."""
    keys, table = plan.keys, instance.works
    dice = chance(plan.random)
    for i in range(count):
        work = works[i]
        noise = chance(plan.random)
        if dice < AT_RANDOM:
            keys[i] = noise
        elif dice < BY_PENALTY:
            keys[i] = -float(table[work, PENALTY]) * (1.0 + 0.1 * noise)
        elif dice < BY_TIGHTNESS:
            keys[i] = float(table[work, TIGHTNESS]) + noise
        else:
            far = float(table[work, DISTANCE]) + noise
            keys[i] = -far if dice < FAR_FIRST else far
    for i in range(1, count):  # insertion sort: the lists are short
        key, work = keys[i], works[i]
        j = i - 1
        while j >= 0 and keys[j] > key:
            keys[j + 1], works[j + 1] = keys[j], works[j]
            j -= 1
        keys[j + 1], works[j + 1] = key, work
