"""The bytes of a custody event and their hash, so that anyone can recompute a chain.

hash = SHA-256(0x00 ‖ prev ‖ JCS(event without hash)), JCS = RFC 8785 (SYNC §9).
"""

import hashlib
from datetime import UTC, datetime

import rfc8785

from backend.database import JsonObject
from backend.dossiers.models import CustodyEvent

GENESIS = bytes(32)
"""`prev` of the first event of every dossier."""


def event_json(event: CustodyEvent) -> JsonObject:
    """Everything that the hash of an event covers: ids, enums and instants, no personal data."""
    return {
        "dossier": str(event.dossier_id),
        "n": event.n,
        "type": event.type.value,
        "state": event.state.value,
        "from": {"kind": event.from_kind.value, "id": str(event.from_id)},
        "to": {"kind": event.to_kind.value, "id": str(event.to_id)},
        "command_id": _text(event.command_id),
        "ordinal": event.ordinal,
        "device": _text(event.device_id),
        "actor": _text(event.actor_id),
        "at": instant_text(event.at),
        "at_quality": event.at_quality.value,
        "received_at": instant_text(event.received_at),
        "place": event.place_kind and {"kind": event.place_kind.value, "id": str(event.place_id)},
        "seal": event.seal,
        "reason": event.reason,
        "blobs": list(event.blob_hashes),
        "corrects": event.corrects_n,
        "prev": event.prev.hex(),
    }


def event_hash(event: CustodyEvent) -> bytes:
    """SHA-256 (32 bytes) of an event whose other fields are complete."""
    return hash_of(event.prev, event_json(event))


def hash_of(prev: bytes, event: JsonObject) -> bytes:
    """The same from the JSON form: what a reader outside of this program computes."""
    return hashlib.sha256(b"\x00" + prev + rfc8785.dumps(event)).digest()


def instant_text(instant: datetime) -> str:
    """UTC with exactly six decimals, so that one instant has one spelling."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
