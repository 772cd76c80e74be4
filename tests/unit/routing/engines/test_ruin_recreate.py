"""Our own compiled search: whole days served, stopped at once, repeatable, never empty-handed."""

import subprocess
import sys
import time
from functools import partial

import pytest

from routing import ReasonCode, check, solve
from routing.engines import DEFAULT, engine_names, warm_up
from tests.builders.routing_days import DayShape, a_courier_day

searched = partial(solve, engine="ruin_recreate")


@pytest.fixture(autouse=True, scope="module")
def machine_code() -> float:
    """Compiled once per machine; no test below measures the compiler."""
    return warm_up()


def test_both_engines_are_selectable_and_the_default_is_one_of_them():
    assert set(engine_names()) == {"ruin_recreate", "ortools"}
    assert DEFAULT in engine_names()


def test_a_day_of_300_visits_is_served_whole_for_less_than_ortools_asks():
    problem = a_courier_day(1, DayShape(visits=300))
    result = searched(problem, time_limit_s=60, iterations=1500)
    assert check(problem, result.solution) == []
    assert result.solution.unassigned == ()
    # OR-Tools with exact improvement needs 185,000 (10 s, ROUTING bench day, seed 1).
    assert result.solution.cost < 170_000


def test_the_same_seed_and_iterations_give_the_same_plan_and_another_seed_another_search():
    problem = a_courier_day(3, DayShape(visits=60, couriers=6, mixed_hours=True))
    once = searched(problem, time_limit_s=60, iterations=300, seed=5)
    again = searched(problem, time_limit_s=60, iterations=300, seed=5)
    assert once.solution == again.solution
    assert [point.cost for point in once.trace] == [point.cost for point in again.trace]
    other = searched(problem, time_limit_s=60, iterations=300, seed=6)
    assert [point.cost for point in other.trace] != [point.cost for point in once.trace]


def test_a_time_limit_that_is_over_at_once_still_gives_a_whole_plan():
    problem = a_courier_day(2, DayShape(visits=60, couriers=8))
    result = searched(problem, time_limit_s=0.001)
    assert result.solution.unassigned == ()
    assert check(problem, result.solution) == []


def test_ortools_without_any_plan_of_its_own_starts_from_the_exact_insertion():
    problem = a_courier_day(2, DayShape(visits=60, couriers=8))
    result = solve(problem, time_limit_s=0.001, engine="ortools")
    assert result.solution.unassigned == ()
    assert check(problem, result.solution) == []


def test_a_stop_at_600_visits_is_answered_with_the_best_so_far():
    problem = a_courier_day(2, DayShape(visits=600, couriers=40))
    asked: list[float] = []
    best: list[int | None] = []

    def should_stop() -> bool:
        if not asked and best and best[-1] is not None:
            asked.append(time.thread_time())
        return bool(asked)

    result = searched(
        problem,
        time_limit_s=100,
        should_stop=should_stop,
        on_progress=lambda progress: best.append(progress.best_cost),
    )
    assert result.stopped
    assert result.solution.unassigned == ()
    # CPU seconds of this thread, judging and timing of 600 visits included.
    assert time.thread_time() - asked[0] < 1.0


def test_too_few_couriers_leave_work_out_for_true_reasons():
    problem = a_courier_day(3, DayShape(visits=60, couriers=2))
    solution = searched(problem, time_limit_s=60, iterations=300).solution
    assert check(problem, solution) == []
    assert len(solution.unassigned) > 6
    codes = {reason.code for left in solution.unassigned for reason in left.reasons}
    assert ReasonCode.SEARCH_STOPPED not in codes


def test_the_compiler_is_loaded_only_by_the_engine_that_needs_it():
    program = (
        "import sys; from routing import solve; from tests.builders.routing_problems import "
        "a_problem; solve(a_problem(), time_limit_s=5, iterations=3, engine='ortools'); "
        "sys.exit('numba' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
