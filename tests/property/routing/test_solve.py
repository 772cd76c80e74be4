"""Whatever the problem: every work once or undone for a true reason, and no fault in the plan."""

import json
from itertools import permutations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from routing import Problem, ReasonCode, Solution, check, explain, schedule, solve
from routing.formats.own import (
    problem_from_json,
    problem_to_json,
    solution_from_json,
    solution_to_json,
)
from routing.lookup import Lookup
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on

SOME = tried_on(60)
FEW = tried_on(30)


def _solve(problem: Problem, iterations: int = 25, engine: str = "ruin_recreate"):
    return solve(problem, time_limit_s=60, iterations=iterations, seed=3, engine=engine)


def _is_sound(problem: Problem, solution: Solution) -> None:
    assert check(problem, solution) == []
    again = schedule(problem, solution.orders)
    assert again.routes == solution.routes
    assert again.cost == solution.cost
    assert [left.id for left in again.unassigned] == [left.id for left in solution.unassigned]
    works = {task.work_id for route in solution.routes for task in route.visits if task.work_id}
    undone = {left.id for left in solution.unassigned}
    assert works | undone == {work.id for work in problem.works()}
    assert not works & undone


@SOME
@given(small_problems(metric=False))
def test_a_solution_has_no_fault_and_its_order_times_to_itself(problem):
    assert problem.validate() == ()
    _is_sound(problem, _solve(problem).solution)


@tried_on(12)
@given(small_problems(metric=False))
def test_the_second_opinion_honours_every_rule_too(problem):
    _is_sound(problem, _solve(problem, iterations=5, engine="ortools").solution)


@FEW
@given(small_problems(metric=False), st.integers(0, 12))
def test_a_search_stopped_at_any_moment_hands_over_a_sound_plan(problem, looks):
    asked = 0

    def should_stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > looks

    result = solve(
        problem, time_limit_s=60, iterations=25, engine="ruin_recreate", should_stop=should_stop
    )
    _is_sound(problem, result.solution)


@FEW
@given(small_problems(metric=False))
def test_problem_and_solution_come_back_from_json(problem):
    assert problem_from_json(json.loads(json.dumps(problem_to_json(problem)))) == problem
    solution = _solve(problem, iterations=5).solution
    assert solution_from_json(json.loads(json.dumps(solution_to_json(solution)))) == solution


@SOME
@given(small_problems(metric=False))
def test_every_undone_work_has_a_reason_and_the_reason_is_true(problem):
    solution = _solve(problem).solution
    lookup = Lookup(problem)
    for left in explain(problem, solution):
        assert left.reasons
        work = lookup.works[left.id]
        for reason in left.reasons:
            assert reason.code is not ReasonCode.SEARCH_STOPPED  # room is always used
            vehicle = lookup.vehicles[reason.vehicle_id]
            if reason.code is ReasonCode.NO_SKILL:
                assert all(not work.skills <= other.skills for other in problem.vehicles)
            elif reason.code is ReasonCode.CAPACITY:
                assert vehicle.capacity
            elif reason.code is ReasonCode.MOST_MOVED:
                assert problem.stability.most_moved is not None
            elif reason.code in {ReasonCode.TIME_WINDOW, ReasonCode.SHIFT}:
                assert reason.amount > 0


@FEW
@given(small_problems(metric=False))
def test_the_same_seed_and_iterations_give_the_same_solution(problem):
    assert _solve(problem).solution == _solve(problem).solution


def _cheapest_by_hand(problem: Problem) -> int:
    """Cost of the best plan over every choice, split over vehicles and order."""
    lookup = Lookup(problem)
    choices = [[None, *product(*lookup.sides_of(work))] for work in problem.works()]
    best = None
    for chosen in product(*choices):
        done = [tasks for tasks in chosen if tasks is not None]
        for carriers in product(problem.vehicles, repeat=len(done)):
            parts = {
                vehicle.id: [
                    t.id for ts, v in zip(done, carriers, strict=True) if v is vehicle for t in ts
                ]
                for vehicle in problem.vehicles
            }
            for orders in product(*(permutations(tasks) for tasks in parts.values())):
                plan = dict(zip(parts, orders, strict=True))
                timed = schedule(problem, plan, place_breaks=True)
                if not timed.violations and (best is None or timed.cost < best):
                    best = timed.cost
    assert best is not None
    return best


# A search proves no optimum: this one repeats the same problems, so that it cannot fail by chance.
@settings(FEW, derandomize=True)
@given(small_problems(metric=True, most_works=2))
def test_the_search_finds_the_best_plan_of_tiny_problems(problem):
    by_hand = _cheapest_by_hand(problem)
    found = _solve(problem, iterations=80).solution
    assert found.cost == by_hand
