"""Where new work fits into running routes: every legal place, or the cheapest, within milliseconds.

The price of a place is known from its detours before any clock is asked, so that most places
are dismissed by price alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add

from routing.problem import Work
from routing.trying.simulation import simulate
from routing.trying.trial_model import INFINITE, Table
from routing.trying.trials import TrialRoute


@dataclass(frozen=True, slots=True)
class Insertion:
    """One legal place for a work: the route's sequence with it. `cost` is what it adds, in 1/SCALE
    units, the fixed cost of a vehicle not yet used included."""

    cost: int
    route: TrialRoute
    sequence: tuple[int, ...]


def insertions(route: TrialRoute, work: Work, *, exhaustive: bool = False) -> Iterator[Insertion]:
    """Every legal place of a work in a route; skills and pins are honoured.

    Unless `exhaustive`, places are skipped that could be legal only where a detour saves time
    (a matrix that is not metric, or a smaller setup shared with a later task).
    """
    yield from _Try(route, INFINITE, exhaustive).places(work)


def cheapest(route: TrialRoute, work: Work, below: int = INFINITE) -> Insertion | None:
    """The cheapest legal place that costs less than `below` (1/SCALE units)."""
    attempt = _Try(route, below, False)
    best: Insertion | None = None
    for found in attempt.places(work):
        best = found
        attempt.below = found.cost
    return best


@dataclass(frozen=True, slots=True)
class _Detours:
    """What a task adds behind each number of tasks: seconds, metres, cost with its price."""

    ride: list[int]
    metres: list[int]
    cost: list[int]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pickup and a delivery in a route, and what they add."""

    pickup: int
    delivery: int
    position: int
    behind: int
    ride: int
    metres: int
    cost: int

    def sequence(self, before: tuple[int, ...]) -> tuple[int, ...]:
        head, middle = before[: self.position], before[self.position : self.behind]
        return (*head, self.pickup, *middle, self.delivery, *before[self.behind :])


@dataclass(frozen=True, slots=True)
class _Picked:
    """A pickup put into a route: what it added, and the ends of it per breaks taken."""

    task: int
    position: int
    ride: int
    metres: int
    cost: int
    times: list[int]


class _Try:
    """One work in one route. Only places cheaper than `below` are yielded; it may shrink."""

    __slots__ = ("_base", "below", "exhaustive", "model", "route")

    def __init__(self, route: TrialRoute, below: int, exhaustive: bool) -> None:
        self.route = route
        self.model = route.model
        self.below = below
        self.exhaustive = exhaustive
        self._base = 0

    def places(self, work: Work) -> Iterator[Insertion]:
        """The legal places, in order of position."""
        if not self.model.may_serve(self.route.vehicle, work):
            return
        vehicle = self.route.vehicle
        self._base = self.model.price_of_moving(vehicle, work)
        self._base += 0 if self.route.sequence else vehicle.fixed
        sides = self.model.sides(work)
        if vehicle.floats:
            yield from self._timed_each(sides)
            return
        for first in sides[0]:
            if len(sides) == 1:
                yield from self._singles(first)
            else:
                yield from self._pairs(first, sides[1])

    def _priced(self, cost: int, sequence: tuple[int, ...]) -> Iterator[Insertion]:
        """A place that slacks allow, at its price; where prices depend on the clock it is timed."""
        route = self.route
        if route.vehicle.is_simulated:
            timed = simulate(self.model, route.vehicle, sequence)
            if timed is None or timed.ride_s > route.vehicle.max_ride:
                return
            cost += timed.price - route.by_the_second
            if cost >= self.below:
                return
        yield Insertion(cost, route, sequence)

    def _timed_each(self, sides: tuple[tuple[int, ...], ...]) -> Iterator[Insertion]:
        """Every place, each timed: where the first task moves the whole clock."""
        route = self.route
        for sequence, added in _sequences(route.sequence, sides):
            metres = route.metres_of(sequence)
            if not self._within_limits(sequence, 0, metres - route.metres):
                continue
            timed = simulate(self.model, route.vehicle, sequence)
            if timed is None or timed.ride_s > route.vehicle.max_ride:
                continue
            if not route.would_fit(sequence):
                continue
            more = timed.ride_s - route.ride, metres - route.metres
            cost = self._base + route.ride_cost(*more) + timed.price - route.by_the_second
            cost += sum(self.model.prices[task] for task in added)
            if cost < self.below:
                yield Insertion(cost, route, sequence)

    def _detours(self, task: int) -> _Detours:
        route, price = self.route, self.model.prices[task]
        vehicle = route.vehicle
        to = self.model.locations[task]
        ride = _detour(vehicle.durations, vehicle.durations_to, to, route, route.ride_legs)
        if vehicle.counts_metres:
            metres = _detour(vehicle.distances, vehicle.distances_to, to, route, route.metre_legs)
            cost = [route.ride_cost(s, m) + price for s, m in zip(ride, metres, strict=True)]
        else:
            metres = [0] * len(ride)
            cost = [seconds * vehicle.per_second + price for seconds in ride]
        return _Detours(ride=ride, metres=metres, cost=cost)

    def _both(self, position: int, first: int, second: int) -> tuple[int, int]:
        """Seconds and metres of two locations visited one after the other."""
        route, vehicle = self.route, self.route.vehicle
        at, after = route.at[position], route.after_at[position]
        ride = vehicle.durations[at][first] + vehicle.durations[first][second]
        metres = vehicle.distances[at][first] + vehicle.distances[first][second]
        if after is not None:
            ride += vehicle.durations[second][after]
            metres += vehicle.distances[second][after]
        return ride - route.ride_legs[position], metres - route.metre_legs[position]

    def _singles(self, task: int) -> Iterator[Insertion]:
        route, model = self.route, self.model
        start_load, change = model.start_loads[task], model.changes[task]
        both = tuple(a + b for a, b in zip(start_load, change, strict=True))
        detours = self._detours(task)
        for position in range(len(route.sequence) + 1):
            if not route.within(route.peak_before[position], start_load):
                return
            cost = self._base + detours.cost[position]
            if cost >= self.below or not route.within(route.after[position], both):
                continue
            ends = self._append(position, task)
            there = model.locations[task], model.places[task]
            if min(ends) < INFINITE and route.saves_rest(ends, *there, position):
                sequence = (*route.sequence[:position], task, *route.sequence[position:])
                if self._within_limits(sequence, detours.ride[position], detours.metres[position]):
                    yield from self._priced(cost, sequence)

    def _append(self, position: int, task: int) -> list[int]:
        """Ends of a task put behind the first `position` tasks."""
        route = self.route
        place = route.vehicle.start_place
        if position:
            place = self.model.places[route.sequence[position - 1]]
        return route.follow(route.ends[position], route.at[position], place, task)

    def _pairs(self, pickup: int, deliveries: tuple[int, ...]) -> Iterator[Insertion]:
        route, taken = self.route, self.model.changes[pickup]
        picked = self._detours(pickup)
        detours = {delivery: self._detours(delivery) for delivery in deliveries}
        least = [min(costs) for costs in zip(*(d.cost for d in detours.values()), strict=True)]
        for position in range(len(least) - 2, -1, -1):
            least[position] = min(least[position], least[position + 1])
        for position in range(len(route.sequence) + 1):
            if not route.within(route.loads[position], taken):
                continue
            cost = self._base + picked.cost[position]
            if cost >= self.below and not self.exhaustive:
                continue
            times = self._append(position, pickup)
            if min(times) < INFINITE:
                ride, metres = picked.ride[position], picked.metres[position]
                here = _Picked(pickup, position, ride, metres, cost, times)
                yield from self._deliver(here, detours, least)

    def _deliver(
        self, picked: _Picked, detours: Mapping[int, _Detours], least: Sequence[int]
    ) -> Iterator[Insertion]:
        """Deliveries right behind the pickup, then ever later in the route."""
        route, model, sequence = self.route, self.model, self.route.sequence
        taken = model.changes[picked.task]
        times, at, place = picked.times, model.locations[picked.task], model.places[picked.task]
        for behind in range(picked.position, len(sequence) + 1):
            if behind > picked.position:
                if picked.cost + least[behind] >= self.below and not self.exhaustive:
                    return
                task = sequence[behind - 1]
                times = route.follow(times, at, place, task)
                at, place = model.locations[task], model.places[task]
                if min(times) >= INFINITE or not route.within(route.loads[behind], taken):
                    return
            for delivery, detour in detours.items():
                found = self._delivered(picked, delivery, detour, behind)
                if found.cost < self.below and self._is_legal(found, times, at, place, behind):
                    yield from self._priced(found.cost, found.sequence(sequence))
            if not self.exhaustive and not route.saves_rest(times, at, place, behind):
                return

    def _delivered(self, picked: _Picked, delivery: int, detour: _Detours, behind: int) -> _Pair:
        model, position = self.model, picked.position
        if behind == position:
            first, second = model.locations[picked.task], model.locations[delivery]
            ride, metres = self._both(position, first, second)
            cost = self._base + self.route.ride_cost(ride, metres)
            cost += model.prices[picked.task] + model.prices[delivery]
        else:
            ride = picked.ride + detour.ride[behind]
            metres = picked.metres + detour.metres[behind]
            cost = picked.cost + detour.cost[behind]
        return _Pair(picked.task, delivery, position, behind, ride, metres, cost)

    def _is_legal(self, pair: _Pair, times: list[int], at: int, place: int, behind: int) -> bool:
        route, model = self.route, self.model
        changes = tuple(map(add, model.changes[pair.pickup], model.changes[pair.delivery]))
        if not route.within(route.after[behind], changes):
            return False
        ends = route.follow(times, at, place, pair.delivery)
        there = model.locations[pair.delivery], model.places[pair.delivery]
        if min(ends) >= INFINITE or not route.saves_rest(ends, *there, behind):
            return False
        if route.vehicle.is_plain:
            return True
        return self._within_limits(pair.sequence(route.sequence), pair.ride, pair.metres)

    def _within_limits(self, sequence: tuple[int, ...], ride: int, metres: int) -> bool:
        """The limits that are not about clock and load, for a sequence that adds so much."""
        route, vehicle = self.route, self.route.vehicle
        return (
            (vehicle.floats or route.ride + ride <= vehicle.max_ride)
            and route.metres + metres <= vehicle.max_metres
            and len(sequence) <= vehicle.max_tasks
            and (vehicle.max_stops >= INFINITE or route.count_stops(sequence) <= vehicle.max_stops)
            and route.would_keep_pins(sequence)
        )


def _detour(rows: Table, columns: Table, to: int, route: TrialRoute, legs: list[int]) -> list[int]:
    """What a visit at `to` adds on each leg of a route."""
    away, back = columns[to], rows[to]
    return [
        away[at] + (0 if after is None else back[after]) - leg
        for at, after, leg in zip(route.at, route.after_at, legs, strict=True)
    ]


def _sequences(
    before: tuple[int, ...], sides: tuple[tuple[int, ...], ...]
) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Every sequence with one task of each side in order, and the tasks that were put in."""
    for first in sides[0]:
        for i in range(len(before) + 1):
            one = (*before[:i], first, *before[i:])
            if len(sides) == 1:
                yield one, (first,)
                continue
            for second in sides[1]:
                for j in range(i + 1, len(one) + 1):
                    yield (*one[:j], second, *one[j:]), (first, second)
