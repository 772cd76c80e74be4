"""A plan that a person works on: its orders timed again after every change, by the one clock.

Of a day under way the executed part lies fixed in front of every route.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from routing.clock.breaks import place_breaks_in
from routing.clock.timing import time_route
from routing.insertion import PreparedPlan, prepare
from routing.lookup import Lookup
from routing.objective import SCALE
from routing.offering.offers import Offer, Offers
from routing.parts import Shipment, Work, tasks_of
from routing.problem import Problem, Stability
from routing.replanning.courier_state import CourierState
from routing.replanning.day_so_far import Standing, day_so_far
from routing.replanning.rest_of_day import Rest, rest_of_day
from routing.schedule import assemble, schedule
from routing.solution import Route, Solution
from routing.trying.trial_model import INFINITE, TrialModel
from routing.trying.trial_places import cheapest
from routing.trying.trials import TrialRoute

type Orders = Mapping[str, tuple[str, ...]]
"""Vehicle id → task ids in order, without breaks."""


MOST_TIMED = 2_000
"""Routes remembered, some 20 KB each at 40 visits: a desk that is kept for questions meets a new
order with every answer."""


class Desk:
    """One problem whose orders are being changed; routes that were timed once are remembered, and
    so is the plan that was opened last."""

    def __init__(self, problem: Problem, standing: Standing | None = None) -> None:
        self.problem = problem if standing is None else standing.problem
        self.standing = standing
        self.lookup = Lookup(self.problem)
        self._given: dict[tuple[str, tuple[str, ...]], Route] = {}
        self._timed: dict[tuple[str, tuple[str, ...]], Route] = {}
        self._opened: tuple[Orders, OpenPlan] | None = None

    @classmethod
    def of_solution(cls, problem: Problem, solution: Solution) -> "Desk":
        """A desk on which a plan lies as it was timed elsewhere: a replan, say."""
        desk = cls(problem)
        desk._given = {(r.vehicle_id, r.task_ids): r for r in solution.routes}
        return desk

    def know_routes_of(self, other: "Desk") -> None:
        """Routes that were timed on another desk need not be timed here: that problem's vehicles,
        tasks, rides and pins are in this one as they are there."""
        self._given = {**other._timed, **other._given}

    @cached_property
    def executed(self) -> frozenset[str]:
        """Task ids that lie behind."""
        past = {} if self.standing is None else self.standing.fixed
        return frozenset(task_id for order in past.values() for task_id in order)

    @cached_property
    def _model(self) -> TrialModel:
        return TrialModel(self.problem)

    def route(self, vehicle_id: str, order: tuple[str, ...]) -> Route:
        """One vehicle's tasks, with breaks where they fit best and times."""
        known = self._given.get((vehicle_id, order)) or self._timed.get((vehicle_id, order))
        if known is None:
            vehicle = self.lookup.vehicles[vehicle_id]
            if self.standing is None:
                steps = place_breaks_in(self.lookup, vehicle, order)
            else:
                steps = self.standing.with_breaks(self.lookup, vehicle_id, order)
            while len(self._timed) >= MOST_TIMED:
                del self._timed[next(iter(self._timed))]
            known = self._timed[vehicle_id, order] = time_route(self.lookup, vehicle, steps)
        return known

    def timed(self, orders: Orders) -> Solution:
        """The whole plan: routes, what is undone, violations, cost."""
        return assemble(
            self.lookup,
            [self.route(v.id, orders[v.id]) for v in self.problem.vehicles if orders.get(v.id)],
        )

    def open_for_questions(self, orders: Orders) -> "OpenPlan":
        """The plan ready to be asked who takes a work: see `OpenPlan`. Asked again for the same
        orders it is at hand."""
        if self._opened is None or self._opened[0] != orders:
            self._opened = (orders, self._open(orders))
        return self._opened[1]

    def _open(self, orders: Orders) -> "OpenPlan":
        if self.standing is None:
            return OpenPlan(prepare(self.problem, self.timed(orders), model=self._model), None)
        rest = rest_of_day(replace(self.standing, orders=orders), Stability())
        timed = schedule(rest.problem, rest.orders, place_breaks=True)
        return OpenPlan(prepare(rest.problem, timed), rest)


TWIN = "twin of "
"""In front of the ids of a work that is asked about although somebody does it."""


class OpenPlan:
    """Who can take a work that the plan does not hold, and where; see `PreparedPlan`."""

    def __init__(self, prepared: PreparedPlan, rest: Rest | None) -> None:
        self.prepared = prepared
        self._rest = rest

    def order_with(self, vehicle_id: str, task_ids: tuple[str, ...]) -> tuple[str, ...]:
        """The whole order of a vehicle with an offer (or repair) taken, what lies behind it in
        front."""
        if self._rest is None:
            return task_ids
        return self._rest.whole({vehicle_id: task_ids})[vehicle_id]

    def best(self, work: Work, vehicles: Sequence[str] | None = None) -> Offer | None:
        """The cheapest place."""
        return self.prepared.insert(work, vehicles=vehicles).best

    def place_in(
        self, vehicle_id: str, task_ids: Sequence[str], work: Work, *, most: int | None = None
    ) -> tuple[int, tuple[str, ...]] | None:
        """What one of the problem's works costs at its cheapest place in any order of one vehicle
        (as `order_with` takes it), and that order; None where it has no place. Exact, by trying:
        no plan is made ready for it. Dearer places than `most` need not be tried."""
        model = self.prepared.model
        vehicle = next(each for each in model.vehicles if each.vehicle.id == vehicle_id)
        route = TrialRoute(model, vehicle)
        route.replace(tuple(model.number_of[task_id] for task_id in task_ids))
        below = INFINITE if most is None else (most + 2) * SCALE  # prices are rounded down
        best = cheapest(route, work, below)
        if best is None:
            return None
        price = (route.cost + best.cost) // SCALE - route.cost // SCALE
        return price, tuple(model.tasks[task].id for task in best.sequence)

    def placed(
        self, works: Iterable[Work], *, instead: Orders | None = None
    ) -> dict[str, tuple[str, ...]]:
        """The whole orders of the vehicles that get some of the problem's works, each put where it
        costs least, one after the other; some may find no place. `instead`: whole orders of
        vehicles that are others by now, those of works that are in the plan among them."""
        vehicles = [vehicle.id for vehicle in self.prepared.problem.vehicles]
        other = instead or {}
        if self._rest is not None:
            other = self._rest.behind(other)
        got = {vehicle: order for vehicle, order in other.items() if vehicle in vehicles}
        for work in works:
            others = [each for each in vehicles if each not in got]
            best = self._best_of_free(work, others)
            places = [] if best is None else [(best.price, best.vehicle_id, best.task_ids)]
            for vehicle_id, order in got.items():
                most = min((price for price, _, _ in places), default=None)
                if (place := self.place_in(vehicle_id, order, work, most=most)) is not None:
                    places.append((place[0], vehicle_id, place[1]))
            if places:
                _, vehicle_id, order = min(places, key=lambda p: (p[0], vehicles.index(p[1])))
                got[vehicle_id] = tuple(task_id.removeprefix(TWIN) for task_id in order)
        return {vehicle: self.order_with(vehicle, order) for vehicle, order in got.items()}

    def _best_of_free(self, work: Work, vehicles: Sequence[str]) -> Offer | None:
        """The cheapest place of a work, whether the plan still has it elsewhere or not."""
        in_plan = any(task.id in self._ridden for task in tasks_of(work))
        if in_plan and isinstance(work, Shipment):
            return self.offers_elsewhere(work, "", vehicles).best
        return None if in_plan else self.best(work, vehicles)

    @cached_property
    def _ridden(self) -> frozenset[str]:
        return frozenset(t for route in self.prepared.solution.routes for t in route.task_ids)

    def offers_elsewhere(
        self, work: Shipment, holder: str, vehicles: Sequence[str] | None = None
    ) -> Offers:
        """Who else (of `vehicles`) could take a work that `holder` does: its twin is asked about,
        whose ids begin with TWIN, so that the plan need not be made ready without it."""
        twin = replace(
            work,
            id=TWIN + work.id,
            pickups=tuple(replace(task, id=TWIN + task.id) for task in work.pickups),
            deliveries=tuple(replace(task, id=TWIN + task.id) for task in work.deliveries),
        )
        known = [v.id for v in self.prepared.problem.vehicles]
        others = [v for v in (known if vehicles is None else vehicles) if v != holder]
        return self.prepared.insert(twin, vehicles=others)

    def order_elsewhere(self, work: Shipment, holder: str, vehicle_id: str) -> tuple[str, ...]:
        """The order of another vehicle with the work where it costs least; () where it cannot."""
        best = self.offers_elsewhere(work, holder, [vehicle_id]).best
        if best is None:
            return ()
        return self.order_with(vehicle_id, tuple(t.removeprefix(TWIN) for t in best.task_ids))


def desk_of_day(
    problem: Problem, orders: Orders, *, now_s: int, states: Iterable[CourierState]
) -> tuple[Desk, dict[str, tuple[str, ...]]]:
    """A desk for a day under way, and its orders: executed first, then what was to come.

    `problem` is the day as it was planned. Raises InvalidState.
    """
    solution = schedule(problem, orders, place_breaks=True)
    standing = day_so_far(problem, solution, now_s=now_s, states=states)
    return Desk(problem, standing), dict(standing.orders)
