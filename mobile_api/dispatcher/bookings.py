"""Bookings that wait for a person's hand."""

from collections.abc import Mapping
from typing import Any

from backend.booking.models import Booking
from backend.booking.operations import list_to_place
from mobile_api.access import Scope, access, current_province
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.dispatcher.layer_schemas import BookingsToPlaceSchema, ProvinceFilterSchema
from mobile_api.unit import current_session


@blueprint.get("/bookings/to-place")
@access(*READERS, scope=Scope.AREA)
@blueprint.arguments(ProvinceFilterSchema, location="query")
@blueprint.response(200, BookingsToPlaceSchema)
def bookings_to_place(query: Mapping[str, Any]) -> dict[str, list[Booking]]:
    """Bookings whose door could not be placed; they are never put at a ward's centre."""
    province = current_province(query)
    return {"bookings": list_to_place(current_session(), province)}
