"""Ranges of arrival learned from errors: wide enough, and honest while little is known."""

import random

import pytest

from backend.courier_day.arrivals import ranges
from backend.courier_day.arrivals.ranges import (
    ALL_HOURS,
    ENOUGH,
    ENOUGH_DAYS,
    MOST_DAYS,
    Observed,
    Spread,
    learn,
    learn_each,
    spread_for,
)


def slow_day(chance: random.Random, ahead_s: int) -> int:
    """An invented error: skewed to late, and the wider the further ahead, as on real roads."""
    return round(chance.gammavariate(2.0, 0.09 * ahead_s + 60) - 0.05 * ahead_s - 90)


@pytest.mark.parametrize("ahead_s", [300, 1_200, 3_000, 9_000])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_learned_ranges_hold_four_arrivals_in_five(ahead_s: int, seed: int) -> None:
    """500 errors to learn from, 4,000 to judge by: the share is within 4 in 100 of 0.8."""
    chance = random.Random(seed)
    spread = learn([[slow_day(chance, ahead_s)] for _ in range(500)])
    assert spread is not None
    held = [spread.early_s <= slow_day(chance, ahead_s) <= spread.late_s for _ in range(4_000)]
    assert sum(held) / len(held) == pytest.approx(ranges.SHARE, abs=0.04)


def test_over_many_small_histories_the_share_is_not_below_what_is_promised() -> None:
    """The finite correction: ranges from just ENOUGH errors hold at least 0.8 on average."""
    chance = random.Random(7)
    held = 0
    for _ in range(2_000):
        spread = learn([[slow_day(chance, 1_200)] for _ in range(ENOUGH)])
        assert spread is not None
        held += spread.early_s <= slow_day(chance, 1_200) <= spread.late_s
    assert held / 2_000 >= ranges.SHARE - 0.02


def test_where_all_stops_of_a_day_share_its_luck_few_days_teach_wide_enough_ranges() -> None:
    """Thirty couriers of 16 stops: half of an error is the day's and the same at each stop."""
    chance = random.Random(11)

    def a_day() -> list[int]:
        luck = chance.gauss(0, 300)
        return [round(luck + chance.gauss(0, 300)) for _ in range(16)]

    held, judged = 0, 0
    for _ in range(300):
        spread = learn([a_day() for _ in range(ENOUGH_DAYS)])
        assert spread is not None
        held += sum(spread.early_s <= error <= spread.late_s for error in a_day())
        judged += 16
    assert held / judged >= ranges.SHARE


def test_too_few_errors_or_days_teach_nothing() -> None:
    assert learn([[0]] * (ENOUGH - 1)) is None
    assert learn([[0] * ENOUGH] * (ENOUGH_DAYS - 1)) is None
    spread = learn([[0] * 2] * ENOUGH_DAYS)
    assert spread == Spread(early_s=0, middle_s=0, late_s=0, observations=2 * ENOUGH_DAYS)


def observed(day: int, stops: int) -> list[Observed]:
    return [
        Observed(horizon_min=10, hour_band=(0, 9, 11, 14)[stop % 4], courier_day=day, error_s=day)
        for stop in range(stops)
    ]


def test_long_days_teach_from_as_many_of_them_as_short_ones() -> None:
    """A courier's day has 25 to 40 stops: a bound on errors would let half as many days in as a
    range of all hours needs."""
    days = [observed(day, 40) for day in range(ENOUGH_DAYS)]
    learned = learn_each(each for day in days for each in day)
    assert learned.keys() == {(10, band) for band in (ALL_HOURS, 0, 9, 11, 14)}
    assert learned[10, ALL_HOURS].observations == 40 * ENOUGH_DAYS


def test_of_more_days_than_are_wanted_the_newest_count_and_each_whole() -> None:
    days = [observed(day, 8) for day in range(MOST_DAYS + 50)]
    learned = learn_each(each for day in days for each in day)
    assert learned[10, ALL_HOURS].observations == 8 * MOST_DAYS
    assert learned[10, ALL_HOURS].late_s < MOST_DAYS


def test_the_middle_follows_couriers_who_are_always_late() -> None:
    spread = learn([[600 + each] for each in range(-50, 51)])
    assert spread is not None
    assert spread.middle_s == 600
    assert spread.early_s < 600 < spread.late_s


def test_a_long_day_weighs_no_more_than_a_short_one() -> None:
    spread = learn([[0]] * 40 + [[900] * 90])
    assert spread is not None
    assert (spread.early_s, spread.middle_s, spread.late_s) == (0, 0, 0)


def test_a_range_is_that_of_the_hour_else_of_all_hours_else_the_rule() -> None:
    hour = Spread(early_s=-10, middle_s=0, late_s=10, observations=50)
    day = Spread(early_s=-20, middle_s=0, late_s=20, observations=90)
    learned = {(10, 9): hour, (10, ALL_HOURS): day}
    assert spread_for(learned, 900, 10) is hour
    assert spread_for(learned, 900, 15) is day
    rule = spread_for(learned, 3_600, 10)
    assert (rule.observations, rule.early_s, rule.late_s) == (0, -360, 1_260)


def test_the_rule_has_a_floor_and_grows_with_the_time_ahead() -> None:
    near, far = ranges.rule(60), ranges.rule(7_200)
    assert (near.early_s, near.late_s) == (-120, 300)
    assert (far.early_s, far.late_s) == (-720, 2_520)


@pytest.mark.parametrize(
    ("ahead_s", "bucket"), [(-5, 0), (0, 0), (599, 0), (600, 10), (3_600, 60), (90_000, 240)]
)
def test_a_forecast_falls_into_one_bucket_of_minutes_ahead(ahead_s: int, bucket: int) -> None:
    assert ranges.horizon_of(ahead_s) == bucket


@pytest.mark.parametrize(("hour", "band"), [(0, 0), (8, 0), (9, 9), (13, 11), (15, 14), (23, 16)])
def test_an_hour_falls_into_one_band(hour: int, band: int) -> None:
    assert ranges.band_of(hour) == band
