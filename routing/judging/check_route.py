"""The judge's view of one route: every figure derived again from the definition, visit by visit."""

from collections.abc import Iterator

from routing.judging.check_clock import clock_faults
from routing.problem import Job, Location, Problem, Shipment, Task, Vehicle, Work
from routing.solution import Route, Visit, VisitKind

_Found = Iterator[tuple[str, str, str]]


_OF_TASKS = (VisitKind.JOB, VisitKind.PICKUP, VisitKind.DELIVERY)

Known = dict[str, tuple[VisitKind, Work, Task]]
"""What a task id names."""


def known_tasks(problem: Problem) -> Known:
    """Every task of a problem by its id."""
    known: Known = {}
    for job in problem.jobs:
        known[job.task.id] = (VisitKind.JOB, job, job.task)
    for shipment in problem.shipments:
        for task in shipment.pickups:
            known[task.id] = (VisitKind.PICKUP, shipment, task)
        for task in shipment.deliveries:
            known[task.id] = (VisitKind.DELIVERY, shipment, task)
    return known


def route_faults(problem: Problem, vehicle: Vehicle, route: Route, known: Known) -> _Found:
    """Faults of one route as (code, where, detail); `known` are the problem's tasks."""
    visits, name = route.visits, route.vehicle_id
    kinds = [visit.kind for visit in visits]
    inner = kinds[1:-1]
    if len(visits) < 3 or kinds[0] is not VisitKind.START or kinds[-1] is not VisitKind.END:
        yield "SHAPE", name, "a route is START, at least one visit, END"
        return
    if VisitKind.START in inner or VisitKind.END in inner or set(inner) == {VisitKind.BREAK}:
        yield "SHAPE", name, "START and END stand only at the ends, and a task between them"
        return
    for visit in visits[1:-1]:
        if visit.kind is not VisitKind.BREAK and (visit.task_id or "") not in known:
            yield "UNKNOWN_TASK", name, f"{visit.task_id!r}"
            return
    if route.violations or any(visit.violations for visit in visits):
        yield "VIOLATION", name, "the route itself says that it breaks rules"
    yield from _identity(vehicle, known, route)
    yield from clock_faults(problem, vehicle, route)
    earlier = visits[0]
    for visit in visits[1:-1]:
        if visit.kind is not VisitKind.BREAK:
            yield from _task(vehicle, known, earlier, visit)
            earlier = visit
    yield from _breaks(vehicle, visits)
    yield from _loads(problem, vehicle, known, visits)
    yield from _times_on_board(known, visits)
    yield from _totals(problem, vehicle, known, route)


def _identity(vehicle: Vehicle, known: Known, route: Route) -> _Found:
    """Each visit is what it says: kind, ids and location belong together."""
    for position, visit in enumerate(route.visits):
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
        if visit.kind != kind or visit.task_id != task_id or visit.work_id != work_id:
            what = f"{visit.kind} {visit.task_id} of {visit.work_id}"
            yield "IDENTITY", f"{route.vehicle_id}[{position}]", what
        if visit.location is not location and visit.location != location:
            yield "LOCATION", f"{route.vehicle_id}[{position}]", "is not where the problem says"


def _task(vehicle: Vehicle, known: Known, earlier: Visit, visit: Visit) -> _Found:
    """`earlier` is the last visit before this one that was no break."""
    _, work, task = known[visit.task_id or ""]
    where = task.id
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
    for window in task.windows:
        if window.start <= visit.start_s <= window.end and not (
            task.must_finish and visit.end_s > window.end
        ):
            break
    else:
        if task.windows:
            yield "TIME_WINDOW", where, f"start {visit.start_s} s is in none of its windows"
    late = 0
    for soft in task.soft_windows:
        late = max(late, visit.start_s - soft.end)
    if visit.late_s != late:
        yield "LATE", where, f"says {visit.late_s} s late, it is {late} s"
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
        counted_from = visits[0].end_s if pause.after_start else 0
        if not pause.window.start <= visit.start_s - counted_from <= pause.window.end:
            yield "BREAK_WINDOW", pause.id, f"starts at {visit.start_s} s"
        if visit.service_s != pause.duration_s or visit.setup_s:
            yield "BREAK_DURATION", pause.id, f"lasts {visit.service_s} s, not {pause.duration_s} s"


def _loads(problem: Problem, vehicle: Vehicle, known: Known, visits: tuple[Visit, ...]) -> _Found:
    dimensions = len(problem.load_dimensions)
    for dimension, name in enumerate(problem.load_dimensions):
        room = vehicle.capacity[dimension] if vehicle.capacity else None
        load = 0
        for visit in visits[1:-1]:
            if visit.kind is VisitKind.JOB:
                work = known[visit.task_id or ""][1]
                load += _taken_at_start(work, dimension)
        for position, visit in enumerate(visits):
            if visit.kind in _OF_TASKS:
                change = known[visit.task_id or ""][2].load_change
                load += change[dimension] if change else 0
            if len(visit.load) != dimensions or visit.load[dimension] != load:
                said = f"{name} on board is {load}, not {visit.load}"
                yield "LOAD", f"{vehicle.id}[{position}]", said
            if room is not None and load > room:
                yield "CAPACITY", f"{vehicle.id}[{position}]", f"{load - room} {name} too much"
    if not problem.load_dimensions and any(visit.load for visit in visits):
        yield "LOAD", vehicle.id, "the problem has no load dimension"


def _taken_at_start(work: Work, dimension: int) -> int:
    if not isinstance(work, Job):
        return 0
    if work.start_load is not None:
        return work.start_load[dimension] if work.start_load else 0
    change = work.task.load_change[dimension] if work.task.load_change else 0
    return -change if change < 0 else 0


def _times_on_board(known: Known, visits: tuple[Visit, ...]) -> _Found:
    for visit in visits:
        if visit.kind is not VisitKind.DELIVERY:
            continue
        work = known[visit.task_id or ""][1]
        limit = work.max_ride_s if isinstance(work, Shipment) else None
        if limit is None:
            continue
        for pickup in visits:
            if pickup.kind is VisitKind.PICKUP and pickup.work_id == work.id:
                on_board = visit.start_s - pickup.end_s
                if on_board > limit:
                    yield "MAX_RIDE", work.id, f"{on_board} s on board, {limit} s are allowed"


def _totals(problem: Problem, vehicle: Vehicle, known: Known, route: Route) -> _Found:
    tasks = [v for v in route.visits[1:-1] if v.kind is not VisitKind.BREAK]
    seconds = sum(visit.ride_s for visit in route.visits)
    metres = sum(visit.distance_m for visit in route.visits)
    cost = _cost(problem, vehicle, known, route)
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


def _cost(problem: Problem, vehicle: Vehicle, known: Known, route: Route) -> int:
    """Whole units; what is paid by the second or metre is rounded down together."""
    rates = vehicle.costs
    seconds = sum(visit.ride_s for visit in route.visits)
    metres = sum(visit.distance_m for visit in route.visits)
    whole, parts = rates.fixed, 5 * rates.per_hour * seconds + 18 * rates.per_km * metres
    works: set[str] = set()
    for visit in route.visits[1:-1]:
        if visit.kind is VisitKind.BREAK:
            continue
        _, work, task = known[visit.task_id or ""]
        works.add(work.id)
        whole += task.price
        for soft in task.soft_windows:
            if visit.start_s > soft.end:
                parts += 5 * soft.price_per_hour * (visit.start_s - soft.end)
    over = route.visits[-1].end_s - vehicle.shift.end
    if vehicle.overtime is not None and over > 0:
        parts += 5 * vehicle.overtime.price_per_hour * over
    before = problem.stability.vehicle_of
    moved = [work_id for work_id in works if before.get(work_id, vehicle.id) != vehicle.id]
    return whole + parts // 18_000 + len(moved) * problem.stability.price_per_moved
