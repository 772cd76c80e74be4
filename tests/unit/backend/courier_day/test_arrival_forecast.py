"""The rest of a route from where the courier is: the arithmetic is that of `routing.schedule`."""

from collections.abc import Sequence

import numpy as np
import pytest

from backend.courier_day.arrivals.forecast import Act, Halt, Rest, Rides, Start, forecast
from geodata.point import Point
from routing import TravelMatrix

NINE = 9 * 3600
DOOR = Point(16.06, 108.22)


def a_line(*ride_s: int) -> Rides:
    """Places on a line: so many seconds from each to the next, and the sum between others."""
    at = np.cumsum([0, *ride_s])

    def rides(points: Sequence[Point]) -> TravelMatrix:
        assert len(points) == len(at)
        return TravelMatrix(np.abs(at[:, None] - at[None, :]))

    return rides


def a_halt(key: str, *acts: Act) -> Halt:
    return Halt(key=key, point=DOOR, acts=acts or (Act(seconds=300),))


HERE = Start(point=DOOR, free_s=NINE)


def test_each_arrival_is_the_ride_after_the_work_before_it() -> None:
    found = forecast(HERE, [a_halt("a"), a_halt("b")], a_line(600, 240), now_s=NINE)
    assert found == {"a": NINE + 600, "b": NINE + 600 + 300 + 240}


def test_who_comes_before_the_slot_waits_and_still_arrives_early() -> None:
    slot = Act(seconds=300, windows=((NINE + 3600, NINE + 7200),))
    found = forecast(HERE, [a_halt("a", slot), a_halt("b")], a_line(600, 240), now_s=NINE)
    assert found == {"a": NINE + 600, "b": NINE + 3600 + 300 + 240}


def test_who_comes_after_the_slot_is_not_cut_off() -> None:
    slot = Act(seconds=300, windows=((NINE - 7200, NINE - 3600),))
    found = forecast(HERE, [a_halt("a", slot), a_halt("b")], a_line(600, 240), now_s=NINE)
    assert found["b"] == NINE + 600 + 300 + 240


def test_a_counter_that_is_shut_at_noon_holds_up_what_follows() -> None:
    open_spans = ((NINE - 5400, NINE + 300), (NINE + 9000, NINE + 20_000))
    counter = Act(seconds=600, windows=open_spans)
    found = forecast(HERE, [a_halt("a", counter), a_halt("b")], a_line(600, 60), now_s=NINE)
    assert found == {"a": NINE + 600, "b": NINE + 9000 + 600 + 60}


def test_a_break_still_to_come_is_taken_on_the_way() -> None:
    rest = Rest(key="rest", earliest_s=NINE, seconds=1800)
    found = forecast(HERE, [a_halt("a"), rest, a_halt("b")], a_line(600, 240), now_s=NINE)
    assert found == {"a": NINE + 600, "b": NINE + 600 + 300 + 1800 + 240}


def test_a_break_whose_hour_has_not_come_is_waited_for() -> None:
    rest = Rest(key="rest", earliest_s=NINE + 7200, seconds=1800)
    found = forecast(HERE, [a_halt("a"), rest, a_halt("b")], a_line(600, 240), now_s=NINE)
    assert found["b"] == NINE + 7200 + 1800


def test_several_acts_at_one_door_are_one_arrival() -> None:
    found = forecast(
        HERE,
        [a_halt("a", Act(seconds=300), Act(seconds=120)), a_halt("b")],
        a_line(60, 60),
        now_s=0,
    )
    assert found == {"a": NINE + 60, "b": NINE + 60 + 420 + 60}


@pytest.mark.parametrize("late_s", [1, 900])
def test_who_should_have_been_there_by_now_arrives_now_and_all_after_that_move(late_s: int) -> None:
    now_s = NINE + 600 + late_s
    found = forecast(HERE, [a_halt("a"), a_halt("b")], a_line(600, 240), now_s=now_s)
    assert found == {"a": now_s, "b": now_s + 300 + 240}


def test_a_route_with_nothing_but_its_end_has_one_arrival() -> None:
    end = Halt(key="end", point=DOOR)
    assert forecast(HERE, [end], a_line(700), now_s=NINE) == {"end": NINE + 700}
    assert forecast(HERE, [], a_line(), now_s=NINE) == {}
