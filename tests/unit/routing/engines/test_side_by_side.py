"""Two searches in two threads: one result, the best of both; ended together."""

import threading
import time

import pytest

from routing import check, solve
from tests.builders.routing_days import DayShape, a_courier_day


def _ours() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "_run" in thread.name]


def test_two_threads_find_a_plan_as_good_as_one_with_twice_the_rounds_counted():
    problem = a_courier_day(1, DayShape(visits=60, couriers=8))
    options = {"time_limit_s": 600, "iterations": 800, "engine": "ruin_recreate"}
    first = solve(problem, **options | {"iterations": 1})
    result = solve(problem, threads=2, **options)
    assert check(problem, result.solution) == []
    assert result.solution.unassigned == ()
    assert result.solution.cost < first.solution.cost
    assert result.iterations > 800
    assert [point.cost for point in result.trace] == sorted(
        (point.cost for point in result.trace), reverse=True
    )
    assert not _ours()


def test_a_stop_ends_all_threads_with_the_best_so_far():
    problem = a_courier_day(2, DayShape(visits=60, couriers=8))
    met = []
    result = solve(
        problem,
        time_limit_s=600,
        engine="ruin_recreate",
        threads=2,
        on_progress=lambda progress: met.append(progress.best_cost),
        should_stop=lambda: bool(met) and met[-1] is not None,
    )
    assert result.stopped
    assert result.solution.unassigned == ()
    assert check(problem, result.solution) == []
    assert not _ours()


def test_what_the_caller_raises_ends_all_threads():
    problem = a_courier_day(2, DayShape(visits=60, couriers=8))
    began = time.monotonic()

    def fail(progress) -> None:
        if progress.stage == "SEARCH" and time.monotonic() - began > 0.5:
            raise LookupError("the caller's own")

    with pytest.raises(LookupError):
        solve(problem, time_limit_s=600, engine="ruin_recreate", threads=2, on_progress=fail)
    assert not _ours()


def test_threads_share_what_they_find():
    problem = a_courier_day(3, DayShape(visits=40, couriers=6))
    plans = []
    solve(
        problem,
        time_limit_s=600,
        iterations=600,
        engine="ruin_recreate",
        threads=3,
        on_progress=lambda progress: plans.append((threading.get_ident(), progress.best_so_far())),
    )
    assert {thread for thread, _ in plans} == {threading.get_ident()}
    assert all(check(problem, plan) == [] for _, plan in plans if plan is not None)
