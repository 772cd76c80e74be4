"""When single things begin: a task after an arrival, a break on a leg, a vehicle's day."""

from routing.lookup import Lookup
from routing.problem import Break, Task, TimeWindow, Vehicle
from routing.rides import latest_leave, leaves_for_first_task


def earliest_start(task: Task, arrival_s: int, action_s: int) -> tuple[int, int]:
    """First legal start of an action of `action_s` seconds (setup + service) after an arrival.

    Answers (start, 0), or (start, seconds too late) for the window that is missed by least.
    """
    ready = max(arrival_s, task.release_s)
    if not task.windows:
        return ready, 0
    action_inside = action_s if task.must_finish else 0
    least: tuple[int, int] | None = None
    for window in task.windows:
        start = max(ready, window.start)
        late = start - (window.end - action_inside)
        if late <= 0:
            return start, 0
        if least is None or late < least[1]:
            least = (start, late)
    assert least is not None
    return least


def setup_to_pay(vehicle: Vehicle, task: Task, previous_place: str) -> int:
    """Setup at a task: once per change of place, more in an unfamiliar area."""
    location = task.location
    if location.place_key == previous_place:
        return 0
    area = location.area
    unfamiliar = bool(area) and area not in vehicle.familiar_areas
    return task.setup_s + (vehicle.unfamiliar_setup_s if unfamiliar else 0)


def window_of(pause: Break, leave_s: int) -> TimeWindow:
    """When a break may start, for a vehicle that leaves at a moment."""
    if not pause.after_start:
        return pause.window
    return TimeWindow(start=leave_s + pause.window.start, end=leave_s + pause.window.end)


def take_break(opening_s: int, leaving_s: int, ride_left_s: int) -> tuple[int, int]:
    """A break on a leg, left at `leaving_s` with `ride_left_s` to ride: (start, ridden before it).

    The vehicle rides until the window opens, and waits if it has arrived by then.
    """
    start = max(leaving_s, opening_s)
    return start, min(ride_left_s, start - leaving_s)


def departure(lookup: Lookup, vehicle: Vehicle, first: Task) -> int:
    """When a vehicle sets out on its clock: at the start of its shift (it leaves later if that
    changes nothing), or as late as its first task allows where its leaving moment matters."""
    rides, opens = lookup.rides[vehicle.profile], vehicle.shift.start
    if not leaves_for_first_task(rides, vehicle):
        return opens
    to = first.location.matrix_index
    ride = rides.seconds(vehicle.start.matrix_index, to, opens)
    if ride < 0:
        return opens
    action = setup_to_pay(vehicle, first, vehicle.start.place_key) + first.service_s
    start, _ = earliest_start(first, opens + ride, action)
    return latest_leave(rides, vehicle, to, start)
