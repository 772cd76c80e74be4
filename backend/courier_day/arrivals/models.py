"""What was forecast and what came of it: every arrival time that was ever shown stays here."""

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, Identified, InProvince, Instant, enum_column


class Basis(StrEnum):
    """What a forecast starts from."""

    POSITION = "POSITION"
    """A fresh fix of the phone."""
    AT_STOP = "AT_STOP"
    """The courier reported an arrival and is still busy there."""
    EXECUTED = "EXECUTED"
    """The last stop at which something was done."""
    PLAN = "PLAN"
    """Nothing was heard yet: the published start."""


class RouteOutlook(Base):
    """The newest look at one route: what it was based on, and when."""

    __tablename__ = "route_outlook"

    route_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("route.id", ondelete="CASCADE"), primary_key=True
    )
    looked_at: Mapped[Instant]
    basis: Mapped[Basis] = mapped_column(enum_column(Basis))
    evidence_at: Mapped[Instant | None]
    """When the courier was last known to be where the forecast starts."""
    stale: Mapped[bool]
    """Whether that is too long ago to rely on."""
    paused: Mapped[bool]
    """Times count as if the courier went on now."""
    finished: Mapped[bool]
    travel_source: Mapped[str] = mapped_column(String(40))


class ArrivalEstimate(Identified, InProvince, Base):
    """One forecast of one arrival as it was shown, until another took its place."""

    __tablename__ = "arrival_estimate"
    __table_args__ = (
        Index(
            "uq_arrival_estimate_shown",
            "route_id",
            "stop_id",
            unique=True,
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index("ix_arrival_estimate_computed_at", "computed_at"),
        Index("ix_arrival_estimate_stop_id", "stop_id"),
    )

    route_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("route.id", ondelete="CASCADE"))
    stop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stop.id", ondelete="CASCADE"))
    computed_at: Mapped[Instant]
    replaced_at: Mapped[Instant | None]
    basis: Mapped[Basis] = mapped_column(enum_column(Basis))
    stale: Mapped[bool]
    out_of_order: Mapped[bool]
    """The courier went past this stop; nobody knows when it will be made."""
    scheduled_at: Mapped[Instant]
    """What the arithmetic of the route says; the range lies around it."""
    earliest_at: Mapped[Instant]
    likely_at: Mapped[Instant]
    latest_at: Mapped[Instant]
    horizon_min: Mapped[int] = mapped_column(SmallInteger)
    """Lower end of the bucket of minutes ahead."""
    hour_band: Mapped[int] = mapped_column(SmallInteger)
    """First local hour of the band in which the arrival is scheduled."""
    learned_from: Mapped[int]
    """How many arrivals the range was learned from; 0 = the rule for want of observations."""
    arrived_at: Mapped[Instant | None]
    derived: Mapped[bool] = mapped_column(default=False)
    """The arrival was not reported; it is what was done less the planned time for it."""


class LearnedRange(Base):
    """How wrong forecasts were of late, for one bucket of minutes ahead and one band of hours."""

    __tablename__ = "learned_range"

    province_code: Mapped[str] = mapped_column(String(2), primary_key=True)
    horizon_min: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    hour_band: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """-1 = all hours together."""
    observations: Mapped[int]
    early_s: Mapped[int]
    middle_s: Mapped[int]
    late_s: Mapped[int]
    """Seconds after the scheduled moment."""
    learned_at: Mapped[Instant]
