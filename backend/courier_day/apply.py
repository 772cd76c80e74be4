"""Applies one command inside its own savepoint: it works, or it is kept for a person.

Nothing that a command holds, and no defect of a handler, stops the commands behind it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.accounts.models import Device
from backend.booking.models import Booking
from backend.courier_day import clocks
from backend.courier_day.clocks import Moment, PhoneClock
from backend.courier_day.command_texts import next_due
from backend.courier_day.envelope import SentCommand
from backend.courier_day.handlers import Handler, find_handler
from backend.courier_day.models import Command, CommandStatus, DeviceSeq, QuarantinedCommand
from backend.courier_day.proofs import name_proofs
from backend.courier_day.scene import Refused, Scene, Unusable
from backend.courier_day.work_items import open_work_item
from backend.database import JsonObject
from backend.dossiers.custody import Origin
from backend.dossiers.forms import Draft
from backend.dossiers.models import AtQuality
from backend.fleet.models import Courier
from backend.logs import get_logger

TOO_OLD = timedelta(days=30)
"""SYNC §7: older facts are flagged, older intents refused."""

_KEY_OF_COMMANDS = "pk_command"
_UNIQUE_VIOLATION = "23505"
_LOCK_NOT_AVAILABLE = "55P03"
_PASSING = frozenset({"08", "40", "53", "57"})
"""Classes of SQLSTATE: connection, rolled back, out of resources, stopped by an operator."""

log = get_logger(__name__)


@dataclass(slots=True, kw_only=True)
class Batch:
    """What all commands of one sync share, and what they have changed together."""

    session: Session
    device: Device
    courier: Courier
    clock: PhoneClock
    received_at: datetime
    trace_id: str | None
    last_seq: int
    """Highest number that is spent or reported lost; the device's row follows at the end."""
    last_at: datetime | None
    """When the last command happened; likewise."""
    spent: list[DeviceSeq] = field(default_factory=list)
    bookings: dict[UUID, Booking | None] = field(default_factory=dict)
    changed_couriers: set[UUID] = field(default_factory=set)
    forms: list[Draft] = field(default_factory=list)

    def moment(self, sent: SentCommand) -> Moment:
        """When a command happened, after the one before it."""
        previous = self.last_at
        if sent.content is None:
            at = max(self.received_at, previous) if previous else self.received_at
            return Moment(at=at, quality=AtQuality.SERVER)
        return clocks.moment_of(
            sent.content.reading(),
            self.clock,
            received_at=self.received_at,
            offsets=self.device.clock_offsets,
            previous_at=previous,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a command."""

    status: CommandStatus
    code: str | None = None
    entities: tuple[JsonObject, ...] = ()
    changed_couriers: frozenset[UUID] = frozenset()
    """Whose day it changed, and the forms it makes: the batch takes both over when all that the
    command wrote is in, for a roll-back to the savepoint does not undo what lies in memory."""
    forms: tuple[Draft, ...] = ()


def apply_command(batch: Batch, sent: SentCommand) -> Command:
    """Stores the command with its outcome, and whatever it changed; returns the stored row."""
    moment = batch.moment(sent)
    try:
        with batch.session.begin_nested():
            outcome = _run(batch, sent, moment)
            row = _store(batch, sent, moment, outcome)
        batch.changed_couriers |= outcome.changed_couriers
        batch.forms += outcome.forms
    except Unusable as unusable:
        row = _quarantine(batch, sent, moment, unusable.reason)
    except Refused as refused:
        row = _refuse(batch, sent, moment, refused.code)
    except Exception as error:
        if is_from_database(error):
            raise  # not the command's fault: the whole batch is tried again
        log.error("handler_failed", type=sent.type, command_id=str(sent.id), exc_info=error)
        row = _quarantine(batch, sent, moment, "handler_failed")
    batch.last_at = moment.at
    return row


def keep_reused(batch: Batch, sent: SentCommand) -> JsonObject:
    """A second command under a known id: the first one stays, this one waits for a person."""
    with batch.session.begin_nested():
        known = batch.session.query(QuarantinedCommand).filter_by(
            device_id=batch.device.id, command_id=sent.id, fingerprint=sent.fingerprint
        )
        replayed = known.first() is not None
        if not replayed:
            _keep_raw(batch, sent, "id_reused")
    entry = _entry(sent, Outcome(status=CommandStatus.QUARANTINED, code="id_reused"))
    return entry | {"replayed": True} if replayed else entry


def use_seq(batch: Batch, sent: SentCommand) -> None:
    """The number is spent: on this device it means this command for ever."""
    batch.spent.append(DeviceSeq(device_id=batch.device.id, seq=sent.seq, command_id=sent.id))
    batch.last_seq = sent.seq


def is_from_database(error: Exception) -> bool:
    """A deadlock, a lost connection, a race on one command id: another try can succeed.

    Whatever would fail again is the command's or the handler's fault and not one of these.
    """
    if not isinstance(error, DBAPIError):
        return False
    state: str | None = getattr(error.orig, "sqlstate", None)
    if state is None or error.connection_invalidated:
        return True
    diagnosis = getattr(error.orig, "diag", None)
    if state == _UNIQUE_VIOLATION:
        constraint: str | None = getattr(diagnosis, "constraint_name", None)
        return constraint == _KEY_OF_COMMANDS
    return state == _LOCK_NOT_AVAILABLE or state[:2] in _PASSING


def _run(batch: Batch, sent: SentCommand, moment: Moment) -> Outcome:
    if batch.device.revoked_at is not None:
        raise Unusable("device_revoked")
    if sent.content is None:
        raise Unusable(sent.defect or "bad_command")
    handler = find_handler(sent.content.type, sent.content.v)
    if handler is None:
        raise Unusable("unknown_type")
    body = _body(handler, sent.content.body)
    scene = Scene(
        session=batch.session,
        courier=batch.courier,
        device=batch.device,
        command_id=sent.id,
        content=sent.content,
        origin=Origin(
            at=moment.at,
            at_quality=moment.quality,
            received_at=batch.received_at,
            command_id=sent.id,
            device_id=batch.device.id,
            actor_id=batch.device.person_id,
        ),
        bookings=batch.bookings,
    )
    late = batch.received_at - moment.at > TOO_OLD
    if late and handler.is_intent:
        raise Refused("expired")
    try:
        handler.run(scene, body)
    except Refused as refused:
        if not handler.is_intent:
            raise RuntimeError(f"a fact was refused: {handler.kind}") from refused
        raise
    if late:
        scene.flag("late")
    return Outcome(
        status=CommandStatus.FLAGGED if scene.flags else CommandStatus.APPLIED,
        code=scene.flags[0] if scene.flags else None,
        entities=tuple(scene.entities()),
        changed_couriers=frozenset(scene.changed_couriers),
        forms=tuple(scene.forms),
    )


def _body(handler: Handler, body: JsonObject) -> msgspec.Struct:
    try:
        return msgspec.convert(body, type=handler.body)
    except (msgspec.ValidationError, OverflowError) as error:
        raise Unusable("bad_body") from error


def _refuse(batch: Batch, sent: SentCommand, moment: Moment, code: str) -> Command:
    with batch.session.begin_nested():
        return _store(batch, sent, moment, Outcome(status=CommandStatus.REFUSED, code=code))


def _quarantine(batch: Batch, sent: SentCommand, moment: Moment, reason: str) -> Command:
    with batch.session.begin_nested():
        _keep_raw(batch, sent, reason)
        outcome = Outcome(status=CommandStatus.QUARANTINED, code=reason)
        return _store(batch, sent, moment, outcome)


def _keep_raw(batch: Batch, sent: SentCommand, reason: str) -> None:
    batch.session.add(
        QuarantinedCommand(
            device_id=batch.device.id,
            command_id=sent.id,
            fingerprint=sent.fingerprint,
            seq=sent.seq,
            reason=reason,
            raw=sent.text,
            trace_id=batch.trace_id,
            received_at=batch.received_at,
        )
    )
    open_work_item(
        batch.session,
        "command_quarantined",
        province_code=batch.courier.province_code,
        courier_id=batch.courier.id,
        command_id=sent.id,
        detail={"reason": reason},
    )
    batch.session.flush()


def _store(batch: Batch, sent: SentCommand, moment: Moment, outcome: Outcome) -> Command:
    content = sent.content
    row = Command(
        id=sent.id,
        device_id=batch.device.id,
        seq=sent.seq,
        type=sent.type,
        schema_version=sent.schema_version,
        fingerprint=sent.fingerprint,
        raw=sent.text,
        wall=content.wall if content else None,
        uptime_ms=content.uptime_ms if content else None,
        boot=content.boot if content else None,
        at=moment.at,
        at_quality=moment.quality,
        received_at=batch.received_at,
        status=outcome.status,
        code=outcome.code,
        outcome=_entry(sent, outcome),
        redact_at=next_due(sent, batch.received_at, outcome.status),
    )
    batch.session.add(row)
    batch.session.flush()
    if content is not None:
        name_proofs(batch.session, batch.courier, sent.id, content)
    return row


def _entry(sent: SentCommand, outcome: Outcome) -> JsonObject:
    return {
        "id": str(sent.id),
        "seq": sent.seq,
        "status": outcome.status.value,
        "code": outcome.code,
        "entities": list(outcome.entities),
    }
