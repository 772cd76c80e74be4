"""A place that closed unforeseen: which, why, from when, and since when it is open again."""

import uuid
from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Identified, InProvince, Instant
from backend.places.models import Office, PlanningArea


class Closing(Identified, InProvince, Base):
    """One office, or one zone, that takes and gives nothing for the rest of a day."""

    __tablename__ = "closing"
    __table_args__ = (
        CheckConstraint("num_nonnulls(office_id, zone_code) = 1", name="one_place"),
        Index(
            "uq_closing_office_in_force",
            "office_id",
            "service_date",
            unique=True,
            postgresql_where=text("reopened_at IS NULL AND office_id IS NOT NULL"),
        ),
        Index(
            "uq_closing_zone_in_force",
            "province_code",
            "zone_code",
            "service_date",
            unique=True,
            postgresql_where=text("reopened_at IS NULL AND zone_code IS NOT NULL"),
        ),
    )

    planning_area_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("planning_area.id"))
    """Whose dispatcher closed it."""
    service_date: Mapped[date]
    office_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("office.id"))
    zone_code: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200))
    shut_office_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    """Offices whose closure for the day this row wrote, and takes back."""
    closed_at: Mapped[Instant]
    reopened_at: Mapped[Instant | None]
    office: Mapped[Office | None] = relationship()
    planning_area: Mapped[PlanningArea] = relationship()

    @property
    def office_code(self) -> str | None:
        """None for a zone."""
        return None if self.office is None else self.office.code

    @property
    def name(self) -> str:
        """As couriers and dispatchers call the place."""
        return f"khu vực {self.zone_code}" if self.office is None else self.office.name
