"""A problem as peers without setups, breaks and several windows see it: places, rides, starts.

Setup is paid on the way in, as part of the ride, where the place changes; so a window bounds the
start of service instead of the start of setup. Where several tasks share a place, a later one pays
no setup: its latest start is the window's own end, by a setup less than the real clock allows.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from routing import Problem, Task, Vehicle
from routing.objective import SCALE
from tests.bench.short_clock import LATEST, on_short_clock

Table = npt.NDArray[np.int64]

MORE_THAN_ANY_ROUTE = 10
"""Where vehicles come first, a vehicle's price in longest rides per task."""


@dataclass(frozen=True, slots=True)
class Step:
    """`earliest` and `latest` bound the start of service (s)."""

    task: Task
    location: int
    earliest: int
    latest: int
    service_s: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A shipment with one pickup and one delivery; `price` is that of leaving it undone."""

    pickup: Step
    delivery: Step
    amount: tuple[int, ...]
    price: int | None


class PlainModel:
    """`anywhere` is the number of a place at no distance from all, where open routes end."""

    def __init__(self, problem: Problem) -> None:
        if problem.jobs:
            raise ValueError("the bench's peers are asked about shipments only")
        self.problem, lost = on_short_clock(problem)
        self.vehicles = self.problem.vehicles
        self.size = problem.matrices[self.vehicles[0].profile].size
        self.anywhere = self.size
        tasks = [t for s in self.problem.shipments for t in (*s.pickups, *s.deliveries)]
        self._shared = Counter(task.location.matrix_index for task in tasks)
        self._setup = np.zeros(self.size + 1, dtype=np.int64)
        self._areas = [""] * (self.size + 1)
        for task in tasks:
            self._setup[task.location.matrix_index] = task.setup_s
            self._areas[task.location.matrix_index] = task.location.area
        self._most_unfamiliar = max(vehicle.unfamiliar_setup_s for vehicle in self.vehicles)
        self.pairs = [
            Pair(
                self._step(shipment.pickups[0]),
                self._step(shipment.deliveries[0]),
                shipment.pickups[0].load_change,
                shipment.penalty,
            )
            for shipment in self.problem.shipments
            if lost.isdisjoint((shipment.pickups[0].id, shipment.deliveries[0].id))
        ]

    def _step(self, task: Task) -> Step:
        window = task.windows[0] if task.windows else None
        start, end = (window.start, window.end) if window else (0, LATEST)
        place = task.location.matrix_index
        most = task.setup_s + (self._most_unfamiliar if task.location.area else 0)
        latest = end if self._shared[place] > 1 else end + task.setup_s
        return Step(task, place, min(start + most, latest), latest, task.service_s)

    def setups(self, vehicle: Vehicle) -> Table:
        """Seconds of setup on arrival at each place for this vehicle."""
        strange = [bool(area) and area not in vehicle.familiar_areas for area in self._areas]
        return self._setup + np.array(strange) * vehicle.unfamiliar_setup_s

    def durations(self, vehicle: Vehicle) -> Table:
        """Ride and setup between different places, with ANYWHERE as the last one (s)."""
        rides = self._with_anywhere(self.problem.matrices[vehicle.profile].duration_s)
        setups = np.broadcast_to(self.setups(vehicle), rides.shape).copy()
        np.fill_diagonal(setups, 0)
        return rides + setups

    def ride_costs(self, vehicle: Vehicle) -> Table:
        """Cost units of riding between places, rounded down."""
        matrix, costs = self.problem.matrices[vehicle.profile], vehicle.costs
        seconds = self._with_anywhere(matrix.duration_s)
        metres = self._with_anywhere(matrix.distance_m)
        return (5 * costs.per_hour * seconds + 18 * costs.per_km * metres) // SCALE

    def _with_anywhere(self, table: npt.NDArray[np.int32]) -> Table:
        wider = np.zeros((self.size + 1, self.size + 1), dtype=np.int64)
        wider[: self.size, : self.size] = table
        return wider

    def end_of(self, vehicle: Vehicle) -> int:
        """Number of the place where the vehicle's route ends."""
        return self.anywhere if vehicle.end is None else vehicle.end.matrix_index

    def price_of_a_vehicle_first(self) -> int:
        """A fixed cost that puts vehicles before riding: no route saved is worth it."""
        longest = int(self.ride_costs(self.vehicles[0]).max())
        return MORE_THAN_ANY_ROUTE * longest * 2
