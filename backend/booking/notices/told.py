"""What was told in one matter, as a dispatcher may read it."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.phones import masked
from backend.booking.models import Booking
from backend.booking.notices.rendering import count_parts
from backend.outbox import Channel, MessageStatus, OutboxMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice; `text` without its secret parts, None once it is forgotten."""

    id: uuid.UUID
    template: str
    audience: str | None
    channel: Channel
    to: str
    text: str | None
    parts: int | None
    status: MessageStatus
    attempts: int
    failure: str | None
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None


def list_told(session: Session, booking: Booking) -> list[Told]:
    """Notices about a booking, the newest first."""
    rows = session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.about_id == booking.id)
        .order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    )
    return [_told(row) for row in rows]


def _told(row: OutboxMessage) -> Told:
    text = row.content.get("text")
    waits = row.status is MessageStatus.WAITING
    return Told(
        id=row.id,
        template=row.template,
        audience=row.content.get("audience"),
        channel=row.channel,
        to=masked(row.recipient) if row.channel is Channel.SMS else row.recipient,
        text=text,
        parts=count_parts(text) if text else None,
        status=row.status,
        attempts=row.attempts,
        failure=row.last_failure,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at if waits else None,
        sent_at=row.sent_at,
    )
