"""Every way in which a problem can be malformed, found in one pass so that a person mends once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from routing.matrix import TravelMatrix
from routing.parts import (
    MAX_PRIORITY,
    Job,
    Load,
    Location,
    Pin,
    PinOrder,
    Shipment,
    Task,
    TimeWindow,
    Vehicle,
    Work,
    tasks_of,
)

MAX_VALUE = 2**31 - 1
"""Times, durations and loads fit 32 bits: 68 years of seconds."""

MAX_PENALTY = 10**12
"""Largest explicit penalty or cost rate: sums over a nation's day stay inside 64 bits."""


class DefectCode(StrEnum):
    EMPTY_ID = "EMPTY_ID"
    DUPLICATE_ID = "DUPLICATE_ID"
    NOT_AN_INTEGER = "NOT_AN_INTEGER"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    WINDOW_REVERSED = "WINDOW_REVERSED"
    WINDOWS_UNORDERED = "WINDOWS_UNORDERED"
    MATRIX_INDEX = "MATRIX_INDEX"
    UNKNOWN_PROFILE = "UNKNOWN_PROFILE"
    MATRIX_SIZE = "MATRIX_SIZE"
    NO_VEHICLES = "NO_VEHICLES"
    NO_ALTERNATIVE = "NO_ALTERNATIVE"
    LOAD_DIMENSIONS = "LOAD_DIMENSIONS"
    NEGATIVE_LOAD = "NEGATIVE_LOAD"
    NAIVE_EPOCH = "NAIVE_EPOCH"
    UNKNOWN_VEHICLE = "UNKNOWN_VEHICLE"
    UNKNOWN_TASK = "UNKNOWN_TASK"
    CONFLICTING_PINS = "CONFLICTING_PINS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """`path` points into the problem, e.g. `shipments[3].deliveries[0].windows[1]`."""

    code: DefectCode
    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path}: {self.code}: {self.detail}"


class ProblemParts(Protocol):
    """What of a `routing.problem.Problem` is looked at; named here so that it can use this."""

    @property
    def epoch(self) -> datetime: ...
    @property
    def load_dimensions(self) -> tuple[str, ...]: ...
    @property
    def matrices(self) -> Mapping[str, TravelMatrix]: ...
    @property
    def vehicles(self) -> tuple[Vehicle, ...]: ...
    @property
    def jobs(self) -> tuple[Job, ...]: ...
    @property
    def shipments(self) -> tuple[Shipment, ...]: ...
    @property
    def pins(self) -> tuple[Pin, ...]: ...


def find_defects(problem: ProblemParts) -> tuple[Defect, ...]:
    """All defects of a problem in reading order."""
    return tuple(
        Defect(code=code, path=path, detail=detail) for code, path, detail in _defects(problem)
    )


_Found = Iterator[tuple[DefectCode, str, str]]


def _defects(problem: ProblemParts) -> _Found:
    if problem.epoch.utcoffset() is None:
        yield DefectCode.NAIVE_EPOCH, "epoch", "needs a time zone; give a UTC instant"
    yield from _dimensions(problem)
    yield from _matrices(problem)
    if not problem.vehicles:
        yield DefectCode.NO_VEHICLES, "vehicles", "at least one vehicle is needed"
    yield from _ids(problem)
    for number, vehicle in enumerate(problem.vehicles):
        yield from _vehicle(problem, vehicle, f"vehicles[{number}]")
    for path, work in works_with_paths(problem):
        yield from _work(problem, work, path)
    yield from _pins(problem)


def works_with_paths(problem: ProblemParts) -> Iterator[tuple[str, Work]]:
    """Each job and shipment with its path in the problem."""
    for number, job in enumerate(problem.jobs):
        yield f"jobs[{number}]", job
    for number, shipment in enumerate(problem.shipments):
        yield f"shipments[{number}]", shipment


def _tasks_with_paths(work: Work, path: str) -> Iterator[tuple[str, Task]]:
    if isinstance(work, Job):
        yield f"{path}.task", work.task
        return
    for number, task in enumerate(work.pickups):
        yield f"{path}.pickups[{number}]", task
    for number, task in enumerate(work.deliveries):
        yield f"{path}.deliveries[{number}]", task


def _dimensions(problem: ProblemParts) -> _Found:
    seen: set[str] = set()
    for number, name in enumerate(problem.load_dimensions):
        path = f"load_dimensions[{number}]"
        if not name:
            yield DefectCode.EMPTY_ID, path, "a dimension needs a name"
        elif name in seen:
            yield DefectCode.DUPLICATE_ID, path, f"{name!r} is named twice"
        seen.add(name)


def _matrices(problem: ProblemParts) -> _Found:
    sizes = {name: matrix.size for name, matrix in problem.matrices.items()}
    if len(set(sizes.values())) > 1:
        yield DefectCode.MATRIX_SIZE, "matrices", f"sizes differ: {sizes}"


def _ids(problem: ProblemParts) -> _Found:
    """Vehicles, works, and steps (tasks and breaks) are three spaces of ids."""
    spaces: list[list[tuple[str, str]]] = [
        [(f"vehicles[{i}]", vehicle.id) for i, vehicle in enumerate(problem.vehicles)],
        [(path, work.id) for path, work in works_with_paths(problem)],
        [
            (task_path, task.id)
            for path, work in works_with_paths(problem)
            for task_path, task in _tasks_with_paths(work, path)
        ],
    ]
    task_ids = {step_id for _, step_id in spaces[2]}
    for space in spaces:
        yield from _unique(space, set())
    for i, vehicle in enumerate(problem.vehicles):
        breaks = [(f"vehicles[{i}].breaks[{j}]", b.id) for j, b in enumerate(vehicle.breaks)]
        yield from _unique(breaks, set(task_ids))


def _unique(space: Sequence[tuple[str, object]], taken: set[object]) -> _Found:
    for path, identifier in space:
        if not isinstance(identifier, str) or not identifier:
            yield DefectCode.EMPTY_ID, f"{path}.id", "an id is a text of at least one character"
        elif identifier in taken:
            yield DefectCode.DUPLICATE_ID, f"{path}.id", f"{identifier!r} is used twice"
        taken.add(identifier)


def _integer(value: object, path: str, low: int = 0, high: int = MAX_VALUE) -> _Found:
    if not isinstance(value, int) or isinstance(value, bool):
        yield DefectCode.NOT_AN_INTEGER, path, f"{value!r} is not an integer"
    elif not low <= value <= high:
        yield DefectCode.OUT_OF_RANGE, path, f"{value} is not within {low} to {high}"


def _window(window: TimeWindow, path: str) -> _Found:
    found = [*_integer(window.start, f"{path}.start"), *_integer(window.end, f"{path}.end")]
    yield from found
    if not found and window.end < window.start:
        yield DefectCode.WINDOW_REVERSED, path, f"ends at {window.end}, starts at {window.start}"


def _location(problem: ProblemParts, location: Location, path: str) -> _Found:
    found = list(_integer(location.matrix_index, f"{path}.matrix_index"))
    yield from found
    size = min((matrix.size for matrix in problem.matrices.values()), default=0)
    if not found and location.matrix_index >= size:
        detail = f"{location.matrix_index} is outside the matrix of {size} places"
        yield DefectCode.MATRIX_INDEX, f"{path}.matrix_index", detail


def _load(problem: ProblemParts, load: Load, path: str, low: int = 0) -> _Found:
    if load and len(load) != len(problem.load_dimensions):
        detail = f"{len(load)} amounts for {len(problem.load_dimensions)} load dimensions"
        yield DefectCode.LOAD_DIMENSIONS, path, detail
    for number, amount in enumerate(load):
        yield from _integer(amount, f"{path}[{number}]", low)


def _vehicle(problem: ProblemParts, vehicle: Vehicle, path: str) -> _Found:
    yield from _location(problem, vehicle.start, f"{path}.start")
    if vehicle.end is not None:
        yield from _location(problem, vehicle.end, f"{path}.end")
    yield from _window(vehicle.shift, f"{path}.shift")
    yield from _load(problem, vehicle.capacity, f"{path}.capacity")
    for number, pause in enumerate(vehicle.breaks):
        yield from _window(pause.window, f"{path}.breaks[{number}].window")
        yield from _integer(pause.duration_s, f"{path}.breaks[{number}].duration_s")
    yield from _integer(vehicle.unfamiliar_setup_s, f"{path}.unfamiliar_setup_s")
    for name in ("max_stops", "max_tasks", "max_distance_m", "max_travel_s"):
        limit = getattr(vehicle, name)
        if limit is not None:
            yield from _integer(limit, f"{path}.{name}")
    for name in ("fixed", "per_hour", "per_km"):
        rate = getattr(vehicle.costs, name)
        yield from _integer(rate, f"{path}.costs.{name}", high=MAX_PENALTY)
    if vehicle.profile not in problem.matrices:
        known = ", ".join(sorted(problem.matrices)) or "none"
        detail = f"no matrix {vehicle.profile!r}; known: {known}"
        yield DefectCode.UNKNOWN_PROFILE, f"{path}.profile", detail


def _work(problem: ProblemParts, work: Work, path: str) -> _Found:
    yield from _integer(work.priority, f"{path}.priority", high=MAX_PRIORITY)
    if work.penalty is not None:
        yield from _integer(work.penalty, f"{path}.penalty", high=MAX_PENALTY)
    before = len(problem.load_dimensions)
    found = False
    for task_path, task in _tasks_with_paths(work, path):
        for defect in _task(problem, task, task_path):
            found = True
            yield defect
    if isinstance(work, Job):
        if work.start_load is not None:
            yield from _load(problem, work.start_load, f"{path}.start_load")
        if not found and work.start_load is not None:
            yield from _job_load(work, path, before)
        return
    for name, tasks in (("pickups", work.pickups), ("deliveries", work.deliveries)):
        if not tasks:
            yield DefectCode.NO_ALTERNATIVE, f"{path}.{name}", "at least one task is needed"
    if not found:
        yield from _shipment_load(work, path, before)


def _job_load(job: Job, path: str, dimensions: int) -> _Found:
    change = job.task.load_change or (0,) * dimensions
    start = job.start_load or (0,) * dimensions
    if any(s + c < 0 for s, c in zip(start, change, strict=False)):
        detail = "takes off more than start_load puts on board"
        yield DefectCode.NEGATIVE_LOAD, f"{path}.task.load_change", detail


def _shipment_load(shipment: Shipment, path: str, dimensions: int) -> _Found:
    zeros = (0,) * dimensions
    for i, pickup in enumerate(shipment.pickups):
        taken = pickup.load_change or zeros
        if any(amount < 0 for amount in taken):
            detail = "a pickup cannot take load off"
            yield DefectCode.NEGATIVE_LOAD, f"{path}.pickups[{i}].load_change", detail
        for j, delivery in enumerate(shipment.deliveries):
            given = delivery.load_change or zeros
            if any(t >= 0 > t + g for t, g in zip(taken, given, strict=False)):
                detail = f"takes off more than pickups[{i}] put on board"
                yield DefectCode.NEGATIVE_LOAD, f"{path}.deliveries[{j}].load_change", detail


def _task(problem: ProblemParts, task: Task, path: str) -> _Found:
    yield from _location(problem, task.location, f"{path}.location")
    for name in ("setup_s", "service_s", "release_s"):
        yield from _integer(getattr(task, name), f"{path}.{name}")
    yield from _integer(task.price, f"{path}.price", high=MAX_PENALTY)
    yield from _load(problem, task.load_change, f"{path}.load_change", low=-MAX_VALUE)
    sound = True
    for number, window in enumerate(task.windows):
        for defect in _window(window, f"{path}.windows[{number}]"):
            sound = False
            yield defect
    if sound and any(
        a.end >= b.start for a, b in zip(task.windows, task.windows[1:], strict=False)
    ):
        detail = "windows must be in order and must not touch"
        yield DefectCode.WINDOWS_UNORDERED, f"{path}.windows", detail


def _pins(problem: ProblemParts) -> _Found:
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
