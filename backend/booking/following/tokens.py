"""The secrets of follow links. The database keeps their hashes: a stolen copy opens nothing.

A notice that carries a link carries a new one, so that nothing needs to be kept readable.
"""

import base64
import hashlib
import re
import secrets
import uuid

from sqlalchemy import ForeignKey, Index, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.booking.models import Booking
from backend.database import Base, Instant

_TOKEN_BYTES = 15
"""120 bits: 24 letters and digits, nobody's to guess; so the hash needs neither salt nor time."""

_FORM = re.compile(r"[a-z2-7]{24}")


class FollowToken(Base):
    """One link to one booking."""

    __tablename__ = "follow_token"
    __table_args__ = (Index("ix_follow_token_booking_id", "booking_id"),)

    digest: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    """SHA-256 of the token."""
    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("booking.id"))
    made_at: Mapped[Instant]


def make_token(session: Session, booking_id: uuid.UUID) -> str:
    """A new link to a booking; the only time that its token is readable."""
    token = draw_token()
    keep_token(session, booking_id, token)
    return token


def draw_token() -> str:
    """A token that belongs to nothing yet."""
    return base64.b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode().lower()


def keep_token(session: Session, booking_id: uuid.UUID, token: str) -> None:
    """From now on the token opens this booking."""
    session.add(FollowToken(digest=_digest(token), booking_id=booking_id, made_at=clock.now()))


def find_followed(session: Session, token: str) -> Booking | None:
    """The booking behind a token; None for a wrong one, whatever is wrong with it."""
    plain = token.strip().lower()
    if not _FORM.fullmatch(plain):
        return None
    return session.scalars(
        select(Booking)
        .join(FollowToken, FollowToken.booking_id == Booking.id)
        .where(FollowToken.digest == _digest(plain))
    ).first()


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
