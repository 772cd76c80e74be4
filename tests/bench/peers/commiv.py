"""commiv: ruin and recreate for pairs, written in another language.

One depot, identical vehicles, one window a node, one load: it can be asked about the public sets
only. Vehicles come first by its own driver.
"""

import commiv
import numpy as np

from tests.bench.answers import Answer, Ask
from tests.bench.peers.plain_model import PlainModel


def solve(ask: Ask) -> Answer:
    """One run; commiv ignores threads for pairs. Raises ValueError for what it cannot say."""
    model = PlainModel(ask.problem)
    first = model.vehicles[0]
    if len({(v.start, v.end, v.shift, v.capacity) for v in model.vehicles}) > 1 or first.breaks:
        raise ValueError("commiv has one depot, identical vehicles and no breaks")
    if first.end != first.start or model.setups(first).any():
        raise ValueError("commiv has round trips and no setups only")
    depot = first.start.matrix_index
    pairs = model.pairs
    steps = [pair.pickup for pair in pairs] + [pair.delivery for pair in pairs]
    where = np.array([depot, *(step.location for step in steps)])
    table = model.durations(first)[np.ix_(where, where)]
    horizon = first.shift.end
    found = commiv.solve_pdptw(
        table,
        pickups=range(1, len(pairs) + 1),
        deliveries=range(len(pairs) + 1, 2 * len(pairs) + 1),
        demand=[pair.amount[0] for pair in pairs],
        capacity=first.capacity[0],
        ready=[0, *(step.earliest for step in steps)],
        due=[horizon, *(min(step.latest, horizon) for step in steps)],
        service=[0, *(step.service_s for step in steps)],
        seed=ask.seed,
        fleet_min=True,
        wall_ms=int(ask.seconds * 1000),
    )
    orders = {
        vehicle.id: [steps[node - 1].task.id for node in route]
        for vehicle, route in zip(model.vehicles, found.routes, strict=False)
    }
    return Answer(orders=orders)
