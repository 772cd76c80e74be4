"""Every way in which a problem can be malformed, found in one pass so that a person mends once."""

from collections.abc import Iterator, Sequence

from routing.defects import (
    MAX_PENALTY,
    MAX_VALUE,
    Defect,
    DefectCode,
    Found,
    ProblemParts,
    integer_defects,
    window_defects,
    works_with_paths,
)
from routing.parts import MAX_PRIORITY, Job, Load, Location, Shipment, Task, Vehicle, Work
from routing.references import band_defects, pin_defects, stability_defects

__all__ = ["MAX_VALUE", "Defect", "DefectCode", "find_defects"]


def find_defects(problem: ProblemParts) -> tuple[Defect, ...]:
    """All defects of a problem in reading order."""
    return tuple(
        Defect(code=code, path=path, detail=detail) for code, path, detail in _defects(problem)
    )


def _defects(problem: ProblemParts) -> Found:
    if problem.epoch.utcoffset() is None:
        yield DefectCode.NAIVE_EPOCH, "epoch", "needs a time zone; give a UTC instant"
    yield from _dimensions(problem)
    yield from _matrices(problem)
    yield from band_defects(problem)
    if not problem.vehicles:
        yield DefectCode.NO_VEHICLES, "vehicles", "at least one vehicle is needed"
    yield from _ids(problem)
    for number, vehicle in enumerate(problem.vehicles):
        yield from _vehicle(problem, vehicle, f"vehicles[{number}]")
    for path, work in works_with_paths(problem):
        yield from _work(problem, work, path)
    yield from pin_defects(problem)
    yield from stability_defects(problem)


def _tasks_with_paths(work: Work, path: str) -> Iterator[tuple[str, Task]]:
    if isinstance(work, Job):
        yield f"{path}.task", work.task
        return
    for number, task in enumerate(work.pickups):
        yield f"{path}.pickups[{number}]", task
    for number, task in enumerate(work.deliveries):
        yield f"{path}.deliveries[{number}]", task


def _dimensions(problem: ProblemParts) -> Found:
    seen: set[str] = set()
    for number, name in enumerate(problem.load_dimensions):
        path = f"load_dimensions[{number}]"
        if not name:
            yield DefectCode.EMPTY_ID, path, "a dimension needs a name"
        elif name in seen:
            yield DefectCode.DUPLICATE_ID, path, f"{name!r} is named twice"
        seen.add(name)


def _matrices(problem: ProblemParts) -> Found:
    sizes = {name: matrix.size for name, matrix in problem.matrices.items()}
    if len(set(sizes.values())) > 1:
        yield DefectCode.MATRIX_SIZE, "matrices", f"sizes differ: {sizes}"


def _ids(problem: ProblemParts) -> Found:
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


def _unique(space: Sequence[tuple[str, object]], taken: set[object]) -> Found:
    for path, identifier in space:
        if not isinstance(identifier, str) or not identifier:
            yield DefectCode.EMPTY_ID, f"{path}.id", "an id is a text of at least one character"
        elif identifier in taken:
            yield DefectCode.DUPLICATE_ID, f"{path}.id", f"{identifier!r} is used twice"
        taken.add(identifier)


def _location(problem: ProblemParts, location: Location, path: str) -> Found:
    found = list(integer_defects(location.matrix_index, f"{path}.matrix_index"))
    yield from found
    size = min((matrix.size for matrix in problem.matrices.values()), default=0)
    if not found and location.matrix_index >= size:
        detail = f"{location.matrix_index} is outside the matrix of {size} places"
        yield DefectCode.MATRIX_INDEX, f"{path}.matrix_index", detail


def _load(problem: ProblemParts, load: Load, path: str, low: int = 0) -> Found:
    if load and len(load) != len(problem.load_dimensions):
        detail = f"{len(load)} amounts for {len(problem.load_dimensions)} load dimensions"
        yield DefectCode.LOAD_DIMENSIONS, path, detail
    for number, amount in enumerate(load):
        yield from integer_defects(amount, f"{path}[{number}]", low)


def _vehicle(problem: ProblemParts, vehicle: Vehicle, path: str) -> Found:
    yield from _location(problem, vehicle.start, f"{path}.start")
    if vehicle.end is not None:
        yield from _location(problem, vehicle.end, f"{path}.end")
    yield from window_defects(vehicle.shift, f"{path}.shift")
    yield from _load(problem, vehicle.capacity, f"{path}.capacity")
    for number, pause in enumerate(vehicle.breaks):
        yield from window_defects(pause.window, f"{path}.breaks[{number}].window")
        yield from integer_defects(pause.duration_s, f"{path}.breaks[{number}].duration_s")
    if vehicle.overtime is not None:
        yield from integer_defects(vehicle.overtime.most_s, f"{path}.overtime.most_s")
        price = vehicle.overtime.price_per_hour
        yield from integer_defects(price, f"{path}.overtime.price_per_hour", high=MAX_PENALTY)
    yield from integer_defects(vehicle.unfamiliar_setup_s, f"{path}.unfamiliar_setup_s")
    for name in ("max_stops", "max_tasks", "max_distance_m", "max_travel_s"):
        limit = getattr(vehicle, name)
        if limit is not None:
            yield from integer_defects(limit, f"{path}.{name}")
    for name in ("fixed", "per_hour", "per_km"):
        rate = getattr(vehicle.costs, name)
        yield from integer_defects(rate, f"{path}.costs.{name}", high=MAX_PENALTY)
    if vehicle.profile not in problem.matrices:
        known = ", ".join(sorted(problem.matrices)) or "none"
        detail = f"no matrix {vehicle.profile!r}; known: {known}"
        yield DefectCode.UNKNOWN_PROFILE, f"{path}.profile", detail


def _work(problem: ProblemParts, work: Work, path: str) -> Found:
    yield from integer_defects(work.priority, f"{path}.priority", high=MAX_PRIORITY)
    if work.penalty is not None:
        yield from integer_defects(work.penalty, f"{path}.penalty", high=MAX_PENALTY)
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
    if work.max_ride_s is not None:
        yield from integer_defects(work.max_ride_s, f"{path}.max_ride_s")
    for name, tasks in (("pickups", work.pickups), ("deliveries", work.deliveries)):
        if not tasks:
            yield DefectCode.NO_ALTERNATIVE, f"{path}.{name}", "at least one task is needed"
    if not found:
        yield from _shipment_load(work, path, before)


def _job_load(job: Job, path: str, dimensions: int) -> Found:
    change = job.task.load_change or (0,) * dimensions
    start = job.start_load or (0,) * dimensions
    if any(s + c < 0 for s, c in zip(start, change, strict=False)):
        detail = "takes off more than start_load puts on board"
        yield DefectCode.NEGATIVE_LOAD, f"{path}.task.load_change", detail


def _shipment_load(shipment: Shipment, path: str, dimensions: int) -> Found:
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


def _task(problem: ProblemParts, task: Task, path: str) -> Found:
    yield from _location(problem, task.location, f"{path}.location")
    for name in ("setup_s", "service_s", "release_s"):
        yield from integer_defects(getattr(task, name), f"{path}.{name}")
    yield from integer_defects(task.price, f"{path}.price", high=MAX_PENALTY)
    yield from _load(problem, task.load_change, f"{path}.load_change", low=-MAX_VALUE)
    for number, soft in enumerate(task.soft_windows):
        where = f"{path}.soft_windows[{number}]"
        yield from integer_defects(soft.end, f"{where}.end")
        yield from integer_defects(soft.price_per_hour, f"{where}.price_per_hour", high=MAX_PENALTY)
    sound = True
    for number, window in enumerate(task.windows):
        for defect in window_defects(window, f"{path}.windows[{number}]"):
            sound = False
            yield defect
    if sound and any(
        a.end >= b.start for a, b in zip(task.windows, task.windows[1:], strict=False)
    ):
        detail = "windows must be in order and must not touch"
        yield DefectCode.WINDOWS_UNORDERED, f"{path}.windows", detail
