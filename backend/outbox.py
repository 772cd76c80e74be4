"""What leaves the system (SMS, webhooks) is a row first, sent by the worker after the commit.

A message is sent at least once; its id goes with it, so that a receiver can drop a double.
"""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Index, String, select
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
    unit_of_work,
)
from backend.logs import get_logger

MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=1)
LEASE = timedelta(minutes=2)
"""A sender that stopped in the middle leaves its message to the next one after this."""

SECRET = "secret_"
"""How the name of a part of `content` begins that is forgotten once it was sent, or given up."""

log = get_logger(__name__)


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
    __table_args__ = (Index("ix_outbox_message_due", "status", "next_attempt_at"),)

    channel: Mapped[Channel] = mapped_column(enum_column(Channel))
    template: Mapped[str] = mapped_column(String(80))
    """Name of the notice or webhook event."""
    recipient: Mapped[str] = mapped_column(String(400))
    content: Mapped[JsonObject]
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """The same cause writes one message, however often its verb runs."""
    status: Mapped[MessageStatus] = mapped_column(
        enum_column(MessageStatus), default=MessageStatus.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[Instant]
    last_failure: Mapped[str | None] = mapped_column(String(400))
    created_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]


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


class LogProvider:
    """The default provider: writes that a message would have left, not to whom."""

    def send(self, message: Outgoing) -> None:
        log.info("message_sent_to_log", message=message.id, template=message.template)


def post(
    session: Session,
    *,
    province_code: str,
    channel: Channel,
    template: str,
    recipient: str,
    content: JsonObject,
    dedupe_key: str | None = None,
) -> None:
    """Writes a message in the caller's transaction; the same `dedupe_key` writes it once."""
    moment = clock.now()
    session.execute(
        insert(OutboxMessage)
        .values(
            id=new_id(),
            province_code=province_code,
            channel=channel,
            template=template,
            recipient=recipient,
            content=content,
            dedupe_key=dedupe_key,
            status=MessageStatus.WAITING,
            attempts=0,
            next_attempt_at=moment,
            created_at=moment,
        )
        .on_conflict_do_nothing(index_elements=[OutboxMessage.dedupe_key])
    )


def send_due(providers: Mapping[Channel, Provider], *, limit: int = 50) -> int:
    """Sends what is due, each message in its own short transactions; returns how many left.

    Several workers may call it at once: a message is leased by one of them at a time.
    """
    sent = 0
    for _ in range(limit):
        message = _lease_next()
        if message is None:
            break
        try:
            providers[message.channel].send(message)
        except DeliveryFailed as failure:
            _note_failure(message.id, str(failure), permanent=failure.permanent)
        except Exception as defect:
            log.exception("provider_broke", message=message.id, channel=message.channel)
            _note_failure(message.id, type(defect).__name__, permanent=False)
        else:
            _note_sent(message.id)
            sent += 1
    return sent


def _lease_next() -> Outgoing | None:
    with unit_of_work() as session:
        row = session.scalar(
            select(OutboxMessage)
            .where(
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.next_attempt_at <= clock.now(),
            )
            .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        row.attempts += 1
        row.next_attempt_at = clock.now() + LEASE
        return Outgoing(
            id=row.id,
            channel=row.channel,
            template=row.template,
            recipient=row.recipient,
            content=row.content,
        )


def _note_sent(message_id: uuid.UUID) -> None:
    with unit_of_work() as session:
        row = session.get_one(OutboxMessage, message_id)
        row.status = MessageStatus.SENT
        row.sent_at = clock.now()
        row.last_failure = None
        row.content = _without_secrets(row.content)


def _note_failure(message_id: uuid.UUID, reason: str, *, permanent: bool) -> None:
    with unit_of_work() as session:
        row = session.get_one(OutboxMessage, message_id)
        row.last_failure = reason[:400]
        if permanent or row.attempts >= MAX_ATTEMPTS:
            row.status = MessageStatus.GIVEN_UP
            row.content = _without_secrets(row.content)
            log.error("message_given_up", message=message_id, attempts=row.attempts)
        else:
            row.next_attempt_at = clock.now() + retry_delay(row.attempts)


def _without_secrets(content: JsonObject) -> JsonObject:
    return {name: value for name, value in content.items() if not name.startswith(SECRET)}


def retry_delay(attempts: int) -> timedelta:
    """Doubling from FIRST_RETRY to LONGEST_RETRY, spread so that retries do not come in waves."""
    longest: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 16), LONGEST_RETRY)
    return longest * random.uniform(0.5, 1.0)
