"""What is promised between two plans: held windows, and where the running plan keeps them."""

import uuid
from datetime import date, time
from enum import StrEnum

from geoalchemy2 import WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.booking.models import BookingMode
from backend.catalogue.models import Procedure
from backend.database import Base, Identified, InProvince, Instant, JsonObject, enum_column
from backend.places.models import Office, PlanningArea, point_column


class SlotBasis(StrEnum):
    """What an offer rests on: a plan that has room, or a count where there is no plan yet."""

    PLAN = "PLAN"
    CAPACITY = "CAPACITY"


class HoldStatus(StrEnum):
    """HELD ends by itself when its time is over; the row then says EXPIRED at the next look."""

    HELD = "HELD"
    CONFIRMED = "CONFIRMED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"


class RunningDay(Base):
    """The orders of an area's day as they are promised now: the plan's, with what came since.

    Whoever changes them holds this row's lock, so that no window is sold twice.
    """

    __tablename__ = "running_day"

    planning_area_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("planning_area.id"), primary_key=True
    )
    service_date: Mapped[date] = mapped_column(primary_key=True)
    plan_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("plan.id", ondelete="SET NULL"))
    """The plan that the orders grew from; another one begins them anew."""
    orders: Mapped[JsonObject] = mapped_column(default=dict)
    """Shift id → task ids of the solver, without breaks."""
    changed_at: Mapped[Instant]


class SlotHold(Identified, InProvince, Base):
    """A window kept for somebody who is still typing; the id is the secret that confirms it."""

    __tablename__ = "slot_hold"
    __table_args__ = (
        CheckConstraint("window_start < window_end", name="window_in_order"),
        CheckConstraint("dossier_count > 0", name="dossier_count_positive"),
        CheckConstraint("(status = 'CONFIRMED') = (booking_id IS NOT NULL)", name="booked_once"),
        Index("ix_slot_hold_day", "planning_area_id", "service_date", "status"),
    )

    planning_area_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("planning_area.id"))
    service_date: Mapped[date]
    window_start: Mapped[time]
    window_end: Mapped[time]
    mode: Mapped[BookingMode] = mapped_column(enum_column(BookingMode))
    procedure_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("procedure.id"))
    office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("office.id"))
    """The filing office, which the hold has chosen."""
    point: Mapped[WKBElement | None] = mapped_column(point_column())
    """The door. Personal data: removed when the hold is over."""
    zone_code: Mapped[str | None] = mapped_column(String(40))
    dossier_count: Mapped[int]
    """Of all procedures together."""
    more: Mapped[list[JsonObject]] = mapped_column(JSONB, default=list)
    """Other procedures of the same visit: {"procedure_code", "dossiers"}."""
    due_on: Mapped[date]
    """The promise, were it booked: the earliest of them."""
    basis: Mapped[SlotBasis] = mapped_column(enum_column(SlotBasis))
    status: Mapped[HoldStatus] = mapped_column(enum_column(HoldStatus))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    booking_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    planning_area: Mapped[PlanningArea] = relationship()
    procedure: Mapped[Procedure] = relationship()
    office: Mapped[Office] = relationship()
