"""PyVRP: iterated local search on the clock without the lunch gap.

It has shipments, shifts and a table of rides per profile (familiar districts); it has no breaks,
one window a task, and no setup: setups are part of the rides.
"""

from collections import defaultdict

from pyvrp import (
    Depot,
    Location,
    ProblemData,
    Shipment,
    VehicleType,
    minimise_fleet,
)
from pyvrp import (
    solve as search,
)
from pyvrp.stop import MaxRuntime

from routing import Vehicle
from tests.bench.answers import VEHICLES_FIRST, Answer, Ask
from tests.bench.peers.plain_model import Pair, PlainModel

FLEET_SHARE = 0.5
"""Part of the time for fewer vehicles, by PyVRP's own `minimise_fleet`."""


def solve(ask: Ask) -> Answer:
    """One run; PyVRP has one thread."""
    model = PlainModel(ask.problem)
    vehicles_first = ask.objective == VEHICLES_FIRST
    data, members = _data(model, vehicles_first)
    seconds = ask.seconds
    if vehicles_first and data.num_vehicle_types == 1:
        fleet = minimise_fleet(data, MaxRuntime(seconds * FLEET_SHARE), seed=ask.seed)
        data = data.replace(vehicle_types=[fleet])
        seconds *= 1 - FLEET_SHARE
    result = search(data, MaxRuntime(seconds), seed=ask.seed, collect_stats=False)
    orders: dict[str, list[str]] = {}
    idle = {number: list(vehicles) for number, vehicles in members.items()}
    for route in result.best.routes():
        vehicle = idle[route.vehicle_type()].pop(0)
        order = orders.setdefault(vehicle.id, [])
        for activity in route:
            if activity.is_pickup():
                order.append(model.pairs[activity.idx].pickup.task.id)
            elif activity.is_delivery():
                order.append(model.pairs[activity.idx].delivery.task.id)
    return Answer(orders=orders, facts={"iterations": result.num_iterations})


def _data(model: PlainModel, vehicles_first: bool) -> tuple[ProblemData, dict[int, list[Vehicle]]]:
    """The problem in PyVRP's words, and the vehicles of each type."""
    profiles: dict[tuple[object, ...], int] = {}
    distances, durations = [], []
    alike: dict[tuple[object, ...], list[Vehicle]] = defaultdict(list)
    places = sorted({model.end_of(v) for v in model.vehicles}) + sorted(
        {v.start.matrix_index for v in model.vehicles}
    )
    depots = sorted(set(places))
    for vehicle in model.vehicles:
        costs = vehicle.costs
        key = (vehicle.profile, vehicle.familiar_areas, costs.per_hour, costs.per_km)
        if key not in profiles:
            profiles[key] = len(profiles)
            distances.append(model.ride_costs(vehicle))
            durations.append(model.durations(vehicle))
        ends = depots.index(vehicle.start.matrix_index), depots.index(model.end_of(vehicle))
        shift = vehicle.shift.start, vehicle.shift.end
        alike[profiles[key], ends, shift, vehicle.capacity, costs.fixed].append(vehicle)
    types = [
        VehicleType(
            num_available=len(vehicles),
            capacity=list(vehicles[0].capacity),
            start_depot=depots.index(vehicles[0].start.matrix_index),
            end_depot=depots.index(model.end_of(vehicles[0])),
            fixed_cost=0 if vehicles_first else vehicles[0].costs.fixed,
            tw_early=vehicles[0].shift.start,
            tw_late=vehicles[0].shift.end,
            unit_distance_cost=1,
            unit_duration_cost=0,
            profile=int(str(key[0])),
        )
        for key, vehicles in alike.items()
    ]
    data = ProblemData(
        locations=[Location(x=place, y=0) for place in range(model.size + 1)],  # for drawings
        clients=[],
        depots=[Depot(location=place) for place in depots],
        vehicle_types=types,
        distance_matrices=distances,
        duration_matrices=durations,
        shipments=[_shipment(pair) for pair in model.pairs],
    )
    return data, dict(enumerate(alike.values()))


def _shipment(pair: Pair) -> Shipment:
    """Required: with a prize for each instead, plans were 3 % dearer (100 and 300 visits)."""
    return Shipment(
        pickup_location=pair.pickup.location,
        delivery_location=pair.delivery.location,
        pickup_tw_early=pair.pickup.earliest,
        pickup_tw_late=pair.pickup.latest,
        pickup_service_duration=pair.pickup.service_s,
        delivery_tw_early=pair.delivery.earliest,
        delivery_tw_late=pair.delivery.latest,
        delivery_service_duration=pair.delivery.service_s,
        amount=list(pair.amount),
    )
