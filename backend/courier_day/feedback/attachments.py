"""Pictures and PDFs that go with a complaint: sent first, under their hash, then named by it."""

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.courier_day.feedback.errors import (
    AttachmentNotSent,
    ComplaintFileNotFound,
    PdfNotReadable,
    TooManyAttachments,
)
from backend.courier_day.feedback.models import Complaint
from backend.courier_day.models import ComplaintAttachment
from backend.courier_day.pictures import Picture, write_anew
from backend.courier_day.proofs import count_kept_today, find_proof, keep_file, read_proof
from backend.storage import ContentFolder

MOST_BYTES = 1_048_576
"""A scanned page or two; the page shrinks pictures first [G]."""

MOST_OF_A_COMPLAINT = 5
MOST_A_DAY = 20
"""Of one booking: four tries with all five, and no disk is filled by a link [G]."""

PDF = "application/pdf"
_HEAD, _TAIL = b"%PDF-", b"%%EOF"
_TAIL_WITHIN = 1_024
"""Where the end mark stands (ISO 32000-1, annex H.3)."""


def keep_attachment(
    session: Session, files: ContentFolder, booking: Booking, sha256: str, sent: bytes
) -> bool:
    """Keeps a file that a complaint about this booking may name; False if it was there already.

    A picture is written anew without metadata; a PDF stays as it is and is only ever given out as a
    download. Raises BlobHashMismatch, PictureNotReadable, PictureTooLarge, PdfNotReadable,
    TooManyAttachments.
    """
    return keep_file(session, files, booking.id, sha256, sent, read=_read, demand_room=_demand_room)


def name_attachments(session: Session, complaint: Complaint, digests: Sequence[str]) -> None:
    """The complaint shows these files, in this order. Raises AttachmentNotSent."""
    for ordinal, sha256 in enumerate(dict.fromkeys(digests), start=1):
        proof = find_proof(session, complaint.booking_id, sha256)
        if proof is None:
            raise AttachmentNotSent(sha256=sha256[:12])
        complaint.attachments.append(
            ComplaintAttachment(
                ordinal=ordinal, booking_id=complaint.booking_id, sha256=proof.sha256, proof=proof
            )
        )
    session.flush()


def get_attachment(session: Session, attachment_id: uuid.UUID) -> ComplaintAttachment:
    """One file of a complaint. Raises ComplaintFileNotFound."""
    found = session.get(ComplaintAttachment, attachment_id)
    if found is None:
        raise ComplaintFileNotFound(file=attachment_id)
    return found


def read_attachment(
    session: Session, files: ContentFolder, attachment: ComplaintAttachment
) -> bytes:
    """Its bytes. Raises BlobDamaged."""
    return read_proof(session, files, attachment.booking_id, attachment.sha256.hex())


def _read(sent: bytes) -> Picture:
    if not sent.startswith(_HEAD):
        return write_anew(sent)
    if _TAIL not in sent[-_TAIL_WITHIN:]:
        raise PdfNotReadable
    return Picture(content=sent, media_type=PDF, width=None, height=None)


def _demand_room(session: Session, booking_id: uuid.UUID) -> None:
    if count_kept_today(session, booking_id) >= MOST_A_DAY:
        raise TooManyAttachments(most=MOST_A_DAY)
