"""Where a vehicle's breaks fit best between given tasks: an exact dynamic program over the legs."""

from collections.abc import Mapping, Sequence

from routing.clock.lateness import Lateness
from routing.clock.starts import departure, earliest_start, setup_to_pay, take_break, window_of
from routing.lookup import Lookup
from routing.objective import scaled_late_price
from routing.problem import Break, Location, Problem, TimeWindow, Vehicle
from routing.rides import Rides


def place_breaks(problem: Problem, vehicle_id: str, task_ids: Sequence[str]) -> tuple[str, ...]:
    """The order of `task_ids` with the vehicle's breaks put in, kept in the vehicle's order.

    Where a feasible place exists the route ends as early as any feasible place allows, of equal
    ends the one with the lowest price of late starts; otherwise each break goes where the route
    breaks the fewest rules by the least. Limits of time on board are not looked at.
    """
    lookup = Lookup(problem)
    return place_breaks_in(lookup, lookup.vehicles[vehicle_id], task_ids)


def place_breaks_in(
    lookup: Lookup,
    vehicle: Vehicle,
    task_ids: Sequence[str],
    last_leg: Mapping[str, int] | None = None,
) -> tuple[str, ...]:
    """As `place_breaks`, with a lookup at hand. A break in `last_leg` comes before more than that
    many tasks are done, however well it would fit later."""
    if not task_ids or not vehicle.breaks:
        return tuple(task_ids)
    given = last_leg or {}
    last_legs = tuple(given.get(pause.id, len(task_ids)) for pause in vehicle.breaks)
    taken = _legs_of_breaks(lookup, vehicle, task_ids, last_legs)
    if taken is None:
        return _least_bad(lookup, vehicle, task_ids)
    order: list[str] = []
    for leg, task_id in enumerate((*task_ids, None)):
        order.extend(p.id for p, at in zip(vehicle.breaks, taken, strict=True) if at == leg)
        if task_id is not None:
            order.append(task_id)
    return tuple(order)


State = tuple[int, int, tuple[int, ...]]
"""When the vehicle is free, the scaled price of late starts by then, and on which leg each break
so far was taken."""


def _legs_of_breaks(
    lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str], last_legs: Sequence[int]
) -> tuple[int, ...] | None:
    """Leg number of each break on a feasible clock that ends earliest, or None.

    Being early never hurts (windows only make wait), so per number of breaks taken the earliest
    moment is all that must be remembered; of equal moments the one at the lower price.
    """
    rides = lookup.rides[vehicle.profile]
    leave = departure(lookup, vehicle, lookup.entries[task_ids[0]].task)
    windows = [window_of(pause, leave) for pause in vehicle.breaks]
    pauses = tuple(zip(windows, last_legs, strict=True))
    states: dict[int, State] = {0: (leave, 0, ())}
    entries, place, here = lookup.entries, vehicle.start.place_key, vehicle.start
    for leg, task_id in enumerate(task_ids):
        task = entries[task_id].task
        to, is_priced = task.location, bool(task.soft_windows)
        action = setup_to_pay(vehicle, task, place) + task.service_s
        ended: dict[int, State] = {}
        arrived = _ride(vehicle, pauses, states, (rides, here, to), leg)
        for taken, (arrival, price, legs) in arrived.items():
            start, late = earliest_start(task, arrival, action)
            if late <= 0:
                paid = price + scaled_late_price(task, start) if is_priced else price
                ended[taken] = (start + action, paid, legs)
        states, place, here = ended, to.place_key, to
    final = _ride(vehicle, pauses, states, (rides, here, vehicle.end), len(task_ids))
    home = final.get(len(vehicle.breaks))
    return None if home is None else home[2]


def _ride(
    vehicle: Vehicle,
    pauses: Sequence[tuple[TimeWindow, int]],
    states: dict[int, State],
    way: tuple[Rides, Location, Location | None],
    leg: int,
) -> dict[int, State]:
    """Arrivals at the end of a leg, for every number of breaks taken by then. `pauses` gives the
    window and the last leg of each break."""
    rides, origin, target = way
    most, ride = len(vehicle.breaks), 0
    by_hour = target is not None and rides.by_hour
    if target is not None and not by_hour:
        ride = max(0, rides.seconds(origin.matrix_index, target.matrix_index, 0))
    arrivals: dict[int, State] = {}
    for taken, (free, price, legs_before) in states.items():
        now, left, legs = free, ride, legs_before
        if by_hour and target is not None:
            left = max(0, rides.seconds(origin.matrix_index, target.matrix_index, free))
        for number in range(taken, most + 1):
            best, arrival = arrivals.get(number), now + left
            if best is None or arrival < best[0] or (arrival == best[0] and price < best[1]):
                arrivals[number] = (arrival, price, legs)
            if number == most:
                break
            window, last_leg = pauses[number]
            if now > window.end or leg > last_leg:
                break
            start, ridden = take_break(window.start, now, left)
            now = start + vehicle.breaks[number].duration_s
            left -= ridden
            legs = (*legs, leg)
    return arrivals


def _least_bad(lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str]) -> tuple[str, ...]:
    late = Lateness(lookup, vehicle, task_ids)
    taken: list[tuple[int, Break]] = []
    for pause in vehicle.breaks:
        lowest = taken[-1][0] if taken else 0
        legs = range(lowest, len(task_ids) + 1)
        taken.append((min(legs, key=lambda leg: late.of([*taken, (leg, pause)])), pause))
    order = list(task_ids)
    for leg, pause in reversed(taken):
        order.insert(leg, pause.id)
    return tuple(order)
