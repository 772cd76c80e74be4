"""Time as the simulation lives it, and the clocks that its phones show instead."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from backend import clock


class Timeline(Protocol):
    """The present, and waiting for a later one."""

    def now(self) -> datetime: ...

    def wait_until(self, instant: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class ServiceTimeline:
    """The service's own clock, sped up or not; waiting takes real time."""

    speed: float = 1.0

    def now(self) -> datetime:
        return clock.now()

    def wait_until(self, instant: datetime) -> None:
        left_s = (instant - clock.now()).total_seconds() / self.speed
        if left_s > 0:
            clock.pause(min(left_s, 1.0))


@dataclass(slots=True)
class SimulatedClock:
    """A phone's clocks beside the true time; a pause that the phone wants is noted, not waited."""

    timeline: Timeline
    wall_off_by: timedelta = timedelta()
    boot_number: int = 1
    booted_at: datetime = field(init=False)
    rests_until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.booted_at = self.timeline.now() - timedelta(hours=1)
        self.rests_until = self.timeline.now()

    def wall(self) -> str:
        shown = clock.to_local(self.timeline.now() + self.wall_off_by)
        return shown.isoformat(timespec="milliseconds")

    def uptime_ms(self) -> int:
        return (self.timeline.now() - self.booted_at) // timedelta(milliseconds=1)

    @property
    def boot(self) -> str:
        return f"boot-{self.boot_number}"

    def sleep(self, seconds: float) -> None:
        """The next call waits so long; the courier goes on working meanwhile."""
        self.rests_until = self.timeline.now() + timedelta(seconds=seconds)

    def is_resting(self) -> bool:
        return self.timeline.now() < self.rests_until

    def reboot(self) -> None:
        """The phone starts anew; uptime begins at zero."""
        self.booted_at = self.timeline.now()
        self.boot_number += 1
