"""One batch in one transaction, step by step as SYNC §4 says; the caller commits."""

import uuid
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Device
from backend.booking.of_dossiers import load_bookings
from backend.courier_day import clocks, revisions
from backend.courier_day.apply import Batch, apply_command, keep_reused, use_seq
from backend.courier_day.devices import get_courier_of
from backend.courier_day.envelope import Envelope, SentCommand
from backend.courier_day.errors import DeviceForked, NotYourDevice, SyncBusy
from backend.courier_day.handlers import is_outdated
from backend.courier_day.locks import lock_named
from backend.courier_day.models import Command, DeviceSeq, LostSeqs, QuarantinedCommand
from backend.courier_day.work_items import open_work_item
from backend.database import JsonObject, among, keep_loaded
from backend.dossiers.forms import issue_forms

REVOKED_DAILY_CAP = 500
"""Commands that a revoked device may leave in quarantine on one day."""

_DEVICE = (
    select(Device)
    .where(Device.id == bindparam("id"))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)
"""Batches of one phone come one by one; its first place, which names device and courier in the
other order, waits for neither."""

_COMMANDS = (
    select(Command, Device.person_id)
    .join(Device, Device.id == Command.device_id)
    .where(among(Command.id, "ids"))
)
_SEQS = select(DeviceSeq.seq, DeviceSeq.command_id).where(
    DeviceSeq.device_id == bindparam("device_id"), among(DeviceSeq.seq, "seqs")
)
"""Asked at every sync, or at every one that brings commands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a batch left behind once it is committed."""

    courier_id: uuid.UUID
    results: tuple[JsonObject, ...]
    ack_seq: int
    clock_wrong: bool
    device_revoked: bool
    outdated: bool
    """A command came in a version that a newer one has replaced: the app is old."""


@dataclass(slots=True)
class _Known:
    """Commands and numbers that the server has seen before."""

    commands: dict[uuid.UUID, Command]
    strangers: set[uuid.UUID]
    """Of those, the ones that another person's device sent."""
    seqs: dict[int, uuid.UUID]


def take_batch(
    session: Session,
    device_id: uuid.UUID,
    envelope: Envelope,
    *,
    received_at: datetime,
    trace_id: str | None = None,
) -> Taken:
    """Applies what is new, repeats what is known. Raises NotYourDevice, DeviceForked."""
    keep_loaded(session)
    device = session.scalar(_DEVICE, {"id": device_id})
    if device is None:
        raise NotYourDevice
    if device.revoked_at is not None:
        _demand_room(session, device, received_at)
    batch = Batch(
        session=session,
        device=device,
        courier=get_courier_of(session, device),
        clock=envelope.clock,
        received_at=received_at,
        trace_id=trace_id,
        last_seq=device.last_seq,
        last_at=device.last_at,
    )
    known = _Known(commands={}, strangers=set(), seqs={})
    if envelope.commands:  # most syncs only ask whether the day has changed
        batch.bookings |= load_bookings(session, lock_named(session, envelope.commands))
        known = _look_up(batch, envelope.commands)
    results = []
    for sent in envelope.commands:
        _check_fork(batch, sent, known)
        if sent.seq > batch.last_seq + 1 and not _jump_gap(batch, envelope, sent.seq):
            break  # what lies between has not arrived yet
        results.append(_take(batch, sent, known))
    _jump_gap(batch, envelope, None)
    session.add_all(batch.spent)
    device.last_seq, device.last_at = batch.last_seq, batch.last_at
    device.last_seen_at = received_at
    device.app_version = envelope.app or device.app_version
    device.clock_offsets = clocks.with_offset(device.clock_offsets, received_at, envelope.clock)
    issue_forms(session, batch.forms)
    _number_day(batch)
    return Taken(
        courier_id=batch.courier.id,
        results=tuple(results),
        ack_seq=device.last_seq,
        clock_wrong=clocks.is_wrong(received_at, envelope.clock),
        device_revoked=device.revoked_at is not None,
        outdated=any(is_outdated(each.type, each.schema_version) for each in envelope.commands),
    )


def _demand_room(session: Session, device: Device, received_at: datetime) -> None:
    """A lost phone may still send what was done with it, but not fill the disk."""
    since = clock.local_instant(clock.local_date(received_at), time.min)
    kept = session.scalar(
        select(func.count())
        .select_from(QuarantinedCommand)
        .where(QuarantinedCommand.device_id == device.id, QuarantinedCommand.received_at >= since)
    )
    if (kept or 0) >= REVOKED_DAILY_CAP:
        raise SyncBusy(retry_after_s=3600)


def _look_up(batch: Batch, commands: tuple[SentCommand, ...]) -> _Known:
    rows = batch.session.execute(_COMMANDS, {"ids": [sent.id for sent in commands]}).all()
    seqs = batch.session.execute(
        _SEQS, {"device_id": batch.device.id, "seqs": [sent.seq for sent in commands]}
    )
    return _Known(
        commands={row.Command.id: row.Command for row in rows},
        strangers={row.Command.id for row in rows if row.person_id != batch.device.person_id},
        seqs={row.seq: row.command_id for row in seqs},
    )


def _check_fork(batch: Batch, sent: SentCommand, known: _Known) -> None:
    """A restored backup or a cloned phone spends a number twice."""
    spent_on = known.seqs.get(sent.seq)
    unknown_but_old = sent.seq <= batch.last_seq and sent.id not in known.commands
    if (spent_on is not None and spent_on != sent.id) or unknown_but_old:
        raise DeviceForked


def _take(batch: Batch, sent: SentCommand, known: _Known) -> JsonObject:
    expected = batch.last_seq + 1
    first = known.commands.get(sent.id)
    if first is None:
        row = apply_command(batch, sent)
        known.commands[sent.id] = row
        entry = row.outcome
    elif first.fingerprint == sent.fingerprint and sent.id not in known.strangers:
        entry = first.outcome | {"replayed": True}
    else:
        entry = keep_reused(batch, sent)
    if sent.seq == expected:
        use_seq(batch, sent)
    return entry


def _jump_gap(batch: Batch, envelope: Envelope, wanted: int | None) -> bool:
    """Goes over numbers that the phone says it has lost; True if `wanted` is next then.

    wanted: number of the next command, or None after the last one.
    """
    device, gap = batch.device, envelope.gap_lost
    expected = batch.last_seq + 1
    if gap is None or not gap[0] <= expected <= gap[1]:
        return False
    if wanted is not None and wanted != gap[1] + 1:
        return False
    batch.session.add(
        LostSeqs(
            device_id=device.id,
            first_seq=expected,
            last_seq=gap[1],
            reported_at=batch.received_at,
        )
    )
    open_work_item(
        batch.session,
        "outbox_lost",
        province_code=batch.courier.province_code,
        courier_id=batch.courier.id,
        detail={"device": str(device.id), "first_seq": expected, "last_seq": gap[1]},
    )
    batch.last_seq = gap[1]
    return True


def _number_day(batch: Batch) -> None:
    """New revisions for every day that changed, and for this one when its first date moves."""
    today = clock.local_date(batch.received_at)
    rolls = batch.courier.day_from is None or batch.courier.day_from < today
    changed = batch.changed_couriers | ({batch.courier.id} if rolls else set())
    revisions.raise_revisions(batch.session, changed)
    if rolls:
        revisions.roll_day(batch.session, batch.courier.id, today)
