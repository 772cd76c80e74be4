"""Rate a visit and complain, by the follow link or as the signed-in owner of the booking."""

from collections.abc import Mapping
from typing import Any

from flask import after_this_request

from backend.booking.models import Booking
from backend.courier_day.feedback.complaints import complain
from backend.courier_day.feedback.models import Complaint, Rating
from backend.courier_day.feedback.ratings import rate_visit
from mobile_api.access import Role, Scope, access, public
from mobile_api.citizen.bookings import own_booking_named
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.feedback_schemas import (
    CitizenComplaintRequestSchema,
    CitizenComplaintSchema,
    RatingRequestSchema,
    RatingSchema,
)
from mobile_api.citizen.following import keep_nowhere
from mobile_api.citizen.links import by_link, open_link
from mobile_api.idempotent import idempotent
from mobile_api.rate_limits import limited
from mobile_api.unit import current_session

WRITTEN_A_MINUTE = 10
"""By one address; nobody writes faster by hand."""


@blueprint.post("/follow/<token>/ratings")
@public(scope=Scope.TOKEN)
@limited("feedback", WRITTEN_A_MINUTE)
@idempotent(caller=by_link)
@blueprint.arguments(RatingRequestSchema)
@blueprint.response(201, RatingSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended, visit_not_found")
@blueprint.alt_response(409, description="already_rated, too_late_to_rate")
@blueprint.alt_response(429, description="too_many_requests")
def rate(body: Mapping[str, Any], token: str) -> tuple[Rating, int]:
    """Rate one visit of the courier, once."""
    return _rated(open_link(token), body)


@blueprint.post("/bookings/<reference>/ratings")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@idempotent()
@blueprint.arguments(RatingRequestSchema)
@blueprint.response(201, RatingSchema)
@blueprint.alt_response(404, description="booking_not_found, visit_not_found")
@blueprint.alt_response(409, description="already_rated, too_late_to_rate")
def rate_own(body: Mapping[str, Any], reference: str) -> tuple[Rating, int]:
    """Rate one visit at one's own booking, once."""
    return _rated(own_booking_named(reference), body)


@blueprint.post("/follow/<token>/complaints")
@public(scope=Scope.TOKEN)
@limited("feedback", WRITTEN_A_MINUTE)
@idempotent(caller=by_link)
@blueprint.arguments(CitizenComplaintRequestSchema)
@blueprint.response(201, CitizenComplaintSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended")
@blueprint.alt_response(409, description="complaint_too_late")
@blueprint.alt_response(422, description="item_not_in_booking, attachment_not_sent")
@blueprint.alt_response(429, description="too_many_requests")
def make_complaint(body: Mapping[str, Any], token: str) -> tuple[Complaint, int]:
    """Complain about a booking: it gets a number and a day by which it is answered."""
    return _complained(open_link(token), body)


@blueprint.post("/bookings/<reference>/complaints")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@idempotent()
@blueprint.arguments(CitizenComplaintRequestSchema)
@blueprint.response(201, CitizenComplaintSchema)
@blueprint.alt_response(404, description="booking_not_found")
@blueprint.alt_response(409, description="complaint_too_late")
@blueprint.alt_response(422, description="item_not_in_booking, attachment_not_sent")
def complain_about_own(body: Mapping[str, Any], reference: str) -> tuple[Complaint, int]:
    """Complain about one's own booking."""
    return _complained(own_booking_named(reference), body)


def _rated(booking: Booking, body: Mapping[str, Any]) -> tuple[Rating, int]:
    after_this_request(keep_nowhere)
    rating = rate_visit(
        current_session(),
        booking,
        body["stop"],
        score=body["score"],
        reasons=body["reasons"],
        text=body["text"],
    )
    return rating, 201


def _complained(booking: Booking, body: Mapping[str, Any]) -> tuple[Complaint, int]:
    after_this_request(keep_nowhere)
    made = complain(
        current_session(),
        booking,
        kind=body["kind"],
        text=body["text"],
        item_code=body.get("item_code"),
        attachments=body["attachments"],
    )
    return made, 201
