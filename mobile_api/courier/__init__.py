"""The courier's door: a phone registers, and then one call carries its whole day both ways."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "courier",
    __name__,
    url_prefix="/v1/courier",
    description="Phones of couriers: register a device, send commands, receive the day.",
)

from mobile_api.courier import commands, devices, sync  # noqa: E402

__all__ = ["blueprint", "commands", "devices", "sync"]
