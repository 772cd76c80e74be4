"""Plans in and out of the kernels' tables: a start plan, the best so far, another search's best."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np

from routing.engines.request import BestPlan, Orders, SearchRequest
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState


def load_sequences(instance: Instance, plan: PlanState, sequences: Mapping[int, Ints]) -> Ints:
    """Puts task numbers in order per vehicle number into a plan, whatever was in it; answers the
    works that are in none of them. `insert_all` from the first work on must follow: it times the
    routes. Works of a route that is too long, or not its vehicle's to serve, stay out."""
    length = plan.saved.shape[1]
    plan.vehicle_of[:] = -1
    plan.routes[:, c.LENGTH] = 0
    for vehicle, sequence in sequences.items():
        works = instance.tasks[sequence, c.WORK]
        if len(sequence) > length - 2 or not instance.allowed[works, vehicle].all():
            continue
        row = vehicle * length
        plan.steps[row + 1 : row + 1 + len(sequence), c.TASK] = sequence
        plan.routes[vehicle, c.LENGTH] = len(sequence)
        plan.vehicle_of[works] = vehicle
    left_out = np.flatnonzero(plan.vehicle_of < 0)
    costs = plan.routes[:, c.COST].sum()  # of the routes before; timing them counts the difference
    plan.figures[c.PLAN_COST] = costs + instance.works[left_out, c.PENALTY].sum()
    plan.figures[c.LEFT_OUT] = len(left_out)
    return left_out


def start_sequences(request: SearchRequest) -> dict[int, Ints]:
    """The request's start plan in numbers."""
    number_of = request.model.number_of
    return {
        vehicle.number: np.array([number_of[task_id] for task_id in order], dtype=np.int64)
        for vehicle in request.model.vehicles
        if (order := request.start.get(vehicle.vehicle.id))
    }


def best_sequences(plan: PlanState) -> dict[int, Ints]:
    """The best plan so far, in numbers; a copy."""
    lengths = plan.routes[:, c.BEST_LENGTH]
    return {
        int(v): plan.best[v, 1 : lengths[v] + 1].copy() for v in np.flatnonzero(lengths).tolist()
    }


def present_sequences(plan: PlanState) -> dict[int, Ints]:
    """The plan as it is, in numbers; a copy."""
    wide, lengths = plan.saved.shape[1], plan.routes[:, c.LENGTH]
    return {
        v: plan.steps[v * wide + 1 : v * wide + 1 + int(lengths[v]), c.TASK].copy()
        for v in np.flatnonzero(lengths).tolist()
    }


def best_plan(
    instance: Instance, cost: int, sequences: Mapping[int, Ints], request: SearchRequest
) -> BestPlan:
    """A plan of a cost in the search's own weights, as the caller hears of it."""
    is_out = np.ones(len(instance.works), dtype=np.bool_)
    for sequence in sequences.values():
        is_out[instance.tasks[sequence, c.WORK]] = False
    left_out = np.flatnonzero(is_out)
    undone = int(instance.works[left_out, c.PENALTY].sum())
    return BestPlan(
        routes_cost=cost - undone,
        vehicles=len(sequences),
        left_out=tuple(request.works[work] for work in left_out.tolist()),
        orders=_orders_later(request, sequences),
    )


def _orders_later(request: SearchRequest, sequences: Mapping[int, Ints]) -> Callable[[], Orders]:
    return partial(named_orders, request, sequences)


def named_orders(
    request: SearchRequest, sequences: Mapping[int, Ints] | Mapping[int, Sequence[int]]
) -> Orders:
    """Sequences of numbers as orders of ids, in the problem's order of vehicles."""
    model = request.model
    return {
        model.vehicles[v].vehicle.id: tuple(model.tasks[task].id for task in sequences[v])
        for v in sorted(sequences)
    }
