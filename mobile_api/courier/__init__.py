"""The courier's door: a phone registers, and then one call carries its whole day both ways."""

from mobile_api.courier import (
    attachments,
    bookings,
    commands,
    devices,
    positions,
    proofs,
    reconciliation,
    sync,
)
from mobile_api.courier.door import blueprint

__all__ = [
    "attachments",
    "blueprint",
    "bookings",
    "commands",
    "devices",
    "positions",
    "proofs",
    "reconciliation",
    "sync",
]
