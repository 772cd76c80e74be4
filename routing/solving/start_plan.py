"""A start plan as a search can use it: whole works on vehicles that may serve them, in time."""

from collections.abc import Mapping, Sequence

from routing.engines.request import Orders
from routing.problem import Work
from routing.schedule import InvalidOrder
from routing.solution import Solution
from routing.trying.reduction import Reduced
from routing.trying.repair import Repair
from routing.trying.trial_model import TrialModel

type StartPlan = Solution | Mapping[str, Sequence[str]]
"""A solution of this problem or one like it, or task ids in order per vehicle id."""


def usable_orders(model: TrialModel, reduced: Reduced, start: StartPlan) -> Orders:
    """The part of a start plan that breaks no rule of this problem.

    A work stays where it was when all of it is there once, its pickup before its delivery, on a
    vehicle that can do it; from a route that breaks a rule works leave one by one until it does
    not. Raises InvalidOrder for an id that the problem does not have.
    """
    repair = Repair(model, reduced.allowed, reduced.works)
    repair.load(_whole_works(model, reduced, _task_ids(model, start)))
    return repair.orders()


def _task_ids(model: TrialModel, start: StartPlan) -> Orders:
    orders = start.orders if isinstance(start, Solution) else start
    lookup = model.lookup
    found: dict[str, tuple[str, ...]] = {}
    for vehicle_id, order in orders.items():
        vehicle = lookup.vehicles.get(vehicle_id)
        if vehicle is None:
            raise InvalidOrder(f"the start plan names vehicle {vehicle_id!r}; no such vehicle")
        pauses = {pause.id for pause in vehicle.breaks}
        for step in order:
            if step not in lookup.entries and step not in pauses:
                raise InvalidOrder(
                    f"the start plan names {step!r} for vehicle {vehicle_id!r}; "
                    "no such task or break"
                )
        found[vehicle_id] = tuple(step for step in order if step in lookup.entries)
    return found


def _whole_works(model: TrialModel, reduced: Reduced, orders: Orders) -> Orders:
    """Orders without works that are torn, doubled, out of order or on the wrong vehicle."""
    number_of = {vehicle.vehicle.id: vehicle.number for vehicle in model.vehicles}
    places: dict[str, list[tuple[str, str]]] = {}
    for vehicle_id, order in orders.items():
        for task_id in order:
            work = model.lookup.entries[task_id].work
            places.setdefault(work.id, []).append((vehicle_id, task_id))
    kept = {
        work.id
        for work in reduced.works
        if (found := places.get(work.id))
        and len({vehicle_id for vehicle_id, _ in found}) == 1
        and number_of[found[0][0]] in reduced.allowed[work.id]
        and _is_whole(model, work, [task_id for _, task_id in found])
    }
    entries = model.lookup.entries
    return {
        vehicle_id: tuple(task_id for task_id in order if entries[task_id].work.id in kept)
        for vehicle_id, order in orders.items()
    }


def _is_whole(model: TrialModel, work: Work, task_ids: Sequence[str]) -> bool:
    """Whether these are one task of each side, in the order of the sides."""
    sides = [{task.id for task in side} for side in model.lookup.sides_of(work)]
    return len(sides) == len(task_ids) and all(
        task_id in side for task_id, side in zip(task_ids, sides, strict=True)
    )
