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


@dataclass(frozen=True, slots=True)
class DemoClock:
    """A clock of a demonstration: it showed `shown` at the true instant `since` (both aware), and
    goes `speed` times as fast as time."""

    shown: datetime
    since: datetime
    speed: float

    @classmethod
    def parse(cls, text: str) -> "DemoClock":
        """From `SHOWN,SINCE,SPEED`, as TANNOI_DEMO_CLOCK has it. Raises ValueError."""
        shown, since, speed = text.split(",")
        clock = cls(
            _as_utc(datetime.fromisoformat(shown)),
            _as_utc(datetime.fromisoformat(since)),
            float(speed),
        )
        if not 0 < clock.speed <= FASTEST:
            raise ValueError(f"a speed is above 0 and at most {FASTEST}")
        return clock

    def __str__(self) -> str:
        return f"{self.shown.isoformat()},{self.since.isoformat()},{self.speed:g}"

    def at(self, true_instant: datetime) -> datetime:
        return self.shown + (true_instant - self.since) * self.speed


FASTEST = 3_600
"""Times as fast as time: an hour in a second."""

_frozen: list[FrozenClock] = []
_demo: list[DemoClock] = []


def now() -> datetime:
    """The present instant, aware, in UTC."""
    true_now = machine_now()
    return _demo[-1].at(true_now) if _demo and not _frozen else true_now


def machine_now() -> datetime:
    """The same without a demonstration's clock: for the lives of processes, not for the service."""
    return _frozen[-1].instant if _frozen else datetime.now(UTC)


def show(demo: str) -> None:
    """From now on this process shows a demonstration's clock; an empty text ends that."""
    _demo[:] = [DemoClock.parse(demo)] if demo else []


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
