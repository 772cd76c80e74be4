"""One round of the search: take out works near each other, put them back, keep or undo.

Greedy insertion with blinks follows Christiaens and Vanden Berghe (2020, see `removal`); here a
blink overlooks a route. Acceptance is simulated annealing.
"""

import math

from routing.engines.ruin_recreate.columns import (
    BEST_COST,
    BEST_LEFT_OUT,
    BEST_LENGTH,
    BEST_VERSION,
    BROKEN_ROUTES,
    DISTANCE,
    LEFT_OUT,
    LENGTH,
    PENALTY,
    PLAN_COST,
    REMOVED,
    ROUNDS,
    TASK,
    TIGHTNESS,
    VERSION,
)
from routing.engines.ruin_recreate.compiled import compiled, compiled_entry
from routing.engines.ruin_recreate.insertion import insert_cheapest, keep_bounds
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.randomness import chance, pick_below
from routing.engines.ruin_recreate.removal import take_out_works
from routing.engines.ruin_recreate.route_rows import forget_saved, undo
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
    for i in range(first, behind):
        insert_cheapest(instance, plan, order[i], 0.0)
    forget_saved(plan)
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
    figures = plan.figures
    before, left_before = figures[PLAN_COST], figures[LEFT_OUT]
    broken_before = figures[BROKEN_ROUTES]
    removed = plan.lists[REMOVED]
    out = 0
    if left_before > 0:
        for w in range(plan.vehicle_of.shape[0]):
            if plan.vehicle_of[w] < 0:
                removed[out] = w
                out += 1
    out = take_out_works(instance, plan, removed, out)
    if left_before > MOST_TRIED:  # a crowd of hopeless works must not eat the round
        _shuffle(plan, removed, left_before)
        for i in range(left_before, out):
            removed[i - left_before + MOST_TRIED] = removed[i]
        out += MOST_TRIED - left_before
    _sort(instance, plan, removed, out)
    for i in range(out):
        v = insert_cheapest(instance, plan, removed[i], BLINK)
        if v >= 0 and i + 1 < out:
            keep_bounds(instance, plan, removed[i], v, removed, i + 1, out)
    delta = figures[PLAN_COST] - before
    broken = figures[BROKEN_ROUTES] > broken_before
    worse = delta >= 0 and delta >= -temperature * math.log(max(chance(plan.random), 1e-300))
    if broken or worse:
        undo(instance, plan)
        figures[PLAN_COST], figures[LEFT_OUT] = before, left_before
        figures[BROKEN_ROUTES] = broken_before
        return
    forget_saved(plan)
    if figures[PLAN_COST] < figures[BEST_COST]:
        keep_best(plan)


@compiled
def keep_best(plan: PlanState) -> None:
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
