"""What the steps of a courier's day say to a forecast: on break, paused, back, handed on."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.courier_day.shift_states import DayEvent, DayState
from backend.courier_day.work_days import WorkDay, WorkDayStep

OVER = frozenset(
    {
        DayState.HANDED_TO_ANOTHER,
        DayState.BACK,
        DayState.CASH_COUNTED,
        DayState.SETTLED,
        DayState.CLOSED,
    }
)
"""Nobody rides this route any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftNews:
    """How far the day has come, as far as it was reported."""

    state: DayState = DayState.ROSTERED
    break_began_at: datetime | None = None
    break_ended_at: datetime | None = None
    back_at: datetime | None = None

    @property
    def on_break(self) -> bool:
        return self.state is DayState.ON_BREAK

    @property
    def paused(self) -> bool:
        return self.state is DayState.PAUSED

    @property
    def over(self) -> bool:
        return self.state in OVER


def read_shift_news(
    session: Session, courier_ids: Collection[uuid.UUID], day: date
) -> dict[uuid.UUID, ShiftNews]:
    """What is known of each courier's day; nobody heard of is left out."""
    rows = session.execute(
        select(WorkDay.courier_id, WorkDay.state, WorkDayStep.event, WorkDayStep.at)
        .join(WorkDayStep, WorkDayStep.work_day_id == WorkDay.id)
        .where(WorkDay.courier_id.in_(courier_ids), WorkDay.service_date == day)
        .order_by(WorkDayStep.n)
    )
    states: dict[uuid.UUID, DayState] = {}
    moments: dict[uuid.UUID, dict[DayEvent, datetime]] = {}
    for row in rows:
        states[row.courier_id] = row.state
        moments.setdefault(row.courier_id, {})[row.event] = row.at
    return {
        courier_id: ShiftNews(
            state=state,
            break_began_at=moments[courier_id].get(DayEvent.START_BREAK),
            break_ended_at=moments[courier_id].get(DayEvent.END_BREAK),
            back_at=moments[courier_id].get(DayEvent.ARRIVE_BACK),
        )
        for courier_id, state in states.items()
    }
