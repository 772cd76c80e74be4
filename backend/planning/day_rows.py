"""One planning area's day as plain values: building, judging and comparing need no database.

Times are seconds after local midnight of the service date; nothing here is personal data.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from backend.dossiers.models import LegPurpose
from backend.fleet.models import VehicleKind
from backend.places.models import PlaceKind
from geodata.point import Point

type Span = tuple[int, int]
"""From, to: seconds after local midnight."""

type PlaceKey = tuple[PlaceKind, uuid.UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegRow:
    """A carriage to be ridden on this day."""

    id: uuid.UUID
    dossier_id: uuid.UUID
    booking_id: uuid.UUID | None
    """Or the visit that several bookings share: what travels together."""
    purpose: LegPurpose
    origin: PlaceKey
    destination: PlaceKey
    slot: Span | None
    ready_s: int
    """0 when ready before the day begins."""
    due_on: date
    days_left: int
    """Working days from the service date to `due_on`; 0 = due today, negative = late already."""
    same_day: bool
    attempt: int
    cash_vnd: int
    skills: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRow:
    """A citizen's door."""

    id: uuid.UUID
    point: Point | None
    zone_code: str
    inside_area: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRow:
    """A one-stop office as it is on this day: `open_spans` has holidays and closures cut out."""

    id: uuid.UUID
    code: str
    name: str
    point: Point | None
    zone_code: str
    open_spans: tuple[Span, ...]
    day_cut_off_s: int
    latest_arrival_s: int
    queue_minutes: int
    service_start: date | None
    is_valid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOfficeRow:
    """A post office as it is on this day; `open_spans` is None when its hours are not known."""

    id: uuid.UUID
    code: str
    name: str
    point: Point | None
    zone_code: str
    open_spans: tuple[Span, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftRow:
    """A courier's working time with everything that limits it."""

    id: uuid.UUID
    courier_id: uuid.UUID
    courier_code: str
    vehicle_kind: VehicleKind
    work: Span
    start_post_office_id: uuid.UUID
    end_post_office_id: uuid.UUID
    break_window: Span | None
    break_s: int
    max_stops: int
    satchel_dossiers: int
    cash_limit_vnd: int
    skills: frozenset[str]
    familiar_zones: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRows:
    """All that a plan is made from."""

    area_id: uuid.UUID
    area_code: str
    area_name: str
    province_code: str
    service_date: date
    next_working_day: date
    legs: tuple[LegRow, ...]
    shifts: tuple[ShiftRow, ...]
    homes: Mapping[uuid.UUID, HomeRow] = field(default_factory=dict)
    offices: Mapping[uuid.UUID, OfficeRow] = field(default_factory=dict)
    post_offices: Mapping[uuid.UUID, PostOfficeRow] = field(default_factory=dict)
    closed_zones: frozenset[str] = frozenset()
    """Where nobody rides on this day; offices there are closed by their own rows."""

    def zone_of(self, place: PlaceKey) -> str:
        """Zone code of a place; empty when it is not known."""
        kind, place_id = place
        if kind is PlaceKind.HOME:
            return self.homes[place_id].zone_code
        if kind is PlaceKind.OFFICE:
            return self.offices[place_id].zone_code
        return self.post_offices[place_id].zone_code

    def point_of(self, place: PlaceKey) -> Point | None:
        """Where a place is; None when nobody has placed it yet."""
        kind, place_id = place
        if kind is PlaceKind.HOME:
            return self.homes[place_id].point
        if kind is PlaceKind.OFFICE:
            return self.offices[place_id].point
        return self.post_offices[place_id].point
