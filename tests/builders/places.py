"""Units, planning areas, offices and post offices around the Hàn river, obviously invented."""

from datetime import date, time
from typing import Any

from geoalchemy2.shape import from_shape
from shapely import MultiPolygon, box
from sqlalchemy.orm import Session

from backend.database import SRID_WGS84, SourceStatus
from backend.places.geocoding import address_key, address_point_key
from backend.places.models import (
    Address,
    AddressPoint,
    AdministrativeUnit,
    Office,
    OfficeClosure,
    OfficeTier,
    Placement,
    PlanningArea,
    PostOffice,
    UnitTier,
)
from backend.places.operations import find_planning_area
from backend.places.points import to_geometry
from geodata.offices import WeeklyHours
from geodata.point import Point
from tests.builders.numbers import next_number

PROVINCE = "48"
CENTRE = Point(16.0678, 108.2208)
"""A corner in the centre of Đà Nẵng."""

POST_OFFICE_AT = Point(16.0712, 108.2196)
OFFICE_AT = Point(16.0637, 108.2225)
OUTSIDE = Point(10.7769, 106.7009)
"""Hồ Chí Minh City: never inside a planning area of Đà Nẵng."""

ALL_WEEK: dict[str, Any] = {
    day: [["07:00", "18:30"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
}
SOURCED: dict[str, Any] = {"source": "invented for a test", "source_status": SourceStatus.SAMPLE}


def near(point: Point, *, north_m: float = 0, east_m: float = 0) -> Point:
    """A point that many metres away (good to 1 % within a city)."""
    return Point(point.lat + north_m / 111_195, point.lon + east_m / 106_850)


def a_planning_area(session: Session, **fields: Any) -> PlanningArea:
    """A planning area; the default one is made once and found again."""
    values = {"province_code": PROVINCE, "code": "DA-NANG", "name": "Đà Nẵng (mẫu)"} | fields
    if found := find_planning_area(session, values["province_code"], values["code"]):
        return found
    area = PlanningArea(**SOURCED | values)
    session.add(area)
    session.flush()
    return area


def a_unit(session: Session, *, around: Point = CENTRE, half_m: float = 1500, **fields: Any) -> Any:
    """A ward with a square outline around a point; give `boundary=None` for one without."""
    north = near(around, north_m=half_m, east_m=half_m)
    south = near(around, north_m=-half_m, east_m=-half_m)
    outline = MultiPolygon([box(south.lon, south.lat, north.lon, north.lat)])
    values = {
        "province_code": PROVINCE,
        "code": f"9{next_number():04d}",
        "name": "Phường Mẫu",
        "tier": UnitTier.WARD,
        "parent_code": PROVINCE,
        "zone_code": "HAI-CHAU",
        "centroid": to_geometry(around),
        "boundary": from_shape(outline, srid=SRID_WGS84),
        "area_km2": (2 * half_m / 1000) ** 2,
        "valid_from": date(2018, 1, 1),
    }
    return _added(session, AdministrativeUnit(**SOURCED | values | fields))


def an_office(session: Session, *, point: Point | None = OFFICE_AT, **fields: Any) -> Office:
    """A one-stop office with the usual hours and its midday gap, in the service since 2018."""
    number = next_number()
    values = {
        "province_code": PROVINCE,
        "code": f"MC-{number:03d}",
        "name": f"Bộ phận một cửa Mẫu {number}",
        "tier": OfficeTier.COMMUNE,
        "address": f"{number} Đường Mẫu",
        "point": None if point is None else to_geometry(point),
        "zone_code": "HAI-CHAU",
        "weekly_hours": WeeklyHours.office_default().to_json(),
        "day_cut_off": time(15, 0),
        "latest_arrival": time(14, 45),
        "queue_minutes": 10,
        "service_start": date(2018, 9, 1),
        "valid_from": date(2018, 1, 1),
    }
    return _added(session, Office(**SOURCED | values | fields))


def a_closure(session: Session, office: Office, day: date, reason: str = "Tập huấn") -> Any:
    """A day on which one office does not receive."""
    closure = _added(session, OfficeClosure(office_id=office.id, day=day, reason=reason))
    session.refresh(office, ["closures"])
    return closure


def a_post_office(
    session: Session,
    *,
    point: Point | None = POST_OFFICE_AT,
    planning_area: PlanningArea | None = None,
    **fields: Any,
) -> PostOffice:
    """A post office that is open all week, in the default planning area unless one is given."""
    number = next_number()
    values = {
        "province_code": PROVINCE,
        "code": f"BC-{number:03d}",
        "name": f"Bưu cục Mẫu {number}",
        "address": f"{number} Phố Mẫu",
        "point": None if point is None else to_geometry(point),
        "zone_code": "HAI-CHAU",
        "planning_area": planning_area or a_planning_area(session),
        "weekly_hours": ALL_WEEK,
        "valid_from": date(2018, 1, 1),
    }
    return _added(session, PostOffice(**SOURCED | values | fields))


def an_address(session: Session, *, point: Point | None = CENTRE, **fields: Any) -> Address:
    """A citizen's door; without a point it waits to be placed."""
    text = fields.pop("text", f"{next_number()} Đường Mẫu, Phường Mẫu, Đà Nẵng")
    values = {
        "province_code": PROVINCE,
        "text": text,
        "text_key": address_key(text),
        "point": None if point is None else to_geometry(point),
        "placement": Placement.TO_PLACE if point is None else Placement.GIVEN,
        "zone_code": "HAI-CHAU",
    }
    return _added(session, Address(**values | fields))


def an_address_point(
    session: Session, house_number: str, street: str, point: Point = CENTRE, *, ward: str = ""
) -> AddressPoint:
    """A known house number, or (with an empty number) a point of the street."""
    key, house = address_point_key(house_number, street)
    row = AddressPoint(
        province_code=PROVINCE,
        house_number=house,
        street=street,
        ward=ward,
        text_key=key,
        point=to_geometry(point),
        **SOURCED,
    )
    return _added(session, row)


def _added[Row](session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
