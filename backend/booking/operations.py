"""Book a visit, place it, cancel it: the one set of verbs that API, import and demo day use."""

import uuid
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking import checks
from backend.booking.carriage import start_carriage
from backend.booking.errors import BookingNotFound, BookingNotWaiting, BookingUnderWay
from backend.booking.lookups import Lookups
from backend.booking.models import Booking, BookingDossier, BookingStatus, Contact
from backend.booking.repeats import refuse_second, same_or_refused
from backend.booking.requests import BookingRequest
from backend.booking.ways import WayAsked, Ways, find_ways
from backend.catalogue.models import Procedure
from backend.dossiers.models import Dossier, Leg, LegStatus
from backend.places.geocoding import address_key, locate_address
from backend.places.models import Address, Placement
from backend.places.points import find_point, to_geometry
from geodata.point import Point


@dataclass(frozen=True, slots=True)
class Booked:
    """The answer to a request; `is_new` is false where its reference had been booked before."""

    booking: Booking
    is_new: bool


def book_visit(session: Session, request: BookingRequest) -> Booking:
    """As `book_or_find`, for one request that stands alone."""
    return book_or_find(session, request, Lookups(session, request.province_code)).booking


def book_or_find(session: Session, request: BookingRequest, lookups: Lookups) -> Booked:
    """Check a request whole, then write booking, contact, address, dossiers and legs.

    `lookups` are those of the request's province, and of this session. The same reference again
    returns the booking that is there, and raises ReferenceTaken when it asks for something else.
    An address that nobody can place makes a booking TO_PLACE, without dossiers and legs;
    `place_address` goes on from there. Raises the errors of `booking.errors`, ProcedureNotFound,
    OfficeNotFound, PostOfficeNotFound, NoCompetentOffice; then nothing is written.
    """
    checks.check_fields(request)
    lookups.claim([request.reference])
    if known := lookups.find_claimed(request.reference):
        return Booked(same_or_refused(known, request), is_new=False)
    checks.check_time(request)
    day = request.service_date
    checks.check_day(request, lookups.calendar)
    procedure = lookups.get_procedure(request.procedure_code, day)
    checks.check_procedure(procedure)
    refuse_second(session, request, procedure)
    asked = _way_asked(lookups, request, procedure)
    address = _new_address(session, request)
    ways = find_ways(lookups, asked, find_point(address.point))
    booking = Booking(
        province_code=request.province_code,
        reference=request.reference,
        mode=request.mode,
        channel=request.channel,
        status=BookingStatus.TO_PLACE,
        contact=Contact(
            province_code=request.province_code,
            full_name=request.applicant_name,
            phone=request.phone,
        ),
        address=address,
        procedure=procedure,
        office=asked.office,
        held_at_post_office=asked.held_at,
        dossier_count=request.dossier_count,
        portal_code=request.portal_code,
        service_date=day,
        slot_start=request.slot_start,
        slot_end=request.slot_end,
        ready_at=request.ready_at,
        expected_fee_vnd=request.expected_fee_vnd,
        source=request.source,
        source_status=request.source_status,
        created_at=request.booked_at or clock.now(),
    )
    if ways is not None:
        _apply(booking, ways)
    session.add(booking)
    session.flush()
    if ways is not None:
        start_carriage(session, booking, ways.office, ways.resolving_office, lookups.calendar)
    lookups.note_booked(booking)
    return Booked(booking, is_new=True)


def get_booking(session: Session, booking_id: uuid.UUID) -> Booking:
    """The booking with this id; raises BookingNotFound."""
    if found := session.get(Booking, booking_id):
        return found
    raise BookingNotFound(booking=booking_id)


def find_booking_by_reference(
    session: Session, province_code: str, reference: str
) -> Booking | None:
    """The booking that the caller made under this key."""
    return session.scalars(
        select(Booking).where(
            Booking.province_code == province_code, Booking.reference == reference
        )
    ).first()


def bookings_to_place(province_code: str) -> Select[Booking]:
    """Bookings that wait until a person finds the door, the earliest day first."""
    return (
        select(Booking)
        .where(Booking.province_code == province_code, Booking.status == BookingStatus.TO_PLACE)
        .order_by(Booking.service_date, Booking.slot_start.nulls_last(), Booking.id)
    )


def list_to_place(session: Session, province_code: str) -> list[Booking]:
    """The to-place list; each address carries the reason in `placement_note`."""
    return list(session.scalars(bookings_to_place(province_code)))


def place_address(
    session: Session,
    booking_id: uuid.UUID,
    point: Point,
    *,
    placement: Placement = Placement.BY_DISPATCHER,
) -> Booking:
    """Give a waiting booking its door; its dossiers and legs begin now.

    The point is remembered for the next booking at the same address. Raises BookingNotFound,
    BookingNotWaiting, BookingOutsideArea, and whatever its office refuses.
    """
    booking = _locked(session, booking_id)
    if booking.status is not BookingStatus.TO_PLACE:
        raise BookingNotWaiting(reference=booking.reference, status=booking.status)
    lookups = Lookups(session, booking.province_code)
    asked = WayAsked(
        mode=booking.mode,
        procedure=booking.procedure,
        office=booking.office,
        held_at=booking.held_at_post_office,
        day=booking.service_date,
    )
    ways = find_ways(lookups, asked, point)
    if ways is None:
        raise BookingNotWaiting(reference=booking.reference, status=booking.status)
    address = booking.address
    address.point = to_geometry(point)
    address.placement = placement
    address.placement_note = None
    _apply(booking, ways)
    session.flush()
    start_carriage(session, booking, ways.office, ways.resolving_office, lookups.calendar)
    return booking


def cancel_booking(session: Session, booking_id: uuid.UUID) -> Booking:
    """Cancel a booking that no plan and no courier has touched; a second call changes nothing.

    Raises BookingNotFound, or BookingUnderWay when a leg is planned, ridden or done: that is the
    dispatcher's to undo.
    """
    booking = _locked(session, booking_id)
    if booking.status is BookingStatus.CANCELLED:
        return booking
    dossiers = select(BookingDossier.dossier_id).where(BookingDossier.booking_id == booking.id)
    session.scalars(
        select(Dossier).where(Dossier.id.in_(dossiers)).order_by(Dossier.id).with_for_update()
    ).all()
    legs = session.scalars(
        select(Leg).where(Leg.dossier_id.in_(dossiers)).order_by(Leg.id).with_for_update()
    ).all()
    if any(leg.status not in (LegStatus.OPEN, LegStatus.CANCELLED) for leg in legs):
        raise BookingUnderWay(reference=booking.reference)
    for leg in legs:
        leg.status = LegStatus.CANCELLED
        leg.version += 1
    booking.status = BookingStatus.CANCELLED
    session.flush()
    return booking


def _way_asked(lookups: Lookups, request: BookingRequest, procedure: Procedure) -> WayAsked:
    office = held_at = None
    if request.office_code is not None:
        office = lookups.get_office(request.office_code)
    if request.held_at_post_office_code is not None:
        held_at = lookups.get_post_office(request.held_at_post_office_code)
    asked = WayAsked(
        mode=request.mode,
        procedure=procedure,
        office=office,
        held_at=held_at,
        day=request.service_date,
    )
    if office is not None and asked.at_counter:
        checks.check_office(office, request.service_date, lookups.calendar)
    return asked


def _new_address(session: Session, request: BookingRequest) -> Address:
    """The door as given, else as looked up, else without a point and with the reason."""
    address = Address(
        province_code=request.province_code,
        text=request.address,
        text_key=address_key(request.address),
    )
    if request.point is not None:
        address.point, address.placement = to_geometry(request.point), Placement.GIVEN
        return address
    located = locate_address(session, request.province_code, request.address)
    address.point = to_geometry(located.point) if located.point else None
    address.placement = located.placement
    address.placement_note = located.note
    return address


def _apply(booking: Booking, ways: Ways) -> None:
    booking.planning_area = ways.area
    booking.office = ways.office
    if ways.unit is not None:
        booking.address.unit_code = ways.unit.code
        booking.address.zone_code = ways.unit.zone_code
    booking.status = BookingStatus.REQUESTED


def _locked(session: Session, booking_id: uuid.UUID) -> Booking:
    booking = session.get(Booking, booking_id, with_for_update=True, populate_existing=True)
    if booking is None:
        raise BookingNotFound(booking=booking_id)
    return booking
