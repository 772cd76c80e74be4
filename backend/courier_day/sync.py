"""One sync: take the batch, commit, and only then build the answer from one snapshot."""

import random
import time
import uuid

from sqlalchemy import bindparam, select

from backend import clock, database
from backend.accounts.models import Device
from backend.courier_day import revisions
from backend.courier_day.apply import is_from_database
from backend.courier_day.arrivals.shown import FRESH_FOR, arrivals_for_phone, has_fresh
from backend.courier_day.batch import Taken, take_batch
from backend.courier_day.day import read_day
from backend.courier_day.devices import get_courier_of
from backend.courier_day.envelope import Envelope
from backend.courier_day.errors import DeviceForked, NotYourDevice, SyncBusy
from backend.courier_day.missing_proofs import is_awaited, list_needed
from backend.courier_day.work_items import has_gaps, list_gaps, open_work_item
from backend.database import JsonObject
from backend.fleet.models import Courier
from backend.logs import get_logger

MAX_TRIES = 5
"""SYNC §4: a batch that meets a deadlock is repeated so often, then the phone waits."""

PAUSE_S = 0.05
"""Upper bound of the first random pause between two tries; it doubles."""

NEXT_POLL_S = 300

_STANDING = select(
    Courier,
    revisions.NEWEST_EPOCH.label("epoch"),
    is_awaited(Courier.id).label("awaited"),
    has_gaps(Courier.id).label("gaps"),
    has_fresh(Courier.id, bindparam("since")).label("fresh"),
).where(Courier.id == bindparam("id"))
"""Whose sync it is, and what there is to tell besides the day: mostly nothing, asked at once."""

log = get_logger(__name__)


def sync(device_id: uuid.UUID, envelope: Envelope, *, trace_id: str | None = None) -> JsonObject:
    """The answer to one request of a known device, after everything in it is durable.

    Opens its own transactions. Raises NotYourDevice, DeviceForked (nothing was applied), SyncBusy.
    """
    if envelope.device_id != device_id:
        raise NotYourDevice
    received_at = clock.now()
    taken = _take_durably(device_id, envelope, trace_id)
    with database.snapshot() as session:
        since = clock.now() - FRESH_FOR
        found = session.execute(_STANDING, {"id": taken.courier_id, "since": since}).one()
        courier: Courier = found.Courier
        epoch, revision = found.epoch or revisions.FIRST_EPOCH, courier.revision
        restored = envelope.seen_epoch not in {None, epoch}
        held = envelope.seen_epoch == epoch and envelope.seen_revision == revision
        tells = not taken.device_revoked
        day = read_day(session, courier) if tells and not held else None
        needed = list_needed(session, courier.id) if tells and found.awaited else []
        arrivals = arrivals_for_phone(session, courier.id) if tells and found.fresh else []
        wanted = list_gaps(session, courier.id) if tells and found.gaps else []
    return {
        "server_now": clock.to_local(received_at).isoformat(timespec="milliseconds"),
        "results": list(taken.results),
        "ack_seq": taken.ack_seq,
        "epoch": epoch,
        "revision": revision,
        "checkpoint": revision,
        "day": day,
        "arrivals": arrivals,
        "need_blobs": needed,
        "directives": _directives(taken, restored=restored)
        + [f"tell_of:{dossier_id}" for dossier_id in wanted],
        "next_poll_s": NEXT_POLL_S,
    }


def _directives(taken: Taken, *, restored: bool) -> list[str]:
    """What the phone shall do besides. After a restore: send again what this copy never got."""
    wanted = {
        "clock_wrong": taken.clock_wrong,
        "upgrade": taken.outdated,
        "device_revoked": taken.device_revoked,
        f"resend_from:{taken.ack_seq + 1}": restored,
    }
    return [directive for directive, holds in wanted.items() if holds]


def _take_durably(device_id: uuid.UUID, envelope: Envelope, trace_id: str | None) -> Taken:
    for attempt in range(MAX_TRIES):
        try:
            with database.unit_of_work() as session:
                return take_batch(
                    session, device_id, envelope, received_at=clock.now(), trace_id=trace_id
                )
        except DeviceForked:
            _alarm_fork(device_id)
            raise
        except Exception as error:
            if not is_from_database(error):
                raise
            log.warning("sync_repeated", attempt=attempt + 1, reason=type(error).__name__)
            time.sleep(random.uniform(0, PAUSE_S * 2**attempt))
    raise SyncBusy(retry_after_s=2)


def _alarm_fork(device_id: uuid.UUID) -> None:
    """The batch was rolled back; that somebody may ride with a cloned phone was not."""
    with database.unit_of_work() as session:
        device = session.get_one(Device, device_id)
        courier = get_courier_of(session, device)
        open_work_item(
            session,
            "device_forked",
            province_code=courier.province_code,
            courier_id=courier.id,
            detail={"device": str(device_id), "last_seq": device.last_seq},
        )
