"""When a command happened, whatever the phone's clocks say (SYNC §8)."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.courier_day.clocks import (
    BOOTS_KEPT,
    Moment,
    Offsets,
    PhoneClock,
    is_wrong,
    moment_of,
    with_offset,
)
from backend.dossiers.models import AtQuality

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TRUE = NOW - timedelta(minutes=17)
"""When the command really happened."""


def reading(true: datetime, *, off_by: timedelta = timedelta(), boot: str = "b1") -> PhoneClock:
    """What the phone's clocks show at a true instant; it booted at midnight UTC."""
    uptime = (true - NOW.replace(hour=0)) // timedelta(milliseconds=1)
    return PhoneClock(wall=true + off_by, uptime_ms=uptime, boot=boot)


def judged(
    command: PhoneClock,
    sync: PhoneClock,
    *,
    offsets: Offsets | None = None,
    previous_at: datetime | None = None,
) -> Moment:
    return moment_of(command, sync, received_at=NOW, offsets=offsets or {}, previous_at=previous_at)


@pytest.mark.parametrize(
    "off_by",
    [
        timedelta(hours=2),
        timedelta(hours=-2),
        timedelta(days=3650),
        timedelta(days=-3650),
        timedelta(),
    ],
    ids=str,
)
def test_within_one_boot_a_wrong_wall_clock_does_not_matter(off_by: timedelta) -> None:
    found = judged(reading(TRUE, off_by=off_by), reading(NOW, off_by=off_by))
    assert found == Moment(at=TRUE, quality=AtQuality.EXACT)


def test_after_a_reboot_the_last_offset_of_the_older_boot_corrects_its_wall() -> None:
    off_by = timedelta(hours=2)
    known = with_offset({}, TRUE - timedelta(minutes=5), reading(TRUE, off_by=off_by))
    known["b1"]["offset_ms"] = -int(off_by.total_seconds() * 1000)
    found = judged(reading(TRUE, off_by=off_by), reading(NOW, boot="b2"), offsets=known)
    assert found == Moment(at=TRUE, quality=AtQuality.BOOT)


def test_an_unknown_boot_leaves_the_wall_as_it_is_and_says_so() -> None:
    off = timedelta(minutes=-30)
    found = judged(reading(TRUE, off_by=off), reading(NOW, boot="b2"))
    assert found == Moment(at=TRUE + off, quality=AtQuality.WALL)


def test_nothing_happened_after_it_was_received() -> None:
    ahead = reading(TRUE, off_by=timedelta(days=3650))
    assert judged(ahead, reading(NOW, boot="b2")).at == NOW
    later_uptime = PhoneClock(wall=NOW, uptime_ms=reading(NOW).uptime_ms + 5000, boot="b1")
    assert judged(later_uptime, reading(NOW)).at == NOW


def test_nothing_happened_before_the_command_before_it() -> None:
    behind = reading(TRUE, off_by=timedelta(days=-3650))
    previous = NOW - timedelta(minutes=1)
    assert judged(behind, reading(NOW, boot="b2"), previous_at=previous).at == previous


def test_clocks_at_the_ends_of_the_calendar_break_nothing() -> None:
    first = PhoneClock(wall=datetime.min.replace(tzinfo=UTC), uptime_ms=0, boot="b0")
    known: Offsets = {"b0": {"offset_ms": -86_400_000, "seen_at_ms": 0}}
    assert judged(first, reading(NOW), offsets=known).at == first.wall
    endless = PhoneClock(wall=NOW, uptime_ms=2**53 - 1, boot="b1")
    assert judged(reading(TRUE), endless).at <= NOW


def test_more_than_five_minutes_off_is_told_to_the_phone() -> None:
    assert not is_wrong(NOW, reading(NOW, off_by=timedelta(minutes=5)))
    assert is_wrong(NOW, reading(NOW, off_by=timedelta(minutes=5, seconds=1)))
    assert is_wrong(NOW, reading(NOW, off_by=timedelta(minutes=-6)))


def test_only_the_boots_seen_last_are_remembered() -> None:
    offsets: Offsets = {}
    for number in range(BOOTS_KEPT + 3):
        at = NOW + timedelta(minutes=number)
        offsets = with_offset(offsets, at, reading(at, boot=f"b{number}"))
    assert set(offsets) == {f"b{number}" for number in range(3, BOOTS_KEPT + 3)}
    assert {entry["offset_ms"] for entry in offsets.values()} == {0}
