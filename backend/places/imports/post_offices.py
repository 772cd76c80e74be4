"""Post offices from a file; a planning area that a row names is made with its first post office."""

from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.places.imports.counters import (
    HOURS_SAMPLE,
    PLACE,
    VALIDITY,
    fill_unit,
    read_hours,
    read_place,
)
from backend.places.models import PlanningArea, PostOffice
from backend.places.operations import list_planning_areas
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import NAME, Column, Layout, sourced
from backend.tabular.reading import Table
from geodata.offices import Hours, WeeklyHours

_WEEKDAY: Hours = ((time(7, 0), time(11, 30)), (time(13, 0), time(18, 30)))
_SATURDAY: Hours = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
_SUNDAY: Hours = ((time(8, 0), time(11, 0)),)

USUAL_HOURS = WeeklyHours((*(_WEEKDAY,) * 5, _SATURDAY, _SUNDAY))
"""Our estimate for a list without hours: post offices open at weekends too (DOMAIN §5.15)."""

POST_OFFICES = Layout(
    kind="post-offices",
    columns=sourced(
        Column(name="code", sample="550000", required=True, aliases=("postid", "mã", "mã bưu cục")),
        Column(name="name", sample="Bưu cục Mẫu", required=True, aliases=NAME),
        *PLACE,
        Column(name="planning_area_code", sample="DA-NANG", required=True),
        Column(name="weekly_hours", sample=HOURS_SAMPLE),
        *VALIDITY,
        source="danh sách mẫu",
    ),
)


def import_post_offices(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update post offices, and the planning areas they name."""
    known = {
        row.code: row
        for row in session.scalars(
            select(PostOffice).where(PostOffice.province_code == province_code)
        )
    }
    areas = {area.code: area for area in list_planning_areas(session, province_code)}
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        point, values = read_place(cells)
        code = cells.text("code", longest=40)
        area_code = cells.text("planning_area_code", longest=40)
        values["weekly_hours"] = read_hours(cells, USUAL_HOURS)
        values |= cells.validity() | cells.sourced()
        seen.claim(cells, "code", code)
        cells.finish()
        fill_unit(session, province_code, point, values)
        if area_code not in areas:
            areas[area_code] = PlanningArea(
                province_code=province_code,
                code=area_code,
                name=f"Khu vực {area_code}",
                source=values["source"],
                source_status=values["source_status"],
            )
            session.add(areas[area_code])
        values["planning_area"] = areas[area_code]
        if code in known:
            return update_row(known[code], values, cells)
        known[code] = PostOffice(province_code=province_code, code=code, **values)
        session.add(known[code])
        return Outcome.CREATED

    return import_rows(session, table, POST_OFFICES, store)
