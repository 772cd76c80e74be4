"""Bookings made through `book_visit`, so that a test's rows are what the service would write."""

import uuid
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingChannel, BookingMode, BookingStatus
from backend.booking.operations import book_visit
from backend.booking.requests import BookingRequest
from backend.catalogue.models import Procedure
from backend.dossiers import legs as carriages
from backend.dossiers.models import Dossier, Leg
from backend.places.models import Office, PostOffice
from geodata.point import Point
from tests.builders.catalogue import the_usual_procedure
from tests.builders.numbers import next_number
from tests.builders.places import CENTRE, PROVINCE, SOURCED, a_post_office, an_office

WORKING_DAY = date(2026, 11, 23)
"""A plain Monday."""

USUAL_OFFICE = "MC-CHUNG"


def a_request(*, service_date: date = WORKING_DAY, **fields: Any) -> BookingRequest:
    """A complete request: send one dossier from the centre, 08:00–10:00, asked the day before.

    Needs the procedure 1.004194 and the office MC-CHUNG, which `a_booking` makes.
    """
    number = next_number()
    values: dict[str, Any] = {
        "province_code": PROVINCE,
        "reference": f"PYC-{number:05d}",
        "mode": BookingMode.SEND,
        "channel": BookingChannel.PHONE,
        "applicant_name": f"Nguyễn Văn Mẫu {number}",
        "phone": f"0900 000 {number % 1000:03d}",
        "address": f"{number} Đường Mẫu, Phường Mẫu, Đà Nẵng",
        "point": CENTRE,
        "procedure_code": "1.004194",
        "office_code": USUAL_OFFICE,
        "service_date": service_date,
        "slot_start": time(8, 0),
        "slot_end": time(10, 0),
        "booked_at": clock.local_instant(service_date - timedelta(days=1), time(9, 0)),
    }
    if fields.get("mode") is BookingMode.RETURN:
        values |= {"slot_start": time(14, 0), "slot_end": time(16, 0)}
    return BookingRequest(**SOURCED | values | fields)


def a_service(session: Session) -> tuple[Office, Procedure]:
    """What every booking needs: a post office that covers the city, an office, a procedure."""
    if not session.scalars(select(PostOffice).limit(1)).first():
        a_post_office(session)
    office = session.scalars(
        select(Office).where(Office.province_code == PROVINCE, Office.code == USUAL_OFFICE)
    ).first()
    return office or an_office(session, code=USUAL_OFFICE), the_usual_procedure(session)


def a_booking(
    session: Session,
    *,
    point: Point | None = CENTRE,
    office: Office | None = None,
    procedure: Procedure | None = None,
    held_at: PostOffice | None = None,
    **fields: Any,
) -> Booking:
    """A booking made by `book_visit`; any field of BookingRequest may be given.

    Makes the default office, procedure and post office when the test has none.
    """
    usual_office, usual_procedure = a_service(session)
    request = a_request(
        point=point,
        office_code=(office or usual_office).code,
        procedure_code=(procedure or usual_procedure).code,
        held_at_post_office_code=held_at.code if held_at else None,
        **fields,
    )
    return book_visit(session, request)


def a_return(session: Session, **fields: Any) -> Booking:
    """A return-only booking: the result waits at the office, or at `held_at`."""
    return a_booking(session, mode=BookingMode.RETURN, **fields)


def cancel(session: Session, booking_id: uuid.UUID) -> None:
    """A booking that nobody rides to any more, as after `change_visit`."""
    booking = session.get_one(Booking, booking_id)
    for leg in (leg for dossier in booking.dossiers for leg in dossier.legs):
        carriages.cancel(leg)
    booking.status = BookingStatus.CANCELLED
    session.flush()


def dossier_of(booking: Booking) -> Dossier:
    """The only dossier of a booking."""
    (dossier,) = booking.dossiers
    return dossier


def leg_of(booking: Booking) -> Leg:
    """The only leg of a booking with one dossier."""
    (leg,) = dossier_of(booking).legs
    return leg
