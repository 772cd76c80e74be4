"""Dossiers, the legs of their journeys, and the append-only custody log."""

import uuid
from datetime import date, time
from enum import StrEnum

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.catalogue.models import Procedure
from backend.database import Base, Identified, InProvince, Instant, enum_column
from backend.places.models import Office, PlaceKind, PlanningArea


class KeeperKind(StrEnum):
    """Who can hold a dossier."""

    CITIZEN = "CITIZEN"
    COURIER = "COURIER"
    POST_OFFICE = "POST_OFFICE"
    OFFICE = "OFFICE"


class DossierState(StrEnum):
    """Where a dossier stands in its journey (DOMAIN §4); the keeper says in whose hands.

    Which event leads from where to where stands in `backend.dossiers.transitions`.
    """

    ANNOUNCED = "ANNOUNCED"
    CHECKED = "CHECKED"
    """Compared with the checklist at the door: complete."""
    INCOMPLETE = "INCOMPLETE"
    """Something is missing; the citizen was told in writing what."""
    LISTED = "LISTED"
    """Paper list made and signed."""
    SEALED = "SEALED"
    WITH_COURIER = "WITH_COURIER"
    PRESENTED = "PRESENTED"
    """On the office's desk, minutes not signed: the courier still answers for it."""
    REFUSED = "REFUSED"
    """The desk refused it in writing; it goes back to its sender."""
    AT_POST_OFFICE = "AT_POST_OFFICE"
    HANDED_OVER = "HANDED_OVER"
    RESULT_READY = "RESULT_READY"
    RESULT_WITH_COURIER = "RESULT_WITH_COURIER"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    """The courier is on the way to the door, and the citizen knows it."""
    RESULT_REFUSED = "RESULT_REFUSED"
    """The receiver did not take it; it goes back to the office."""
    RESULT_AT_POST_OFFICE = "RESULT_AT_POST_OFFICE"
    RESULT_RETURNED = "RESULT_RETURNED"
    """Back at the office that made it."""
    DELIVERED = "DELIVERED"
    RETURNED = "RETURNED"
    """The papers are back with their sender."""


class Condition(StrEnum):
    """What became of the papers themselves, wherever they are (the side states of DOMAIN §4)."""

    INTACT = "INTACT"
    SEAL_BROKEN = "SEAL_BROKEN"
    DAMAGED = "DAMAGED"
    LOST = "LOST"
    """The newest keeper answers for it; nothing moves until it is found."""


class CaseStatus(StrEnum):
    """What the office says about the case: the ten states of the portals, by number."""

    NEWLY_FILED = "NEWLY_FILED"
    ACCEPTED = "ACCEPTED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    IN_PROCESS = "IN_PROCESS"
    SUPPLEMENT_ASKED = "SUPPLEMENT_ASKED"
    PAYMENT_ASKED = "PAYMENT_ASKED"
    WITHDRAWAL_ASKED = "WITHDRAWAL_ASKED"
    STOPPED = "STOPPED"
    RESOLVED = "RESOLVED"
    RESULT_RETURNED = "RESULT_RETURNED"


class CodeSeries(Identified, InProvince, Base):
    """A counter of codes that are issued once and never again."""

    __tablename__ = "code_series"
    __table_args__ = (UniqueConstraint("province_code", "kind"),)

    kind: Mapped[str] = mapped_column(String(40))
    prefix: Mapped[str] = mapped_column(String(8))
    next_number: Mapped[int] = mapped_column(BigInteger, default=1)


class Dossier(Identified, InProvince, Base):
    """The papers of one procedure: one custody unit (hồ sơ)."""

    __tablename__ = "dossier"
    __table_args__ = (
        UniqueConstraint("item_code"),
        Index("ix_dossier_keeper", "keeper_kind", "keeper_id"),
        Index("ix_dossier_seal_no", "province_code", "seal_no"),
    )

    item_code: Mapped[str] = mapped_column(String(13))
    """UPU S10 item code with check digit."""
    portal_code: Mapped[str | None] = mapped_column(String(80), index=True)
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"))
    resolving_office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("office.id"))
    filing_office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("office.id"))
    state: Mapped[DossierState] = mapped_column(enum_column(DossierState))
    condition: Mapped[Condition] = mapped_column(enum_column(Condition), default=Condition.INTACT)
    case_status: Mapped[CaseStatus | None] = mapped_column(enum_column(CaseStatus))
    """What the office made of it; None until it is filed."""
    keeper_kind: Mapped[KeeperKind] = mapped_column(enum_column(KeeperKind))
    keeper_id: Mapped[uuid.UUID]
    seal_no: Mapped[str | None] = mapped_column(String(40))
    accepted_on: Mapped[date | None]
    """Day on the slip, J of the transit promise."""
    filed_at: Mapped[Instant | None]
    """Legal filing time: the signature of the hand-over minutes."""
    appointment_on: Mapped[date | None]
    supplements_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("dossier.id"))
    """The dossier whose missing papers these are; handing them over files it anew."""
    event_count: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    version: Mapped[int] = mapped_column(default=1)
    procedure: Mapped[Procedure] = relationship()
    filing_office: Mapped[Office] = relationship(foreign_keys=[filing_office_id])
    resolving_office: Mapped[Office] = relationship(foreign_keys=[resolving_office_id])
    legs: Mapped[list["Leg"]] = relationship(back_populates="dossier", order_by="Leg.ordinal")


class LegPurpose(StrEnum):
    """Which way the carriage goes."""

    COLLECTION = "COLLECTION"
    RETURN = "RETURN"
    LINE_HAUL = "LINE_HAUL"


class LegStatus(StrEnum):
    """OPEN legs wait to be planned; UNDER_WAY = the courier holds the papers."""

    OPEN = "OPEN"
    PLANNED = "PLANNED"
    UNDER_WAY = "UNDER_WAY"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Leg(Identified, InProvince, Base):
    """One carriage of a dossier between two places (chặng).

    The id of an end is an address, an office or a post office, as its kind says.
    """

    __tablename__ = "leg"
    __table_args__ = (
        UniqueConstraint("dossier_id", "ordinal"),
        CheckConstraint(
            "(window_start IS NULL) = (window_end IS NULL) AND window_start <= window_end",
            name="window_whole_and_in_order",
        ),
        Index("ix_leg_planning_area_id_service_date", "planning_area_id", "service_date"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"))
    ordinal: Mapped[int]
    purpose: Mapped[LegPurpose] = mapped_column(enum_column(LegPurpose))
    from_kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind, name="from_kind"))
    from_id: Mapped[uuid.UUID]
    to_kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind, name="to_kind"))
    to_id: Mapped[uuid.UUID]
    planning_area_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("planning_area.id"))
    service_date: Mapped[date]
    """Local date on which the leg shall be ridden."""
    window_start: Mapped[time | None]
    window_end: Mapped[time | None]
    """The citizen's slot at the home end, local time; None = office hours alone bind."""
    ready_at: Mapped[Instant | None]
    """A result can be fetched from then on."""
    due_on: Mapped[date]
    """Last day of the transit promise (J + n working days)."""
    attempt: Mapped[int] = mapped_column(default=1)
    cash_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    """Cash the courier takes at the home end."""
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    status: Mapped[LegStatus] = mapped_column(enum_column(LegStatus), default=LegStatus.OPEN)
    failure_reason: Mapped[str | None] = mapped_column(String(40))
    promise_waits: Mapped[bool] = mapped_column(default=False)
    """Its second end failed by nobody of the post: the clock stands until the next try."""
    version: Mapped[int] = mapped_column(default=1)
    dossier: Mapped[Dossier] = relationship(back_populates="legs")
    planning_area: Mapped[PlanningArea] = relationship()


class CustodyEventType(StrEnum):
    """What moved a dossier from one keeper to another, was noted about it, or failed."""

    ANNOUNCED = "ANNOUNCED"
    PAPERS_CHECKED = "PAPERS_CHECKED"
    PAPERS_INCOMPLETE = "PAPERS_INCOMPLETE"
    PAPERS_LISTED = "PAPERS_LISTED"
    PAPERS_SEALED = "PAPERS_SEALED"
    COLLECTED = "COLLECTED"
    PRESENTED = "PRESENTED"
    REFUSED_AT_DESK = "REFUSED_AT_DESK"
    WRONG_OFFICE = "WRONG_OFFICE"
    WITHDRAWN = "WITHDRAWN"
    HANDED_OVER = "HANDED_OVER"
    CASE_MOVED = "CASE_MOVED"
    """The office's case changed its status; the reason names the new one."""
    RESULT_LATE = "RESULT_LATE"
    RESULT_READY = "RESULT_READY"
    FETCHED = "FETCHED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    OFFICE_INFORMED = "OFFICE_INFORMED"
    INVITED = "INVITED"
    """A delivery notice was left; the reason is its number, 1 or 2."""
    RESULT_REFUSED = "RESULT_REFUSED"
    REDIRECTED = "REDIRECTED"
    UNCLAIMED = "UNCLAIMED"
    RETURNED_TO_OFFICE = "RETURNED_TO_OFFICE"
    DEPOSITED = "DEPOSITED"
    TAKEN_FROM_POST_OFFICE = "TAKEN_FROM_POST_OFFICE"
    FORWARDED = "FORWARDED"
    """From one post office to another: line-haul."""
    PICKED_UP = "PICKED_UP"
    """The citizen came to the counter."""
    OFFERED = "OFFERED"
    EXCHANGED = "EXCHANGED"
    RETURNED_TO_SENDER = "RETURNED_TO_SENDER"
    ATTEMPT_FAILED = "ATTEMPT_FAILED"
    SEAL_BROKEN = "SEAL_BROKEN"
    DAMAGED = "DAMAGED"
    REWRAPPED = "REWRAPPED"
    LOST = "LOST"
    FOUND = "FOUND"
    GAP = "GAP"
    """A move that nobody reported: bridges the keeper known here and the one who acted."""


class AtQuality(StrEnum):
    """How the instant of an event was found (SYNC §8)."""

    EXACT = "EXACT"
    BOOT = "BOOT"
    WALL = "WALL"
    SERVER = "SERVER"


class CustodyEvent(Base):
    """One line of a dossier's custody log: append-only, hash-chained, without personal data.

    The application's database role may INSERT and SELECT here, nothing else (SYNC §9).
    `backend.dossiers.custody` is the only writer.
    """

    __tablename__ = "custody_event"
    __table_args__ = (
        UniqueConstraint("command_id", "ordinal"),
        CheckConstraint("n >= 1", name="numbered_from_one"),
        CheckConstraint("length(prev) = 32 AND length(hash) = 32", name="sha256_lengths"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    type: Mapped[CustodyEventType] = mapped_column(enum_column(CustodyEventType))
    state: Mapped[DossierState] = mapped_column(enum_column(DossierState))
    """State after the event."""
    from_kind: Mapped[KeeperKind] = mapped_column(enum_column(KeeperKind, name="from_kind"))
    from_id: Mapped[uuid.UUID]
    to_kind: Mapped[KeeperKind] = mapped_column(enum_column(KeeperKind, name="to_kind"))
    to_id: Mapped[uuid.UUID]
    """The keeper after the event; equal to the giver where nothing changed hands."""
    command_id: Mapped[uuid.UUID | None]
    ordinal: Mapped[int] = mapped_column(default=0)
    device_id: Mapped[uuid.UUID | None]
    actor_id: Mapped[uuid.UUID | None]
    place_kind: Mapped[PlaceKind | None] = mapped_column(enum_column(PlaceKind))
    place_id: Mapped[uuid.UUID | None]
    at: Mapped[Instant]
    at_quality: Mapped[AtQuality] = mapped_column(enum_column(AtQuality))
    received_at: Mapped[Instant]
    seal: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(40))
    """Why an attempt failed, or why a report moved nothing (the flag of its command)."""
    blob_hashes: Mapped[list[str]] = mapped_column(ARRAY(String(64)), default=list)
    corrects_n: Mapped[int | None]
    """Number of the earlier event of this dossier that this one explains or puts right."""
    prev: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
