"""A draft becomes the couriers' day: all of it in one transaction, or nothing.

Locks in the order of docs/architecture.md, so that publishing and phones never wait in a circle:
plans of the day, dossiers by id, stops by id, bookings by id, couriers by id.
"""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingDossier, BookingStatus
from backend.booking.of_dossiers import lock_bookings
from backend.dossiers.models import Dossier, Leg, LegStatus
from backend.fleet.models import Courier
from backend.planning.carried_over import take_over_day, without_what_was_ridden
from backend.planning.errors import (
    DayUnderWay,
    PlanChanged,
    PlanContradicted,
    PlanEmpty,
    PlanNotFound,
    PlanNotPublishable,
    PlanOvertaken,
    PlanStale,
)
from backend.planning.giving_way import write_closings, write_consents
from backend.planning.models import (
    Plan,
    PlanOrigin,
    PlanStatus,
    Route,
    Stop,
    StopStatus,
    Visit,
    VisitStatus,
)
from backend.planning.route_changes import note_route_changes
from backend.planning.staleness import contradictions, read_staleness
from backend.storage import BlobStore


def publish_plan(
    session: Session,
    plan_id: uuid.UUID,
    *,
    expected_version: int,
    blobs: BlobStore,
    force: bool = False,
) -> Plan:
    """Gives each courier of a draft a route and a new revision of the day.

    The plan published before it, if any, is superseded and its open stops are cancelled; a version
    that grew from it takes over what couriers have done meanwhile. `force` publishes although rows
    were added since (they stay unplanned), a plan without any route although work can be done, and
    a version that lacks the changes of the one in force; routes that rest on rows which went or
    changed are never published.
    Raises PlanNotFound, PlanChanged, PlanNotPublishable, PlanEmpty, PlanStale, PlanContradicted,
    DayUnderWay, PlanPassed, PlanOvertaken.
    """
    plan, before = _lock_plans(session, plan_id)
    if plan.version != expected_version:
        raise PlanChanged(plan=plan_id, version=plan.version)
    if plan.status is not PlanStatus.DRAFT:
        raise PlanNotPublishable(plan=plan_id, status=plan.status.value)
    planned = _legs_of(session, plan)
    if not planned and not force:
        _refuse_empty(plan)
    released = _legs_of(session, before) - planned if before else set()
    dossiers = _lock_dossiers(session, planned | released)
    if before is not None:
        _lock_stops(session, before)
    lock_bookings(session, dossiers)
    if before is not None:
        if plan.origin is PlanOrigin.SEARCH:
            _refuse_day_under_way(session, before)
        else:
            take_over_day(session, plan, before)
    couriers = _couriers_of(session, plan) | (_couriers_of(session, before) if before else set())
    _lock_couriers(session, couriers)
    _refuse_stale(session, plan, blobs, force=force)
    if before is not None and not force:
        _refuse_overtaken(session, plan, before)
    if before is not None:
        note_route_changes(session, plan, before)
        _supersede(session, before)
        plan.request = {**plan.request, "supersedes": str(before.id)}
    _set_legs(session, released, LegStatus.PLANNED, LegStatus.OPEN)
    _set_legs(session, planned, LegStatus.OPEN, LegStatus.PLANNED)
    _schedule_bookings(session, planned)
    write_consents(session, plan)
    write_closings(session, plan)
    _raise_revisions(session, couriers)
    plan.status = PlanStatus.PUBLISHED
    plan.published_at = clock.now()
    session.flush()
    return plan


def _lock_plans(session: Session, plan_id: uuid.UUID) -> tuple[Plan, Plan | None]:
    """The plan and the one published before it; all plans of the day are held until the end."""
    day = session.execute(
        select(Plan.planning_area_id, Plan.service_date).where(Plan.id == plan_id)
    ).one_or_none()
    if day is None:
        raise PlanNotFound(plan=plan_id)
    plans = session.scalars(
        select(Plan)
        .where(Plan.planning_area_id == day[0], Plan.service_date == day[1])
        .order_by(Plan.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    plan = next(candidate for candidate in plans if candidate.id == plan_id)
    published = (p for p in plans if p.status is PlanStatus.PUBLISHED and p.id != plan_id)
    return plan, next(published, None)


def _refuse_empty(plan: Plan) -> None:
    """A search that found nothing says little about the day: the plan by hand shows what goes."""
    by_hand = plan.baseline["visits"]["homes"] if plan.baseline else 0
    if by_hand:
        raise PlanEmpty(plan=plan.number, by_hand=by_hand)


def _refuse_stale(session: Session, plan: Plan, blobs: BlobStore, *, force: bool) -> None:
    staleness = read_staleness(session, plan, blobs)
    if plan.origin is not PlanOrigin.SEARCH:
        staleness = without_what_was_ridden(session, plan, staleness)
    if not staleness.stale:
        return
    words = staleness.in_words()
    if contradictions(staleness):
        if force:
            raise PlanContradicted(plan=plan.number, moved_vi=words.vi, moved_en=words.en)
    elif force:
        return
    raise PlanStale(plan=plan.number, moved_vi=words.vi, moved_en=words.en)


def _refuse_overtaken(session: Session, plan: Plan, before: Plan) -> None:
    """A version made beside the one in force does not have the changes of that one."""
    if plan.origin is PlanOrigin.SEARCH:
        return
    row: Plan | None = plan
    while row is not None and row.derived_from_id != before.id:
        row = None if row.derived_from_id is None else session.get(Plan, row.derived_from_id)
    if row is None:
        raise PlanOvertaken(plan=plan.number, other=before.number)


def _refuse_day_under_way(session: Session, before: Plan) -> None:
    done = session.scalar(
        select(func.count())
        .select_from(Visit)
        .join(Stop)
        .join(Route)
        .where(
            Route.plan_id == before.id,
            Visit.status.in_((VisitStatus.DONE, VisitStatus.FAILED)),
        )
    )
    if done:
        raise DayUnderWay(plan=before.number, done=done)


def _legs_of(session: Session, plan: Plan) -> set[uuid.UUID]:
    return set(
        session.scalars(select(Visit.leg_id).join(Stop).join(Route).where(Route.plan_id == plan.id))
    )


def _couriers_of(session: Session, plan: Plan) -> set[uuid.UUID]:
    return set(session.scalars(select(Route.courier_id).where(Route.plan_id == plan.id)))


def _lock_dossiers(session: Session, legs: Collection[uuid.UUID]) -> Sequence[uuid.UUID]:
    ids = select(Leg.dossier_id).where(Leg.id.in_(legs))
    return session.scalars(
        select(Dossier.id).where(Dossier.id.in_(ids)).order_by(Dossier.id).with_for_update()
    ).all()


def _lock_stops(session: Session, plan: Plan) -> None:
    session.execute(
        select(Stop.id)
        .where(Stop.route_id.in_(select(Route.id).where(Route.plan_id == plan.id)))
        .order_by(Stop.id)
        .with_for_update()
    )


def _lock_couriers(session: Session, couriers: Collection[uuid.UUID]) -> None:
    session.execute(
        select(Courier.id).where(Courier.id.in_(couriers)).order_by(Courier.id).with_for_update()
    )


def _supersede(session: Session, plan: Plan) -> None:
    routes = select(Route.id).where(Route.plan_id == plan.id)
    stops = select(Stop.id).where(Stop.route_id.in_(routes))
    session.execute(
        update(Visit)
        .where(Visit.stop_id.in_(stops), Visit.status == VisitStatus.OPEN)
        .values(status=VisitStatus.CANCELLED)
    )
    session.execute(
        update(Stop)
        .where(Stop.id.in_(stops), Stop.status == StopStatus.OPEN)
        .values(status=StopStatus.CANCELLED, version=Stop.version + 1)
    )
    plan.status = PlanStatus.SUPERSEDED


def _set_legs(
    session: Session, legs: Collection[uuid.UUID], old: LegStatus, new: LegStatus
) -> None:
    session.execute(
        update(Leg)
        .where(Leg.id.in_(legs), Leg.status == old)
        .values(status=new, version=Leg.version + 1)
    )


def _schedule_bookings(session: Session, legs: Collection[uuid.UUID]) -> None:
    bookings = (
        select(BookingDossier.booking_id)
        .join(Leg, Leg.dossier_id == BookingDossier.dossier_id)
        .where(Leg.id.in_(legs))
    )
    session.execute(
        update(Booking)
        .where(Booking.id.in_(bookings), Booking.status == BookingStatus.REQUESTED)
        .values(status=BookingStatus.SCHEDULED)
        .execution_options(synchronize_session="fetch")
    )


def _raise_revisions(session: Session, couriers: Collection[uuid.UUID]) -> None:
    session.execute(
        update(Courier)
        .where(Courier.id.in_(couriers))
        .values(revision=Courier.revision + 1)
        .execution_options(synchronize_session="fetch")
    )
