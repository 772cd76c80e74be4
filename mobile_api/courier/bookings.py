"""Bookings that a courier makes at the door for whoever asks: another visit, or a neighbour's."""

from collections.abc import Mapping
from typing import Any

from backend.booking.models import Booking, BookingChannel
from backend.planning.slots.bookings import Maker
from mobile_api.access import Role, Scope, access, current_caller
from mobile_api.booking_schemas import OnBehalfSchema, VisitBookedSchema
from mobile_api.bookings import book_for_somebody
from mobile_api.courier.callers import calling_courier
from mobile_api.courier.door import blueprint
from mobile_api.idempotent import idempotent


@blueprint.post("/bookings")
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@idempotent()
@blueprint.arguments(OnBehalfSchema)
@blueprint.response(201, VisitBookedSchema)
@blueprint.alt_response(404, description="procedure_not_found, office_not_found")
@blueprint.alt_response(409, description="slot_gone, booking_already_open")
@blueprint.alt_response(422, description="no_such_window, door_unknown, and what a booking refuses")
def book_at_the_door(body: Mapping[str, Any]) -> tuple[Booking, int]:
    """Book for somebody at the door. It needs a connection: a window is sold while it is asked."""
    maker = Maker(channel=BookingChannel.APP, made_by_account_id=current_caller().account_id)
    return book_for_somebody(body, maker, calling_courier().province_code), 201
