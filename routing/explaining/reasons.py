"""Why a work is not in the plan, found by trying it everywhere and timing what comes closest."""

import time
from collections.abc import Callable
from dataclasses import replace

from routing.explaining.explain_alone import alone_reasons
from routing.explaining.near_misses import NearMisses
from routing.objective import SCALE
from routing.problem import Problem, Work
from routing.solution import Reason, ReasonCode, Solution, Unassigned
from routing.trying.repair import first_of_each_kind
from routing.trying.trial_model import TrialModel, VehicleModel
from routing.trying.trial_places import Insertion, insertions
from routing.trying.trials import TrialRoute

TRIED_WHOLLY = 12
"""So many works get every near miss measured (about 0.1 s each on a 300-visit day); beyond them a
day has one big reason, too few vehicles, and each work is still tried in every route."""

STOPPED_PATIENCE_S = 0.1
"""Who stops a search wants the answer now: works beyond this get the plain reason."""


def find_reasons(
    problem: Problem,
    solution: Solution,
    *,
    stopped: bool = False,
    model: TrialModel | None = None,
    should_stop: Callable[[], bool] | None = None,
    every_place: bool = True,
) -> tuple[Unassigned, ...]:
    """The solution's unassigned works with their reasons, nearest first, at least one each.

    Every reason stands alone: without that one obstacle the work would fit at the place named.
    `stopped` says that the search was ended early, so that room may simply not have been used.
    After `should_stop` says so, works get the plain reason that they were not tried. Without
    `every_place` a place that is legal only where a detour saves time may be overlooked, as the
    searches do; it takes half of the time.
    """
    if not solution.unassigned:
        return ()
    patience = Patience(STOPPED_PATIENCE_S if stopped else None, should_stop)
    if patience.is_over():
        plain = (_NOT_TRIED,)
        return tuple(
            Unassigned(id=left.id, penalty=left.penalty, reasons=plain, repairs=left.repairs)
            for left in solution.unassigned
        )
    most = TRIED_WHOLLY if every_place else 0
    trial = _Trial(solution, model or TrialModel(problem), stopped, patience, most)
    return tuple(
        replace(left, reasons=(_NOT_TRIED,))
        if patience.is_over()
        else replace(left, reasons=trial.reasons(trial.model.lookup.works[left.id], number))
        for number, left in enumerate(solution.unassigned)
    )


_NOT_TRIED = Reason(
    code=ReasonCode.SEARCH_STOPPED, detail="the search was stopped before this was tried everywhere"
)


class Patience:
    """How long reasons may be looked for: some seconds, or until the caller has enough."""

    def __init__(self, seconds: float | None, should_stop: Callable[[], bool] | None) -> None:
        self._deadline = None if seconds is None else time.monotonic() + seconds
        self._should_stop = should_stop

    def is_over(self) -> bool:
        if self._should_stop is not None and self._should_stop():
            return True
        return self._deadline is not None and time.monotonic() >= self._deadline


class _Trial:
    """The plan as routes open for trying."""

    def __init__(
        self,
        solution: Solution,
        model: TrialModel,
        stopped: bool,
        patience: Patience,
        every_place: int,
    ) -> None:
        """`every_place` is the number of works that are tried at every place."""
        self.model = model
        self.every_place = every_place
        self.stopped = stopped
        self.orders = {route.vehicle_id: route.task_ids for route in solution.routes}
        self.near_misses = NearMisses(model, self.orders, patience.is_over)
        self.routes = [TrialRoute(model, vehicle) for vehicle in model.vehicles]
        self.empty = [TrialRoute(model, vehicle) for vehicle in model.vehicles]
        self.twins = first_of_each_kind(model.vehicles)
        for route in self.routes:
            order = self.orders.get(route.vehicle.vehicle.id, ())
            route.replace(tuple(model.number_of[task_id] for task_id in order))

    def reasons(self, work: Work, number: int) -> tuple[Reason, ...]:
        able = [vehicle for vehicle in self.model.vehicles if self.model.may_serve(vehicle, work)]
        if not able:
            return (self._nobody_may(work),)
        alone = self._cheapest(work, self._one_of_each(able), exhaustive=True)
        if alone is None:
            # Where the first task moves the clock of all, company may allow what fails alone.
            floating = [vehicle for vehicle in able if vehicle.floats]
            here = self._cheapest(work, self._open(floating), exhaustive=True)
            if here is not None and self._stays_with(work) is None:
                return (self._unused(work, here),)
            return alone_reasons(self.model, work, [vehicle.vehicle for vehicle in able])
        wholly = number < TRIED_WHOLLY
        if (only := self._stays_with(work)) is not None:
            return self._stuck(work, only, able, alone)
        here = self._cheapest(work, self._open(able), exhaustive=number < self.every_place)
        if here is not None:
            return (self._unused(work, here),)
        misses = self.near_misses.of(work) if wholly else ()
        return (*misses, self._full(alone))

    def _stays_with(self, work: Work) -> str | None:
        """The vehicle that had the work before, if no more works may move."""
        stability = self.model.lookup.problem.stability
        if stability.most_moved is None or work.id not in stability.vehicle_of:
            return None
        moved = {
            self.model.work_of[task].id
            for route in self.routes
            for task in route.sequence
            if stability.moves(self.model.work_of[task].id, route.vehicle.vehicle.id)
        }
        return stability.vehicle_of[work.id] if len(moved) >= stability.most_moved else None

    def _stuck(
        self, work: Work, only: str, able: list[VehicleModel], alone: Insertion
    ) -> tuple[Reason, ...]:
        """Only the vehicle of before may do it: there is room on it, or others would have to."""
        own = [vehicle for vehicle in able if vehicle.vehicle.id == only]
        here = self._cheapest(work, self._open(own), exhaustive=True)
        if here is not None:
            return (self._unused(work, here),)
        elsewhere = self._cheapest(work, self._open(able), exhaustive=True) or alone
        return (
            Reason(
                code=ReasonCode.MOST_MOVED,
                vehicle_id=elsewhere.route.vehicle.vehicle.id,
                amount=1,
                unit="works",
                detail=f"no room on {only!r}, which had it before, and no more works may move",
            ),
        )

    def _open(self, able: list[VehicleModel]) -> list[TrialRoute]:
        return [self.routes[vehicle.number] for vehicle in able]

    def _one_of_each(self, able: list[VehicleModel]) -> list[TrialRoute]:
        kinds = {self.twins[vehicle.number]: vehicle.number for vehicle in reversed(able)}
        return [self.empty[number] for number in sorted(kinds.values())]

    def _cheapest(
        self, work: Work, routes: list[TrialRoute], *, exhaustive: bool
    ) -> Insertion | None:
        found = (
            insertion
            for route in routes
            for insertion in insertions(route, work, exhaustive=exhaustive)
        )
        return min(found, key=lambda insertion: insertion.cost, default=None)

    def _nobody_may(self, work: Work) -> Reason:
        pin = self.model.lookup.pin_of_work.get(work.id)
        if pin is not None:
            lacking = work.skills - self.model.lookup.vehicles[pin.vehicle_id].skills
            return Reason(
                code=ReasonCode.PINNED,
                vehicle_id=pin.vehicle_id,
                amount=len(lacking),
                unit="skills",
                detail=f"pinned to a vehicle without: {', '.join(sorted(lacking))}",
            )
        lacking, vehicle_id = min(
            (
                (work.skills - vehicle.skills, vehicle.id)
                for vehicle in self.model.lookup.vehicles.values()
            ),
            key=lambda pair: len(pair[0]),
        )
        return Reason(
            code=ReasonCode.NO_SKILL,
            vehicle_id=vehicle_id,
            amount=len(lacking),
            unit="skills",
            detail=f"no vehicle has all; the nearest lacks: {', '.join(sorted(lacking))}",
        )

    def _unused(self, work: Work, here: Insertion) -> Reason:
        """There is room: leaving it out is cheaper, or the search ended before it was used."""
        penalty = self.model.penalties.of(work)
        vehicle_id = here.route.vehicle.vehicle.id
        dearer = here.cost - penalty * SCALE
        if dearer >= 0:
            return Reason(
                code=ReasonCode.NOT_WORTH_PENALTY,
                vehicle_id=vehicle_id,
                amount=-(-dearer // SCALE),
                unit="cost units",
                detail="its cheapest place costs more than its penalty, by this amount",
            )
        why = "was stopped" if self.stopped else "ran out of time"
        return Reason(
            code=ReasonCode.SEARCH_STOPPED,
            vehicle_id=vehicle_id,
            detail=f"there is room here, but the search {why} before it was used",
        )

    def _full(self, alone: Insertion) -> Reason:
        """Alone it fits, with the present work nowhere: what is missing is one more vehicle."""
        return Reason(
            code=ReasonCode.NO_VEHICLE,
            vehicle_id=alone.route.vehicle.vehicle.id,
            amount=1,
            unit="vehicles",
            detail="fits no present route; one more vehicle like this one would do it",
        )
