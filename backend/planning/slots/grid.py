"""Which windows citizens are offered: two hours each, overlapping, through the working day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend import clock
from backend.planning.day_rows import Span
from backend.planning.windows import seconds_of_day

WINDOW_MINUTES = 120
"""Length of a citizen's window (DOMAIN §6 [G])."""

FIRST_START, LAST_END = time(7, 30), time(18, 0)
"""Windows lie within; the couriers' shifts decide which of them are real."""

STEP_MINUTES = 90

LEAST_NOTICE = timedelta(hours=12)
"""A window is offered until so long before it begins. Later the day is under way: what couriers
carry and have done binds more than the plan tells, and a dispatcher decides."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """From, to: local wall-clock times of one service date."""

    start: time
    end: time

    @property
    def span(self) -> Span:
        """Seconds after local midnight."""
        return seconds_of_day(self.start), seconds_of_day(self.end)


def list_windows() -> list[Window]:
    """Every window of a day."""
    last = _minutes(LAST_END) - WINDOW_MINUTES
    starts = range(_minutes(FIRST_START), last + 1, STEP_MINUTES)
    return [Window(_time(start), _time(start + WINDOW_MINUTES)) for start in starts]


def is_open(window: Window, day: date, now: datetime) -> bool:
    """Whether there is still notice enough to offer the window."""
    return clock.local_instant(day, window.start) - now >= LEAST_NOTICE


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _time(minutes: int) -> time:
    return time(minutes // 60, minutes % 60)
