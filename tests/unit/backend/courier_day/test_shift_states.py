"""A courier's day by its table: lawful steps, forgotten ones, and those that came too late."""

import pytest

from backend.courier_day.handlers.shift import COMMANDS
from backend.courier_day.shift_states import (
    DAY_MOVES,
    TARGET_OF,
    DayEvent,
    DayState,
    DayVerdict,
    judge_step,
)

A_PLAIN_DAY = [
    (DayEvent.OPEN, DayState.OPENED),
    (DayEvent.ACCEPT_ROUTE, DayState.ROUTE_ACCEPTED),
    (DayEvent.DEPART, DayState.ON_ROUTE),
    (DayEvent.START_BREAK, DayState.ON_BREAK),
    (DayEvent.END_BREAK, DayState.ON_ROUTE),
    (DayEvent.PAUSE, DayState.PAUSED),
    (DayEvent.RESUME, DayState.ON_ROUTE),
    (DayEvent.START_FINISHING, DayState.FINISHING),
    (DayEvent.ARRIVE_BACK, DayState.BACK),
    (DayEvent.COUNT_CASH, DayState.CASH_COUNTED),
    (DayEvent.SETTLE, DayState.SETTLED),
    (DayEvent.CLOSE, DayState.CLOSED),
]


def test_a_plain_day_goes_through_in_the_order_of_the_domain() -> None:
    state = DayState.ROSTERED
    for event, after in A_PLAIN_DAY:
        assert judge_step(state, event) == (DayVerdict.STEP, after)
        state = after


@pytest.mark.parametrize("event", DayEvent)
@pytest.mark.parametrize("state", DayState)
def test_every_pair_is_a_step_of_the_table_or_moves_by_a_gap_or_not_at_all(
    state: DayState, event: DayEvent
) -> None:
    verdict, after = judge_step(state, event)
    if (state, event) in DAY_MOVES:
        assert (verdict, after) == (DayVerdict.STEP, DAY_MOVES[state, event])
    elif verdict is DayVerdict.GAP:
        assert after is TARGET_OF[event]
        assert list(DayState).index(after) > list(DayState).index(state)
    else:
        assert (verdict, after) == (DayVerdict.LATE, state)


def test_every_event_leads_to_one_state() -> None:
    for (_, event), after in DAY_MOVES.items():
        assert TARGET_OF[event] is after


def test_a_route_handed_on_still_ends_at_the_post_office() -> None:
    assert judge_step(DayState.PAUSED, DayEvent.HAND_TO_ANOTHER)[1] is DayState.HANDED_TO_ANOTHER
    assert judge_step(DayState.HANDED_TO_ANOTHER, DayEvent.ARRIVE_BACK)[1] is DayState.BACK
    assert judge_step(DayState.HANDED_TO_ANOTHER, DayEvent.RESUME)[0] is DayVerdict.LATE


def test_a_closed_day_stays_closed_whatever_comes() -> None:
    assert {judge_step(DayState.CLOSED, event)[1] for event in DayEvent} == {DayState.CLOSED}


def test_every_step_of_the_day_has_its_command() -> None:
    assert sorted(COMMANDS.values()) == sorted(DayEvent)
