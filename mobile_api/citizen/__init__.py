"""The citizen's door: procedures, quotes, windows to hold, and what a link may show."""

from mobile_api.citizen import (
    address_book,
    bookings,
    chains,
    complaint_files,
    feedback,
    follow_links,
    following,
    map_layers,
    new_windows,
    procedures,
    quotes,
    slots,
    waiting_visits,
)
from mobile_api.citizen.door import blueprint

__all__ = [
    "address_book",
    "blueprint",
    "bookings",
    "chains",
    "complaint_files",
    "feedback",
    "follow_links",
    "following",
    "map_layers",
    "new_windows",
    "procedures",
    "quotes",
    "slots",
    "waiting_visits",
]
