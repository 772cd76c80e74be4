"""The library's one verb: a problem in, the best plan found out, judged and explained."""

import time
from collections.abc import Callable

from routing.engines import DEFAULT
from routing.engines.request import Budget
from routing.problem import Problem
from routing.solution import Progress, Result
from routing.solving.collector import no_full_collections
from routing.solving.course import Course
from routing.solving.interruption import ctrl_c_as_stop
from routing.solving.recipe import Recipe, SolutionRefused
from routing.solving.start_plan import StartPlan
from routing.vehicles_first import OBJECTIVES, Objective

__all__ = ["OBJECTIVES", "Objective", "SolutionRefused", "StartPlan", "solve"]


def solve(
    problem: Problem,
    *,
    time_limit_s: float,
    iterations: int | None = None,
    seed: int = 1,
    engine: str = DEFAULT,
    threads: int = 1,
    objective: Objective = "cost",
    start_from: StartPlan | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """The best plan found within `time_limit_s` seconds (explaining what is undone comes on top).

    With `iterations` and one thread the same problem, seed and iterations give the same solution,
    provided that `time_limit_s` is not reached first. `threads` searches run side by side and
    exchange their best. `should_stop` ends the search, as does Ctrl-C (in the main thread, where no
    handler of the program's own is set); the best so far is returned.

    The clock starts when the engine is ready: the first use of our own search on a machine compiles
    it for some 25 s (stage COMPILE; `python -m routing warm-up` does it ahead). Where it cannot
    run, OR-Tools searches instead: `Result.engine` tells what searched, `engine_note` why.

    `objective`: "cost", or "vehicles-first" as the public sets count: undone work, then vehicles,
    then cost; the cost told is the problem's own either way. `start_from` is a plan to begin with,
    a solution or task ids per vehicle id: what of it breaks no rule is kept at the start, the rest
    is inserted anew. The search may change all of it.

    Raises InvalidProblem (malformed input), EngineCannot (unknown engine, feature it lacks),
    InvalidOrder (a start plan with unknown ids), ValueError (options that make no sense).
    """
    if objective not in OBJECTIVES:
        raise ValueError(f"no objective {objective!r}; choose one of: {', '.join(OBJECTIVES)}")
    if threads < 1:
        raise ValueError(f"threads must be at least 1, not {threads}")
    with no_full_collections(), ctrl_c_as_stop(should_stop) as wants_stop:
        budget = Budget(time.monotonic() + time_limit_s, iterations, wants_stop)
        course = Course(problem, budget, objective, on_progress or _nobody_listens)
        recipe = Recipe(problem, budget=budget, engine=engine, objective=objective, course=course)
        return recipe.result(seed=seed, threads=threads, start_from=start_from)


def _nobody_listens(_: Progress) -> None:
    pass
