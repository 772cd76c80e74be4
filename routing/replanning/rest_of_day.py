"""What is still open of a day, as a problem of its own: every courier starts where he now is.

What he has on board is "picked up" at that place at the moment when he is free, which leaves no
other order. A search sees no past, and what it finds fits behind the executed part exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from routing.clock.route_rules import count_halts
from routing.clock.timing import time_route
from routing.lookup import Lookup
from routing.parts import Job, Pin, PinOrder, Shipment, Task, TimeWindow, Vehicle, Work, tasks_of
from routing.problem import Problem, Stability
from routing.replanning.day_so_far import Standing
from routing.replanning.past import Past
from routing.solution import Visit, VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """`orders` is the running plan in `problem`; `front` the first tasks of each order, which
    stand for what lies behind."""

    problem: Problem
    orders: Mapping[str, tuple[str, ...]]
    front: Mapping[str, tuple[str, ...]]
    standing: Standing

    def whole(self, orders: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Orders of the rest as orders of the day, the executed part in front."""
        found = dict(self.standing.fixed)
        for vehicle_id, order in orders.items():
            begun = set(self.front.get(vehicle_id, ()))
            rest = (task_id for task_id in order if task_id not in begun)
            found[vehicle_id] = (*self.standing.fixed.get(vehicle_id, ()), *rest)
        return found

    def behind(self, orders: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
        """Orders of the day as orders of the rest: what `whole` was made of."""
        vehicles = {vehicle.id for vehicle in self.problem.vehicles}
        fixed = self.standing.fixed
        return {
            vehicle_id: (*self.front.get(vehicle_id, ()), *order[len(fixed.get(vehicle_id, ())) :])
            for vehicle_id, order in orders.items()
            if vehicle_id in vehicles
        }


def rest_of_day(standing: Standing, stability: Stability) -> Rest:
    """The open part of a day. `stability` is about its open works."""
    lookup = Lookup(standing.problem)
    over = {task_id for order in standing.fixed.values() for task_id in order}
    vehicles: list[Vehicle] = []
    works: list[Work] = []
    front: dict[str, tuple[str, ...]] = {}
    for vehicle in standing.problem.vehicles:
        past = standing.pasts.get(vehicle.id)
        if vehicle.id in standing.dropped:
            continue
        if past is None:
            vehicles.append(vehicle)
            continue
        fixed = past.task_ids
        behind = _Behind(lookup, vehicle, standing, past)
        on_board = [
            behind.carried(entry.work)
            for task_id in fixed
            if (entry := lookup.entries[task_id]).kind is VisitKind.PICKUP
            and isinstance(entry.work, Shipment)
            and not any(task.id in over for task in entry.work.deliveries)
        ]
        here = behind.here()
        works += [here, *on_board]
        front[vehicle.id] = (here.task.id, *(each.pickups[0].id for each in on_board))
        vehicles.append(behind.vehicle_from_here(len(on_board)))
    works += [
        work
        for work in standing.problem.works()
        if not any(task.id in over for task in tasks_of(work))
    ]
    problem = replace(
        standing.problem,
        vehicles=tuple(vehicles),
        jobs=tuple(work for work in works if isinstance(work, Job)),
        shipments=tuple(work for work in works if isinstance(work, Shipment)),
        pins=_pins(standing, over, front),
        stability=stability,
    )
    orders = {
        vehicle.id: (
            *front.get(vehicle.id, ()),
            *(i for i in standing.orders.get(vehicle.id, ()) if i not in over),
        )
        for vehicle in vehicles
    }
    return Rest(problem=problem, orders=orders, front=front, standing=standing)


class _Behind:
    """What lies behind one vehicle, summed up."""

    def __init__(self, lookup: Lookup, vehicle: Vehicle, standing: Standing, past: Past) -> None:
        fixed = past.task_ids
        order = standing.with_breaks(lookup, vehicle.id, fixed)
        visits = time_route(lookup, vehicle, order).visits
        last = max(number for number, visit in enumerate(visits) if visit.task_id == fixed[-1])
        self.vehicle = vehicle
        self.fixed = fixed
        self.visits: tuple[Visit, ...] = visits[: last + 1]
        self.place = lookup.entries[fixed[-1]].task.location
        self.breaks = tuple(pause for pause in vehicle.breaks if pause.id not in past.steps)
        self.free_s = self.visits[-1].end_s
        self.over = {visit.task_id: visit.end_s for visit in self.visits}

    def now(self) -> tuple[TimeWindow, ...]:
        return (TimeWindow(start=self.free_s, end=self.free_s),)

    def here(self) -> Job:
        """A halt without work that holds the whole load, for what nobody can deliver stays in the
        bag; it keeps the vehicle in use, so that its way home is paid for."""
        load = self.visits[-1].load
        task = Task(
            id=f"now:{self.vehicle.id}",
            location=self.place,
            windows=self.now(),
            load_change=load,
        )
        return Job(id=task.id, task=task, start_load=(0,) * len(load))

    def carried(self, shipment: Shipment) -> Shipment:
        """What is on board, "picked up" here and now; `here` holds its load."""
        taken = next(task for task in shipment.pickups if task.id in self.over)
        pickup = Task(
            id=taken.id,
            location=replace(self.place, area=""),
            windows=self.now(),
            load_change=(0,) * len(self.visits[-1].load),
        )
        most = shipment.max_ride_s
        if most is not None:
            most = max(0, most - (self.free_s - self.over[taken.id]))
        return replace(shipment, pickups=(pickup,), max_ride_s=most)

    def vehicle_from_here(self, on_board: int) -> Vehicle:
        v = self.vehicle
        ride_s = sum(visit.ride_s for visit in self.visits)
        distance_m = sum(visit.distance_m for visit in self.visits)
        ends, overtime = max(self.free_s, v.shift.end), v.overtime
        if overtime is not None:  # what of it has passed is paid whatever comes
            overtime = replace(overtime, most_s=max(0, v.latest_end_s - ends))
        return replace(
            v,
            start=self.place,
            shift=TimeWindow(start=self.free_s, end=ends),
            overtime=overtime,
            breaks=self.breaks,
            max_stops=_less(v.max_stops, self._stops() - 1),
            max_tasks=_less(v.max_tasks, len(self.fixed) - 1 - on_board),
            max_distance_m=_less(v.max_distance_m, distance_m),
            max_travel_s=_less(v.max_travel_s, ride_s),
        )

    def _stops(self) -> int:
        return count_halts(
            visit.location
            for visit in self.visits
            if visit.location is not None and visit.task_id is not None
        )


def _less(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - used)


def _pins(
    standing: Standing, over: set[str], front: Mapping[str, tuple[str, ...]]
) -> tuple[Pin, ...]:
    """Pins of what is still open; what is on board belongs to its vehicle. What lies behind stays
    in front even of what takes no time at all: the load is that of now, not of the start."""
    pins: list[Pin] = []
    for pin in standing.problem.pins:
        if pin.vehicle_id in standing.dropped:
            continue
        ids = tuple(task_id for task_id in pin.task_ids if task_id not in over)
        begun = front.get(pin.vehicle_id, ())
        if pin.order is PinOrder.STRICT and (begun or ids):
            pins.append(replace(pin, task_ids=(*begun, *ids)))
        elif ids:
            pins.append(replace(pin, task_ids=ids))
    return tuple(pins)
