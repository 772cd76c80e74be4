"""What a replan tells of itself while it searches: plans of the rest, told as plans of the day."""

import time
from collections.abc import Callable

from routing.engines.request import Budget, Orders
from routing.solution import Progress, Solution

TELL_EVERY_S = 0.5
"""A person watches; timing the whole day costs some 20 ms at 300 visits."""


class ReplanProgress:
    """Hears of better orders and tells them, the first at once."""

    def __init__(
        self,
        limit: Budget,
        timed: Callable[[Orders], Solution],
        on_progress: Callable[[Progress], None] | None,
    ) -> None:
        self._limit = limit
        self._timed = timed
        self._on_progress = on_progress
        self._told_at: float | None = None

    def met(self, orders: Callable[[], Orders]) -> None:
        """A better plan, as orders of the whole day."""
        now = time.monotonic()
        if self._on_progress is None or (
            self._told_at is not None and now - self._told_at < TELL_EVERY_S
        ):
            return
        self._told_at = now
        solution = self._timed(orders())
        self._on_progress(
            Progress(
                stage="SEARCH",
                best_cost=solution.cost,
                seconds_left=self._limit.seconds_left(),
                unassigned=len(solution.unassigned),
                best_so_far=lambda: solution,
            )
        )
