"""Taking a repair: the problem with what gave way, and the plan with the work done."""

from collections.abc import Callable
from dataclasses import replace

from routing.offering.new_places import with_work, without_pins, without_work
from routing.parts import Job, Shipment, Task, TimeWindow, Vehicle, Work
from routing.problem import Problem
from routing.relax import shift_longer, windows_longer
from routing.schedule import schedule
from routing.solution import Repair, RepairKind, Solution

MINUTE_S = 60


def apply_repair(problem: Problem, solution: Solution, repair: Repair) -> tuple[Problem, Solution]:
    """The problem in which the repair's limit has given way, and the plan with it taken: other
    routes stay, and all routes together cost exactly `repair.price` more.

    OTHER_DAY takes the work out of this day; the price is then the other day's, where
    `PreparedPlan.insert` takes it in. Raises ValueError for a work that is not undone here.
    """
    if all(left.id != repair.work_id for left in solution.unassigned):
        raise ValueError(f"work {repair.work_id!r} is not undone in this plan")
    changed = _changed(problem, repair)
    orders: dict[str, tuple[str, ...]] = {r.vehicle_id: r.order for r in solution.routes}
    if repair.kind is not RepairKind.OTHER_DAY:
        timed = schedule(changed, {repair.vehicle_id: repair.task_ids}, place_breaks=True)
        orders[repair.vehicle_id] = timed.routes[0].order
    return changed, schedule(changed, orders)


def widened(work: Work, subject: str, kind: RepairKind, minutes: int) -> Work:
    """The work with longer windows at the end that `subject`, a task, belongs to."""
    longer = (
        windows_longer(minutes * MINUTE_S)
        if kind is RepairKind.LATER
        else _windows_earlier(minutes * MINUTE_S)
    )
    if isinstance(work, Job):
        return replace(work, task=longer(work.task))
    if any(task.id == subject for task in work.pickups):
        return replace(work, pickups=tuple(longer(task) for task in work.pickups))
    return replace(work, deliveries=tuple(longer(task) for task in work.deliveries))


def _windows_earlier(seconds: int) -> Callable[[Task], Task]:
    """Each window begins earlier by `seconds`; windows that then touch become one."""

    def change(task: Task) -> Task:
        merged: list[TimeWindow] = []
        for window in task.windows:
            earlier = replace(window, start=max(0, window.start - seconds))
            if merged and merged[-1].end >= earlier.start:
                merged[-1] = replace(merged[-1], end=earlier.end)
            else:
                merged.append(earlier)
        return replace(task, windows=tuple(merged))

    return change


def _changed(problem: Problem, repair: Repair) -> Problem:
    """The problem with what the repair asks for."""
    work = next(work for work in problem.works() if work.id == repair.work_id)
    if repair.kind is RepairKind.OTHER_DAY:
        return without_work(problem, work.id)
    if repair.kind is RepairKind.UNPINNED:
        return without_pins(problem, work.id)
    if repair.kind in (RepairKind.OVERTIME, RepairKind.ONE_MORE):
        return replace(problem, vehicles=_changed_fleet(problem.vehicles, repair))
    changed = _changed_work(work, repair)
    return problem if changed == work else with_work(problem, changed)


def _changed_fleet(vehicles: tuple[Vehicle, ...], repair: Repair) -> tuple[Vehicle, ...]:
    if repair.kind is RepairKind.OVERTIME:
        longer = shift_longer(repair.amount * MINUTE_S)
        return tuple(longer(v) if v.id == repair.vehicle_id else v for v in vehicles)
    like = next(vehicle for vehicle in vehicles if vehicle.id == repair.subject)
    return (*vehicles, replace(like, id=repair.vehicle_id))


def _changed_work(work: Work, repair: Repair) -> Work:
    if repair.kind in (RepairKind.LATER, RepairKind.EARLIER):
        return widened(work, repair.subject, repair.kind, repair.amount)
    if repair.kind is RepairKind.SKILL:
        skills = work.skills - frozenset(repair.subject.split(","))
        return replace(work, skills=skills)
    if repair.kind is RepairKind.OTHER_PLACE and isinstance(work, Shipment) and repair.task:
        others = tuple(task for task in work.deliveries if task.id != repair.task.id)
        return replace(work, deliveries=(*others, repair.task))
    return work
