"""The only place where time is read, so that a test or a replay can say what time it is."""

import time as _time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SERVICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Offices, shifts and promises live in Vietnam's time; storage is UTC."""


@dataclass(slots=True)
class FrozenClock:
    """What `frozen` hands out: the instant that `now()` returns until it is moved."""

    instant: datetime

    def move_to(self, instant: datetime) -> None:
        self.instant = _as_utc(instant)

    def advance(self, by: timedelta) -> None:
        self.instant += by


_frozen: list[FrozenClock] = []


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _frozen[-1].instant if _frozen else datetime.now(UTC)


def today_local() -> date:
    """Today's date where the service runs."""
    return local_date(now())


def to_local(instant: datetime) -> datetime:
    """The same instant in the service's time zone."""
    return instant.astimezone(SERVICE_ZONE)


def local_date(instant: datetime) -> date:
    """The service date on which an instant falls."""
    return to_local(instant).date()


def local_instant(day: date, at: time) -> datetime:
    """The UTC instant of a wall-clock time on a local date."""
    return datetime.combine(day, at, tzinfo=SERVICE_ZONE).astimezone(UTC)


def monotonic_s() -> float:
    """Seconds of a clock that never jumps: for durations, never for dates. Not frozen."""
    return _time.monotonic()


def pause(seconds: float) -> None:
    """Waits in real time, even while the clock is frozen."""
    _time.sleep(seconds)


@contextmanager
def frozen(instant: datetime) -> Iterator[FrozenClock]:
    """Holds `now()` at an aware instant, in every thread of the process; frozen clocks nest."""
    clock = FrozenClock(_as_utc(instant))
    _frozen.append(clock)
    try:
        yield clock
    finally:
        _frozen.remove(clock)


def _as_utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a naive datetime names no instant: give it a time zone")
    return instant.astimezone(UTC)
