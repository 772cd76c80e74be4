"""The record of every act at a counter: who, where, what was asked, and what came of it.

Who showed which paper stays here, in an erasable row, and never enters the custody log.
"""

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Identified, InProvince, Instant, JsonObject, enum_column
from backend.places.models import PlaceKind


class ActKind(StrEnum):
    """What clerks do."""

    INTAKE = "INTAKE"
    PICK_UP = "PICK_UP"
    DEPOSIT = "DEPOSIT"
    HAND_OUT = "HAND_OUT"
    COUNT = "COUNT"
    LINE_HAUL = "LINE_HAUL"
    RECEIPT = "RECEIPT"
    FILING = "FILING"
    APPOINTMENT = "APPOINTMENT"
    RESULT_READY = "RESULT_READY"
    RESULT_FILE = "RESULT_FILE"
    RESULT_TO_COUNTER = "RESULT_TO_COUNTER"
    OFFICE_INFORMED = "OFFICE_INFORMED"
    CASH = "CASH"
    SETTLEMENT = "SETTLEMENT"
    PAPERWORK = "PAPERWORK"


class CounterAct(Identified, InProvince, Base):
    """One act; `asked` may hold personal data and can be redacted."""

    __tablename__ = "counter_act"
    __table_args__ = (Index("ix_counter_act_place_id_at", "place_id", "at"),)

    kind: Mapped[ActKind] = mapped_column(enum_column(ActKind))
    place_kind: Mapped[PlaceKind] = mapped_column(enum_column(PlaceKind))
    place_id: Mapped[uuid.UUID]
    clerk_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("clerk.id"))
    courier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courier.id"))
    """Who stood on the other side, if a courier did."""
    asked: Mapped[JsonObject]
    outcome: Mapped[JsonObject]
    at: Mapped[Instant]
    redacted_at: Mapped[Instant | None]
