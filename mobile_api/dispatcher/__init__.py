"""The dispatcher's door: plans, their maps and lists, bookings to place, the map's background."""

from mobile_api.openapi import Blueprint

blueprint = Blueprint(
    "dispatcher",
    __name__,
    url_prefix="/v1/dispatcher",
    description="Plan the day, follow the search, publish, and see what is left and why.",
)

from mobile_api.dispatcher import bookings, map_layers, plan_contents, plans  # noqa: E402

__all__ = ["blueprint", "bookings", "map_layers", "plan_contents", "plans"]
