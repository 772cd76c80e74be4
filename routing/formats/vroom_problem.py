"""A problem as VROOM input JSON; what VROOM has no word for is refused, never dropped."""

from routing.formats.own import FormatError, Json
from routing.problem import Job, Location, Problem, Task, Vehicle, Work, start_load_of


def vroom_number(step_id: str) -> int:
    """The number in an id such as pickup:7."""
    tail = step_id.rsplit(":", 1)[-1]
    if not tail.isdecimal():
        raise FormatError("id", f"{step_id!r} holds no number; VROOM's ids are integers")
    return int(tail)


def problem_to_vroom(problem: Problem) -> dict[str, Json]:
    """A problem as VROOM input. Ids must end in a number, such as `job:7`; skills must be numbers.

    Raises FormatError naming the field that VROOM has no word for.
    """
    if problem.pins:
        raise FormatError("pins", "VROOM has no word for it")
    return {
        "jobs": [_job(problem, job, f"jobs[{i}]") for i, job in enumerate(problem.jobs)],
        "shipments": [
            {
                "amount": list(shipment.pickups[0].load_change),
                **_work(shipment, f"shipments[{i}]"),
                "pickup": _task(shipment.pickups, f"shipments[{i}].pickups"),
                "delivery": _task(shipment.deliveries, f"shipments[{i}].deliveries"),
            }
            for i, shipment in enumerate(problem.shipments)
            if _balanced(shipment.pickups[0], shipment.deliveries[0], f"shipments[{i}]")
        ],
        "vehicles": [
            _vehicle(problem, vehicle, f"vehicles[{i}]")
            for i, vehicle in enumerate(problem.vehicles)
        ],
        "matrices": {
            name: {
                "durations": matrix.duration_s.tolist(),
                "distances": matrix.distance_m.tolist(),
            }
            for name, matrix in problem.matrices.items()
            if _complete(int(matrix.duration_s.min()), f"matrices.{name}")
        },
    }


def _refuse(wrong: object, path: str, reason: str = "VROOM has no word for it") -> None:
    if wrong:
        raise FormatError(path, reason)


def _balanced(pickup: Task, delivery: Task, path: str) -> bool:
    gone = tuple(-amount for amount in delivery.load_change)
    _refuse(pickup.load_change != gone, f"{path}.deliveries[0].load_change")
    return True


def _complete(least: int, path: str) -> bool:
    _refuse(least < 0, path, "VROOM has no word for unreachable places")
    return True


def _work(work: Work, path: str) -> dict[str, Json]:
    _refuse(work.penalty is not None, f"{path}.penalty")
    _refuse(not all(skill.isdecimal() for skill in work.skills), f"{path}.skills")
    return {"skills": sorted(int(skill) for skill in work.skills), "priority": work.priority}


def _job(problem: Problem, job: Job, path: str) -> dict[str, Json]:
    size = len(problem.load_dimensions)
    start = start_load_of(job, size)
    change = job.task.load_change or (0,) * size
    amounts = {
        "delivery": list(start),
        "pickup": [a + b for a, b in zip(start, change, strict=True)],
    }
    return {
        **_task((job.task,), f"{path}.task"),
        **_work(job, path),
        **{name: load for name, load in amounts.items() if any(load)},
    }


def _task(tasks: tuple[Task, ...], path: str) -> dict[str, Json]:
    task = tasks[0]
    _refuse(len(tasks) > 1, path)
    for name in ("must_finish", "release_s", "price"):
        _refuse(getattr(task, name), f"{path}.{name}")
    return {
        "id": vroom_number(task.id),
        "location_index": _index(task.location, f"{path}.location"),
        "setup": task.setup_s,
        "service": task.service_s,
        **({"time_windows": [[w.start, w.end] for w in task.windows]} if task.windows else {}),
    }


def _index(location: Location, path: str) -> int:
    _refuse(location.place, f"{path}.place", "VROOM tells places by their index only")
    return location.matrix_index


def _vehicle(problem: Problem, vehicle: Vehicle, path: str) -> dict[str, Json]:
    _refuse(vehicle.max_stops is not None, f"{path}.max_stops")
    _refuse(vehicle.unfamiliar_setup_s, f"{path}.unfamiliar_setup_s")
    _refuse(not all(skill.isdecimal() for skill in vehicle.skills), f"{path}.skills")
    _refuse(problem.load_dimensions and not vehicle.capacity, f"{path}.capacity", "must be stated")
    written: dict[str, Json] = {
        "id": vroom_number(vehicle.id),
        "profile": vehicle.profile,
        "start_index": _index(vehicle.start, f"{path}.start"),
        "time_window": [vehicle.shift.start, vehicle.shift.end],
        "capacity": list(vehicle.capacity),
        "skills": sorted(int(skill) for skill in vehicle.skills),
        "breaks": [
            {
                "id": vroom_number(pause.id),
                "time_windows": [[pause.window.start, pause.window.end]],
                "service": pause.duration_s,
            }
            for pause in vehicle.breaks
        ],
        "costs": {
            "fixed": vehicle.costs.fixed,
            "per_hour": vehicle.costs.per_hour,
            "per_km": vehicle.costs.per_km,
        },
    }
    if vehicle.end is not None:
        written["end_index"] = _index(vehicle.end, f"{path}.end")
    limits = {
        "max_tasks": vehicle.max_tasks,
        "max_travel_time": vehicle.max_travel_s,
        "max_distance": vehicle.max_distance_m,
    }
    return written | {name: limit for name, limit in limits.items() if limit is not None}
