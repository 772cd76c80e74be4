"""How a running job tells its plan's row how far it is, and hears that it shall stop.

Short transactions at about 1 Hz, none open in between: the search never holds a lock.
"""

import uuid
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from backend import clock
from backend.database import unit_of_work
from backend.logs import get_logger
from backend.planning.models import Plan, PlanStage, PlanStatus
from routing import Progress

TELL_EVERY_S = 1.0
"""A person watches a number change; more often would only load the database."""

LISTEN_EVERY_S = 0.5
"""How late a cancellation may be heard."""

log = get_logger(__name__)


class PlanWatch:
    """The eyes and ears of one run of a plan job.

    `run` is the instant at which this run claimed the row: a run that was taken for dead and
    replaced finds another instant there, stops, and stores nothing.
    """

    def __init__(self, plan_id: uuid.UUID, run: datetime) -> None:
        self._plan_id = plan_id
        self._run = run
        self._stage = PlanStage.READING
        self._best: int | None = None
        self._search_ends_at: float | None = None
        self._told_at = self._heard_at = clock.monotonic_s()
        self.cancelled = False
        self.replaced = False

    def enter(self, stage: PlanStage) -> None:
        """A new stage is told at once."""
        self._stage = stage
        self._exchange()

    def begin_again(self) -> None:
        """What was found does not count any more."""
        self._best = self._search_ends_at = None
        self.enter(PlanStage.READING)

    def on_progress(self, progress: Progress) -> None:
        """What `routing.solve` reports."""
        checking = progress.stage in ("CHECK", "EXPLAIN")
        stage = PlanStage.CHECK if checking else PlanStage.SEARCH
        self._best = progress.best_cost
        self._search_ends_at = clock.monotonic_s() + progress.seconds_left
        if stage is not self._stage:
            self.enter(stage)
        elif clock.monotonic_s() - self._told_at >= TELL_EVERY_S:
            self._exchange()

    def should_stop(self) -> bool:
        """Whether somebody cancelled, or another run took over; cheap enough for tight loops."""
        if clock.monotonic_s() - self._heard_at >= LISTEN_EVERY_S:
            self._exchange()
        return self.cancelled or self.replaced

    def _seconds_left(self) -> float | None:
        if self._search_ends_at is None:
            return None
        return max(0.0, round(self._search_ends_at - clock.monotonic_s(), 1))

    def _exchange(self) -> None:
        """Writes stage and figures, reads the cancel mark. A database that is away for a moment
        must not cost the search: the next exchange tries again."""
        self._told_at = self._heard_at = clock.monotonic_s()
        try:
            with unit_of_work() as session:
                cancelled = session.scalar(
                    update(Plan)
                    .where(
                        Plan.id == self._plan_id,
                        Plan.status == PlanStatus.RUNNING,
                        Plan.started_at == self._run,
                    )
                    .values(
                        stage=self._stage,
                        best_cost=self._best,
                        seconds_left=self._seconds_left(),
                        heartbeat_at=clock.now(),
                    )
                    .returning(Plan.cancel_requested)
                    .execution_options(synchronize_session=False)
                )
        except DBAPIError as error:
            log.warning(
                "plan_progress_not_told", plan=str(self._plan_id), error=type(error).__name__
            )
            return
        self.replaced = cancelled is None
        self.cancelled = bool(cancelled)
