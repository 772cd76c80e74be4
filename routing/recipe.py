"""The recipe from problem to result: validate → reduce → search → repair → schedule → check →
explain. No solution leaves here that the independent judge does not accept."""

import time
from collections.abc import Callable
from dataclasses import replace

from routing.check import check
from routing.engines import BestPlan, SearchRequest, get_engine, is_exact
from routing.engines.request import Budget, Orders
from routing.explain import TRIED_WHOLLY, explain
from routing.objective import SCALE
from routing.problem import InvalidProblem, PinOrder, Problem
from routing.reduction import Reduced, reduce_works
from routing.repair import Repair
from routing.schedule import schedule
from routing.solution import Progress, Result, Solution, TracePoint
from routing.start_plan import StartPlan, usable_orders
from routing.trial_model import TrialModel
from routing.vehicles_first import Objective, OwnCost, weighted

ENGINE_SHARE = 0.1
"""Part of the time limit for the engine once it has a plan; the exact improvement on the real
clock takes the rest. On 300-visit days it gains in a second what OR-Tools' guided local search
gains in ten (10 s, seed 1: 189,000 against 323,000 cost units)."""

ENGINE_SHARE_WITHOUT_PLAN = 0.5
"""Part of the time limit after which an engine without any plan is given up."""

EXACT_RESERVE, EXACT_RESERVE_S = 0.05, 0.3
"""What an engine that searches on the real clock leaves of the time limit (the smaller of both):
only judging comes after it."""

FIRST_PLAN_GRACE_S = 30.0
"""A busy machine may reach the time limit before there is any plan. Then the first insertion of
every work goes on for so long at most: an empty plan helps nobody. A stop is answered at once."""


class SolutionRefused(RuntimeError):
    """The judge found a fault in our own solution: a defect of this library, never of the input."""


class Recipe:
    """One run of the recipe, with what its stages share."""

    def __init__(
        self,
        problem: Problem,
        *,
        budget: Budget,
        engine: str,
        objective: Objective,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.began = time.monotonic()
        self.problem = problem
        self.engine = engine
        self.objective = objective
        self.search = get_engine(engine)
        self.budget = budget
        self.on_progress = on_progress
        self.trace: list[TracePoint] = []
        self.best_cost: int | None = None
        self.best_unassigned: int | None = None
        self.best_rank: tuple[int, ...] | None = None
        # Only an order that somebody pinned is left to the exact improvement after the engine.
        self.ends_exact = is_exact(engine) and all(p.order is PinOrder.ANY for p in problem.pins)

    def result(self, *, seed: int, threads: int, start_from: StartPlan | None) -> Result:
        """Every stage in turn. Raises InvalidProblem, EngineCannot, InvalidOrder."""
        self._tell("VALIDATE")
        defects = self.problem.validate()
        if defects:
            raise InvalidProblem(defects)
        self._tell("REDUCE")
        searched, extra = self.problem, 0
        if self.objective == "vehicles-first":
            searched, extra = weighted(self.problem)
        self.own_cost = OwnCost(self.problem, extra)
        model = TrialModel(searched)
        reduced = reduce_works(model)
        impossible = [w for w in self.problem.works() if w.id not in reduced.allowed]
        self.offset = sum(self.own_cost.penalty(work) for work in impossible)
        self.missing = len(impossible)
        start = {} if start_from is None else usable_orders(model, reduced, start_from)
        self._tell("SEARCH")
        part = self._engine_budget()
        outcome = self.search(
            SearchRequest(
                model=model,
                works=reduced.works,
                allowed=reduced.allowed,
                budget=part,
                seed=seed,
                on_best=lambda plan: self._met(part, plan),
                start=start,
                threads=threads,
                objective=self.objective,
            )
        )
        self.budget.stopped = part.stopped
        repair = self._mended(model, reduced, outcome.orders, start)
        rounds = self._repair(repair, seed)
        solution = self._judged(repair)
        self._tell("EXPLAIN")
        own_model = model if searched is self.problem else TrialModel(self.problem, like=model)
        explained = explain(self.problem, solution, stopped=self.budget.stopped, model=own_model)
        return Result(
            solution=replace(solution, unassigned=explained),
            engine=self.engine,
            seed=seed,
            runtime_s=time.monotonic() - self.began,
            iterations=outcome.iterations + rounds,
            stopped=self.budget.stopped,
            trace=tuple(self.trace),
        )

    def _engine_budget(self) -> Budget:
        """Repeatable searches are ended by iterations alone, others by their share of time."""
        if self.budget.iterations is not None:
            return self.budget.part(0.0)
        left = self.budget.seconds_left()
        if self.ends_exact:
            return self.budget.part(min(EXACT_RESERVE_S, left * EXACT_RESERVE))
        return self.budget.part(left * (1 - ENGINE_SHARE_WITHOUT_PLAN))

    def _met(self, part: Budget, plan: BestPlan) -> None:
        """The engine met a better plan: from now on its share of time counts."""
        cost = self.own_cost.of(plan.routes_cost, plan.vehicles, plan.left_out)
        self._note("SEARCH", cost, len(plan.left_out), plan.vehicles)
        if self.budget.iterations is None and not self.ends_exact:
            limit = self.budget.deadline - self.began
            part.deadline = min(part.deadline, self.began + limit * ENGINE_SHARE)

    def _mended(self, model: TrialModel, reduced: Reduced, orders: Orders, start: Orders) -> Repair:
        """The engine's plan on the real clock, or the start plan where that is better still."""
        repair = Repair(model, reduced.allowed, reduced.works)
        repair.load(orders)
        if start and not is_exact(self.engine):
            given = Repair(model, reduced.allowed, reduced.works)
            given.load(start)
            if given.cost() < repair.cost():
                return given
        return repair

    def _repair(self, repair: Repair, seed: int) -> int:
        def note() -> None:
            used = [route.cost for route in repair.routes if route.sequence]
            left_out = repair.left_out.values()
            cost = self.own_cost.of(sum(used), len(used), left_out)
            self._note("REPAIR", cost, len(left_out), len(used))

        note()
        first = self.budget.part(0.0)
        if not any(route.sequence for route in repair.routes):
            first.deadline = max(first.deadline, time.monotonic() + FIRST_PLAN_GRACE_S)
        repair.insert_left_out(first.is_over)
        self.budget.stopped = first.stopped
        note()
        rounds = 0
        if not self.ends_exact:
            rounds = repair.ruin_and_recreate(
                seed, self.budget.iterations, self.budget.is_over, on_better=note
            )
        if not self.budget.stopped:
            repair.use_all_room(TRIED_WHOLLY)
            note()
        return rounds

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

    def _note(self, stage: str, scaled_cost: int, unassigned: int, vehicles: int) -> None:
        """A plan was met; a better one enters the trace."""
        cost = (scaled_cost + self.offset) // SCALE
        rank = (cost,) if self.objective == "cost" else (unassigned, vehicles, cost)
        if self.best_rank is None or rank < self.best_rank:
            self.best_rank, self.best_cost = rank, cost
            self.best_unassigned = unassigned + self.missing
            seconds = time.monotonic() - self.began
            self.trace.append(
                TracePoint(seconds=seconds, cost=cost, unassigned=unassigned + self.missing)
            )
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
