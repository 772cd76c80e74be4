"""Proofs: the photos, signatures and files that commands, acts and complaints name.

A command may arrive before its proof. Names are each sender's own, so that nobody learns whether a
file exists by asking for its hash; what nothing names within a week is removed.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import time, timedelta

from sqlalchemy import (
    ColumnElement,
    Exists,
    Select,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend import clock
from backend.courier_day.counters.acts import ActProof, CounterAct
from backend.courier_day.envelope import Content
from backend.courier_day.errors import SyncBusy
from backend.courier_day.models import (
    Command,
    CommandProof,
    ComplaintAttachment,
    Proof,
    WorkItem,
    WorkItemStatus,
)
from backend.courier_day.pictures import Picture, write_anew
from backend.courier_day.work_items import open_work_item
from backend.fleet.models import Courier
from backend.storage import BlobHashMismatch, BlobNotFound, ContentFolder

MOST_BYTES = 512 * 1024
"""SYNC §11: the phone shrinks photos first."""

MOST_A_DAY = 1_000
"""Pictures of one courier on one day: 60 stops with a dozen each, and no disk is filled."""

ASKED_AT_ONCE = 100
"""Hashes in one `need_blobs`; the next sync asks for more."""

MISSED_AFTER = timedelta(hours=24)
UNNAMED_KEPT = timedelta(days=7)
"""SYNC §11: then a person hears of it; then it is removed."""

MISSING = "evidence_pending"
"""Kind of the work item."""


def keep_proof(
    session: Session, files: ContentFolder, owner_id: uuid.UUID, sha256: str, sent: bytes
) -> bool:
    """Keeps a picture under the hash of what was sent; False if it was there already.

    owner_id: the courier, or the person of the clerk, who sends it.
    The file is on disk before the row can be committed. Raises BlobHashMismatch,
    PictureNotReadable, PictureTooLarge, SyncBusy (more than MOST_A_DAY).
    """
    is_new = keep_file(
        session, files, owner_id, sha256, sent, read=write_anew, demand_room=_demand_room
    )
    if is_new:
        _settle_alarms(session, owner_id, bytes.fromhex(sha256))
    return is_new


def keep_file(
    session: Session,
    files: ContentFolder,
    owner_id: uuid.UUID,
    sha256: str,
    sent: bytes,
    *,
    read: Callable[[bytes], Picture],
    demand_room: Callable[[Session, uuid.UUID], None],
) -> bool:
    """Keeps what `read` makes of a file under the hash of what was sent; False if it was there.

    owner_id: whose name the hash is. demand_room: raises when its owner has sent too much.
    Raises BlobHashMismatch, and what the two raise.
    """
    digest = hashlib.sha256(sent).digest()
    if digest.hex() != sha256.lower():
        raise BlobHashMismatch
    moment = clock.now()
    known = session.get(Proof, (owner_id, digest), with_for_update=True)
    if known is not None:
        known.received_at = moment  # its week begins anew: `remove_unnamed` looks again at the row
        return False
    demand_room(session, owner_id)
    picture = read(sent)
    row = session.execute(
        insert(Proof)
        .values(
            owner_id=owner_id,
            sha256=digest,
            stored_sha256=hashlib.sha256(picture.content).digest(),
            size_bytes=len(picture.content),
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            received_at=moment,
        )
        .on_conflict_do_nothing()
        .returning(Proof.sha256)
    ).first()
    _folder_of(files, owner_id).write_file(picture.content)
    return row is not None


def read_proof(session: Session, files: ContentFolder, owner_id: uuid.UUID, sha256: str) -> bytes:
    """The picture as kept. Raises BlobNotFound, BlobDamaged."""
    proof = find_proof(session, owner_id, sha256)
    if proof is None:
        raise BlobNotFound(sha256=sha256)
    return _folder_of(files, owner_id).read_file(proof.stored_sha256.hex())


def find_proof(session: Session, owner_id: uuid.UUID, sha256: str) -> Proof | None:
    """The row of somebody's picture by the hash of what was sent; None for no hash too."""
    try:
        digest = bytes.fromhex(sha256)
    except ValueError:
        return None
    return session.get(Proof, (owner_id, digest))


def name_proofs(session: Session, courier: Courier, command_id: uuid.UUID, named: Content) -> None:
    """Remembers which pictures a command names, whether they have arrived or not."""
    for ordinal, blob in enumerate(named.blobs):
        session.add(
            CommandProof(
                command_id=command_id,
                ordinal=ordinal,
                courier_id=courier.id,
                sha256=bytes.fromhex(blob.sha256),
                slot=blob.slot[:60],
            )
        )


def _arrived(owner: InstrumentedAttribute[uuid.UUID]) -> Exists:
    """Whether the picture came that the row of `owner` names."""
    return exists().where(Proof.owner_id == owner, Proof.sha256 == owner.class_.sha256)


def _needed() -> Select[bytes]:
    by_commands = (
        select(CommandProof.sha256, func.min(Command.received_at).label("named_at"))
        .join(Command, Command.id == CommandProof.command_id)
        .where(CommandProof.courier_id == bindparam("owner_id"), ~_arrived(CommandProof.courier_id))
        .group_by(CommandProof.sha256)
    )
    by_acts = (
        select(ActProof.sha256, func.min(CounterAct.at).label("named_at"))
        .join(CounterAct, CounterAct.id == ActProof.act_id)
        .where(ActProof.owner_id == bindparam("owner_id"), ~_arrived(ActProof.owner_id))
        .group_by(ActProof.sha256)
    )
    named = union_all(by_commands, by_acts).subquery()
    return select(named.c.sha256).order_by(named.c.named_at, named.c.sha256).limit(ASKED_AT_ONCE)


_NEEDED = _needed()


def is_awaited(owner: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    """Whether anything that `list_needed` would name is missing: for a row that has its owner."""
    by_commands = exists().where(
        CommandProof.courier_id == owner, ~_arrived(CommandProof.courier_id)
    )
    by_acts = exists().where(ActProof.owner_id == owner, ~_arrived(ActProof.owner_id))
    return or_(by_commands, by_acts)


def list_needed(session: Session, owner_id: uuid.UUID) -> list[str]:
    """Hashes that commands or acts named and that never arrived, the oldest first."""
    return [digest.hex() for digest in session.scalars(_NEEDED, {"owner_id": owner_id})]


def alarm_missing(session: Session) -> int:
    """A work item for each command or act whose pictures have not come in a day; how many."""
    return _alarm_commands(session) + _alarm_acts(session)


def _alarm_commands(session: Session) -> int:
    late = (
        select(CommandProof.command_id, CommandProof.courier_id, func.count().label("missing"))
        .join(Command, Command.id == CommandProof.command_id)
        .where(
            CommandProof.alarmed_at.is_(None),
            Command.received_at < clock.now() - MISSED_AFTER,
            ~_arrived(CommandProof.courier_id),
        )
        .group_by(CommandProof.command_id, CommandProof.courier_id)
    )
    found = session.execute(late).all()
    for row in found:
        open_work_item(
            session,
            MISSING,
            province_code=session.get_one(Courier, row.courier_id).province_code,
            courier_id=row.courier_id,
            command_id=row.command_id,
            detail={"missing": row.missing},
        )
    session.execute(
        update(CommandProof)
        .where(CommandProof.command_id.in_([row.command_id for row in found]))
        .values(alarmed_at=clock.now())
    )
    return len(found)


def _alarm_acts(session: Session) -> int:
    late = (
        select(ActProof.act_id, CounterAct.province_code, func.count().label("missing"))
        .join(CounterAct, CounterAct.id == ActProof.act_id)
        .where(
            ActProof.alarmed_at.is_(None),
            CounterAct.at < clock.now() - MISSED_AFTER,
            ~_arrived(ActProof.owner_id),
        )
        .group_by(ActProof.act_id, CounterAct.province_code)
    )
    found = session.execute(late).all()
    for row in found:
        open_work_item(
            session,
            MISSING,
            province_code=row.province_code,
            detail={"act": str(row.act_id), "missing": row.missing},
        )
    session.execute(
        update(ActProof)
        .where(ActProof.act_id.in_([row.act_id for row in found]))
        .values(alarmed_at=clock.now())
    )
    return len(found)


def remove_unnamed(session: Session, files: ContentFolder) -> int:
    """Deletes files that nothing named for a week; returns how many.

    The row is locked while its file goes: the same picture sent again waits, and is written anew.
    """
    unnamed = (
        delete(Proof)
        .where(
            Proof.received_at < clock.now() - UNNAMED_KEPT,
            ~exists().where(
                CommandProof.courier_id == Proof.owner_id, CommandProof.sha256 == Proof.sha256
            ),
            ~exists().where(ActProof.owner_id == Proof.owner_id, ActProof.sha256 == Proof.sha256),
            ~exists().where(
                ComplaintAttachment.booking_id == Proof.owner_id,
                ComplaintAttachment.sha256 == Proof.sha256,
            ),
        )
        .returning(Proof.owner_id, Proof.stored_sha256)
    )
    gone = session.execute(unnamed).all()
    for owner_id, stored in gone:
        still_used = session.scalar(
            select(func.count())
            .select_from(Proof)
            .where(Proof.owner_id == owner_id, Proof.stored_sha256 == stored)
        )
        if not still_used:
            _folder_of(files, owner_id).remove_file(stored.hex())
    return len(gone)


def count_kept_today(session: Session, owner_id: uuid.UUID) -> int:
    """How many files an owner has sent on this local day."""
    since = clock.local_instant(clock.today_local(), time.min)
    kept = session.scalar(
        select(func.count())
        .select_from(Proof)
        .where(Proof.owner_id == owner_id, Proof.received_at >= since)
    )
    return kept or 0


def _demand_room(session: Session, owner_id: uuid.UUID) -> None:
    if count_kept_today(session, owner_id) >= MOST_A_DAY:
        raise SyncBusy(retry_after_s=3600)


def _settle_alarms(session: Session, owner_id: uuid.UUID, digest: bytes) -> None:
    """Closes the work items whose last missing picture has now come."""
    session.flush()
    for command_id in session.scalars(
        select(CommandProof.command_id).where(
            CommandProof.courier_id == owner_id, CommandProof.sha256 == digest
        )
    ).all():
        of_command = CommandProof.command_id == command_id, ~_arrived(CommandProof.courier_id)
        if not session.scalar(select(exists().where(*of_command))):
            _close(session, WorkItem.command_id == command_id)
    for act_id in session.scalars(
        select(ActProof.act_id).where(ActProof.owner_id == owner_id, ActProof.sha256 == digest)
    ).all():
        of_act = ActProof.act_id == act_id, ~_arrived(ActProof.owner_id)
        if not session.scalar(select(exists().where(*of_act))):
            _close(session, WorkItem.detail["act"].astext == str(act_id))


def _close(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(WorkItem)
        .where(WorkItem.kind == MISSING, which)
        .values(status=WorkItemStatus.CLOSED, closed_at=clock.now())
    )


def _folder_of(files: ContentFolder, owner_id: uuid.UUID) -> ContentFolder:
    """Everybody's pictures lie apart: removing one sender's file is nobody else's loss."""
    return ContentFolder(files.folder / "proofs" / str(owner_id))
