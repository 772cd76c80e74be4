"""Which one limit keeps a work out of the present routes: lift each in turn, insert, and time it.

Only misses whose timed route breaks nothing but that limit are told, with the measured amount.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from routing.breaks import place_breaks_in
from routing.explain_alone import REASON_OF
from routing.lookup import Lookup
from routing.problem import Problem, Vehicle, Work
from routing.relax import shift_longer, windows_longer, with_all_works, with_vehicles, with_work
from routing.solution import Reason, ReasonCode, Violation
from routing.timing import time_route
from routing.trial_model import TrialModel
from routing.trials import Insertion, TrialRoute

STEPS_S = (300, 900, 1800, 3600, 7200, 14400)
"""Widenings tried, in seconds; the least that helps is then measured to the second."""


def near_misses(
    model: TrialModel, orders: Mapping[str, Sequence[str]], work: Work
) -> tuple[Reason, ...]:
    """Reasons that stand alone, smallest amount of time first, then counts and loads."""
    reasons: list[Reason] = []
    seen: set[ReasonCode] = set()
    for relaxations in _families(model.lookup.problem, work):
        missed = _nearest(model, orders, work, relaxations)
        reason = None if missed is None else _measured(model.lookup, missed, work)
        if reason is not None and reason.code not in seen:
            seen.add(reason.code)
            reasons.append(reason)
    return tuple(sorted(reasons, key=lambda reason: (reason.unit != "s", reason.amount)))


Relaxation = Callable[[], Problem]


def _families(problem: Problem, work: Work) -> Iterator[Sequence[Relaxation]]:
    """Each a list of problems from least to most relaxed."""

    def longer_windows(seconds: int) -> Relaxation:
        return lambda: with_work(problem, work.id, windows_longer(seconds))

    def longer_shifts(seconds: int) -> Relaxation:
        return lambda: with_vehicles(problem, shift_longer(seconds))

    def longer_for_all(seconds: int) -> Relaxation:
        return lambda: with_all_works(problem, windows_longer(seconds))

    yield [longer_windows(seconds) for seconds in STEPS_S]
    yield [longer_shifts(seconds) for seconds in STEPS_S]
    yield [longer_for_all(seconds) for seconds in STEPS_S[:3]]
    for lift, matters in _LIMITS:
        if any(matters(vehicle) for vehicle in problem.vehicles):
            yield [_lifted(problem, lift)]


def _lifted(problem: Problem, lift: Callable[[Vehicle], Vehicle]) -> Relaxation:
    return lambda: with_vehicles(problem, lift)


_LIMITS: tuple[tuple[Callable[[Vehicle], Vehicle], Callable[[Vehicle], bool]], ...] = (
    (lambda v: replace(v, capacity=()), lambda v: bool(v.capacity)),
    (lambda v: replace(v, max_stops=None), lambda v: v.max_stops is not None),
    (lambda v: replace(v, max_tasks=None), lambda v: v.max_tasks is not None),
    (lambda v: replace(v, max_distance_m=None), lambda v: v.max_distance_m is not None),
    (lambda v: replace(v, max_travel_s=None), lambda v: v.max_travel_s is not None),
)


def _nearest(
    model: TrialModel,
    orders: Mapping[str, Sequence[str]],
    work: Work,
    relaxations: Sequence[Relaxation],
) -> Insertion | None:
    """The cheapest insertion under the least relaxation that has one, by halving the steps."""
    best = _insertion(model, orders, work, relaxations[-1]())
    if best is None:
        return None
    low, high = 0, len(relaxations) - 1
    while low < high:
        middle = (low + high) // 2
        found = _insertion(model, orders, work, relaxations[middle]())
        if found is None:
            low = middle + 1
        else:
            best, high = found, middle
    return best


def _insertion(
    model: TrialModel, orders: Mapping[str, Sequence[str]], work: Work, relaxed: Problem
) -> Insertion | None:
    trial = TrialModel(relaxed, like=model)
    best: Insertion | None = None
    for vehicle in trial.vehicles:
        if not trial.may_serve(vehicle, work):
            continue
        route = TrialRoute(trial, vehicle)
        route.replace(tuple(trial.number_of[i] for i in orders.get(vehicle.vehicle.id, ())))
        for insertion in route.insertions(work):
            if best is None or insertion.cost < best.cost:
                best = insertion
    return best


def _measured(lookup: Lookup, missed: Insertion, work: Work) -> Reason | None:
    """The insertion timed under the real limits: its reason, if it breaks one limit only."""
    vehicle = lookup.vehicles[missed.route.vehicle.vehicle.id]
    task_ids = [missed.route.model.tasks[task].id for task in missed.sequence]
    route = time_route(lookup, vehicle, place_breaks_in(lookup, vehicle, task_ids))
    codes = {violation.code for violation in route.violations}
    if len(codes) != 1:
        return None
    worst: Violation = max(route.violations, key=lambda violation: violation.amount)
    own = {task.id for side in lookup.sides_of(work) for task in side}
    others = worst.subject and worst.subject not in own
    return Reason(
        code=REASON_OF[worst.code],
        vehicle_id=worst.vehicle_id,
        subject=worst.subject,
        amount=worst.amount,
        unit=worst.unit,
        detail="a task already planned would break it" if others else "",
    )
