"""A creating call takes effect once, however often the network makes the caller repeat it.

The key is written in the transaction of its effect: both are there, or neither. Answers of
failed calls (their transaction rolled back) are therefore never stored, 5xx least of all.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import LargeBinary, SmallInteger, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend import clock
from backend.database import Base, Instant, JsonObject
from backend.errors import Conflict, Invalid, Text

KEY_LIFE = timedelta(days=30)
"""SYNC.md §6: keys live 30 days."""

KEY_MAX_CHARS = 200
_FIRST_FAILURE_STATUS = 400


class KeyReused(Invalid):
    code = "idempotency_key_reused"
    detail = Text(
        vi="Idempotency-Key này đã dùng cho một yêu cầu có nội dung khác.",
        en="This Idempotency-Key was used for a request with another content.",
    )
    action = Text(
        vi="Dùng khoá mới cho yêu cầu mới; gửi lại thì giữ nguyên nội dung.",
        en="Use a new key for a new request; repeat a request unchanged.",
    )


class StillRunning(Conflict):
    code = "request_still_running"
    detail = Text(
        vi="Yêu cầu có Idempotency-Key này đang được xử lý.",
        en="The request with this Idempotency-Key is still running.",
    )
    action = Text(
        vi="Gửi lại y nguyên sau thời gian nêu ở Retry-After.",
        en="Send the same again after Retry-After.",
    )


class IdempotencyKey(Base):
    """A call that took effect, and the answer it got."""

    __tablename__ = "idempotency_key"

    scope: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Caller and operation: two callers never meet in one key."""
    key: Mapped[str] = mapped_column(String(KEY_MAX_CHARS), primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of what was asked."""
    status: Mapped[int] = mapped_column(SmallInteger)
    headers: Mapped[JsonObject]
    body: Mapped[bytes]
    created_at: Mapped[Instant] = mapped_column(index=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the first call was answered, to the byte."""

    status: int
    headers: dict[str, str]
    body: bytes


def find_answer(session: Session, *, scope: str, key: str, fingerprint: bytes) -> Answer | None:
    """The stored answer, or None if this call is the first: then it owns the key until its end.

    Raises KeyReused for another content, StillRunning while the first call is under way.
    """
    claimed = session.scalar(select(func.pg_try_advisory_xact_lock(_lock_number(scope, key))))
    if not claimed:
        raise StillRunning(retry_after_s=1)
    row = session.get(IdempotencyKey, (scope, key))
    if row is None:
        return None
    if row.created_at < clock.now() - KEY_LIFE:
        session.delete(row)
        session.flush()
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused
    return Answer(status=row.status, headers=dict(row.headers), body=row.body)


def keep_answer(
    session: Session, *, scope: str, key: str, fingerprint: bytes, answer: Answer
) -> None:
    """Writes the answer in the transaction of its effect; `find_answer` came before."""
    if answer.status >= _FIRST_FAILURE_STATUS:
        raise ValueError(f"a failed call has no effect to repeat (status {answer.status})")
    session.add(
        IdempotencyKey(
            scope=scope,
            key=key,
            fingerprint=fingerprint,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            created_at=clock.now(),
        )
    )
    session.flush()


def forget_old_keys(session: Session) -> int:
    """Deletes keys past their life; returns how many. The worker calls it now and then."""
    old = delete(IdempotencyKey).where(IdempotencyKey.created_at < clock.now() - KEY_LIFE)
    return len(session.scalars(old.returning(IdempotencyKey.key)).all())


def _lock_number(scope: str, key: str) -> int:
    """A signed 64-bit number for PostgreSQL's advisory locks."""
    digest = hashlib.sha256(f"{scope}\x1f{key}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
