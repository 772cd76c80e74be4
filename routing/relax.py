"""The same problem with one kind of limit lifted or widened, to see whether it is the obstacle."""

from collections.abc import Callable
from dataclasses import replace

from routing.parts import Job, Shipment, Task, TimeWindow, Vehicle
from routing.problem import Problem


def with_tasks[W: (Job, Shipment)](work: W, change: Callable[[Task], Task]) -> W:
    """The work with each of its tasks changed."""
    if isinstance(work, Job):
        return replace(work, task=change(work.task))
    return replace(
        work,
        pickups=tuple(change(task) for task in work.pickups),
        deliveries=tuple(change(task) for task in work.deliveries),
    )


def with_work(problem: Problem, work_id: str, change: Callable[[Task], Task]) -> Problem:
    """The problem with each task of one work changed."""
    return replace(
        problem,
        jobs=tuple(with_tasks(j, change) if j.id == work_id else j for j in problem.jobs),
        shipments=tuple(with_tasks(s, change) if s.id == work_id else s for s in problem.shipments),
    )


def with_all_works(problem: Problem, change: Callable[[Task], Task]) -> Problem:
    """The problem with every task changed."""
    return replace(
        problem,
        jobs=tuple(with_tasks(job, change) for job in problem.jobs),
        shipments=tuple(with_tasks(shipment, change) for shipment in problem.shipments),
    )


def with_vehicles(problem: Problem, change: Callable[[Vehicle], Vehicle]) -> Problem:
    """The problem with each vehicle changed."""
    return replace(problem, vehicles=tuple(change(vehicle) for vehicle in problem.vehicles))


def released_at_once(task: Task) -> Task:
    """Ready from the start of the day."""
    return replace(task, release_s=0)


def windows_longer(seconds: int) -> Callable[[Task], Task]:
    """Each window ends later by `seconds`; windows that then touch become one."""

    def change(task: Task) -> Task:
        merged: list[TimeWindow] = []
        for window in task.windows:
            longer = replace(window, end=window.end + seconds)
            if merged and merged[-1].end >= longer.start:
                merged[-1] = replace(merged[-1], end=longer.end)
            else:
                merged.append(longer)
        return replace(task, windows=tuple(merged))

    return change


def shift_longer(seconds: int) -> Callable[[Vehicle], Vehicle]:
    """The shift ends later by `seconds`."""
    return lambda v: replace(v, shift=replace(v.shift, end=v.shift.end + seconds))
