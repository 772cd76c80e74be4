"""The invariants every night: what does not hold becomes somebody's work and an error in the log.

One worker does it, whoever looks first after the quiet hour; the row of the night says so.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock, database
from backend.courier_day.breaches import Breach
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import WorkItem, WorkItemStatus
from backend.courier_day.work_items import open_work_item
from backend.database import Base, Instant, JsonObject
from backend.logs import get_logger

QUIET_HOUR = 2
"""Local hour from which a night's check may begin: no courier rides, no plan is made."""

GIVEN_UP_AFTER = timedelta(hours=3)
"""A check that began so long ago and never ended died with its worker."""

KIND = "invariant_broken"

log = get_logger(__name__)


class InvariantCheck(Base):
    """One night's check. Ended without breaches is what an operator wants to read here."""

    __tablename__ = "invariant_check"

    on: Mapped[date] = mapped_column("checked_on", primary_key=True)
    """Local date."""
    started_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    breaches: Mapped[list[JsonObject]] = mapped_column(JSONB, default=list)


def check_tonight(province_code: str) -> None:
    """Checks once a local date, after the quiet hour; returns at once if it was done."""
    local = clock.to_local(clock.now())
    if local.hour < QUIET_HOUR:
        return
    with database.unit_of_work() as session:
        mine = _claim(session, local.date())
    if mine:
        check_now(province_code)


def check_now(province_code: str) -> list[Breach]:
    """Checks in one snapshot, then writes what was found; returns it.

    province_code: whose list the findings come to. A finding that is on the list already is not
    put there again.
    """
    started_at = clock.now()
    with database.snapshot() as session:
        breaches = find_breaches(session)
    with database.unit_of_work() as session:
        for breach in breaches:
            log.error(KIND, invariant=breach.invariant, reason=breach.reason, **breach.detail)
            _ask_person(session, breach, province_code)
        _record(session, started_at, breaches)
    return breaches


def _claim(session: Session, on: date) -> bool:
    """Whether this worker is to do tonight's check."""
    moment = clock.now()
    new = (
        insert(InvariantCheck)
        .values(checked_on=on, started_at=moment, breaches=[])
        .on_conflict_do_update(
            index_elements=["checked_on"],
            set_={"started_at": moment},
            where=(
                InvariantCheck.ended_at.is_(None)
                & (InvariantCheck.started_at < moment - GIVEN_UP_AFTER)
            ),
        )
        .returning(InvariantCheck.on)
    )
    return session.execute(new).first() is not None


def _record(session: Session, started_at: datetime, breaches: Sequence[Breach]) -> None:
    found = [
        {"invariant": each.invariant, "reason": each.reason, "detail": each.detail}
        for each in breaches
    ]
    row = {"started_at": started_at, "ended_at": clock.now(), "breaches": found}
    session.execute(
        insert(InvariantCheck)
        .values(checked_on=clock.local_date(started_at), **row)
        .on_conflict_do_update(index_elements=["checked_on"], set_=row)
    )


def _ask_person(session: Session, breach: Breach, province_code: str) -> None:
    detail = {"invariant": breach.invariant, "reason": breach.reason} | breach.detail
    known = select(WorkItem.id).where(
        WorkItem.kind == KIND,
        WorkItem.detail == detail,
        WorkItem.status == WorkItemStatus.OPEN,
    )
    if session.scalars(known).first() is None:
        open_work_item(session, KIND, province_code=province_code, detail=detail)
