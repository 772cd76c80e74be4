"""Ranges are judged on days that did not teach them."""

from datetime import time, timedelta
from pathlib import Path

from backend import clock
from backend.courier_day.arrivals.ranges import ENOUGH_DAYS
from tests.bench.arrivals_left_out import (
    FIRST_OF_BUCKET,
    Held,
    Told,
    judge_left_out,
    read_told,
    write_told,
)
from tests.builders.booking import WORKING_DAY

AHEAD_MIN = 30
NOON = clock.local_instant(WORKING_DAY, time(12))


def told(day: int, ahead_min: int, late_min: int) -> Told:
    """One arrival of one courier's day, and a range of four minutes that was shown."""
    scheduled_at = NOON + timedelta(days=day)
    return Told(
        ahead_min=ahead_min,
        courier_day=f"somebody/{day}",
        computed_at=scheduled_at - timedelta(minutes=AHEAD_MIN),
        scheduled_at=scheduled_at,
        earliest_at=scheduled_at - timedelta(minutes=2),
        latest_at=scheduled_at + timedelta(minutes=2),
        arrived_at=scheduled_at + timedelta(minutes=late_min),
    )


def days(count: int) -> list[Told]:
    """Arrivals are ten minutes late, on the last day an hour."""
    late = [10] * (count - 1) + [60]
    both = (FIRST_OF_BUCKET, FIRST_OF_BUCKET, AHEAD_MIN)
    return [told(day, ahead, late[day]) for day in range(count) for ahead in both]


def test_a_day_is_judged_by_the_others_alone() -> None:
    assert judge_left_out(days(ENOUGH_DAYS)) == {}, "one less than enough teach nothing"
    shown, learned = judge_left_out(days(ENOUGH_DAYS + 1))[AHEAD_MIN]
    assert shown == Held(arrivals=31, inside=0, early=0, late=31, median_width_s=240)
    assert (learned.inside, learned.late) == (ENOUGH_DAYS, 1), "nobody taught the odd day's hour"


def test_what_was_told_is_read_again_as_it_was(tmp_path: Path) -> None:
    kept = tmp_path / "told.jsonl"
    write_told(kept, days(3))
    write_told(kept, days(2))
    assert read_told(kept) == days(3) + days(2)
