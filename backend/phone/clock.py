"""The phone's clocks: a wall that may be wrong, and an uptime that is not, within one boot."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


class PhoneClock(Protocol):
    """What a phone reads when it acts or syncs, and how it waits."""

    def wall(self) -> str: ...

    def uptime_ms(self) -> int: ...

    @property
    def boot(self) -> str: ...

    def sleep(self, seconds: float) -> None: ...


@dataclass
class Clock:
    """Clocks that are set by hand: time stands still until it is advanced; sleeping moves it."""

    true_now: datetime
    wall_off_by: timedelta = timedelta()
    booted_at: datetime | None = None
    boot_number: int = 1
    slept_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.booted_at = self.booted_at or self.true_now - timedelta(hours=1)

    def wall(self) -> str:
        """What the screen shows, RFC 3339 in Vietnam's zone."""
        return (self.true_now + self.wall_off_by).isoformat(timespec="milliseconds")

    def uptime_ms(self) -> int:
        assert self.booted_at is not None
        return (self.true_now - self.booted_at) // timedelta(milliseconds=1)

    @property
    def boot(self) -> str:
        return f"boot-{self.boot_number}"

    def advance(self, **by: float) -> None:
        """True time goes on: minutes=…, seconds=…."""
        self.true_now += timedelta(**by)

    def reboot(self) -> None:
        """The phone starts anew; uptime begins at zero."""
        self.booted_at = self.true_now
        self.boot_number += 1

    def sleep(self, seconds: float) -> None:
        """Waits without waiting."""
        self.slept_s.append(seconds)
        self.advance(seconds=seconds)
