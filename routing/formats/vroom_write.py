"""A solution of a VROOM problem as VROOM's output JSON."""

from collections.abc import Sequence

from routing.formats.own import Json
from routing.formats.vroom_problem import VroomNumbers
from routing.formats.vroom_tables import NOWHERE, VroomNotes
from routing.lookup import Lookup
from routing.objective import SCALE, scaled_ride_cost
from routing.problem import Job, Location, Problem, Work, start_load_of
from routing.solution import Reason, Route, Solution, Violation, Visit, VisitKind

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

_SUMS = ("cost", "setup", "service", "duration", "waiting_time", "priority")


def solution_to_vroom(
    problem: Problem,
    solution: Solution,
    computing_ms: int | None = None,
    notes: VroomNotes | None = None,
) -> dict[str, Json]:
    """VROOM's output: `code`, `summary`, `unassigned`, `routes`. `reasons` is our addition.

    `notes` are those that the problem was read with; without them distances are the matrix's and
    costs are rounded as VROOM does where there are windows.
    """
    return _Writer(problem, notes).solution(solution, computing_ms)


def vroom_cost(problem: Problem, route: Route, notes: VroomNotes | None = None) -> int:
    """What VROOM says that a route costs: riding to the nearest unit, cut off without windows."""
    (vehicle,) = (v for v in problem.vehicles if v.id == route.vehicle_id)
    costs = vehicle.costs
    exact = scaled_ride_cost(costs, route.ride_s, route.distance_m)
    up = 2 * (exact % SCALE) >= SCALE
    return route.cost + (1 if up and (notes is None or notes.rounds) else 0)


class _Writer:
    """What of a problem its solution is written with."""

    def __init__(self, problem: Problem, notes: VroomNotes | None) -> None:
        self.problem = problem
        self.lookup = Lookup(problem)
        self.numbers = VroomNumbers(problem)
        self.notes = notes
        self.size = len(problem.load_dimensions)
        self.with_distances = notes is None or bool(notes.distances)

    def solution(self, solution: Solution, computing_ms: int | None) -> dict[str, Json]:
        routes = [self._route(route) for route in solution.routes]
        sums = (*_SUMS, "distance") if self.with_distances else _SUMS
        summary: dict[str, Json] = {name: sum(route[name] for route in routes) for name in sums}
        unassigned = [
            entry
            for left in solution.unassigned
            for entry in self._unassigned(self.lookup.works[left.id], left.reasons)
        ]
        summary |= {"routes": len(routes), "unassigned": len(unassigned)}
        summary["violations"] = [cause for route in routes for cause in route["violations"]]
        for name in ("delivery", "pickup") if self.size else ():
            columns = [route[name] for route in routes]
            summary[name] = [sum(load[i] for load in columns) for i in range(self.size)]
        if computing_ms is not None:
            summary["computing_times"] = {"solving": computing_ms}
        return {"code": 0, "summary": summary, "unassigned": unassigned, "routes": routes}

    def _route(self, route: Route) -> dict[str, Json]:
        works = {visit.work_id for visit in route.visits if visit.work_id is not None}
        given, taken = self._carried([self.lookup.works[work_id] for work_id in sorted(works)])
        metres = self._metres(route)
        written: dict[str, Json] = {
            "vehicle": self.numbers.vehicles[route.vehicle_id],
            "cost": vroom_cost(self.problem, route, self.notes),
            **({"delivery": given, "pickup": taken} if self.size else {}),
            "setup": sum(visit.setup_s for visit in route.visits),
            "service": sum(visit.service_s for visit in route.visits),
            "duration": route.ride_s,
            "waiting_time": sum(visit.wait_s for visit in route.visits),
            "priority": sum(self.lookup.works[work_id].priority for work_id in works),
            "steps": self._steps(route, metres),
            "violations": _violations(route.violations),
        }
        if self.with_distances:
            written["distance"] = metres[-1]
        self._describe(written, f"vehicle:{route.vehicle_id}")
        return written

    def _metres(self, route: Route) -> list[int]:
        """Metres ridden up to each visit, by the file's own distances if it has them. A break gets
        its leg's metres in proportion to the time ridden before it, as in VROOM."""
        table = None if self.notes is None else self.notes.distances.get(route.vehicle_id)
        metres: list[int] = []
        ridden, at = 0, -1
        breaks: list[int] = []  # seconds ridden before each break of the leg under way
        for visit in route.visits:
            if visit.kind is VisitKind.BREAK:
                breaks.append(visit.ride_s)
                continue
            leg_m = visit.distance_m
            here = -1 if visit.location is None else visit.location.matrix_index
            if table is not None:
                known = 0 <= at < len(table) and here >= 0
                leg_m = int(table[at, here]) if known else 0
            leg_s = sum(breaks) + visit.ride_s
            so_far = ridden
            for seconds in breaks:
                so_far += (2 * seconds * leg_m + leg_s) // (2 * leg_s) if leg_s else 0
                metres.append(so_far)
            ridden, at, breaks = ridden + leg_m, here, []
            metres.append(ridden)
        return metres

    def _carried(self, works: list[Work]) -> tuple[list[int], list[int]]:
        """Amounts given out and taken in: a shipment counts in both."""
        given, taken = [0] * self.size, [0] * self.size
        for work in works:
            if isinstance(work, Job):
                start = start_load_of(work, self.size)
                change = work.task.load_change or self.lookup.zero_load
            else:
                start = work.pickups[0].load_change or self.lookup.zero_load
                change = self.lookup.zero_load
            for number in range(self.size):
                given[number] += start[number]
                taken[number] += start[number] + change[number]
        return given, taken

    def _steps(self, route: Route, metres: list[int]) -> list[Json]:
        steps: list[Json] = []
        ridden = 0
        for visit, metre in zip(route.visits, metres, strict=True):
            ridden += visit.ride_s
            step: dict[str, Json] = {"type": visit.kind.value.lower()}
            if visit.task_id is not None:
                pauses = self.numbers.breaks[route.vehicle_id]
                numbers = pauses if visit.kind is VisitKind.BREAK else self.numbers.tasks
                step["id"] = numbers[visit.task_id]
            if visit.kind is not VisitKind.BREAK:
                self._locate(step, visit, route)
            step |= {
                "setup": visit.setup_s,
                "service": visit.service_s,
                "waiting_time": visit.wait_s,
                "arrival": visit.arrival_s,
                "duration": ridden,
                **({"load": list(visit.load)} if self.size else {}),
                "violations": _violations(visit.violations),
            }
            if self.with_distances:
                step["distance"] = metre
            described = visit.task_id or ""
            if visit.kind is VisitKind.BREAK:
                described = f"{described} of {route.vehicle_id}"
            self._describe(step, described)
            steps.append(step)
        return steps

    def _locate(self, step: dict[str, Json], visit: Visit, route: Route) -> None:
        """Where a step is. Without a start or end it is where the first or last task is."""
        tasks = [v for v in route.visits[1:-1] if v.location is not None]
        location, known_as = (
            visit.location,
            visit.task_id or f"{step['type']} of {route.vehicle_id}",
        )
        if visit.kind is VisitKind.START and self._is_nowhere(location):
            location, known_as = tasks[0].location, tasks[0].task_id or ""
        if visit.kind is VisitKind.END and location is None:
            location, known_as = tasks[-1].location, tasks[-1].task_id or ""
        if location is not None:
            step["location_index"] = location.matrix_index
        if self.notes is not None and known_as in self.notes.coordinates:
            step["location"] = list(self.notes.coordinates[known_as])

    @staticmethod
    def _is_nowhere(location: Location | None) -> bool:
        return location is not None and location.place == NOWHERE

    def _describe(self, written: dict[str, Json], known_as: str) -> None:
        if self.notes is not None and known_as in self.notes.descriptions:
            written["description"] = self.notes.descriptions[known_as]

    def _unassigned(self, work: Work, reasons: tuple[Reason, ...]) -> list[dict[str, Json]]:
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
        entries: list[dict[str, Json]] = []
        for kind, task in tasks:
            entry: dict[str, Json] = {
                "id": self.numbers.tasks[task.id],
                "type": kind,
                "location_index": task.location.matrix_index,
                "reasons": told,
            }
            if self.notes is not None and task.id in self.notes.coordinates:
                entry["location"] = list(self.notes.coordinates[task.id])
            self._describe(entry, task.id)
            entries.append(entry)
        return entries


def _violations(found: Sequence[Violation]) -> list[dict[str, Json]]:
    told: list[dict[str, Json]] = []
    for violation in found:
        cause = _VIOLATIONS.get(violation.code.value)
        if cause is not None:
            amount = {"duration": violation.amount} if cause == "delay" else {}
            told.append({"cause": cause, **amount})
    return told
