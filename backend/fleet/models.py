"""Couriers, vehicles and shifts: who can ride when, with what."""

import uuid
from datetime import date, time
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.accounts.models import Person
from backend.database import Base, Identified, InProvince, Sourced, enum_column
from backend.places.models import PostOffice


class Employment(StrEnum):
    """A collaborator has other cash and identity rights than an employee."""

    EMPLOYEE = "EMPLOYEE"
    COLLABORATOR = "COLLABORATOR"


class VehicleKind(StrEnum):
    """What the courier rides."""

    MOTORBIKE = "MOTORBIKE"
    CAR = "CAR"
    BICYCLE = "BICYCLE"


class Courier(Identified, InProvince, Sourced, Base):
    """A courier (bưu tá). `revision` numbers the versions of this courier's day (SYNC §4)."""

    __tablename__ = "courier"
    __table_args__ = (
        UniqueConstraint("province_code", "code"),
        CheckConstraint("satchel_dossiers > 0", name="satchel_positive"),
    )

    code: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id"))
    post_office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("post_office.id"))
    employment: Mapped[Employment] = mapped_column(enum_column(Employment))
    satchel_dossiers: Mapped[int] = mapped_column(default=30)
    cash_limit_vnd: Mapped[int] = mapped_column(BigInteger, default=10_000_000)
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    familiar_zones: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    revision: Mapped[int] = mapped_column(BigInteger, default=0)
    day_from: Mapped[date | None]
    """First service date that the day of this revision shows; moves with the revision."""
    active: Mapped[bool] = mapped_column(default=True)
    person: Mapped[Person] = relationship()
    post_office: Mapped[PostOffice] = relationship()


class Vehicle(Identified, InProvince, Sourced, Base):
    """A vehicle of a post office."""

    __tablename__ = "vehicle"
    __table_args__ = (UniqueConstraint("province_code", "code"),)

    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[VehicleKind] = mapped_column(enum_column(VehicleKind))
    post_office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("post_office.id"))
    capacity_dossiers: Mapped[int]


class Shift(Identified, InProvince, Sourced, Base):
    """A courier's working time (ca) on one service date; times are local."""

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint("courier_id", "service_date", "starts"),
        CheckConstraint("starts < ends", name="starts_before_ends"),
        CheckConstraint("break_earliest <= break_latest", name="break_window_in_order"),
    )

    courier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"))
    vehicle_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("vehicle.id"))
    service_date: Mapped[date] = mapped_column(index=True)
    starts: Mapped[time]
    ends: Mapped[time]
    start_post_office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("post_office.id"))
    end_post_office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("post_office.id"))
    break_earliest: Mapped[time | None]
    break_latest: Mapped[time | None]
    break_minutes: Mapped[int] = mapped_column(default=0)
    max_stops: Mapped[int] = mapped_column(default=40)
    courier: Mapped[Courier] = relationship()
    vehicle: Mapped[Vehicle] = relationship()
    start_post_office: Mapped[PostOffice] = relationship(foreign_keys=[start_post_office_id])
    end_post_office: Mapped[PostOffice] = relationship(foreign_keys=[end_post_office_id])
