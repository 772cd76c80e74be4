"""Hand-made days for the planner's tests: plain rows, no database."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from backend.dossiers.models import LegPurpose
from backend.fleet.models import VehicleKind
from backend.places.models import PlaceKind
from backend.planning.day_rows import (
    DayRows,
    HomeRow,
    LegRow,
    OfficeRow,
    PlaceKey,
    PostOfficeRow,
    ShiftRow,
)
from geodata.point import Point

DAY = date(2026, 11, 23)
"""A Monday."""

HOUR = 3600


def hours(at: float) -> int:
    """Seconds after midnight of a time in hours."""
    return int(at * HOUR)


@dataclass
class DayBuilder:
    """Collects rows; ids count upwards, so that order is known."""

    legs: list[LegRow] = field(default_factory=list)
    shifts: list[ShiftRow] = field(default_factory=list)
    homes: dict[uuid.UUID, HomeRow] = field(default_factory=dict)
    offices: dict[uuid.UUID, OfficeRow] = field(default_factory=dict)
    post_offices: dict[uuid.UUID, PostOfficeRow] = field(default_factory=dict)
    _last: int = 0

    def new_id(self) -> uuid.UUID:
        self._last += 1
        return uuid.UUID(int=self._last)

    def a_home(self, lat: float = 16.06, lon: float = 108.21, **values: Any) -> PlaceKey:
        row_id = self.new_id()
        given = {"point": Point(lat, lon), "zone_code": "HAI_CHAU", "inside_area": True} | values
        self.homes[row_id] = HomeRow(id=row_id, **given)
        return PlaceKind.HOME, row_id

    def an_office(self, lat: float = 16.07, lon: float = 108.22, **values: Any) -> PlaceKey:
        row_id = self.new_id()
        given = {
            "code": f"O{row_id.int}",
            "name": "Trung tâm Phục vụ hành chính công",
            "point": Point(lat, lon),
            "zone_code": "HAI_CHAU",
            "open_spans": ((hours(7.5), hours(11.5)), (hours(13.5), hours(17))),
            "day_cut_off_s": hours(15),
            "latest_arrival_s": hours(14.75),
            "queue_minutes": 10,
            "service_start": None,
            "is_valid": True,
        }
        self.offices[row_id] = OfficeRow(id=row_id, **(given | values))
        return PlaceKind.OFFICE, row_id

    def a_post_office(self, lat: float = 16.05, lon: float = 108.215, **values: Any) -> PlaceKey:
        row_id = self.new_id()
        given = {
            "code": f"P{row_id.int}",
            "name": "Bưu cục Đà Nẵng",
            "point": Point(lat, lon),
            "zone_code": "HAI_CHAU",
            "open_spans": ((hours(7), hours(19)),),
        }
        self.post_offices[row_id] = PostOfficeRow(id=row_id, **(given | values))
        return PlaceKind.POST_OFFICE, row_id

    def a_shift(self, start: PlaceKey, end: PlaceKey | None = None, **values: Any) -> ShiftRow:
        row_id = self.new_id()
        given = {
            "courier_id": self.new_id(),
            "courier_code": f"BT{row_id.int:02}",
            "vehicle_kind": VehicleKind.MOTORBIKE,
            "work": (hours(7.25), hours(17.5)),
            "break_window": (hours(11), hours(12.5)),
            "break_s": 45 * 60,
            "max_stops": 40,
            "satchel_dossiers": 30,
            "cash_limit_vnd": 10_000_000,
            "skills": frozenset(),
            "familiar_zones": frozenset(),
        }
        shift = ShiftRow(
            id=row_id,
            start_post_office_id=start[1],
            end_post_office_id=(end or start)[1],
            **(given | values),
        )
        self.shifts.append(shift)
        return shift

    def a_leg(self, origin: PlaceKey, destination: PlaceKey, **values: Any) -> LegRow:
        row_id = self.new_id()
        sends = origin[0] is PlaceKind.HOME or destination[0] is PlaceKind.OFFICE
        given = {
            "dossier_id": self.new_id(),
            "booking_id": None,
            "purpose": LegPurpose.COLLECTION if sends else LegPurpose.RETURN,
            "slot": None,
            "ready_s": 0,
            "due_on": DAY,
            "days_left": 1,
            "same_day": False,
            "attempt": 1,
            "cash_vnd": 0,
            "skills": frozenset(),
        }
        leg = LegRow(id=row_id, origin=origin, destination=destination, **(given | values))
        self.legs.append(leg)
        return leg

    def day(self) -> DayRows:
        return DayRows(
            area_id=uuid.UUID(int=10**6),
            area_code="DN",
            area_name="Thành phố Đà Nẵng (trước tháng 7 năm 2025)",
            province_code="48",
            service_date=DAY,
            next_working_day=date(2026, 11, 25),
            legs=tuple(self.legs),
            shifts=tuple(self.shifts),
            homes=dict(self.homes),
            offices=dict(self.offices),
            post_offices=dict(self.post_offices),
        )
