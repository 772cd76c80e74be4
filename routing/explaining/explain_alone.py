"""Why a work is impossible even for an otherwise idle vehicle: its best lone route, timed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

from routing.clock.breaks import place_breaks_in
from routing.clock.timing import time_route
from routing.lookup import Lookup
from routing.problem import Problem, Vehicle, Work
from routing.relax import released_at_once, with_work
from routing.solution import Reason, ReasonCode, Route, Violation, ViolationCode
from routing.trying.trial_model import TrialModel

REASON_OF = {
    ViolationCode.TIME_WINDOW: ReasonCode.TIME_WINDOW,
    ViolationCode.SHIFT: ReasonCode.SHIFT,
    ViolationCode.BREAK: ReasonCode.BREAK,
    ViolationCode.CAPACITY: ReasonCode.CAPACITY,
    ViolationCode.SKILL: ReasonCode.NO_SKILL,
    ViolationCode.MAX_STOPS: ReasonCode.MAX_STOPS,
    ViolationCode.MAX_TASKS: ReasonCode.MAX_TASKS,
    ViolationCode.MAX_DISTANCE: ReasonCode.MAX_DISTANCE,
    ViolationCode.MAX_TRAVEL: ReasonCode.MAX_TRAVEL,
    ViolationCode.UNREACHABLE: ReasonCode.UNREACHABLE,
    ViolationCode.PIN: ReasonCode.PINNED,
    ViolationCode.MAX_RIDE: ReasonCode.MAX_RIDE,
}
"""Violations that can be met by trying a whole work in a legal route."""


def alone_reasons(model: TrialModel, work: Work, vehicles: Sequence[Vehicle]) -> tuple[Reason, ...]:
    """Reasons read off the least bad lone route over all vehicles and alternatives."""
    lookup = model.lookup
    best = min(_lone_routes(lookup, work, vehicles), key=_badness)
    reasons = tuple(reason_of(violation) for violation in best.violations)
    if _released_too_late(lookup.problem, work, best):
        return tuple(
            replace(
                reason,
                code=ReasonCode.RELEASED_TOO_LATE,
                detail="would fit if it were ready from the start of the day",
            )
            for reason in reasons[:1]
        )
    return reasons


def reason_of(violation: Violation) -> Reason:
    """A violation of a tried route as a reason."""
    return Reason(
        code=REASON_OF[violation.code],
        vehicle_id=violation.vehicle_id,
        subject=violation.subject,
        amount=violation.amount,
        unit=violation.unit,
    )


def _lone_routes(lookup: Lookup, work: Work, vehicles: Sequence[Vehicle]) -> Iterator[Route]:
    for vehicle in vehicles:
        for choice in product(*lookup.sides_of(work)):
            task_ids = [task.id for task in choice]
            yield time_route(lookup, vehicle, place_breaks_in(lookup, vehicle, task_ids))


def _badness(route: Route) -> tuple[bool, int, int]:
    unreachable = any(v.code is ViolationCode.UNREACHABLE for v in route.violations)
    late = sum(violation.amount for violation in route.violations)
    return unreachable, len(route.violations), late


def _released_too_late(problem: Problem, work: Work, best: Route) -> bool:
    """Whether the same vehicle could do the same tasks if they were ready from the start."""
    released = with_work(problem, work.id, released_at_once)
    if released == problem:
        return False
    lookup = Lookup(released)
    vehicle = lookup.vehicles[best.vehicle_id]
    again = time_route(lookup, vehicle, place_breaks_in(lookup, vehicle, best.task_ids))
    return not again.violations
