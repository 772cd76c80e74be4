"""What differs between two solutions of one problem: sums, works that moved, times that changed."""

from dataclasses import dataclass

from routing.problem import Problem
from routing.solution import Route, Solution, Visit, VisitKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Figures of a plan or of one vehicle's route. Seconds, metres, cost units; `starts_s` and
    `ends_s` are None for a whole plan and for a vehicle that stays at home."""

    cost: int = 0
    vehicles: int = 0
    unassigned: int = 0
    visits: int = 0
    ride_s: int = 0
    wait_s: int = 0
    distance_m: int = 0
    starts_s: int | None = None
    ends_s: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedWork:
    """A work that another vehicle does; "" stands for nobody."""

    work_id: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedTime:
    """A task that starts earlier or later, in seconds after the epoch."""

    task_id: str
    work_id: str
    before_s: int
    after_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """`couriers` holds (vehicle id, before, after) for each vehicle that either solution uses."""

    before: Sums
    after: Sums
    moved: tuple[MovedWork, ...]
    times: tuple[ChangedTime, ...]
    couriers: tuple[tuple[str, Sums, Sums], ...]


def compare(problem: Problem, before: Solution, after: Solution) -> Comparison:
    """Works in the problem's order, tasks in the order of `after`, vehicles in the problem's."""
    owners = [_owners(solution) for solution in (before, after)]
    moved = tuple(
        MovedWork(work_id=work.id, before=owner, after=new_owner)
        for work in problem.works()
        if (owner := owners[0].get(work.id, "")) != (new_owner := owners[1].get(work.id, ""))
    )
    was = {visit.task_id: visit for visit in _visits(before)}
    times = tuple(
        ChangedTime(
            task_id=visit.task_id or "",
            work_id=visit.work_id or "",
            before_s=was[visit.task_id].start_s,
            after_s=visit.start_s,
        )
        for visit in _visits(after)
        if visit.task_id in was and was[visit.task_id].start_s != visit.start_s
    )
    routes = [{route.vehicle_id: route for route in plan.routes} for plan in (before, after)]
    couriers = tuple(
        (vehicle.id, _of_route(routes[0].get(vehicle.id)), _of_route(routes[1].get(vehicle.id)))
        for vehicle in problem.vehicles
        if vehicle.id in routes[0] or vehicle.id in routes[1]
    )
    return Comparison(
        before=_of_plan(before), after=_of_plan(after), moved=moved, times=times, couriers=couriers
    )


def _visits(solution: Solution) -> list[Visit]:
    return [visit for route in solution.routes for visit in route.visits if visit.work_id]


def _owners(solution: Solution) -> dict[str, str]:
    return {
        visit.work_id: route.vehicle_id
        for route in solution.routes
        for visit in route.visits
        if visit.work_id is not None
    }


def _of_plan(solution: Solution) -> Sums:
    routes = [_of_route(route) for route in solution.routes]
    return Sums(
        cost=solution.cost,
        vehicles=len(routes),
        unassigned=len(solution.unassigned),
        visits=sum(route.visits for route in routes),
        ride_s=solution.ride_s,
        wait_s=sum(route.wait_s for route in routes),
        distance_m=solution.distance_m,
    )


def _of_route(route: Route | None) -> Sums:
    if route is None:
        return Sums()
    return Sums(
        cost=route.cost,
        vehicles=1,
        visits=sum(v.work_id is not None and v.kind is not VisitKind.BREAK for v in route.visits),
        ride_s=route.ride_s,
        wait_s=sum(visit.wait_s for visit in route.visits),
        distance_m=route.distance_m,
        starts_s=route.start_s,
        ends_s=route.end_s,
    )
