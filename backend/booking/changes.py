"""Moved and cancelled visits: from when to when, by whose fault, what the wasted trip costs."""

import uuid
from datetime import date, time
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from backend.accounts.models import Account
from backend.database import Base, Identified, InProvince, Instant, enum_column


class ChangeKind(StrEnum):
    """What was done to a booked visit."""

    CANCELLED = "CANCELLED"
    RESCHEDULED = "RESCHEDULED"


class Fault(StrEnum):
    """Who caused a change or a repeat trip, and so pays for it (DOMAIN §5.12)."""

    CITIZEN = "CITIZEN"
    OFFICE = "OFFICE"
    POST = "POST"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    """Storm, flood, and the like: nobody pays."""


class BookingChange(Identified, InProvince, Base):
    """One change of one booking."""

    __tablename__ = "booking_change"

    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("booking.id"), index=True)
    kind: Mapped[ChangeKind] = mapped_column(enum_column(ChangeKind))
    before_on: Mapped[date]
    before_start: Mapped[time | None]
    before_end: Mapped[time | None]
    after_on: Mapped[date | None]
    after_start: Mapped[time | None]
    after_end: Mapped[time | None]
    fault: Mapped[Fault] = mapped_column(enum_column(Fault))
    charge_vnd: Mapped[int] = mapped_column(BigInteger, default=0)
    """For the wasted trip, whole đồng; owed apart from postage and public fees."""
    by_account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(Account.id))
    """None: by the link that only the citizen has."""
    made_at: Mapped[Instant]
