"""Somebody comes to the counter with papers and no booking, or with one."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from backend import clock
from backend.booking.models import (
    Booking,
    BookingChannel,
    BookingDossier,
    BookingMode,
    BookingStatus,
)
from backend.booking.operations import (
    book_at_counter,
    bring_to_counter,
    get_booking_by_reference,
)
from backend.booking.requests import BookingRequest
from backend.catalogue.operations import get_procedure, load_calendar
from backend.courier_day.counters.scene import CounterScene
from backend.courier_day.locks import lock_dossiers
from backend.database import SourceStatus, new_id
from backend.errors import Invalid, Text
from backend.places.models import PostOffice
from geodata.point import Point


class DoorNeeded(Invalid):
    code = "door_needed"
    detail = Text(
        vi="Chưa xác định được vị trí nhà để phát kết quả.",
        en="The door that the result shall be brought to cannot be placed.",
    )
    action = Text(
        vi="Gửi kèm toạ độ, hoặc hẹn người dân đến quầy nhận kết quả.",
        en="Send its coordinates, or agree that the citizen comes to the counter.",
    )


class ResultGoes(StrEnum):
    """Where the citizen wants the result."""

    NOWHERE = "NOWHERE"
    """Send only: the citizen asks the office."""
    HOME = "HOME"
    COUNTER = "COUNTER"
    """The citizen comes back to this counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkIn:
    """What somebody without a booking wants; one dossier of the procedure for each pile."""

    applicant_name: str
    phone: str | None
    address: str
    procedure_code: str
    office_code: str | None = None
    point: Point | None = None
    result: ResultGoes = ResultGoes.NOWHERE
    confirmed: bool = False
    """A second open booking of the same day is wanted."""


def book_walk_in(
    scene: CounterScene, post_office: PostOffice, asks: WalkIn, dossiers: int
) -> Booking:
    """Books what lies on the counter; the citizen still holds it. Raises DoorNeeded too."""
    today = clock.local_date(scene.origin.at)
    procedure = get_procedure(scene.session, scene.province_code, asks.procedure_code, today)
    calendar = load_calendar(scene.session, scene.province_code)
    wait = 0 if procedure.same_day_result else 1
    send_only = asks.result is ResultGoes.NOWHERE
    booking = book_at_counter(
        scene.session,
        BookingRequest(
            province_code=scene.province_code,
            reference=f"QUAY-{new_id().hex[-16:].upper()}",
            mode=BookingMode.SEND if send_only else BookingMode.BOTH,
            channel=BookingChannel.COUNTER,
            applicant_name=asks.applicant_name,
            phone=asks.phone,
            address=asks.address,
            point=asks.point,
            procedure_code=asks.procedure_code,
            office_code=asks.office_code,
            dossier_count=dossiers,
            service_date=calendar.add_working_days(today, wait),
            held_at_post_office_code=post_office.code,
            source=f"quầy {post_office.code}",
            source_status=SourceStatus.VERIFIED,
            confirmed=asks.confirmed,
        ),
    )
    if asks.result is ResultGoes.COUNTER:
        booking.pick_up_at_post_office_id = post_office.id
    elif asks.result is ResultGoes.HOME and booking.address.point is None:
        raise DoorNeeded(fields={"address": DoorNeeded.detail})
    return booking


def find_brought(scene: CounterScene, post_office: PostOffice, reference: str) -> Booking:
    """The booking of papers that lie on the counter, with its dossiers locked.

    One whose door nobody has found begins here. Raises BookingNotFound, and what
    `bring_to_counter` raises.
    """
    session = scene.session
    booking = get_booking_by_reference(session, scene.province_code, reference)
    if booking.status is BookingStatus.TO_PLACE and booking.mode is not BookingMode.RETURN:
        today = clock.local_date(scene.origin.at)
        booking = bring_to_counter(session, booking.id, post_office, today)
    ids: list[uuid.UUID] = list(
        session.scalars(
            select(BookingDossier.dossier_id).where(BookingDossier.booking_id == booking.id)
        )
    )
    lock_dossiers(session, ids)
    session.refresh(booking)
    return booking
