"""How much a new plan may change of what couriers and citizens were told, as limits or prices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from routing.objective import Penalties
from routing.parts import Job, Shipment, SoftWindow, Task, TimeWindow
from routing.problem import Problem
from routing.relax import with_all_works
from routing.solution import Route, VisitKind

MOST_MOVED = 5
"""Works that change courier unless the caller asks for more: what a dispatcher can still phone."""

TOLERANCE_S = 900
"""A promise is a quarter of an hour wide: who comes ten minutes later keeps it."""

PRICED_AFTER_S = 900
"""A touched promise pays its whole price when it is a quarter of an hour beyond the tolerance; the
search weighs lateness by the second, so that it has a slope to follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBudget:
    """`most_moved` works may change vehicle and `most_touched` promises be touched (None = any
    number); each costs its price (cost units) in the search. A promise is touched when its visit
    starts more than `tolerance_s` seconds before or after the moment told.

    What a vehicle that drops out was to do must move and is not counted. Planned work that is
    undone afterwards is a touched promise too; it is never given up for new work.
    """

    most_moved: int | None = MOST_MOVED
    most_touched: int | None = None
    price_per_moved: int = 0
    price_per_touched: int = 0
    tolerance_s: int = TOLERANCE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A work that another vehicle does than was told."""

    work_id: str
    before_vehicle_id: str
    after_vehicle_id: str


def moved_works(vehicle_of: Mapping[str, str], routes: Sequence[Route]) -> tuple[Move, ...]:
    """Works on another vehicle than told, in the order of the routes."""
    now = {
        visit.work_id: route.vehicle_id
        for route in routes
        for visit in route.visits
        if visit.work_id is not None and visit.kind is not VisitKind.BREAK
    }
    return tuple(
        Move(work_id=work_id, before_vehicle_id=vehicle_of[work_id], after_vehicle_id=vehicle_id)
        for work_id, vehicle_id in now.items()
        if vehicle_of.get(work_id, vehicle_id) != vehicle_id
    )


def with_price_on_lateness(
    problem: Problem, told: Mapping[str, int], budget: ChangeBudget
) -> Problem:
    """Coming later than told and tolerated costs; nothing if the budget has no price for it."""
    if budget.price_per_touched == 0:
        return problem
    per_hour = budget.price_per_touched * 3600 // PRICED_AFTER_S

    def priced(task: Task) -> Task:
        if task.id not in told:
            return task
        late = SoftWindow(end=told[task.id] + budget.tolerance_s, price_per_hour=per_hour)
        return replace(task, soft_windows=(*task.soft_windows, late))

    return with_all_works(problem, priced)


def planned_first(problem: Problem, planned: Collection[str]) -> Problem:
    """Each planned work is worth more than all new ones together."""
    penalties = Penalties(problem)
    more = 1 + sum(penalties.of(work) for work in problem.works() if work.id not in planned)

    def dearer[W: (Job, Shipment)](work: W) -> W:
        if work.id not in planned:
            return work
        return replace(work, penalty=penalties.of(work) + more)

    return replace(
        problem,
        jobs=tuple(dearer(job) for job in problem.jobs),
        shipments=tuple(dearer(shipment) for shipment in problem.shipments),
    )


def held_back(problem: Problem, not_before: Mapping[str, int]) -> Problem:
    """Some tasks begin no earlier than given, by their release."""

    def held(task: Task) -> Task:
        first = not_before.get(task.id)
        return task if first is None else replace(task, release_s=max(task.release_s, first))

    return with_all_works(problem, held) if not_before else problem


def windows_as_told(task: Task, told_s: int, tolerance_s: int) -> tuple[TimeWindow, ...]:
    """Windows in which a task comes no earlier than its promise allows; none where it was told for
    a moment that is no longer legal."""
    first, last = told_s - tolerance_s, told_s + tolerance_s
    given = task.windows or (TimeWindow(start=max(0, first), end=last),)
    return tuple(
        TimeWindow(start=max(window.start, first), end=window.end)
        for window in given
        if window.end >= first and window.start <= last
    )


def kept_as_told(problem: Problem, told: Mapping[str, int], tolerance_s: int) -> Problem:
    """Every promise must be kept."""

    def kept(task: Task) -> Task:
        if task.id not in told:
            return task
        last = told[task.id] + tolerance_s
        inside = windows_as_told(task, told[task.id], tolerance_s)
        if not inside:  # nothing can be kept
            return task
        if task.must_finish:  # its window also bounds the end: only its start is held back
            return replace(task, windows=inside)
        return replace(task, windows=tuple(replace(w, end=min(w.end, last)) for w in inside))

    return with_all_works(problem, kept)
