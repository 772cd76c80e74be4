"""Where phones were: personal data, in rows that are coarsened after a day and dropped in time."""

import uuid
from datetime import date

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Instant


class Position(Base):
    """One fix of a phone, in a partition per local day (`backend/courier_day/position_days.py`).

    A phone that sends a fix twice means one: the key is what the phone's own clock showed.
    `lat` and `lon` in 1e-7 degree.
    """

    __tablename__ = "position"
    __table_args__ = (
        Index("ix_position_courier_id_at", "courier_id", "at"),
        Index("ix_position_exact", "at", postgresql_where=text("NOT coarse")),
        {"postgresql_partition_by": "RANGE (day)"},
    )

    day: Mapped[date] = mapped_column(primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    wall_ms: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Milliseconds since 1970 on the phone's clock, right or wrong."""
    courier_id: Mapped[uuid.UUID]
    at: Mapped[Instant]
    """When it was, as the server reads the phone's clocks (SYNC §8)."""
    lat: Mapped[int]
    lon: Mapped[int]
    acc_m: Mapped[int | None] = mapped_column(SmallInteger)
    coarse: Mapped[bool] = mapped_column(default=False)
    """Whether precision has been taken from it."""


class LastPosition(Base):
    """The newest fix of a courier, for the dispatcher's map: one row, found by its key."""

    __tablename__ = "last_position"

    courier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"), primary_key=True)
    device_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("device.id"))
    at: Mapped[Instant]
    received_at: Mapped[Instant]
    lat: Mapped[int]
    lon: Mapped[int]
    acc_m: Mapped[int | None] = mapped_column(SmallInteger)
    coarse: Mapped[bool] = mapped_column(default=False)
