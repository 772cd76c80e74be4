"""What the phones sent: commands with their outcomes, and the work left for people."""

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Identified, InProvince, Instant, JsonObject, enum_column
from backend.dossiers.models import AtQuality


class CommandStatus(StrEnum):
    """Outcome of a command; all four are final for the phone (SYNC §3.2)."""

    APPLIED = "applied"
    FLAGGED = "flagged"
    REFUSED = "refused"
    QUARANTINED = "quarantined"


class SyncEpoch(Base):
    """Changes on every restore from backup, so that all phones take the whole day anew."""

    __tablename__ = "sync_epoch"

    epoch: Mapped[str] = mapped_column(String(40), primary_key=True)
    started_at: Mapped[Instant]


class Command(Base):
    """One action recorded on a phone, kept for ever with its outcome, verbatim but for what is
    forgotten of people in time."""

    __tablename__ = "command"
    __table_args__ = (
        Index("ix_command_redact_at", "redact_at", postgresql_where=sql("redact_at IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id"))
    seq: Mapped[int] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(80))
    schema_version: Mapped[int]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    raw: Mapped[str] = mapped_column(Text)
    """The JSON text as sent; may be redacted while the fingerprint stays."""
    wall: Mapped[datetime | None]
    uptime_ms: Mapped[int | None] = mapped_column(BigInteger)
    boot: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[Instant]
    at_quality: Mapped[AtQuality] = mapped_column(enum_column(AtQuality))
    received_at: Mapped[Instant]
    status: Mapped[CommandStatus] = mapped_column(enum_column(CommandStatus))
    code: Mapped[str | None] = mapped_column(String(60))
    outcome: Mapped[JsonObject]
    """The entry of `results[]` that every repeat returns."""
    redact_at: Mapped[Instant | None]
    """When the next part of `raw` is to be forgotten; None: nothing of it ever is."""
    redacted_at: Mapped[Instant | None]
    """When a part was last; from then on `fingerprint` is of more than `raw` still says."""


class DeviceSeq(Base):
    """Which command used a device's number: unique, so that a clone is noticed."""

    __tablename__ = "device_seq"

    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    command_id: Mapped[uuid.UUID]


class LostSeqs(Base):
    """Numbers that a phone can never send because its outbox was lost (`gap_lost`)."""

    __tablename__ = "lost_seqs"
    __table_args__ = (CheckConstraint("first_seq <= last_seq", name="in_order"),)

    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id"), primary_key=True)
    first_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    last_seq: Mapped[int] = mapped_column(BigInteger)
    reported_at: Mapped[Instant]


class QuarantinedCommand(Identified, Base):
    """Raw text of what could not be applied; a person decides, nothing is lost."""

    __tablename__ = "quarantined_command"
    __table_args__ = (
        UniqueConstraint("device_id", "command_id", "fingerprint"),
        Index(
            "ix_quarantined_command_unredacted",
            "received_at",
            postgresql_where=sql("redacted_at IS NULL"),
        ),
    )

    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id"), index=True)
    command_id: Mapped[uuid.UUID]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    seq: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(60))
    raw: Mapped[str] = mapped_column(Text)
    """JSON text, which may hold what no JSON column takes (escaped NUL, huge numbers)."""
    trace_id: Mapped[str | None] = mapped_column(String(64))
    received_at: Mapped[Instant]
    redacted_at: Mapped[Instant | None]


class Proof(Base):
    """A photo, signature or file that somebody sent, under the SHA-256 of what was sent.

    `stored_sha256` names the file that is kept: a picture is written anew, without metadata.
    """

    __tablename__ = "proof"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="sha256_length"),
        CheckConstraint("octet_length(stored_sha256) = 32", name="stored_sha256_length"),
    )

    owner_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    """The courier's row, the person of a clerk, the booking complained about: whose name the hash
    is."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    stored_sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    size_bytes: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(40))
    width: Mapped[int | None]
    """Pixels; None for a PDF, as is `height`."""
    height: Mapped[int | None]
    received_at: Mapped[Instant] = mapped_column(index=True)


class ComplaintAttachment(Identified, Base):
    """A picture or a PDF that a complaint names; its `proof` row belongs to the booking."""

    __tablename__ = "complaint_attachment"
    __table_args__ = (
        UniqueConstraint("complaint_id", "ordinal"),
        ForeignKeyConstraint(["booking_id", "sha256"], ["proof.owner_id", "proof.sha256"]),
        Index("ix_complaint_attachment_booking_id_sha256", "booking_id", "sha256"),
    )

    complaint_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("complaint.id"))
    ordinal: Mapped[int] = mapped_column(SmallInteger)
    """1, 2, 3 … as the citizen named them."""
    booking_id: Mapped[uuid.UUID]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Of what was sent; the file that is kept is the picture written anew."""
    proof: Mapped[Proof] = relationship(lazy="joined")


class CommandProof(Base):
    """A picture that a command names; it arrives before, after or never."""

    __tablename__ = "command_proof"
    __table_args__ = (Index("ix_command_proof_courier_id_sha256", "courier_id", "sha256"),)

    command_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("command.id"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    courier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"))
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    slot: Mapped[str] = mapped_column(String(60))
    alarmed_at: Mapped[Instant | None]


class WorkItemStatus(StrEnum):
    """Whether a person still has to act."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class WorkItem(Identified, InProvince, Base):
    """Something only a person can settle, for the dispatcher's list."""

    __tablename__ = "work_item"
    __table_args__ = (
        Index("ix_work_item_status_created_at", "status", "created_at"),
        Index("ix_work_item_dossier_id", "dossier_id"),
    )

    kind: Mapped[str] = mapped_column(String(60))
    command_id: Mapped[uuid.UUID | None]
    dossier_id: Mapped[uuid.UUID | None]
    stop_id: Mapped[uuid.UUID | None]
    courier_id: Mapped[uuid.UUID | None]
    detail: Mapped[JsonObject]
    status: Mapped[WorkItemStatus] = mapped_column(
        enum_column(WorkItemStatus), default=WorkItemStatus.OPEN
    )
    created_at: Mapped[Instant]
    closed_at: Mapped[Instant | None]
