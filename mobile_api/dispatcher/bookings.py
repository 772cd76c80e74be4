"""Bookings that wait for a person's hand."""

from collections.abc import Mapping
from typing import Any

from backend.accounts.views_log import Whose
from backend.booking.models import Booking
from backend.planning.scope import list_seen_to_place
from mobile_api.access import Scope, access, current_caller
from mobile_api.access.viewing import note_viewed, shows_personal
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.layer_schemas import BookingsToPlaceSchema, ProvinceFilterSchema
from mobile_api.unit import current_session


@blueprint.get("/bookings/to-place")
@access(*READERS, scope=Scope.AREA, key="bookings:read")
@shows_personal("address")
@blueprint.arguments(ProvinceFilterSchema, location="query")
@blueprint.response(200, BookingsToPlaceSchema)
def bookings_to_place(_query: Mapping[str, Any]) -> dict[str, list[Booking]]:
    """Bookings whose door could not be placed; they are never put at a ward's centre."""
    found = list_seen_to_place(current_session(), current_caller())
    note_viewed(Whose.BOOKING, [booking.id for booking in found])
    return {"bookings": found}
