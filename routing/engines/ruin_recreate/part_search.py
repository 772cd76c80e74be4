"""One part of a large plan on its stretch of the whole search."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.cooling import Cooling
from routing.engines.ruin_recreate.first_plan import take_plan
from routing.engines.ruin_recreate.instance import Ints
from routing.engines.ruin_recreate.parts import Part
from routing.engines.ruin_recreate.plan_exchange import best_sequences, present_sequences
from routing.engines.ruin_recreate.plan_state import empty_plan
from routing.engines.ruin_recreate.slices import Pace, Slices


@dataclass(frozen=True, slots=True)
class Searched:
    """What became of a part, in the whole problem's numbers. `costs` are those of the present
    routes by vehicle, `best_cost` that of the best plan met, penalties of works left out included
    (1/SCALE units)."""

    part: Part
    present: Mapping[int, Ints]
    costs: Mapping[int, int]
    best: Mapping[int, Ints]
    best_cost: int
    rounds: int


def search_part(
    part: Part,
    sequences: Mapping[int, Ints],
    pace: Pace,
    cooling: Cooling,
    seed: int,
    is_over: Callable[[], bool],
) -> Searched:
    """Rounds from the part's routes of a whole plan on, until its pace is through."""
    plan = empty_plan(part.instance, seed)
    take_plan(part.instance, plan, part.into(sequences))
    Slices(part.instance, plan, pace, cooling=cooling).run(1.0, is_over, _nothing)
    costs = plan.routes[:, c.COST].tolist()
    return Searched(
        part=part,
        present=part.out_of(present_sequences(plan)),
        costs=dict(zip(part.vehicles.tolist(), costs, strict=True)),
        best=part.out_of(best_sequences(plan)),
        best_cost=int(plan.figures[c.BEST_COST]),
        rounds=int(plan.figures[c.ROUNDS]),
    )


def _nothing() -> None:
    """Nobody looks at a part between its slices."""
