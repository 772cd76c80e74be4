"""A held window becomes a booking, or several for one visit; for oneself or for somebody else."""

import secrets
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingChannel, BookingDossier
from backend.booking.notices.telling import tell_booking
from backend.booking.operations import book_visit, get_booking
from backend.booking.receivers import ReceiverNamed, name_receiver
from backend.booking.requests import BookingRequest
from backend.catalogue.models import Procedure
from backend.catalogue.operations import get_procedure
from backend.database import SourceStatus, new_id
from backend.dossiers.models import Dossier, Leg
from backend.dossiers.portal_codes import parse_portal_code
from backend.errors import Language
from backend.places.geocoding import locate_address
from backend.places.points import point_of
from backend.planning.slots.asked import MorePapers, VisitAsked
from backend.planning.slots.errors import HoldOver, HoldTaken, PortalCodeUnfit
from backend.planning.slots.grid import Window
from backend.planning.slots.holds import hold_window, lock_hold
from backend.planning.slots.models import HoldStatus, RunningDay, SlotHold
from backend.storage import BlobStore
from geodata.point import Point
from geodata.travel_tables import TravelTimes

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, 1, I and O, which people read to each other wrongly."""


SAME_M = 1.0
"""Doors closer than this are one; coordinates come rounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who the visit is for, told when the hold becomes a booking."""

    full_name: str
    phone: str | None
    address: str
    portal_code: str | None = None
    """Of the first procedure."""
    portal_codes: Mapping[str, str] = field(default_factory=dict)
    """Procedure code → its portal code, for any procedure of the visit."""
    language: Language = "vi"
    fees_at_door: bool = False
    """The courier takes the procedure's public fees at the door."""
    special_needs: str | None = None
    receiver: ReceiverNamed | None = None
    """Who may receive the result besides the owner."""
    appointment_on: date | None = None
    """The office's day for a result that is only to be brought: not fetched before."""
    confirmed: bool = False
    """A second open booking for the same procedure and day is wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who makes the booking, and whose it is."""

    channel: BookingChannel = BookingChannel.PORTAL
    owner_account_id: uuid.UUID | None = None
    made_by_account_id: uuid.UUID | None = None
    """None: the applicant."""


ONESELF = Maker()


def confirm_hold(
    session: Session, hold_id: uuid.UUID, applicant: Applicant, maker: Maker = ONESELF
) -> Booking:
    """The booking of a held window, the first of those of its visit. The contact is told.

    Raises HoldNotFound, HoldOver, HoldTaken, and what a booking raises; then the hold stays.
    """
    row, hold = lock_hold(session, hold_id)
    if hold.status is HoldStatus.CONFIRMED and hold.booking_id is not None:
        raise HoldTaken(reference=get_booking(session, hold.booking_id).reference)
    if hold.status is not HoldStatus.HELD or hold.expires_at <= clock.now() or hold.point is None:
        raise HoldOver(expires=f"{clock.to_local(hold.expires_at):%H:%M %d/%m/%Y}")
    visit = VisitAsked(
        province_code=hold.province_code,
        procedure_code=hold.procedure.code,
        mode=hold.mode,
        door=point_of(hold.point),
        office_code=hold.office.code,
        dossier_count=hold.dossier_count - sum(each["dossiers"] for each in hold.more),
        more=tuple(
            MorePapers(procedure_code=each["procedure_code"], dossier_count=each["dossiers"])
            for each in hold.more
        ),
    )
    window = Window(hold.window_start, hold.window_end)
    bookings = _write(session, visit, (hold.service_date, window), (applicant, maker))
    hand_place_on(row, hold, [leg.id for leg in _legs_of(session, bookings)])
    hold.status, hold.booking_id, hold.point = HoldStatus.CONFIRMED, bookings[0].id, None
    session.flush()
    tell_booking(session, bookings[0], "booking.confirmed")
    return bookings[0]


def book_on_behalf(
    session: Session,
    visit: VisitAsked,
    when: tuple[date, Window],
    who: tuple[Applicant, Maker],
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> Booking:
    """Hold and confirm at once: somebody at the telephone, at a counter, at the door says yes.

    Raises what `hold_window` and `confirm_hold` raise.
    """
    hold = hold_window(session, visit, *when, travel=travel, blobs=blobs)
    return confirm_hold(session, hold.id, *who)


def book_without_window(
    session: Session, visit: VisitAsked, day: date, who: tuple[Applicant, Maker]
) -> Booking:
    """A visit some time on a day: a dispatcher plans it. Where nobody knows the door it waits in
    the to-place list. Raises what a booking raises."""
    booking = _write(session, visit, (day, None), who)[0]
    tell_booking(session, booking, "booking.confirmed")
    return booking


def list_visit(session: Session, booking: Booking) -> list[Booking]:
    """The bookings that share a booking's visit, itself among them, as they were made."""
    if booking.visit_id is None:
        return [booking]
    return list(
        session.scalars(
            select(Booking).where(Booking.visit_id == booking.visit_id).order_by(Booking.id)
        )
    )


def hand_place_on(row: RunningDay, hold: SlotHold, legs: Collection[uuid.UUID]) -> None:
    """Legs take the place in the orders that a hold had; the caller holds the row's lock."""
    old, new = f"{hold.id}:", f"{min(legs)}:"
    row.orders = {
        shift: [new + task.removeprefix(old) if task.startswith(old) else task for task in order]
        for shift, order in row.orders.items()
    }
    row.changed_at = clock.now()


def _write(
    session: Session,
    visit: VisitAsked,
    when: tuple[date, Window | None],
    who: tuple[Applicant, Maker],
) -> list[Booking]:
    """One booking a procedure; the fees of each apart."""
    (day, window), (applicant, maker) = when, who
    parts = [
        MorePapers(procedure_code=visit.procedure_code, dossier_count=visit.dossier_count),
        *visit.more,
    ]
    portal_codes = _portal_codes(parts, applicant)
    visit_id = new_id() if visit.more else None
    bookings = []
    for part in parts:
        procedure = get_procedure(session, visit.province_code, part.procedure_code, day)
        request = BookingRequest(
            province_code=visit.province_code,
            reference=_new_reference(),
            mode=visit.mode,
            channel=maker.channel,
            applicant_name=applicant.full_name,
            phone=applicant.phone,
            address=applicant.address,
            point=_given(session, visit, applicant),
            procedure_code=part.procedure_code,
            office_code=visit.office_code,
            portal_code=portal_codes.pop(part.procedure_code, None),
            dossier_count=part.dossier_count,
            service_date=day,
            slot_start=window.start if window else None,
            slot_end=window.end if window else None,
            ready_at=_ready_at(applicant),
            expected_fee_vnd=_fees(procedure, part.dossier_count) if applicant.fees_at_door else 0,
            visit_id=visit_id,
            owner_account_id=maker.owner_account_id,
            made_by_account_id=maker.made_by_account_id,
            special_needs=applicant.special_needs,
            language=applicant.language,
            source="booked on behalf" if maker.made_by_account_id else "booked by the citizen",
            source_status=SourceStatus.UNVERIFIED,
            confirmed=applicant.confirmed,
        )
        bookings.append(book_visit(session, request))
    for booking in bookings:
        if applicant.receiver is not None:
            name_receiver(session, booking, applicant.receiver)
        if applicant.appointment_on is not None:
            for dossier in _dossiers_of(session, booking):
                dossier.appointment_on = applicant.appointment_on
    session.flush()
    return bookings


def _portal_codes(parts: Sequence[MorePapers], applicant: Applicant) -> dict[str, str]:
    """Procedure code → portal code. Raises PortalCodeUnfit: a code belongs to one procedure, and
    that one is part of the visit (DOMAIN §11)."""
    first, booked = parts[0].procedure_code, {part.procedure_code for part in parts}
    named = {first: applicant.portal_code} if applicant.portal_code else {}
    codes = named | dict(applicant.portal_codes)
    used: dict[str, str] = {}
    for procedure_code, text in codes.items():
        code = parse_portal_code(text)
        other = used.setdefault(code.text, procedure_code) if code else procedure_code
        if procedure_code not in booked or other != procedure_code:
            raise PortalCodeUnfit(
                portal_code=text,
                procedure=procedure_code,
                fields={"portal_codes": PortalCodeUnfit.action},
            )
    return codes


def _given(session: Session, visit: VisitAsked, applicant: Applicant) -> Point | None:
    """The door, unless it is where we know the address to be: that is looked up again, so that the
    booking says who found it."""
    known = locate_address(session, visit.province_code, applicant.address).point
    same = known is not None and visit.door is not None and known.distance_m(visit.door) < SAME_M
    return None if same else visit.door


def _ready_at(applicant: Applicant) -> datetime | None:
    """From the morning of the office's day the result is taken for ready; late ones are told."""
    if applicant.appointment_on is None:
        return None
    return clock.local_instant(applicant.appointment_on, datetime.min.time())


def _fees(procedure: Procedure, dossiers: int) -> int:
    return sum(fee.amount_vnd for fee in procedure.fees) * dossiers


def _dossiers_of(session: Session, booking: Booking) -> list[Dossier]:
    announced = select(BookingDossier.dossier_id).where(BookingDossier.booking_id == booking.id)
    return list(session.scalars(select(Dossier).where(Dossier.id.in_(announced))))


def _legs_of(session: Session, bookings: Collection[Booking]) -> list[Leg]:
    return list(
        session.scalars(
            select(Leg)
            .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
            .where(BookingDossier.booking_id.in_([booking.id for booking in bookings]))
        )
    )


def _new_reference() -> str:
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(8))
    return f"TN-{drawn[:4]}-{drawn[4:]}"
