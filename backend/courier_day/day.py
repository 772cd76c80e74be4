"""The whole day of one courier as one JSON value: what the phone has to show now, and no more.

Names, phones and doors stand in it only while a visit there is open (SYNC I10). Each table is
asked once, for columns and not for objects: the day is the larger part of what a sync costs.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingDossier, Contact
from backend.booking.receivers import list_receivers
from backend.courier_day.attachments import find_checklists
from backend.courier_day.day_places import show_offices, show_post_offices
from backend.courier_day.day_routes import (
    AnyRow,
    list_shown,
    local_text,
    open_at_doors,
    show_route,
)
from backend.courier_day.shift_states import DayState
from backend.courier_day.work_days import NOTHING_DUE, WorkDay
from backend.database import JsonObject, among
from backend.dossiers.models import Dossier, KeeperKind
from backend.dossiers.pins import DeliveryPin
from backend.fleet.models import Courier
from backend.planning.models import VisitKind
from backend.planning.route_changes import list_route_changes

type People = Mapping[uuid.UUID, AnyRow]
"""Dossier id → the person of its booking, and what to heed at the door."""


_NOT_CLOSED = (
    select(WorkDay.service_date, WorkDay.state)
    .where(WorkDay.courier_id == bindparam("courier_id"), WorkDay.state != DayState.CLOSED)
    .order_by(WorkDay.service_date)
)

_DOSSIERS = (
    select(
        Dossier.id,
        Dossier.item_code,
        Dossier.state,
        Dossier.version,
        Dossier.seal_no,
        Dossier.procedure_id,
        Dossier.filing_office_id,
        Dossier.keeper_kind,
        Dossier.keeper_id,
    )
    .where(
        or_(
            and_(
                Dossier.keeper_kind == KeeperKind.COURIER,
                Dossier.keeper_id == bindparam("courier_id"),
            ),
            among(Dossier.id, "planned"),
        )
    )
    .order_by(Dossier.item_code)
)

_PEOPLE = (
    select(
        BookingDossier.dossier_id,
        Contact.id,
        Contact.version,
        Contact.full_name,
        Contact.phone,
        Booking.special_needs,
    )
    .join(Booking, Booking.id == BookingDossier.booking_id)
    .join(Contact, Contact.id == Booking.contact_id)
    .where(among(BookingDossier.dossier_id, "dossiers"))
)


def read_day(session: Session, courier: Courier) -> JsonObject:
    """Routes from `courier.day_from` on, the dossiers they name or the courier holds, and the
    people, places and procedures these need. Read it in one snapshot with the revision."""
    routes = list_shown(session, courier)
    visits = [visit for route in routes for stop in route.stops for visit in stop.visits]
    at_doors = list(open_at_doors(routes))
    people = _people(session, {visit.dossier_id for visit in at_doors})
    delivered = {v.dossier_id for v in at_doors if v.visit_kind is VisitKind.DELIVERY}
    dossiers = _dossiers(session, courier, {visit.dossier_id for visit in visits})
    return {
        "from": courier.day_from.isoformat() if courier.day_from else None,
        "courier": {"id": str(courier.id), "code": courier.code},
        "routes": [show_route(route, people) for route in routes],
        "changes": _changes(session, courier),
        "dossiers": [_dossier(dossier) for dossier in dossiers],
        **_work_days(session, courier),
        "held": [str(each.id) for each in dossiers if _is_held(each, courier)],
        "contacts": _contacts(people.values()),
        "pins": _pins(session, delivered),
        "receivers": _receivers(session, delivered),
        "needs": {
            str(dossier_id): row.special_needs
            for dossier_id, row in sorted(people.items())
            if row.special_needs is not None
        },
        "offices": show_offices(session, {d.filing_office_id for d in dossiers}, routes),
        "post_offices": show_post_offices(session, courier),
        "procedures": _procedures(session, dossiers),
    }


def _changes(session: Session, courier: Courier) -> list[JsonObject]:
    """Why published routes became others, a sentence each."""
    return [
        {
            "id": str(row.plan_id),
            "service_date": row.service_date.isoformat(),
            "at": local_text(row.changed_at),
            "text": row.text,
        }
        for row in list_route_changes(session, courier.id, courier.day_from)
    ]


def _work_days(session: Session, courier: Courier) -> JsonObject:
    """Days that are begun and not closed, those that are still to come, and what of it blocks the
    next shift: cash of earlier days that is not settled (DOMAIN §4)."""
    rows = session.execute(_NOT_CLOSED, {"courier_id": courier.id}).all()
    first = courier.day_from
    earlier = [row for row in rows if first and row.service_date < first]
    unsettled = [row for row in earlier if row.state not in NOTHING_DUE]
    return {
        "work_days": [
            {"service_date": row.service_date.isoformat(), "state": row.state.value} for row in rows
        ],
        "blocked": _blocked(unsettled) if unsettled else None,
    }


def _blocked(unsettled: Collection[AnyRow]) -> JsonObject:
    dates = ", ".join(f"{day.service_date:%d/%m/%Y}" for day in unsettled)
    return {
        "code": "earlier_day_unsettled",
        "service_dates": [day.service_date.isoformat() for day in unsettled],
        "detail": f"Chưa nộp tiền ca ngày {dates}.",
        "action": "Đến bưu cục kiểm đếm và ký bảng kê nộp tiền, rồi mở ca mới.",
    }


def _dossiers(session: Session, courier: Courier, planned: set[uuid.UUID]) -> list[AnyRow]:
    of_courier = {"courier_id": courier.id, "planned": list(planned)}
    return list(session.execute(_DOSSIERS, of_courier))


def _dossier(dossier: AnyRow) -> JsonObject:
    return {
        "id": str(dossier.id),
        "item_code": dossier.item_code,
        "state": dossier.state.value,
        "version": dossier.version,
        "seal_no": dossier.seal_no,
        "procedure": str(dossier.procedure_id),
        "office": str(dossier.filing_office_id),
    }


def _is_held(dossier: AnyRow, courier: Courier) -> bool:
    return dossier.keeper_kind is KeeperKind.COURIER and dossier.keeper_id == courier.id


def _people(session: Session, dossiers: set[uuid.UUID]) -> People:
    if not dossiers:
        return {}
    rows = session.execute(_PEOPLE, {"dossiers": list(dossiers)})
    return {row.dossier_id: row for row in rows}


def _contacts(people: Iterable[AnyRow]) -> list[JsonObject]:
    unique = {contact.id: contact for contact in people}
    return [
        {
            "id": str(contact.id),
            "version": contact.version,
            "name": contact.full_name,
            "phone": contact.phone,
        }
        for _, contact in sorted(unique.items())
    ]


def _pins(session: Session, delivered: set[uuid.UUID]) -> JsonObject:
    """Hashes for the phone's own look at a PIN, while the delivery is open."""
    if not delivered:
        return {}
    rows = session.scalars(select(DeliveryPin).where(DeliveryPin.dossier_id.in_(delivered)))
    return {str(row.dossier_id): row.for_phone() for row in rows}


def _receivers(session: Session, delivered: set[uuid.UUID]) -> JsonObject:
    """Who else may receive a result, for the check at the door, while the delivery is open."""
    if not delivered:
        return {}
    return {
        str(dossier_id): {
            "name": row.full_name,
            "paper": row.identity_paper.value,
            "last_digits": row.last_digits,
            "letter_no": row.letter_no,
            "letter_valid_to": row.letter_valid_to.isoformat(),
        }
        for dossier_id, row in sorted(list_receivers(session, delivered).items())
    }


def _procedures(session: Session, dossiers: Iterable[AnyRow]) -> list[JsonObject]:
    found = find_checklists(session, {dossier.procedure_id for dossier in dossiers})
    return [
        {
            "id": str(each.procedure_id),
            "code": each.code,
            "name": each.name,
            "checklist": each.attachment.sha256,
        }
        for each in found
    ]
