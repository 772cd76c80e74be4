"""How few promises a changed day may touch, and what is done to touch no more."""

import pytest

from routing import ChangeBudget, Job, check, replan, schedule
from tests.builders.routing_problems import a_problem, a_task, a_vehicle, a_window


@pytest.mark.parametrize("compiled", [True, False])
def test_who_would_come_too_early_for_a_promise_waits_if_none_may_be_touched(*, compiled):
    vehicles = a_vehicle("an"), a_vehicle("binh", shift=a_window(1_500, 10_000))
    visit = Job(id="visit", task=a_task("visit.t", 1))
    problem = a_problem(vehicles=vehicles, jobs=(visit,))
    plan = schedule(problem, {"binh": ["visit.t"]}, place_breaks=True)
    urgent = Job(id="urgent", task=a_task("urgent.t", 2))
    happened = {"now_s": 0, "dropped": ["binh"], "new_works": [urgent], "compiled": compiled}
    free = replan(problem, plan, **happened)
    assert [change.task_id for change in free.touched] == ["visit.t"]  # told for 1,600, An can soon
    narrow = ChangeBudget(most_touched=0, tolerance_s=300)
    strict = replan(problem, plan, budget=narrow, **happened)
    assert strict.within_budget
    assert strict.placed == ("urgent",)
    assert [change.by_s for change in strict.changes] == [-300]
    assert check(strict.problem, strict.solution) == []
