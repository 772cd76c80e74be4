"""Windows to which a booked visit can be moved: the same question as before a booking, already
answered by the booking itself."""

from collections.abc import Mapping
from typing import Any

from backend.booking.models import Booking
from backend.booking.next_visit import list_waiting_visits
from backend.courier_day.rescheduling.preview import visit_of
from backend.courier_day.rescheduling.visit import find_waiting
from backend.planning.slots.errors import DoorUnknown
from backend.planning.slots.offers import find_windows
from mobile_api.access import Role, Scope, access, public
from mobile_api.bookings import blobs, live_roads
from mobile_api.citizen.bookings import own_booking_named
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.links import open_link
from mobile_api.citizen.slot_schemas import NewWindowsRequestSchema, NewWindowsSchema
from mobile_api.citizen.slots import days_asked, shown_day
from mobile_api.problems import language
from mobile_api.rate_limits import limited
from mobile_api.unit import current_session

ASKED_A_MINUTE = 20
"""By one address."""

_REFUSED = "nothing_to_change, visit_not_waiting, courier_at_the_door"


@blueprint.post("/bookings/<reference>/slots")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@blueprint.arguments(NewWindowsRequestSchema)
@blueprint.response(200, NewWindowsSchema)
@blueprint.alt_response(404, description="booking_not_found, visit_not_found")
@blueprint.alt_response(409, description=_REFUSED)
@blueprint.alt_response(422, description="door_unknown, public_holiday, not_a_visit_day")
def windows_for_own(body: Mapping[str, Any], reference: str) -> dict[str, Any]:
    """Windows to which one's own visit can be moved. Its present place counts as taken."""
    return _windows(own_booking_named(reference), body)


@blueprint.post("/follow/<token>/slots")
@public(scope=Scope.TOKEN)
@limited("follow-slots", ASKED_A_MINUTE)
@blueprint.arguments(NewWindowsRequestSchema)
@blueprint.response(200, NewWindowsSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended, visit_not_found")
@blueprint.alt_response(409, description=_REFUSED)
@blueprint.alt_response(422, description="door_unknown, public_holiday, not_a_visit_day")
@blueprint.alt_response(429, description="too_many_requests")
def windows_for_followed(body: Mapping[str, Any], token: str) -> dict[str, Any]:
    """The same by the link of a notice."""
    return _windows(open_link(token), body)


def _windows(booking: Booking, body: Mapping[str, Any]) -> dict[str, Any]:
    session = current_session()
    waiting = find_waiting(session, booking, visit=body.get("visit"))
    if not waiting.legs:  # a dispatcher looks for the door first
        raise DoorUnknown
    visit = visit_of(session, waiting)
    found = find_windows(
        session,
        visit,
        days_asked(body),
        travel=live_roads(booking.province_code),
        blobs=blobs(),
    )
    all_waiting = list_waiting_visits(session, booking)
    moved = {leg.id for leg in waiting.legs}
    return {
        "days": [shown_day(day, language()) for day in found],
        "visit": next(each.id for each in all_waiting if each.id in moved),
        "waiting": all_waiting,
    }
