"""Time of a simulation in one process: it goes on only when everybody waits for it."""

from collections.abc import Callable
from datetime import datetime

from backend import clock


class FrozenTimeline:
    """The server lives by it too. `meanwhile` is called at every instant that is reached."""

    def __init__(
        self, frozen: clock.FrozenClock, meanwhile: Callable[[], object] = lambda: None
    ) -> None:
        self._frozen = frozen
        self._meanwhile = meanwhile

    def now(self) -> datetime:
        return clock.now()

    def wait_until(self, instant: datetime) -> None:
        self._frozen.move_to(max(instant, clock.now()))
        self._meanwhile()
