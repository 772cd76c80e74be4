"""The answers of the insertion service: what a place costs, what it changes, and how to take it.

Prices are known at once. Times come from the schedule, when they are asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

from routing.clock.breaks import place_breaks_in
from routing.clock.timing import time_route
from routing.explaining.reasons import find_reasons
from routing.lookup import Lookup
from routing.offering.effects import Effects
from routing.offering.new_places import NewPlace, for_one_vehicle, rides_of, with_work
from routing.parts import Job, Work, tasks_of
from routing.problem import Problem
from routing.promises import TimeChange, time_changes
from routing.schedule import schedule
from routing.solution import Reason, Route, Solution
from routing.trying.trial_model import TrialModel


class Case:
    """One question about a running plan, and what its answers share."""

    def __init__(
        self,
        problem: Problem,
        routes: Mapping[str, Route],
        work: Work,
        places: tuple[NewPlace, ...],
        model: TrialModel,
    ) -> None:
        self.before = problem
        self.model = model
        self.routes = routes
        self.work = work
        self.places = places
        self.effects: Effects | None = None

    @cached_property
    def problem(self) -> Problem:
        """The problem with the work in it."""
        return with_work(self.before, self.work, self.places)

    @cached_property
    def alone(self) -> Problem:
        """The work with all vehicles and no other work."""
        jobs, shipments = ((self.work,), ()) if isinstance(self.work, Job) else ((), (self.work,))
        return replace(self.before, jobs=jobs, shipments=shipments, pins=())

    @cached_property
    def lookup(self) -> Lookup:
        """Of the problem with the work in it."""
        return Lookup(self.problem)

    def timed(self, vehicle_id: str, task_ids: tuple[str, ...]) -> Route:
        """A route with its breaks where they fit best."""
        vehicle = self.lookup.vehicles[vehicle_id]
        return time_route(self.lookup, vehicle, place_breaks_in(self.lookup, vehicle, task_ids))

    def cost_of(self, vehicle_id: str) -> int:
        """What a vehicle's present route costs; 0 without one."""
        return self.routes[vehicle_id].cost if vehicle_id in self.routes else 0

    def ridden(self, vehicle_id: str, task_ids: Sequence[str]) -> tuple[int, int]:
        """Seconds and metres of a route; the matrices need not be made again for new places."""
        known, own = self.model.lookup.entries, {task.id: task for task in tasks_of(self.work)}
        vehicle = self.model.lookup.vehicles[vehicle_id]
        tasks = [own[task] if task in own else known[task].task for task in task_ids]
        ends = () if vehicle.end is None else (vehicle.end,)
        stops = [vehicle.start, *(task.location for task in tasks), *ends]
        legs = pairwise(stop.matrix_index for stop in stops)
        ways = [self._way(vehicle.profile, *leg) for leg in legs]
        return sum(ride_s for ride_s, _ in ways), sum(metres for _, metres in ways)

    def _way(self, profile: str, origin: int, target: int) -> tuple[int, int]:
        matrix = self.before.matrices[profile]
        newest = max(origin, target)
        if newest < matrix.size:
            return int(matrix.duration_s[origin, target]), int(matrix.distance_m[origin, target])
        if origin == target:
            return 0, 0
        place = self.places[newest - matrix.size]
        to_s, from_s, to_m, from_m = rides_of(place, profile, newest)
        if target == newest:
            return int(to_s[origin]), int(to_m[origin])
        return int(from_s[target]), int(from_m[target])

    def taken(self, vehicle_id: str, task_ids: tuple[str, ...]) -> Solution:
        """The plan with one route changed."""
        orders = {route.vehicle_id: route.order for route in self.routes.values()}
        orders[vehicle_id] = self.timed(vehicle_id, task_ids).order
        return schedule(self.problem, orders)

    def reasons(self, vehicle_id: str) -> tuple[Reason, ...]:
        """Why one vehicle cannot take the work, found by trying."""
        present = self.routes.get(vehicle_id)
        held = {visit.work_id for visit in present.visits} if present else set()
        held.add(self.work.id)
        vehicle = self.lookup.vehicles[vehicle_id]
        problem = for_one_vehicle(self.problem, vehicle, {each for each in held if each})
        order = () if present is None else present.order
        solution = schedule(problem, {vehicle_id: order})
        left = tuple(each for each in solution.unassigned if each.id == self.work.id)
        model = TrialModel(problem, like=None if self.places else self.model)
        without = replace(solution, unassigned=left)
        (told,) = find_reasons(problem, without, model=model, every_place=False)
        return told.reasons


@dataclass(frozen=True, slots=True)
class Offer:
    """The best place of a work in one route.

    `price` is what the routes then cost more (cost units; the penalty saved is not in it).
    `task_ids` is the route's order with the work, without breaks.
    """

    vehicle_id: str
    price: int
    task_ids: tuple[str, ...]
    _case: Case = field(repr=False, compare=False)

    @property
    def route(self) -> Route:
        """The route with the work in it, timed by the schedule."""
        return self._case.timed(self.vehicle_id, self.task_ids)

    @property
    def extra_s(self) -> int:
        """Seconds ridden more."""
        return self._ridden()[0]

    @property
    def extra_m(self) -> int:
        """Metres ridden more."""
        return self._ridden()[1]

    @property
    def changes(self) -> tuple[TimeChange, ...]:
        """Every other visit that then starts at another moment."""
        effects = self._case.effects
        quick = None if effects is None else effects.of(self.vehicle_id)
        if quick is not None:
            return quick
        present = self._case.routes.get(self.vehicle_id)
        return time_changes(() if present is None else (present,), (self.route,))

    def apply(self) -> tuple[Problem, Solution]:
        """The problem with the work, and the plan with this offer taken; other routes stay."""
        return self._case.problem, self._case.taken(self.vehicle_id, self.task_ids)

    def _ridden(self) -> tuple[int, int]:
        case = self._case
        present = case.routes.get(self.vehicle_id)
        before = (0, 0) if present is None else (present.ride_s, present.distance_m)
        if case.before.hour_bands:  # then a ride's length depends on its moment
            route = self.route
            return route.ride_s - before[0], route.distance_m - before[1]
        ride_s, distance_m = case.ridden(self.vehicle_id, self.task_ids)
        return ride_s - before[0], distance_m - before[1]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A vehicle that cannot take a work as its route stands."""

    vehicle_id: str
    _case: Case = field(repr=False, compare=False)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why, found by trying and timed; takes some 40 ms of a day of 300 visits."""
        return self._case.reasons(self.vehicle_id)


@dataclass(frozen=True, slots=True)
class Offers:
    """Who can take a work, cheapest first, and who cannot."""

    offers: tuple[Offer, ...]
    refusals: tuple[Refusal, ...]

    @property
    def best(self) -> Offer | None:
        """The cheapest."""
        return self.offers[0] if self.offers else None
