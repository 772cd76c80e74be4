"""A plan as people read it: routes with stops, places and procedures by name."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backend.database import SourceStatus
from backend.dossiers.models import LegPurpose
from backend.places.models import PlaceKind
from backend.planning.models import StopKind, StopStatus, VisitKind, VisitStatus

type LonLat = list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDetail:
    """How a place is called; of a home `name` is the applicant, who may be redacted."""

    name: str = ""
    address: str = ""
    source_status: SourceStatus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegDetail:
    """What one leg carries and for whom it is done."""

    leg_id: uuid.UUID
    purpose: LegPurpose
    dossier_id: uuid.UUID
    item_code: str
    portal_code: str | None
    procedure_code: str
    procedure_name: str
    booking_reference: str
    applicant: str
    source_status: SourceStatus | None
    slot: str
    due_on: date
    attempt: int
    cash_vnd: int
    home_id: uuid.UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDetail:
    """One act at a stop."""

    id: uuid.UUID
    kind: VisitKind
    status: VisitStatus
    starts_at: datetime
    ends_at: datetime
    leg: LegDetail


@dataclass(frozen=True, slots=True, kw_only=True)
class StopDetail:
    """One halt; `label` counts 1, 2, 3 … and is None at start, break and end."""

    id: uuid.UUID
    ordinal: int
    label: int | None
    kind: StopKind
    status: StopStatus
    place_kind: PlaceKind | None
    place_id: uuid.UUID | None
    place: PlaceDetail
    point: LonLat | None
    arrives_at: datetime
    starts_at: datetime
    ends_at: datetime
    distance_m: int
    visits: tuple[VisitDetail, ...] = ()

    @property
    def slot(self) -> str:
        """The citizens' slots that bind this stop; empty at counters."""
        if self.place_kind is not PlaceKind.HOME:
            return ""
        return ", ".join(dict.fromkeys(v.leg.slot for v in self.visits if v.leg.slot))


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDetail:
    """One courier's ordered day."""

    id: uuid.UUID
    number: int
    version: int
    courier_id: uuid.UUID
    courier_code: str
    courier_name: str
    courier_revision: int
    start_post_office: str
    starts_at: datetime
    ends_at: datetime
    ride_s: int
    wait_s: int
    distance_m: int
    geometry: list[LonLat] | None
    geometry_source: str | None
    stops: tuple[StopDetail, ...]

    @property
    def visits(self) -> tuple[VisitDetail, ...]:
        return tuple(visit for stop in self.stops for visit in stop.visits)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnassignedDetail:
    """A leg that the plan does not hold."""

    leg: LegDetail
    address: str
    point: LonLat | None
    reasons: tuple[Mapping[str, Any], ...] = field(default=())
