"""Which works a vehicle can do alone, by the search's own clock: thousands of lone routes at once.

Each of a slice of (work, vehicle) becomes a route of its own in the tables; one call times them.
The kernel that times them is the search's own, so that nothing more is compiled.
"""

from collections.abc import Sequence
from itertools import pairwise, product

import numpy as np
import numpy.typing as npt

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.every_route import time_routes
from routing.engines.ruin_recreate.instance import Ints, build_instance
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan
from routing.problem import Work
from routing.trying.trial_model import TrialModel

ROUTES_AT_ONCE = 4_096
"""Lone routes between two looks at the wish to stop: some 3 ms."""

TASKS = 2
"""Of a lone route: a pickup and its delivery, or a job."""


class LoneRoutes:
    """Every work of a model in an otherwise empty route of some vehicles."""

    def __init__(self, model: TrialModel, works: Sequence[Work], vehicles: Sequence[int]) -> None:
        """`vehicles` are numbers, `works` have no pinned task: orders of pins are not tried."""
        nobody: dict[str, tuple[int, ...]] = {work.id: () for work in works}
        instance = build_instance(model, works, nobody, neighbours=False)
        self._instance = instance._replace(general=np.zeros_like(instance.general))  # moves: free
        self._rows = np.array(vehicles, dtype=np.int64)
        self._tasks = [list(product(*model.sides(work))) for work in works]
        self._plan: PlanState | None = None

    def slices(self) -> list[range]:
        """The works, by position, in slices that are quickly tried."""
        most = max(1, ROUTES_AT_ONCE // max(1, len(self._rows)))
        ends, room = [0], most
        for position, choices in enumerate(self._tasks):
            if len(choices) > room and position > ends[-1]:
                ends.append(position)
                room = most
            room -= len(choices)
        ends.append(len(self._tasks))
        return [range(first, behind) for first, behind in pairwise(ends)]

    def fits(self, works: range) -> npt.NDArray[np.bool_]:
        """Per work of a slice and vehicle: whether the work can be done alone."""
        choices = [(work, *tasks) for work in works for tasks in self._tasks[work]]
        found = np.zeros((len(works), len(self._rows)), dtype=np.bool_)
        if not choices or not len(self._rows):
            return found
        kinds = len(self._rows)
        lengths = np.repeat([len(choice) - 1 for choice in choices], kinds)
        tasks = np.repeat(
            [[*choice[1:], *[0] * (TASKS + 1 - len(choice))] for choice in choices], kinds, axis=0
        )
        column = np.tile(np.arange(kinds), len(choices))
        row = np.repeat([choice[0] - works.start for choice in choices], kinds)
        legal = self._legal(self._rows[column], tasks, lengths)
        found[row[legal], column[legal]] = True
        return found

    def _legal(self, vehicles: Ints, tasks: Ints, lengths: Ints) -> npt.NDArray[np.bool_]:
        count = len(vehicles)
        instance = self._instance._replace(
            vehicles=self._instance.vehicles[vehicles], capacity=self._instance.capacity[vehicles]
        )
        if self._plan is None or len(self._plan.routes) != count:
            alone = instance._replace(works=instance.works[:0])
            self._plan = empty_plan(alone, seed=1, most_tasks=TASKS)._replace(
                delivered=np.zeros(len(instance.works), dtype=np.int64)
            )
        plan, wide = self._plan, self._plan.saved.shape[1]
        steps = plan.steps[: count * wide].reshape(count, wide, c.STEP_COLUMNS)
        steps[:, 1 : 1 + TASKS, c.TASK] = tasks
        plan.routes[:, c.LENGTH] = lengths
        time_routes(instance, plan)
        dimensions = instance.change.shape[1]
        loads = plan.loads[: count * wide].reshape(count, wide, 3 * dimensions)
        peaks = loads[:, 0, 2 * dimensions :]
        own, routes = instance.vehicles, plan.routes
        legal: npt.NDArray[np.bool_] = (
            (routes[:, c.BROKEN] == 0)
            & (peaks <= instance.capacity).all(axis=1)
            & (routes[:, c.RIDE] <= own[:, c.MOST_RIDE])
            & (routes[:, c.METRES] <= own[:, c.MOST_METRES])
            & (routes[:, c.STOPS] <= own[:, c.MOST_STOPS])
            & (lengths <= own[:, c.MOST_TASKS])
        )
        return legal
