"""A problem compiled to numbers and short lists, so that thousands of insertions can be tried.

Its arithmetic is the closed form of `routing.clock.timing`; a property test holds the two equal.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from routing.lookup import Lookup
from routing.objective import SCALE, Penalties
from routing.problem import (
    Job,
    PinOrder,
    Problem,
    Shipment,
    Task,
    Vehicle,
    Work,
    start_load_of,
    tasks_of,
)
from routing.rides import leaves_for_first_task

INFINITE = 1 << 60

Windows = tuple[tuple[int, int], ...]
"""(earliest, latest) legal starts, in order."""

Table = Mapping[int, Sequence[int]]
"""Rows by their number."""

LegOption = tuple[int, int, int, int]
"""Breaks taken after the leg, seconds of break, earliest arrival, latest leaving."""


MOST_PLACES_LISTED = 1_500
"""Lists are read twice as fast as the matrix itself, and take 40 bytes a cell instead of none: with
5,000 places the four tables would be 4 GB."""


Actions = dict[tuple[int, bool], tuple[int, Windows]]
"""By task and whether its setup is paid: length and legal starts."""


class _Rows(dict[int, Sequence[int]]):
    """A table row by row, as integers of Python, each listed when it is first asked for: where the
    compiled search does the work few rows are."""

    def __init__(self, table: npt.NDArray[np.int32]) -> None:
        self._table = table

    def __missing__(self, number: int) -> Sequence[int]:
        row = self._table[number]
        listed = row.tolist() if len(self._table) <= MOST_PLACES_LISTED else memoryview(row)
        self[number] = listed
        return listed


class VehicleModel:
    """One vehicle: rides, setups and legal starts by task number, and the ways to break on a leg.

    Leaving at t with ride d and taking breaks i..j on the leg, the arrival is
    max(t + d + their length, each opening + the length from it on), allowed if t reaches each
    break before its window closes.
    """

    def __init__(self, model: "TrialModel", vehicle: Vehicle, number: int) -> None:
        self.vehicle = vehicle
        self.number = number
        matrix = model.matrices[vehicle.profile]
        self.durations, self.distances, self.durations_to, self.distances_to = matrix
        self.start = vehicle.start.matrix_index
        self.start_place = model.place_number(vehicle.start.place_key)
        self.end = None if vehicle.end is None else vehicle.end.matrix_index
        self.breaks = len(vehicle.breaks)
        self.leg_options = [_leg_options(vehicle, taken) for taken in range(self.breaks + 1)]
        self.capacity = vehicle.capacity if model.dimensions else ()
        self.per_second = 5 * vehicle.costs.per_hour
        self.per_metre = 18 * vehicle.costs.per_km
        self.fixed = vehicle.costs.fixed * SCALE
        self.max_ride = INFINITE if vehicle.max_travel_s is None else vehicle.max_travel_s
        self.max_metres = INFINITE if vehicle.max_distance_m is None else vehicle.max_distance_m
        self.max_stops = INFINITE if vehicle.max_stops is None else vehicle.max_stops
        self.max_tasks = INFINITE if vehicle.max_tasks is None else vehicle.max_tasks
        pins = [pin for pin in model.lookup.problem.pins if pin.vehicle_id == vehicle.id]
        self.has_pins = bool(pins)
        self.is_special = self.has_pins or vehicle.id in model.promised
        """Whether pins or the plan before tell it from others that are alike."""
        self.ordered_pins = tuple(pin for pin in pins if pin.order is not PinOrder.ANY)
        self.counts_metres = self.per_metre > 0 or vehicle.max_distance_m is not None
        limits = vehicle.max_travel_s, vehicle.max_distance_m, vehicle.max_stops, vehicle.max_tasks
        self.latest_end = vehicle.latest_end_s
        self.rides = model.lookup.rides[vehicle.profile]
        self.floats = leaves_for_first_task(self.rides, vehicle)
        """Whether the first task moves the clock of all others: slacks tell nothing then."""
        self.is_simulated = self.floats or model.is_priced or vehicle.overtime is not None
        """Whether slacks do not tell all: a legal place must be timed to know its price."""
        self.is_plain = not self.ordered_pins and all(limit is None for limit in limits)
        self._model = model
        familiarity = vehicle.familiar_areas, vehicle.unfamiliar_setup_s
        self._actions = model.actions.setdefault(familiarity, {})

    def forget(self, task: int) -> None:
        """Drop what is known of a task that has changed."""
        self._actions.pop((task, True), None)
        self._actions.pop((task, False), None)

    def action(self, task: int, paid: bool) -> tuple[int, Windows]:
        """Length of the action at a task, with or without its setup, and its legal starts."""
        known = self._actions.get((task, paid))
        if known is None:
            entry = self._model.tasks[task]
            length = entry.service_s
            if paid:
                area = entry.location.area
                length += entry.setup_s
                if area and area not in self.vehicle.familiar_areas:
                    length += self.vehicle.unfamiliar_setup_s
            known = length, _legal_starts(entry, length)
            self._actions[task, paid] = known
        return known


class TrialModel:
    """Tasks by number, vehicles by number, works by id."""

    def __init__(self, problem: Problem, like: "TrialModel | None" = None) -> None:
        """`like` lends the matrices and the numbers of places of a model with the same ones."""
        self.lookup = Lookup(problem)
        self.dimensions = len(problem.load_dimensions)
        self.matrices: dict[str, tuple[Table, Table, Table, Table]] = (
            like.matrices
            if like is not None
            else {
                name: (
                    _Rows(matrix.duration_s),
                    _Rows(matrix.distance_m),
                    _Rows(matrix.duration_s.T),
                    _Rows(matrix.distance_m.T),
                )
                for name, matrix in problem.matrices.items()
            }
        )
        self._places: dict[str, int] = {} if like is None else like._places
        self.actions: dict[tuple[frozenset[str], int], Actions] = {}
        """What vehicles of one familiarity have looked up, for all of them."""
        self.tasks: list[Task] = []
        self.number_of: dict[str, int] = {}
        self.locations: list[int] = []
        self.places: list[int] = []
        self.prices: list[int] = []
        self.changes: list[tuple[int, ...]] = []
        self.start_loads: list[tuple[int, ...]] = []
        self.work_of: list[Work] = []
        zeros = (0,) * self.dimensions
        for task_id, entry in self.lookup.entries.items():
            self.number_of[task_id] = len(self.tasks)
            self.tasks.append(entry.task)
            self.locations.append(entry.task.location.matrix_index)
            self.places.append(self.place_number(entry.task.location.place_key))
            self.prices.append(entry.task.price * SCALE)
            self.changes.append(entry.task.load_change or zeros)
            self.start_loads.append(
                start_load_of(entry.work, self.dimensions) if isinstance(entry.work, Job) else zeros
            )
            self.work_of.append(entry.work)
        self.penalties = Penalties(problem)
        works = list(problem.works())
        self.is_priced = any(task.soft_windows for work in works for task in tasks_of(work)) or any(
            isinstance(work, Shipment) and work.max_ride_s is not None for work in works
        )
        self.promised = frozenset(problem.stability.vehicle_of.values())
        self.charges_moves = problem.stability.price_per_moved > 0
        self.vehicles = [
            VehicleModel(self, vehicle, number) for number, vehicle in enumerate(problem.vehicles)
        ]

    def change_windows(self, task: Task) -> None:
        """Use another version of a task that differs in its windows only and is in no route."""
        number = self.number_of[task.id]
        self.tasks[number] = task
        for vehicle in self.vehicles:
            vehicle.forget(number)

    def place_number(self, key: str) -> int:
        """Places as small integers."""
        return self._places.setdefault(key, len(self._places))

    def sides(self, work: Work) -> tuple[tuple[int, ...], ...]:
        """Task numbers to choose from per side, pins applied."""
        return tuple(
            tuple(self.number_of[task.id] for task in side) for side in self.lookup.sides_of(work)
        )

    def price_of_moving(self, vehicle: VehicleModel, work: Work) -> int:
        """In 1/SCALE units, for a work done by another vehicle than before."""
        if not self.charges_moves:
            return 0
        return self.lookup.price_of_moving(work, vehicle.vehicle) * SCALE

    def may_serve(self, vehicle: VehicleModel, work: Work) -> bool:
        """Skills and pins; everything else is tried."""
        pin = self.lookup.pin_of_work.get(work.id)
        if pin is not None and pin.vehicle_id != vehicle.vehicle.id:
            return False
        return work.skills <= vehicle.vehicle.skills


def _legal_starts(task: Task, action_s: int) -> Windows:
    if not task.windows:
        return ((task.release_s, INFINITE),)
    starts = []
    for window in task.windows:
        earliest = max(window.start, task.release_s)
        latest = window.end - (action_s if task.must_finish else 0)
        if earliest <= latest:
            starts.append((earliest, latest))
    return tuple(starts)


def _leg_options(vehicle: Vehicle, taken: int) -> list[LegOption]:
    options: list[LegOption] = [(taken, 0, 0, INFINITE)]
    length, opening, latest = 0, 0, INFINITE
    for number in range(taken, len(vehicle.breaks)):
        pause = vehicle.breaks[number]
        # `opening` is when the breaks so far can be over at the earliest, whatever t is.
        if opening > pause.window.end:
            break
        latest = min(latest, pause.window.end - length)
        opening = max(opening, pause.window.start) + pause.duration_s
        length += pause.duration_s
        options.append((number + 1, length, opening, latest))
    return options
