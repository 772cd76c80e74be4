"""Try new work at every place of a route, exactly, without timing the whole route each time.

Per number of breaks taken, a route remembers the earliest end of every task and the latest
arrival that still saves the rest; being early never hurts, so that an insertion is legal exactly
when some arrival behind it is not later than that.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from routing.problem import PinOrder, Work
from routing.trial_model import INFINITE, TrialModel, VehicleModel

NEVER = -INFINITE


@dataclass(frozen=True, slots=True)
class Insertion:
    """One legal place for a work: its tasks and their positions in the route after inserting.
    `cost` is what it adds, in 1/SCALE units."""

    cost: int
    route: "TrialRoute"
    sequence: tuple[int, ...]


class TrialRoute:
    """A feasible sequence of task numbers of one vehicle, open for insertions."""

    __slots__ = (
        "_after",
        "_ends",
        "_latest",
        "_loads",
        "_peak_before",
        "metres",
        "model",
        "ride",
        "sequence",
        "stops",
        "vehicle",
    )

    def __init__(self, model: TrialModel, vehicle: VehicleModel) -> None:
        self.model = model
        self.vehicle = vehicle
        self.sequence: tuple[int, ...] = ()
        self.replace(())

    @property
    def is_feasible(self) -> bool:
        """Whether clock, loads and limits hold (skills, pairs and pins are the caller's)."""
        vehicle = self.vehicle
        return (
            self._ends[-1][vehicle.breaks] < INFINITE
            and self.ride <= vehicle.max_ride
            and self.metres <= vehicle.max_metres
            and self.stops <= vehicle.max_stops
            and len(self.sequence) <= vehicle.max_tasks
            and self._within(self._after[0])
        )

    @property
    def cost(self) -> int:
        """Fixed and riding cost and prices, in 1/SCALE units; 0 when empty."""
        if not self.sequence:
            return 0
        vehicle = self.vehicle
        prices = sum(self.model.prices[task] for task in self.sequence)
        return self._ride_cost(self.ride, self.metres) + vehicle.fixed + prices

    @property
    def end_s(self) -> int:
        """Earliest end of the route with all breaks taken; INFINITE when infeasible."""
        return self._ends[-1][self.vehicle.breaks]

    def keeps_pins(self) -> bool:
        """Whether the sequence keeps the order of the vehicle's pins."""
        return _keeps_pins(self, self.sequence)

    def reached(self) -> int:
        """Minus the number of tasks that the clock reaches from the start."""
        return -sum(min(ends) < INFINITE for ends in self._ends)

    def _ride_cost(self, ride: int, metres: int) -> int:
        return ride * self.vehicle.per_second + metres * self.vehicle.per_metre

    def replace(self, sequence: tuple[int, ...]) -> None:
        """Take another sequence and work everything out again."""
        self.sequence = sequence
        self._forward()
        self._backward()
        self._weigh()

    def _forward(self) -> None:
        vehicle, model = self.vehicle, self.model
        times = [vehicle.vehicle.shift.start] + [INFINITE] * vehicle.breaks
        self._ends = [times]
        self.ride = self.metres = self.stops = 0
        at, place, halted = vehicle.start, vehicle.start_place, -1
        for task in self.sequence:
            to = model.locations[task]
            self.ride += vehicle.durations[at][to]
            self.metres += vehicle.distances[at][to]
            here = model.places[task]
            self.stops += here != halted
            times = self.act(self.travel(times, vehicle.durations[at][to]), task, here != place)
            self._ends.append(times)
            at, place, halted = to, here, here
        if vehicle.end is not None and self.sequence:
            self.ride += vehicle.durations[at][vehicle.end]
            self.metres += vehicle.distances[at][vehicle.end]
        final = self.travel(times, self._home(at))
        late = final[vehicle.breaks] > vehicle.vehicle.shift.end
        self._ends.append([INFINITE] * (vehicle.breaks + 1) if late else final)

    def _home(self, at: int) -> int:
        end = self.vehicle.end
        return 0 if end is None else int(self.vehicle.durations[at][end])

    def travel(self, times: list[int], ride: int) -> list[int]:
        """Earliest arrivals per number of breaks taken, from ends; `ride` < 0 is unreachable."""
        if ride < 0:
            return [INFINITE] * len(times)
        if len(times) == 1:
            return [times[0] + ride if times[0] < INFINITE else INFINITE]
        arrivals = [INFINITE] * len(times)
        for taken, now in enumerate(times):
            if now >= INFINITE:
                continue
            for after, pause, opening, latest in self.vehicle.leg_options[taken]:
                if now <= latest:
                    arrival = max(now + ride + pause, opening)
                    arrivals[after] = min(arrivals[after], arrival)
        return arrivals

    def act(self, arrivals: list[int], task: int, paid: bool) -> list[int]:
        """Earliest ends of a task, from arrivals."""
        length, windows = self.vehicle.action(task, paid)
        ends = []
        for arrival in arrivals:
            end = INFINITE
            if arrival < INFINITE:
                for earliest, latest in windows:
                    if arrival <= latest:
                        end = max(arrival, earliest) + length
                        break
            ends.append(end)
        return ends

    def _backward(self) -> None:
        """`_latest[i][paid]`: latest arrivals at position i that save the rest of the route."""
        vehicle, model = self.vehicle, self.model
        home = [NEVER] * vehicle.breaks + [vehicle.vehicle.shift.end]
        latest: list[tuple[list[int], list[int]]] = [(home, home)]
        at_next = vehicle.end
        place_next = -1
        for task in reversed(self.sequence):
            here = model.locations[task]
            ride = 0 if at_next is None else vehicle.durations[here][at_next]
            paid_next = model.places[task] != place_next
            leaving = self._latest_leaving(latest[-1][paid_next], ride)
            latest.append((self._arrive(leaving, task, False), self._arrive(leaving, task, True)))
            at_next, place_next = here, model.places[task]
        self._latest = latest[::-1]

    def _latest_leaving(self, arrivals: list[int], ride: int) -> list[int]:
        leaving = [NEVER] * len(arrivals)
        if ride < 0:
            return leaving
        for taken in range(len(arrivals)):
            for after, pause, opening, closing in self.vehicle.leg_options[taken]:
                if opening <= arrivals[after]:
                    moment = min(arrivals[after] - ride - pause, closing)
                    leaving[taken] = max(leaving[taken], moment)
        return leaving

    def _arrive(self, leaving: list[int], task: int, paid: bool) -> list[int]:
        length, windows = self.vehicle.action(task, paid)
        arrivals = []
        for moment in leaving:
            start = NEVER
            for earliest, latest in windows:
                if earliest <= moment - length:
                    start = min(latest, moment - length)
            arrivals.append(start)
        return arrivals

    def _weigh(self) -> None:
        """Loads after each position, and the peaks before and behind it, per dimension."""
        model = self.model
        load = [0] * model.dimensions
        for task in self.sequence:
            load = [a + b for a, b in zip(load, model.start_loads[task], strict=True)]
        loads = [tuple(load)]
        for task in self.sequence:
            load = [a + b for a, b in zip(load, model.changes[task], strict=True)]
            loads.append(tuple(load))
        self._loads = loads
        self._peak_before = _peaks(loads)
        self._after = _peaks(loads[::-1])[::-1]

    def _within(self, load: tuple[int, ...], *more: tuple[int, ...]) -> bool:
        for number, room in enumerate(self.vehicle.capacity):
            if load[number] + sum(extra[number] for extra in more) > room:
                return False
        return True

    def saves_rest(self, times: list[int], at: int, place: int, position: int) -> bool:
        """Whether leaving `at` (ends per breaks taken) still reaches everything from `position`."""
        vehicle, model = self.vehicle, self.model
        if position == len(self.sequence):
            ride, paid = self._home(at), True
        else:
            task = self.sequence[position]
            ride = vehicle.durations[at][model.locations[task]]
            paid = model.places[task] != place
        arrivals = self.travel(times, ride)
        return any(
            arrival <= latest
            for arrival, latest in zip(arrivals, self._latest[position][paid], strict=True)
            if arrival < INFINITE
        )

    def insertions(self, work: Work, *, exhaustive: bool = False) -> Iterator[Insertion]:
        """Every legal place of a work in this route; skills and pins are honoured.

        Unless `exhaustive`, places are skipped that could be legal only where a detour saves time
        (a matrix that is not metric, or a smaller setup shared with a later task).
        """
        if not self.model.may_serve(self.vehicle, work):
            return
        sides = self.model.sides(work)
        for first in sides[0]:
            found = (
                self._single(first) if len(sides) == 1 else self._pairs(first, sides[1], exhaustive)
            )
            for sequence in found:
                insertion = self._priced(sequence)
                if insertion is not None:
                    yield insertion

    def _single(self, task: int) -> Iterator[tuple[int, ...]]:
        model = self.model
        start_load, change = model.start_loads[task], model.changes[task]
        for position in range(len(self.sequence) + 1):
            if not self._within(self._peak_before[position], start_load):
                return
            if not self._within(self._after[position], start_load, change):
                continue
            ends = self._append(position, task)
            at, place = model.locations[task], model.places[task]
            if min(ends) < INFINITE and self.saves_rest(ends, at, place, position):
                yield (*self.sequence[:position], task, *self.sequence[position:])

    def _append(self, position: int, task: int) -> list[int]:
        """Ends of a task put behind the first `position` tasks."""
        at, place = self._standing(position)
        ride = self.vehicle.durations[at][self.model.locations[task]]
        return self.act(
            self.travel(self._ends[position], ride), task, self.model.places[task] != place
        )

    def _standing(self, position: int) -> tuple[int, int]:
        if position == 0:
            return self.vehicle.start, self.vehicle.start_place
        task = self.sequence[position - 1]
        return self.model.locations[task], self.model.places[task]

    def _pairs(
        self, pickup: int, deliveries: tuple[int, ...], exhaustive: bool
    ) -> Iterator[tuple[int, ...]]:
        model, sequence = self.model, self.sequence
        taken = model.changes[pickup]
        for position in range(len(sequence) + 1):
            if not self._within(self._loads[position], taken):
                continue
            times = self._append(position, pickup)
            if min(times) >= INFINITE:
                continue
            at, place = model.locations[pickup], model.places[pickup]
            for behind in range(position, len(sequence) + 1):
                if behind > position:
                    task = sequence[behind - 1]
                    times = self._follow(times, at, place, task)
                    at, place = model.locations[task], model.places[task]
                    if min(times) >= INFINITE or not self._within(self._loads[behind], taken):
                        break
                for delivery in deliveries:
                    if not self._within(self._after[behind], taken, model.changes[delivery]):
                        continue
                    ends = self._follow(times, at, place, delivery)
                    there = model.locations[delivery], model.places[delivery]
                    if min(ends) < INFINITE and self.saves_rest(ends, *there, behind):
                        yield (
                            *sequence[:position],
                            pickup,
                            *sequence[position:behind],
                            delivery,
                            *sequence[behind:],
                        )
                if not exhaustive and not self.saves_rest(times, at, place, behind):
                    break

    def _follow(self, times: list[int], at: int, place: int, task: int) -> list[int]:
        ride = self.vehicle.durations[at][self.model.locations[task]]
        return self.act(self.travel(times, ride), task, self.model.places[task] != place)

    def _priced(self, sequence: tuple[int, ...]) -> Insertion | None:
        """The added cost of a legal clock, or None where another limit forbids it."""
        vehicle, model = self.vehicle, self.model
        if len(sequence) > vehicle.max_tasks or not _keeps_pins(self, sequence):
            return None
        ride = metres = stops = prices = 0
        at, halted = vehicle.start, -1
        for task in sequence:
            to = model.locations[task]
            ride += vehicle.durations[at][to]
            metres += vehicle.distances[at][to]
            stops += model.places[task] != halted
            prices += model.prices[task]
            at, halted = to, model.places[task]
        if vehicle.end is not None:
            ride += vehicle.durations[at][vehicle.end]
            metres += vehicle.distances[at][vehicle.end]
        if ride > vehicle.max_ride or metres > vehicle.max_metres or stops > vehicle.max_stops:
            return None
        cost = self._ride_cost(ride, metres) + vehicle.fixed + prices - self.cost
        return Insertion(cost, self, sequence)


def _peaks(loads: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    peaks = [loads[0]]
    for load in loads[1:]:
        peaks.append(tuple(map(max, peaks[-1], load)))
    return peaks


def _keeps_pins(route: TrialRoute, sequence: tuple[int, ...]) -> bool:
    for pin in route.vehicle.ordered_pins:
        ids = [route.model.tasks[task].id for task in sequence]
        wanted = [task_id for task_id in pin.task_ids if task_id in ids]
        found = [task_id for task_id in ids if task_id in wanted]
        if pin.order is PinOrder.STRICT:
            found = ids[: len(wanted)]
        if found != wanted:
            return False
    return True
