"""The plan under search: sequences per vehicle and what is known of each position."""

from typing import Annotated, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.tables import Sizes

MOST_TASKS_A_ROUTE = 400
"""Room in a route, unless the average route needs more than a third of that."""

SCRATCH_ROWS = 4


class PlanState(NamedTuple):
    """Mutable tables; route v has the rows v × L … of `steps`, `free`, `late` and `loads`, L being
    the length of a row of `saved`. V·L rows further on is the route as it was before the round.
    K = most breaks of a vehicle + 1, D = load dimensions."""

    steps: Annotated[Ints, Sizes(None, c.STEP_COLUMNS)]  # 2·V·L × STEP_COLUMNS
    free: Ints  # (2·V·L + SCRATCH_ROWS) × K: earliest moment after a step with k breaks taken
    late: Ints  # 2·V·L × 2K: latest arrival, k breaks taken, that saves the rest; setup unpaid/paid
    loads: Ints  # 2·V·L × 3D: after the step; most up to it; most from it on
    routes: Annotated[Ints, Sizes(None, c.ROUTE_COLUMNS)]  # V × ROUTE_COLUMNS
    saved_routes: Annotated[
        Ints, Sizes(None, c.ROUTE_COLUMNS)
    ]  # V × ROUTE_COLUMNS: before the round
    vehicle_of: Ints  # W: -1 = left out
    known: Annotated[
        Ints, Sizes(None, None, c.KNOWN_COLUMNS)
    ]  # W × V × KNOWN_COLUMNS: cheapest places
    saved: Ints  # V × L: sequences before the round
    best: Ints  # V × L
    detours: Ints  # alternatives + 2 × L: scratch of the insertion
    lists: Ints  # 6 × max(W, V): scratch of the round
    keys: npt.NDArray[np.float64]  # W: scratch of sorting
    absences: Ints  # W: how often a round for fewer vehicles left the work out
    trial: Ints  # L: a sequence to be timed
    clock: Annotated[
        Ints, Sizes(None, None, c.CLOCK_COLUMNS)
    ]  # (L + 2) × K × CLOCK_COLUMNS: its clock; the last row holds its sums
    delivered: Ints  # W: when a timed sequence delivers
    ranks: Ints  # pins: last rank met in a sequence
    random: npt.NDArray[np.uint64]  # 1: state of the generator
    figures: Annotated[Ints, Sizes(c.FIGURES)]  # FIGURES


def empty_plan(instance: Instance, seed: int, most_tasks: int = MOST_TASKS_A_ROUTE) -> PlanState:
    """A plan in which nothing is done yet. A route has room for `most_tasks`, and for three times
    what an average one needs."""
    vehicles, works = len(instance.vehicles), len(instance.works)
    tasks = int((instance.tasks[:, c.WORK] >= 0).sum())
    most = max(most_tasks, 3 * tasks // max(1, vehicles))
    length = min(tasks, most) + 4
    dimensions = instance.change.shape[1]
    states = int(instance.vehicles[:, c.BREAKS].max(initial=0)) + 1
    alternatives = instance.works[:, c.DROP_END] - instance.works[:, c.DROP_AT]
    total = int(instance.works[:, c.PENALTY].sum())

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    plan = PlanState(
        steps=zeros(2 * vehicles * length, c.STEP_COLUMNS),
        free=zeros(2 * vehicles * length + SCRATCH_ROWS, states),
        late=zeros(2 * vehicles * length, 2 * states),
        loads=zeros(2 * vehicles * length, 3 * dimensions),
        routes=zeros(vehicles, c.ROUTE_COLUMNS),
        saved_routes=zeros(vehicles, c.ROUTE_COLUMNS),
        vehicle_of=np.full(works, -1, dtype=np.int64),
        known=zeros(works, vehicles, c.KNOWN_COLUMNS),
        saved=zeros(vehicles, length),
        best=zeros(vehicles, length),
        detours=zeros(int(alternatives.max(initial=0)) + 2, length),
        lists=zeros(6, max(works, vehicles)),
        keys=np.zeros(works, dtype=np.float64),
        absences=zeros(works),
        trial=zeros(length),
        clock=zeros(length + 2, states, c.CLOCK_COLUMNS),
        delivered=zeros(works),
        ranks=zeros(int(instance.tasks[:, c.PIN].max(initial=0)) + 1),
        random=np.array([(seed * 0x9E3779B97F4A7C15 + 1) % 2**64 or 1], dtype=np.uint64),
        figures=zeros(c.FIGURES),
    )
    plan.figures[[c.PLAN_COST, c.BEST_COST]] = total
    plan.figures[[c.LEFT_OUT, c.BEST_LEFT_OUT]] = works
    plan.figures[c.NEXT_VERSION] = c.EMPTY_VERSION + 1
    return plan
