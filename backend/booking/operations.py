"""Book a visit and place it: the one set of verbs that API, import and demo day use."""

import uuid
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.booking.carriage import Start, start_carriages
from backend.booking.errors import BookingNotFound, BookingNotWaiting
from backend.booking.intake import follow, judge, write
from backend.booking.lookups import Lookups
from backend.booking.models import Booking, BookingMode, BookingStatus
from backend.booking.requests import BookingRequest
from backend.booking.ways import WayAsked, Ways, find_ways
from backend.places.models import Placement, PostOffice
from backend.places.points import to_geometry
from geodata.point import Point


def book_visit(session: Session, request: BookingRequest) -> Booking:
    """Check a request whole, then write booking, contact, address, dossiers and legs.

    The same reference again returns the booking that is there, and raises ReferenceTaken when it
    asks for something else. An address that nobody can place makes a booking TO_PLACE, without
    dossiers and legs; `place_address` goes on from there. Raises what `intake.judge` raises; then
    nothing is written.
    """
    lookups = Lookups(session, request.province_code)
    judged = judge(session, request, lookups)
    write(session, [judged], lookups)
    return judged.booking


def book_at_counter(session: Session, request: BookingRequest) -> Booking:
    """As `book_visit`, for papers that a citizen has just laid on a post office's counter.

    The post office is `held_at_post_office_code`; the citizen is the keeper until the clerk has
    counted and sealed them. Raises what `book_visit` raises.
    """
    lookups = Lookups(session, request.province_code)
    judged = judge(session, request, lookups)
    write(session, [judged], lookups, on_counter=True)
    return judged.booking


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


def get_booking_by_reference(session: Session, province_code: str, reference: str) -> Booking:
    """The same; raises BookingNotFound."""
    found = find_booking_by_reference(session, province_code, reference)
    if found is None:
        raise BookingNotFound(booking=reference)
    return found


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
    _begin(session, lookups, booking, ways)
    return booking


def bring_to_counter(
    session: Session, booking_id: uuid.UUID, post_office: PostOffice, today: date
) -> Booking:
    """A citizen whose door nobody has found brings the papers to a counter: they begin there.

    The citizen is the keeper until the clerk has counted them; a result that was to come home
    waits at this counter. Raises BookingNotFound, BookingNotWaiting (placed already, or papers
    that are not the citizen's to bring), and whatever its office refuses.
    """
    booking = _locked(session, booking_id)
    lookups = Lookups(session, booking.province_code)
    wait = 0 if booking.procedure.same_day_result else 1
    day = max(booking.service_date, lookups.calendar.add_working_days(today, wait))
    asked = WayAsked(
        mode=booking.mode,
        procedure=booking.procedure,
        office=booking.office,
        held_at=post_office,
        day=day,
    )
    waits = booking.status is BookingStatus.TO_PLACE and booking.mode is not BookingMode.RETURN
    ways = find_ways(lookups, asked, None) if waits else None
    if ways is None:
        raise BookingNotWaiting(reference=booking.reference, status=booking.status)
    booking.held_at_post_office, booking.service_date = post_office, day
    if booking.mode is BookingMode.BOTH:
        booking.pick_up_at_post_office_id = post_office.id
    _begin(session, lookups, booking, ways, on_counter=True)
    return booking


def _begin(
    session: Session, lookups: Lookups, booking: Booking, ways: Ways, *, on_counter: bool = False
) -> None:
    """A booking that waited gets its ways, dossiers and legs."""
    follow(booking, ways)
    session.flush()
    start = Start(
        booking=booking,
        office=ways.office,
        resolving_office=ways.resolving_office,
        remote=lookups.find_remote_area(booking.address.zone_code),
        on_counter=on_counter,
    )
    start_carriages(session, [start], lookups.calendar)


def _locked(session: Session, booking_id: uuid.UUID) -> Booking:
    booking = session.get(Booking, booking_id, with_for_update=True, populate_existing=True)
    if booking is None:
        raise BookingNotFound(booking=booking_id)
    return booking
