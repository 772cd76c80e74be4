"""What the public instance files share: nodes, a problem made of them, and their own judge.

The judge works on the file's own numbers in double precision and shares nothing with `schedule`,
so that what the scaling to integers did to an instance cannot hide.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from routing.formats.errors import FormatError, FormatErrors
from routing.matrix import MAX_CELL, TravelMatrix
from routing.problem import Costs, Job, Location, Problem, Shipment, Task, TimeWindow, Vehicle
from routing.solution import Solution

ROUNDING_NOISE = 1e-7
"""How much later than allowed the judge calls in time, in the file's time unit: sums of a few
hundred doubles below 10^5 are off by less than 10^-8."""

DIMENSION = "demand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One line of an instance file in its own units. `partner` is the other end of a pair."""

    demand: int
    ready: Fraction
    due: Fraction
    service: Fraction
    partner: int | None = None

    @property
    def is_pickup(self) -> bool:
        """Whether its pair begins here."""
        return self.partner is not None and self.demand > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """A solution in the terms of its public set; `faults` says what it breaks, in words."""

    vehicles: int
    distance: float
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicInstance:
    """An instance of a public set. `nodes[0]` is the depot, `places` where nodes lie (x, y or
    longitude, latitude); `rides[i, j]` is time and distance in the file's own unit. Task ids of
    `problem` are the node numbers. `scale` is how many seconds of `problem` one unit of the file
    is; so many of its cost units are one unit of distance, or one is a minute (Sartori–Buriol)."""

    name: str
    nodes: tuple[Node, ...]
    places: tuple[tuple[float, float], ...]
    rides: npt.NDArray[np.float64]
    vehicles: int
    capacity: int
    scale: int
    problem: Problem

    def figures(self, solution: Solution) -> Figures:
        """Vehicles, distance and faults of one of our solutions, recomputed in the file's units."""
        return self.judge([[int(i) for i in route.task_ids] for route in solution.routes])

    def judge(self, routes: Sequence[Sequence[int]]) -> Figures:
        """As `figures`, of node numbers per route without the depot."""
        used = [list(route) for route in routes if route]
        return Figures(
            vehicles=len(used),
            distance=sum(self._distance(route) for route in used),
            faults=tuple(self._faults(used)),
        )

    def _distance(self, route: list[int]) -> float:
        known = [node for node in route if 0 < node < len(self.nodes)]
        ways = zip([0, *known], [*known, 0], strict=True)
        return math.fsum(float(self.rides[way]) for way in ways)

    def _faults(self, routes: list[list[int]]) -> Iterator[str]:
        visited = sorted(node for route in routes for node in route)
        known = range(1, len(self.nodes))
        for node in sorted(set(visited) - set(known)):
            yield f"there is no node {node} to visit"
        for node in known:
            if (times := visited.count(node)) != 1:
                yield f"node {node} is visited {times} times"
        if len(routes) > self.vehicles:
            yield f"{len(routes)} routes for {self.vehicles} vehicles"
        for number, route in enumerate(routes, 1):
            if all(node in known for node in route):
                for fault in self._route_faults(route):
                    yield f"route {number}: {fault}"

    def _route_faults(self, route: list[int]) -> Iterator[str]:
        depot = self.nodes[0]
        now, at = float(depot.ready), 0
        load = sum(max(0, -self.nodes[i].demand) for i in route if self.nodes[i].partner is None)
        done: set[int] = set()
        if load > self.capacity:
            yield f"{load} on board at the start, capacity {self.capacity}"
        for number in route:
            node = self.nodes[number]
            now = max(now + float(self.rides[at, number]), float(node.ready))
            if now > float(node.due) + ROUNDING_NOISE:
                yield f"node {number} is begun at {now:.6f}, due {float(node.due):g}"
            now, at, load = now + float(node.service), number, load + node.demand
            if load > self.capacity:
                yield f"{load} on board after node {number}, capacity {self.capacity}"
            if node.partner is not None and not node.is_pickup and node.partner not in done:
                yield f"node {number} comes without {node.partner} before it"
            done.add(number)
        now += float(self.rides[at, 0])
        if now > float(depot.due) + ROUNDING_NOISE:
            yield f"is back at {now:.6f}, due {float(depot.due):g}"


def make_instance(
    *,
    name: str,
    nodes: Sequence[Node],
    rides: npt.NDArray[np.float64],
    vehicles: int,
    capacity: int,
    scale: int,
    cost_per_hour: int,
    places: Sequence[tuple[float, float]],
) -> PublicInstance:
    """The problem of an instance. Times are rounded to the safe side: rides, service and openings
    up, closings down, so that what is feasible in `problem` is feasible in the file's units.

    An order that is feasible in the file's units is refused only where it arrives within
    legs / scale units of a closing time. The cost is at most legs / scale units too high.
    Raises FormatErrors (places too far apart).
    """
    last = math.floor(nodes[0].due * scale)
    table = np.ceil(rides * scale).astype(np.int64)
    if int(table.max()) > MAX_CELL:
        raise FormatErrors([FormatError("nodes", f"lie more than {MAX_CELL // scale:,} apart")])
    depot = Location(matrix_index=0)
    vehicle = Vehicle(
        id="1",
        start=depot,
        end=depot,
        shift=TimeWindow(start=math.ceil(nodes[0].ready * scale), end=last),
        capacity=(capacity,),
        costs=Costs(per_hour=cost_per_hour),
    )
    fleet = tuple(_numbered(vehicle, number) for number in range(1, vehicles + 1))
    problem = Problem(
        vehicles=fleet,
        jobs=tuple(
            Job(id=str(number), task=_task(number, node, scale))
            for number, node in enumerate(nodes)
            if number > 0 and node.partner is None
        ),
        shipments=tuple(
            Shipment(
                id=f"{number}-{node.partner}",
                pickups=(_task(number, node, scale),),
                deliveries=(_task(node.partner, nodes[node.partner], scale),),
            )
            for number, node in enumerate(nodes)
            if node.is_pickup and node.partner is not None
        ),
        matrices={vehicle.profile: TravelMatrix(table)},
        load_dimensions=(DIMENSION,),
    )
    return PublicInstance(
        name=name,
        nodes=tuple(nodes),
        places=tuple(places),
        rides=rides,
        vehicles=vehicles,
        capacity=capacity,
        scale=scale,
        problem=problem,
    )


def _numbered(vehicle: Vehicle, number: int) -> Vehicle:
    return Vehicle(
        id=str(number),
        start=vehicle.start,
        end=vehicle.end,
        shift=vehicle.shift,
        capacity=vehicle.capacity,
        costs=vehicle.costs,
    )


def _task(number: int, node: Node, scale: int) -> Task:
    opens, closes = math.ceil(node.ready * scale), math.floor(node.due * scale)
    return Task(
        id=str(number),
        location=Location(matrix_index=number),
        service_s=math.ceil(node.service * scale),
        windows=(TimeWindow(start=opens, end=closes),),
        load_change=(node.demand,),
    )
