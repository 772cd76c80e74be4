"""Which one limit keeps a work out of the present routes: lift each in turn, insert, and time it.

Only misses whose timed route breaks nothing but that limit are told, with the measured amount.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from routing.clock.breaks import place_breaks_in
from routing.clock.timing import time_route
from routing.explaining.explain_alone import reason_of
from routing.problem import Problem, Vehicle, Work
from routing.relax import shift_longer, windows_longer, with_all_works, with_vehicles
from routing.solution import Reason, Violation, ViolationCode
from routing.trying.trial_model import INFINITE, TrialModel
from routing.trying.trial_places import Insertion, cheapest
from routing.trying.trials import TrialRoute

STEPS_S = (300, 900, 1800, 3600, 7200, 14400)
"""Widenings tried, in seconds; the place that the least of them opens is measured exactly."""

Lift = Callable[[Vehicle], Vehicle]

_LIMITS: Mapping[str, Lift] = {
    "capacity": lambda v: replace(v, capacity=()),
    "max_stops": lambda v: replace(v, max_stops=None),
    "max_tasks": lambda v: replace(v, max_tasks=None),
    "max_distance_m": lambda v: replace(v, max_distance_m=None),
    "max_travel_s": lambda v: replace(v, max_travel_s=None),
}


_OF_OTHERS: Mapping[ViolationCode, str] = {
    ViolationCode.TIME_WINDOW: "a task already planned would miss its window",
    ViolationCode.CAPACITY: "too much would be on board at a task already planned",
    ViolationCode.MAX_RIDE: "a work already planned would be on board too long",
}
"""What is said where the limit is broken at a task of another work."""


class NearMisses:
    """The present plan under every relaxation, each built when first needed."""

    def __init__(
        self,
        model: TrialModel,
        orders: Mapping[str, Sequence[str]],
        is_over: Callable[[], bool],
    ) -> None:
        """After `is_over` no more places are tried: what was found until then is told."""
        self._is_over = is_over
        self._model = model
        self._problem = model.lookup.problem
        self._orders = orders
        self._relaxed: dict[tuple[str, int], list[TrialRoute]] = {}

    def of(self, work: Work) -> tuple[Reason, ...]:
        """Reasons that stand alone, the smallest first; none if two limits must give way."""
        own = self._measured(self._least(work, self._with_longer_own_windows), work)
        shift = self._measured(self._least(work, self._with_longer_shifts), work)
        found = [reason for reason in (own, shift) if reason is not None]
        if found:
            return tuple(sorted(found, key=lambda reason: reason.amount))
        for field, lift in _LIMITS.items():
            if any(getattr(vehicle, field) not in {None, ()} for vehicle in self._problem.vehicles):
                routes = self._routes(field, 0, partial(self._lifted, lift))
                reason = self._measured(self._insertion(routes, work), work)
                if reason is not None:
                    return (reason,)
        reason = self._measured(self._least(work, self._with_longer_windows_for_all), work)
        return () if reason is None else (reason,)

    def _lifted(self, lift: Lift) -> Problem:
        return with_vehicles(self._problem, lift)

    def _with_longer_own_windows(self, seconds: int, work: Work) -> list[TrialRoute]:
        """The work is in no route: only its own legal starts differ."""
        routes = self._routes("own windows", 0, lambda: self._problem)
        longer = windows_longer(seconds)
        for side in self._model.lookup.sides_of(work):
            for task in side:
                routes[0].model.change_windows(longer(task))
        return routes

    def _with_longer_shifts(self, seconds: int, _: Work) -> list[TrialRoute]:
        return self._routes("shift", seconds, lambda: self._lifted(shift_longer(seconds)))

    def _with_longer_windows_for_all(self, seconds: int, _: Work) -> list[TrialRoute]:
        longer = windows_longer(seconds)
        return self._routes("windows", seconds, lambda: with_all_works(self._problem, longer))

    def _routes(self, name: str, amount: int, relax: Callable[[], Problem]) -> list[TrialRoute]:
        key = name, amount
        if key not in self._relaxed:
            self._relaxed[key] = self._build(relax())
        return self._relaxed[key]

    def _build(self, problem: Problem) -> list[TrialRoute]:
        model = TrialModel(problem, like=self._model)
        routes = [TrialRoute(model, vehicle) for vehicle in model.vehicles]
        for route in routes:
            order = self._orders.get(route.vehicle.vehicle.id, ())
            route.replace(tuple(model.number_of[task_id] for task_id in order))
        return routes

    def _least(
        self, work: Work, relaxed: Callable[[int, Work], list[TrialRoute]]
    ) -> Insertion | None:
        """The cheapest insertion under the least widening that has one, by halving the steps."""
        best = self._insertion(relaxed(STEPS_S[-1], work), work)
        if best is None:
            return None
        low, high = 0, len(STEPS_S) - 1
        while low < high:
            middle = (low + high) // 2
            found = self._insertion(relaxed(STEPS_S[middle], work), work)
            if found is None:
                low = middle + 1
            else:
                best, high = found, middle
        return best

    def _insertion(self, routes: list[TrialRoute], work: Work) -> Insertion | None:
        best: Insertion | None = None
        for route in routes:
            if self._is_over():
                break
            best = cheapest(route, work, INFINITE if best is None else best.cost) or best
        return best

    def _measured(self, missed: Insertion | None, work: Work) -> Reason | None:
        """The insertion timed under the real limits: its reason, if it breaks one limit only."""
        if missed is None:
            return None
        lookup = self._model.lookup
        vehicle = lookup.vehicles[missed.route.vehicle.vehicle.id]
        task_ids = [missed.route.model.tasks[task].id for task in missed.sequence]
        route = time_route(lookup, vehicle, place_breaks_in(lookup, vehicle, task_ids))
        if len({violation.code for violation in route.violations}) != 1:
            return None
        worst: Violation = max(route.violations, key=lambda violation: violation.amount)
        own = {task.id for side in lookup.sides_of(work) for task in side}
        others = worst.subject in lookup.entries and worst.subject not in own
        return replace(reason_of(worst), detail=_OF_OTHERS.get(worst.code, "") if others else "")
