"""Plans, routes, stops and visits: who rides where, when, and why something stays undone."""

import uuid
from datetime import date
from enum import StrEnum

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import (
    SRID_WGS84,
    Base,
    Identified,
    InProvince,
    Instant,
    JsonObject,
    enum_column,
)
from backend.dossiers.models import Leg
from backend.fleet.models import Courier, Shift
from backend.places.models import PlaceKind, PlanningArea, point_column


class PlanStatus(StrEnum):
    """The row is the truth; the queue carries only its id."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    SUPERSEDED = "SUPERSEDED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    """Cancelled before any answer was found; a search that had one became a draft instead."""


class PlanStage(StrEnum):
    """Where a running plan job is."""

    QUEUED = "QUEUED"
    READING = "READING"
    MATRIX = "MATRIX"
    SEARCH = "SEARCH"
    CHECK = "CHECK"
    STORE = "STORE"
    DONE = "DONE"


class PlanOrigin(StrEnum):
    """How a version came about; all but SEARCH grew from another version of the same day."""

    SEARCH = "SEARCH"
    EDIT = "EDIT"
    REPAIR = "REPAIR"
    REPLAN = "REPLAN"
    UNDO = "UNDO"


class Plan(Identified, InProvince, Base):
    """All routes of one planning area and service date, in one version."""

    __tablename__ = "plan"
    __table_args__ = (UniqueConstraint("planning_area_id", "service_date", "number"),)

    planning_area_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("planning_area.id"))
    service_date: Mapped[date] = mapped_column(index=True)
    number: Mapped[int]
    """1, 2, 3 … within area and date."""
    status: Mapped[PlanStatus] = mapped_column(enum_column(PlanStatus))
    stage: Mapped[PlanStage] = mapped_column(enum_column(PlanStage), default=PlanStage.QUEUED)
    engine: Mapped[str] = mapped_column(String(40))
    seed: Mapped[int]
    time_limit_s: Mapped[int]
    best_cost: Mapped[int | None] = mapped_column(BigInteger)
    seconds_left: Mapped[float | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    failure: Mapped[JsonObject | None]
    """Problem code and detail of a failed job."""
    input_fingerprint: Mapped[str | None] = mapped_column(String(64))
    """SHA-256 over the rows the job read; a later difference makes the draft stale."""
    problem_sha256: Mapped[str | None] = mapped_column(String(64))
    solution_sha256: Mapped[str | None] = mapped_column(String(64))
    """Names in content-addressed storage: any plan can be replayed."""
    frame_sha256: Mapped[str | None] = mapped_column(String(64))
    """The problem of a derived version without its matrices, which are those of `problem_sha256`;
    None = the problem as it stands there."""
    legend_sha256: Mapped[str | None] = mapped_column(String(64))
    """Which legs and places the problem's ids stand for; None before version 0027."""
    room_sha256: Mapped[str | None] = mapped_column(String(64))
    """Orders of a derived version with a place for each window sold when it was made; None = none
    was."""
    origin: Mapped[PlanOrigin] = mapped_column(
        enum_column(PlanOrigin), default=PlanOrigin.SEARCH, server_default="SEARCH"
    )
    derived_from_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey("plan.id", ondelete="SET NULL")
    )
    as_of: Mapped[Instant | None]
    """Of a day under way: everything reported until then lies fixed in this version."""
    request: Mapped[JsonObject] = mapped_column(default=dict, server_default="{}")
    """What was asked for: the changes, the replan, the version that was restored."""
    travel_source: Mapped[str | None] = mapped_column(String(40))
    travel_note: Mapped[str | None] = mapped_column(String(400))
    summary: Mapped[JsonObject] = mapped_column(default=dict)
    baseline: Mapped[JsonObject] = mapped_column(default=dict)
    requested_at: Mapped[Instant]
    started_at: Mapped[Instant | None]
    heartbeat_at: Mapped[Instant | None]
    finished_at: Mapped[Instant | None]
    published_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it as it is
    planning_area: Mapped[PlanningArea] = relationship()
    routes: Mapped[list["Route"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="Route.number"
    )
    unassigned: Mapped[list["UnassignedLeg"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan"
    )


class Route(Identified, InProvince, Base):
    """Ordered stops of one courier's shift (tuyến)."""

    __tablename__ = "route"
    __table_args__ = (
        UniqueConstraint("plan_id", "number"),
        UniqueConstraint("plan_id", "shift_id"),
    )

    plan_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    number: Mapped[int]
    courier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"), index=True)
    shift_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("shift.id"))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    ride_s: Mapped[int]
    wait_s: Mapped[int]
    distance_m: Mapped[int]
    geometry: Mapped[WKBElement | None] = mapped_column(Geometry("LINESTRING", srid=SRID_WGS84))
    geometry_source: Mapped[str | None] = mapped_column(String(40))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  SQLAlchemy reads it as it is
    plan: Mapped[Plan] = relationship(back_populates="routes")
    courier: Mapped[Courier] = relationship()
    shift: Mapped[Shift] = relationship()
    stops: Mapped[list["Stop"]] = relationship(
        back_populates="route", cascade="all, delete-orphan", order_by="Stop.ordinal"
    )


class StopKind(StrEnum):
    """What happens at a halt."""

    START = "START"
    VISITS = "VISITS"
    BREAK = "BREAK"
    END = "END"


class StopStatus(StrEnum):
    """CLOSED = every visit has an outcome."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


class Stop(Identified, Base):
    """One halt at one place, with one or more visits: what the courier sees (điểm dừng)."""

    __tablename__ = "stop"
    __table_args__ = (UniqueConstraint("route_id", "ordinal"),)

    route_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("route.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    kind: Mapped[StopKind] = mapped_column(enum_column(StopKind))
    place_kind: Mapped[PlaceKind | None] = mapped_column(enum_column(PlaceKind))
    place_id: Mapped[uuid.UUID | None]
    point: Mapped[WKBElement | None] = mapped_column(point_column())
    arrives_at: Mapped[Instant]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    distance_m: Mapped[int]
    """Ridden from the previous stop."""
    status: Mapped[StopStatus] = mapped_column(enum_column(StopStatus), default=StopStatus.OPEN)
    set_out_at: Mapped[Instant | None]
    """When the route's courier last said to be on the way here."""
    arrived_at: Mapped[Instant | None]
    """When the route's courier first said to be here."""
    version: Mapped[int] = mapped_column(default=1)
    route: Mapped[Route] = relationship(back_populates="stops")
    visits: Mapped[list["Visit"]] = relationship(
        back_populates="stop", cascade="all, delete-orphan", order_by="Visit.ordinal"
    )


class VisitKind(StrEnum):
    """What the courier does for one leg at one stop."""

    COLLECTION = "COLLECTION"
    HAND_OVER = "HAND_OVER"
    FETCH = "FETCH"
    DELIVERY = "DELIVERY"
    TAKE_FROM_POST_OFFICE = "TAKE_FROM_POST_OFFICE"
    DEPOSIT = "DEPOSIT"


AT_HOME = frozenset({VisitKind.COLLECTION, VisitKind.DELIVERY})
"""Acts at citizens' doors: what is promised to somebody. Counters wait for nobody."""


class VisitStatus(StrEnum):
    """Outcome of a visit."""

    OPEN = "OPEN"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Visit(Identified, Base):
    """One act for one leg at a stop."""

    __tablename__ = "visit"
    __table_args__ = (UniqueConstraint("stop_id", "ordinal"), Index("ix_visit_leg_id", "leg_id"))

    stop_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("stop.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    leg_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("leg.id"))
    kind: Mapped[VisitKind] = mapped_column(enum_column(VisitKind))
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    status: Mapped[VisitStatus] = mapped_column(enum_column(VisitStatus), default=VisitStatus.OPEN)
    failure_reason: Mapped[str | None] = mapped_column(String(40))
    calls: Mapped[int | None] = mapped_column(SmallInteger)
    """How often the courier called somebody who was absent; None = not told."""
    waited_s: Mapped[int | None]
    """How long the courier waited at the door before giving up; None = not told."""
    executed_at: Mapped[Instant | None]
    executed_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courier.id"))
    """Courier who really did it; another one than the route's is a flagged fact (SYNC §7)."""
    stop: Mapped[Stop] = relationship(back_populates="visits")
    leg: Mapped[Leg] = relationship()


class UnassignedLeg(Base):
    """A leg the plan could not place, with the reasons found by trying."""

    __tablename__ = "unassigned_leg"

    plan_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("plan.id", ondelete="CASCADE"), primary_key=True
    )
    leg_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("leg.id"), primary_key=True)
    reasons: Mapped[JsonObject]
    """{"reasons": [{"code", "detail_vi", "detail_en", "evidence"}]}."""
    plan: Mapped[Plan] = relationship(back_populates="unassigned")
    leg: Mapped[Leg] = relationship()
