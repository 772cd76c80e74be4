"""From requests to rows: each judged whole by reading alone, then many written together."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking import checks
from backend.booking.carriage import Start, start_carriages
from backend.booking.lookups import Lookups
from backend.booking.models import Booking, BookingStatus, Contact
from backend.booking.repeats import refuse_second, same_or_refused
from backend.booking.requests import BookingRequest
from backend.booking.ways import WayAsked, Ways, find_ways
from backend.catalogue.models import Procedure
from backend.dossiers.portal_codes import parse_portal_code
from backend.places.geocoding import address_key, locate_address
from backend.places.models import Address, Placement
from backend.places.points import find_point, to_geometry


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A request that may be booked: a booking not yet written, or the one that was there before.

    `ways` is None for a booking that waits until its door is found.
    """

    booking: Booking
    ways: Ways | None = None
    is_new: bool


def judge(session: Session, request: BookingRequest, lookups: Lookups) -> Judged:
    """The booking that a request makes, in memory only; `write` makes it real.

    `lookups` are those of the request's province and of this session. Raises the errors of
    `booking.errors`, ProcedureNotFound, OfficeNotFound, PostOfficeNotFound, NoCompetentOffice.
    """
    checks.check_fields(request)
    lookups.claim([request.reference])
    if known := lookups.find_claimed(request.reference):
        return Judged(booking=same_or_refused(known, request), is_new=False)
    checks.check_time(request)
    checks.check_day(request.service_date, lookups.calendar)
    procedure = lookups.get_procedure(request.procedure_code, request.service_date)
    checks.check_procedure(procedure)
    refuse_second(request, procedure, lookups)
    asked = _way_asked(lookups, request, procedure)
    address = _new_address(session, request)
    ways = find_ways(lookups, asked, find_point(address.point))
    booking = _new_booking(request, asked, address)
    if ways is not None:
        follow(booking, ways)
    lookups.note_open(booking)
    return Judged(booking=booking, ways=ways, is_new=True)


def write(
    session: Session, judged: Sequence[Judged], lookups: Lookups, *, on_counter: bool = False
) -> None:
    """Write the new ones among them with their dossiers and legs, and flush.

    Many at once take no more statements than one. on_counter: see `Start`.
    """
    new = [each for each in judged if each.is_new]
    session.add_all(each.booking for each in new)
    session.flush()
    starts = [
        Start(
            booking=each.booking,
            office=each.ways.office,
            resolving_office=each.ways.resolving_office,
            remote=lookups.find_remote_area(each.booking.address.zone_code),
            on_counter=on_counter,
        )
        for each in new
        if each.ways is not None
    ]
    start_carriages(session, starts, lookups.calendar)
    for each in new:
        lookups.note_booked(each.booking)


def follow(booking: Booking, ways: Ways) -> None:
    """Set a booking on its ways: it can be planned."""
    booking.planning_area = ways.area
    booking.office = ways.office
    if ways.unit is not None:
        booking.address.unit_code = ways.unit.code
        booking.address.zone_code = ways.unit.zone_code
    booking.status = BookingStatus.REQUESTED


def _new_booking(request: BookingRequest, asked: WayAsked, address: Address) -> Booking:
    return Booking(
        province_code=request.province_code,
        reference=request.reference,
        mode=request.mode,
        channel=request.channel,
        status=BookingStatus.TO_PLACE,
        contact=Contact(
            province_code=request.province_code,
            full_name=request.applicant_name,
            phone=request.phone,
            language=request.language,
        ),
        address=address,
        procedure=asked.procedure,
        office=asked.office,
        held_at_post_office=asked.held_at,
        dossier_count=request.dossier_count,
        portal_code=_portal_code(request),
        service_date=request.service_date,
        slot_start=request.slot_start,
        slot_end=request.slot_end,
        ready_at=request.ready_at,
        expected_fee_vnd=request.expected_fee_vnd,
        visit_id=request.visit_id,
        owner_account_id=request.owner_account_id,
        made_by_account_id=request.made_by_account_id,
        special_needs=request.special_needs,
        source=request.source,
        source_status=request.source_status,
        created_at=request.booked_at or clock.now(),
    )


def _portal_code(request: BookingRequest) -> str | None:
    """As one spelling; what cannot be read is kept as text and refuses nobody."""
    code = parse_portal_code(request.portal_code) if request.portal_code else None
    return code.text if code else None


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
    """The door as given, else as looked up, else without a point and with the reason; that of
    the same visit, if another booking has made it."""
    if known := _address_of_visit(session, request):
        return known
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


def _address_of_visit(session: Session, request: BookingRequest) -> Address | None:
    if request.visit_id is None:
        return None
    return session.scalars(
        select(Address)
        .join(Booking, Booking.address_id == Address.id)
        .where(Booking.visit_id == request.visit_id)
        .limit(1)
    ).first()
