"""Time is read in one place, can be held still, and knows where the service lives."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest

from backend import clock
from backend.setting_problems import InvalidSettings
from backend.settings import Settings

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


def test_a_demonstration_shows_another_time_that_goes_faster() -> None:
    demo = clock.DemoClock.parse("2026-11-23T06:30+07:00,2026-11-22T10:00+00:00,60")
    began = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
    assert demo.at(began) == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert demo.at(began + timedelta(minutes=10)) - demo.at(began) == timedelta(hours=10)
    assert clock.DemoClock.parse(str(demo)) == demo


def test_a_demonstration_never_moves_what_tests_freeze_nor_the_lives_of_processes() -> None:
    clock.show("2030-01-01T00:00+07:00,2026-11-22T10:00+00:00,1")
    try:
        assert clock.now() - clock.machine_now() > timedelta(days=365)
        with clock.frozen(NOON):
            assert clock.now() == clock.machine_now() == NOON
    finally:
        clock.show("")
    assert clock.now() - clock.machine_now() < timedelta(minutes=1)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T06:30+07:00",
        "2026-11-23T06:30,2026-11-22T10:00+00:00,60",
        "2026-11-23T06:30+07:00,2026-11-22T10:00+00:00,0",
        "2026-11-23T06:30+07:00,2026-11-22T10:00+00:00,4000",
        "tomorrow,today,60",
    ],
)
def test_a_clock_that_the_settings_refuse_cannot_be_shown_either(text: str) -> None:
    with pytest.raises(InvalidSettings, match="TANNOI_DEMO_CLOCK"):
        Settings(demo_clock=text)
    with pytest.raises(ValueError, match=r"."):
        clock.DemoClock.parse(text)
    Settings(demo_clock="2026-11-23T06:30+07:00,2026-11-22T10:00+00:00,60")


def test_production_shows_no_time_but_the_true_one() -> None:
    with pytest.raises(InvalidSettings, match="true time"):
        Settings(
            environment="production",
            database_url="postgresql+psycopg://app@/tannoi",
            redis_url="redis://localhost:6379/0",
            demo_clock="2026-11-23T06:30+07:00,2026-11-22T10:00+00:00,60",
        )
