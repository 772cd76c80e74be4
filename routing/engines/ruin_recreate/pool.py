"""Routes that a search met: what the partitioning after it chooses from."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.plan_state import PlanState

MOST_ROUTES = 5_000
"""When twice as many are kept the older half leaves: late routes come from better plans."""


class PooledRoute(NamedTuple):
    """A route that some vehicle of a kind can ride."""

    kind: int  # first vehicle that is like it
    works: tuple[int, ...]  # sorted numbers
    cost: int  # 1/SCALE units
    tasks: Ints  # numbers in order


class RoutePool:
    """The cheapest order met for every kind of vehicle and set of works."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._routes: dict[tuple[int, bytes], PooledRoute] = {}
        self._seen = np.zeros(len(instance.vehicles), dtype=np.int64)

    def __len__(self) -> int:
        return len(self._routes)

    def __iter__(self) -> Iterator[PooledRoute]:
        return iter(self._routes.values())

    def collect(self, plan: PlanState) -> None:
        """Takes in the routes that have changed since the last time."""
        versions = plan.routes[:, c.VERSION]
        row_length = plan.saved.shape[1]
        for v in np.flatnonzero(versions != self._seen).tolist():
            first = v * row_length + 1
            tasks = plan.steps[first : first + int(plan.routes[v, c.LENGTH]), c.TASK].copy()
            self.add(v, tasks, int(plan.routes[v, c.COST]))
        self._seen[:] = versions
        if len(self._routes) > 2 * MOST_ROUTES:
            self._routes = dict(list(self._routes.items())[-MOST_ROUTES:])

    def join(self, other: "RoutePool") -> None:
        """Takes in what another search of the same instance has met."""
        for key, route in other._routes.items():
            known = self._routes.get(key)
            if known is None or route.cost < known.cost:
                self._routes[key] = route

    def add(self, vehicle: int, tasks: Ints, cost: int) -> None:
        """One route more; an empty one is none."""
        if not len(tasks):
            return
        works = np.unique(self._instance.tasks[tasks, c.WORK])
        kind = int(self._instance.vehicles[vehicle, c.TWIN])
        key = kind, works.tobytes()
        known = self._routes.pop(key, None)  # put behind the others again: lately met
        if known is None or cost < known.cost:
            known = PooledRoute(kind, tuple(works.tolist()), cost, tasks)
        self._routes[key] = known
