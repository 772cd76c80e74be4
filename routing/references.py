"""Defects of what points elsewhere: pins, the plan before, bands of the hour and their matrices."""

from itertools import pairwise

from routing.defects import (
    MAX_PENALTY,
    DefectCode,
    Found,
    ProblemParts,
    integer_defects,
    works_with_paths,
)
from routing.parts import PinOrder, Shipment, tasks_of


def pin_defects(problem: ProblemParts) -> Found:
    owner = {task.id: work for _, work in works_with_paths(problem) for task in tasks_of(work)}
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    pinned: set[str] = set()
    vehicle_of_work: dict[str, str] = {}
    side_of_work: set[tuple[str, bool]] = set()
    strict: set[str] = set()
    for number, pin in enumerate(problem.pins):
        path = f"pins[{number}]"
        if pin.vehicle_id not in vehicles:
            yield DefectCode.UNKNOWN_VEHICLE, f"{path}.vehicle_id", f"no vehicle {pin.vehicle_id!r}"
        if pin.order is PinOrder.STRICT:
            if pin.vehicle_id in strict:
                detail = f"{pin.vehicle_id!r} already has a STRICT pin"
                yield DefectCode.CONFLICTING_PINS, path, detail
            strict.add(pin.vehicle_id)
        delivered: set[str] = set()
        for place, task_id in enumerate(pin.task_ids):
            where = f"{path}.task_ids[{place}]"
            work = owner.get(task_id)
            if work is None:
                yield DefectCode.UNKNOWN_TASK, where, f"no task {task_id!r}"
                continue
            picks_up = isinstance(work, Shipment) and any(t.id == task_id for t in work.pickups)
            other = vehicle_of_work.setdefault(work.id, pin.vehicle_id)
            if task_id in pinned:
                yield DefectCode.CONFLICTING_PINS, where, f"{task_id!r} is pinned twice"
            elif other != pin.vehicle_id:
                detail = f"{work.id!r} is pinned to {other!r} and {pin.vehicle_id!r}"
                yield DefectCode.CONFLICTING_PINS, where, detail
            elif (work.id, picks_up) in side_of_work:
                detail = f"two alternatives of {work.id!r} are pinned"
                yield DefectCode.CONFLICTING_PINS, where, detail
            elif picks_up and work.id in delivered and pin.order is not PinOrder.ANY:
                yield DefectCode.CONFLICTING_PINS, where, f"delivers {work.id!r} before its pickup"
            pinned.add(task_id)
            side_of_work.add((work.id, picks_up))
            if not picks_up:
                delivered.add(work.id)


def stability_defects(problem: ProblemParts) -> Found:
    """What a plan before promised must be about works and vehicles of this problem."""
    stability = problem.stability
    works = {work.id for _, work in works_with_paths(problem)}
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    for work_id, vehicle_id in stability.vehicle_of.items():
        path = f"stability.vehicle_of[{work_id!r}]"
        if work_id not in works:
            yield DefectCode.UNKNOWN_WORK, path, f"no job or shipment {work_id!r}"
        if vehicle_id not in vehicles:
            yield DefectCode.UNKNOWN_VEHICLE, path, f"no vehicle {vehicle_id!r}"
    price = stability.price_per_moved
    yield from integer_defects(price, "stability.price_per_moved", high=MAX_PENALTY)
    if stability.most_moved is not None:
        yield from integer_defects(stability.most_moved, "stability.most_moved")


def band_defects(problem: ProblemParts) -> Found:
    """Bands are named, apart from each other, and their matrices lead where the profile's do."""
    names: set[str] = set()
    sound = True
    for number, band in enumerate(problem.hour_bands):
        path = f"hour_bands[{number}]"
        if not band.name or "@" in band.name:
            yield DefectCode.EMPTY_ID, f"{path}.name", "needs a name without '@'"
        elif band.name in names:
            yield DefectCode.DUPLICATE_ID, f"{path}.name", f"{band.name!r} is named twice"
        names.add(band.name)
        wrong = [
            *integer_defects(band.start, f"{path}.start"),
            *integer_defects(band.end, f"{path}.end"),
        ]
        yield from wrong
        sound = sound and not wrong
        if not wrong and band.end <= band.start:
            detail = f"ends at {band.end}, starts at {band.start}"
            yield DefectCode.WINDOW_REVERSED, path, detail
    in_order = sorted(problem.hour_bands, key=lambda band: band.start) if sound else []
    for before, band in pairwise(in_order):
        if before.end > band.start:
            detail = f"{band.name!r} starts before {before.name!r} is over"
            yield DefectCode.BANDS_OVERLAP, "hour_bands", detail
    yield from _band_matrices(problem, names)


def _band_matrices(problem: ProblemParts, names: set[str]) -> Found:
    for key, matrix in problem.matrices.items():
        profile, at, name = key.partition("@")
        path = f"matrices[{key!r}]"
        if not at:
            continue
        if name not in names:
            yield DefectCode.UNKNOWN_BAND, path, f"no hour band {name!r}"
        base = problem.matrices.get(profile)
        if base is None:
            detail = f"no matrix {profile!r} for the hours outside {name!r}"
            yield DefectCode.UNKNOWN_PROFILE, path, detail
        elif base.size == matrix.size and ((base.duration_s < 0) != (matrix.duration_s < 0)).any():
            detail = f"has ways where {profile!r} has none, or the other way round"
            yield DefectCode.BAND_REACH, path, detail
