"""This library as one engine of the bench among others."""

from routing import Result
from routing import solve as search
from tests.bench.answers import Answer, Ask


def solve(ask: Ask) -> Answer:
    """The compiled search."""
    return _answer(_run(ask, "ruin_recreate"))


def solve_with_ortools(ask: Ask) -> Answer:
    """OR-Tools behind the same function, with our improvement on the real clock."""
    return _answer(_run(ask, "ortools"))


def solve_in_parts(ask: Ask) -> Answer:
    """The compiled search that cuts a day of any size into parts."""
    from routing.engines.ruin_recreate import decomposition

    usual, decomposition.LEAST_WORKS = decomposition.LEAST_WORKS, 1
    try:
        return solve(ask)
    finally:
        decomposition.LEAST_WORKS = usual


def _run(ask: Ask, engine: str) -> Result:
    result = search(
        ask.problem,
        time_limit_s=ask.seconds,
        seed=ask.seed,
        engine=engine,
        objective="vehicles-first" if ask.objective == "vehicles-first" else "cost",
    )
    if result.engine != engine:  # a figure of another engine would stand under our name
        raise RuntimeError(result.engine_note)
    return result


def _answer(result: Result) -> Answer:
    facts = {"iterations": float(result.iterations)}
    least_undone = min((point.unassigned for point in result.trace), default=0)
    complete = [point.seconds for point in result.trace if point.unassigned == least_undone]
    if complete:
        facts["first_plan_s"] = complete[0]
    return Answer(
        orders={route.vehicle_id: route.task_ids for route in result.solution.routes}, facts=facts
    )
