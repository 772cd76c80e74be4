"""An independent judge of solutions, written from the definition in docs/routing.md.

It shares no code with the scheduler or any search, so that a mistake there cannot hide here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from routing.judging.check_route import known_tasks, route_faults
from routing.problem import Job, Problem, Shipment, Work
from routing.solution import Route, Solution, VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something in a solution that is not so. `where` names the route, visit or work."""

    code: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.where}: {self.code}: {self.detail}"


def check(problem: Problem, solution: Solution) -> list[Fault]:
    """Everything that is wrong with a solution: rules broken, sums or times that do not add up.

    An empty list means: feasible on the real clock, and every figure in it is right.
    """
    return [
        Fault(code=code, where=where, detail=detail)
        for code, where, detail in _faults(problem, solution)
    ]


_Found = Iterator[tuple[str, str, str]]


def _faults(problem: Problem, solution: Solution) -> _Found:
    number_of = {vehicle.id: number for number, vehicle in enumerate(problem.vehicles)}
    numbers: list[int] = []
    for route in solution.routes:
        if route.vehicle_id not in number_of:
            yield "UNKNOWN_VEHICLE", route.vehicle_id, "the problem has no such vehicle"
            return
        numbers.append(number_of[route.vehicle_id])
    if numbers != sorted(set(numbers)):
        yield "ROUTES", "routes", "each vehicle at most once, in the problem's order"
    known = known_tasks(problem)
    for route in solution.routes:
        vehicle = problem.vehicles[number_of[route.vehicle_id]]
        yield from route_faults(problem, vehicle, route, known)
    yield from _works(problem, solution)
    yield from _pins(problem, solution)
    yield from _moved(problem, solution)
    expected = sum(route.cost for route in solution.routes)
    expected += sum(left.penalty for left in solution.unassigned)
    if solution.cost != expected:
        yield "COST", "solution", f"says {solution.cost}, its parts add up to {expected}"


def _works(problem: Problem, solution: Solution) -> _Found:
    """Every work is wholly done once, by one vehicle, or unassigned at its penalty."""
    where_done: dict[str, list[tuple[str, int]]] = {}
    for route in solution.routes:
        for position, visit in enumerate(route.visits):
            if visit.task_id is not None and visit.kind is not VisitKind.BREAK:
                where_done.setdefault(visit.task_id, []).append((route.vehicle_id, position))
    penalties = _penalties(problem) if solution.unassigned else {}
    left = {unassigned.id: unassigned.penalty for unassigned in solution.unassigned}
    ids = [unassigned.id for unassigned in solution.unassigned]
    if ids != [work_id for work_id in penalties if work_id in left]:
        yield "UNASSIGNED", "unassigned", "each known work at most once, in the problem's order"
    nowhere: list[tuple[str, int]] = []
    for work in problem.works():
        sides = [(work.task,)] if isinstance(work, Job) else [work.pickups, work.deliveries]
        done = [
            where_done.get(side[0].id, nowhere)
            if len(side) == 1
            else [at for task in side for at in where_done.get(task.id, nowhere)]
            for side in sides
        ]
        counts = [len(places) for places in done]
        if work.id in left:
            if any(counts):
                yield "UNASSIGNED", work.id, "is unassigned and yet in a route"
            if left[work.id] != penalties[work.id]:
                detail = f"says {left[work.id]}, it is {penalties[work.id]}"
                yield "PENALTY", work.id, detail
        elif counts != [1] * len(sides):
            yield "WORK", work.id, f"its tasks are done {counts} times, not once"
        elif isinstance(work, Shipment):
            (pickup_vehicle, pickup_at), (delivery_vehicle, delivery_at) = done[0][0], done[1][0]
            if pickup_vehicle != delivery_vehicle or pickup_at > delivery_at:
                yield "PRECEDENCE", work.id, "one vehicle must pick it up, then deliver it"


def _penalties(problem: Problem) -> dict[str, int]:
    """Without a stated penalty: more than any plan costs, priorities first (docs/routing.md)."""
    works: tuple[Work, ...] = (*problem.jobs, *problem.shipments)
    legs = 2 * len(works) + len(problem.vehicles)
    last = max(
        (v.shift.end + (v.overtime.most_s if v.overtime else 0) for v in problem.vehicles),
        default=0,
    )
    dearest_leg, by_the_second = 0, 0
    for vehicle in problem.vehicles:
        if vehicle.overtime is not None:
            by_the_second += 5 * vehicle.overtime.price_per_hour * vehicle.overtime.most_s
    for vehicle in {(v.profile, v.costs): v for v in problem.vehicles}.values():
        matrices = [problem.matrices[vehicle.profile]] + [
            problem.matrices[f"{vehicle.profile}@{band.name}"]
            for band in problem.hour_bands
            if f"{vehicle.profile}@{band.name}" in problem.matrices
        ]
        seconds = max(int(matrix.duration_s.max()) for matrix in matrices)
        metres = int(matrices[0].distance_m.max())
        cost = 5 * vehicle.costs.per_hour * max(0, seconds)
        cost += 18 * vehicle.costs.per_km * max(0, metres)
        dearest_leg = max(dearest_leg, cost)
    dearest_plan = sum(vehicle.costs.fixed for vehicle in problem.vehicles)
    dearest_plan += problem.stability.price_per_moved * len(problem.stability.vehicle_of)
    for work in works:
        tasks = [work.task] if isinstance(work, Job) else [*work.pickups, *work.deliveries]
        dearest_plan += 2 * max(task.price for task in tasks)
        if any(task.soft_windows for task in tasks):
            by_the_second += 2 * max(
                sum(5 * soft.price_per_hour * max(0, last - soft.end) for soft in task.soft_windows)
                for task in tasks
            )
    dearest_plan += (legs * dearest_leg + by_the_second + 17_999) // 18_000
    unit = dearest_plan + 1
    step = unit * (len(works) + 1)
    return {
        work.id: unit + work.priority * step if work.penalty is None else work.penalty
        for work in works
    }


def _pins(problem: Problem, solution: Solution) -> _Found:
    routes: dict[str, Route] = {route.vehicle_id: route for route in solution.routes}
    vehicle_of = {
        visit.task_id: route.vehicle_id
        for route in solution.routes
        for visit in route.visits
        if visit.task_id is not None and visit.kind is not VisitKind.BREAK
    }
    for pin in problem.pins:
        pinned = set(pin.task_ids)
        for work in problem.works():
            sides = [[work.task]] if isinstance(work, Job) else [work.pickups, work.deliveries]
            if not any(task.id in pinned for side in sides for task in side):
                continue
            for side in sides:
                held = [task.id for task in side if task.id in pinned]
                for task in side:
                    vehicle_id = vehicle_of.get(task.id, pin.vehicle_id)
                    sibling = bool(held) and task.id not in held and task.id in vehicle_of
                    if vehicle_id != pin.vehicle_id or sibling:
                        yield "PIN", task.id, f"its work is pinned to {pin.vehicle_id}: {held}"
        route = routes.get(pin.vehicle_id)
        done = [] if route is None else list(route.task_ids)
        wanted = [task_id for task_id in pin.task_ids if task_id in done]
        if pin.order == "SEQUENCE" and [t for t in done if t in pinned] != wanted:
            yield "PIN", pin.vehicle_id, f"pinned sequence {wanted} is not kept"
        if pin.order == "STRICT" and done[: len(wanted)] != wanted:
            yield "PIN", pin.vehicle_id, f"the route must begin with {wanted}"


def _moved(problem: Problem, solution: Solution) -> _Found:
    """Works on another vehicle than before; at most so many may be."""
    most, before = problem.stability.most_moved, problem.stability.vehicle_of
    moved: set[str] = set()
    for route in solution.routes:
        for visit in route.visits:
            if visit.work_id is None:
                continue
            if before.get(visit.work_id, route.vehicle_id) != route.vehicle_id:
                moved.add(visit.work_id)
    if most is not None and len(moved) > most:
        yield "MOST_MOVED", "solution", f"{len(moved)} works moved, {most} may: {sorted(moved)}"
