"""The visits that a booking waits for, to choose the one that shall be moved or cancelled."""

from backend.booking.models import Booking
from backend.booking.next_visit import WaitingVisit, list_waiting_visits
from mobile_api.access import Role, Scope, access, public
from mobile_api.change_schemas import WaitingVisitsSchema
from mobile_api.citizen.bookings import own_booking_named
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.links import open_link
from mobile_api.rate_limits import limited
from mobile_api.unit import current_session

ASKED_A_MINUTE = 60
"""By one address."""


@blueprint.get("/bookings/<reference>/visits")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@blueprint.response(200, WaitingVisitsSchema)
@blueprint.alt_response(404, description="booking_not_found")
def visits_of_own(reference: str) -> dict[str, tuple[WaitingVisit, ...]]:
    """The visits at the door that one's own booking waits for; none when it is over."""
    return _waiting(own_booking_named(reference))


@blueprint.get("/follow/<token>/visits")
@public(scope=Scope.TOKEN)
@limited("follow-visits", ASKED_A_MINUTE)
@blueprint.response(200, WaitingVisitsSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended")
@blueprint.alt_response(429, description="too_many_requests")
def visits_of_followed(token: str) -> dict[str, tuple[WaitingVisit, ...]]:
    """The same by the link of a notice."""
    return _waiting(open_link(token))


def _waiting(booking: Booking) -> dict[str, tuple[WaitingVisit, ...]]:
    return {"waiting": list_waiting_visits(current_session(), booking)}
