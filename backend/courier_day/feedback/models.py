"""Ratings of visits and the register of complaints."""

import uuid
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend import clock
from backend.booking.models import Booking
from backend.courier_day.models import ComplaintAttachment
from backend.database import Base, Identified, InProvince, Instant, enum_column
from backend.dossiers.models import Dossier

MAX_TEXT_CHARS = 2_000


class RatingReason(StrEnum):
    """What was good or bad about a visit; several may be chosen."""

    ON_TIME = "ON_TIME"
    LATE = "LATE"
    POLITE = "POLITE"
    RUDE = "RUDE"
    CAREFUL = "CAREFUL"
    CARELESS = "CARELESS"
    WELL_EXPLAINED = "WELL_EXPLAINED"
    BADLY_EXPLAINED = "BADLY_EXPLAINED"


class Rating(Identified, InProvince, Base):
    """One citizen's word about one stop."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("stop_id", "booking_id"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_from_1_to_5"),
        Index("ix_rating_in_words", "rated_at", postgresql_where=sql("text <> ''")),
    )

    stop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stop.id"))
    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("booking.id"), index=True)
    courier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courier.id"), index=True)
    """Who was there."""
    score: Mapped[int] = mapped_column(SmallInteger)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    text: Mapped[str] = mapped_column(String(MAX_TEXT_CHARS))
    rated_at: Mapped[Instant]


class ComplaintKind(StrEnum):
    """What a complaint is about; the quarterly report counts them by it (DOMAIN §9)."""

    LATE = "LATE"
    LOST = "LOST"
    DAMAGED = "DAMAGED"
    CONDUCT = "CONDUCT"
    FEES = "FEES"
    DISCLOSURE = "DISCLOSURE"
    """Contents or personal data became known to somebody else."""
    OTHER = "OTHER"


class ComplaintStatus(StrEnum):
    """OPEN until it is answered."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    LAPSED = "LAPSED"
    """Nobody answered until its words had to be forgotten (decision 0030); counts as late."""


class Complaint(Identified, InProvince, Base):
    """One line of the register of complaints. Texts may hold personal data: erasable."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("province_code", "year", "number"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "(status = 'ANSWERED') = (answered_at IS NOT NULL AND answer IS NOT NULL)",
            name="answered_whole",
        ),
        Index("ix_complaint_status_due_on", "status", "due_on"),
        Index(
            "ix_complaint_unredacted", "answered_at", postgresql_where=sql("redacted_at IS NULL")
        ),
    )

    year: Mapped[int]
    number: Mapped[int]
    """1, 2, 3 … within province and year, none left out."""
    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("booking.id"), index=True)
    dossier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("dossier.id"))
    kind: Mapped[ComplaintKind] = mapped_column(enum_column(ComplaintKind))
    text: Mapped[str] = mapped_column(String(MAX_TEXT_CHARS))
    inside_province: Mapped[bool]
    """Whether the way in question lies in one province: the deadline is shorter then."""
    made_at: Mapped[Instant]
    due_on: Mapped[date]
    """Last day for the answer."""
    status: Mapped[ComplaintStatus] = mapped_column(enum_column(ComplaintStatus))
    answer: Mapped[str | None] = mapped_column(String(MAX_TEXT_CHARS))
    answered_at: Mapped[Instant | None]
    answered_by: Mapped[uuid.UUID | None]
    """Account that wrote the answer."""
    redacted_at: Mapped[Instant | None]
    """When text and answer, if there was one, were emptied; the rest stays in the register."""
    booking: Mapped[Booking] = relationship()
    dossier: Mapped[Dossier | None] = relationship()
    attachments: Mapped[list[ComplaintAttachment]] = relationship(
        order_by=ComplaintAttachment.ordinal
    )

    @property
    def printed_number(self) -> str:
        """Such as 00012/2026/KN."""
        return f"{self.number:05d}/{self.year}/KN"

    @property
    def late(self) -> bool:
        """Whether the answer came after its day, or has not come and the day is over."""
        return clock.local_date(self.answered_at or clock.now()) > self.due_on
