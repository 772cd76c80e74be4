"""The courier's door: a phone registers, and then one call carries its whole day both ways."""

from mobile_api.courier import commands, devices, positions, proofs, sync
from mobile_api.courier.door import blueprint

__all__ = ["blueprint", "commands", "devices", "positions", "proofs", "sync"]
