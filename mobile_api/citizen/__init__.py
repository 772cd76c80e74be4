"""The citizen's door: procedures, quotes, windows to hold, and what a link may show."""

from mobile_api.citizen import (
    bookings,
    chains,
    feedback,
    follow_links,
    following,
    map_layers,
    procedures,
    quotes,
    slots,
)
from mobile_api.citizen.door import blueprint

__all__ = [
    "blueprint",
    "bookings",
    "chains",
    "feedback",
    "follow_links",
    "following",
    "map_layers",
    "procedures",
    "quotes",
    "slots",
]
