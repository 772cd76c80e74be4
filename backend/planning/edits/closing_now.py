"""A place closes now: from this moment nobody books, plans or rides there. Opening it again:
`opening_again`.

The rows hold at once. What is planned there is replanned by a worker, and couriers ride by the
answer when it is there.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.places.models import Office, OfficeClosure, PlaceKind
from backend.places.operations import get_office
from backend.places.zones import demand_known_zones
from backend.planning.closing.errors import ClosedAlready, ClosingNotFound
from backend.planning.closing.in_force import select_places
from backend.planning.closing.models import Closing
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitStatus
from backend.planning.operations import get_finished_plan

SEARCH_S = 5
"""Longest search of the replan; it ends earlier where everything has found a place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """What was closed (or opened again), and the replans that carry it out: of the plan named, then
    of other areas whose couriers were to go there."""

    closings: tuple[Closing, ...]
    replans: tuple[Plan, ...]


def close_now(
    session: Session,
    plan_id: uuid.UUID,
    *,
    offices: Collection[str] = (),
    zones: Collection[str] = (),
    reason: str,
    enqueue: bool = True,
) -> Closed:
    """Closes places for the rest of the plan's day. Of a published plan the answer is published by
    the worker at once; of a draft it is a draft.

    Raises PlanNotFound, PlanHasNoRoutesYet, PlanNotInForce, DayOver, OfficeNotFound, ZoneUnknown,
    ClosedAlready, QueueNotConfigured.
    """
    plan = get_finished_plan(session, plan_id)
    rows = [
        Closing(office=get_office(session, plan.province_code, code))
        for code in dict.fromkeys(offices)
    ]
    demand_known_zones(session, plan.province_code, zones, field="zone_codes")
    rows += [Closing(zone_code=code) for code in dict.fromkeys(zones)]
    ridden = [plan, *_others_ridden(session, plan, rows)]
    for each in sorted(ridden, key=lambda each: each.planning_area_id):
        lock_day_plans(session, each.id)
    refuse_uneditable(plan)
    for row in rows:
        row.province_code, row.planning_area = plan.province_code, plan.planning_area
        row.service_date, row.reason, row.closed_at = plan.service_date, reason, clock.now()
        _refuse_closed(session, row)
        row.shut_office_ids = _shut_offices(session, row)
        session.add(row)
        session.flush()
    ids = [row.id for row in rows]
    replans = [
        request_replan(
            session,
            each.id,
            ReplanAsked(
                closings=ids,
                time_limit_s=SEARCH_S,
                publish=each.status is PlanStatus.PUBLISHED,
            ),
            enqueue=enqueue,
        )
        for each in ridden
    ]
    return Closed(closings=tuple(rows), replans=tuple(replans))


def list_closings(session: Session, plan_id: uuid.UUID) -> list[Closing]:
    """Of the plan's day, in the whole province, the newest first. Raises PlanNotFound,
    PlanHasNoRoutesYet."""
    plan = get_finished_plan(session, plan_id)
    return list(
        session.scalars(
            select(Closing)
            .where(
                Closing.province_code == plan.province_code,
                Closing.service_date == plan.service_date,
            )
            .order_by(Closing.closed_at.desc(), Closing.id.desc())
        )
    )


def get_closing(session: Session, closing_id: uuid.UUID) -> Closing:
    """The row; raises ClosingNotFound."""
    found = session.get(Closing, closing_id)
    if found is None:
        raise ClosingNotFound(closing=closing_id)
    return found


def _refuse_closed(session: Session, row: Closing) -> None:
    """Raises ClosedAlready."""
    if row.office is not None:
        known = session.scalars(
            select(OfficeClosure.reason).where(
                OfficeClosure.office_id == row.office.id, OfficeClosure.day == row.service_date
            )
        ).first()
    else:
        known = session.scalars(
            select(Closing.reason).where(
                Closing.province_code == row.province_code,
                Closing.zone_code == row.zone_code,
                Closing.service_date == row.service_date,
                Closing.reopened_at.is_(None),
            )
        ).first()
    if known is not None:
        day = f"{row.service_date:%d/%m/%Y}"
        raise ClosedAlready(place=row.name, day=day, reason=known)


def _shut_offices(session: Session, row: Closing) -> list[uuid.UUID]:
    """The day's closure of the office, or of every office in the zone that has none yet."""
    if row.office is not None:
        ids = [row.office.id]
    else:
        shut = select(OfficeClosure.office_id).where(OfficeClosure.day == row.service_date)
        ids = list(
            session.scalars(
                select(Office.id)
                .where(
                    Office.province_code == row.province_code,
                    Office.zone_code == row.zone_code,
                    Office.id.not_in(shut),
                )
                .order_by(Office.id)
            )
        )
    for office_id in ids:
        session.add(OfficeClosure(office_id=office_id, day=row.service_date, reason=row.reason))
    return ids


def _others_ridden(session: Session, plan: Plan, rows: Sequence[Closing]) -> list[Plan]:
    """Published plans of other areas that still lead to an office that closes, or a door."""
    offices, homes = select_places(plan.province_code, rows)
    there = (
        select(Route.plan_id)
        .join(Stop, Stop.route_id == Route.id)
        .join(Visit, Visit.stop_id == Stop.id)
        .where(
            Visit.status == VisitStatus.OPEN,
            or_(
                (Stop.place_kind == PlaceKind.OFFICE) & Stop.place_id.in_(offices),
                (Stop.place_kind == PlaceKind.HOME) & Stop.place_id.in_(homes),
            ),
        )
    )
    return list(
        session.scalars(
            select(Plan).where(
                Plan.province_code == plan.province_code,
                Plan.service_date == plan.service_date,
                Plan.planning_area_id != plan.planning_area_id,
                Plan.status == PlanStatus.PUBLISHED,
                Plan.id.in_(there),
            )
        )
    )
