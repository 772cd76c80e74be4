"""Nobody is woken by what can wait until the morning."""

from datetime import UTC, datetime

import pytest

from backend import setting_checks
from backend.outbox.quiet_hours import QuietHours


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """A local time of Vietnam as an instant."""
    return datetime(2026, 11, day, hour - 7 if hour >= 7 else hour + 17, minute, tzinfo=UTC)


NIGHT = QuietHours.parse("21:00-07:00")


@pytest.mark.parametrize(
    ("hour", "ends"),
    [(20, None), (21, (24, 7)), (23, (24, 7)), (7, None), (12, None)],
)
def test_the_night_begins_and_ends_where_it_says(hour: int, ends: tuple[int, int] | None) -> None:
    assert NIGHT is not None
    expected = at(ends[1], day=ends[0]) if ends else None
    assert NIGHT.end_after(at(hour)) == expected


def test_after_midnight_the_same_morning_ends_it() -> None:
    assert NIGHT is not None
    one_oclock = datetime(2026, 11, 22, 18, tzinfo=UTC)  # 01:00 of the 23rd
    assert NIGHT.end_after(one_oclock) == at(7)


def test_hours_within_one_day_work_too() -> None:
    noon = QuietHours.parse("12:00-13:30")
    assert noon is not None
    assert noon.end_after(at(12, 30)) == at(13, 30)
    assert noon.end_after(at(13, 30)) is None


def test_off_is_none() -> None:
    assert QuietHours.parse("off") is None


@pytest.mark.parametrize("text", ["21:00-07:00", "00:00-23:59", "off"])
def test_the_setting_takes_what_can_be_read(text: str) -> None:
    setting_checks.quiet_hours(text)
    QuietHours.parse(text)


@pytest.mark.parametrize("text", ["21-7", "21:00", "07:00-07:00", "25:00-07:00", "a-b", "1-2-3"])
def test_the_setting_refuses_what_cannot(text: str) -> None:
    with pytest.raises(setting_checks.Rejected):
        setting_checks.quiet_hours(text)
