"""Try new work at every place of a route, exactly, without timing the whole route each time.

Per number of breaks taken, a route remembers the earliest end of every task and the latest
arrival that still saves the rest; being early never hurts, so that an insertion is legal exactly
when some arrival behind it is not later than that.
"""

from itertools import pairwise

from routing.problem import PinOrder
from routing.trying.simulation import simulate
from routing.trying.trial_model import INFINITE, TrialModel, VehicleModel

NEVER = -INFINITE


class TrialRoute:
    """A feasible sequence of task numbers of one vehicle, open for insertions."""

    __slots__ = (
        "after",
        "after_at",
        "at",
        "by_the_second",
        "ends",
        "latest",
        "loads",
        "metre_legs",
        "metres",
        "model",
        "peak_before",
        "ride",
        "ride_legs",
        "sequence",
        "simulated_end",
        "stops",
        "vehicle",
    )

    def __init__(self, model: TrialModel, vehicle: VehicleModel) -> None:
        self.model = model
        self.vehicle = vehicle
        self.sequence: tuple[int, ...] = ()
        self.after_at: list[int | None] = []
        self.replace(())

    @property
    def is_feasible(self) -> bool:
        """Whether clock, loads and limits hold (skills, pairs and pins are the caller's)."""
        vehicle = self.vehicle
        return (
            self.end_s < INFINITE
            and self.ride <= vehicle.max_ride
            and self.metres <= vehicle.max_metres
            and self.stops <= vehicle.max_stops
            and len(self.sequence) <= vehicle.max_tasks
            and self.within(self.after[0])
        )

    @property
    def cost(self) -> int:
        """Fixed and riding cost and prices, in 1/SCALE units; 0 when empty."""
        if not self.sequence:
            return 0
        vehicle, model = self.vehicle, self.model
        prices = sum(model.prices[task] for task in self.sequence) + self.by_the_second
        if model.charges_moves:
            works = {model.work_of[task].id: model.work_of[task] for task in self.sequence}
            prices += sum(model.price_of_moving(vehicle, work) for work in works.values())
        return self.ride_cost(self.ride, self.metres) + vehicle.fixed + prices

    @property
    def end_s(self) -> int:
        """Earliest end of the route with all breaks taken; INFINITE when infeasible."""
        if self.vehicle.is_simulated and self.sequence:
            return self.simulated_end
        return self.ends[-1][self.vehicle.breaks]

    def keeps_pins(self) -> bool:
        """Whether the sequence keeps the order of the vehicle's pins."""
        return self.would_keep_pins(self.sequence)

    def would_keep_pins(self, sequence: tuple[int, ...]) -> bool:
        """Whether another sequence would."""
        for pin in self.vehicle.ordered_pins:
            ids = [self.model.tasks[task].id for task in sequence]
            wanted = [task_id for task_id in pin.task_ids if task_id in ids]
            found = [task_id for task_id in ids if task_id in wanted]
            if pin.order is PinOrder.STRICT:
                found = ids[: len(wanted)]
            if found != wanted:
                return False
        return True

    def reached(self) -> int:
        """Minus the number of tasks that the clock reaches from the start."""
        return -sum(min(ends) < INFINITE for ends in self.ends)

    def ride_cost(self, ride: int, metres: int) -> int:
        """In 1/SCALE units."""
        return ride * self.vehicle.per_second + metres * self.vehicle.per_metre

    def replace(self, sequence: tuple[int, ...]) -> None:
        """Take another sequence and work everything out again."""
        self.sequence = sequence
        self._forward()
        self._backward()
        self._weigh()
        self.by_the_second, self.simulated_end = 0, INFINITE
        if sequence and self.vehicle.is_simulated:
            timed = simulate(self.model, self.vehicle, sequence)
            if timed is not None:
                self.by_the_second, self.simulated_end = timed.price, timed.end_s
                self.ride = timed.ride_s

    def _forward(self) -> None:
        vehicle, model = self.vehicle, self.model
        times = [vehicle.vehicle.shift.start] + [INFINITE] * vehicle.breaks
        self.ends = [times]
        self.stops = 0
        self._measure()
        at, place, halted = vehicle.start, vehicle.start_place, -1
        for task in self.sequence:
            to = model.locations[task]
            here = model.places[task]
            self.stops += here != halted
            times = self.act(self.travel(times, vehicle.durations[at][to]), task, here != place)
            self.ends.append(times)
            at, place, halted = to, here, here
        final = self.travel(times, self.home(at))
        late = final[vehicle.breaks] > vehicle.latest_end
        self.ends.append([INFINITE] * (vehicle.breaks + 1) if late else final)

    def _measure(self) -> None:
        """Legs between the locations; an unused vehicle rides nowhere."""
        vehicle, sequence = self.vehicle, self.sequence
        self.at = [vehicle.start, *(self.model.locations[task] for task in sequence)]
        self.after_at = [*self.at[1:], vehicle.end]
        legs = list(zip(self.at, self.after_at, strict=True)) if sequence else [(0, None)]
        rides, lengths = vehicle.durations, vehicle.distances
        self.ride_legs = [0 if to is None else rides[at][to] for at, to in legs]
        self.metre_legs = [0 if to is None else lengths[at][to] for at, to in legs]
        self.ride, self.metres = sum(self.ride_legs), sum(self.metre_legs)

    def home(self, at: int) -> int:
        """Seconds from a location to the vehicle's end."""
        end = self.vehicle.end
        return 0 if end is None else int(self.vehicle.durations[at][end])

    def travel(self, times: list[int], ride: int) -> list[int]:
        """Earliest arrivals per number of breaks taken, from ends; `ride` < 0 is unreachable."""
        if ride < 0:
            return [INFINITE] * len(times)
        options = self.vehicle.leg_options
        if len(times) == 1:
            return [times[0] + ride]
        if len(times) == 2 and len(options[0]) == 2:
            before, after = times[0] + ride, times[1] + ride
            _, pause, opening, latest = options[0][1]
            if times[0] <= latest:
                after = min(after, max(before + pause, opening))
            return [before, after]
        arrivals = [INFINITE] * len(times)
        for taken, now in enumerate(times):
            for end, pause, opening, latest in options[taken]:
                if now <= latest:
                    arrivals[end] = min(arrivals[end], max(now + ride + pause, opening))
        return arrivals

    def act(self, arrivals: list[int], task: int, paid: bool) -> list[int]:
        """Earliest ends of a task, from arrivals."""
        length, windows = self.vehicle.action(task, paid)
        ends = []
        for arrival in arrivals:
            for earliest, latest in windows:
                if arrival <= latest:
                    ends.append((max(earliest, arrival)) + length)
                    break
            else:
                ends.append(INFINITE)
        return ends

    def _backward(self) -> None:
        """`_latest[i][paid]`: latest arrivals at position i that save the rest of the route."""
        vehicle, model = self.vehicle, self.model
        home = [NEVER] * vehicle.breaks + [vehicle.latest_end]
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
        self.latest = latest[::-1]

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
        self.loads = loads
        self.peak_before = _peaks(loads)
        self.after = _peaks(loads[::-1])[::-1]

    def within(self, load: tuple[int, ...], more: tuple[int, ...] | None = None) -> bool:
        """Whether a load, with `more` on top, fits the vehicle."""
        for number, room in enumerate(self.vehicle.capacity):
            if load[number] + (more[number] if more else 0) > room:
                return False
        return True

    def would_fit(self, sequence: tuple[int, ...]) -> bool:
        """Whether another sequence stays within the capacity at every step."""
        model = self.model
        load = [0] * model.dimensions
        for task in sequence:
            load = [a + b for a, b in zip(load, model.start_loads[task], strict=True)]
        if not self.within(tuple(load)):
            return False
        for task in sequence:
            load = [a + b for a, b in zip(load, model.changes[task], strict=True)]
            if not self.within(tuple(load)):
                return False
        return True

    def metres_of(self, sequence: tuple[int, ...]) -> int:
        """Metres of another sequence that is not empty."""
        vehicle = self.vehicle
        at = [vehicle.start, *(self.model.locations[task] for task in sequence)]
        metres = sum(vehicle.distances[a][b] for a, b in pairwise(at))
        return metres + (0 if vehicle.end is None else vehicle.distances[at[-1]][vehicle.end])

    def follow(self, times: list[int], at: int, place: int, task: int) -> list[int]:
        """Ends of a task after ends at a location and place."""
        ride = self.vehicle.durations[at][self.model.locations[task]]
        return self.act(self.travel(times, ride), task, self.model.places[task] != place)

    def count_stops(self, sequence: tuple[int, ...]) -> int:
        """Halts of a sequence: tasks one after the other at one place are one."""
        places = [self.model.places[task] for task in sequence]
        return sum(here != before for here, before in zip(places, [-1, *places], strict=False))

    def saves_rest(self, times: list[int], at: int, place: int, position: int) -> bool:
        """Whether leaving `at` (ends per breaks taken) still reaches everything from `position`."""
        vehicle, model = self.vehicle, self.model
        if position == len(self.sequence):
            ride, paid = self.home(at), True
        else:
            task = self.sequence[position]
            ride = vehicle.durations[at][model.locations[task]]
            paid = model.places[task] != place
        arrivals = self.travel(times, ride)
        limits = self.latest[position][paid]
        if len(limits) == 1:
            return arrivals[0] <= limits[0]
        return any(arrival <= limit for arrival, limit in zip(arrivals, limits, strict=True))


def _peaks(loads: list[tuple[int, ...]]) -> list[tuple[int, ...]]:
    peaks = [loads[0]]
    for load in loads[1:]:
        peaks.append(tuple(map(max, peaks[-1], load)))
    return peaks
