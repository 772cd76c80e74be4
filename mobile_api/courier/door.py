"""The blueprint that the views of this door share."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "courier",
    "mobile_api.courier",
    url_prefix="/v1/courier",
    description="Phones of couriers: register a device, send commands, receive the day.",
)
