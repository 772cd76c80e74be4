"""The objective of the public sets: undone work first, then vehicles, then cost.

The search gets another problem, in which these weights are costs; what is reported is this one's.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from routing.objective import SCALE, Penalties
from routing.problem import Job, Problem, Shipment, Work

type Objective = Literal["cost", "vehicles-first"]

OBJECTIVES: tuple[Objective, ...] = ("cost", "vehicles-first")


def weighted(problem: Problem) -> tuple[Problem, int]:
    """The same problem in which a vehicle more costs more than any riding, and any work more than
    all vehicles; and what a used vehicle costs more there (cost units)."""
    more = Penalties(problem).worse_than_any_plan
    vehicles = tuple(
        replace(v, costs=replace(v.costs, fixed=v.costs.fixed + more)) for v in problem.vehicles
    )
    return (
        replace(
            problem,
            vehicles=vehicles,
            jobs=tuple(_unpriced(job) for job in problem.jobs),
            shipments=tuple(_unpriced(shipment) for shipment in problem.shipments),
        ),
        more,
    )


def _unpriced[W: (Job, Shipment)](work: W) -> W:
    """A work is left undone only where nobody can do it, whatever that would be worth."""
    return work if work.penalty is None else replace(work, penalty=None)


class OwnCost:
    """What a plan of the searched problem costs in the terms of the problem that was given."""

    def __init__(
        self, problem: Problem, extra_per_vehicle: int, penalties: Penalties | None = None
    ) -> None:
        """`penalties` are the problem's, where they are at hand."""
        self._penalties = penalties or Penalties(problem)
        self._works = {work.id: work for work in problem.works()}
        self._extra = extra_per_vehicle * SCALE

    def penalty(self, work: Work) -> int:
        """What leaving a work undone costs, in 1/SCALE units."""
        return self._penalties.of(self._works[work.id]) * SCALE

    def of(self, routes_cost: int, vehicles: int, left_out: Iterable[Work]) -> int:
        """`routes_cost` is that of the used vehicles in the searched problem; 1/SCALE units."""
        return routes_cost - vehicles * self._extra + sum(self.penalty(work) for work in left_out)
