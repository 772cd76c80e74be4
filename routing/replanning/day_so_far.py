"""A day as it stands: a problem in which what has happened is fixed, and the rest is still open.

What is on board stays with its courier, because its pickup lies in his executed prefix. Papers in
the bag of one who dropped out are fetched where he stands.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.lookup import Lookup
from routing.parts import (
    Job,
    Location,
    Pin,
    PinOrder,
    Shipment,
    Task,
    TimeWindow,
    Vehicle,
    Work,
    start_load_of,
)
from routing.problem import Problem
from routing.replanning.courier_state import CourierState, InvalidState, impossible
from routing.replanning.executed import executed
from routing.solution import Solution, VisitKind

FETCH_SERVICE_S = 300
"""Two couriers meet and go through the papers; the minutes of a hand-over between couriers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`problem` holds the executed part as STRICT pins. `orders` is the running plan in it, tasks
    only; `fixed` its executed part. `vehicle_of` says who was to do what is still open. `states`
    are known for every vehicle; those in `dropped` do no more."""

    problem: Problem
    orders: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, tuple[str, ...]]
    vehicle_of: Mapping[str, str]
    states: Mapping[str, CourierState]
    dropped: frozenset[str]


def day_so_far(
    problem: Problem,
    solution: Solution,
    *,
    now_s: int,
    states: Iterable[CourierState] = (),
    dropped: Collection[str] = (),
    new_works: Sequence[Work] = (),
    fetch_service_s: int = FETCH_SERVICE_S,
    stuck: Collection[str] = (),
) -> Standing:
    """The day as it stands at `now_s`. A vehicle without a state has not left and does not leave
    before now. `stuck` are works on board that nobody can deliver: their pickup becomes a job of
    its own, so that it stays where it was. Raises InvalidState."""
    lookup = Lookup(problem)
    known = {state.vehicle_id: state for state in states}
    if wrong := impossible(lookup, known, dropped, new_works):
        raise InvalidState(wrong)
    for vehicle in problem.vehicles:
        known.setdefault(vehicle.id, CourierState(vehicle_id=vehicle.id))
    day = _Day(
        lookup,
        solution,
        known,
        set(dropped),
        now_s=now_s,
        fetch_service_s=fetch_service_s,
        stuck=set(stuck),
    )
    return day.standing(new_works)


class _Day:
    def __init__(
        self,
        lookup: Lookup,
        solution: Solution,
        states: Mapping[str, CourierState],
        dropped: set[str],
        *,
        now_s: int,
        fetch_service_s: int,
        stuck: set[str],
    ) -> None:
        self.lookup = lookup
        self.now_s = now_s
        self.states = states
        self.dropped = dropped
        self.fetch_service_s = fetch_service_s
        self.stuck = stuck
        self.planned = {
            v.task_id: v.start_s for r in solution.routes for v in r.visits if v.task_id
        }
        self.order_of = {route.vehicle_id: route.task_ids for route in solution.routes}
        self.vehicle_of = {
            visit.work_id: route.vehicle_id
            for route in solution.routes
            for visit in route.visits
            if visit.work_id is not None
        }
        done = [(i, s.vehicle_id) for s in states.values() for i in s.done if i in lookup.entries]
        self.done_by = dict(done)
        """Executed task id → vehicle id."""
        for task_id, vehicle_id in done:
            self.vehicle_of[lookup.entries[task_id].work.id] = vehicle_id
        self.tasks: dict[str, Task] = {}
        self.here: dict[str, Job] = {}
        self.vehicles: list[Vehicle] = []
        self.fixed: dict[str, tuple[str, ...]] = {}

    def standing(self, new_works: Sequence[Work]) -> Standing:
        for vehicle in self.lookup.problem.vehicles:
            self._go_on(vehicle, self.states[vehicle.id])
        works = [part for work in self.lookup.problem.works() for part in self._as_it_is(work)]
        works += [*self.here.values(), *new_works]
        problem = replace(
            self.lookup.problem,
            vehicles=tuple(self.vehicles),
            jobs=tuple(work for work in works if isinstance(work, Job)),
            shipments=tuple(work for work in works if isinstance(work, Shipment)),
            pins=self._pins(works),
        )
        stability = replace(problem.stability, vehicle_of={})
        problem = replace(problem, stability=stability)
        return Standing(
            problem=problem,
            orders=self._orders(problem),
            fixed=self.fixed,
            vehicle_of=self._open_works(problem),
            states=self.states,
            dropped=frozenset(self.dropped),
        )

    # ---- couriers ----------------------------------------------------------------------------

    def _go_on(self, vehicle: Vehicle, state: CourierState) -> None:
        """The vehicle as it goes on, and what it has done."""
        done = tuple(step for step in state.done if step in self.lookup.entries)
        out = vehicle.id in self.dropped
        if not done:
            if not out:
                self.vehicles.append(self._starting(vehicle, state))
            return
        here = state.location
        ran = executed(self.lookup, state, self.planned, None if out else here)
        self.tasks.update(ran.tasks)
        if out:
            taken = tuple(pause for pause in ran.vehicle.breaks if pause.id in state.done)
            stays = replace(ran.vehicle, end=None, breaks=taken, max_tasks=len(done))
            self.vehicles.append(stays)
        elif here is None:
            self.vehicles.append(ran.vehicle)
        else:
            self.here[vehicle.id] = _waypoint(vehicle.id, here, state.free_s)
            done = (*done, self.here[vehicle.id].task.id)
            self.vehicles.append(_with_a_halt_more(ran.vehicle))
        self.fixed[vehicle.id] = done

    def _starting(self, vehicle: Vehicle, state: CourierState) -> Vehicle:
        """Nothing is done yet: it starts where it is, not before now."""
        starts = max(vehicle.shift.start, state.free_s, 0 if state.has_left else self.now_s)
        shift = TimeWindow(start=starts, end=max(starts, vehicle.shift.end))
        return replace(vehicle, start=state.location or vehicle.start, shift=shift)

    def _bag_at(self, vehicle_id: str) -> Location:
        """Where one who dropped out stands with his bag."""
        state = self.states[vehicle_id]
        if state.location is not None:
            return state.location
        places = [self.lookup.entries[i].task.location for i in self.fixed.get(vehicle_id, ())]
        return places[-1] if places else self.lookup.vehicles[vehicle_id].start

    # ---- works -------------------------------------------------------------------------------

    def _as_it_is(self, work: Work) -> Iterable[Work]:
        """A work with its executed tasks as they happened; what cannot go on is taken apart."""
        if isinstance(work, Job):
            yield self._job(work)
            return
        taken = [task for task in work.pickups if task.id in self.done_by]
        if not taken:
            yield work
        elif not self._is_delivered(work) and (
            work.id in self.stuck or self.done_by[taken[0].id] in self.dropped
        ):
            picked = self.tasks[taken[0].id]
            yield Job(id=f"taken:{work.id}", task=picked)
            yield replace(work, pickups=(self._fetched(picked, self.done_by[picked.id]),))
        else:
            yield replace(
                work,
                pickups=tuple(self.tasks.get(task.id, task) for task in work.pickups),
                deliveries=tuple(self.tasks.get(task.id, task) for task in work.deliveries),
                skills=frozenset(),
                penalty=None,
            )

    def _is_delivered(self, shipment: Shipment) -> bool:
        return any(task.id in self.done_by for task in shipment.deliveries)

    def _job(self, job: Job) -> Work:
        if job.task.id in self.done_by:
            return replace(job, task=self.tasks[job.task.id], skills=frozenset(), penalty=None)
        vehicle_id = self.vehicle_of.get(job.id, "")
        load = start_load_of(job, len(self.lookup.zero_load))
        if vehicle_id not in self.dropped or not any(load):
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
            location=self._bag_at(vehicle_id),
            service_s=self.fetch_service_s,
            load_change=task.load_change,
            release_s=self.now_s,
        )

    # ---- what stays as it was ----------------------------------------------------------------

    def _pins(self, works: Sequence[Work]) -> tuple[Pin, ...]:
        pins: list[Pin] = []
        pinned = {task_id for order in self.fixed.values() for task_id in order}
        given = [
            replace(pin, task_ids=tuple(i for i in pin.task_ids if i not in pinned))
            for pin in self.lookup.problem.pins
            if pin.vehicle_id not in self.dropped
        ]
        first = {pin.vehicle_id: pin for pin in given if pin.order is PinOrder.STRICT}
        for vehicle in self.vehicles:
            strict = first.get(vehicle.id)
            begun = (*self.fixed.get(vehicle.id, ()), *self.states[vehicle.id].next_ids)
            later = () if strict is None else strict.task_ids
            ids = tuple(dict.fromkeys((*begun, *later)))
            if ids and vehicle.id in self.dropped:
                ids = tuple(i for i in ids if i in self.fixed[vehicle.id])
            if ids:
                pins.append(Pin(vehicle_id=vehicle.id, task_ids=ids, order=PinOrder.STRICT))
                pinned.update(ids)
        for pin in given:
            ids = tuple(i for i in pin.task_ids if i not in pinned)
            if ids and pin.order is not PinOrder.STRICT:
                pins.append(replace(pin, task_ids=ids))
                pinned.update(ids)
        return (*pins, *self._held(works, pinned), *self._kept_on_board(works))

    def _kept_on_board(self, works: Sequence[Work]) -> Iterable[Pin]:
        for work in works:
            if work.id in self.stuck and isinstance(work, Shipment):
                vehicle_id = self.vehicle_of[work.id]
                if vehicle_id not in self.dropped:
                    yield Pin(vehicle_id=vehicle_id, task_ids=(work.pickups[0].id,))

    def _held(self, works: Sequence[Work], pinned: set[str]) -> Iterable[Pin]:
        """What somebody took on board before his start stays with him once he has left."""
        for work in works:
            if not isinstance(work, Job) or work.task.id in pinned:
                continue
            vehicle_id = self.vehicle_of.get(work.id)
            if vehicle_id is None or not self.states[vehicle_id].has_left:
                continue
            if any(start_load_of(work, len(self.lookup.zero_load))):
                yield Pin(vehicle_id=vehicle_id, task_ids=(work.task.id,))

    def _orders(self, problem: Problem) -> dict[str, tuple[str, ...]]:
        """The running plan: executed, then what was to come, without what can no longer be."""
        orders: dict[str, tuple[str, ...]] = {}
        for vehicle in problem.vehicles:
            begun = (*self.fixed.get(vehicle.id, ()), *self.states[vehicle.id].next_ids)
            if vehicle.id in self.dropped:
                orders[vehicle.id] = self.fixed[vehicle.id]
                continue
            rest = [
                task_id
                for task_id in self.order_of.get(vehicle.id, ())
                if task_id not in self.done_by and self._stays_with(task_id, vehicle.id)
            ]
            orders[vehicle.id] = tuple(dict.fromkeys((*begun, *rest)))
        return {vehicle_id: order for vehicle_id, order in orders.items() if order}

    def _stays_with(self, task_id: str, vehicle_id: str) -> bool:
        """Not what another has begun, and no second alternative of what is done."""
        entry = self.lookup.entries[task_id]
        if self.vehicle_of[entry.work.id] != vehicle_id:
            return False
        return isinstance(entry.work, Job) or not (
            entry.kind is VisitKind.PICKUP
            and any(task.id in self.done_by for task in entry.work.pickups)
        )

    def _open_works(self, problem: Problem) -> dict[str, str]:
        """Who was to do what has not begun: only that can move."""
        begun = {self.lookup.entries[i].work.id for i in self.done_by}
        return {
            work.id: self.vehicle_of[work.id]
            for work in problem.works()
            if work.id in self.vehicle_of
            and work.id not in begun
            and self.vehicle_of[work.id] not in self.dropped
        }


def _waypoint(vehicle_id: str, location: Location, at_s: int) -> Job:
    """Where a courier is, as a halt without work: the way there was ridden."""
    task = Task(
        id=f"here:{vehicle_id}",
        location=replace(location, area=""),
        windows=(TimeWindow(start=at_s, end=at_s),),
    )
    return Job(id=task.id, task=task)


def _with_a_halt_more(vehicle: Vehicle) -> Vehicle:
    return replace(
        vehicle,
        max_stops=None if vehicle.max_stops is None else vehicle.max_stops + 1,
        max_tasks=None if vehicle.max_tasks is None else vehicle.max_tasks + 1,
    )
