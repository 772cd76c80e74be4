"""Time is read in one place, can be held still, and knows where the service lives."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest

from backend import clock

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)


def test_now_is_aware_and_in_utc() -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_a_frozen_clock_stands_still_until_it_is_moved() -> None:
    with clock.frozen(NOON) as frozen:
        assert clock.now() == NOON
        frozen.advance(timedelta(minutes=5))
        assert clock.now() == NOON + timedelta(minutes=5)
        frozen.move_to(NOON)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_frozen_clocks_nest_and_give_back_the_outer_time() -> None:
    later = NOON + timedelta(days=1)
    with clock.frozen(NOON):
        with clock.frozen(later):
            assert clock.now() == later
        assert clock.now() == NOON


def test_a_frozen_clock_holds_in_other_threads() -> None:
    seen: list[datetime] = []
    with clock.frozen(NOON):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen == [NOON]


def test_a_naive_instant_is_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"), clock.frozen(naive):
        pass


def test_the_service_date_changes_at_midnight_in_vietnam() -> None:
    before = datetime(2026, 11, 22, 16, 59, 59, tzinfo=UTC)
    with clock.frozen(before):
        assert clock.today_local() == date(2026, 11, 22)
    with clock.frozen(before + timedelta(seconds=1)):
        assert clock.today_local() == date(2026, 11, 23)


def test_a_local_time_of_day_is_seven_hours_ahead_of_utc() -> None:
    instant = clock.local_instant(date(2026, 11, 23), time(7, 30))
    assert instant == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
    assert clock.to_local(instant).time() == time(7, 30)
