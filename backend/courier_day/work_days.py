"""Moves a courier's day by its table; every reported step is kept, in order or not."""

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.courier_day.shift_states import DayEvent, DayState, DayVerdict, judge_step
from backend.database import Base, Identified, InProvince, Instant, enum_column, new_id
from backend.fleet.models import Courier

COUNTER = "COUNTER"
"""Reason of a step that a cashier's settlement took."""

NOTHING_DUE = (DayState.ROSTERED, DayState.SETTLED, DayState.CLOSED)
"""States of a day that is over without money to be given in."""


class WorkDay(Identified, InProvince, Base):
    """How far one courier's day has come; no row = rostered, nothing reported yet."""

    __tablename__ = "work_day"
    __table_args__ = (UniqueConstraint("courier_id", "service_date"),)

    courier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"))
    service_date: Mapped[date]
    state: Mapped[DayState] = mapped_column(enum_column(DayState))
    step_count: Mapped[int] = mapped_column(default=0)


class WorkDayStep(Base):
    """One reported step of a courier's day, also one that came late and moved nothing."""

    __tablename__ = "work_day_step"

    work_day_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("work_day.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[DayEvent] = mapped_column(enum_column(DayEvent))
    state: Mapped[DayState] = mapped_column(enum_column(DayState))
    """State after the step."""
    verdict: Mapped[DayVerdict] = mapped_column(enum_column(DayVerdict))
    reason: Mapped[str | None] = mapped_column(String(40))
    command_id: Mapped[uuid.UUID | None]
    at: Mapped[Instant]


def take_step(
    session: Session,
    courier: Courier,
    service_date: date,
    event: DayEvent,
    *,
    at: datetime,
    reason: str | None = None,
    command_id: uuid.UUID | None = None,
) -> DayVerdict:
    """Writes one step of a day and moves it; says whether the table expected it.

    command_id: of a phone's command that is stored in the same transaction; None = the server.
    """
    day = _locked(session, courier, service_date)
    verdict, after = judge_step(day.state, event)
    day.state = after
    day.step_count += 1
    session.add(
        WorkDayStep(
            work_day_id=day.id,
            n=day.step_count,
            event=event,
            state=after,
            verdict=verdict,
            reason=reason,
            command_id=command_id,
            at=at,
        )
    )
    session.flush()
    return verdict


def find_work_day(session: Session, courier_id: uuid.UUID, service_date: date) -> WorkDay | None:
    """The day's row, or None while nothing was reported."""
    return session.scalars(
        select(WorkDay).where(
            WorkDay.courier_id == courier_id, WorkDay.service_date == service_date
        )
    ).first()


def has_begun(session: Session, service_date: date) -> bool:
    """Whether any courier has taken a step of this day."""
    query = select(WorkDay.id).where(WorkDay.service_date == service_date).limit(1)
    return session.scalar(query) is not None


def list_unsettled(session: Session, courier_id: uuid.UUID, before: date) -> list[WorkDay]:
    """Earlier days of a courier that were opened and never closed, the oldest first."""
    return list(
        session.scalars(
            select(WorkDay)
            .where(
                WorkDay.courier_id == courier_id,
                WorkDay.service_date < before,
                WorkDay.state.not_in(NOTHING_DUE),
            )
            .order_by(WorkDay.service_date)
        )
    )


def list_to_settle(session: Session, courier_id: uuid.UUID, today: date) -> list[WorkDay]:
    """Days whose cash is due at the counter: earlier ones that were begun, and today's once the
    courier is back (on the road money may be given in without ending the day)."""
    back = (DayState.BACK, DayState.CASH_COUNTED)
    return [
        *list_unsettled(session, courier_id, today),
        *session.scalars(
            select(WorkDay).where(
                WorkDay.courier_id == courier_id,
                WorkDay.service_date == today,
                WorkDay.state.in_(back),
            )
        ),
    ]


def settle_day(session: Session, courier: Courier, day: WorkDay, *, at: datetime) -> None:
    """The cashier has counted and signed: the day is settled, whatever the phone has told."""
    if day.state is not DayState.CASH_COUNTED:
        take_step(session, courier, day.service_date, DayEvent.COUNT_CASH, at=at, reason=COUNTER)
    take_step(session, courier, day.service_date, DayEvent.SETTLE, at=at, reason=COUNTER)


def confirms_counter(
    session: Session, courier_id: uuid.UUID, service_date: date, event: DayEvent
) -> bool:
    """Whether a phone's newest step tells for the first time what a counter had told."""
    steps = session.scalars(
        select(WorkDayStep)
        .join(WorkDay, WorkDay.id == WorkDayStep.work_day_id)
        .where(
            WorkDay.courier_id == courier_id,
            WorkDay.service_date == service_date,
            WorkDayStep.event == event,
        )
    ).all()
    by_counter = [step for step in steps if step.reason == COUNTER and step.command_id is None]
    return bool(by_counter) and len(steps) - len(by_counter) == 1


def _locked(session: Session, courier: Courier, service_date: date) -> WorkDay:
    session.execute(
        insert(WorkDay)
        .values(
            id=new_id(),
            province_code=courier.province_code,
            courier_id=courier.id,
            service_date=service_date,
            state=DayState.ROSTERED,
            step_count=0,
        )
        .on_conflict_do_nothing(index_elements=["courier_id", "service_date"])
    )
    return session.scalars(
        select(WorkDay)
        .where(WorkDay.courier_id == courier.id, WorkDay.service_date == service_date)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
