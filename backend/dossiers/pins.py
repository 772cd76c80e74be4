"""Identity PINs of deliveries: told to the citizen, checked at the door and again by the server.

Six digits, kept as a slow hash only (SYNC §5). On the phone, without signal, the check is advice;
the server decides, and a PIN that does not fit is flagged, never refused.
"""

import hashlib
import hmac
import secrets
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Instant, JsonObject

ITERATIONS = 600_000
"""PBKDF2-HMAC-SHA256 as SYNC §5 demands; some 0.2 s of processor time for each try."""

DIGITS = 6
_SALT_BYTES = 16


class DeliveryPin(Base):
    """The hash of the PIN by which a dossier's result may be given."""

    __tablename__ = "delivery_pin"
    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="sha256_length"),
        CheckConstraint("iterations >= 600000", name="slow_enough"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(_SALT_BYTES))
    iterations: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[Instant]

    def fits(self, typed: str) -> bool:
        """Whether these digits are the PIN; takes as long for a wrong one."""
        return hmac.compare_digest(self.digest, _digest(typed, self.salt, self.iterations))

    def for_phone(self) -> JsonObject:
        """What a phone needs to check it without signal."""
        return {
            "salt": self.salt.hex(),
            "iterations": self.iterations,
            "digest": self.digest.hex(),
        }


def draw_pin() -> tuple[str, bytes, bytes]:
    """A new PIN with its salt and digest. Slow: never inside a transaction that others wait for."""
    pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    salt = secrets.token_bytes(_SALT_BYTES)
    return pin, salt, _digest(pin, salt, ITERATIONS)


def _digest(pin: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, iterations)
