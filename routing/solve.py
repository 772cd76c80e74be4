"""The recipe from problem to result: validate → reduce → search → repair → schedule → check →
explain. No solution leaves here that the independent judge does not accept."""

import time
from collections.abc import Callable
from dataclasses import replace

from routing.check import check
from routing.engines import DEFAULT, SearchRequest, get_engine
from routing.engines.request import Budget
from routing.explain import explain
from routing.objective import SCALE
from routing.problem import InvalidProblem, Problem
from routing.reduction import reduce_works
from routing.repair import Repair
from routing.schedule import schedule
from routing.solution import Progress, Result, Solution, TracePoint
from routing.trial_model import TrialModel

REPAIR_SHARE = 0.15
"""Part of the time limit kept for repair on the real clock, at most REPAIR_MAX_S."""

REPAIR_MAX_S = 3.0


class SolutionRefused(RuntimeError):
    """The judge found a fault in our own solution: a defect of this library, never of the input."""


def solve(
    problem: Problem,
    *,
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 1,
    engine: str = DEFAULT,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """The best plan found within `time_limit_s` seconds (explaining what is undone comes on top).

    With `iterations` the same problem, seed and iterations give the same solution, provided that
    `time_limit_s` is not reached first. `should_stop` ends the search; the best so far is returned.
    Raises InvalidProblem (malformed input), EngineCannot (unknown engine, feature it lacks).
    """
    budget = Budget(time.monotonic() + time_limit_s, iterations, should_stop)
    reserve_s = min(REPAIR_MAX_S, time_limit_s * REPAIR_SHARE)
    run = _Run(problem, budget, engine, on_progress or _nobody_listens)
    return run.result(seed, reserve_s)


def _nobody_listens(_: Progress) -> None:
    pass


class _Run:
    """One run of the recipe, with what its stages share."""

    def __init__(
        self,
        problem: Problem,
        budget: Budget,
        engine: str,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.began = time.monotonic()
        self.problem = problem
        self.engine = engine
        self.search = get_engine(engine)
        self.budget = budget
        self.on_progress = on_progress
        self.trace: list[TracePoint] = []
        self.best_cost: int | None = None
        self.best_unassigned: int | None = None

    def result(self, seed: int, reserve_s: float) -> Result:
        self._tell("VALIDATE")
        defects = self.problem.validate()
        if defects:
            raise InvalidProblem(defects)
        self._tell("REDUCE")
        model = TrialModel(self.problem)
        reduced = reduce_works(model)
        impossible = sum(
            model.penalties.of(work)
            for work in self.problem.works()
            if work.id not in reduced.allowed
        )
        offset, missing = impossible * SCALE, len(model.lookup.works) - len(reduced.works)
        self._tell("SEARCH")
        part = self.budget.part(reserve_s)
        outcome = self.search(
            SearchRequest(
                model=model,
                works=reduced.works,
                allowed=reduced.allowed,
                budget=part,
                seed=seed,
                on_best=lambda cost, left: self._note("SEARCH", cost + offset, left + missing),
            )
        )
        self.budget.stopped = part.stopped
        repair = Repair(model, reduced.allowed, reduced.works)
        repair.load(outcome.orders)
        self._repair(repair, seed, offset, missing)
        solution = self._judged(repair)
        self._tell("EXPLAIN")
        explained = explain(self.problem, solution, stopped=self.budget.stopped, model=model)
        return Result(
            solution=replace(solution, unassigned=explained),
            engine=self.engine,
            seed=seed,
            runtime_s=time.monotonic() - self.began,
            iterations=outcome.iterations,
            stopped=self.budget.stopped,
            trace=tuple(self.trace),
        )

    def _repair(self, repair: Repair, seed: int, offset: int, missing: int) -> None:
        self._note("REPAIR", repair.cost() + offset, len(repair.left_out) + missing)
        repair.insert_left_out(self.budget.is_over)
        self._note("REPAIR", repair.cost() + offset, len(repair.left_out) + missing)
        repair.make_room(seed, self.budget.is_over)
        self._note("REPAIR", repair.cost() + offset, len(repair.left_out) + missing)

    def _judged(self, repair: Repair) -> Solution:
        self._tell("CHECK")
        solution = schedule(self.problem, repair.orders(), place_breaks=True)
        faults = check(self.problem, solution)
        if faults:
            shown = "; ".join(str(fault) for fault in faults[:3])
            raise SolutionRefused(
                f"{len(faults)} fault(s) in the plan found: {shown}; please report"
            )
        return solution

    def _note(self, stage: str, scaled_cost: int, unassigned: int) -> None:
        """A plan was met; a better one enters the trace."""
        cost = scaled_cost // SCALE
        if self.best_cost is None or cost < self.best_cost:
            self.best_cost, self.best_unassigned = cost, unassigned
            seconds = time.monotonic() - self.began
            self.trace.append(TracePoint(seconds=seconds, cost=cost, unassigned=unassigned))
        self._tell(stage)

    def _tell(self, stage: str) -> None:
        self.on_progress(
            Progress(
                stage=stage,
                best_cost=self.best_cost,
                seconds_left=self.budget.seconds_left(),
                unassigned=self.best_unassigned,
            )
        )
