"""Find any part of a problem by its id in constant time; built once per use of a problem."""

from dataclasses import dataclass

from routing.problem import Job, Pin, Problem, Task, Vehicle, Work
from routing.rides import Rides
from routing.solution import VisitKind


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """A task, the work it belongs to, and what it is in that work."""

    task: Task
    work: Work
    kind: VisitKind


class Lookup:
    """Tasks, works, vehicles and pins of one problem by id."""

    __slots__ = (
        "entries",
        "pin_of_task",
        "pin_of_work",
        "problem",
        "rides",
        "vehicles",
        "works",
        "zero_load",
    )

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.zero_load = (0,) * len(problem.load_dimensions)
        self.vehicles: dict[str, Vehicle] = {vehicle.id: vehicle for vehicle in problem.vehicles}
        self.works: dict[str, Work] = {work.id: work for work in problem.works()}
        self.entries: dict[str, TaskEntry] = {}
        for job in problem.jobs:
            self.entries[job.task.id] = TaskEntry(job.task, job, VisitKind.JOB)
        for shipment in problem.shipments:
            for task in shipment.pickups:
                self.entries[task.id] = TaskEntry(task, shipment, VisitKind.PICKUP)
            for task in shipment.deliveries:
                self.entries[task.id] = TaskEntry(task, shipment, VisitKind.DELIVERY)
        self.rides: dict[str, Rides] = {
            profile: Rides(problem.matrices, profile, problem.hour_bands)
            for profile in {vehicle.profile for vehicle in problem.vehicles}
        }
        self.pin_of_task: dict[str, Pin] = {}
        self.pin_of_work: dict[str, Pin] = {}
        for pin in problem.pins:
            for task_id in pin.task_ids:
                self.pin_of_task[task_id] = pin
                self.pin_of_work[self.entries[task_id].work.id] = pin

    def pinned_sibling(self, task_id: str) -> str | None:
        """The pinned alternative that excludes this one, if there is one."""
        entry = self.entries[task_id]
        if isinstance(entry.work, Job) or entry.work.id not in self.pin_of_work:
            return None
        side = entry.work.pickups if entry.kind is VisitKind.PICKUP else entry.work.deliveries
        for task in side:
            if task.id in self.pin_of_task:
                return None if task.id == task_id else task.id
        return None

    def sides_of(self, work: Work) -> tuple[tuple[Task, ...], ...]:
        """Tasks to choose from per side: (task,) or (pickups, deliveries), pins applied."""
        sides = ((work.task,),) if isinstance(work, Job) else (work.pickups, work.deliveries)
        return tuple(
            tuple(task for task in side if self.pinned_sibling(task.id) is None) for side in sides
        )

    def price_of_moving(self, work: Work, vehicle: Vehicle) -> int:
        """Cost units for doing a work with another vehicle than before."""
        stability = self.problem.stability
        return stability.price_per_moved if stability.moves(work.id, vehicle.id) else 0
