"""Visits that citizens moved come into the plan that couriers ride by at once, not only into the
next one: a replan that changes nobody else's courier, published by itself (decision 0025)."""

import uuid
from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.changes import BookingChange, ChangeKind
from backend.booking.models import BookingDossier
from backend.database import unit_of_work
from backend.dossiers.models import Leg, LegStatus
from backend.logs import get_logger
from backend.places.models import PlaceKind
from backend.planning.edits.news import ReadNews, nothing_new
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.models import Plan, PlanStatus, UnassignedLeg
from backend.planning.operations import RUN_INSERTION, find_published_plan
from backend.queue import JobCall, LostJobs, enqueue_after_commit
from backend.settings import Settings
from geodata.travel_tables import TravelTimes

ROUNDS = 3
"""Others may be moved while a version is made."""

SURELY_LOST = timedelta(minutes=1)
"""A move that waits longer lost its job."""

log = get_logger(__name__)
_lost = LostJobs()


def insert_after_commit(session: Session, legs: Collection[Leg]) -> None:
    """Asks for it, where the legs' day has a published plan. Raises QueueNotConfigured."""
    days = {(leg.planning_area_id, leg.service_date) for leg in legs}
    for area_id, day in sorted(days, key=str):
        if find_published_plan(session, area_id, day) is not None:
            enqueue_after_commit(session, RUN_INSERTION, area_id, day.isoformat())


def insert_moved(
    area_id: uuid.UUID,
    day: date,
    settings: Settings,
    *,
    travel: TravelTimes | None = None,
    read_news: ReadNews = nothing_new,
) -> uuid.UUID | None:
    """The version in force with every moved visit of a day in it; None where none waits. What it
    has no room for it leaves with the reason SLOT_NOT_HELD."""
    made = None
    for _ in range(ROUNDS):
        asked_for = _request(area_id, day)
        if asked_for is None:
            break
        made = asked_for
        execute_replan(made, settings, travel=travel, read_news=read_news)
        if not _is_in_force(made):
            break
    return made


def requeue_lost_insertions() -> None:
    """Asks again for moves whose job is gone; the worker calls it every few seconds. Those that
    lost it too often stay on the board among what is new. Raises QueueAway."""
    with unit_of_work() as session:
        long_ago = BookingChange.made_at < clock.now() - SURELY_LOST
        waiting = (
            _waiting()
            .where(Plan.service_date >= clock.today_local(), long_ago)
            .with_only_columns(Plan.planning_area_id, Plan.service_date)
            .order_by(None)
            .distinct()
        )
        days = session.execute(waiting).all()
    calls = [JobCall(RUN_INSERTION, (str(area_id), day.isoformat())) for area_id, day in days]
    for call in _lost.requeue(calls):
        log.warning("moved_visits_not_inserted", job=call.job_id)


def _is_in_force(plan_id: uuid.UUID) -> bool:
    """Else its row tells why; asking again at once would say the same."""
    with unit_of_work() as session:
        return session.get_one(Plan, plan_id).status is PlanStatus.PUBLISHED


def _request(area_id: uuid.UUID, day: date) -> uuid.UUID | None:
    """The queued replan of what waits: from here on it is found as any other."""
    with unit_of_work() as session:
        plan = find_published_plan(session, area_id, day)
        if plan is None or day < clock.today_local():
            return None
        lock_day_plans(session, plan.id)
        plan = find_published_plan(session, area_id, day)
        if plan is None:
            return None
        legs = session.scalars(_waiting().where(Plan.id == plan.id)).all()
        if not legs:
            return None
        asked = ReplanAsked(
            urgent=list(dict.fromkeys(legs)), most_moved=0, publish=True, rescheduled=True
        )
        return request_replan(session, plan.id, asked, enqueue=False).id


def _waiting() -> Select[uuid.UUID]:
    """Legs to or from a door that were moved to a published day and that its plan has neither in a
    route nor, since it was made, among what it leaves."""
    left = select(UnassignedLeg.leg_id).where(UnassignedLeg.plan_id == Plan.id)
    return (
        select(Leg.id)
        .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
        .join(BookingChange, BookingChange.booking_id == BookingDossier.booking_id)
        .join(
            Plan,
            and_(
                Plan.planning_area_id == Leg.planning_area_id,
                Plan.service_date == Leg.service_date,
                Plan.status == PlanStatus.PUBLISHED,
            ),
        )
        .where(
            Leg.status == LegStatus.OPEN,
            or_(Leg.from_kind == PlaceKind.HOME, Leg.to_kind == PlaceKind.HOME),
            BookingChange.kind == ChangeKind.RESCHEDULED,
            BookingChange.after_on == Leg.service_date,
            or_(BookingChange.made_at > Plan.started_at, Leg.id.not_in(left)),
        )
        .order_by(Leg.id)
    )
