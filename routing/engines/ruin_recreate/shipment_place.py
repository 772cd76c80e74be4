"""The cheapest place of a pickup and its delivery in a route, from detours that are known.

`best_place` asks; the deliveries of a pickup are looked for in `delivery_place`.
"""

from routing.engines.ruin_recreate.clock import act_at, ride_on
from routing.engines.ruin_recreate.columns import (
    BREAK_AT,
    BREAKS,
    DROP_AT,
    DROP_END,
    FAMILIARITY,
    OPENS,
    PER_METRE,
    PER_SECOND,
    PLACE,
    PLACE_COST,
    PRICE,
    PROFILE,
    SITE,
    STEP_PLACE,
    STEP_SITE,
    TASK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.delivery_place import deliver_at_once, deliver_later
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.place_rules import fits_on
from routing.engines.ruin_recreate.plan_state import PlanState


@compiled
def place_shipment(
    instance: Instance,
    plan: PlanState,
    work: int,
    pick: int,
    v: int,
    base: int,
    low: int,
    high: int,
    lowest: int,
    highest: int,
) -> None:
    """Every place of a pickup that may be worth it, the cheapest first, each with every place of
    a delivery. Pickups fit behind the steps from `low` to before `high`, deliveries from `lowest`
    to before `highest`."""
    options = instance.works[work, DROP_END] - instance.works[work, DROP_AT]
    costs, known = plan.detours[options + 1], plan.known[work, v]
    cheapest = low
    for i in range(low + 1, high):
        if costs[i] < costs[cheapest]:
            cheapest = i
    for turn in range(low - 1, high):
        i = cheapest if turn < low else turn
        cost = base + costs[i]
        if cost >= known[PLACE_COST] or (i == cheapest and turn >= low):
            continue
        if i + 1 < high and costs[i + 1] <= costs[i] and _may_wait(instance, plan, pick, v, i + 1):
            continue
        later = i + 1 < highest and (
            cost + plan.detours[options, max(i + 1, lowest)] < known[PLACE_COST]
        )
        at_once = lowest <= i < highest and _is_worth_at_once(
            instance, plan, work, pick, v, i, cost
        )
        if (later or at_once) and _picks_up(instance, plan, pick, v, i):
            if at_once:
                deliver_at_once(instance, plan, work, pick, v, i)
            if later:
                deliver_later(instance, plan, work, pick, v, i, cost, lowest, highest)


@compiled
def _may_wait(instance: Instance, plan: PlanState, pick: int, v: int, i: int) -> bool:
    """Whether the pickup comes as well behind step i as before it: the step is at the same place
    and opens no later, so that nothing is delayed by having it first."""
    step = v * plan.saved.shape[1] + i
    tasks, task = instance.tasks, plan.steps[step, TASK]
    return bool(
        plan.steps[step, STEP_SITE] == tasks[pick, SITE]
        and tasks[task, OPENS] <= tasks[pick, OPENS]
    )


@compiled
def _is_worth_at_once(
    instance: Instance, plan: PlanState, work: int, pick: int, v: int, i: int, base: int
) -> bool:
    """Whether some delivery directly after the pickup behind step i costs less than what is
    known; `base` is the pickup's cost with a ride to the next step, which falls away."""
    tasks, vehicles, steps = instance.tasks, instance.vehicles, plan.steps
    p, profile = v * plan.saved.shape[1] + i, vehicles[v, PROFILE]
    first, best = instance.works[work, DROP_AT], plan.known[work, v, PLACE_COST]
    ride, target = instance.ride[profile], steps[p + 1, STEP_PLACE]
    for b in range(instance.works[work, DROP_END] - first):
        if plan.detours[b, i] >= best:
            continue
        drop = instance.options[first + b]
        more = ride[tasks[pick, PLACE], tasks[drop, PLACE]]
        if target >= 0:
            more += ride[tasks[drop, PLACE], target] - ride[tasks[pick, PLACE], target]
        if vehicles[v, PER_METRE] > 0 or (
            base + vehicles[v, PER_SECOND] * more + tasks[drop, PRICE] < best
        ):
            return True
    return False


@compiled
def _picks_up(instance: Instance, plan: PlanState, pick: int, v: int, i: int) -> bool:
    """Whether the pickup behind step i of the route is in time and fits; its ends are then in the
    first scratch row."""
    tasks, steps, free = instance.tasks, plan.steps, plan.free
    p, profile = v * plan.saved.shape[1] + i, instance.vehicles[v, PROFILE]
    first, count = instance.vehicles[v, BREAK_AT], instance.vehicles[v, BREAKS]
    if not fits_on(plan.loads, instance.change, instance.capacity, pick, v, p):
        return False
    scratch = free.shape[0] - 4
    ride = instance.ride_to[profile, tasks[pick, PLACE], steps[p, STEP_PLACE]]
    if not ride_on(free, instance.breaks, first, count, p, scratch, ride):
        return False
    paid = 1 if steps[p, STEP_SITE] != tasks[pick, SITE] else 0
    action = instance.action[instance.vehicles[v, FAMILIARITY], pick, paid]
    return act_at(free, tasks, instance.windows, pick, action, scratch, count)
