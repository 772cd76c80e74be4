"""The whole day of one courier as one JSON value: what the phone has to show now, and no more.

Names, phones and doors stand in it only while a visit there is open (SYNC I10).
"""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from backend import clock
from backend.booking.models import Booking, BookingDossier, Contact
from backend.booking.receivers import list_receivers
from backend.catalogue.models import Procedure
from backend.courier_day.attachments import find_checklists, line_of
from backend.courier_day.shift_states import DayState
from backend.courier_day.work_days import WorkDay, list_unsettled
from backend.database import JsonObject
from backend.dossiers.models import Dossier, KeeperKind
from backend.dossiers.pins import DeliveryPin
from backend.fleet.models import Courier
from backend.places.models import Address, Office, PlaceKind, PostOffice
from backend.places.points import find_point
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    StopKind,
    StopStatus,
    Visit,
    VisitKind,
    VisitStatus,
)
from backend.planning.route_changes import list_route_changes

E7 = 10_000_000
"""Coordinates travel as integers of 1e-7 degree."""

type Contacts = dict[uuid.UUID, Contact]
"""Dossier id → the person of its booking."""


def read_day(session: Session, courier: Courier) -> JsonObject:
    """Routes from `courier.day_from` on, the dossiers they name or the courier holds, and the
    people, places and procedures these need. Read it in one snapshot with the revision."""
    routes = _routes(session, courier)
    shown = [(route, _stops_shown(route, courier)) for route in routes]
    at_doors = [
        visit
        for _, stops in shown
        for stop, visits in stops
        for visit in visits
        if visit.status is VisitStatus.OPEN and stop.place_kind is PlaceKind.HOME
    ]
    planned = {visit.leg.dossier_id for _, stops in shown for _, vs in stops for visit in vs}
    dossiers = _dossiers(session, courier, planned)
    contacts = _contacts(session, {visit.leg.dossier_id for visit in at_doors})
    addresses = _addresses(session, at_doors)
    return {
        "from": courier.day_from.isoformat() if courier.day_from else None,
        "courier": {"id": str(courier.id), "code": courier.code},
        "routes": [
            _route(route, [_stop(stop, visits, contacts, addresses) for stop, visits in stops])
            for route, stops in shown
        ],
        "changes": _changes(session, courier),
        "dossiers": [_dossier(dossier) for dossier in dossiers],
        "work_days": _work_days(session, courier),
        "blocked": _blocked(session, courier),
        "held": [str(each.id) for each in dossiers if _is_held(each, courier)],
        "contacts": _people(contacts.values()),
        "pins": _pins(session, at_doors),
        "receivers": _receivers(session, at_doors),
        "needs": _needs(session, at_doors),
        "offices": _offices(session, dossiers, shown),
        "post_offices": _post_offices(session, courier),
        "procedures": _procedures(session, dossiers),
    }


def _changes(session: Session, courier: Courier) -> list[JsonObject]:
    """Why published routes became others, a sentence each."""
    return [
        {
            "id": str(row.plan_id),
            "service_date": row.service_date.isoformat(),
            "at": _local(row.changed_at),
            "text": row.text,
        }
        for row in list_route_changes(session, courier.id, courier.day_from)
    ]


def _work_days(session: Session, courier: Courier) -> list[JsonObject]:
    """Days that are begun and not closed, and those that are still to come."""
    rows = session.scalars(
        select(WorkDay)
        .where(WorkDay.courier_id == courier.id, WorkDay.state != DayState.CLOSED)
        .order_by(WorkDay.service_date)
    )
    return [
        {"service_date": row.service_date.isoformat(), "state": row.state.value} for row in rows
    ]


def _blocked(session: Session, courier: Courier) -> JsonObject | None:
    """Cash of earlier days that is not settled: the next shift does not begin (DOMAIN §4)."""
    unsettled = list_unsettled(session, courier.id, courier.day_from) if courier.day_from else []
    if not unsettled:
        return None
    dates = ", ".join(f"{day.service_date:%d/%m/%Y}" for day in unsettled)
    return {
        "code": "earlier_day_unsettled",
        "service_dates": [day.service_date.isoformat() for day in unsettled],
        "detail": f"Chưa nộp tiền ca ngày {dates}.",
        "action": "Đến bưu cục kiểm đếm và ký bảng kê nộp tiền, rồi mở ca mới.",
    }


def _routes(session: Session, courier: Courier) -> list[Route]:
    query = (
        select(Route)
        .join(Plan, Plan.id == Route.plan_id)
        .where(Route.courier_id == courier.id, Plan.status == PlanStatus.PUBLISHED)
        .order_by(Plan.service_date, Route.starts_at, Route.id)
        .options(
            selectinload(Route.plan),
            selectinload(Route.stops).selectinload(Stop.visits).selectinload(Visit.leg),
        )
    )
    if courier.day_from is not None:
        query = query.where(Plan.service_date >= courier.day_from)
    return list(session.scalars(query))


def _stops_shown(route: Route, courier: Courier) -> list[tuple[Stop, list[Visit]]]:
    """Stops that are still this courier's business: nothing cancelled, nothing others did."""
    shown = []
    for stop in route.stops:
        visits = [
            visit
            for visit in stop.visits
            if visit.status is not VisitStatus.CANCELLED
            and visit.executed_by_id in {None, courier.id}
        ]
        if visits or (stop.kind is not StopKind.VISITS and stop.status is not StopStatus.CANCELLED):
            shown.append((stop, visits))
    return shown


def _dossiers(session: Session, courier: Courier, planned: set[uuid.UUID]) -> list[Dossier]:
    held = (Dossier.keeper_kind == KeeperKind.COURIER) & (Dossier.keeper_id == courier.id)
    return list(
        session.scalars(
            select(Dossier).where(or_(held, Dossier.id.in_(planned))).order_by(Dossier.item_code)
        )
    )


def _contacts(session: Session, dossiers: set[uuid.UUID]) -> Contacts:
    rows = session.execute(
        select(BookingDossier.dossier_id, Contact)
        .join(Booking, Booking.id == BookingDossier.booking_id)
        .join(Contact, Contact.id == Booking.contact_id)
        .where(BookingDossier.dossier_id.in_(dossiers))
    )
    return {row.dossier_id: row.Contact for row in rows}


def _addresses(session: Session, visits: Iterable[Visit]) -> dict[uuid.UUID, str]:
    doors = {visit.stop.place_id for visit in visits}
    rows = session.execute(select(Address.id, Address.text).where(Address.id.in_(doors)))
    return {row.id: row.text for row in rows}


def _route(route: Route, stops: list[JsonObject]) -> JsonObject:
    return {
        "id": str(route.id),
        "service_date": route.plan.service_date.isoformat(),
        "number": route.number,
        "version": route.version,
        "line": line.sha256 if (line := line_of(route)) else None,
        "starts_at": _local(route.starts_at),
        "ends_at": _local(route.ends_at),
        "stops": stops,
    }


def _stop(
    stop: Stop, visits: list[Visit], contacts: Contacts, addresses: dict[uuid.UUID, str]
) -> JsonObject:
    is_home = stop.place_kind is PlaceKind.HOME
    is_open = any(visit.status is VisitStatus.OPEN for visit in visits)
    point = find_point(stop.point) if is_open or not is_home else None
    return {
        "id": str(stop.id),
        "ordinal": stop.ordinal,
        "kind": stop.kind.value,
        "status": stop.status.value,
        "version": stop.version,
        "place": stop.place_kind
        and {
            "kind": stop.place_kind.value,
            "id": str(stop.place_id),
            "address": addresses.get(stop.place_id) if is_open and stop.place_id else None,
            "lat": point and round(point.lat * E7),
            "lon": point and round(point.lon * E7),
        },
        "arrives_at": _local(stop.arrives_at),
        "starts_at": _local(stop.starts_at),
        "ends_at": _local(stop.ends_at),
        "visits": [_visit(visit, contacts if is_home else {}) for visit in visits],
    }


def _visit(visit: Visit, contacts: Contacts) -> JsonObject:
    leg, contact = visit.leg, contacts.get(visit.leg.dossier_id)
    window = None
    if leg.window_start and leg.window_end:
        window = [f"{leg.window_start:%H:%M}", f"{leg.window_end:%H:%M}"]
    return {
        "id": str(visit.id),
        "kind": visit.kind.value,
        "status": visit.status.value,
        "reason": visit.failure_reason,
        "dossier": str(leg.dossier_id),
        "contact": str(contact.id) if contact and visit.status is VisitStatus.OPEN else None,
        "window": window,
        "due_on": leg.due_on.isoformat(),
        "attempt": leg.attempt,
        "cash_vnd": leg.cash_vnd,
    }


def _dossier(dossier: Dossier) -> JsonObject:
    return {
        "id": str(dossier.id),
        "item_code": dossier.item_code,
        "state": dossier.state.value,
        "version": dossier.version,
        "seal_no": dossier.seal_no,
        "procedure": str(dossier.procedure_id),
        "office": str(dossier.filing_office_id),
    }


def _is_held(dossier: Dossier, courier: Courier) -> bool:
    return dossier.keeper_kind is KeeperKind.COURIER and dossier.keeper_id == courier.id


def _people(contacts: Iterable[Contact]) -> list[JsonObject]:
    unique = {contact.id: contact for contact in contacts}
    return [
        {
            "id": str(contact.id),
            "version": contact.version,
            "name": contact.full_name,
            "phone": contact.phone,
        }
        for _, contact in sorted(unique.items())
    ]


def _offices(
    session: Session,
    dossiers: list[Dossier],
    shown: list[tuple[Route, list[tuple[Stop, list[Visit]]]]],
) -> list[JsonObject]:
    ids = {dossier.filing_office_id for dossier in dossiers}
    stops = [stop for _, pairs in shown for stop, _ in pairs]
    ids |= {
        stop.place_id for stop in stops if stop.place_kind is PlaceKind.OFFICE and stop.place_id
    }
    rows = session.scalars(select(Office).where(Office.id.in_(ids)).order_by(Office.code))
    return [_place(row) | {"hours": row.weekly_hours} for row in rows]


def _post_offices(session: Session, courier: Courier) -> list[JsonObject]:
    """Where papers can rest: every post office of the courier's planning area."""
    area = select(PostOffice.planning_area_id).where(PostOffice.id == courier.post_office_id)
    rows = session.scalars(
        select(PostOffice)
        .where(PostOffice.planning_area_id == area.scalar_subquery())
        .order_by(PostOffice.code)
    )
    return [_place(row) for row in rows]


def _place(row: Office | PostOffice) -> dict[str, Any]:
    point = find_point(row.point)
    return {
        "id": str(row.id),
        "code": row.code,
        "name": row.name,
        "address": row.address,
        "lat": point and round(point.lat * E7),
        "lon": point and round(point.lon * E7),
    }


def _procedures(session: Session, dossiers: list[Dossier]) -> list[JsonObject]:
    ids = {dossier.procedure_id for dossier in dossiers}
    checklists = find_checklists(session, ids)
    rows = session.scalars(select(Procedure).where(Procedure.id.in_(ids)).order_by(Procedure.code))
    return [
        {
            "id": str(row.id),
            "code": row.code,
            "name": row.name,
            "checklist": checklists[row.id].sha256,
        }
        for row in rows
    ]


def _pins(session: Session, at_doors: list[Visit]) -> JsonObject:
    """Hashes for the phone's own look at a PIN, while the delivery is open."""
    dossiers = {v.leg.dossier_id for v in at_doors if v.kind is VisitKind.DELIVERY}
    rows = session.scalars(select(DeliveryPin).where(DeliveryPin.dossier_id.in_(dossiers)))
    return {str(row.dossier_id): row.for_phone() for row in rows}


def _receivers(session: Session, at_doors: list[Visit]) -> JsonObject:
    """Who else may receive a result, for the check at the door, while the delivery is open."""
    dossiers = {v.leg.dossier_id for v in at_doors if v.kind is VisitKind.DELIVERY}
    return {
        str(dossier_id): {
            "name": row.full_name,
            "paper": row.identity_paper.value,
            "last_digits": row.last_digits,
            "letter_no": row.letter_no,
            "letter_valid_to": row.letter_valid_to.isoformat(),
        }
        for dossier_id, row in sorted(list_receivers(session, dossiers).items())
    }


def _needs(session: Session, at_doors: list[Visit]) -> JsonObject:
    """What to heed at the doors of open visits, by dossier."""
    rows = session.execute(
        select(BookingDossier.dossier_id, Booking.special_needs)
        .join(Booking, Booking.id == BookingDossier.booking_id)
        .where(
            BookingDossier.dossier_id.in_({visit.leg.dossier_id for visit in at_doors}),
            Booking.special_needs.is_not(None),
        )
        .order_by(BookingDossier.dossier_id)
    )
    return {str(row.dossier_id): row.special_needs for row in rows}


def _local(instant: datetime) -> str:
    return clock.to_local(instant).isoformat(timespec="seconds")
