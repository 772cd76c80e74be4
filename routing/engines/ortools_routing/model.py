"""The OR-Tools model of a request: nodes, dimensions, pairs, pins."""

from math import gcd
from typing import Any

import numpy as np
import numpy.typing as npt
from ortools.constraint_solver import pywrapcp

from routing.engines.ortools_routing.nodes import Nodes
from routing.engines.request import SearchRequest
from routing.objective import SCALE
from routing.problem import PinOrder, Stability
from routing.trying.trial_model import Table, VehicleModel

Matrix = npt.NDArray[np.int64]

ANYWHERE = -1
"""Location of an open route's end."""

MAX_PENALTY_SUM = 1 << 60
"""All penalties together must stay inside OR-Tools' 64-bit costs."""


class RoutingModel:
    """OR-Tools objects and the numbering between them and the request."""

    def __init__(self, request: SearchRequest, nodes: Nodes) -> None:
        self.request = request
        self.nodes = nodes
        self.vehicles = request.model.vehicles
        self._locations = [request.model.locations[node.task] for node in nodes.nodes]
        starts, ends = self._add_depots()
        size = len(self._locations)
        self.manager = pywrapcp.RoutingIndexManager(size, len(self.vehicles), starts, ends)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.solver = self.routing.solver()
        self.index = [self.manager.NodeToIndex(number) for number in range(len(nodes.nodes))]
        self.divisor = self._common_divisor()
        self.penalties = self._penalties()
        self._costs()
        self._time()
        self._loads()
        self._limits()
        self._works()
        self._pins()
        self._moves()

    def _add_depots(self) -> tuple[list[int], list[int]]:
        """One node per distinct start or end."""
        numbers: dict[int, int] = {}
        starts: list[int] = []
        ends: list[int] = []
        for vehicle in self.vehicles:
            end = ANYWHERE if vehicle.end is None else vehicle.end
            for location, collected in ((vehicle.start, starts), (end, ends)):
                if location not in numbers:
                    numbers[location] = len(self._locations)
                    self._locations.append(location)
                collected.append(numbers[location])
        return starts, ends

    def _between(self, table: Table, unreachable: int) -> Matrix:
        """A table over all nodes; to and from ANYWHERE costs nothing."""
        where = np.array([max(0, location) for location in self._locations])
        rows = [table[location] for location in where.tolist()]
        matrix: Matrix = np.array(rows, dtype=np.int64)[:, where]
        matrix[matrix < 0] = unreachable
        anywhere = np.array([location == ANYWHERE for location in self._locations])
        matrix[:, anywhere] = 0
        matrix[anywhere, :] = 0
        return matrix

    def _node_values(self, per_task: list[int]) -> npt.NDArray[np.int64]:
        values = np.zeros(len(self._locations), dtype=np.int64)
        values[: len(self.nodes.nodes)] = [per_task[node.task] for node in self.nodes.nodes]
        return values

    def _place_changes(self, vehicle: VehicleModel | None) -> npt.NDArray[np.bool_]:
        """Whether going from one node to another changes the place; False into ends."""
        places = np.full(len(self._locations), -1, dtype=np.int64)
        count = len(self.nodes.nodes)
        places[:count] = [self.request.model.places[node.task] for node in self.nodes.nodes]
        if vehicle is not None:
            places[self._start_node(vehicle)] = vehicle.start_place
        changes: npt.NDArray[np.bool_] = places[:, None] != places[None, :]
        changes[:, count:] = False
        return changes

    def _start_node(self, vehicle: VehicleModel) -> int:
        return int(self.manager.IndexToNode(self.routing.Start(vehicle.number)))

    def _common_divisor(self) -> int:
        """Costs in 1/SCALE units share a factor; smaller numbers leave room for penalties."""
        factors = [*self.request.model.prices, self._stability().price_per_moved * SCALE]
        for vehicle in self.vehicles:
            factors += [vehicle.per_second, vehicle.per_metre, vehicle.fixed]
        return gcd(*factors) or 1

    def _costs(self) -> None:
        prices = self._node_values(self.request.model.prices)
        known: dict[tuple[object, ...], int] = {}
        for vehicle in self.vehicles:
            key = (vehicle.vehicle.profile, vehicle.per_second, vehicle.per_metre)
            if key not in known:
                cost = self._between(vehicle.durations, 0) * vehicle.per_second
                cost += self._between(vehicle.distances, 0) * vehicle.per_metre
                cost = (cost + prices[None, :]) // self.divisor
                known[key] = self.routing.RegisterTransitMatrix(cost.tolist())
            self.routing.SetArcCostEvaluatorOfVehicle(known[key], vehicle.number)
            self.routing.SetFixedCostOfVehicle(vehicle.fixed // self.divisor, vehicle.number)

    def _time(self) -> None:
        """Service of the one, ride, and setup of the next where the place changes."""
        tasks = self.request.model.tasks
        service = self._node_values([task.service_s for task in tasks])
        never = self.nodes.horizon + 1
        known: dict[tuple[object, ...], int] = {}
        evaluators = []
        for vehicle in self.vehicles:
            courier = vehicle.vehicle
            familiar = tuple(sorted(courier.familiar_areas)) if courier.unfamiliar_setup_s else ()
            start = self._start_node(vehicle), vehicle.start_place
            key = (courier.profile, start, familiar, courier.unfamiliar_setup_s)
            if key not in known:
                setups = [
                    vehicle.action(task, True)[0] - vehicle.action(task, False)[0]
                    for task in range(len(tasks))
                ]
                setup = self._node_values(setups)[None, :] * self._place_changes(vehicle)
                transit = self._between(vehicle.durations, never) + service[:, None] + setup
                known[key] = self.routing.RegisterTransitMatrix(transit.tolist())
            evaluators.append(known[key])
        horizon = self.nodes.horizon
        self.routing.AddDimensionWithVehicleTransits(evaluators, horizon, horizon, False, "time")
        self.time = self.routing.GetDimensionOrDie("time")
        for number, node in enumerate(self.nodes.nodes):
            latest = min(node.latest, horizon)
            self.time.CumulVar(self.index[number]).SetRange(min(node.earliest, latest), latest)
        clock = self.nodes.clock
        for vehicle in self.vehicles:
            shift = vehicle.vehicle.shift
            opening = clock.shorten(shift.start)
            closing = clock.shorten(shift.end) - clock.reserved_s(vehicle.vehicle)
            closing = max(opening, closing)
            for end in (self.routing.Start(vehicle.number), self.routing.End(vehicle.number)):
                self.time.CumulVar(end).SetRange(opening, closing)

    def _loads(self) -> None:
        """With goods on board from the start, the start load is free: judged exactly later."""
        model = self.request.model
        for dimension in range(model.dimensions):
            if not any(vehicle.capacity for vehicle in self.vehicles):
                return
            changes = self._node_values([change[dimension] for change in model.changes])
            from_zero = not any(load[dimension] for load in model.start_loads)
            total = int(np.abs(changes).sum()) + 1
            capacities = [
                min(total, vehicle.capacity[dimension]) if vehicle.capacity else total
                for vehicle in self.vehicles
            ]
            callback = self.routing.RegisterUnaryTransitVector(changes.tolist())
            self.routing.AddDimensionWithVehicleCapacity(
                callback, 0, capacities, from_zero, f"load {dimension}"
            )

    def _limits(self) -> None:
        """Dimensions only for limits that some vehicle has."""
        size = len(self._locations)
        into_task = np.zeros((size, size), dtype=np.int64)
        into_task[:, : len(self.nodes.nodes)] = 1
        self._limit("tasks", "max_tasks", lambda _: into_task)
        self._limit("stops", "max_stops", lambda _: self._place_changes(None).astype(np.int64))
        self._limit("metres", "max_distance_m", lambda v: self._between(v.distances, 0))
        self._limit("riding", "max_travel_s", lambda v: self._between(v.durations, 0))

    def _limit(self, name: str, field: str, build: Any) -> None:
        limits = [getattr(vehicle.vehicle, field) for vehicle in self.vehicles]
        if all(limit is None for limit in limits):
            return
        known: dict[str, int] = {}
        for vehicle in self.vehicles:
            profile = vehicle.vehicle.profile
            if profile not in known:
                known[profile] = self.routing.RegisterTransitMatrix(build(vehicle).tolist())
        evaluators = [known[vehicle.vehicle.profile] for vehicle in self.vehicles]
        unlimited = 1 << 40
        self.routing.AddDimensionWithVehicleTransitAndCapacity(
            evaluators,
            0,
            [unlimited if limit is None else limit for limit in limits],
            True,
            name,
        )

    def _works(self) -> None:
        for work_nodes, penalty in zip(self.nodes.works, self.penalties, strict=True):
            sides = [[self.index[number] for number in side] for side in work_nodes.sides]
            shares = [penalty] if len(sides) == 1 else [penalty - penalty // 2, penalty // 2]
            disjunctions = [
                self.routing.AddDisjunction(side, share)
                for side, share in zip(sides, shares, strict=True)
            ]
            allowed = self.request.allowed[work_nodes.work.id]
            if len(allowed) < len(self.vehicles):
                for side in sides:
                    for index in side:
                        self.routing.VehicleVar(index).SetValues([-1, *allowed])
            if len(sides) == 2:
                self._pair(sides, disjunctions)

    def _pair(self, sides: list[list[int]], disjunctions: list[int]) -> None:
        pickups, deliveries = sides
        vehicle_of = self.routing.VehicleVar
        if len(pickups) == len(deliveries) == 1:
            pickup, delivery = pickups[0], deliveries[0]
            self.routing.AddPickupAndDelivery(pickup, delivery)
            self.solver.Add(vehicle_of(pickup) == vehicle_of(delivery))
            self.solver.Add(self.time.CumulVar(pickup) <= self.time.CumulVar(delivery))
            return
        self.routing.AddPickupAndDeliverySets(*disjunctions)
        # Exactly one of each side is active, and the others' vehicle is -1: the largest is it.
        highest = [
            self.solver.Max([vehicle_of(index) for index in side])
            if len(side) > 1
            else vehicle_of(side[0])
            for side in sides
        ]
        self.solver.Add(highest[0] == highest[1])

    def _penalties(self) -> list[int]:
        """In the model's cost units; ranks are kept where 64 bits would not hold the sums."""
        of = self.request.model.penalties.of
        exact = [of(work_nodes.work) * SCALE // self.divisor for work_nodes in self.nodes.works]
        if sum(exact) < MAX_PENALTY_SUM:
            return exact
        share = MAX_PENALTY_SUM // (len(exact) + 1)
        highest = max(exact)
        return [max(1, penalty * share // highest) for penalty in exact]

    def _pins(self) -> None:
        """Order of pinned tasks by their position in the route."""
        ordered = [p for p in self.request.model.lookup.problem.pins if p.order != PinOrder.ANY]
        if not ordered:
            return
        size = len(self._locations)
        ones = [1] * len(self.nodes.nodes) + [0] * (size - len(self.nodes.nodes))
        callback = self.routing.RegisterUnaryTransitVector(ones)
        self.routing.AddDimension(callback, 0, size, True, "position")
        position = self.routing.GetDimensionOrDie("position")
        nodes_of: dict[int, list[int]] = {}
        for number, node in enumerate(self.nodes.nodes):
            nodes_of.setdefault(node.task, []).append(self.index[number])
        for pin in ordered:
            numbers = [self.request.model.number_of[task_id] for task_id in pin.task_ids]
            groups = [nodes_of[number] for number in numbers if number in nodes_of]
            for place, group in enumerate(groups):
                for index in group:
                    if pin.order is PinOrder.STRICT:
                        position.CumulVar(index).SetValue(place)
                    for later in groups[place + 1] if place + 1 < len(groups) else []:
                        self.solver.Add(position.CumulVar(index) <= position.CumulVar(later))

    def _stability(self) -> Stability:
        return self.request.model.lookup.problem.stability

    def _moves(self) -> None:
        """Works on another vehicle than before: each at its price, at most so many in all."""
        stability = self._stability()
        most = len(self.nodes.works) if stability.most_moved is None else stability.most_moved
        if not stability.price_per_moved and stability.most_moved is None:
            return
        evaluators = []
        for vehicle in self.vehicles:
            moved = np.zeros(len(self._locations), dtype=np.int64)
            for work_nodes in self.nodes.works:
                if stability.moves(work_nodes.work.id, vehicle.vehicle.id):
                    moved[list(work_nodes.sides[0])] = 1
            evaluators.append(self.routing.RegisterUnaryTransitVector(moved.tolist()))
        self.routing.AddDimensionWithVehicleTransitAndCapacity(
            evaluators, 0, [most] * len(evaluators), True, "moved"
        )
        moved_works = self.routing.GetDimensionOrDie("moved")
        price = stability.price_per_moved * SCALE // self.divisor
        ends = []
        for vehicle in self.vehicles:
            moved_works.SetSpanCostCoefficientForVehicle(price, vehicle.number)
            ends.append(moved_works.CumulVar(self.routing.End(vehicle.number)))
        if stability.most_moved is not None:
            self.solver.Add(self.solver.Sum(ends) <= most)
