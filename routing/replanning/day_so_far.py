"""A day as it stands: a problem in which what has happened is fixed, and the rest is still open.

What is on board stays with its courier, because its pickup lies in his executed prefix. Papers in
the bag of one who dropped out are fetched where he stands.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.clock.breaks import place_breaks_in
from routing.lookup import Lookup
from routing.parts import Job, Shipment, Work
from routing.problem import Problem
from routing.replanning.courier_state import CourierState, InvalidState, impossible
from routing.replanning.couriers_so_far import CouriersSoFar, couriers_so_far, executed_by
from routing.replanning.past import Past
from routing.replanning.pins_so_far import pins_so_far
from routing.replanning.works_so_far import WorksSoFar
from routing.solution import Solution, VisitKind

FETCH_SERVICE_S = 300
"""Two couriers meet and go through the papers; the minutes of a hand-over between couriers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`problem` holds the executed part as STRICT pins. `orders` is the running plan in it, tasks
    only; `pasts` are of the vehicles that have done something. `vehicle_of` says who was to do
    what is still open. `states` are known for every vehicle; those in `dropped` do no more."""

    problem: Problem
    orders: Mapping[str, tuple[str, ...]]
    pasts: Mapping[str, Past]
    vehicle_of: Mapping[str, str]
    states: Mapping[str, CourierState]
    dropped: frozenset[str]

    @property
    def fixed(self) -> dict[str, tuple[str, ...]]:
        """Executed task ids per vehicle id."""
        return {vehicle_id: past.task_ids for vehicle_id, past in self.pasts.items()}

    def with_breaks(self, lookup: Lookup, vehicle_id: str, order: Sequence[str]) -> tuple[str, ...]:
        """Task ids of a whole route with breaks where they fit best, but for those taken: these
        stay behind as they were. `lookup` is that of `problem`."""
        tasks = [task_id for task_id in order if task_id in lookup.entries]
        past = self.pasts.get(vehicle_id)
        steps = () if past is None else past.steps
        last_leg = {
            step: sum(before in lookup.entries for before in steps[:number])
            for number, step in enumerate(steps)
            if step not in lookup.entries
        }
        return place_breaks_in(lookup, lookup.vehicles[vehicle_id], tasks, last_leg)


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
    done_by = executed_by(lookup, list(known.values()))
    vehicle_of = {
        visit.work_id: route.vehicle_id
        for route in solution.routes
        for visit in route.visits
        if visit.work_id is not None
    }
    vehicle_of.update({lookup.entries[i].work.id: v for i, v in done_by.items()})
    couriers = couriers_so_far(lookup, known, frozenset(dropped), solution.routes, now_s)
    day = WorksSoFar(
        couriers=couriers,
        done_by=done_by,
        vehicle_of=vehicle_of,
        stuck=frozenset(stuck),
        now_s=now_s,
        fetch_service_s=fetch_service_s,
    )
    works = [part for work in problem.works() for part in day.parts_of(work)]
    works += [*couriers.halts, *new_works]
    begun = {lookup.entries[task_id].work.id for task_id in done_by}
    return Standing(
        problem=replace(
            problem,
            vehicles=couriers.vehicles,
            jobs=tuple(work for work in works if isinstance(work, Job)),
            shipments=tuple(work for work in works if isinstance(work, Shipment)),
            pins=pins_so_far(couriers, day, works),
            stability=replace(problem.stability, vehicle_of={}),
        ),
        orders=_orders(couriers, day, {r.vehicle_id: r.task_ids for r in solution.routes}),
        pasts=couriers.pasts,
        vehicle_of={  # only what has not begun can move
            work.id: vehicle_of[work.id]
            for work in works
            if work.id in vehicle_of
            and work.id not in begun
            and vehicle_of[work.id] not in couriers.dropped
        },
        states=known,
        dropped=frozenset(dropped),
    )


def _orders(
    couriers: CouriersSoFar, day: WorksSoFar, planned: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """The running plan: executed, then what was to come, without what can no longer be."""
    orders: dict[str, tuple[str, ...]] = {}
    for vehicle in couriers.vehicles:
        begun = couriers.fixed(vehicle.id)
        if vehicle.id in couriers.dropped:
            orders[vehicle.id] = begun
            continue
        rest = [
            task_id
            for task_id in planned.get(vehicle.id, ())
            if task_id not in day.done_by and _stays_with(couriers.lookup, day, task_id, vehicle.id)
        ]
        next_ids = couriers.states[vehicle.id].next_ids
        orders[vehicle.id] = tuple(dict.fromkeys((*begun, *next_ids, *rest)))
    return {vehicle_id: order for vehicle_id, order in orders.items() if order}


def _stays_with(lookup: Lookup, day: WorksSoFar, task_id: str, vehicle_id: str) -> bool:
    """Not what another has begun, and no second alternative of what is done."""
    entry = lookup.entries[task_id]
    if day.vehicle_of[entry.work.id] != vehicle_id:
        return False
    return isinstance(entry.work, Job) or not (
        entry.kind is VisitKind.PICKUP
        and any(task.id in day.done_by for task in entry.work.pickups)
    )
