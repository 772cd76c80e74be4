"""The hours of the night in which nobody is disturbed without need."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from backend import clock


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From, to: local wall-clock times, usually over midnight."""

    starts: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours | None":
        """From `21:00-07:00`, as TANNOI_QUIET_HOURS has it; `off` is none. Raises ValueError."""
        if text == "off":
            return None
        starts, ends = (time.fromisoformat(part) for part in text.split("-"))
        if starts == ends or starts.tzinfo is not None or ends.tzinfo is not None:
            raise ValueError("two different local times are needed")
        return cls(starts=starts, ends=ends)

    def end_after(self, now: datetime) -> datetime | None:
        """When the quiet hours end in which `now` (aware) lies; None outside of them."""
        local = clock.to_local(now)
        at, today = local.time(), local.date()
        if self.starts < self.ends:
            return clock.local_instant(today, self.ends) if self.starts <= at < self.ends else None
        if at >= self.starts:
            return clock.local_instant(today + timedelta(days=1), self.ends)
        return clock.local_instant(today, self.ends) if at < self.ends else None
