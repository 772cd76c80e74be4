"""Bookings made at a counter: results to be brought home, and visits for people without a phone."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma

from backend.booking.models import Booking, BookingChannel, BookingMode
from backend.planning.slots.bookings import Maker
from mobile_api.access import Scope, access, current_caller
from mobile_api.booking_schemas import OnBehalfSchema, VisitBookedSchema
from mobile_api.bookings import book_for_somebody
from mobile_api.days import Day
from mobile_api.idempotent import idempotent
from mobile_api.office.door import COUNTER, DESK, blueprint
from mobile_api.wording import about

_REFUSALS = "no_such_window, door_unknown, and what a booking refuses"


class AtDeskSchema(OnBehalfSchema):
    """The result of a case that lies, or will lie, at this office."""

    appointment_on = Day(
        metadata=about("The office's day for the result; nobody comes for it before.", "2026-11-30")
    )

    @ma.validates_schema
    def a_result(self, data: dict[str, object], **_: object) -> None:
        """Whoever files at the desk needs no courier to bring papers."""
        if data.get("mode") is not BookingMode.RETURN:
            raise ma.ValidationError("Must be RETURN at a desk.", "mode")


@blueprint.post("/desks/<office>/bookings")
@access(*DESK, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(AtDeskSchema)
@blueprint.response(201, VisitBookedSchema)
@blueprint.alt_response(404, description="office_not_found, procedure_not_found")
@blueprint.alt_response(409, description="slot_gone, booking_already_open")
@blueprint.alt_response(422, description=_REFUSALS)
def book_return(body: Mapping[str, Any], office: str) -> tuple[Booking, int]:
    """Have a result brought home, for somebody who filed at the counter or online."""
    caller = current_caller()
    maker = Maker(channel=BookingChannel.OFFICE, made_by_account_id=caller.account_id)
    return book_for_somebody(body, maker, caller.province_code, office_code=office), 201


@blueprint.post("/post-offices/<post_office>/bookings")
@access(*COUNTER, scope=Scope.OFFICE)
@idempotent()
@blueprint.arguments(OnBehalfSchema)
@blueprint.response(201, VisitBookedSchema)
@blueprint.alt_response(404, description="post_office_not_found, procedure_not_found")
@blueprint.alt_response(409, description="slot_gone, booking_already_open")
@blueprint.alt_response(422, description=_REFUSALS)
def book_at_post_office(body: Mapping[str, Any], post_office: str) -> tuple[Booking, int]:
    """Book a visit for somebody who stands at the counter."""
    caller = current_caller()
    maker = Maker(channel=BookingChannel.COUNTER, made_by_account_id=caller.account_id)
    return book_for_somebody(body, maker, caller.province_code), 201
