"""What the text of a command says of a person is cut out of it in time; all else in it stays.

The fingerprint was taken of the text as sent and is never computed again: repeats are told by it
after the text is poorer, and the custody log hashes a command's id and nothing that it said.
"""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from msgspec import inspect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day import position_days
from backend.courier_day.counters.acts import ASKED_KEPT
from backend.courier_day.envelope import Content, SentCommand
from backend.courier_day.handlers import find_handler
from backend.courier_day.models import Command, CommandStatus, QuarantinedCommand

PINS_KEPT = timedelta(days=1)
"""The server has looked at it; at counters none is written down at all."""

PEOPLE_KEPT = timedelta(days=1_827)
"""Five years with their leap days, as name, phone and door are kept elsewhere."""

AT_ONCE = 1_000
"""Texts in one transaction."""

_DOOR_TOLD = "stop.correct_door"
_PLACE = frozenset({"lat", "lon", "acc_m"})
_KEPT: dict[str, timedelta] = {
    "pin": PINS_KEPT,
    **dict.fromkeys(_PLACE, position_days.KEPT),
    "last_digits": ASKED_KEPT,
    "number": ASKED_KEPT,
    "proof": ASKED_KEPT,
    "phone": PEOPLE_KEPT,
    "note": PEOPLE_KEPT,
    "circumstances": PEOPLE_KEPT,
}
"""Member of a body, however deep → how long it is kept after the command was received."""

_UNREAD_KEPT = ASKED_KEPT
"""Of what nobody here reads: it may be anything."""


class _Sent(Content, frozen=True, kw_only=True):
    """A command with the two members that are no part of its content."""

    id: uuid.UUID
    seq: int


_COMMAND = inspect.type_info(_Sent)


def next_due(sent: SentCommand, received_at: datetime, status: CommandStatus) -> datetime | None:
    """When something in the text of a new command is to be forgotten; None: never."""
    if status is CommandStatus.QUARANTINED or sent.content is None:
        return received_at + _UNREAD_KEPT
    times = _times(json.loads(sent.text), sent.content.type, sent.content.v)
    return received_at + min(times) if times else None


def redacted(text: str, kind: str, version: int, age: timedelta) -> tuple[str, timedelta | None]:
    """A command's text without what is older than may be kept, and the age of the next cut."""
    left = json.loads(text)
    if age >= _UNREAD_KEPT:
        left = _as_read(left, kind, version)
    for part in _objects(left.get("body")):
        for name in [name for name in part if age >= (_kept(name, kind) or timedelta.max)]:
            del part[name]
    later = _times(left, kind, version)
    return json.dumps(left, ensure_ascii=False, separators=(",", ":")), min(later, default=None)


def redact_commands(session: Session) -> int:
    """Cuts what is due out of stored texts, at most AT_ONCE of either table; returns how many."""
    now = clock.now()
    due = session.scalars(
        select(Command)
        .where(Command.redact_at <= now)
        .order_by(Command.redact_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for row in due:
        _redact(row, now)
    session.flush()
    return len(due) + _redact_quarantined(session, now - _UNREAD_KEPT)


def _redact(row: Command, now: datetime) -> None:
    age: timedelta | None = None
    if row.status is CommandStatus.QUARANTINED:  # it may not even be readable
        age = None if now - row.received_at >= _UNREAD_KEPT else _UNREAD_KEPT
        text = row.raw if age else "{}"
    else:
        text, age = redacted(row.raw, row.type, row.schema_version, now - row.received_at)
    if text != row.raw:
        row.raw, row.redacted_at = text, now
    row.redact_at = None if age is None else row.received_at + age


def _redact_quarantined(session: Session, before: datetime) -> int:
    old = (
        select(QuarantinedCommand.id)
        .where(QuarantinedCommand.redacted_at.is_(None), QuarantinedCommand.received_at <= before)
        .limit(AT_ONCE)
    )
    change = (
        update(QuarantinedCommand)
        .where(QuarantinedCommand.id.in_(old))
        .values(raw="{}", redacted_at=clock.now())
        .returning(QuarantinedCommand.id)
    )
    return len(session.scalars(change).all())


def _kept(member: str, kind: str) -> timedelta | None:
    if kind == _DOOR_TOLD and member in _PLACE:
        return PEOPLE_KEPT
    return _KEPT.get(member)


def _times(command: dict[str, Any], kind: str, version: int) -> list[timedelta]:
    """How long each thing in a command that goes one day is kept."""
    names = (name for part in _objects(command.get("body")) for name in part)
    found = [kept for name in names if (kept := _kept(name, kind)) is not None]
    return found if _as_read(command, kind, version) == command else [*found, _UNREAD_KEPT]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a value. Without recursion: an app may nest what nobody reads very deep."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            yield part
            left += part.values()
        elif isinstance(part, list):
            left += part


def _as_read(command: dict[str, Any], kind: str, version: int) -> dict[str, Any]:
    """A command without the members that nobody here reads, of whatever object in it."""
    left: dict[str, Any] = _named(command, _COMMAND)
    body = _body_type(kind, version)
    return left if body is None else left | {"body": _named(left.get("body"), body)}


@lru_cache(maxsize=256)
def _body_type(kind: str, version: int) -> inspect.Type | None:
    handler = find_handler(kind, version)
    return inspect.type_info(handler.body) if handler else None


def _named(value: Any, kind: inspect.Type) -> Any:
    """A value without what its type does not name."""
    if isinstance(kind, inspect.UnionType):
        for each in kind.types:
            value = _named(value, each)
    elif isinstance(kind, inspect.StructType) and isinstance(value, dict):
        types = {field.encode_name: field.type for field in kind.fields}
        return {name: _named(it, types[name]) for name, it in value.items() if name in types}
    elif isinstance(kind, inspect.VarTupleType | inspect.ListType) and isinstance(value, list):
        return [_named(each, kind.item_type) for each in value]
    return value
