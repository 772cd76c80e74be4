"""Reads one sync request: a malformed envelope is refused, a bad command inside it is kept.

Nothing a single command holds may block the commands behind it (SYNC §4): whatever is wrong
with it becomes its `defect`, and its text stays verbatim.
"""

import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import msgspec

from backend.courier_day import canonical, json_slices
from backend.courier_day.clocks import PhoneClock

PROTOCOL = 1
MAX_COMMANDS = 50
MAX_BODY_BYTES = 16 * 1024
MAX_BLOBS = 20
MAX_SEQ = 2**53 - 1
"""The largest integer that JSON carries safely."""

_LONGEST_NUMBER = 18
"""Digits that any signed 64-bit integer can hold."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

type Seq = int
type Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class MalformedEnvelope(ValueError):
    """The request as a whole cannot be read; nothing of it was applied."""


class TooManyCommands(ValueError):
    """More than MAX_COMMANDS: the phone halves its batch."""


class Clock(msgspec.Struct, frozen=True):
    """The phone's clocks as it sends."""

    wall: datetime
    uptime_ms: int
    boot: str

    def reading(self) -> PhoneClock:
        return PhoneClock(wall=self.wall, uptime_ms=self.uptime_ms, boot=self.boot)


class Base(msgspec.Struct, frozen=True):
    """What the phone was looking at when the courier acted."""

    stop: uuid.UUID | None = None
    contact: uuid.UUID | None = None
    version: int | None = None


class Blob(msgspec.Struct, frozen=True):
    """A photo or signature that belongs to a command and travels by itself."""

    sha256: Sha256
    bytes: int
    mime: str
    slot: str


class Content(msgspec.Struct, frozen=True):
    """A command of good form; its body is read by the handler of its type and version."""

    type: str
    v: int
    wall: datetime
    uptime_ms: int
    boot: str
    body: dict[str, Any]
    base: Base | None = None
    blobs: tuple[Blob, ...] = ()
    corrects: uuid.UUID | None = None

    def reading(self) -> PhoneClock:
        """What the phone's clocks showed when the courier confirmed."""
        return PhoneClock(wall=self.wall, uptime_ms=self.uptime_ms, boot=self.boot)


@dataclass(frozen=True, slots=True, kw_only=True)
class SentCommand:
    """One command as sent. Exactly one of `content` and `defect` is set."""

    id: uuid.UUID
    seq: Seq
    text: str
    """The JSON text, verbatim."""
    fingerprint: bytes
    type: str
    schema_version: int
    content: Content | None = None
    defect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One sync request whose form is right; commands are in the order of their numbers."""

    device_id: uuid.UUID
    app: str
    seen_epoch: str | None
    seen_revision: int
    clock: PhoneClock
    commands: tuple[SentCommand, ...]
    gap_lost: tuple[Seq, Seq] | None = None


class _Frame(msgspec.Struct):
    protocol: int
    device_id: uuid.UUID
    app: str
    schema: int
    clock: Clock
    seen_epoch: str | None = None
    seen_revision: int = 0
    gap_lost: tuple[int, int] | None = None


def read_envelope(body: bytes) -> Envelope:
    """The request in a body that is already unpacked. Raises MalformedEnvelope, TooManyCommands."""
    frame, texts = _frame(body)
    if frame.protocol != PROTOCOL:
        raise MalformedEnvelope(f"protocol {frame.protocol} is not spoken here")
    if len(texts) > MAX_COMMANDS:
        raise TooManyCommands(f"{len(texts)} commands, at most {MAX_COMMANDS}")
    if reason := _bad_clock(frame.clock) or _bad_gap(frame.gap_lost):
        raise MalformedEnvelope(reason)
    commands = sorted((_read(text) for text in texts), key=lambda sent: sent.seq)
    if len({sent.seq for sent in commands}) < len(commands):
        raise MalformedEnvelope("two commands share one seq")
    return Envelope(
        device_id=frame.device_id,
        app=frame.app[:40],
        seen_epoch=frame.seen_epoch,
        seen_revision=frame.seen_revision,
        clock=frame.clock.reading(),
        commands=tuple(commands),
        gap_lost=frame.gap_lost,
    )


def _frame(body: bytes) -> tuple[_Frame, list[str]]:
    """The request without its commands, and the text of each command."""
    try:
        outer, commands = [], "[]"
        for key, value in json_slices.members(body.decode("utf-8")):
            if key == '"commands"':
                commands = value
            else:
                outer.append(f"{key}:{value}")
        frame = msgspec.json.decode("{" + ",".join(outer) + "}", type=_Frame)
        return frame, json_slices.elements(commands)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedEnvelope(str(error)) from error


def _read(text: str) -> SentCommand:
    defects: list[str] = []
    try:
        command = _parsed(text, defects)
        print_ = _fingerprint(command, defects)
    except RecursionError:
        defects.append("too_deep")
        command = _surface(text)
        print_ = hashlib.sha256(b"\x02" + text.encode()).digest()
    identity, seq = command.get("id"), command.get("seq")
    if not isinstance(identity, str) or not _UUID.fullmatch(identity):
        raise MalformedEnvelope("a command without a UUID as id")
    if not isinstance(seq, int) or isinstance(seq, bool) or not 1 <= seq <= MAX_SEQ:
        raise MalformedEnvelope("a command without a positive integer as seq")
    content = _content(command, defects)
    kind, version = command.get("type"), command.get("v")
    return SentCommand(
        id=uuid.UUID(identity),
        seq=seq,
        text=text,
        fingerprint=print_,
        type=_storable(kind) if isinstance(kind, str) else "",
        schema_version=version if isinstance(version, int) and 0 <= version < 2**31 else 0,
        content=None if defects else content,
        defect=defects[0] if defects else None,
    )


def _parsed(text: str, defects: list[str]) -> dict[str, Any]:
    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            defects.append("duplicate_key")
        return found

    def broken_number(digits: str) -> str:
        defects.append("float_in_command")  # coordinates are 1e-7 degrees, money is whole đồng
        return digits

    def whole_number(digits: str) -> int | str:
        if len(digits) <= _LONGEST_NUMBER:
            return int(digits)
        defects.append("number_too_large")
        return digits

    try:
        command = json.loads(
            text,
            object_pairs_hook=pairs,
            parse_float=broken_number,
            parse_int=whole_number,
            parse_constant=broken_number,
        )
    except ValueError as error:
        raise MalformedEnvelope(f"a command is no JSON: {error}") from error
    if not isinstance(command, dict):
        raise MalformedEnvelope("a command is no object")
    return command


def _fingerprint(command: dict[str, Any], defects: list[str]) -> bytes:
    try:
        return canonical.fingerprint(command)
    except canonical.NotCanonical:
        defects.append("not_canonical")
        return canonical.poison_fingerprint(command)


def _surface(text: str) -> dict[str, Any]:
    """The plain members of a command that is nested too deep to be read."""
    plain = {}
    for key, value in json_slices.members(text):
        if not value.startswith(("[", "{")):
            try:
                plain[json.loads(key)] = json.loads(value)
            except ValueError as error:
                raise MalformedEnvelope("a command is no JSON") from error
    return plain


def _storable(text: str) -> str:
    return text[:80].encode("utf-8", "replace").decode().replace("\x00", "")


def _content(command: dict[str, Any], defects: list[str]) -> Content | None:
    if defects:
        return None
    try:
        content = msgspec.convert(command, type=Content)
    except (msgspec.ValidationError, OverflowError):
        defects.append("bad_command")
        return None
    if len(json.dumps(content.body, ensure_ascii=False).encode()) > MAX_BODY_BYTES:
        defects.append("body_too_large")
    elif len(content.blobs) > MAX_BLOBS:
        defects.append("too_many_blobs")
    elif "\\u0000" in json.dumps(command):
        defects.append("nul_character")  # no column takes it
    elif _bad_clock(content):
        defects.append("bad_clock")
    return content


def _bad_clock(clock: Clock | Content) -> str | None:
    if clock.wall.tzinfo is None:
        return "clock.wall has no time zone"
    if not 0 <= clock.uptime_ms <= MAX_SEQ:
        return "clock.uptime_ms is out of range"
    if not 1 <= len(clock.boot) <= 40 or "\x00" in clock.boot:
        return "clock.boot has no usable length"
    return None


def _bad_gap(gap: tuple[int, int] | None) -> str | None:
    if gap is None or 1 <= gap[0] <= gap[1] <= MAX_SEQ:
        return None
    return "gap_lost is no range"
