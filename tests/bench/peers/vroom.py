"""VROOM through pyvroom: on the real clock, or on the one without the lunch gap.

It speaks of several windows, breaks, setups per vehicle type and priorities; it has no price for
undone work (less is always better) and no release (the windows are cut instead). It answers only
at the end and may pass its limit.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import vroom

from routing import Job, Shipment, Task, Vehicle
from tests.bench.answers import VEHICLES_FIRST, Answer, Ask
from tests.bench.short_clock import LATEST, on_short_clock

MOST = 5
"""Exploration: its highest documented level."""

FITTING = ((150, 5), (400, 3), (1_000_000, 1))
"""Up to so many visits, the level whose searches end by themselves within 30 s: the limit is split
among a level's searches, and cut ones are worse than fewer whole ones. Processor seconds that were
needed at 100, 300 and 600 visits: level 5 4, 43 and more than 90, level 3 2, 15 and 70, level 1 at
600 visits 21."""

MORE_THAN_ANY_RIDE = 1_000_000
"""Fixed cost of a vehicle where vehicles come first."""


def solve(ask: Ask) -> Answer:
    """VROOM on the real clock."""
    return _solve(ask, MOST)


def solve_on_short_clock(ask: Ask) -> Answer:
    """VROOM without lunch gap and breaks."""
    return _on_short_clock(ask, MOST)


def solve_on_short_clock_in_time(ask: Ask) -> Answer:
    """The same with so many searches as end in time."""
    level = next(level for most, level in FITTING if len(ask.problem.shipments) <= most)
    return _on_short_clock(ask, level)


def _on_short_clock(ask: Ask, exploration: int) -> Answer:
    problem, lost = on_short_clock(ask.problem)
    return _solve(replace(ask, problem=problem), exploration, lost)


def _solve(ask: Ask, exploration: int, lost: frozenset[str] = frozenset()) -> Answer:
    problem = ask.problem
    names = [task.id for shipment in problem.shipments for task in _pair(shipment)]
    names += [job.task.id for job in problem.jobs]
    number_of = {name: number for number, name in enumerate(names)}
    model = vroom.Input()
    for profile, matrix in problem.matrices.items():
        model.set_durations_matrix(profile, matrix.duration_s)
        model.set_distances_matrix(profile, matrix.distance_m)
    types = sorted({_type(vehicle) for vehicle in problem.vehicles})
    for number, vehicle in enumerate(problem.vehicles):
        model.add_vehicle(_vehicle(number, vehicle, types, ask.objective))
    for shipment in problem.shipments:
        pickup, delivery = _pair(shipment)
        if lost.isdisjoint((pickup.id, delivery.id)):
            model.add_shipment(
                vroom.ShipmentStep(number_of[pickup.id], **_step(pickup, types)),
                vroom.ShipmentStep(number_of[delivery.id], **_step(delivery, types)),
                amount=vroom.Amount(list(pickup.load_change)),
                priority=shipment.priority,
            )
    for job in problem.jobs:
        model.add_job(_job(number_of[job.task.id], job, types))
    found = model.solve(
        exploration_level=exploration, nb_threads=1, timeout=timedelta(seconds=ask.seconds)
    )
    orders: dict[str, list[str]] = {}
    for row in found.routes.itertuples():
        if row.type in {"pickup", "delivery", "job"}:
            vehicle_id = problem.vehicles[row.vehicle_id].id
            orders.setdefault(vehicle_id, []).append(names[int(row.id)])
    return Answer(orders=orders)


def _pair(shipment: Shipment) -> tuple[Task, Task]:
    if len(shipment.pickups) != 1 or len(shipment.deliveries) != 1:
        raise ValueError(f"{shipment.id}: VROOM has no alternatives")
    return shipment.pickups[0], shipment.deliveries[0]


def _type(vehicle: Vehicle) -> tuple[str, ...]:
    """Who pays the same setups is of one type."""
    return (str(vehicle.unfamiliar_setup_s), *sorted(vehicle.familiar_areas))


def _step(task: Task, types: Sequence[tuple[str, ...]]) -> dict[str, object]:
    windows = [(w.start, w.end) for w in task.windows] or [(0, LATEST)]
    cut = [(max(start, task.release_s), end) for start, end in windows]
    setups = {}
    for number, (unfamiliar, *familiar) in enumerate(types):
        area = task.location.area
        extra = int(unfamiliar) if area and area not in familiar else 0
        setups[f"type-{number}"] = task.setup_s + extra
    return {
        "location": task.location.matrix_index,
        "default_setup": task.setup_s,
        "default_service": task.service_s,
        "time_windows": [vroom.TimeWindow(start, end) for start, end in cut if start <= end],
        "setup_per_type": setups,
    }


def _job(number: int, job: Job, types: Sequence[tuple[str, ...]]) -> vroom.Job:
    change = job.task.load_change
    return vroom.Job(
        number,
        **_step(job.task, types),
        delivery=vroom.Amount([max(0, -amount) for amount in change]),
        pickup=vroom.Amount([max(0, amount) for amount in change]),
        priority=job.priority,
    )


def _vehicle(
    number: int, vehicle: Vehicle, types: Sequence[tuple[str, ...]], objective: str
) -> vroom.Vehicle:
    costs = vehicle.costs
    fixed = MORE_THAN_ANY_RIDE if objective == VEHICLES_FIRST else costs.fixed
    return vroom.Vehicle(
        number,
        start=vehicle.start.matrix_index,
        end=None if vehicle.end is None else vehicle.end.matrix_index,
        profile=vehicle.profile,
        capacity=vroom.Amount(list(vehicle.capacity)),
        time_window=vroom.TimeWindow(vehicle.shift.start, vehicle.shift.end),
        breaks=[
            vroom.Break(
                place,
                time_windows=[vroom.TimeWindow(pause.window.start, pause.window.end)],
                service=pause.duration_s,
            )
            for place, pause in enumerate(vehicle.breaks)
        ],
        costs=vroom.VehicleCosts(fixed=fixed, per_hour=costs.per_hour, per_km=costs.per_km),
        type=f"type-{types.index(_type(vehicle))}",
    )
