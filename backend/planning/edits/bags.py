"""Papers that went from one bag to another: whoever brings them now counts as having had them from
his start on, since nobody's route leads past the moment at which they met."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from backend.planning.day_rows import ShiftRow
from backend.planning.edits.acts_so_far import PICK_UPS, ActsSoFar, Done
from backend.planning.locks import Act
from routing import Problem, Shipment, Task, Vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One visit of the version, and the task that it belongs to."""

    visit_id: uuid.UUID
    task_id: str
    act: Act
    stop_id: uuid.UUID
    route_id: uuid.UUID


def with_bags_handed_over(
    root: Problem,
    acts: ActsSoFar,
    planned: Sequence[Planned],
    routes: Mapping[str, uuid.UUID],
    shifts: Mapping[str, ShiftRow],
) -> tuple[Problem, ActsSoFar]:
    """The problem and the acts of a day in which another courier brings what one has fetched."""
    vehicle_of = {route: vehicle for vehicle, route in routes.items() if vehicle in shifts}
    by_task: dict[str, list[Planned]] = {}
    for each in planned:
        by_task.setdefault(each.task_id, []).append(each)
    fetched = {each.act: each for each in acts.done if each.act[1] in PICK_UPS}
    handed: dict[Act, uuid.UUID] = {}
    shipments, done = [], {each.act: each for each in acts.done}
    vehicles = {vehicle.id: vehicle for vehicle in root.vehicles}
    for shipment in root.shipments:
        drops = [p for task in shipment.deliveries for p in by_task.get(task.id, ())]
        picks = [p for task in shipment.pickups for p in by_task.get(task.id, ())]
        route = drops[0].route_id if drops else None
        giver = next((fetched[p.act].courier_id for p in picks if p.act in fetched), None)
        vehicle_id = vehicle_of.get(route) if route else None
        if giver is None or vehicle_id is None or shifts[vehicle_id].courier_id == giver:
            shipments.append(shipment)
            continue
        shipments.append(_from_the_start(shipment, vehicles[vehicle_id]))
        shift = shifts[vehicle_id]
        for each in picks:
            handed[each.act] = drops[0].route_id
            if each.act in done:
                done[each.act] = _by(done[each.act], shift, root)
    ordered = sorted(done.values(), key=lambda each: (each.ended_at, each.visit_id))
    return (
        replace(root, shipments=tuple(shipments)),
        replace(acts, done=tuple(ordered), handed_over=handed),
    )


def _from_the_start(shipment: Shipment, vehicle: Vehicle) -> Shipment:
    def had(task: Task) -> Task:
        return replace(
            task, location=vehicle.start, setup_s=0, service_s=0, windows=(), release_s=0
        )

    return replace(shipment, pickups=tuple(had(task) for task in shipment.pickups))


def _by(done: Done, shift: ShiftRow, root: Problem) -> Done:
    at = root.epoch + timedelta(seconds=shift.work[0])
    return replace(done, courier_id=shift.courier_id, started_at=at, ended_at=at, place=None)
