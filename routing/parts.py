"""The parts of a problem as plain values: what must be done, by whom, and what it costs.

Integers only; times are seconds after `Problem.epoch`; ids are opaque strings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Load = tuple[int, ...]
"""One integer per `Problem.load_dimensions`; the empty tuple means all zeros."""

DEFAULT_PROFILE = "default"
MAX_PRIORITY = 100


class PinOrder(StrEnum):
    """How firmly pinned tasks keep their order; see `Pin`."""

    ANY = "ANY"
    SEQUENCE = "SEQUENCE"
    STRICT = "STRICT"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """Seconds after the epoch, both ends inclusive."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftWindow:
    """A start later than `end` (s) costs `price_per_hour` cost units per hour late, by the second.

    Early is never priced: a vehicle starts as early as it may. Several on one task add up, so that
    a price may grow steeper with the delay.
    """

    end: int
    price_per_hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A point of the matrix. `place` names what shares one setup (an office, a house); without it
    every matrix index is a place of its own. `area` is what couriers are familiar with."""

    matrix_index: int
    place: str = ""
    area: str = ""

    @property
    def place_key(self) -> str:
        """What decides whether two tasks are at one place."""
        return self.place or f"#{self.matrix_index}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One action at one place: setup (paid when the previous task was elsewhere), then service.

    A window bounds the START of the action; with `must_finish` the action must also end inside the
    same window. No windows means any time. `release_s` is the earliest start whatever the windows.
    `load_change` is signed and happens at the task. `price` (cost units) is added when this task
    is chosen among alternatives. `soft_windows` put a price on late starts inside the windows.
    """

    id: str
    location: Location
    setup_s: int = 0
    service_s: int = 0
    windows: tuple[TimeWindow, ...] = ()
    must_finish: bool = False
    load_change: Load = ()
    release_s: int = 0
    price: int = 0
    soft_windows: tuple[SoftWindow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work at one place. `start_load` is what the vehicle takes on board before its start for this
    job; None means exactly what the task takes off (its negative load changes)."""

    id: str
    task: Task
    skills: frozenset[str] = frozenset()
    priority: int = 0
    penalty: int | None = None
    start_load: Load | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Work at two places by one vehicle: exactly one of `pickups`, later exactly one of
    `deliveries`. Several of either are alternatives, told apart by task id and `price`.

    `max_ride_s` bounds the time from the end of the pickup to the start of the delivery in the
    schedule as written: every action starts as early as it may, no pickup waits for this limit.
    """

    id: str
    pickups: tuple[Task, ...]
    deliveries: tuple[Task, ...]
    skills: frozenset[str] = frozenset()
    priority: int = 0
    penalty: int | None = None
    max_ride_s: int | None = None


Work = Job | Shipment


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A pause that must START inside `window`. It takes no place: anywhere on a leg.

    With `after_start` the window counts from the moment at which the vehicle really leaves.
    """

    id: str
    window: TimeWindow
    duration_s: int
    after_start: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtime:
    """A route may end up to `most_s` after its shift, at `price_per_hour` (cost units), by the
    second."""

    most_s: int
    price_per_hour: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Cost units: once per used vehicle, per hour of riding, per kilometre ridden (VROOM's)."""

    fixed: int = 0
    per_hour: int = 3600
    per_km: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A courier's shift. `end=None` ends anywhere. An empty `capacity` is unbounded.

    `max_stops` counts halts (consecutive tasks at one place are one), `max_tasks` counts tasks.
    `unfamiliar_setup_s` is added to each paid setup in an area outside `familiar_areas`.
    `overtime` lets the route end after the shift.
    """

    id: str
    start: Location
    end: Location | None
    shift: TimeWindow
    capacity: Load = ()
    skills: frozenset[str] = frozenset()
    breaks: tuple[Break, ...] = ()
    familiar_areas: frozenset[str] = frozenset()
    unfamiliar_setup_s: int = 0
    max_stops: int | None = None
    max_tasks: int | None = None
    max_distance_m: int | None = None
    max_travel_s: int | None = None
    costs: Costs = Costs()
    profile: str = DEFAULT_PROFILE
    overtime: Overtime | None = None

    @property
    def latest_end_s(self) -> int:
        """When the route must be over: the end of the shift, or of the overtime."""
        return self.shift.end + (0 if self.overtime is None else self.overtime.most_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Tasks that belong to one vehicle: what has started, or what a person fixed.

    ANY: if done, then by this vehicle. SEQUENCE: and in this order, other tasks may come between.
    STRICT: and as the first tasks of the route, nothing before or between. A pinned alternative
    excludes its siblings. A pinned task that cannot be done is unassigned, with a reason.
    """

    vehicle_id: str
    task_ids: tuple[str, ...]
    order: PinOrder = PinOrder.ANY


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """What a plan before this one promised: `vehicle_of` maps work ids to vehicle ids.

    A work done by another vehicle has moved: each costs `price_per_moved` (cost units), and at
    most `most_moved` may (None = any number). A work left undone has not moved.
    """

    vehicle_of: Mapping[str, str] = field(default_factory=dict)
    price_per_moved: int = 0
    most_moved: int | None = None

    def moves(self, work_id: str, vehicle_id: str) -> bool:
        """Whether the work moves when this vehicle does it."""
        return self.vehicle_of.get(work_id, vehicle_id) != vehicle_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HourBand:
    """Seconds after the epoch, `end` not included. A profile's rides that begin in it take the
    durations of the matrix `profile@name`, if `Problem.matrices` has one."""

    name: str
    start: int
    end: int


def tasks_of(work: Work) -> tuple[Task, ...]:
    """Every task that the work names, alternatives included, pickups first."""
    return (work.task,) if isinstance(work, Job) else work.pickups + work.deliveries


def start_load_of(job: Job, dimensions: int) -> Load:
    """What the vehicle carries from its start for a job, one integer per dimension."""
    if job.start_load is not None:
        return job.start_load or (0,) * dimensions
    change = job.task.load_change or (0,) * dimensions
    return tuple(max(0, -amount) for amount in change)
