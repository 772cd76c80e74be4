"""A place closes now: from this moment nobody books, plans or rides there; and opens again.

The rows hold at once. What is planned there is replanned by a worker, and couriers ride by the
answer when it is there.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import Leg, LegStatus
from backend.places.models import Address, Office, OfficeClosure, PlaceKind
from backend.places.operations import get_office
from backend.places.zones import demand_known_zones
from backend.planning.closing.errors import ClosedAlready, ClosingNotFound, OpenAlready
from backend.planning.closing.models import Closing
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.giving_way import put_on_day
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitStatus
from backend.planning.operations import find_published_plan, get_finished_plan

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


def reopen(session: Session, closing_id: uuid.UUID, *, enqueue: bool = True) -> Closed:
    """Opens a place again. Visits that were put off because of it and still wait come back to their
    day and are planned; papers that go to another office by now go there.

    Raises ClosingNotFound, OpenAlready, DayOver, QueueNotConfigured.
    """
    closing = get_closing(session, closing_id)
    plan = find_published_plan(session, closing.planning_area_id, closing.service_date)
    if plan is not None:
        lock_day_plans(session, plan.id)
    session.refresh(closing, with_for_update=True)
    if closing.reopened_at is not None:
        at = clock.to_local(closing.reopened_at)
        raise OpenAlready(place=closing.name, at=f"{at:%H:%M %d/%m/%Y}")
    closing.reopened_at = clock.now()
    shut = set(closing.shut_office_ids) - _left_to_others(session, closing)
    for row in session.scalars(
        select(OfficeClosure).where(
            OfficeClosure.office_id.in_(shut), OfficeClosure.day == closing.service_date
        )
    ):
        session.delete(row)
    session.flush()
    if plan is None:
        return Closed(closings=(closing,), replans=())
    refuse_uneditable(plan)
    legs = _put_off_by(session, closing)
    put_on_day(session, legs, closing.service_date)
    asked = ReplanAsked(
        urgent=legs, closings=[closing.id], time_limit_s=SEARCH_S, publish=True, most_moved=0
    )
    replans = (request_replan(session, plan.id, asked, enqueue=enqueue),)
    return Closed(closings=(closing,), replans=replans)


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


def _others_ridden(session: Session, plan: Plan, rows: Sequence[Closing]) -> list[Plan]:
    """Published plans of other areas that still lead to an office that closes, or a door."""
    zones = [row.zone_code for row in rows if row.zone_code is not None]
    named = [row.office.id for row in rows if row.office is not None]
    offices = select(Office.id).where(
        Office.province_code == plan.province_code,
        or_(Office.zone_code.in_(zones), Office.id.in_(named)),
    )
    homes = select(Address.id).where(
        Address.province_code == plan.province_code, Address.zone_code.in_(zones)
    )
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


def _put_off_by(session: Session, closing: Closing) -> list[uuid.UUID]:
    """Legs that versions of the day put off for this closing, and that wait for the day after."""
    named: set[uuid.UUID] = set()
    for request in session.scalars(
        select(Plan.request).where(
            Plan.planning_area_id == closing.planning_area_id,
            Plan.service_date == closing.service_date,
        )
    ):
        if str(closing.id) in request.get("replan", {}).get("closings", ()):
            named |= {uuid.UUID(leg) for leg in request.get("put_off", ())}
    return list(
        session.scalars(
            select(Leg.id)
            .where(
                Leg.id.in_(named),
                Leg.status == LegStatus.OPEN,
                Leg.service_date == _next_day(session, closing.province_code, closing.service_date),
            )
            .order_by(Leg.id)
        )
    )


def _next_day(session: Session, province_code: str, day: date) -> date:
    return load_calendar(session, province_code).next_working_day(day)
