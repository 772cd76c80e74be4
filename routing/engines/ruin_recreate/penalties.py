"""What leaving a work out weighs in the search: exactly its penalty while all of them fit into 63
bits with a plan's costs; else weights that keep the order: plan, vehicle, work, priority."""

from collections.abc import Sequence

from routing.objective import SCALE
from routing.problem import Work
from routing.trying.trial_model import TrialModel

MOST_PENALTIES = 1 << 61
"""All penalties together must stay inside 63 bits with the costs of a plan."""

LEAST_WEIGHT = 4 * 10**12
"""Of a work without a penalty of its own, in 1/SCALE units: more than any plan's riding (a day of
5,000 visits rides some 10^11)."""

VEHICLES_A_WORK = 2
"""Calling a vehicle in for one work costs less than leaving it out, also where a vehicle weighs
more than all riding (vehicles first: 10^13 to 10^14 in the largest Li-Lim instances)."""

WORKS_A_PRIORITY = 4
"""One priority higher weighs as much as so many works."""


def search_penalties(model: TrialModel, works: Sequence[Work]) -> list[int]:
    """Per work, in 1/SCALE units."""
    exact = [model.penalties.of(work) * SCALE for work in works]
    if sum(exact) < MOST_PENALTIES:
        return exact
    room = MOST_PENALTIES // len(works)
    dearest = max(vehicle.fixed for vehicle in model.vehicles)
    weight = min(room, max(LEAST_WEIGHT, VEHICLES_A_WORK * dearest))
    highest = max((work.priority for work in works if work.penalty is None), default=0)
    step = min(WORKS_A_PRIORITY * weight, (room - weight) // max(1, highest))
    return [
        weight + work.priority * step if work.penalty is None else min(work.penalty * SCALE, room)
        for work in works
    ]
