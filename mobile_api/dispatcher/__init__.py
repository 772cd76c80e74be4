"""The dispatcher's door: plans, their maps and lists, bookings to place, the map's background."""

from mobile_api.dispatcher import (
    arrivals,
    bookings,
    bookings_made,
    closings,
    couriers,
    devices,
    edits,
    feedback,
    forms,
    incidents,
    map_layers,
    personal_views,
    plan_contents,
    plans,
    repairs,
    replans,
    versions,
)
from mobile_api.dispatcher.door import blueprint

__all__ = [
    "arrivals",
    "blueprint",
    "bookings",
    "bookings_made",
    "closings",
    "couriers",
    "devices",
    "edits",
    "feedback",
    "forms",
    "incidents",
    "map_layers",
    "personal_views",
    "plan_contents",
    "plans",
    "repairs",
    "replans",
    "versions",
]
