"""Why a work is undone, and what would get it done: reasons and repairs, each tried and timed."""

from routing.problem import Problem
from routing.reasons import TRIED_WHOLLY, find_reasons
from routing.solution import Solution, Unassigned
from routing.trial_model import TrialModel

__all__ = ["TRIED_WHOLLY", "explain"]


def explain(
    problem: Problem,
    solution: Solution,
    *,
    stopped: bool = False,
    model: TrialModel | None = None,
) -> tuple[Unassigned, ...]:
    """The solution's unassigned works with their reasons, nearest first, at least one each.

    Every reason stands alone: without that one obstacle the work would fit at the place named.
    `stopped` says that the search was ended early, so that room may simply not have been used.
    """
    return find_reasons(problem, solution, stopped=stopped, model=model)
