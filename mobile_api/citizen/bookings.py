"""One's own bookings: list, show, move, cancel; by account, or by the link of a notice."""

from collections.abc import Mapping
from typing import Any

from backend.booking.models import Booking
from backend.booking.owned import get_owned, list_owned
from backend.courier_day.rescheduling.preview import Preview
from mobile_api.access import Role, Scope, access, current_caller, public
from mobile_api.booking_schemas import (
    BookingListSchema,
    BookingSchema,
    OwnVisitSchema,
)
from mobile_api.bookings import change, say_what_changes
from mobile_api.change_schemas import ChangeSchema, PreviewSchema
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.links import by_link, open_link
from mobile_api.idempotent import idempotent
from mobile_api.rate_limits import limited
from mobile_api.supplements import (
    INVALID,
    REFUSED,
    OwnSupplementSchema,
    SupplementSchema,
    bring,
)
from mobile_api.unit import current_session

_REFUSED = "nothing_to_change, visit_not_waiting, papers_collected, courier_at_the_door, slot_gone"
_INVALID = "no_such_window, door_unknown, public_holiday, not_a_visit_day, office_closed_all_day"
_BY_LINK_A_MINUTE = 20


@blueprint.get("/bookings")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@blueprint.response(200, BookingListSchema)
def own_bookings() -> dict[str, list[Booking]]:
    """The bookings of one's account, the newest first."""
    return {"bookings": list_owned(current_session(), current_caller().account_id)}


@blueprint.get("/bookings/<reference>")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@blueprint.response(200, OwnVisitSchema)
@blueprint.alt_response(404, description="booking_not_found")
def own_booking(reference: str) -> Booking:
    """One of them, with the others of its visit."""
    return own_booking_named(reference)


@blueprint.post("/bookings/<reference>/preview")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@blueprint.arguments(ChangeSchema)
@blueprint.response(200, PreviewSchema)
@blueprint.alt_response(404, description="booking_not_found, visit_not_found")
@blueprint.alt_response(409, description=_REFUSED)
@blueprint.alt_response(422, description=_INVALID)
def preview_own_change(body: Mapping[str, Any], reference: str) -> Preview:
    """What moving or cancelling changes, for whom, and what it costs; nothing is done."""
    return say_what_changes(own_booking_named(reference), body)


@blueprint.post("/bookings/<reference>/change")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@idempotent()
@blueprint.arguments(ChangeSchema)
@blueprint.response(200, BookingSchema)
@blueprint.alt_response(404, description="booking_not_found, visit_not_found")
@blueprint.alt_response(409, description=_REFUSED)
@blueprint.alt_response(412, description="precondition_failed: it would change something else now")
@blueprint.alt_response(422, description=_INVALID)
@blueprint.alt_response(428, description="precondition_required")
def change_own(body: Mapping[str, Any], reference: str) -> Booking:
    """Move or cancel as the preview said; If-Match names the ETag of that preview."""
    return change(own_booking_named(reference), body)


@blueprint.post("/bookings/<reference>/supplements")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@idempotent()
@blueprint.arguments(OwnSupplementSchema)
@blueprint.response(201, SupplementSchema)
@blueprint.alt_response(404, description="booking_not_found")
@blueprint.alt_response(409, description=REFUSED)
@blueprint.alt_response(422, description=INVALID)
def bring_missing_papers(body: Mapping[str, Any], reference: str) -> tuple[dict[str, Any], int]:
    """Have papers collected that the office asked for: they join the same case."""
    return bring(own_booking_named(reference), body), 201


@blueprint.post("/follow/<token>/supplements")
@public(scope=Scope.TOKEN)
@limited("follow-change", _BY_LINK_A_MINUTE)
@idempotent(caller=by_link)
@blueprint.arguments(OwnSupplementSchema)
@blueprint.response(201, SupplementSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended")
@blueprint.alt_response(409, description=REFUSED)
@blueprint.alt_response(422, description=INVALID)
@blueprint.alt_response(429, description="too_many_requests")
def bring_missing_by_link(body: Mapping[str, Any], token: str) -> tuple[dict[str, Any], int]:
    """The same by the link of a notice."""
    return bring(open_link(token), body), 201


@blueprint.post("/follow/<token>/preview")
@public(scope=Scope.TOKEN)
@limited("follow-change", _BY_LINK_A_MINUTE)
@blueprint.arguments(ChangeSchema)
@blueprint.response(200, PreviewSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended, visit_not_found")
@blueprint.alt_response(409, description=_REFUSED)
@blueprint.alt_response(422, description=_INVALID)
@blueprint.alt_response(429, description="too_many_requests")
def preview_followed_change(body: Mapping[str, Any], token: str) -> Preview:
    """The same by the link of a notice."""
    return say_what_changes(open_link(token), body)


@blueprint.post("/follow/<token>/change")
@public(scope=Scope.TOKEN)
@limited("follow-change", _BY_LINK_A_MINUTE)
@idempotent(caller=by_link)
@blueprint.arguments(ChangeSchema)
@blueprint.response(200, BookingSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended, visit_not_found")
@blueprint.alt_response(409, description=_REFUSED)
@blueprint.alt_response(412, description="precondition_failed: it would change something else now")
@blueprint.alt_response(422, description=_INVALID)
@blueprint.alt_response(428, description="precondition_required")
@blueprint.alt_response(429, description="too_many_requests")
def change_followed(body: Mapping[str, Any], token: str) -> Booking:
    """Move or cancel by the link of a notice."""
    return change(open_link(token), body)


def own_booking_named(reference: str) -> Booking:
    caller = current_caller()
    return get_owned(current_session(), caller.account_id, caller.province_code, reference)
