"""The judge's view of one route: every figure derived again from the definition, visit by visit."""

from collections.abc import Iterator

from routing.matrix import TravelMatrix
from routing.problem import Job, Location, Problem, Task, Vehicle, Work
from routing.solution import Route, Visit, VisitKind

_Found = Iterator[tuple[str, str, str]]


def route_faults(problem: Problem, vehicle: Vehicle, route: Route) -> _Found:
    """Faults of one route as (code, where, detail)."""
    visits, name = route.visits, route.vehicle_id
    kinds = [visit.kind for visit in visits]
    inner = kinds[1:-1]
    if len(visits) < 3 or kinds[0] is not VisitKind.START or kinds[-1] is not VisitKind.END:
        yield "SHAPE", name, "a route is START, at least one visit, END"
        return
    if VisitKind.START in inner or VisitKind.END in inner or set(inner) == {VisitKind.BREAK}:
        yield "SHAPE", name, "START and END stand only at the ends, and a task between them"
        return
    known = _known_tasks(problem)
    for visit in visits[1:-1]:
        if visit.kind is not VisitKind.BREAK and (visit.task_id or "") not in known:
            yield "UNKNOWN_TASK", name, f"{visit.task_id!r}"
            return
    if route.violations or any(visit.violations for visit in visits):
        yield "VIOLATION", name, "the route itself says that it breaks rules"
    yield from _identity(vehicle, known, route)
    yield from _clock(problem, vehicle, route)
    for position, visit in enumerate(visits):
        if visit.kind in (VisitKind.JOB, VisitKind.PICKUP, VisitKind.DELIVERY):
            yield from _task(vehicle, known, visits, position)
    yield from _breaks(vehicle, visits)
    yield from _loads(problem, vehicle, known, visits)
    yield from _totals(vehicle, known, route)


def _known_tasks(problem: Problem) -> dict[str, tuple[VisitKind, Work, Task]]:
    known: dict[str, tuple[VisitKind, Work, Task]] = {}
    for job in problem.jobs:
        known[job.task.id] = (VisitKind.JOB, job, job.task)
    for shipment in problem.shipments:
        for task in shipment.pickups:
            known[task.id] = (VisitKind.PICKUP, shipment, task)
        for task in shipment.deliveries:
            known[task.id] = (VisitKind.DELIVERY, shipment, task)
    return known


_Known = dict[str, tuple[VisitKind, Work, Task]]


def _identity(vehicle: Vehicle, known: _Known, route: Route) -> _Found:
    """Each visit is what it says: kind, ids and location belong together."""
    for position, visit in enumerate(route.visits):
        where = f"{route.vehicle_id}[{position}]"
        location: Location | None = None
        kind, task_id, work_id = visit.kind, None, None
        if visit.kind is VisitKind.START:
            location = vehicle.start
        elif visit.kind is VisitKind.END:
            location = vehicle.end
        elif visit.kind is VisitKind.BREAK:
            task_id = visit.task_id
        else:
            kind, work, task = known[visit.task_id or ""]
            location, task_id, work_id = task.location, task.id, work.id
        if (visit.kind, visit.task_id, visit.work_id) != (kind, task_id, work_id):
            yield "IDENTITY", where, f"{visit.kind} {visit.task_id} of {visit.work_id}"
        if visit.location != location:
            yield "LOCATION", where, "is not where the problem says"


def _clock(problem: Problem, vehicle: Vehicle, route: Route) -> _Found:
    """Riding and actions follow each other without gap; a leg may be interrupted by breaks."""
    visits = route.visits
    matrix = problem.matrices[vehicle.profile]
    first, last = visits[0], visits[-1]
    still = first.wait_s, first.setup_s, first.service_s, first.ride_s, first.distance_m
    if not first.arrival_s == first.start_s == first.end_s or any(still):
        yield "TIME", f"{route.vehicle_id}[0]", "a start takes no time"
    if first.end_s < vehicle.shift.start:
        yield "SHIFT", route.vehicle_id, f"leaves {vehicle.shift.start - first.end_s} s too early"
    if last.end_s > vehicle.shift.end:
        yield "SHIFT", route.vehicle_id, f"ends {last.end_s - vehicle.shift.end} s too late"
    for position in range(1, len(visits)):
        yield from _step(visits[position - 1], visits[position], f"{route.vehicle_id}[{position}]")
    here, ridden = first, 0
    for position, visit in enumerate(visits[1:], start=1):
        ridden += visit.ride_s
        if visit.kind is not VisitKind.BREAK:
            where = f"{route.vehicle_id}[{position}]"
            yield from _leg(matrix, here, visit, ridden, where)
            here, ridden = visit, 0


def _step(before: Visit, visit: Visit, where: str) -> _Found:
    if visit.arrival_s != before.end_s + visit.ride_s or visit.ride_s < 0:
        yield "TIME", where, "arrival is not departure plus ride"
    if visit.start_s != visit.arrival_s + visit.wait_s or visit.wait_s < 0:
        yield "TIME", where, "start is not arrival plus waiting"
    if visit.end_s != visit.start_s + visit.setup_s + visit.service_s:
        yield "TIME", where, "end is not start plus setup plus service"
    if visit.kind is VisitKind.END and visit.end_s != visit.arrival_s:
        yield "TIME", where, "nothing is done at the end"
    if visit.kind is VisitKind.BREAK and visit.distance_m:
        yield "DISTANCE", where, "the metres of a leg count where it leads"


def _leg(matrix: TravelMatrix, here: Visit, visit: Visit, ridden: int, where: str) -> _Found:
    seconds, metres = 0, 0
    if here.location is not None and visit.location is not None:
        cell = here.location.matrix_index, visit.location.matrix_index
        seconds, metres = int(matrix.duration_s[cell]), int(matrix.distance_m[cell])
    if seconds < 0:
        yield "UNREACHABLE", where, "there is no way from the place before"
    elif ridden != seconds:
        yield "RIDE", where, f"rides {ridden} s on a leg of {seconds} s"
    if visit.distance_m != max(0, metres):
        yield "DISTANCE", where, f"says {visit.distance_m} m, the leg has {metres} m"


def _task(vehicle: Vehicle, known: _Known, visits: tuple[Visit, ...], position: int) -> _Found:
    visit = visits[position]
    _, work, task = known[visit.task_id or ""]
    where = task.id
    earlier = next(v for v in reversed(visits[:position]) if v.kind is not VisitKind.BREAK)
    setup = 0
    if earlier.location is None or _place(earlier.location) != _place(task.location):
        setup = task.setup_s
        if task.location.area and task.location.area not in vehicle.familiar_areas:
            setup += vehicle.unfamiliar_setup_s
    if visit.setup_s != setup:
        yield "SETUP", where, f"says {visit.setup_s} s, it is {setup} s"
    if visit.service_s != task.service_s:
        yield "SERVICE", where, f"says {visit.service_s} s, it is {task.service_s} s"
    if visit.start_s < task.release_s:
        yield "RELEASE", where, f"starts {task.release_s - visit.start_s} s before its release"
    in_window = any(
        window.start <= visit.start_s <= window.end
        and (not task.must_finish or visit.end_s <= window.end)
        for window in task.windows
    )
    if task.windows and not in_window:
        yield "TIME_WINDOW", where, f"start {visit.start_s} s is in none of its windows"
    if not work.skills <= vehicle.skills:
        yield "SKILL", where, f"{vehicle.id} lacks {sorted(work.skills - vehicle.skills)}"


def _place(location: Location) -> tuple[str, int]:
    return (location.place, 0) if location.place else ("", location.matrix_index + 1)


def _breaks(vehicle: Vehicle, visits: tuple[Visit, ...]) -> _Found:
    pauses = {pause.id: pause for pause in vehicle.breaks}
    taken = [visit.task_id for visit in visits if visit.kind is VisitKind.BREAK]
    if sorted(str(pause_id) for pause_id in taken) != sorted(pauses):
        yield "BREAKS", vehicle.id, f"takes {taken}, must take each of {list(pauses)} once"
    for visit in visits:
        if visit.kind is not VisitKind.BREAK or visit.task_id not in pauses:
            continue
        pause = pauses[visit.task_id]
        if not pause.window.start <= visit.start_s <= pause.window.end:
            yield "BREAK_WINDOW", pause.id, f"starts at {visit.start_s} s"
        if visit.service_s != pause.duration_s or visit.setup_s:
            yield "BREAK_DURATION", pause.id, f"lasts {visit.service_s} s, not {pause.duration_s} s"


def _loads(problem: Problem, vehicle: Vehicle, known: _Known, visits: tuple[Visit, ...]) -> _Found:
    for dimension, name in enumerate(problem.load_dimensions):
        load = 0
        for visit in visits[1:-1]:
            if visit.kind is VisitKind.JOB:
                work = known[visit.task_id or ""][1]
                load += _taken_at_start(work, dimension)
        for position, visit in enumerate(visits):
            if visit.kind in (VisitKind.JOB, VisitKind.PICKUP, VisitKind.DELIVERY):
                change = known[visit.task_id or ""][2].load_change
                load += change[dimension] if change else 0
            where = f"{vehicle.id}[{position}]"
            if len(visit.load) != len(problem.load_dimensions) or visit.load[dimension] != load:
                yield "LOAD", where, f"{name} on board is {load}, not {visit.load}"
            if vehicle.capacity and load > vehicle.capacity[dimension]:
                yield "CAPACITY", where, f"{load - vehicle.capacity[dimension]} {name} too much"
    if not problem.load_dimensions and any(visit.load for visit in visits):
        yield "LOAD", vehicle.id, "the problem has no load dimension"


def _taken_at_start(work: Work, dimension: int) -> int:
    if not isinstance(work, Job):
        return 0
    if work.start_load is not None:
        return work.start_load[dimension] if work.start_load else 0
    change = work.task.load_change[dimension] if work.task.load_change else 0
    return -change if change < 0 else 0


def _totals(vehicle: Vehicle, known: _Known, route: Route) -> _Found:
    tasks = [v for v in route.visits[1:-1] if v.kind is not VisitKind.BREAK]
    seconds = sum(visit.ride_s for visit in route.visits)
    metres = sum(visit.distance_m for visit in route.visits)
    rates = vehicle.costs
    cost = rates.fixed + (5 * rates.per_hour * seconds + 18 * rates.per_km * metres) // 18_000
    cost += sum(known[visit.task_id or ""][2].price for visit in tasks)
    for code, said, true in (
        ("RIDE", route.ride_s, seconds),
        ("DISTANCE", route.distance_m, metres),
        ("COST", route.cost, cost),
    ):
        if said != true:
            yield code, route.vehicle_id, f"the route says {said}, its visits add up to {true}"
    places = [_place(visit.location) for visit in tasks if visit.location is not None]
    stops = sum(1 for i, place in enumerate(places) if i == 0 or place != places[i - 1])
    for code, value, limit in (
        ("MAX_STOPS", stops, vehicle.max_stops),
        ("MAX_TASKS", len(tasks), vehicle.max_tasks),
        ("MAX_DISTANCE", metres, vehicle.max_distance_m),
        ("MAX_TRAVEL", seconds, vehicle.max_travel_s),
    ):
        if limit is not None and value > limit:
            yield code, route.vehicle_id, f"{value} is {value - limit} above the limit"
