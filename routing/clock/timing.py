"""The arithmetic of time: how one vehicle's given order becomes a timed route.

`routing.schedule` is its public face; nothing else in the library turns orders into times.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import le

from routing.clock.route_rules import rides_too_long, route_violations
from routing.clock.starts import departure, earliest_start, setup_to_pay, take_break, window_of
from routing.lookup import Lookup
from routing.objective import route_cost, scaled_late_price, scaled_overtime_price
from routing.problem import Break, Job, Location, Vehicle, start_load_of
from routing.rides import Rides, leaves_for_first_task
from routing.solution import Route, Violation, ViolationCode, Visit, VisitKind


@dataclass(slots=True)
class _Pen:
    """Where the timing of one route stands."""

    lookup: Lookup
    vehicle: Vehicle
    rides: Rides
    now: int
    place: str
    location: Location | None
    load: tuple[int, ...]
    visits: list[Visit] = field(default_factory=list)
    ride_left: int | None = None  # of the leg under way once a break has been taken on it
    first_start: int | None = None
    first_leg_s: int = 0  # riding and breaks before the first task
    left_at: int = 0
    scaled_prices: int = 0


def time_route(lookup: Lookup, vehicle: Vehicle, order: Sequence[str]) -> Route:
    """Time one vehicle's order. It leaves as late as keeps every later start the same."""
    pen = _timed(lookup, vehicle, order)
    ride_s = sum(visit.ride_s for visit in pen.visits)
    distance_m = sum(visit.distance_m for visit in pen.visits)
    done = [lookup.entries[i] for i in order if i in lookup.entries]
    prices = sum([entry.task.price for entry in done])
    if lookup.problem.stability.price_per_moved:
        works = {entry.work.id: entry.work for entry in done}
        prices += sum(lookup.price_of_moving(work, vehicle) for work in works.values())
    in_visits = [violation for visit in pen.visits for violation in visit.violations]
    of_route = route_violations(lookup, vehicle, order, ride_s, distance_m)
    return Route(
        vehicle_id=vehicle.id,
        visits=tuple(pen.visits),
        ride_s=ride_s,
        distance_m=distance_m,
        cost=route_cost(vehicle, ride_s, distance_m, prices, pen.scaled_prices),
        violations=(*in_visits, *of_route, *rides_too_long(lookup, vehicle, pen.visits)),
    )


def _timed(lookup: Lookup, vehicle: Vehicle, order: Sequence[str]) -> _Pen:
    first = next((lookup.entries[i].task for i in order if i in lookup.entries), None)
    leave = vehicle.shift.start if first is None else departure(lookup, vehicle, first)
    if first is not None and not leaves_for_first_task(lookup.rides[vehicle.profile], vehicle):
        opening = order[: order.index(first.id) + 1]
        leave = _latest_leave(_write(lookup, vehicle, opening, leave))
    return _write(lookup, vehicle, order, leave)


def _latest_leave(pen: _Pen) -> int:
    """Waiting before the first break or task is better spent at home."""
    leave = pen.vehicle.shift.start
    if pen.first_start is None:
        return leave
    latest = pen.first_start - pen.first_leg_s
    opening = pen.visits[1]
    if opening.kind is VisitKind.BREAK:
        latest = min(latest, opening.start_s)
    return max(leave, latest)


def _write(lookup: Lookup, vehicle: Vehicle, order: Sequence[str], leave_s: int) -> _Pen:
    pauses = {pause.id: pause for pause in vehicle.breaks}
    load = _load_at_start(lookup, order)
    rides, start = lookup.rides[vehicle.profile], vehicle.start
    pen = _Pen(lookup, vehicle, rides, leave_s, start.place_key, start, load)
    pen.left_at = leave_s
    pen.visits.append(
        Visit(
            kind=VisitKind.START,
            location=vehicle.start,
            arrival_s=leave_s,
            start_s=leave_s,
            end_s=leave_s,
            load=load,
            violations=_overload(pen, ""),
        )
    )
    for number, step in enumerate(order):
        if step in lookup.entries:
            _write_task(pen, step)
        else:
            _write_break(pen, pauses[step], _next_place(lookup, vehicle, order, number))
    _write_end(pen)
    return pen


def _load_at_start(lookup: Lookup, order: Sequence[str]) -> tuple[int, ...]:
    load = lookup.zero_load
    for step in order:
        entry = lookup.entries.get(step)
        if entry is not None and isinstance(entry.work, Job):
            carried = start_load_of(entry.work, len(load))
            load = _sum(load, carried)
    return load


def _next_place(
    lookup: Lookup, vehicle: Vehicle, order: Sequence[str], number: int
) -> Location | None:
    for step in order[number + 1 :]:
        if step in lookup.entries:
            return lookup.entries[step].task.location
    return vehicle.end


def _leg(pen: _Pen, towards: Location | None) -> tuple[int, int, bool]:
    """Seconds, metres and reachability from the last place, left now, to the next."""
    if pen.location is None or towards is None:
        return 0, 0, True
    rides = pen.rides
    origin, destination = pen.location.matrix_index, towards.matrix_index
    if not rides.matrix.is_reachable(origin, destination):
        return 0, 0, False
    metres = int(rides.matrix.distance_m[origin, destination])
    return rides.seconds(origin, destination, pen.now), metres, True


def _write_break(pen: _Pen, pause: Break, towards: Location | None) -> None:
    leg_s, _, _ = _leg(pen, towards)
    left = leg_s if pen.ride_left is None else pen.ride_left
    window = window_of(pause, pen.left_at)
    start, ridden = take_break(window.start, pen.now, left)
    late = pen.now - window.end
    violations: tuple[Violation, ...] = ()
    if late > 0:
        violations = (_violation(pen, ViolationCode.BREAK, pause.id, late, "s"),)
    arrival = pen.now + ridden
    pen.visits.append(
        Visit(
            kind=VisitKind.BREAK,
            task_id=pause.id,
            arrival_s=arrival,
            wait_s=start - arrival,
            start_s=start,
            service_s=pause.duration_s,
            end_s=start + pause.duration_s,
            ride_s=ridden,
            load=pen.load,
            violations=violations,
        )
    )
    pen.now = start + pause.duration_s
    pen.ride_left = left - ridden
    if pen.first_start is None:
        pen.first_leg_s += pause.duration_s


def _write_task(pen: _Pen, task_id: str) -> None:
    entry = pen.lookup.entries[task_id]
    task, work = entry.task, entry.work
    location, service = task.location, task.service_s
    leg_s, leg_m, reachable = _leg(pen, location)
    ride = leg_s if pen.ride_left is None else pen.ride_left
    arrival = pen.now + ride
    setup = setup_to_pay(pen.vehicle, task, pen.place)
    start, late = earliest_start(task, arrival, setup + service)
    if pen.first_start is None:
        pen.first_start = start
        pen.first_leg_s += leg_s
    if task.load_change:
        pen.load = _sum(pen.load, task.load_change)
    violations = _overload(pen, task_id)
    if not reachable:
        violations += (_violation(pen, ViolationCode.UNREACHABLE, task_id, 0, ""),)
    if late > 0:
        violations += (_violation(pen, ViolationCode.TIME_WINDOW, task_id, late, "s"),)
    if not work.skills <= pen.vehicle.skills:
        lacking = len(work.skills - pen.vehicle.skills)
        violations += (_violation(pen, ViolationCode.SKILL, task_id, lacking, "skills"),)
    pen.now = start + setup + service
    late_s = 0
    if task.soft_windows:
        pen.scaled_prices += scaled_late_price(task, start)
        late_s = max(0, *(start - soft.end for soft in task.soft_windows))
    pen.visits.append(
        Visit(
            kind=entry.kind,
            task_id=task_id,
            work_id=work.id,
            location=location,
            arrival_s=arrival,
            wait_s=start - arrival,
            start_s=start,
            setup_s=setup,
            service_s=service,
            end_s=pen.now,
            ride_s=ride,
            distance_m=leg_m,
            load=pen.load,
            late_s=late_s,
            violations=violations,
        )
    )
    pen.place, pen.location, pen.ride_left = location.place_key, location, None


def _write_end(pen: _Pen) -> None:
    end = pen.vehicle.end
    leg_s, leg_m, reachable = _leg(pen, end)
    ride = leg_s if pen.ride_left is None else pen.ride_left
    arrival = pen.now + ride
    violations: list[Violation] = []
    if not reachable:
        violations.append(_violation(pen, ViolationCode.UNREACHABLE, "", 0, ""))
    pen.scaled_prices += scaled_overtime_price(pen.vehicle, arrival)
    late = arrival - pen.vehicle.latest_end_s
    if late > 0:
        violations.append(_violation(pen, ViolationCode.SHIFT, "", late, "s"))
    pen.visits.append(
        Visit(
            kind=VisitKind.END,
            location=end,
            arrival_s=arrival,
            start_s=arrival,
            end_s=arrival,
            ride_s=ride,
            distance_m=leg_m,
            load=pen.load,
            late_s=max(0, arrival - pen.vehicle.shift.end),
            violations=tuple(violations),
        )
    )


def _overload(pen: _Pen, task_id: str) -> tuple[Violation, ...]:
    capacity = pen.vehicle.capacity
    if all(map(le, pen.load, capacity)):
        return ()
    dimensions = pen.lookup.problem.load_dimensions
    return tuple(
        _violation(pen, ViolationCode.CAPACITY, task_id, carried - room, name)
        for name, carried, room in zip(dimensions, pen.load, capacity, strict=False)
        if carried > room
    )


def _sum(load: tuple[int, ...], change: tuple[int, ...]) -> tuple[int, ...]:
    if len(load) == len(change) == 1:  # dossiers alone, as on most days
        return (load[0] + change[0],)
    return tuple(a + b for a, b in zip(load, change, strict=True))


def _violation(pen: _Pen, code: ViolationCode, subject: str, amount: int, unit: str) -> Violation:
    return Violation(
        code=code, vehicle_id=pen.vehicle.id, subject=subject, amount=amount, unit=unit
    )
