"""The office's door: counters of post offices and desks of one-stop offices."""

from mobile_api.office import (
    bookings,
    intakes,
    money,
    pictures,
    receipts,
    results,
    safes,
    transfers,
)
from mobile_api.office.door import blueprint

__all__ = [
    "blueprint",
    "bookings",
    "intakes",
    "money",
    "pictures",
    "receipts",
    "results",
    "safes",
    "transfers",
]
