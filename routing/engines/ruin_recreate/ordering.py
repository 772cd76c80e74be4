"""The order in which a round puts works back that it took out or found left out."""

from routing.engines.ruin_recreate.columns import (
    DISTANCE,
    LEFT_OUT,
    PENALTY,
    REMOVED,
    TIGHTNESS,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.randomness import chance, pick_below
from routing.engines.ruin_recreate.removal import take_out_works

MOST_TRIED = 60
"""Left-out works that one round tries to insert besides those that it removed."""

AT_RANDOM, BY_PENALTY, BY_TIGHTNESS, FAR_FIRST = 0.4, 0.6, 0.75, 0.9
"""Cumulated shares of the orders of insertion; the rest is near first."""

ABSENCE_NOISE = 0.1
"""How much the order by absences varies. Vehicles left after 3 s of processor time (seed 1), by
absences instead of the orders above: ber-n400-3 43 instead of 46, lc1_4_3 33 instead of 34,
lr1_2_3 14 instead of 15, bar-n400-3 11 instead of 12; by them in half of the rounds 44 on the
first."""


@compiled
def take_out(instance: Instance, plan: PlanState, hard_first: bool) -> int:
    """Takes works out and lists them and the left-out ones in the order of their insertion; gives
    their count. What it changed is saved. `hard_first`: those that were left out most often."""
    left_before = plan.figures[LEFT_OUT]
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
    _sort(instance, plan, removed, out, hard_first)
    return int(out)


@compiled
def _shuffle(plan: PlanState, items: Ints, count: int) -> None:
    for i in range(count - 1, 0, -1):
        j = pick_below(plan.random, i + 1)
        items[i], items[j] = items[j], items[i]


@compiled
def _sort(instance: Instance, plan: PlanState, works: Ints, count: int, hard_first: bool) -> None:
    """The order of insertion: at random, dearest to leave out, tightest, farthest or nearest;
    `hard_first`: those left out most often."""
    keys, table = plan.keys, instance.works
    dice = chance(plan.random)
    for i in range(count):
        work = works[i]
        noise = chance(plan.random)
        if hard_first:
            keys[i] = -float(plan.absences[work]) * (1.0 + ABSENCE_NOISE * noise)
        elif dice < AT_RANDOM:
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
