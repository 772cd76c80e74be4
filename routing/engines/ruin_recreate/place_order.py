"""Places numbered so that those near each other have near numbers.

A route's places lie in one part of the town: with near numbers the rides from a task to all of them
share a few lines of the processor's cache.
"""

import numpy as np

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import Cells, Instance, Ints
from routing.engines.ruin_recreate.parts import rides_among


def with_near_numbers(instance: Instance) -> Instance:
    """The same tables with places in the order of a tour; places that nobody rides to are left
    out. Numbers of tasks, works and vehicles stay."""
    tasks, vehicles = instance.tasks, instance.vehicles
    ends = vehicles[:, c.END]
    used = np.unique(np.concatenate((tasks[:, c.PLACE], vehicles[:, c.START], ends[ends >= 0])))
    order = _tour(instance.ride[0], instance.ride_to[0], used)
    number_of = np.zeros(instance.ride.shape[1], dtype=np.int64)
    number_of[order] = np.arange(len(order))
    tasks, vehicles = tasks.copy(), vehicles.copy()
    tasks[:, c.PLACE] = number_of[tasks[:, c.PLACE]]
    vehicles[:, c.START] = number_of[vehicles[:, c.START]]
    vehicles[:, c.END] = np.where(ends >= 0, number_of[ends], ends)
    ride, ride_to = rides_among(instance.ride, order)
    metres, metres_to = instance.metres, instance.metres_to
    if metres.shape[1] == instance.ride.shape[1]:
        metres, metres_to = rides_among(metres, order)
    return instance._replace(
        tasks=tasks,
        vehicles=vehicles,
        ride=ride,
        ride_to=ride_to,
        metres=metres,
        metres_to=metres_to,
    )


def _tour(ride: Cells, ride_to: Cells, places: Ints) -> Ints:
    """The places, each the nearest to the one before that is left, there and back."""
    left = np.full(len(ride), c.FAR, dtype=np.int64)
    left[places] = 0
    tour = places.copy()
    for step in range(len(tour)):
        here = tour[step]
        left[here] = c.FAR
        if step + 1 < len(tour):
            tour[step + 1] = np.argmin(left + ride[here] + ride_to[here])
    return tour
