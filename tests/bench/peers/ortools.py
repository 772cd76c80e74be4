"""OR-Tools' routing library by itself: guided local search on the clock without the lunch gap.

One pair of nodes a shipment, one time dimension per kind of vehicle. Its own break intervals and
window holes make the search crawl, so both are left out as for the other peers.
"""

from collections.abc import Mapping

import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from routing import Vehicle
from tests.bench.answers import VEHICLES_FIRST, Answer, Ask
from tests.bench.peers.plain_model import PlainModel, Step, Table

FIRST = routing_enums_pb2.FirstSolutionStrategy.LOCAL_CHEAPEST_INSERTION
"""The only one that starts a day of 300 pairs in seconds; savings find nothing on pairs."""

THEN = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH


class _Model:
    """Nodes 0, 1 are the first pair's pickup and delivery, and so on; starts and ends follow."""

    def __init__(self, plain: PlainModel, objective: str) -> None:
        self.plain = plain
        steps = [step for pair in plain.pairs for step in (pair.pickup, pair.delivery)]
        places = [step.location for step in steps]
        depots: dict[int, int] = {}
        for vehicle in plain.vehicles:
            for place in (vehicle.start.matrix_index, plain.end_of(vehicle)):
                depots.setdefault(place, len(steps) + len(depots))
        self.where = np.array([*places, *depots])
        starts = [depots[vehicle.start.matrix_index] for vehicle in plain.vehicles]
        ends = [depots[plain.end_of(vehicle)] for vehicle in plain.vehicles]
        self.manager = pywrapcp.RoutingIndexManager(
            len(self.where), len(plain.vehicles), starts, ends
        )
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.index = [self.manager.NodeToIndex(number) for number in range(len(steps))]
        first_price = plain.price_of_a_vehicle_first() if objective == VEHICLES_FIRST else None
        self._costs(first_price)
        self._time(steps)
        self._loads()
        self._pairs(first_price)

    def _of_nodes(self, table: Table) -> Table:
        return table[np.ix_(self.where, self.where)]

    def _matrix(self, known: dict[object, int], key: object, table: Table) -> int:
        if key not in known:
            known[key] = self.routing.RegisterTransitMatrix(self._of_nodes(table).tolist())
        return known[key]

    def _costs(self, first_price: int | None) -> None:
        known: dict[object, int] = {}
        for number, vehicle in enumerate(self.plain.vehicles):
            costs = vehicle.costs
            key = (vehicle.profile, costs.per_hour, costs.per_km)
            table = self._matrix(known, key, self.plain.ride_costs(vehicle))
            self.routing.SetArcCostEvaluatorOfVehicle(table, number)
            fixed = costs.fixed if first_price is None else first_price
            self.routing.SetFixedCostOfVehicle(fixed, number)

    def _time(self, steps: list[Step]) -> None:
        service = np.zeros(len(self.where), dtype=np.int64)
        service[: len(steps)] = [step.service_s for step in steps]
        known: dict[object, int] = {}
        transits = []
        for vehicle in self.plain.vehicles:
            key = (vehicle.profile, vehicle.familiar_areas, vehicle.unfamiliar_setup_s)
            if key not in known:
                table = self._of_nodes(self.plain.durations(vehicle)) + service[:, None]
                known[key] = self.routing.RegisterTransitMatrix(table.tolist())
            transits.append(known[key])
        horizon = max(vehicle.shift.end for vehicle in self.plain.vehicles)
        self.routing.AddDimensionWithVehicleTransits(transits, horizon, horizon, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        for index, step in zip(self.index, steps, strict=True):
            latest = min(step.latest, horizon)
            self.time.CumulVar(index).SetRange(min(step.earliest, latest), latest)
        for number, vehicle in enumerate(self.plain.vehicles):
            for index in (self.routing.Start(number), self.routing.End(number)):
                self.time.CumulVar(index).SetRange(vehicle.shift.start, vehicle.shift.end)

    def _loads(self) -> None:
        for dimension in range(len(self.plain.problem.load_dimensions)):
            changes = [0] * len(self.where)
            for number, pair in enumerate(self.plain.pairs):
                changes[2 * number] = pair.amount[dimension]
                changes[2 * number + 1] = -pair.amount[dimension]
            callback = self.routing.RegisterUnaryTransitVector(changes)
            room = [_capacity(vehicle, dimension) for vehicle in self.plain.vehicles]
            self.routing.AddDimensionWithVehicleCapacity(
                callback, 0, room, True, f"load {dimension}"
            )

    def _pairs(self, first_price: int | None) -> None:
        solver = self.routing.solver()
        dearest = 1 << 40
        for number, pair in enumerate(self.plain.pairs):
            pickup, delivery = self.index[2 * number], self.index[2 * number + 1]
            price = dearest if pair.price is None or first_price is not None else pair.price
            self.routing.AddDisjunction([pickup], price - price // 2)
            self.routing.AddDisjunction([delivery], price // 2)
            self.routing.AddPickupAndDelivery(pickup, delivery)
            solver.Add(self.routing.VehicleVar(pickup) == self.routing.VehicleVar(delivery))
            solver.Add(self.time.CumulVar(pickup) <= self.time.CumulVar(delivery))


def solve(ask: Ask) -> Answer:
    """One run; the routing library has one thread."""
    plain = PlainModel(ask.problem)
    model = _Model(plain, ask.objective)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = FIRST
    parameters.local_search_metaheuristic = THEN
    parameters.time_limit.FromMilliseconds(int(ask.seconds * 1000))
    model.routing.solver().ReSeed(ask.seed)
    found = model.routing.SolveWithParameters(parameters)
    if found is None:
        return Answer(orders={})
    return Answer(orders=_orders(model, found))


def _orders(model: _Model, found: pywrapcp.Assignment) -> Mapping[str, list[str]]:
    orders: dict[str, list[str]] = {}
    for number, vehicle in enumerate(model.plain.vehicles):
        index = found.Value(model.routing.NextVar(model.routing.Start(number)))
        while not model.routing.IsEnd(index):
            node = model.manager.IndexToNode(index)
            pair = model.plain.pairs[node // 2]
            step = pair.delivery if node % 2 else pair.pickup
            orders.setdefault(vehicle.id, []).append(step.task.id)
            index = found.Value(model.routing.NextVar(index))
    return orders


def _capacity(vehicle: Vehicle, dimension: int) -> int:
    return vehicle.capacity[dimension] if vehicle.capacity else 1 << 30
