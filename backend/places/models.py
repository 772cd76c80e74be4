"""Units, offices, post offices, planning areas and addresses, as rows with a validity."""

import uuid
from datetime import date, time
from enum import StrEnum

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import (
    SRID_WGS84,
    Base,
    Identified,
    InProvince,
    Instant,
    JsonObject,
    Sourced,
    enum_column,
)


def point_column() -> Geometry:
    """A WGS84 point, x = longitude."""
    return Geometry("POINT", srid=SRID_WGS84)


class PlaceKind(StrEnum):
    """What a leg may start or end at, and what a stop stands at."""

    HOME = "HOME"
    OFFICE = "OFFICE"
    POST_OFFICE = "POST_OFFICE"


class UnitTier(StrEnum):
    """Tier of an administrative unit; DISTRICT ended on 30 June 2025."""

    CITY = "CITY"
    DISTRICT = "DISTRICT"
    WARD = "WARD"
    COMMUNE = "COMMUNE"
    SPECIAL_ZONE = "SPECIAL_ZONE"


class OfficeTier(StrEnum):
    """Whose one-stop office it is."""

    PROVINCE = "PROVINCE"
    DEPARTMENT = "DEPARTMENT"
    DISTRICT = "DISTRICT"
    COMMUNE = "COMMUNE"


class Validity:
    """The dates on which a row holds; both ends inclusive, None = open."""

    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]

    def is_valid_on(self, day: date) -> bool:
        """Whether the row holds on that local date."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class PlanningArea(Identified, InProvince, Sourced, Base):
    """Post offices that are planned together with the couriers who start there."""

    __tablename__ = "planning_area"
    __table_args__ = (UniqueConstraint("province_code", "code"),)

    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    boundary: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", srid=SRID_WGS84))
    """Outside it a door is not served; None = within `reach_m` of a post office."""
    reach_m: Mapped[int] = mapped_column(default=30_000)


class AdministrativeUnit(Identified, InProvince, Validity, Sourced, Base):
    """A unit in one era; the same GSO code may return later with another name."""

    __tablename__ = "administrative_unit"
    __table_args__ = (
        UniqueConstraint("province_code", "code", "valid_from", postgresql_nulls_not_distinct=True),
    )

    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    tier: Mapped[UnitTier] = mapped_column(enum_column(UnitTier))
    parent_code: Mapped[str | None] = mapped_column(String(20))
    zone_code: Mapped[str | None] = mapped_column(String(40))
    planning_area_code: Mapped[str | None] = mapped_column(String(40))
    centroid: Mapped[WKBElement | None] = mapped_column(point_column())
    boundary: Mapped[WKBElement | None] = mapped_column(
        Geometry("MULTIPOLYGON", srid=SRID_WGS84), deferred=True
    )
    """Loaded only when asked for: it weighs more than all other columns of the province."""
    area_km2: Mapped[float | None]
    replaces: Mapped[JsonObject] = mapped_column(default=dict)
    """Codes of the units it took over: {"codes": [...], "split": [...]}."""


class Office(Identified, InProvince, Validity, Sourced, Base):
    """A one-stop office (bộ phận một cửa): where dossiers are handed over and results fetched."""

    __tablename__ = "office"
    __table_args__ = (
        UniqueConstraint("province_code", "code"),
        CheckConstraint("queue_minutes >= 0", name="queue_not_negative"),
    )

    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    tier: Mapped[OfficeTier] = mapped_column(enum_column(OfficeTier))
    agency_code: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(400))
    point: Mapped[WKBElement | None] = mapped_column(point_column())
    unit_code: Mapped[str | None] = mapped_column(String(20))
    zone_code: Mapped[str | None] = mapped_column(String(40))
    weekly_hours: Mapped[JsonObject]
    """JSON form of `geodata.offices.WeeklyHours`."""
    day_cut_off: Mapped[time]
    """Work received later counts as the next working day (DOMAIN: commonly 15:00)."""
    latest_arrival: Mapped[time]
    """Latest useful arrival of a courier (default 14:45)."""
    queue_minutes: Mapped[int] = mapped_column(default=10)
    service_start: Mapped[date | None]
    """First day in the service; a booking before it is refused with this date."""
    post_office_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("post_office.id"))
    """The post office in the same house: between the two nothing is ridden."""
    seconded_filing: Mapped[bool] = mapped_column(default=False)
    """Whether papers given to a seconded postal clerk here are legally filed by that."""
    closures: Mapped[list["OfficeClosure"]] = relationship(
        back_populates="office", cascade="all, delete-orphan"
    )


class OfficeClosure(Identified, Base):
    """A day on which one office does not receive, besides public holidays."""

    __tablename__ = "office_closure"
    __table_args__ = (UniqueConstraint("office_id", "day"),)

    office_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("office.id", ondelete="CASCADE"))
    day: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    office: Mapped[Office] = relationship(back_populates="closures")


class PostOffice(Identified, InProvince, Validity, Sourced, Base):
    """A post office (bưu cục): shifts start and end there, papers rest in its safe."""

    __tablename__ = "post_office"
    __table_args__ = (UniqueConstraint("province_code", "code"),)

    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str] = mapped_column(String(400))
    point: Mapped[WKBElement | None] = mapped_column(point_column())
    unit_code: Mapped[str | None] = mapped_column(String(20))
    zone_code: Mapped[str | None] = mapped_column(String(40))
    planning_area_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("planning_area.id"))
    weekly_hours: Mapped[JsonObject]
    planning_area: Mapped[PlanningArea] = relationship()


class Placement(StrEnum):
    """How the point of an address was found; TO_PLACE waits for a person."""

    GIVEN = "GIVEN"
    HOUSE = "HOUSE"
    STREET = "STREET"
    BY_DISPATCHER = "BY_DISPATCHER"
    BY_COURIER = "BY_COURIER"
    TO_PLACE = "TO_PLACE"


class Address(Identified, InProvince, Base):
    """A citizen's door. Personal data: may be redacted, never hashed into the custody log."""

    __tablename__ = "address"
    __table_args__ = (
        CheckConstraint("(placement = 'TO_PLACE') = (point IS NULL)", name="placed_or_waiting"),
        Index("ix_address_text_key", "text_key"),
    )

    text: Mapped[str] = mapped_column(String(400))
    text_key: Mapped[str] = mapped_column(String(400))
    """Normalised text, the key under which a corrected door point is found again."""
    point: Mapped[WKBElement | None] = mapped_column(point_column())
    placement: Mapped[Placement] = mapped_column(enum_column(Placement))
    placement_note: Mapped[str | None] = mapped_column(String(400))
    unit_code: Mapped[str | None] = mapped_column(String(20))
    zone_code: Mapped[str | None] = mapped_column(String(40))
    redacted_at: Mapped[Instant | None]


class AddressPoint(Identified, InProvince, Sourced, Base):
    """A known house number or street point used to place an address."""

    __tablename__ = "address_point"
    __table_args__ = (UniqueConstraint("province_code", "text_key", "house_number", "ward"),)

    house_number: Mapped[str] = mapped_column(String(40), default="")
    street: Mapped[str] = mapped_column(String(200))
    ward: Mapped[str] = mapped_column(String(200), default="")
    text_key: Mapped[str] = mapped_column(String(400))
    """Normalised street; an empty house number marks a point of the street itself."""
    point: Mapped[WKBElement] = mapped_column(point_column())
