"""Bookings on behalf of people who call, and their changes."""

from collections.abc import Mapping
from typing import Any

from backend.booking.errors import BookingNotFound, BookingOutsideArea
from backend.booking.models import Booking, BookingChannel
from backend.booking.operations import find_booking_by_reference
from backend.courier_day.rescheduling.preview import Preview
from backend.places.scope import seen_areas
from backend.planning.slots.bookings import Maker
from mobile_api.access import Role, Scope, access, current_caller
from mobile_api.booking_schemas import BookingSchema, OnBehalfSchema, VisitBookedSchema
from mobile_api.bookings import book_for_somebody, change, say_what_changes
from mobile_api.change_schemas import JudgedChangeSchema, RoutesPreviewSchema
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.idempotent import idempotent
from mobile_api.unit import current_session

_CHANGES = "nothing_to_change, visit_not_waiting, papers_collected, courier_at_the_door, slot_gone"


@blueprint.post("/bookings")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(OnBehalfSchema)
@blueprint.response(201, VisitBookedSchema)
@blueprint.alt_response(404, description="procedure_not_found, office_not_found")
@blueprint.alt_response(409, description="slot_gone, booking_already_open")
@blueprint.alt_response(422, description="no_such_window, door_unknown, and what a booking refuses")
def book_by_telephone(body: Mapping[str, Any]) -> tuple[Booking, int]:
    """Book for somebody on the telephone; without a window the plan chooses the time."""
    caller = current_caller()
    maker = Maker(channel=BookingChannel.PHONE, made_by_account_id=caller.account_id)
    booking = book_for_somebody(body, maker, caller.province_code)
    areas = seen_areas(current_session(), caller)
    if areas is not None and booking.planning_area_id not in {*areas, None}:
        raise BookingOutsideArea(province=caller.province_code, point=body["address"])
    return booking, 201


@blueprint.get("/bookings/<reference>")
@access(*READERS, scope=Scope.AREA)
@blueprint.response(200, VisitBookedSchema)
@blueprint.alt_response(404, description="booking_not_found")
def show_booking(reference: str) -> Booking:
    """A booking with the others of its visit."""
    return _booking(reference)


@blueprint.post("/bookings/<reference>/preview")
@access(Role.DISPATCHER, scope=Scope.AREA)
@blueprint.arguments(JudgedChangeSchema)
@blueprint.response(200, RoutesPreviewSchema)
@blueprint.alt_response(404, description="booking_not_found, visit_not_found")
@blueprint.alt_response(409, description=_CHANGES)
@blueprint.alt_response(422, description="no_such_window, and what a booking refuses")
def preview_change_of_booking(body: Mapping[str, Any], reference: str) -> Preview:
    """What moving or cancelling changes, by whose route, and what it costs; nothing is done."""
    return say_what_changes(_booking(reference), body)


@blueprint.post("/bookings/<reference>/change")
@access(Role.DISPATCHER, scope=Scope.AREA)
@idempotent()
@blueprint.arguments(JudgedChangeSchema)
@blueprint.response(200, BookingSchema)
@blueprint.alt_response(404, description="booking_not_found, visit_not_found")
@blueprint.alt_response(409, description=_CHANGES)
@blueprint.alt_response(412, description="precondition_failed: it would change something else now")
@blueprint.alt_response(422, description="no_such_window, and what a booking refuses")
@blueprint.alt_response(428, description="precondition_required")
def change_booking(body: Mapping[str, Any], reference: str) -> Booking:
    """Move or cancel as the preview said; If-Match names the ETag of that preview."""
    return change(_booking(reference), body)


def _booking(reference: str) -> Booking:
    """Whose it is was judged by the declaration."""
    found = find_booking_by_reference(current_session(), current_caller().province_code, reference)
    if found is None:
        raise BookingNotFound(booking=reference)
    return found
