"""What rows of offices and post offices have in common: hours, point, unit and zone."""

from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.places.operations import find_unit
from backend.places.points import to_geometry
from backend.places.surroundings import unit_of_point
from backend.tabular.cells import Cells
from backend.tabular.layout import ADDRESS, CODE, LAT, LON, NAME, Column
from geodata.errors import InvalidGeodata
from geodata.offices import WeeklyHours
from geodata.point import Point

HOURS_SAMPLE = '{"mon": [["07:30", "11:30"], ["13:30", "17:00"]]}'

IDENTITY = (
    Column(name="code", sample="MAU-01", aliases=CODE),
    Column(name="name", sample="Bộ phận một cửa Mẫu", required=True, aliases=NAME),
)
PLACE = (
    Column(name="address", sample="1 Đường Mẫu, Phường Mẫu", required=True, aliases=ADDRESS),
    Column(name="lat", sample="16.06780", required=True, aliases=LAT),
    Column(name="lon", sample="108.22080", required=True, aliases=LON),
    Column(name="unit_code", sample="20242"),
    Column(name="zone_code", sample="HAI-CHAU"),
)
VALIDITY = (
    Column(name="valid_from", sample="2025-07-01"),
    Column(name="valid_to", sample=""),
)


def read_hours(cells: Cells, usual: WeeklyHours) -> dict[str, Any]:
    """The column weekly_hours in its JSON form; empty means the usual hours.

    A verified row states its hours: usual hours are nobody's observation.
    """
    given = cells.find_json("weekly_hours")
    if given is None:
        if cells.row.values.get("status", "").lower() == "verified":
            cells.wrong(
                "weekly_hours",
                vi="dòng đã kiểm chứng phải ghi giờ làm việc",
                en="a verified row states its hours",
            )
        return usual.to_json()
    try:
        return WeeklyHours.from_json(given).to_json()
    except InvalidGeodata as error:
        cells.wrong("weekly_hours", vi=f"giờ làm việc sai: {error.reason}", en=error.reason)
        return {}


def read_place(cells: Cells) -> tuple[Point | None, dict[str, Any]]:
    """The point, and the values of the columns that describe the place."""
    point = cells.find_point()
    return point, {
        "name": cells.text("name", longest=200),
        "address": cells.text("address", longest=400),
        "point": None if point is None else to_geometry(point),
        "unit_code": cells.find_text("unit_code", longest=20),
        "zone_code": cells.find_text("zone_code", longest=40),
    }


def fill_unit(
    session: Session, province_code: str, point: Point | None, values: dict[str, Any]
) -> None:
    """Unit and zone that the row leaves out, from the outlines that hold on the row's own days.

    A unit is filled only when an outline proves it; the zone is that of the unit.
    """
    day = clock.today_local()
    if values["valid_to"] is not None:
        day = min(day, values["valid_to"])
    if values["valid_from"] is not None:
        day = max(day, values["valid_from"])
    unit = None
    if values["unit_code"] is None and point is not None:
        around = unit_of_point(session, province_code, point, day)
        if around is not None and not around.approximate:
            unit = around.unit
            values["unit_code"] = unit.code
    if values["zone_code"] is None and values["unit_code"] is not None:
        unit = unit or find_unit(session, province_code, values["unit_code"], day)
        values["zone_code"] = unit.zone_code if unit else None
