"""Why a work is undone, and what would get it done: reasons and repairs, each tried and timed."""

from collections.abc import Callable
from dataclasses import replace

from routing.engines import is_compiled
from routing.explaining.reasons import TRIED_WHOLLY, find_reasons
from routing.insertion import prepare
from routing.problem import Problem
from routing.repairing.repairs import RepairQuestions, Repairs
from routing.solution import Solution, Unassigned
from routing.trying.trial_model import TrialModel

__all__ = ["MOST_REPAIRED", "TRIED_WHOLLY", "explain"]

MOST_REPAIRED = 5
"""Works that get repairs unless the caller asks for more: each takes some 0.2 s on a day of 300
visits, and a dispatcher repairs a handful by hand, not a hundred."""

SMALL_PLAN = 80
"""Tasks up to which the exact trials are quick enough to find repairs unasked."""


def explain(
    problem: Problem,
    solution: Solution,
    *,
    stopped: bool = False,
    model: TrialModel | None = None,
    repaired: int | None = None,
    questions: RepairQuestions | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> tuple[Unassigned, ...]:
    """The solution's unassigned works with their reasons, nearest first, at least one each, and
    the first `repaired` of them with tested repairs, cheapest first.

    Every reason stands alone: without that one obstacle the work would fit at the place named.
    `stopped` says that the search was ended early, so that room may simply not have been used;
    then nothing is repaired unless asked for. `questions` adds other places and another day.
    Ends within a few 10 ms when `should_stop` says so, with what has been found.
    """
    if not solution.unassigned:
        return ()
    model = model or TrialModel(problem)
    told = find_reasons(problem, solution, stopped=stopped, model=model, should_stop=should_stop)
    if repaired is None:
        quick = is_compiled() or len(model.tasks) <= SMALL_PLAN
        repaired = MOST_REPAIRED if quick and not stopped else 0
    if repaired == 0 or (should_stop is not None and should_stop()):
        return told
    repairs = Repairs(prepare(problem, solution, model=model), questions, should_stop)
    works = model.lookup.works
    return tuple(
        replace(left, repairs=repairs.of(works[left.id]))
        if number < repaired and not (should_stop is not None and should_stop())
        else left
        for number, left in enumerate(told)
    )
