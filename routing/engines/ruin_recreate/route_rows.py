"""Rows of the tables that belong to one route: saved before a round, put back, moved apart."""

from routing.engines.ruin_recreate.columns import (
    CHANGED,
    LENGTH,
    TASK,
    TOUCHED,
    TOUCHED_ROUTES,
    WORK,
)
from routing.engines.ruin_recreate.compiled import compiled
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.kernel_tables import move_rows
from routing.engines.ruin_recreate.plan_state import PlanState


@compiled
def move_steps(plan: PlanState, origin: int, target: int, count: int) -> None:
    """Copies rows with all that is known of their steps; they may overlap."""
    move_rows(plan.steps, origin, target, count)
    move_rows(plan.free, origin, target, count)
    move_rows(plan.late, origin, target, count)
    move_rows(plan.loads, origin, target, count)


@compiled
def make_room(plan: PlanState, v: int, pick_after: int, drop_after: int, drops: bool) -> None:
    """Moves the steps of route v apart: one free row behind step `pick_after`, with `drops`
    another behind the step that was `drop_after`. The route grows by as much."""
    row, n = v * plan.saved.shape[1], plan.routes[v, LENGTH]
    last = n + 1
    if drops:
        move_steps(plan, row + drop_after + 1, row + drop_after + 3, n + 1 - drop_after)
        last = drop_after
        plan.routes[v, LENGTH] += 1
    move_steps(plan, row + pick_after + 1, row + pick_after + 2, last - pick_after)
    plan.routes[v, LENGTH] += 1


@compiled
def save_route(plan: PlanState, v: int) -> None:
    """Remembers route v as it was before the round."""
    routes, figures = plan.routes, plan.figures
    if routes[v, TOUCHED]:
        return
    plan.lists[CHANGED, figures[TOUCHED_ROUTES]] = v
    figures[TOUCHED_ROUTES] += 1
    for j in range(routes.shape[1]):
        plan.saved_routes[v, j] = routes[v, j]
    routes[v, TOUCHED] = 1
    wide = plan.saved.shape[1]
    further = routes.shape[0] * wide
    move_steps(plan, v * wide, further + v * wide, routes[v, LENGTH] + 2)


@compiled
def forget_saved(plan: PlanState) -> None:
    """The plan as it is stays: the next round starts from it."""
    for i in range(plan.figures[TOUCHED_ROUTES]):
        plan.routes[plan.lists[CHANGED, i], TOUCHED] = 0
    plan.figures[TOUCHED_ROUTES] = 0


@compiled
def undo(instance: Instance, plan: PlanState) -> None:
    """Puts every route back that the round has changed. Cost and count of left-out works are the
    caller's."""
    routes, steps, tasks = plan.routes, plan.steps, instance.tasks
    wide = plan.saved.shape[1]
    further = routes.shape[0] * wide
    changed = plan.figures[TOUCHED_ROUTES]
    for j in range(changed):
        v = plan.lists[CHANGED, j]
        for i in range(v * wide + 1, v * wide + routes[v, LENGTH] + 1):
            plan.vehicle_of[tasks[steps[i, TASK], WORK]] = -1
    for j in range(changed):
        v = plan.lists[CHANGED, j]
        for i in range(routes.shape[1]):
            routes[v, i] = plan.saved_routes[v, i]
        move_steps(plan, further + v * wide, v * wide, routes[v, LENGTH] + 2)
        for i in range(v * wide + 1, v * wide + routes[v, LENGTH] + 1):
            plan.vehicle_of[tasks[steps[i, TASK], WORK]] = v
    plan.figures[TOUCHED_ROUTES] = 0
