"""Whoever stops a search of 600 visits gets the best so far at once, whatever is being done."""

import signal
import time

import pytest

from routing import Progress, check, solve
from routing.engines import warm_up
from tests.builders.routing_days import DayShape, a_courier_day

ANSWERED_WITHIN_S = 0.2
LOADED = 5
"""The promise holds for processor time; a machine whose caches others empty takes some times as
long, and the test must only fail when an answer has become a matter of seconds."""

STAGES = ("VALIDATE", "REDUCE", "SEARCH", "REPAIR", "CHECK", "EXPLAIN")


@pytest.fixture(scope="module")
def day():
    warm_up()
    return a_courier_day(2, DayShape(visits=600, couriers=40))


@pytest.mark.parametrize("stage", STAGES)
def test_a_stop_is_answered_in_every_stage(day, stage):
    asked: list[float] = []

    def note(progress: Progress) -> None:
        if progress.stage == stage and not asked:
            asked.append(time.thread_time())

    result = solve(
        day,
        time_limit_s=3,
        engine="ruin_recreate",
        on_progress=note,
        should_stop=lambda: bool(asked),
    )
    answered = time.thread_time() - asked[0]
    assert answered < LOADED * ANSWERED_WITHIN_S
    assert check(day, result.solution) == []
    undone = len(result.solution.unassigned)
    assert undone < 600 if stage in {"VALIDATE", "REDUCE", "SEARCH"} else undone == 0
    assert all(left.reasons for left in result.solution.unassigned)


def test_ctrl_c_gives_the_best_so_far_and_the_second_one_is_not_swallowed(day):
    pressed: list[float] = []

    def note(progress: Progress) -> None:
        if progress.best_cost is not None and not pressed:
            pressed.append(time.thread_time())
            signal.raise_signal(signal.SIGINT)

    result = solve(day, time_limit_s=600, engine="ruin_recreate", on_progress=note)
    assert time.thread_time() - pressed[0] < LOADED * ANSWERED_WITHIN_S
    assert result.stopped
    assert result.solution.unassigned == ()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def press_twice(progress: Progress) -> None:
        if progress.best_cost is not None:
            signal.raise_signal(signal.SIGINT)

    small = a_courier_day(2, DayShape(visits=20, couriers=3))
    with pytest.raises(KeyboardInterrupt):
        solve(small, time_limit_s=600, engine="ruin_recreate", on_progress=press_twice)


def test_a_program_that_handles_ctrl_c_itself_keeps_its_handler():
    day = a_courier_day(2, DayShape(visits=20, couriers=3))
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        result = solve(
            day,
            time_limit_s=30,
            iterations=20,
            engine="ruin_recreate",
            on_progress=lambda progress: heard or signal.raise_signal(signal.SIGINT),
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [signal.SIGINT]
    assert not result.stopped


def test_the_best_so_far_is_a_checked_plan_at_any_moment():
    day = a_courier_day(2, DayShape(visits=40, couriers=6))
    seen: list[Progress] = []
    result = solve(
        day, time_limit_s=60, iterations=300, engine="ruin_recreate", on_progress=seen.append
    )
    searching = [progress for progress in seen if progress.stage == "SEARCH"]
    assert seen[0].stage == "VALIDATE"
    last = searching[-1].best_so_far()
    assert last is not None
    assert check(day, last) == []
    assert last.cost == result.solution.cost
    assert {left.id for left in last.unassigned} == {left.id for left in result.solution.unassigned}
