"""A large plan between its parts: routes as they are, what each costs, and the best one met."""

from collections.abc import Mapping

import numpy as np

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.part_search import Searched
from routing.engines.ruin_recreate.parts import Part
from routing.engines.ruin_recreate.plan_exchange import best_sequences, present_sequences
from routing.engines.ruin_recreate.plan_state import PlanState


class WholePlan:
    """Task numbers in order per vehicle number, changed part by part."""

    def __init__(self, instance: Instance, plan: PlanState) -> None:
        self._instance = instance
        self.present = present_sequences(plan)
        self.costs: Ints = plan.routes[:, c.COST].copy()
        """Of the present routes, by vehicle number."""
        self.best, self.best_cost = best_sequences(plan), int(plan.figures[c.BEST_COST])
        self._met: dict[int, Ints] = {}
        self._met_cost = 0

    def left_out(self) -> Ints:
        """Works in no route."""
        done = np.zeros(len(self._instance.works), dtype=np.bool_)
        for sequence in self.present.values():
            done[self._instance.tasks[sequence, c.WORK]] = True
        return np.flatnonzero(~done)

    def begin_cycle(self) -> None:
        """From now on the best of each part is put together with the rest as it is."""
        self._met = dict(self.present)
        undone = self._instance.works[self.left_out(), c.PENALTY]
        self._met_cost = int(self.costs.sum() + undone.sum())

    def put_back(self, found: Searched) -> bool:
        """Takes what became of a part; whether a better plan than the best came out."""
        self._met_cost += found.best_cost - self._cost_of(found.part)
        _exchange(self.present, found.part, found.present)
        _exchange(self._met, found.part, found.best)
        for v, cost in found.costs.items():
            self.costs[v] = cost
        if self._met_cost >= self.best_cost:
            return False
        self.best, self.best_cost = dict(self._met), self._met_cost
        return True

    def _cost_of(self, part: Part) -> int:
        """Of the part as it was handed out, what it leaves out included."""
        done = [self._instance.tasks[self.present[v], c.WORK] for v in _used(part, self.present)]
        undone = np.setdiff1d(part.works, np.concatenate(done) if done else part.works[:0])
        penalties = self._instance.works[undone, c.PENALTY].sum()
        return int(self.costs[part.vehicles].sum() + penalties)


def _used(part: Part, sequences: Mapping[int, Ints]) -> list[int]:
    return [v for v in part.vehicles.tolist() if v in sequences]


def _exchange(sequences: dict[int, Ints], part: Part, new: Mapping[int, Ints]) -> None:
    for v in _used(part, sequences):
        del sequences[v]
    sequences.update(new)
