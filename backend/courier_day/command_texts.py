"""What the text of a command says of a person is cut out of it in time; all else in it stays.

The fingerprint was taken of the text as sent and is never computed again: repeats are told by it
after the text is poorer, and the custody log hashes a command's id and nothing that it said.
"""

import json
from datetime import datetime, timedelta
from typing import Any

import msgspec
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

_SENT = frozenset({"id", "seq", *(field.encode_name for field in msgspec.structs.fields(Content))})


def next_due(sent: SentCommand, received_at: datetime, status: CommandStatus) -> datetime | None:
    """When something in the text of a new command is to be forgotten; None: never."""
    if status is CommandStatus.QUARANTINED or sent.content is None:
        return received_at + _UNREAD_KEPT
    times = _times(json.loads(sent.text), sent.content.type, sent.content.v)
    return received_at + min(times) if times else None


def redacted(text: str, kind: str, version: int, age: timedelta) -> tuple[str, timedelta | None]:
    """A command's text without what is older than may be kept, and the age of the next cut."""
    command = json.loads(text)
    left = _cut(command, kind, version, age)
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
    found = [
        kept for name in _names(command.get("body")) if (kept := _kept(name, kind)) is not None
    ]
    return [*found, _UNREAD_KEPT] if _unread(command, kind, version) else found


def _names(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [*value, *(name for inner in value.values() for name in _names(inner))]
    if isinstance(value, list):
        return [name for inner in value for name in _names(inner)]
    return []


def _unread(command: dict[str, Any], kind: str, version: int) -> set[tuple[str, str]]:
    """Members that nobody reads, of the command ("") and of its body."""
    handler = find_handler(kind, version)
    fields = msgspec.structs.fields(handler.body) if handler else ()
    read = {field.encode_name for field in fields}
    body = command.get("body", {})
    return {("", name) for name in command.keys() - _SENT} | {
        ("body", name) for name in body.keys() - read if handler
    }


def _cut(command: dict[str, Any], kind: str, version: int, age: timedelta) -> dict[str, Any]:
    unread = _unread(command, kind, version) if age >= _UNREAD_KEPT else set()
    left = {name: value for name, value in command.items() if ("", name) not in unread}
    if isinstance(command.get("body"), dict):
        body = {name: it for name, it in command["body"].items() if ("body", name) not in unread}
        left["body"] = _without_old(body, kind, age)
    return left


def _without_old(value: Any, kind: str, age: timedelta) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_old(inner, kind, age)
            for name, inner in value.items()
            if (kept := _kept(name, kind)) is None or age < kept
        }
    if isinstance(value, list):
        return [_without_old(inner, kind, age) for inner in value]
    return value
