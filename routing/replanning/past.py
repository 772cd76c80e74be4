"""What lies behind one courier, written so that its clock ends exactly when he is free.

Real days do not keep to the matrix: who rode faster than it says gets earlier starts here, so that
every way between two visits is as long as the matrix has it at that hour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from routing.clock.route_rules import count_halts
from routing.clock.starts import take_break
from routing.lookup import Lookup
from routing.parts import (
    Break,
    Job,
    Load,
    Location,
    Overtime,
    Task,
    TimeWindow,
    Vehicle,
    start_load_of,
)
from routing.replanning.courier_state import CourierState
from routing.rides import Rides, leave_to_arrive


@dataclass(frozen=True, slots=True)
class Past:
    """The vehicle with its day so far. `steps` are task and break ids in the order in which they
    were done, `tasks` by id as they happened. `halts` are works without an action among them, that
    hold a moment fixed: where the courier is now, or where his day began."""

    vehicle: Vehicle
    steps: tuple[str, ...]
    tasks: Mapping[str, Task]
    halts: tuple[Job, ...]

    @property
    def task_ids(self) -> tuple[str, ...]:
        """The steps without breaks."""
        return tuple(step for step in self.steps if step in self.tasks)


def past_of(
    lookup: Lookup, state: CourierState, planned: Mapping[str, int], *, moves_on: bool
) -> Past:
    """What a courier has done, something at least; `planned` gives starts where the state has none.
    One who does not move on is not looked for beyond his last task."""
    walk = _Walk(lookup, state, planned)
    here = state.location if moves_on else None
    if here is not None or state.done[-1] not in lookup.entries:
        walk.halt("here", here or walk.last_place(), state.free_s)
    for step in reversed(state.done):
        walk.back(step)
    walk.back_to_start()
    return walk.past(moves_on=moves_on)


@dataclass(slots=True)
class _Leg:
    """What is known of the way to the step behind: where it is (None = the courier stays), when it
    begins, how long the breaks on the way take, and when the first of them begins."""

    to: Location | None
    arrive_by: int
    leave_by: int
    pause_s: int = 0

    def over_by(self, rides: Rides, location: Location) -> int:
        """When a step at a place must be over."""
        arrive_by = self.arrive_by - self.pause_s
        if self.to is None:
            return min(self.leave_by, arrive_by)
        leave = leave_to_arrive(rides, location.matrix_index, self.to.matrix_index, arrive_by)
        return min(self.leave_by, leave)


@dataclass(slots=True)
class _Walk:
    """From the moment at which a courier is free back to the one at which he left."""

    lookup: Lookup
    state: CourierState
    planned: Mapping[str, int]
    vehicle: Vehicle = field(init=False)
    rides: Rides = field(init=False)
    leg: _Leg = field(init=False)
    steps: list[str] = field(default_factory=list)
    tasks: dict[str, Task] = field(default_factory=dict)
    halts: list[Job] = field(default_factory=list)
    taken: dict[str, Break] = field(default_factory=dict)
    left_s: int = 0

    def __post_init__(self) -> None:
        self.vehicle = self.lookup.vehicles[self.state.vehicle_id]
        self.rides = self.lookup.rides[self.vehicle.profile]
        self.leg = _Leg(None, self.state.free_s, self.state.free_s)

    def last_place(self) -> Location:
        """Where the last task done is; without one, the start."""
        entries = self.lookup.entries
        found = [entries[step].task.location for step in self.state.done if step in entries]
        return found[-1] if found else self.vehicle.start

    def halt(self, name: str, location: Location, at_s: int) -> None:
        """A work without an action in front of what is known: the way there was ridden."""
        task = Task(
            id=f"{name}:{self.vehicle.id}",
            location=replace(location, area=""),
            windows=(TimeWindow(start=at_s, end=at_s),),
        )
        self.halts.append(Job(id=task.id, task=task))
        self._done(task)

    def back(self, step: str) -> None:
        """One step further into the past."""
        started = self.state.started.get(step, self.planned.get(step))
        if step not in self.lookup.entries:
            self._back_over_break(step, started)
            return
        task = self.lookup.entries[step].task
        location = self._reaches(task.location)
        task = replace(task, location=location)
        over = self.leg.over_by(self.rides, location)
        begins = over - task.service_s if started is None else min(started, over)
        self._done(_as_done(task, max(0, begins), over))

    def _done(self, task: Task) -> None:
        self.tasks[task.id] = task
        self.steps.insert(0, task.id)
        begins = task.windows[0].start
        self.leg = _Leg(task.location, begins, begins)

    def _back_over_break(self, step: str, started: int | None) -> None:
        """A break as it happened; the leg on which it was taken learns of it."""
        pause = next(pause for pause in self.vehicle.breaks if pause.id == step)
        leg = self.leg
        over = min(leg.leave_by, leg.arrive_by - leg.pause_s)
        begins = max(0, min(over, over - pause.duration_s if started is None else started))
        lasts = min(pause.duration_s, over - begins)
        leg.leave_by, leg.pause_s = begins, leg.pause_s + lasts
        window = TimeWindow(start=begins, end=begins)
        self.taken[step] = replace(pause, window=window, duration_s=lasts, after_start=False)
        self.steps.insert(0, step)

    def back_to_start(self) -> None:
        """Where the first task alone decides when the vehicle leaves, a break on the way to it
        would make it late: there the day begins with a halt at the start."""
        start = self._reaches(self.vehicle.start)
        self.vehicle = replace(self.vehicle, start=start)
        self.left_s = max(0, self.leg.over_by(self.rides, start))
        if self.rides.by_hour and self.steps[0] in self.taken:
            self.halt("left", start, self.left_s)

    def _reaches(self, location: Location) -> Location:
        """A place on the way to what is known, or that one's place if the matrix has no way there,
        or only one that began before all time."""
        to = self.leg.to
        if to is None:
            return location
        way = location.matrix_index, to.matrix_index
        if self.rides.matrix.is_reachable(*way) and self.leg.over_by(self.rides, location) >= 0:
            return location
        return to

    def past(self, *, moves_on: bool) -> Past:
        """Everything behind, and the vehicle that goes on from there."""
        task_ids = tuple(step for step in self.steps if step in self.tasks)
        vehicle = self.vehicle
        if moves_on:
            if not self._has_way_home():
                vehicle = self.vehicle = replace(vehicle, end=None)
            breaks, home_s = self._to_come()
        else:
            breaks = tuple(self.taken[p.id] for p in vehicle.breaks if p.id in self.taken)
            vehicle = self.vehicle = replace(vehicle, end=None, max_tasks=0)
            home_s = self.state.free_s
        vehicle = replace(
            _late_allowed(vehicle, home_s),
            shift=replace(vehicle.shift, start=min(vehicle.shift.start, self.left_s)),
            breaks=breaks,
            capacity=self._room(task_ids),
            max_stops=self._most_stops(task_ids),
            max_tasks=_at_least(_more(vehicle.max_tasks, len(self.halts)), len(task_ids)),
            max_travel_s=_at_least(vehicle.max_travel_s, self._ridden_s(task_ids)),
            max_distance_m=_at_least(vehicle.max_distance_m, self._ridden_m(task_ids)),
        )
        return Past(vehicle, tuple(self.steps), self.tasks, tuple(self.halts))

    # What has happened may be beyond a limit; then nothing more than the way home is allowed.

    def _most_stops(self, task_ids: Sequence[str]) -> int | None:
        halts = {halt.id for halt in self.halts}
        stops = count_halts(self.tasks[i].location for i in task_ids)
        own_stops = count_halts(self.tasks[i].location for i in task_ids if i not in halts)
        return _at_least(_more(self.vehicle.max_stops, stops - own_stops), stops)

    def _ridden_s(self, task_ids: Sequence[str]) -> int:
        """Riding so far, and home at once."""
        at, leaving, ridden = self.vehicle.start.matrix_index, self.left_s, 0
        for task in (self.tasks[task_id] for task_id in task_ids):
            to = task.location.matrix_index
            ridden += max(0, self.rides.seconds(at, to, leaving))
            at, leaving = to, task.windows[0].start + task.service_s
        return ridden + self._way_home()

    def _ridden_m(self, task_ids: Sequence[str]) -> int:
        """The same in metres."""
        ends = () if self.vehicle.end is None else (self.vehicle.end,)
        places = (self.vehicle.start, *(self.tasks[i].location for i in task_ids), *ends)
        metres = self.rides.matrix.distance_m
        return sum(max(0, int(metres[a.matrix_index, b.matrix_index])) for a, b in pairwise(places))

    def _room(self, task_ids: Sequence[str]) -> tuple[int, ...]:
        """The capacity, or what was on board at some moment if that was more."""
        if not self.vehicle.capacity:
            return ()
        dimensions = len(self.vehicle.capacity)
        entries = [self.lookup.entries[i] for i in task_ids if i in self.lookup.entries]
        loads = [(0,) * dimensions]
        for entry in entries:
            if isinstance(entry.work, Job):
                loads[0] = _sum(loads[0], start_load_of(entry.work, dimensions))
        for entry in entries:
            loads.append(_sum(loads[-1], entry.task.load_change or (0,) * dimensions))
        return tuple(
            max(room, *(load[number] for load in loads))
            for number, room in enumerate(self.vehicle.capacity)
        )

    def _to_come(self) -> tuple[tuple[Break, ...], int]:
        """All breaks, and when the vehicle is home if it rides there at once. No break is taken in
        the past; one that comes too late even then may be made up for until the end of the shift.
        """
        breaks: list[Break] = []
        now, left = self.state.free_s, self._way_home()
        for pause in self.vehicle.breaks:
            if pause.id in self.taken:
                breaks.append(self.taken[pause.id])
                continue
            first = self.left_s if pause.after_start else 0
            opens = max(first + pause.window.start, self.state.free_s)
            closes = first + pause.window.end
            start, ridden = take_break(opens, now, left)
            if closes < start:
                closes = max(start, self.vehicle.latest_end_s)
            window = TimeWindow(start=opens, end=closes)
            breaks.append(replace(pause, window=window, after_start=False))
            now, left = start + pause.duration_s, left - ridden
        return tuple(breaks), now + left

    def _here(self) -> Location:
        return self.tasks[next(i for i in reversed(self.steps) if i in self.tasks)].location

    def _has_way_home(self) -> bool:
        end = self.vehicle.end
        here = self._here().matrix_index
        return end is None or self.rides.matrix.is_reachable(here, end.matrix_index)

    def _way_home(self) -> int:
        end = self.vehicle.end
        if end is None:
            return 0
        here = self._here().matrix_index
        return self.rides.seconds(here, end.matrix_index, self.state.free_s)


def _as_done(task: Task, begins: int, over: int) -> Task:
    """No setup is paid there again, and nothing can put it off."""
    return replace(
        task,
        location=replace(task.location, area=""),
        setup_s=0,
        service_s=over - begins,
        windows=(TimeWindow(start=begins, end=begins),),
        must_finish=False,
        release_s=0,
        soft_windows=(),
    )


def _late_allowed(vehicle: Vehicle, home_s: int) -> Vehicle:
    """Who is late already may still rest and ride home."""
    if home_s <= vehicle.latest_end_s:
        return vehicle
    price = 0 if vehicle.overtime is None else vehicle.overtime.price_per_hour
    overtime = Overtime(most_s=home_s - vehicle.shift.end, price_per_hour=price)
    return replace(vehicle, overtime=overtime)


def _more(limit: int | None, number: int) -> int | None:
    return None if limit is None else limit + number


def _at_least(limit: int | None, number: int) -> int | None:
    return None if limit is None else max(limit, number)


def _sum(load: Load, more: Load) -> Load:
    return tuple(a + b for a, b in zip(load, more, strict=True))
