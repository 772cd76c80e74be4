"""Large days: the plan is cut into parts of neighbouring routes, each searched on tables of its
own, put together again and cut anew along other borders.

Improving parts of a solution in turn is POPMUSIC (Taillard and Helsgaun, "POPMUSIC for the
travelling salesman problem", 2019); how routes are grouped stands in `borders`. The temperature is
that of the whole search: a cycle over all parts is one stretch of it.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import islice
from typing import NamedTuple

import numpy as np

from routing.engines.request import SearchRequest
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.borders import Borders, Group
from routing.engines.ruin_recreate.cooling import Cooling
from routing.engines.ruin_recreate.first_plan import make_first_plan, take_plan
from routing.engines.ruin_recreate.instance import Instance, Ints
from routing.engines.ruin_recreate.part_search import Searched, search_part
from routing.engines.ruin_recreate.parts import part_of
from routing.engines.ruin_recreate.plan_exchange import best_plan, best_sequences
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan
from routing.engines.ruin_recreate.slices import Pace
from routing.engines.ruin_recreate.whole_plan import WholePlan

LEAST_WORKS = 6_000
"""From here on, above all that was measured, a plan is searched in parts. Cost in parts to the cost
of the same search on the whole plan, 20 s, seed 1: 5,000 visits +4.3 %. Before works were offered
to close routes only (`closeness`), which made rounds on whole plans three times as fast: 1,000
visits (10 s) +1.8 %, 3,000 visits +0.4 % (seed 2 +3.4 %), 5,000 visits -8.4 %."""

SHARED_WORKS, SHARED_CYCLES, SHARED_UNTIL = 3_000, 5, 0.95
"""From so many works on several threads search different parts at the same time, one part each, so
many times until that share of the budget, instead of all of them the whole plan. Seed 1, 2 threads,
40 s of processor time together: 3,000 visits 416,624 whole; in parts, the first plan made whole,
398,276 in 5 cycles, 398,668 in 12, 401,445 in 12 of four parts; with neighbours handed down to the
parts 397,894. 5,000 visits: 621,548 whole, 620,359, and 605,676 with those."""

PART_WORKS = 300
"""Works of a part: small tables make four to five times as many rounds as 3,000 works, but routes
near a border find fewer places. 3,000 visits, 20 s of processor time, seed 1: 150 works 474,164,
300 works 449,057, 600 works 453,899."""

MOST_CYCLES, LEAST_S, LEAST_ROUNDS = 12, 0.3, 600
"""How often all parts are searched and cut anew at most, and what a part gets each time at least,
in seconds or rounds: making a part's tables takes some 30 ms."""

UNTIL = 0.8
"""Share of the budget after which the plan is searched whole again. 3,000 visits, 20 s, parts of
150: 0.8 474,164, 0.93 497,678; 1,000 visits, 10 s: 0.8 209,729, 0.95 210,496."""

LOOK_EVERY_S = 0.02


class _Asked(NamedTuple):
    """A part to be searched, with its share of the whole budget."""

    vehicles: Ints
    works: Ints
    share: float
    seed: int


def pays(instance: Instance, threads: int) -> bool:
    """Whether the plan is large enough, and nothing counts over all its routes."""
    least = LEAST_WORKS if threads == 1 else min(LEAST_WORKS, SHARED_WORKS)
    return len(instance.works) >= least and instance.general[c.MOST_MOVED] >= c.FAR


def begins_by_region(instance: Instance) -> bool:
    """Whether even the first plan is made in parts."""
    return pays(instance, 1)


def regional_plan(instance: Instance, request: SearchRequest) -> dict[int, Ints]:
    """Routes made region by region: a first plan of all at once has routes that cross the whole
    town, and no part of it is worth searching."""
    chance = np.random.default_rng(request.seed)
    sequences: dict[int, Ints] = {}
    for vehicles, works in Borders(instance).regions(PART_WORKS, chance):
        part = part_of(instance, vehicles, works)
        plan = empty_plan(part.instance, request.seed)
        make_first_plan(part.instance, plan, {}, request.budget.answer_is_due)
        sequences |= part.out_of(best_sequences(plan))
    return sequences


class Decomposition:
    """The search in parts, from the plan that the tables hold."""

    def __init__(
        self,
        instance: Instance,
        plan: PlanState,
        request: SearchRequest,
        pace: Pace,
        cooling: Cooling,
    ) -> None:
        self._instance, self._plan, self._request = instance, plan, request
        self._pace, self._cooling = pace, cooling
        self._budget, self._threads = request.budget, request.threads
        self._chance = np.random.default_rng(request.seed)
        self._borders = Borders(instance)
        self._whole = WholePlan(instance, plan)
        self._rounds = 0
        works, is_huge = len(instance.works), begins_by_region(instance)
        self._part_works = PART_WORKS if is_huge else -(-works // self._threads)
        self._most_cycles = MOST_CYCLES if is_huge else SHARED_CYCLES
        self._until = UNTIL if is_huge else SHARED_UNTIL

    def run(self) -> int:
        """Cycles until a share of the budget is used; the plan then holds the best. Answers the
        rounds beyond those that count in the plan's figures."""
        until = self._until
        begin = share = self._share()
        cycles = self._cycles(until - begin)
        for cycle in range(cycles):
            end = begin + (until - begin) * (cycle + 1) / cycles
            if self._budget.is_over():
                break
            if share < end:
                self._cycle(share, end)
                share = max(self._share(), end if self._pace.counts_rounds else 0.0)
        if self._whole.best_cost < int(self._plan.figures[c.BEST_COST]):
            take_plan(self._instance, self._plan, self._whole.best)
        counted = self._rounds // self._threads
        self._plan.figures[c.ROUNDS] += counted
        return self._rounds - counted

    def _cycles(self, share: float) -> int:
        """So many that every part has enough of the budget in each."""
        parts = -(-len(self._instance.works) // self._part_works)
        pace, least = self._pace, LEAST_ROUNDS if self._pace.counts_rounds else LEAST_S
        budget = share * (pace.rounds - pace.made if pace.counts_rounds else pace.seconds)
        return max(1, min(self._most_cycles, int(budget * self._threads / (parts * least))))

    def _share(self) -> float:
        done = int(self._plan.figures[c.ROUNDS]) + self._rounds // self._threads
        return self._pace.share(done)

    def _cycle(self, begin: float, end: float) -> None:
        """Every part once, while the temperature falls as over that stretch."""
        whole = self._whole
        whole.begin_cycle()
        groups = self._borders.cut(whole.present, whole.left_out(), self._part_works, self._chance)
        asked = self._asked(groups, end - begin)
        for found in self._searched(asked, self._cooling.stretch(begin, end)):
            self._rounds += found.rounds
            if whole.put_back(found):
                best = best_plan(self._instance, whole.best_cost, whole.best, self._request)
                self._request.on_best(best)

    def _asked(self, groups: Sequence[Group], share: float) -> list[_Asked]:
        """Each group gets of a share of the budget what it has of the works."""
        total = sum(len(works) for _, works in groups)
        return [
            _Asked(
                vehicles,
                works,
                share=share * self._threads * len(works) / total,
                seed=int(self._chance.integers(1 << 62)),
            )
            for vehicles, works in groups
        ]

    def _searched(self, asked: Sequence[_Asked], cooling: Cooling) -> Iterator[Searched]:
        """What became of the parts, as they are done; after the end of the budget no more begin."""
        if self._threads == 1:
            for each in asked:
                if self._budget.is_over():
                    return
                yield self._search(each, cooling, self._budget.is_over)
            return
        ended = threading.Event()
        begun = iter(asked)
        with ThreadPoolExecutor(self._threads) as pool:
            running = {
                pool.submit(self._search, each, cooling, ended.is_set)
                for each in islice(begun, self._threads)
            }
            try:
                while running:
                    done, running = wait(running, LOOK_EVERY_S, FIRST_COMPLETED)
                    if self._budget.is_over():
                        ended.set()
                    elif done:
                        running |= {
                            pool.submit(self._search, each, cooling, ended.is_set)
                            for each in islice(begun, len(done))
                        }
                    for future in done:
                        yield future.result()
            finally:  # whatever the caller raises, no thread of ours goes on
                ended.set()

    def _search(self, asked: _Asked, cooling: Cooling, is_over: Callable[[], bool]) -> Searched:
        pace = self._pace.stretch(asked.share, len(asked.works))
        part = part_of(self._instance, asked.vehicles, asked.works)
        return search_part(part, self._whole.present, pace, cooling, asked.seed, is_over)
