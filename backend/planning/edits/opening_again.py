"""A place that closed opens again: what was put off because of it and still waits comes back, in
every area whose couriers were to go there."""

import uuid
from collections.abc import Sequence
from datetime import time

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.changes import BookingChange, ChangeKind
from backend.booking.models import BookingDossier
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import Leg, LegStatus
from backend.places.models import Office, OfficeClosure, PlaceKind
from backend.planning.closing.errors import OpenAlready
from backend.planning.closing.in_force import select_places
from backend.planning.closing.models import Closing
from backend.planning.edits.closing_now import SEARCH_S, Closed, get_closing
from backend.planning.edits.errors import DayOver
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.giving_way import put_on_day
from backend.planning.models import Plan
from backend.planning.operations import find_published_plan


def reopen(session: Session, closing_id: uuid.UUID, *, enqueue: bool = True) -> Closed:
    """Opens a place again. Visits that were put off because of it and still wait come back to their
    day and are planned, in each area that was planned again for the closing; papers that go to
    another office by now go there. What its citizen has moved since stays where it is, and what
    another closing keeps from being done waits for that one's end.

    Raises ClosingNotFound, OpenAlready, DayOver, QueueNotConfigured.
    """
    closing = get_closing(session, closing_id)
    _lock_days(session, closing)
    session.refresh(closing, with_for_update=True)
    if closing.reopened_at is not None:
        at = clock.to_local(closing.reopened_at)
        raise OpenAlready(place=closing.name, at=f"{at:%H:%M %d/%m/%Y}")
    if closing.service_date < clock.today_local():
        raise DayOver(day=f"{closing.service_date:%d/%m/%Y}")
    closing.reopened_at = clock.now()
    shut = set(closing.shut_office_ids) - _left_to_others(session, closing)
    for row in session.scalars(
        select(OfficeClosure).where(
            OfficeClosure.office_id.in_(shut), OfficeClosure.day == closing.service_date
        )
    ):
        session.delete(row)
    session.flush()
    back, plans = _put_off(session, closing), _in_force(session, closing)
    put_on_day(session, [leg.id for leg in back], closing.service_date)
    replans = []
    for plan in plans:
        asked = ReplanAsked(
            urgent=[leg.id for leg in back if leg.planning_area_id == plan.planning_area_id],
            closings=[closing.id],
            time_limit_s=SEARCH_S,
            publish=True,
            most_moved=0,
        )
        replans.append(request_replan(session, plan.id, asked, enqueue=enqueue))
    return Closed(closings=(closing,), replans=tuple(replans))


def _left_to_others(session: Session, closing: Closing) -> set[uuid.UUID]:
    """Offices that stay shut since their zone is closed too: from now on that closing takes their
    closure back."""
    kept: set[uuid.UUID] = set()
    rows = session.execute(
        select(Office.id, Closing)
        .join(
            Closing,
            (Closing.province_code == Office.province_code)
            & (Closing.zone_code == Office.zone_code),
        )
        .where(
            Office.id.in_(closing.shut_office_ids),
            Closing.id != closing.id,
            Closing.service_date == closing.service_date,
            Closing.reopened_at.is_(None),
        )
        .with_for_update(of=Closing)
    )
    for office_id, other in rows:
        other.shut_office_ids = [*other.shut_office_ids, office_id]
        kept.add(office_id)
    return kept


def _lock_days(session: Session, closing: Closing) -> None:
    """Plans of the areas, in the order in which closing locks them."""
    plans = _in_force(session, closing)
    for plan in sorted(plans, key=lambda each: each.planning_area_id):
        lock_day_plans(session, plan.id)


def _in_force(session: Session, closing: Closing) -> list[Plan]:
    """Published plans of the areas that were planned again for it or have something put off, that
    of whoever closed it first."""
    made = select(Plan.planning_area_id).where(
        *_of_day(closing), Plan.request.contains({"replan": {"closings": [str(closing.id)]}})
    )
    areas = {*session.scalars(made), *(leg.planning_area_id for leg in _put_off(session, closing))}
    others = sorted(areas - {closing.planning_area_id})
    found = (
        find_published_plan(session, area, closing.service_date)
        for area in (closing.planning_area_id, *others)
    )
    return [plan for plan in found if plan is not None]


def _of_day(closing: Closing) -> tuple[ColumnElement[bool], ...]:
    """Versions of its day, in whatever area."""
    return (
        Plan.province_code == closing.province_code,
        Plan.service_date == closing.service_date,
    )


def _put_off(session: Session, closing: Closing) -> Sequence[Leg]:
    """Legs there that a published version put off, and that wait for the day after as they were put
    there: a window that the citizen chose since is kept, what another closing still keeps from
    being done waits for that, and a window that is over by now comes tomorrow."""
    calendar = load_calendar(session, closing.province_code)
    published = Plan.request.contains({"put_off_written": True})
    named = {
        uuid.UUID(leg)
        for request in session.scalars(select(Plan.request).where(*_of_day(closing), published))
        for leg in request.get("put_off", ())
    }
    of_day = (
        Closing.province_code == closing.province_code,
        Closing.service_date == closing.service_date,
    )
    still = session.scalars(
        select(Closing).where(*of_day, Closing.reopened_at.is_(None), Closing.id != closing.id)
    ).all()
    first = select(func.min(Closing.closed_at)).where(*of_day).scalar_subquery()
    moved_since = exists().where(
        BookingDossier.dossier_id == Leg.dossier_id,
        BookingChange.booking_id == BookingDossier.booking_id,
        BookingChange.kind == ChangeKind.RESCHEDULED,
        BookingChange.after_on == Leg.service_date,
        BookingChange.made_at >= first,
    )
    return session.scalars(
        select(Leg)
        .where(
            Leg.id.in_(named),
            Leg.status == LegStatus.OPEN,
            Leg.service_date == calendar.next_working_day(closing.service_date),
            _leads_to(closing.province_code, [closing]),
            ~_leads_to(closing.province_code, still),
            ~moved_since,
            or_(Leg.window_end.is_(None), Leg.window_end > _over_until(closing)),
        )
        .order_by(Leg.id)
    ).all()


def _over_until(closing: Closing) -> time:
    """Of its day."""
    now = clock.to_local(clock.now())
    return now.time() if closing.service_date == now.date() else time(0)


def _leads_to(province_code: str, closings: Sequence[Closing]) -> ColumnElement[bool]:
    offices, homes = select_places(province_code, closings)
    return or_(
        *(
            (kind == place) & column.in_(ids)
            for kind, column in ((Leg.from_kind, Leg.from_id), (Leg.to_kind, Leg.to_id))
            for place, ids in ((PlaceKind.HOME, homes), (PlaceKind.OFFICE, offices))
        )
    )
