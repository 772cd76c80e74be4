"""An executed prefix written so that its clock ends exactly when the courier is free.

Real days do not keep to the matrix: who rode faster than it says gets earlier starts here, so that
every way between two visits is as long as the matrix has it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from routing.lookup import Lookup
from routing.parts import Break, Location, Overtime, Task, TimeWindow, Vehicle
from routing.replanning.courier_state import CourierState
from routing.rides import Rides


@dataclass(frozen=True, slots=True)
class Executed:
    """The vehicle with its day so far; `tasks` by id as they happened."""

    vehicle: Vehicle
    tasks: Mapping[str, Task]


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
        if self.to is None:
            return self.leave_by
        way = rides.seconds(location.matrix_index, self.to.matrix_index, self.leave_by)
        return min(self.leave_by, self.arrive_by - self.pause_s - max(0, way))


def executed(
    lookup: Lookup, state: CourierState, planned: Mapping[str, int], here: Location | None
) -> Executed:
    """`planned` gives starts where the state has none; `here` is a place after the last task."""
    vehicle = lookup.vehicles[state.vehicle_id]
    rides = lookup.rides[vehicle.profile]
    pauses = {pause.id: pause for pause in vehicle.breaks}
    leg = _Leg(here, state.free_s, state.free_s)
    tasks: dict[str, Task] = {}
    taken: dict[str, Break] = {}
    for step in reversed(state.done):
        started = state.started.get(step, planned.get(step))
        if step in pauses:
            taken[step] = _taken(pauses[step], started, leg)
        else:
            task = lookup.entries[step].task
            over = leg.over_by(rides, task.location)
            begins = over - task.service_s if started is None else min(started, over)
            tasks[step] = _as_done(task, begins, over - begins)
            leg = _Leg(task.location, begins, begins)
    leaves = min(vehicle.shift.start, leg.over_by(rides, vehicle.start))
    if leaves < 0 and leg.to is not None:  # before all time: then the day began at the first halt
        leaves, vehicle = max(0, leg.leave_by), replace(vehicle, start=leg.to)
    places = [lookup.entries[step].task.location for step in state.done if step not in pauses]
    last = here or (places[-1] if places else vehicle.start)
    return Executed(_running(vehicle, leaves, taken, _home_s(rides, vehicle, state, last)), tasks)


def _as_done(task: Task, begins: int, lasted: int) -> Task:
    """No setup is paid there again, and nothing can put it off."""
    return replace(
        task,
        location=replace(task.location, area=""),
        setup_s=0,
        service_s=lasted,
        windows=(TimeWindow(start=begins, end=begins),),
        must_finish=False,
        release_s=0,
        soft_windows=(),
    )


def _taken(pause: Break, started: int | None, leg: _Leg) -> Break:
    """A break as it happened; the leg on which it was taken learns of it."""
    over_by = min(leg.leave_by, leg.arrive_by - leg.pause_s)
    begins = min(over_by, over_by - pause.duration_s if started is None else started)
    lasts = over_by - begins
    if leg.to is not None:  # else it was the last thing done, and went on until now
        lasts = min(pause.duration_s, lasts)
    leg.leave_by, leg.pause_s = begins, leg.pause_s + lasts
    window = TimeWindow(start=begins, end=begins)
    return replace(pause, window=window, duration_s=lasts, after_start=False)


def _home_s(rides: Rides, vehicle: Vehicle, state: CourierState, last: Location) -> tuple[int, int]:
    """When the vehicle is free, and when it is home if it rides there at once."""
    if vehicle.end is None:
        return state.free_s, state.free_s
    way = rides.seconds(last.matrix_index, vehicle.end.matrix_index, state.free_s)
    return state.free_s, state.free_s + max(0, way)


def _running(
    vehicle: Vehicle, leaves: int, taken: Mapping[str, Break], free_and_home: tuple[int, int]
) -> Vehicle:
    """Breaks still to come are not taken in the past; who is late already may still ride home."""
    free_s, home_s = free_and_home
    breaks = tuple(
        taken.get(pause.id) or _to_come(pause, vehicle, leaves, free_s) for pause in vehicle.breaks
    )
    overtime = vehicle.overtime
    if home_s > vehicle.latest_end_s:
        price = 0 if overtime is None else overtime.price_per_hour
        overtime = Overtime(most_s=home_s - vehicle.shift.end, price_per_hour=price)
    shift = replace(vehicle.shift, start=leaves)
    return replace(vehicle, shift=shift, breaks=breaks, overtime=overtime)


def _to_come(pause: Break, vehicle: Vehicle, left_s: int, free_s: int) -> Break:
    """A break whose time has passed may be made up for until the end of the shift."""
    first = left_s if pause.after_start else 0
    opens = max(first + pause.window.start, free_s)
    closes = first + pause.window.end
    if closes < opens:
        closes = max(opens, vehicle.latest_end_s)
    window = TimeWindow(start=opens, end=closes)
    return replace(pause, window=window, after_start=False)
