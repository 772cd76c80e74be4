"""What must stay where it is in a day under way: the executed part, what is on board, and what a
person fixed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from routing.parts import Job, Pin, PinOrder, Shipment, Work, start_load_of
from routing.replanning.couriers_so_far import CouriersSoFar
from routing.replanning.works_so_far import WorksSoFar


def pins_so_far(couriers: CouriersSoFar, day: WorksSoFar, works: Sequence[Work]) -> tuple[Pin, ...]:
    """Pins of the day as it stands: `works` are all of its works."""
    pins: list[Pin] = []
    dropped = couriers.dropped
    pinned = {i for past in couriers.pasts.values() for i in past.task_ids}
    given = [
        replace(pin, task_ids=tuple(i for i in pin.task_ids if i not in pinned))
        for pin in couriers.lookup.problem.pins
        if pin.vehicle_id not in dropped
    ]
    first = {pin.vehicle_id: pin for pin in given if pin.order is PinOrder.STRICT}
    for vehicle in couriers.vehicles:
        begun = couriers.fixed(vehicle.id)
        strict = first.get(vehicle.id)
        later = () if strict is None else strict.task_ids
        if vehicle.id not in dropped:
            begun = (*begun, *couriers.states[vehicle.id].next_ids, *later)
        if ids := tuple(dict.fromkeys(begun)):
            pins.append(Pin(vehicle_id=vehicle.id, task_ids=ids, order=PinOrder.STRICT))
            pinned.update(ids)
    for pin in given:
        ids = tuple(i for i in pin.task_ids if i not in pinned)
        if ids and pin.order is not PinOrder.STRICT:
            pins.append(replace(pin, task_ids=ids))
            pinned.update(ids)
    held = _held(couriers, day.vehicle_of, works, pinned)
    return (*pins, *held, *_kept_on_board(day, works))


def _kept_on_board(day: WorksSoFar, works: Sequence[Work]) -> Iterable[Pin]:
    for work in works:
        if work.id in day.stuck and isinstance(work, Shipment):
            vehicle_id = day.vehicle_of[work.id]
            if vehicle_id not in day.couriers.dropped:
                yield Pin(vehicle_id=vehicle_id, task_ids=(work.pickups[0].id,))


def _held(
    couriers: CouriersSoFar,
    vehicle_of: Mapping[str, str],
    works: Sequence[Work],
    pinned: set[str],
) -> Iterable[Pin]:
    """What somebody took on board before his start stays with him once he has left."""
    for work in works:
        if not isinstance(work, Job) or work.task.id in pinned:
            continue
        vehicle_id = vehicle_of.get(work.id)
        if vehicle_id is None or not couriers.states[vehicle_id].has_left:
            continue
        if any(start_load_of(work, len(couriers.lookup.zero_load))):
            yield Pin(vehicle_id=vehicle_id, task_ids=(work.task.id,))
