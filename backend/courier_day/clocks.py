"""When a command happened, from three unreliable clocks and one order (SYNC §8).

The phone's wall clock may be hours or years wrong; its uptime counts truly but only within one
boot. Order is always (device, seq); `at` follows that order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from backend.dossiers.models import AtQuality

CLOCK_WRONG_BEYOND = timedelta(minutes=5)
"""SYNC §8: a phone further off is told so."""

BOOTS_KEPT = 8
"""Offsets of older boots are forgotten; a phone rarely holds commands of more."""

type Offsets = dict[str, dict[str, int]]
"""boot → {"offset_ms": server minus phone, "seen_at_ms": server time in ms since 1970}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneClock:
    """What a phone's clocks showed at one moment. `wall` is aware."""

    wall: datetime
    uptime_ms: int
    boot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The server's reading of when something happened, and how far to trust it."""

    at: datetime
    quality: AtQuality


def offset_between(received_at: datetime, clock: PhoneClock) -> timedelta:
    """Server minus phone at the moment of the sync."""
    return received_at - clock.wall


def is_wrong(received_at: datetime, clock: PhoneClock) -> bool:
    """Whether the phone should tell its person to set the clock."""
    return abs(offset_between(received_at, clock)) > CLOCK_WRONG_BEYOND


def with_offset(offsets: Offsets, received_at: datetime, clock: PhoneClock) -> Offsets:
    """The offsets known after a sync; the boots seen longest ago are dropped."""
    newest: Offsets = dict(offsets)
    newest[clock.boot] = {
        "offset_ms": offset_between(received_at, clock) // timedelta(milliseconds=1),
        "seen_at_ms": int(received_at.timestamp() * 1000),
    }
    kept = sorted(newest, key=lambda boot: newest[boot]["seen_at_ms"], reverse=True)[:BOOTS_KEPT]
    return {boot: newest[boot] for boot in kept}


def moment_of(
    command: PhoneClock,
    sync: PhoneClock,
    *,
    received_at: datetime,
    offsets: Mapping[str, Mapping[str, int]],
    previous_at: datetime | None,
) -> Moment:
    """When the command happened: never after it was received, never before the one before it."""
    if command.boot == sync.boot:
        age = timedelta(milliseconds=max(0, sync.uptime_ms - command.uptime_ms))
        guess, quality = _earlier(received_at, age), AtQuality.EXACT
    elif command.boot in offsets:
        offset = timedelta(milliseconds=offsets[command.boot]["offset_ms"])
        guess, quality = _earlier(command.wall, -offset), AtQuality.BOOT
    else:
        guess, quality = command.wall, AtQuality.WALL
    at = min(guess, received_at)
    return Moment(at=max(at, previous_at) if previous_at else at, quality=quality)


def _earlier(instant: datetime, by: timedelta) -> datetime:
    """`instant - by`; a clock at the end of the calendar does not break the sync."""
    try:
        return instant - by
    except OverflowError:
        return instant
