"""What a search hands over: timed routes, what was left out and why, and how it was found."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from routing.problem import Load, Location, Task


class VisitKind(StrEnum):
    START = "START"
    JOB = "JOB"
    PICKUP = "PICKUP"
    DELIVERY = "DELIVERY"
    BREAK = "BREAK"
    END = "END"


class ViolationCode(StrEnum):
    """What a timed route breaks. The amount of a Violation tells by how much."""

    TIME_WINDOW = "TIME_WINDOW"  # seconds after the last legal start
    SHIFT = "SHIFT"  # seconds after the end of the shift
    BREAK = "BREAK"  # seconds after the break's latest start
    MISSING_BREAK = "MISSING_BREAK"
    CAPACITY = "CAPACITY"  # units of the dimension too much on board
    SKILL = "SKILL"
    MAX_STOPS = "MAX_STOPS"
    MAX_TASKS = "MAX_TASKS"
    MAX_DISTANCE = "MAX_DISTANCE"  # metres
    MAX_TRAVEL = "MAX_TRAVEL"  # seconds of riding
    PRECEDENCE = "PRECEDENCE"  # a delivery without its pickup before it, or half a shipment
    ALTERNATIVE = "ALTERNATIVE"  # two alternatives of one work are done
    UNREACHABLE = "UNREACHABLE"
    PIN = "PIN"
    MAX_RIDE = "MAX_RIDE"  # seconds on board too long
    MOST_MOVED = "MOST_MOVED"  # works on another vehicle than before, above the limit
    DUPLICATE = "DUPLICATE"  # a task or break more than once


class ReasonCode(StrEnum):
    """Why a work is not in the plan; each is found by trying, see docs/routing.md."""

    UNREACHABLE = "UNREACHABLE"
    NO_SKILL = "NO_SKILL"
    CAPACITY = "CAPACITY"
    TIME_WINDOW = "TIME_WINDOW"
    RELEASED_TOO_LATE = "RELEASED_TOO_LATE"
    SHIFT = "SHIFT"
    BREAK = "BREAK"
    MAX_STOPS = "MAX_STOPS"
    MAX_TASKS = "MAX_TASKS"
    MAX_DISTANCE = "MAX_DISTANCE"
    MAX_TRAVEL = "MAX_TRAVEL"
    MAX_RIDE = "MAX_RIDE"
    MOST_MOVED = "MOST_MOVED"
    PINNED = "PINNED"
    NO_VEHICLE = "NO_VEHICLE"
    NOT_WORTH_PENALTY = "NOT_WORTH_PENALTY"
    SEARCH_STOPPED = "SEARCH_STOPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """`subject` is the task or break id ("" for the whole route); `amount` in `unit`."""

    code: ViolationCode
    vehicle_id: str
    subject: str = ""
    amount: int = 0
    unit: str = ""

    def __str__(self) -> str:
        by = f" by {self.amount} {self.unit}" if self.amount else ""
        return f"{self.code} on {self.vehicle_id} at {self.subject or 'route'}{by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One step of a route, seconds after the epoch.

    arrival_s → wait_s → start_s → setup_s + service_s → end_s. `ride_s` and `distance_m` are of the
    way that led here since the previous step; a break has no location, `ride_s` is what was ridden
    before it, and the whole leg's metres count at the next place. `load` is after the step.
    `task_id` is the break's id for BREAK and None for START and END. `late_s` is how long after
    the first of its soft windows a task starts; at END, how much overtime was made.
    """

    kind: VisitKind
    task_id: str | None = None
    work_id: str | None = None
    location: Location | None = None
    arrival_s: int
    wait_s: int = 0
    start_s: int
    setup_s: int = 0
    service_s: int = 0
    end_s: int
    ride_s: int = 0
    distance_m: int = 0
    load: Load = ()
    late_s: int = 0
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A used vehicle's timed steps, START to END. `cost` holds fixed, riding and all prices;
    `violations` holds those of its visits and those of the whole route."""

    vehicle_id: str
    visits: tuple[Visit, ...]
    ride_s: int
    distance_m: int
    cost: int
    violations: tuple[Violation, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """Task and break ids in order: what `schedule` needs to time this route again."""
        return tuple(visit.task_id for visit in self.visits if visit.task_id is not None)

    @property
    def task_ids(self) -> tuple[str, ...]:
        """Task ids in order, without breaks."""
        return tuple(
            visit.task_id
            for visit in self.visits
            if visit.task_id is not None and visit.kind is not VisitKind.BREAK
        )

    @property
    def start_s(self) -> int:
        """When the vehicle leaves its start."""
        return self.visits[0].end_s

    @property
    def end_s(self) -> int:
        """When the route is over."""
        return self.visits[-1].end_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One true obstacle: doing the work at its best place would break `code` by `amount` `unit`
    at `subject` (a task, break or dimension) on `vehicle_id` ("" = on every vehicle)."""

    code: ReasonCode
    vehicle_id: str = ""
    subject: str = ""
    amount: int = 0
    unit: str = ""
    detail: str = ""


class RepairKind(StrEnum):
    """What would have to give way for a work to be done; `routing.apply_repair` does it."""

    ROOM = "ROOM"  # nothing: there is room, at this price
    LATER = "LATER"  # the windows at `subject` end `amount` min later
    EARLIER = "EARLIER"  # the windows at `subject` begin `amount` min earlier
    OVERTIME = "OVERTIME"  # the vehicle's shift ends `amount` min later
    SKILL = "SKILL"  # the vehicle lacks `subject`: skills, comma-separated
    UNPINNED = "UNPINNED"  # the work was fixed to another vehicle, `subject`
    OTHER_PLACE = "OTHER_PLACE"  # it is delivered at `task` instead
    ONE_MORE = "ONE_MORE"  # one more vehicle, like `subject`
    OTHER_DAY = "OTHER_DAY"  # the vehicle does it on the other day that was asked about


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """A tested way to get a work done: `vehicle_id` does `task_ids` (its whole order, no breaks).

    `price` is what the routes then cost more (cost units), the penalty saved not counted.
    `amount` in `unit` is the least that `subject` must give way, in whole minutes.
    """

    kind: RepairKind
    work_id: str
    vehicle_id: str
    price: int
    task_ids: tuple[str, ...]
    subject: str = ""
    amount: int = 0
    unit: str = ""
    task: Task | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A job or shipment that is not done. `penalty` is what leaving it costs (cost units);
    `repairs` are ways to get it done, cheapest first."""

    id: str
    penalty: int
    reasons: tuple[Reason, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Routes of used vehicles in the problem's vehicle order, unassigned in the work order.
    `cost` is the routes' cost plus the penalties."""

    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    cost: int

    @property
    def orders(self) -> dict[str, tuple[str, ...]]:
        """Vehicle id → order; feeds `schedule`."""
        return {route.vehicle_id: route.order for route in self.routes}

    @property
    def violations(self) -> tuple[Violation, ...]:
        return tuple(violation for route in self.routes for violation in route.violations)

    @property
    def ride_s(self) -> int:
        return sum(route.ride_s for route in self.routes)

    @property
    def distance_m(self) -> int:
        return sum(route.distance_m for route in self.routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What a caller sees while a search runs. `stage` ∈ VALIDATE COMPILE REDUCE SEARCH REPAIR CHECK
    EXPLAIN; costs as in Solution, None before the first complete plan.

    `best_so_far` may be called at any moment, also later and from another thread: it times and
    checks the best plan met until then (reasons are not sought), None before the first one.
    """

    stage: str
    best_cost: int | None
    seconds_left: float
    unassigned: int | None
    best_so_far: Callable[[], Solution | None] = field(
        default=lambda: None, repr=False, compare=False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TracePoint:
    """A new best plan during the search."""

    seconds: float
    cost: int
    unassigned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A solution and how it was found. `engine` is what searched, `engine_note` why it was not the
    one that was asked for. `bound` is a proven lower bound on the cost, if any; `stopped` tells
    that the caller ended the search before its limit. `runtime_s` is without compiling."""

    solution: Solution
    engine: str
    engine_note: str = ""
    seed: int
    runtime_s: float
    iterations: int
    stopped: bool = False
    bound: int | None = None
    trace: tuple[TracePoint, ...] = field(default=())
