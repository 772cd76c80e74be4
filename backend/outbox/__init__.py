"""What leaves the system (SMS, webhooks) is a row first, sent by the worker after the commit.

A message is sent at least once; its id goes with it, so that a receiver can drop a double.
`backend.outbox.sending` is the worker's half.
"""

import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import (
    Base,
    Identified,
    InProvince,
    Instant,
    JsonObject,
    enum_column,
    new_id,
)

SECRET = "secret_"
"""How the name of a part of `content` begins that is forgotten once it was sent, or given up."""


class Channel(StrEnum):
    """Which kind of provider takes a message."""

    SMS = "SMS"
    WEBHOOK = "WEBHOOK"


class MessageStatus(StrEnum):
    """WAITING until sent, or until a person must look."""

    WAITING = "WAITING"
    SENT = "SENT"
    GIVEN_UP = "GIVEN_UP"


class OutboxMessage(Identified, InProvince, Base):
    """A message to the outside. `recipient` and `content` are personal data: never logged."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        Index("ix_outbox_message_due", "status", "next_attempt_at"),
        Index("ix_outbox_message_about_id", "about_id"),
    )

    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    template: Mapped[str] = mapped_column(String(80))
    """Name of the notice or webhook event."""
    recipient: Mapped[str] = mapped_column(String(400))
    content: Mapped[JsonObject]
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """The same cause writes one message, however often its verb runs."""
    about_id: Mapped[uuid.UUID | None]
    """Row that it is about, a booking for notices: what was told in one matter is found by it."""
    at_night: Mapped[bool] = mapped_column(default=True)
    """Whether it may leave in quiet hours; else it waits for their end."""
    status: Mapped[MessageStatus] = mapped_column(
        enum_column(MessageStatus), default=MessageStatus.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Instant]
    last_failure: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]
    redacted_at: Mapped[Instant | None]
    """Since then recipient and content are gone; that it was told stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What a provider gets; `id` names the message at every attempt."""

    id: uuid.UUID
    channel: Channel
    template: str
    recipient: str
    content: JsonObject


class DeliveryFailed(Exception):
    """A provider could not send. The text is kept in the row: no personal data in it."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Provider(Protocol):
    """Sends one message, or raises DeliveryFailed. Called outside any transaction."""

    def send(self, message: Outgoing) -> None: ...


def post(
    session: Session,
    *,
    province_code: str,
    channel: Channel,
    template: str,
    recipient: str,
    content: JsonObject,
    dedupe_key: str | None = None,
    about_id: uuid.UUID | None = None,
    at_night: bool = True,
) -> bool:
    """Writes a message in the caller's transaction; the same `dedupe_key` writes it once.

    Returns whether it was written.
    """
    moment = clock.now()
    written = session.execute(
        insert(OutboxMessage)
        .values(
            id=new_id(),
            province_code=province_code,
            channel=channel,
            template=template,
            recipient=recipient,
            content=content,
            dedupe_key=dedupe_key,
            about_id=about_id,
            at_night=at_night,
            status=MessageStatus.WAITING,
            attempts=0,
            next_attempt_at=moment,
            created_at=moment,
        )
        .on_conflict_do_nothing(index_elements=[OutboxMessage.dedupe_key])
        .returning(OutboxMessage.id)
    )
    return written.first() is not None


def without_secrets(content: JsonObject) -> JsonObject:
    """What may stay once a message has left."""
    return {name: value for name, value in content.items() if not name.startswith(SECRET)}
