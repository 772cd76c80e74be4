"""Bookings: a citizen's request for a visit, with the people and dossiers it names."""

import uuid
from datetime import date, time
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.models import Account
from backend.catalogue.models import Procedure
from backend.database import Base, Identified, InProvince, Instant, Sourced, enum_column
from backend.dossiers.models import Dossier
from backend.places.models import Address, Office, PlanningArea, PostOffice


class BookingMode(StrEnum):
    """Send papers in, bring the result back, or both (DOMAIN §5.1)."""

    SEND = "SEND"
    RETURN = "RETURN"
    BOTH = "BOTH"


class BookingChannel(StrEnum):
    """Where the request was made."""

    PHONE = "PHONE"
    COUNTER = "COUNTER"
    PORTAL = "PORTAL"
    APP = "APP"
    OFFICE = "OFFICE"


class BookingStatus(StrEnum):
    """How far a booking has come (DOMAIN §4)."""

    TO_PLACE = "TO_PLACE"
    REQUESTED = "REQUESTED"
    SCHEDULED = "SCHEDULED"
    COLLECTED = "COLLECTED"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


OVER = frozenset({BookingStatus.DONE, BookingStatus.FAILED, BookingStatus.CANCELLED})
"""Nothing more is to be done for such a booking."""


class Contact(Identified, InProvince, Base):
    """The applicant's erasable data. Bookings and the custody log name only the id."""

    __tablename__ = "contact"

    full_name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2), default="vi")
    """In which notices are written: vi or en."""
    version: Mapped[int] = mapped_column(default=1)
    """Grows with every correction, so that a phone's stale correction is noticed."""
    redacted_at: Mapped[Instant | None]


class Booking(Identified, InProvince, Sourced, Base):
    """A citizen's request for a visit (phiếu yêu cầu)."""

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("province_code", "reference"),
        CheckConstraint(
            "(slot_start IS NULL) = (slot_end IS NULL) AND slot_start < slot_end",
            name="slot_whole_and_in_order",
        ),
        CheckConstraint("dossier_count > 0", name="dossier_count_positive"),
        Index("ix_booking_status_service_date", "status", "service_date"),
        Index(
            "ix_booking_special_needs",
            "service_date",
            postgresql_where=sql("special_needs IS NOT NULL"),
        ),
    )

    reference: Mapped[str] = mapped_column(String(60))
    """The caller's own key: the same reference never books twice."""
    mode: Mapped[BookingMode] = mapped_column(enum_column(BookingMode))
    channel: Mapped[BookingChannel] = mapped_column(enum_column(BookingChannel))
    status: Mapped[BookingStatus] = mapped_column(enum_column(BookingStatus))
    contact_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("contact.id"))
    address_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("address.id"))
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"))
    office_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("office.id"))
    """The filing office; None until the door is placed, when the caller named no office."""
    dossier_count: Mapped[int] = mapped_column(default=1)
    portal_code: Mapped[str | None] = mapped_column(String(80))
    """Portal dossier code as told at booking; may arrive later or never."""
    planning_area_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("planning_area.id"))
    """None while the booking waits in the to-place list: it has no dossiers and legs yet."""
    service_date: Mapped[date] = mapped_column(index=True)
    slot_start: Mapped[time | None]
    slot_end: Mapped[time | None]
    ready_at: Mapped[Instant | None]
    held_at_post_office_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("post_office.id"))
    pick_up_at_post_office_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("post_office.id")
    )
    """The citizen comes to this counter for the result; None = it is brought home."""
    expected_fee_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    visit_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    """Shared by the bookings of several procedures that one visit is for; None = alone."""
    owner_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Account.id), index=True)
    """The citizen's or firm's account whose booking it is."""
    made_by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Account.id))
    """Who made it for them: an agent, clerk, dispatcher or courier."""
    special_needs: Mapped[str | None] = mapped_column(String(400))
    """What the courier has to heed at the door, in the citizen's words. Erasable."""
    created_at: Mapped[Instant]
    contact: Mapped[Contact] = relationship()
    address: Mapped[Address] = relationship()
    procedure: Mapped[Procedure] = relationship()
    office: Mapped[Office | None] = relationship()
    held_at_post_office: Mapped[PostOffice | None] = relationship(
        foreign_keys=[held_at_post_office_id]
    )
    pick_up_at_post_office: Mapped[PostOffice | None] = relationship(
        foreign_keys=[pick_up_at_post_office_id]
    )
    planning_area: Mapped[PlanningArea | None] = relationship()
    dossiers: Mapped[list[Dossier]] = relationship(secondary="booking_dossier")


class BookingDossier(Base):
    """Which booking announced a dossier."""

    __tablename__ = "booking_dossier"

    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("booking.id"), primary_key=True)
    dossier_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("dossier.id"), primary_key=True, unique=True
    )
