"""Identity PINs of deliveries: told to the citizen, checked at the door and again by the server.

Six digits, kept as a slow hash only (SYNC §5). On the phone, without signal, the check is advice;
the server decides, and a PIN that does not fit is flagged, never refused.
"""

import hashlib
import hmac
import secrets
import uuid

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    LargeBinary,
    literal_column,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.database import Base, Instant, JsonObject

ITERATIONS = 600_000
"""PBKDF2-HMAC-SHA256 as SYNC §5 demands; some 0.2 s of processor time for each try."""

MOST_TRIES = 5
"""Wrong PINs that are looked at in the life of one, whatever comes between them."""

_SPENT = f"tries >= {MOST_TRIES}"
"""As a constant: PostgreSQL would not use the index for a parameter."""

DIGITS = 6
_SALT_BYTES = 16


class DeliveryPin(Base):
    """The hash of the PIN by which a dossier's result may be given."""

    __tablename__ = "delivery_pin"
    __table_args__ = (
        CheckConstraint("octet_length(digest) = 32", name="sha256_length"),
        CheckConstraint("iterations >= 600000", name="slow_enough"),
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        Index("ix_delivery_pin_spent", "dossier_id", postgresql_where=sql(_SPENT)),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    salt: Mapped[bytes] = mapped_column(LargeBinary(_SALT_BYTES))
    iterations: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    made_at: Mapped[Instant]
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong PINs, and those that somebody is looking at right now."""

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


def is_spent() -> ColumnElement[bool]:
    """PINs at which nobody looks any more: few, and found by an index of their own."""
    return DeliveryPin.tries >= literal_column(str(MOST_TRIES))


def take_try(session: Session, dossier_id: uuid.UUID) -> bool:
    """One of the few looks at a PIN, taken before it is looked at; False once they are spent.

    Whoever refuses after a wrong PIN calls it in a transaction of its own: the try stays counted,
    and of many at once no more are looked at than of one after the other.
    """
    taken = session.execute(
        update(DeliveryPin)
        .where(DeliveryPin.dossier_id == dossier_id, DeliveryPin.tries < MOST_TRIES)
        .values(tries=DeliveryPin.tries + 1)
        .returning(DeliveryPin.dossier_id)
    )
    return taken.first() is not None


def give_back(session: Session, dossier_id: uuid.UUID) -> None:
    """The PIN was right: its try does not count."""
    session.execute(
        update(DeliveryPin)
        .where(DeliveryPin.dossier_id == dossier_id, DeliveryPin.tries > 0)
        .values(tries=DeliveryPin.tries - 1)
    )


def draw_pin() -> tuple[str, bytes, bytes]:
    """A new PIN with its salt and digest. Slow: never inside a transaction that others wait for."""
    pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    salt = secrets.token_bytes(_SALT_BYTES)
    return pin, salt, _digest(pin, salt, ITERATIONS)


def _digest(pin: str, salt: bytes, iterations: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, iterations)
