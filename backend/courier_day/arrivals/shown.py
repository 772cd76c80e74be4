"""What dispatchers and phones are shown of forecasts: stored rows, and how much to trust them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend import clock
from backend.courier_day.arrivals.models import ArrivalEstimate, Basis, RouteOutlook
from backend.database import JsonObject
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    StopKind,
    StopStatus,
    Visit,
    VisitStatus,
)

FRESH_FOR = timedelta(minutes=15)
"""A phone is told no forecast that was looked at longer ago."""

_STANDING = (ArrivalEstimate.replaced_at.is_(None), ArrivalEstimate.arrived_at.is_(None))
"""Forecasts that nothing has replaced yet."""


_FOR_PHONE = (
    select(
        ArrivalEstimate.stop_id,
        ArrivalEstimate.earliest_at,
        ArrivalEstimate.likely_at,
        ArrivalEstimate.latest_at,
        ArrivalEstimate.learned_from,
        ArrivalEstimate.out_of_order,
        RouteOutlook.stale,
    )
    .join(Stop, Stop.id == ArrivalEstimate.stop_id)
    .join(Route, Route.id == ArrivalEstimate.route_id)
    .join(Plan, Plan.id == Route.plan_id)
    .join(RouteOutlook, RouteOutlook.route_id == Route.id)
    .where(
        Route.courier_id == bindparam("courier_id"),
        Plan.status == PlanStatus.PUBLISHED,
        Plan.service_date == bindparam("today"),
        RouteOutlook.looked_at >= bindparam("since"),
        *_STANDING,
    )
    .order_by(Route.starts_at, Route.id, ArrivalEstimate.scheduled_at, Stop.ordinal)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopArrival:
    """When a courier is expected at one stop."""

    stop_id: uuid.UUID
    stop_kind: StopKind
    ordinal: int
    earliest_at: datetime
    likely_at: datetime
    latest_at: datetime
    computed_at: datetime
    learned_from: int
    out_of_order: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeStop:
    """A stop that is behind the courier."""

    stop_id: uuid.UUID
    at: datetime
    """When the last act there was done."""
    failed: bool
    """Whether nothing of what was planned there could be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteArrivals:
    """The expected arrivals of one route, the next first; none before a look or after the end."""

    route_id: uuid.UUID
    courier_id: uuid.UUID
    looked_at: datetime | None = None
    basis: Basis | None = None
    evidence_at: datetime | None = None
    stale: bool = False
    paused: bool = False
    finished: bool = False
    travel_source: str | None = None
    stops: tuple[StopArrival, ...] = ()
    made: tuple[MadeStop, ...] = ()


def list_arrivals(
    session: Session, province_code: str, day: date, *, seen: Collection[uuid.UUID] | None = None
) -> list[RouteArrivals]:
    """Of every published route of a day, by route number.

    seen: the planning areas that the caller sees; None = all.
    """
    of_seen = true() if seen is None else Plan.planning_area_id.in_(seen)
    routes = session.scalars(
        select(Route)
        .join(Plan, Plan.id == Route.plan_id)
        .where(
            Plan.province_code == province_code,
            Plan.service_date == day,
            Plan.status == PlanStatus.PUBLISHED,
            of_seen,
        )
        .order_by(Plan.planning_area_id, Route.number)
    ).all()
    return _arrivals(session, routes)


def read_arrivals(session: Session, route: Route) -> RouteArrivals:
    """Of one route."""
    (found,) = _arrivals(session, [route])
    return found


def has_fresh(
    courier: InstrumentedAttribute[uuid.UUID], since: BindParameter[datetime]
) -> ColumnElement[bool]:
    """Whether `arrivals_for_phone` may tell any: for a row that has its courier."""
    return exists().where(
        Route.courier_id == courier,
        RouteOutlook.route_id == Route.id,
        RouteOutlook.looked_at >= since,
    )


def arrivals_for_phone(session: Session, courier_id: uuid.UUID) -> list[JsonObject]:
    """What a courier's own phone shows beside its day: fresh forecasts of today, the next first.

    One query: every sync asks for it.
    """
    now = clock.now()
    asked = {"courier_id": courier_id, "today": clock.local_date(now), "since": now - FRESH_FOR}
    rows = session.execute(_FOR_PHONE, asked)
    return [
        {
            "stop": str(row.stop_id),
            "earliest_at": _local(row.earliest_at),
            "likely_at": _local(row.likely_at),
            "latest_at": _local(row.latest_at),
            "sure": row.learned_from > 0 and not row.stale and not row.out_of_order,
        }
        for row in rows
    ]


def _arrivals(session: Session, routes: Sequence[Route]) -> list[RouteArrivals]:
    ids = [route.id for route in routes]
    outlooks = {
        row.route_id: row
        for row in session.scalars(
            select(RouteOutlook)
            .where(RouteOutlook.route_id.in_(ids))
            .execution_options(populate_existing=True)
        )
    }
    rows = session.execute(
        select(ArrivalEstimate, Stop.kind, Stop.ordinal)
        .join(Stop, Stop.id == ArrivalEstimate.stop_id)
        .where(ArrivalEstimate.route_id.in_(ids), *_STANDING)
        .order_by(ArrivalEstimate.scheduled_at, Stop.ordinal)
    ).all()
    stops: dict[uuid.UUID, list[StopArrival]] = {}
    for estimate, kind, ordinal in rows:
        stops.setdefault(estimate.route_id, []).append(
            StopArrival(
                stop_id=estimate.stop_id,
                stop_kind=kind,
                ordinal=ordinal,
                earliest_at=estimate.earliest_at,
                likely_at=estimate.likely_at,
                latest_at=estimate.latest_at,
                computed_at=estimate.computed_at,
                learned_from=estimate.learned_from,
                out_of_order=estimate.out_of_order,
            )
        )
    made = _made(session, ids)
    return [
        _of(route, outlooks.get(route.id), stops.get(route.id, []), made.get(route.id, ()))
        for route in routes
    ]


def _made(
    session: Session, route_ids: Sequence[uuid.UUID]
) -> dict[uuid.UUID, tuple[MadeStop, ...]]:
    """Stops with an outcome, the first made first."""
    last = func.max(Visit.executed_at).label("at")
    rows = session.execute(
        select(
            Stop.route_id,
            Stop.id,
            last,
            func.bool_and(Visit.status != VisitStatus.DONE).label("failed"),
        )
        .join(Visit, Visit.stop_id == Stop.id)
        .where(
            Stop.route_id.in_(route_ids),
            Stop.status == StopStatus.CLOSED,
            Visit.executed_at.is_not(None),
        )
        .group_by(Stop.route_id, Stop.id)
        .order_by(last, Stop.id)
    )
    found: dict[uuid.UUID, tuple[MadeStop, ...]] = {}
    for row in rows:
        made = MadeStop(stop_id=row.id, at=row.at, failed=row.failed)
        found[row.route_id] = (*found.get(row.route_id, ()), made)
    return found


def _of(
    route: Route,
    outlook: RouteOutlook | None,
    stops: list[StopArrival],
    made: tuple[MadeStop, ...],
) -> RouteArrivals:
    if outlook is None:
        return RouteArrivals(route_id=route.id, courier_id=route.courier_id, made=made)
    return RouteArrivals(
        route_id=route.id,
        courier_id=route.courier_id,
        looked_at=outlook.looked_at,
        basis=None if outlook.finished else outlook.basis,
        evidence_at=outlook.evidence_at,
        stale=outlook.stale,
        paused=outlook.paused,
        finished=outlook.finished,
        travel_source=outlook.travel_source,
        stops=tuple(stops),
        made=made,
    )


def _local(instant: datetime) -> str:
    return clock.to_local(instant).isoformat(timespec="minutes")
