"""The course of a run: which plans were met when, for whoever watches or asks for the best."""

import time
from collections.abc import Callable, Sequence

from routing.check import Fault, check
from routing.engines.request import Budget, Orders
from routing.objective import SCALE
from routing.problem import Problem, Work
from routing.schedule import schedule
from routing.solution import Progress, Solution, TracePoint
from routing.vehicles_first import Objective, OwnCost


class Course:
    """Keeps the best plan met, in the order of the objective, and tells of it."""

    def __init__(
        self,
        problem: Problem,
        budget: Budget,
        objective: Objective,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.began = time.monotonic()
        self.trace: list[TracePoint] = []
        self.best_orders: Callable[[], Orders] = _no_orders
        self._problem = problem
        self._budget = budget
        self._objective = objective
        self._on_progress = on_progress
        self._own_cost: OwnCost | None = None  # a malformed problem has none
        self._impossible: Sequence[Work] = ()
        self._cost: int | None = None
        self._unassigned: int | None = None
        self._rank: tuple[int, ...] | None = None

    def search_for(self, own_cost: OwnCost, impossible: Sequence[Work]) -> None:
        """How costs of the search become the problem's own; works that no vehicle can do."""
        self._own_cost, self._impossible = own_cost, impossible

    def wait(self, began: float) -> None:
        """What has passed since a moment is no part of the plan's time."""
        spent = time.monotonic() - began
        self.began += spent
        self._budget.deadline += spent

    def met(
        self,
        stage: str,
        routes_cost: int,
        vehicles: int,
        left_out: Sequence[Work],
        orders: Callable[[], Orders] | None,
    ) -> None:
        """A plan was met: `routes_cost` as the search counts, in 1/SCALE units."""
        assert self._own_cost is not None  # nothing is met before `search_for`
        undone = [*left_out, *self._impossible]
        cost = self._own_cost.of(routes_cost, vehicles, undone) // SCALE
        rank = (cost,) if self._objective == "cost" else (len(undone), vehicles, cost)
        if self._rank is None or rank < self._rank:
            self._rank, self._cost, self._unassigned = rank, cost, len(undone)
            seconds = time.monotonic() - self.began
            self.trace.append(TracePoint(seconds=seconds, cost=cost, unassigned=len(undone)))
        if orders is not None:
            self.best_orders = orders
        self.tell(stage)

    def tell(self, stage: str) -> None:
        """Tells whoever watches."""
        self._on_progress(
            Progress(
                stage=stage,
                best_cost=self._cost,
                seconds_left=self._budget.seconds_left(),
                unassigned=self._unassigned,
                best_so_far=self.best_so_far,
            )
        )

    def best_so_far(self) -> Solution | None:
        """The best plan met, timed and checked. An engine on a simpler clock may hold one that
        breaks a rule on the real one: until it is mended there is none."""
        orders = self.best_orders()
        solution, faults = self.timed(orders)
        return solution if orders and not faults else None

    def timed(self, orders: Orders) -> tuple[Solution, list[Fault]]:
        """Orders on the real clock, with what the judge finds wrong."""
        solution = schedule(self._problem, orders, place_breaks=True)
        return solution, check(self._problem, solution)


def _no_orders() -> Orders:
    return {}
