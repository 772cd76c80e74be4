"""What people do with plans: ask for one, look at it, cancel it. Publishing: `publishing.py`."""

import uuid
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import Leg
from backend.fleet.models import Shift
from backend.places.models import PlanningArea
from backend.planning.errors import (
    DayIsHoliday,
    NoCouriers,
    NothingToPlan,
    PlanHasNoRoutesYet,
    PlanNotFound,
    PlanOver,
    RouteNotFound,
    TimeLimitOutOfRange,
)
from backend.planning.models import Plan, PlanStage, PlanStatus, Route
from backend.planning.read_day import select_ridable_legs, select_shifts
from backend.queue import enqueue_after_commit
from routing.engines import DEFAULT

RUN_PLAN = "backend.planning.jobs.run_plan"
RUN_REPLAN = "backend.courier_day.replans.run_replan"
RUN_INSERTION = "backend.courier_day.replans.run_insertion"

MOST_SECONDS = 600
"""Longest search: matrix, check and storing must fit the job's own limit of 15 minutes too."""

FINISHED = (PlanStatus.DRAFT, PlanStatus.PUBLISHED, PlanStatus.SUPERSEDED)


def request_plan(
    session: Session,
    area: PlanningArea,
    service_date: date,
    *,
    time_limit_s: int,
    seed: int = 1,
    enqueue: bool = True,
) -> Plan:
    """Asks for a plan of an area's day; a worker makes it after the commit.

    With `enqueue=False` the caller runs `jobs.execute_plan` itself. Raises DayIsHoliday,
    NoCouriers, NothingToPlan, TimeLimitOutOfRange, QueueNotConfigured.
    """
    if not 1 <= time_limit_s <= MOST_SECONDS:
        raise TimeLimitOutOfRange(most=MOST_SECONDS)
    refuse_impossible_day(session, area, service_date)
    session.execute(select(PlanningArea.id).where(PlanningArea.id == area.id).with_for_update())
    plan = Plan(
        province_code=area.province_code,
        planning_area_id=area.id,
        planning_area=area,
        service_date=service_date,
        number=next_number(session, area, service_date),
        status=PlanStatus.QUEUED,
        stage=PlanStage.QUEUED,
        engine=DEFAULT,
        seed=seed,
        time_limit_s=time_limit_s,
        requested_at=clock.now(),
    )
    session.add(plan)
    session.flush()
    if enqueue:
        enqueue_after_commit(session, RUN_PLAN, plan.id)
    return plan


def refuse_impossible_day(session: Session, area: PlanningArea, day: date) -> None:
    """Says at once, without a job, why a day cannot be planned at all."""
    calendar = load_calendar(session, area.province_code)
    if calendar.is_public_rest_day(day):
        name = calendar.holiday_name(day)
        raise DayIsHoliday(
            day=day,
            name=f" ({name})" if name else "",
            next=calendar.next_working_day(day),
        )
    if _count(session, Shift.id.in_(select_shifts(area.id, day).with_only_columns(Shift.id))) == 0:
        raise NoCouriers(area=area.code, day=day)
    legs = select_ridable_legs(area.id, day).with_only_columns(Leg.id).order_by(None)
    if _count(session, Leg.id.in_(legs)) == 0:
        raise NothingToPlan(area=area.code, day=day)


def get_plan(session: Session, plan_id: uuid.UUID) -> Plan:
    """The plan as it is now; raises PlanNotFound."""
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise PlanNotFound(plan=plan_id)
    return plan


def get_finished_plan(session: Session, plan_id: uuid.UUID) -> Plan:
    """A plan that has routes; raises PlanNotFound, PlanHasNoRoutesYet."""
    plan = get_plan(session, plan_id)
    if plan.status not in FINISHED:
        raise PlanHasNoRoutesYet(plan=plan_id, status=plan.status.value)
    return plan


def get_route(session: Session, route_id: uuid.UUID) -> Route:
    """One courier's route; raises RouteNotFound."""
    route = session.get(Route, route_id)
    if route is None:
        raise RouteNotFound(route=route_id)
    return route


def find_published_plan(session: Session, area_id: uuid.UUID, day: date) -> Plan | None:
    """The plan by which couriers of this area ride on that day."""
    return session.scalars(
        select(Plan).where(
            Plan.planning_area_id == area_id,
            Plan.service_date == day,
            Plan.status == PlanStatus.PUBLISHED,
        )
    ).one_or_none()


def list_plans(
    session: Session,
    *,
    province_code: str,
    area_id: uuid.UUID | None = None,
    service_date: date | None = None,
    limit: int = 50,
    seen: Collection[uuid.UUID] | None = None,
) -> list[Plan]:
    """Newest first. `seen`: the planning areas that the caller sees; None = all."""
    query = select(Plan).where(Plan.province_code == province_code)
    if seen is not None:
        query = query.where(Plan.planning_area_id.in_(seen))
    if area_id is not None:
        query = query.where(Plan.planning_area_id == area_id)
    if service_date is not None:
        query = query.where(Plan.service_date == service_date)
    newest_first = query.order_by(Plan.requested_at.desc(), Plan.id.desc()).limit(limit)
    return list(session.scalars(newest_first))


def cancel_plan(session: Session, plan_id: uuid.UUID) -> Plan:
    """Stops a plan that is being made: what waits is cancelled, what runs becomes a draft of the
    best found so far. Raises PlanNotFound, PlanOver."""
    plan = session.scalars(
        select(Plan)
        .where(Plan.id == plan_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if plan is None:
        raise PlanNotFound(plan=plan_id)
    if plan.status is PlanStatus.QUEUED:
        plan.status = PlanStatus.CANCELLED
        plan.stage = PlanStage.DONE
        plan.finished_at = clock.now()
    elif plan.status is not PlanStatus.RUNNING:
        raise PlanOver(plan=plan_id, status=plan.status.value)
    plan.cancel_requested = True
    session.flush()
    return plan


def next_number(session: Session, area: PlanningArea, day: date) -> int:
    """The caller holds the area's row, so that two requests never get one number."""
    last = session.scalar(
        select(func.max(Plan.number)).where(
            Plan.planning_area_id == area.id, Plan.service_date == day
        )
    )
    return (last or 0) + 1


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0
