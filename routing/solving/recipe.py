"""The recipe from problem to result: validate → reduce → search → repair → schedule → check →
explain. No solution leaves here that the independent judge does not accept."""

import time
from dataclasses import replace

from routing.engines import (
    FALLBACK,
    BestPlan,
    EngineCannot,
    SearchOutcome,
    SearchRequest,
    get_engine,
    is_exact,
    is_ready,
    lone_trials,
    make_ready,
)
from routing.engines.request import Budget, Orders
from routing.explain import TRIED_WHOLLY, explain
from routing.problem import InvalidProblem, Problem
from routing.solution import Result, Solution
from routing.solving.course import Course
from routing.solving.start_plan import StartPlan, usable_orders
from routing.trying.reduction import Reduced, reduce_works
from routing.trying.repair import Repair
from routing.trying.trial_model import TrialModel
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
        self, problem: Problem, *, budget: Budget, engine: str, objective: Objective, course: Course
    ) -> None:
        self.problem = problem
        self.engine = engine
        self.engine_note = ""
        self.search = get_engine(engine)
        self.objective = objective
        self.budget = budget
        self.course = course

    def result(self, *, seed: int, threads: int, start_from: StartPlan | None) -> Result:
        """Every stage in turn. Raises InvalidProblem, EngineCannot, InvalidOrder."""
        self.course.tell("VALIDATE")
        defects = self.problem.validate()
        if defects:
            raise InvalidProblem(defects)
        self._make_ready()
        self.course.tell("REDUCE")
        searched, extra = self.problem, 0
        if self.objective == "vehicles-first":
            searched, extra = weighted(self.problem)
        model = TrialModel(searched)
        reduced = reduce_works(model, self.budget.is_stopped, lone_trials(self.engine))
        impossible = [work for work in self.problem.works() if work.id not in reduced.allowed]
        penalties = model.penalties if searched is self.problem else None
        self.course.search_for(OwnCost(self.problem, extra, penalties), impossible)
        start = {} if start_from is None else usable_orders(model, reduced, start_from)
        self.course.tell("SEARCH")
        outcome = self._searched(
            SearchRequest(
                model=model,
                works=reduced.works,
                allowed=reduced.allowed,
                budget=self.budget,
                seed=seed,
                on_best=lambda _: None,
                start=start,
                threads=threads,
                objective=self.objective,
            )
        )
        solution, rounds = self._at_once(outcome.orders), 0
        if solution is None:
            repair = self._mended(model, reduced, outcome.orders, start)
            rounds = self._repair(repair, seed)
            solution = self._judged(repair.orders())
        self.course.tell("EXPLAIN")
        own_model = model if searched is self.problem else TrialModel(self.problem, like=model)
        explained = explain(
            self.problem,
            solution,
            stopped=self.budget.stopped,
            model=own_model,
            should_stop=self.budget.is_stopped,
        )
        return Result(
            solution=replace(solution, unassigned=explained),
            engine=self.engine,
            engine_note=self.engine_note,
            seed=seed,
            runtime_s=time.monotonic() - self.course.began,
            iterations=outcome.iterations + rounds,
            stopped=self.budget.stopped,
            trace=tuple(self.course.trace),
        )

    def _make_ready(self) -> None:
        """Compiling and loading the search is no part of the plan's time."""
        if is_ready(self.engine):
            return
        began = time.monotonic()
        self.course.tell("COMPILE")
        try:
            make_ready(self.engine, self.budget.is_stopped)
        except EngineCannot as why:
            self._fall_back(why)
        self.course.wait(began)

    def _fall_back(self, why: EngineCannot) -> None:
        """Where our own search cannot run another one does, and the result says so."""
        if self.engine == FALLBACK:
            raise why
        self.engine, self.engine_note = FALLBACK, f"{why}; OR-Tools searched instead"
        self.search = get_engine(FALLBACK)

    def _searched(self, request: SearchRequest) -> SearchOutcome:
        """The engine's answer, or that of the one which takes its place."""
        part = self._engine_budget()
        if part.is_stopped() and not self._searches_at_once():
            self.search = _begin
        try:
            return self.search(
                replace(request, budget=part, on_best=lambda plan: self._met(part, plan))
            )
        except EngineCannot as why:
            self._fall_back(why)
            return self._searched(request)
        except KeyboardInterrupt:  # from a handler of the program's own
            part.stopped = True
            return SearchOutcome(orders=self.course.best_orders())
        finally:
            self.budget.stopped = self.budget.stopped or part.stopped

    def _searches_at_once(self) -> bool:
        """Whether the engine has a beginning of a plan within the moment that a wish to stop
        leaves it."""
        return is_exact(self.engine) and is_ready(self.engine)

    def _engine_budget(self) -> Budget:
        """Repeatable searches are ended by iterations alone, others by their share of time."""
        if self.budget.iterations is not None:
            return self.budget.part(0.0)
        left = self.budget.seconds_left()
        if is_exact(self.engine):
            return self.budget.part(min(EXACT_RESERVE_S, left * EXACT_RESERVE))
        return self.budget.part(left * (1 - ENGINE_SHARE_WITHOUT_PLAN))

    def _met(self, part: Budget, plan: BestPlan) -> None:
        """The engine met a better plan: from now on its share of time counts."""
        self.course.met("SEARCH", plan.routes_cost, plan.vehicles, plan.left_out, plan.orders)
        if self.budget.iterations is None and not is_exact(self.engine):
            limit = self.budget.deadline - self.course.began
            part.deadline = min(part.deadline, self.course.began + limit * ENGINE_SHARE)

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
            left_out = tuple(repair.left_out.values())
            self.course.met("REPAIR", sum(used), len(used), left_out, repair.orders_later())

        note()
        first = self.budget.part(0.0)
        if not any(route.sequence for route in repair.routes):
            first.deadline = max(first.deadline, time.monotonic() + FIRST_PLAN_GRACE_S)
        repair.insert_left_out(first.is_over)
        self.budget.stopped = first.stopped
        note()
        rounds = 0
        if not is_exact(self.engine):
            rounds = repair.ruin_and_recreate(
                seed, self.budget.iterations, self.budget.is_over, on_better=note
            )
        if not self.budget.stopped:
            repair.use_all_room(TRIED_WHOLLY)
            note()
        return rounds

    def _at_once(self, orders: Orders) -> Solution | None:
        """What an exact search found is handed over as it is to whoever wants to stop; None where
        the judge would not have it so, or nobody does."""
        if not (self.budget.stopped and is_exact(self.engine)):
            return None
        self.course.tell("CHECK")
        solution, faults = self.course.timed(orders)
        return None if faults else solution

    def _judged(self, orders: Orders) -> Solution:
        self.course.tell("CHECK")
        solution, faults = self.course.timed(orders)
        if faults:
            shown = "; ".join(str(fault) for fault in faults[:3])
            raise SolutionRefused(
                f"{len(faults)} fault(s) in the plan found: {shown}; please report"
            )
        return solution


def _begin(request: SearchRequest) -> SearchOutcome:
    """Who stops before the search is ready gets what the exact insertion makes in a moment."""
    repair = Repair(request.model, request.allowed, request.works)
    repair.load(request.start)
    repair.insert_left_out(request.budget.answer_is_due)
    return SearchOutcome(orders=repair.orders())
