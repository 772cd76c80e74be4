"""The worker's half of the outbox: what is due leaves, what failed is tried again later."""

import random
import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.database import unit_of_work
from backend.logs import get_logger
from backend.outbox import (
    Channel,
    DeliveryFailed,
    MessageStatus,
    OutboxMessage,
    Outgoing,
    Provider,
    without_secrets,
)
from backend.outbox.quiet_hours import QuietHours

MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=10)
LONGEST_RETRY = timedelta(hours=1)
LEASE = timedelta(minutes=2)
"""A sender that stopped in the middle leaves its message to the next one after this."""

KEPT = timedelta(days=90)
"""So long a dispatcher can read what was told to whom [G]; as positions (DOMAIN §10)."""

ROUND_S = 10.0
"""No message is begun after so long: the worker's heartbeat waits meanwhile, and a gateway that
hangs would hold it up until nobody believes in the worker any more (HEARTBEAT_STALE_S)."""

REDACTED_AT_ONCE = 1_000

log = get_logger(__name__)


class LogProvider:
    """The default provider: writes that a message would have left, not to whom."""

    def send(self, message: Outgoing) -> None:
        log.info("message_sent_to_log", message=message.id, template=message.template)


def send_due(
    providers: Mapping[Channel, Provider], *, quiet: QuietHours | None = None, limit: int = 50
) -> int:
    """Sends what is due, each message in its own short transactions; returns how many left.

    Several workers may call it at once: a message is leased by one of them at a time. In `quiet`
    hours whatever can wait is put off until they end.
    """
    if quiet is not None:
        _put_off(quiet)
    sent, began_s = 0, clock.monotonic_s()
    for _ in range(limit):
        message = _lease_next() if clock.monotonic_s() - began_s < ROUND_S else None
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


def redact_old(session: Session) -> int:
    """Forgets to whom and what was told once it is KEPT; that it was told, and when, stays."""
    old = (
        select(OutboxMessage.id)
        .where(
            OutboxMessage.status != MessageStatus.WAITING,
            OutboxMessage.redacted_at.is_(None),
            OutboxMessage.created_at < clock.now() - KEPT,
        )
        .limit(REDACTED_AT_ONCE)
    )
    redacted = session.scalars(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(old))
        .values(recipient="", content={}, redacted_at=clock.now())
        .returning(OutboxMessage.id)
    )
    return len(redacted.all())


def _put_off(quiet: QuietHours) -> None:
    now = clock.now()
    morning = quiet.end_after(now)
    if morning is None:
        return
    with unit_of_work() as session:
        session.execute(
            update(OutboxMessage)
            .where(
                OutboxMessage.status == MessageStatus.WAITING,
                OutboxMessage.next_attempt_at <= now,
                OutboxMessage.at_night.is_(False),
            )
            .values(next_attempt_at=morning)
        )


def _lease_next() -> Outgoing | None:
    with unit_of_work() as session:
        row = _next_due(session)
        while row is not None and row.attempts >= MAX_ATTEMPTS:
            _give_up(row, "the sender stopped in the middle")
            session.flush()
            row = _next_due(session)
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


def _next_due(session: Session) -> OutboxMessage | None:
    return session.scalar(
        select(OutboxMessage)
        .where(
            OutboxMessage.status == MessageStatus.WAITING,
            OutboxMessage.next_attempt_at <= clock.now(),
        )
        .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _note_sent(message_id: uuid.UUID) -> None:
    with unit_of_work() as session:
        row = session.get_one(OutboxMessage, message_id, with_for_update=True)
        row.status = MessageStatus.SENT
        row.sent_at = clock.now()
        row.last_failure = None
        row.content = without_secrets(row.content)


def _note_failure(message_id: uuid.UUID, reason: str, *, permanent: bool) -> None:
    with unit_of_work() as session:
        row = session.get_one(OutboxMessage, message_id, with_for_update=True)
        if row.status is not MessageStatus.WAITING:
            return  # the lease was over, and whoever had the next one is done with it
        if permanent or row.attempts >= MAX_ATTEMPTS:
            _give_up(row, reason)
        else:
            row.last_failure = reason[:400]
            row.next_attempt_at = clock.now() + retry_delay(row.attempts)


def _give_up(row: OutboxMessage, reason: str) -> None:
    row.status, row.last_failure = MessageStatus.GIVEN_UP, reason[:400]
    row.content = without_secrets(row.content)
    log.error("message_given_up", message=row.id, attempts=row.attempts)


def retry_delay(attempts: int) -> timedelta:
    """Doubling from FIRST_RETRY to LONGEST_RETRY, spread so that retries do not come in waves."""
    longest: timedelta = min(FIRST_RETRY * 2 ** min(attempts - 1, 16), LONGEST_RETRY)
    return longest * random.uniform(0.5, 1.0)
