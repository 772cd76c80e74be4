"""One search in slices: compiled rounds between two looks at the clock and the wish to stop."""

import time
from collections.abc import Callable

from routing.engines.request import Budget
from routing.engines.ruin_recreate.columns import ROUNDS
from routing.engines.ruin_recreate.cooling import Cooling, cooling_of
from routing.engines.ruin_recreate.instance import Instance
from routing.engines.ruin_recreate.plan_state import PlanState
from routing.engines.ruin_recreate.round import run_rounds
from routing.vehicles_first import Objective

SLICE_S = 0.03
"""Seconds of compiled work between two looks."""

FIRST_SLICE, FASTER = 6_000, 4
"""Rounds of the first slice for one work, and parts of it for more (a round takes up to 0.3 ms at
300 visits, 4 ms at 3,000); later ones are sized by what was measured, growing so much at most."""

SLICES, LARGEST_SLICE = 100, 18_000
"""Slices of a search whose budget is a number of rounds, repeatable on any machine: at least so
many, and no more rounds in one than this divided by the works."""

ROUNDS_A_WORK, ROUNDS_A_PAIR_OF_WORKS = 1_000, 200
"""Rounds after which a small problem is done before its time limit: tiny plans are the best ones
long before, and 40 works take some ten seconds."""


def first_slice(works: int, total: int | None) -> int:
    """Rounds of the first slice of a search by time, or of every one of a budget of rounds."""
    works = max(1, works)
    if total is None:
        return max(1, min(20, FIRST_SLICE // works))
    return max(1, min(total // SLICES, LARGEST_SLICE // works))


class Pace:
    """How far a search is, from 0 to 1: by rounds where they are the budget, else by time."""

    def __init__(self, budget: Budget, works: int, made: int = 0) -> None:
        """`made` rounds were used up before."""
        self.made = made
        self.budget = budget
        self.counts_rounds = budget.iterations is not None
        most = ROUNDS_A_WORK * works + ROUNDS_A_PAIR_OF_WORKS * works * works
        self.rounds = most if budget.iterations is None else budget.iterations
        self.began = time.monotonic()
        self.seconds = max(1e-3, budget.deadline - self.began)

    def share(self, done: int, ahead_s: float = 0.0) -> float:
        """After `done` rounds, and so many seconds from now."""
        share = max(0, done - self.made) / max(1, self.rounds - self.made)
        if not self.counts_rounds:
            share = max(share, (time.monotonic() + ahead_s - self.began) / self.seconds)
        return min(1.0, share)

    def stretch(self, share: float, works: int) -> "Pace":
        """From now on, a share of this one's budget for so many works."""
        deadline = time.monotonic() + share * self.seconds
        rounds = int(share * (self.rounds - self.made)) if self.counts_rounds else None
        return Pace(Budget(deadline, rounds), works)


class Slices:
    """A plan on its way: its temperature falls as its pace goes on."""

    def __init__(
        self,
        instance: Instance,
        plan: PlanState,
        pace: Pace,
        objective: Objective = "cost",
        cooling: Cooling | None = None,
    ) -> None:
        self.instance = instance
        self.plan = plan
        self.pace = pace
        self.cooling = cooling or cooling_of(instance, plan, objective)
        self._rounds = first_slice(len(instance.works), pace.rounds if pace.counts_rounds else None)

    @property
    def done(self) -> int:
        """Rounds so far."""
        return int(self.plan.figures[ROUNDS])

    def run(
        self, until: float, is_over: Callable[[], bool], after_each: Callable[[], None]
    ) -> None:
        """Slices until a share of the budget is used, or it is over."""
        pace = self.pace
        last = pace.made + int((pace.rounds - pace.made) * until)
        share = pace.share(self.done)
        while not is_over() and self.done < last and share < until:
            rounds = min(self._rounds, last - self.done)
            before, share = share, min(until, pace.share(self.done + rounds, SLICE_S))
            share = max(before, share)
            at = time.perf_counter()
            warm, cool = self.cooling.at(before), self.cooling.at(share)
            run_rounds(self.instance, self.plan, rounds, warm, cool)
            if not pace.counts_rounds:
                spent = max(1e-6, time.perf_counter() - at)
                self._rounds = max(1, int(rounds * min(FASTER, SLICE_S / spent)))
            after_each()
