"""The routes of one courier's day with their stops and visits, as a phone gets them.

One query for the routes and one for everything on them: rows, not objects, because a day is read
after nearly every sync.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Date, Row, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.attachments import E7, line_of
from backend.database import JsonObject, among
from backend.dossiers.models import Leg
from backend.fleet.models import Courier
from backend.places.models import Address, PlaceKind
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

type AnyRow = Row[*tuple[Any, ...]]
"""Columns by name."""


_ROUTES = (
    select(
        Route.id,
        Route.number,
        Route.version,
        Route.starts_at,
        Route.ends_at,
        Route.geometry,
        Route.geometry_source,
        Plan.service_date,
    )
    .join(Plan, Plan.id == Route.plan_id)
    .where(
        Route.courier_id == bindparam("courier_id"),
        Plan.status == PlanStatus.PUBLISHED,
        Plan.service_date >= func.coalesce(bindparam("day_from", type_=Date), Plan.service_date),
    )
    .order_by(Plan.service_date, Route.starts_at, Route.id)
)

_OWN = and_(
    Visit.stop_id == Stop.id,
    Visit.status != VisitStatus.CANCELLED,
    or_(Visit.executed_by_id.is_(None), Visit.executed_by_id == bindparam("courier_id")),
)

_ACTS = (
    select(
        Stop.route_id,
        Stop.id.label("stop_id"),
        Stop.ordinal,
        Stop.kind.label("stop_kind"),
        Stop.status.label("stop_status"),
        Stop.version,
        Stop.place_kind,
        Stop.place_id,
        func.ST_Y(Stop.point).label("lat"),
        func.ST_X(Stop.point).label("lon"),
        Stop.arrives_at,
        Stop.starts_at,
        Stop.ends_at,
        Address.text.label("address"),
        Visit.id.label("visit_id"),
        Visit.kind.label("visit_kind"),
        Visit.status.label("visit_status"),
        Visit.failure_reason,
        Leg.dossier_id,
        Leg.window_start,
        Leg.window_end,
        Leg.due_on,
        Leg.attempt,
        Leg.cash_vnd,
    )
    .outerjoin(Visit, _OWN)
    .outerjoin(Leg, Leg.id == Visit.leg_id)
    .outerjoin(Address, and_(Stop.place_kind == PlaceKind.HOME, Address.id == Stop.place_id))
    .where(
        among(Stop.route_id, "route_ids"),
        or_(
            Visit.id.is_not(None),
            and_(Stop.kind != StopKind.VISITS, Stop.status != StopStatus.CANCELLED),
        ),
    )
    .order_by(Stop.route_id, Stop.ordinal, Stop.id, Visit.ordinal)
)
"""Every visit with its stop and leg, and stops that are about no visit, in their order."""


@dataclass(slots=True)
class ShownStop:
    """A stop with its visits that are still this courier's business: nothing cancelled, nothing
    that others did."""

    row: AnyRow
    visits: list[AnyRow] = field(default_factory=list)

    @property
    def is_home(self) -> bool:
        return self.row.place_kind is PlaceKind.HOME

    @property
    def is_open(self) -> bool:
        return any(visit.visit_status is VisitStatus.OPEN for visit in self.visits)


@dataclass(slots=True)
class ShownRoute:
    """A published route from the courier's first day on."""

    row: AnyRow
    stops: list[ShownStop] = field(default_factory=list)


def list_shown(session: Session, courier: Courier) -> list[ShownRoute]:
    """The courier's published routes from `courier.day_from` on, the earliest first."""
    of_courier = {"courier_id": courier.id, "day_from": courier.day_from}
    routes = {row.id: ShownRoute(row) for row in session.execute(_ROUTES, of_courier)}
    stops: dict[uuid.UUID, ShownStop] = {}
    of_routes = {"courier_id": courier.id, "route_ids": list(routes)}
    for row in session.execute(_ACTS, of_routes) if routes else ():
        stop = stops.get(row.stop_id)
        if stop is None:
            stop = stops[row.stop_id] = ShownStop(row)
            routes[row.route_id].stops.append(stop)
        if row.visit_id is not None:
            stop.visits.append(row)
    return list(routes.values())


def open_at_doors(routes: list[ShownRoute]) -> Iterator[AnyRow]:
    """Visits at homes that are still to be made."""
    for route in routes:
        for stop in route.stops:
            if stop.is_home:
                yield from (v for v in stop.visits if v.visit_status is VisitStatus.OPEN)


def show_route(route: ShownRoute, contacts: Mapping[uuid.UUID, AnyRow]) -> JsonObject:
    """contacts: by dossier, who is to be met at the doors of open visits."""
    row = route.row
    line = line_of(row.geometry, row.geometry_source)
    return {
        "id": str(row.id),
        "service_date": row.service_date.isoformat(),
        "number": row.number,
        "version": row.version,
        "line": line.sha256 if line else None,
        "starts_at": local_text(row.starts_at),
        "ends_at": local_text(row.ends_at),
        "stops": [_stop(stop, contacts) for stop in route.stops],
    }


def local_text(instant: datetime) -> str:
    """An instant as phones get it: RFC 3339 in Vietnam's zone."""
    return clock.to_local(instant).isoformat(timespec="seconds")


def _stop(stop: ShownStop, contacts: Mapping[uuid.UUID, AnyRow]) -> JsonObject:
    row, is_home, is_open = stop.row, stop.is_home, stop.is_open
    placed = row.lat is not None and (is_open or not is_home)
    return {
        "id": str(row.stop_id),
        "ordinal": row.ordinal,
        "kind": row.stop_kind.value,
        "status": row.stop_status.value,
        "version": row.version,
        "place": row.place_kind
        and {
            "kind": row.place_kind.value,
            "id": str(row.place_id),
            "address": row.address if is_open else None,
            "lat": round(row.lat * E7) if placed else None,
            "lon": round(row.lon * E7) if placed else None,
        },
        "arrives_at": local_text(row.arrives_at),
        "starts_at": local_text(row.starts_at),
        "ends_at": local_text(row.ends_at),
        "visits": [_visit(visit, contacts if is_home else {}) for visit in stop.visits],
    }


def _visit(visit: AnyRow, contacts: Mapping[uuid.UUID, AnyRow]) -> JsonObject:
    window = None
    if visit.window_start and visit.window_end:
        window = [f"{visit.window_start:%H:%M}", f"{visit.window_end:%H:%M}"]
    contact = contacts.get(visit.dossier_id) if visit.visit_status is VisitStatus.OPEN else None
    return {
        "id": str(visit.visit_id),
        "kind": visit.visit_kind.value,
        "status": visit.visit_status.value,
        "reason": visit.failure_reason,
        "dossier": str(visit.dossier_id),
        "contact": str(contact.id) if contact else None,
        "window": window,
        "due_on": visit.due_on.isoformat(),
        "attempt": visit.attempt,
        "cash_vnd": visit.cash_vnd,
    }
