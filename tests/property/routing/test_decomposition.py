"""Problems with every feature, cut into the smallest parts: sound plans, nothing lost."""

from collections.abc import Iterator

import pytest
from hypothesis import given

from routing import check, schedule, solve
from routing.engines.ruin_recreate import decomposition
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on


@pytest.fixture(autouse=True, scope="module")
def smallest_parts() -> Iterator[None]:
    names = ("LEAST_WORKS", "PART_WORKS", "LEAST_ROUNDS")
    before = [getattr(decomposition, name) for name in names]
    for name in names:
        setattr(decomposition, name, 1)
    yield
    for name, value in zip(names, before, strict=True):
        setattr(decomposition, name, value)


@tried_on(80)
@given(small_problems(metric=False))
def test_any_problem_searched_in_parts_gives_a_sound_plan(problem):
    result = solve(problem, time_limit_s=60, iterations=40, seed=3, engine="ruin_recreate")
    assert check(problem, result.solution) == []
    again = schedule(problem, result.solution.orders)
    assert again.routes == result.solution.routes
    works = {visit.work_id for route in again.routes for visit in route.visits if visit.work_id}
    undone = {left.id for left in result.solution.unassigned}
    assert works | undone == {work.id for work in problem.works()}
    assert not works & undone
