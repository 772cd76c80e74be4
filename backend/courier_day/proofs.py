"""Proofs: the photos, signatures and files that commands, acts and complaints name.

A command may arrive before its proof. Names are each sender's own, so that nobody learns whether a
file exists by asking for its hash; what nothing names within a week is removed.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import time, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.counters.acts import ActProof
from backend.courier_day.envelope import Content
from backend.courier_day.errors import SyncBusy
from backend.courier_day.missing_proofs import settle_alarms
from backend.courier_day.models import CommandProof, ComplaintAttachment, Proof
from backend.courier_day.pictures import Picture, write_anew
from backend.fleet.models import Courier
from backend.storage import BlobHashMismatch, BlobNotFound, ContentFolder

MOST_BYTES = 512 * 1024
"""SYNC §11: the phone shrinks photos first."""

MOST_A_DAY = 1_000
"""Pictures of one courier on one day: 60 stops with a dozen each, and no disk is filled."""

UNNAMED_KEPT = timedelta(days=7)
"""SYNC §11: then it is removed."""


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
        settle_alarms(session, owner_id, bytes.fromhex(sha256))
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


def _folder_of(files: ContentFolder, owner_id: uuid.UUID) -> ContentFolder:
    """Everybody's pictures lie apart: removing one sender's file is nobody else's loss."""
    return ContentFolder(files.folder / "proofs" / str(owner_id))
