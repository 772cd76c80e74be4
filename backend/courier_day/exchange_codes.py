"""The code that one phone shows another where there is no signal, signed by the giver's device.

Either upload opens the transfer and the second one confirms it (SYNC §7). The code names the
dossiers and a number used once; the key pair was made by the phone and never left it.
"""

import base64
import binascii
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import ForeignKey, String, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.accounts.models import Device
from backend.database import Base, Instant
from backend.fleet.models import Courier

PURPOSE = "tannoi.custody.offer.1"
"""What the signature is about: it fits nothing else that the key may sign."""

_KEY_BYTES, _SIGNATURE_BYTES = 32, 64


class ExchangeCode(Base):
    """A code by which papers changed hands before, or without, the giver's own upload."""

    __tablename__ = "exchange_code"

    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    nonce: Mapped[str] = mapped_column(String(40), primary_key=True)
    receiver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"))
    dossier_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    accepted_at: Mapped[Instant]
    confirmed_at: Mapped[Instant | None]
    """When the giver's phone told the same."""


class CodeVerdict(StrEnum):
    """What a code is worth."""

    GOOD = "GOOD"
    INVALID = "exchange_code_invalid"
    """Not signed by this device over these dossiers, or no device of the giver's."""
    UNVERIFIABLE = "exchange_code_unverifiable"
    """The device registered no Ed25519 key."""
    REUSED = "exchange_code_reused"
    """Somebody else has shown it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCode:
    """What the receiver's phone read from the giver's screen. `signature` in base64."""

    device_id: uuid.UUID
    nonce: str
    signature: str


def signed_bytes(device_id: uuid.UUID, nonce: str, dossiers: Collection[uuid.UUID]) -> bytes:
    """What the giver's phone signs: JCS (RFC 8785), dossiers in the order of their ids."""
    return rfc8785.dumps(
        {
            "purpose": PURPOSE,
            "device": str(device_id),
            "nonce": nonce,
            "dossiers": sorted(str(each) for each in dossiers),
        }
    )


def judge_code(
    session: Session,
    code: ShownCode,
    *,
    giver: Courier,
    receiver: Courier,
    dossiers: Collection[uuid.UUID],
) -> CodeVerdict:
    """Whether the giver's device offered exactly these dossiers by this code."""
    device = session.get(Device, code.device_id)
    if device is None or device.person_id != giver.person_id:
        return CodeVerdict.INVALID
    key = _decoded(device.public_key, _KEY_BYTES)
    if key is None:
        return CodeVerdict.UNVERIFIABLE
    signature = _decoded(code.signature, _SIGNATURE_BYTES)
    if signature is None:
        return CodeVerdict.INVALID
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(
            signature, signed_bytes(device.id, code.nonce, dossiers)
        )
    except InvalidSignature:
        return CodeVerdict.INVALID
    known = session.get(ExchangeCode, (device.id, code.nonce))
    if known is not None and known.receiver_id != receiver.id:
        return CodeVerdict.REUSED
    return CodeVerdict.GOOD


def _decoded(text: str, length: int) -> bytes | None:
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == length else None
