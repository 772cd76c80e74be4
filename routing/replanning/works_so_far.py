"""The works of a day under way: what is done as it happened, and what is taken apart because its
courier cannot go on with it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from routing.parts import Job, Shipment, Task, Work, start_load_of
from routing.replanning.couriers_so_far import CouriersSoFar


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksSoFar:
    """`done_by` gives the vehicle of each executed task, `vehicle_of` that of each planned work.
    `stuck` are works on board that nobody can deliver."""

    couriers: CouriersSoFar
    done_by: Mapping[str, str]
    vehicle_of: Mapping[str, str]
    stuck: Collection[str]
    now_s: int
    fetch_service_s: int

    def parts_of(self, work: Work) -> Iterable[Work]:
        """A work with its executed tasks as they happened; what cannot go on is taken apart."""
        if isinstance(work, Job):
            yield self._job(work)
            return
        tasks = self.couriers.tasks
        taken = [task for task in work.pickups if task.id in self.done_by]
        if not taken:
            yield work
        elif not self._is_delivered(work) and (
            work.id in self.stuck or self.done_by[taken[0].id] in self.couriers.dropped
        ):
            picked = tasks[taken[0].id]
            yield Job(id=f"taken:{work.id}", task=picked)
            yield replace(work, pickups=(self._fetched(picked, self.done_by[picked.id]),))
        else:
            yield replace(
                work,
                pickups=tuple(tasks.get(task.id, task) for task in work.pickups),
                deliveries=tuple(tasks.get(task.id, task) for task in work.deliveries),
                skills=frozenset(),
                penalty=None,
                max_ride_s=None if self._is_delivered(work) else work.max_ride_s,
            )

    def _is_delivered(self, shipment: Shipment) -> bool:
        return any(task.id in self.done_by for task in shipment.deliveries)

    def _job(self, job: Job) -> Work:
        if job.task.id in self.done_by:
            task = self.couriers.tasks[job.task.id]
            return replace(job, task=task, skills=frozenset(), penalty=None)
        vehicle_id = self.vehicle_of.get(job.id, "")
        load = start_load_of(job, len(self.couriers.lookup.zero_load))
        if vehicle_id not in self.couriers.dropped or not any(load):
            return job
        fetch = Task(id=f"held:{job.task.id}", location=job.task.location, load_change=load)
        return Shipment(
            id=job.id,
            pickups=(self._fetched(fetch, vehicle_id),),
            deliveries=(job.task,),
            skills=job.skills,
            priority=job.priority,
            penalty=job.penalty,
        )

    def _fetched(self, task: Task, vehicle_id: str) -> Task:
        """A pickup from the bag of one who dropped out."""
        return Task(
            id=f"fetch:{task.id}",
            location=self.couriers.bag_at(vehicle_id),
            service_s=self.fetch_service_s,
            load_change=task.load_change,
            release_s=self.now_s,
        )
