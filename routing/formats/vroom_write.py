"""A solution of a VROOM problem as VROOM's output JSON."""

from routing.formats.own import Json
from routing.formats.vroom_problem import vroom_number
from routing.lookup import Lookup
from routing.problem import Job, Problem, Work, start_load_of
from routing.solution import Reason, Route, Solution, Visit

_VIOLATIONS = {
    "TIME_WINDOW": "delay",
    "SHIFT": "delay",
    "BREAK": "delay",
    "CAPACITY": "load",
    "SKILL": "skills",
    "MAX_TASKS": "max_tasks",
    "MAX_TRAVEL": "max_travel_time",
    "MAX_DISTANCE": "max_distance",
    "PRECEDENCE": "precedence",
    "MISSING_BREAK": "missing_break",
}
"""Our codes as VROOM's `cause`."""


def solution_to_vroom(
    problem: Problem, solution: Solution, computing_ms: int | None = None
) -> dict[str, Json]:
    """VROOM's output: `code`, `summary`, `unassigned`, `routes`. `reasons` is our addition."""
    lookup = Lookup(problem)
    routes = [_route(lookup, route) for route in solution.routes]
    summary: dict[str, Json] = {
        name: sum(route[name] for route in routes)
        for name in (
            "cost",
            "setup",
            "service",
            "duration",
            "waiting_time",
            "priority",
            "distance",
        )
    }
    unassigned = [
        entry
        for left in solution.unassigned
        for entry in _unassigned(lookup.works[left.id], left.reasons)
    ]
    summary |= {"routes": len(routes), "unassigned": len(unassigned)}
    summary["violations"] = [cause for route in routes for cause in route["violations"]]
    for name in ("delivery", "pickup"):
        summary[name] = _summed([route[name] for route in routes], len(problem.load_dimensions))
    if computing_ms is not None:
        summary["computing_times"] = {"solving": computing_ms}
    return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}


def _summed(loads: list[list[int]], size: int) -> list[int]:
    return [sum(load[number] for load in loads) for number in range(size)]


def _route(lookup: Lookup, route: Route) -> dict[str, Json]:
    works = {visit.work_id for visit in route.visits if visit.work_id is not None}
    steps, ridden, metres = [], 0, 0
    for visit in route.visits:
        ridden, metres = ridden + visit.ride_s, metres + visit.distance_m
        steps.append(_step(visit, ridden, metres))
    size = len(lookup.zero_load)
    given, taken = _carried(lookup, [lookup.works[work_id] for work_id in sorted(works)], size)
    return {
        "vehicle": vroom_number(route.vehicle_id),
        "cost": route.cost,
        "delivery": given,
        "pickup": taken,
        "setup": sum(visit.setup_s for visit in route.visits),
        "service": sum(visit.service_s for visit in route.visits),
        "duration": route.ride_s,
        "waiting_time": sum(visit.wait_s for visit in route.visits),
        "distance": route.distance_m,
        "priority": sum(lookup.works[work_id].priority for work_id in works),
        "steps": steps,
        "violations": [
            _violation(v.code.value, v.amount)
            for v in route.violations
            if v.code.value in _VIOLATIONS
        ],
    }


def _carried(lookup: Lookup, works: list[Work], size: int) -> tuple[list[int], list[int]]:
    """Amounts given out and taken in: a shipment counts in both."""
    given, taken = [0] * size, [0] * size
    for work in works:
        if isinstance(work, Job):
            start = start_load_of(work, size)
            change = work.task.load_change or lookup.zero_load
        else:
            start = work.pickups[0].load_change or lookup.zero_load
            change = lookup.zero_load
        for number in range(size):
            given[number] += start[number]
            taken[number] += start[number] + change[number]
    return given, taken


def _step(visit: Visit, ridden: int, metres: int) -> dict[str, Json]:
    step: dict[str, Json] = {"type": visit.kind.value.lower()}
    if visit.task_id is not None:
        step["id"] = vroom_number(visit.task_id)
    if visit.location is not None:
        step["location_index"] = visit.location.matrix_index
    step |= {
        "setup": visit.setup_s,
        "service": visit.service_s,
        "waiting_time": visit.wait_s,
        "arrival": visit.arrival_s,
        "duration": ridden,
        "distance": metres,
        "load": list(visit.load),
        "violations": [
            _violation(v.code.value, v.amount)
            for v in visit.violations
            if v.code.value in _VIOLATIONS
        ],
    }
    return step


def _violation(code: str, amount: int) -> dict[str, Json]:
    cause = _VIOLATIONS[code]
    return {"cause": cause, "duration": amount} if cause == "delay" else {"cause": cause}


def _unassigned(work: Work, reasons: tuple[Reason, ...]) -> list[dict[str, Json]]:
    told = [
        {
            "code": reason.code.value,
            "vehicle": reason.vehicle_id,
            "subject": reason.subject,
            "amount": reason.amount,
            "unit": reason.unit,
        }
        for reason in reasons
    ]
    tasks = (
        [("job", work.task)]
        if isinstance(work, Job)
        else [("pickup", work.pickups[0]), ("delivery", work.deliveries[0])]
    )
    return [
        {
            "id": vroom_number(task.id),
            "type": kind,
            "location_index": task.location.matrix_index,
            "reasons": told,
        }
        for kind, task in tasks
    ]
