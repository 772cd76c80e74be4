"""Where a vehicle's breaks fit best between given tasks: an exact dynamic program over the legs."""

from collections.abc import Sequence

from routing.lookup import Lookup
from routing.problem import Problem, Vehicle
from routing.timing import earliest_start, setup_to_pay, take_break, time_route


def place_breaks(problem: Problem, vehicle_id: str, task_ids: Sequence[str]) -> tuple[str, ...]:
    """The order of `task_ids` with the vehicle's breaks put in, kept in the vehicle's order.

    Where a feasible place exists the route ends as early as any feasible place allows; otherwise
    each break goes where the route breaks the fewest rules by the least.
    """
    lookup = Lookup(problem)
    return place_breaks_in(lookup, lookup.vehicles[vehicle_id], task_ids)


def place_breaks_in(lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str]) -> tuple[str, ...]:
    """As `place_breaks`, with a lookup at hand."""
    if not task_ids or not vehicle.breaks:
        return tuple(task_ids)
    taken = _legs_of_breaks(lookup, vehicle, task_ids)
    if taken is None:
        return _least_bad(lookup, vehicle, task_ids)
    order: list[str] = []
    for leg, task_id in enumerate((*task_ids, None)):
        order.extend(p.id for p, at in zip(vehicle.breaks, taken, strict=True) if at == leg)
        if task_id is not None:
            order.append(task_id)
    return tuple(order)


State = tuple[int, tuple[int, ...]]
"""When the vehicle is free, and on which leg each break so far was taken."""


def _legs_of_breaks(
    lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str]
) -> tuple[int, ...] | None:
    """Leg number of each break on a feasible clock that ends earliest, or None.

    Being early never hurts (windows only make wait), so per number of breaks taken the earliest
    moment is all that must be remembered.
    """
    matrix = lookup.problem.matrices[vehicle.profile]
    states: dict[int, State] = {0: (vehicle.shift.start, ())}
    place, origin = vehicle.start.place_key, vehicle.start.matrix_index
    for leg, task_id in enumerate(task_ids):
        task = lookup.entries[task_id].task
        ride = max(0, int(matrix.duration_s[origin, task.location.matrix_index]))
        action = setup_to_pay(vehicle, task, place) + task.service_s
        ended: dict[int, State] = {}
        for taken, (arrival, legs) in _ride(vehicle, states, ride, leg).items():
            start, late = earliest_start(task, arrival, action)
            if late <= 0:
                ended[taken] = (start + action, legs)
        states, place, origin = ended, task.location.place_key, task.location.matrix_index
    end = vehicle.end
    ride = 0 if end is None else max(0, int(matrix.duration_s[origin, end.matrix_index]))
    final = _ride(vehicle, states, ride, len(task_ids)).get(len(vehicle.breaks))
    return None if final is None else final[1]


def _ride(vehicle: Vehicle, states: dict[int, State], ride: int, leg: int) -> dict[int, State]:
    """Arrivals at the end of a leg, for every number of breaks taken by then."""
    arrivals: dict[int, State] = {}
    for taken, (free, legs_before) in states.items():
        now, left, legs = free, ride, legs_before
        for number in range(taken, len(vehicle.breaks) + 1):
            if number not in arrivals or now + left < arrivals[number][0]:
                arrivals[number] = (now + left, legs)
            if number == len(vehicle.breaks) or now > vehicle.breaks[number].window.end:
                break
            start, ridden = take_break(vehicle.breaks[number], now, left)
            now = start + vehicle.breaks[number].duration_s
            left -= ridden
            legs = (*legs, leg)
    return arrivals


def _least_bad(lookup: Lookup, vehicle: Vehicle, task_ids: Sequence[str]) -> tuple[str, ...]:
    order = list(task_ids)
    lowest = 0
    for pause in vehicle.breaks:
        tries = [(*order[:at], pause.id, *order[at:]) for at in range(lowest, len(order) + 1)]
        best = min(tries, key=lambda tried: _badness(lookup, vehicle, tried))
        lowest = best.index(pause.id) + 1
        order = list(best)
    return tuple(order)


def _badness(lookup: Lookup, vehicle: Vehicle, order: Sequence[str]) -> tuple[int, int, int]:
    route = time_route(lookup, vehicle, order)
    late = sum(violation.amount for violation in route.violations)
    return len(route.violations), late, route.end_s
