"""One-stop offices from a file; the natural key is the office's code in its province."""

import hashlib
import uuid
from datetime import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.places.imports.counters import (
    HOURS_SAMPLE,
    IDENTITY,
    PLACE,
    VALIDITY,
    fill_unit,
    read_hours,
    read_place,
)
from backend.places.models import Office, OfficeTier, PostOffice
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import Column, Layout, sourced
from backend.tabular.reading import Table
from geodata.offices import WeeklyHours
from geodata.vietnamese_text import search_key

DAY_CUT_OFF = time(15, 0)
"""Offices commonly count later work as the next day's (DOMAIN §5.7)."""

LATEST_ARRIVAL = time(14, 45)
QUEUE_MINUTES = 10

OFFICES = Layout(
    kind="offices",
    columns=sourced(
        *IDENTITY,
        Column(name="tier", sample="COMMUNE", required=True),
        Column(name="agency_code", sample="H17.12"),
        *PLACE,
        Column(name="weekly_hours", sample=HOURS_SAMPLE),
        Column(name="day_cut_off", sample="15:00"),
        Column(name="latest_arrival", sample="14:45"),
        Column(name="queue_minutes", sample="10"),
        Column(name="service_start", sample="2025-07-01"),
        Column(name="post_office_code", sample=""),
        Column(name="seconded_filing", sample="no"),
        *VALIDITY,
        source="danh sách mẫu",
    ),
)


def import_offices(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update offices. A row without code gets one from its tier, name and unit."""
    known = {
        row.code: row
        for row in session.scalars(
            select(Office)
            .where(Office.province_code == province_code)
            .options(selectinload(Office.closures))
        )
    }
    post_offices = {
        row.code: row.id
        for row in session.execute(
            select(PostOffice.code, PostOffice.id).where(PostOffice.province_code == province_code)
        )
    }
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        point, values = read_place(cells)
        values |= _own_columns(cells)
        if "post_office_code" in cells.row.values:
            values["post_office_id"] = _same_house(cells, post_offices)
        code = cells.text("code", longest=40, default="") or _made_code(values)
        seen.claim(cells, "code", code)
        if values["latest_arrival"] > values["day_cut_off"]:
            cells.wrong("latest_arrival", vi="sau day_cut_off", en="lies after day_cut_off")
        cells.finish()
        fill_unit(session, province_code, point, values)
        if code in known:
            return update_row(known[code], values, cells)
        known[code] = Office(province_code=province_code, code=code, **values)
        session.add(known[code])
        return Outcome.CREATED

    return import_rows(session, table, OFFICES, store)


def _own_columns(cells: Cells) -> dict[str, Any]:
    return {
        "tier": cells.choice("tier", OfficeTier),
        "agency_code": cells.find_text("agency_code", longest=40),
        "weekly_hours": read_hours(cells, WeeklyHours.office_default()),
        "day_cut_off": cells.time("day_cut_off", default=DAY_CUT_OFF),
        "latest_arrival": cells.time("latest_arrival", default=LATEST_ARRIVAL),
        "queue_minutes": cells.integer("queue_minutes", highest=600, default=QUEUE_MINUTES),
        "service_start": cells.find_day("service_start"),
        "seconded_filing": cells.flag("seconded_filing"),
        **cells.validity(),
        **cells.sourced(),
    }


def _same_house(cells: Cells, post_offices: dict[str, uuid.UUID]) -> uuid.UUID | None:
    """The post office in the same house: import those first where an office names one."""
    code = cells.find_text("post_office_code", longest=40)
    if code is not None and code not in post_offices:
        cells.wrong("post_office_code", vi=f"không có bưu cục {code}", en=f"no post office {code}")
    return post_offices.get(code) if code else None


def _made_code(values: dict[str, Any]) -> str:
    """A stable code for lists that carry none: tier, name, and a digest that tells namesakes apart
    by unit and period."""
    name = search_key(values["name"]).replace(" ", "-")[:24].strip("-").upper()
    rest = f"{values['name']}|{values['unit_code']}|{values['valid_to']}"
    return f"{values['tier'][0]}-{name}-{hashlib.sha256(rest.encode()).hexdigest()[:6].upper()}"
