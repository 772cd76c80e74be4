"""Who wants an answer now does not share the interpreter with what nobody needs any more."""

import sys
import threading
import time
from types import SimpleNamespace

import pytest

from routing.engines.request import Budget
from routing.engines.ruin_recreate import cold_start, giving_way
from routing.engines.ruin_recreate.giving_way import give_way

A_WHILE_S = 0.1


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """On a busy machine the other thread may get no turn for longer than a user waits."""
    monkeypatch.setattr(giving_way, "CAUGHT_WITHIN_S", 10.0)


def _free_tools():
    return [each for each in range(6) if sys.monitoring.get_tool(each) is None]


class _Busy:
    """A thread that calls functions without end, as one that loads modules does."""

    def __init__(self):
        self.steps = 0
        self.is_over = False
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self.is_over:
            self._step()

    def _step(self):
        self.steps += 1

    def steps_in(self, seconds):
        before = self.steps
        time.sleep(seconds)
        return self.steps - before

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over = True
        self.thread.join()


def test_a_thread_that_gives_way_stands_still_and_then_goes_on():
    free, go_on = _free_tools(), threading.Event()
    with _Busy() as busy:
        assert give_way(busy.thread, go_on)
        assert busy.steps_in(A_WHILE_S) == 0
        assert _free_tools() == free
        go_on.set()
        assert busy.steps_in(A_WHILE_S) > 0


def test_nobody_stands_still_where_others_watch_the_interpreter_or_the_thread_has_ended():
    taken = [each for each in giving_way._TOOLS if each in _free_tools()]
    with _Busy() as busy:
        for each in taken:
            sys.monitoring.use_tool_id(each, "a test")
        try:
            assert not give_way(busy.thread, threading.Event())
            assert busy.steps_in(A_WHILE_S) > 0
        finally:
            for each in taken:
                sys.monitoring.free_tool_id(each)
    assert not give_way(busy.thread, threading.Event())


def test_loading_gives_way_to_whoever_stops_and_is_taken_up_again(monkeypatch):
    monkeypatch.setattr(cold_start, "_begun", [])
    monkeypatch.setattr(cold_start, "is_complete", lambda _: True)
    busy = _Busy()
    monkeypatch.setattr("routing.engines.ruin_recreate.warm_up.load", busy._run)
    assert not cold_start.make_ready(lambda: True)
    assert cold_start._begun == []  # nothing is loaded for whoever has stopped already
    assert not cold_start.make_ready(lambda: busy.steps > 0)
    assert busy.steps_in(A_WHILE_S) == 0
    began = time.monotonic()
    ends = threading.Timer(A_WHILE_S, setattr, (busy, "is_over", True))
    ends.start()
    assert cold_start.make_ready(lambda: False)  # without waiting until it would go on by itself
    assert time.monotonic() - began < giving_way.STANDS_STILL_S


@pytest.mark.parametrize(("answers_in_s", "times"), [(0.000_001, 1_000), (0.005, 5)])
def test_a_wish_that_answers_at_once_is_asked_often_and_a_slow_one_fifty_times_a_second(
    monkeypatch, answers_in_s, times
):
    asked, now = [], [0.0]
    monkeypatch.setattr("routing.engines.request.time", SimpleNamespace(monotonic=lambda: now[0]))

    def should_stop():
        asked.append(1)
        now[0] += answers_in_s
        return False

    budget = Budget(60.0, should_stop=should_stop)
    while now[0] < A_WHILE_S:
        budget.is_stopped()
        now[0] += 0.000_01
    assert len(asked) == pytest.approx(times, rel=0.1)
