"""Couriers, vehicles and shifts from files."""

from datetime import date, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.accounts.models import Person
from backend.fleet.models import Courier, Employment, Shift, Vehicle, VehicleKind
from backend.places.models import PostOffice
from backend.tabular.cells import Cells, RowRejected
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import CODE, NAME, Column, Layout, sourced
from backend.tabular.reading import Table

SATCHEL_DOSSIERS = 30
"""Room of a satchel (DOMAIN §6, our estimate)."""

CASH_LIMIT_VND = 10_000_000
"""Cash a courier may hold (DOMAIN §8, our estimate)."""

MAX_STOPS = 40
"""A motorbike courier makes 25–40 stops a day (DOMAIN §6, our estimate)."""

COURIERS = Layout(
    kind="couriers",
    columns=sourced(
        Column(name="code", sample="BT-001", required=True, aliases=(*CODE, "mã bưu tá")),
        Column(name="name", sample="Bưu tá Mẫu 1", required=True, aliases=(*NAME, "họ tên")),
        Column(name="phone", sample="0900 000 001", aliases=("điện thoại",)),
        Column(name="post_office_code", sample="550000", required=True, aliases=("mã bưu cục",)),
        Column(name="employment", sample="EMPLOYEE"),
        Column(name="satchel_dossiers", sample="30"),
        Column(name="cash_limit_vnd", sample="10000000"),
        Column(name="skills", sample=""),
        Column(name="familiar_zones", sample="HAI-CHAU;THANH-KHE"),
        source="danh sách mẫu",
    ),
)

VEHICLES = Layout(
    kind="vehicles",
    columns=sourced(
        Column(name="code", sample="XM-001", required=True, aliases=(*CODE, "biển số")),
        Column(name="kind", sample="MOTORBIKE", required=True, aliases=("loại",)),
        Column(name="post_office_code", sample="550000", required=True, aliases=("mã bưu cục",)),
        Column(name="capacity_dossiers", sample="40", required=True),
        source="danh sách mẫu",
    ),
)

SHIFTS = Layout(
    kind="shifts",
    columns=sourced(
        Column(name="courier_code", sample="BT-001", required=True, aliases=("mã bưu tá",)),
        Column(name="vehicle_code", sample="XM-001", required=True),
        Column(name="service_date", sample="2026-11-23", required=True, aliases=("ngày",)),
        Column(name="starts", sample="07:00", required=True, aliases=("giờ bắt đầu",)),
        Column(name="ends", sample="17:30", required=True, aliases=("giờ kết thúc",)),
        Column(name="start_post_office_code", sample=""),
        Column(name="end_post_office_code", sample=""),
        Column(name="break_earliest", sample="11:15"),
        Column(name="break_latest", sample="13:00"),
        Column(name="break_minutes", sample="45"),
        Column(name="max_stops", sample="40"),
        source="bảng phân ca mẫu",
    ),
)


def import_couriers(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update couriers and the people behind them; the natural key is the code."""
    post_offices = _post_offices(session, province_code)
    known = {
        row.code: row
        for row in session.scalars(
            select(Courier)
            .where(Courier.province_code == province_code)
            .options(joinedload(Courier.person))
        )
    }
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        code = cells.text("code", longest=40)
        person = {
            "full_name": cells.text("name", longest=200),
            "phone": cells.find_text("phone", longest=20),
        }
        values = {
            "post_office_id": _id_of(cells, "post_office_code", post_offices),
            "employment": cells.choice("employment", Employment, default=Employment.EMPLOYEE),
            "satchel_dossiers": cells.integer(
                "satchel_dossiers", lowest=1, highest=1_000, default=SATCHEL_DOSSIERS
            ),
            "cash_limit_vnd": cells.integer("cash_limit_vnd", default=CASH_LIMIT_VND),
            "skills": cells.words("skills"),
            "familiar_zones": cells.words("familiar_zones"),
            **cells.sourced(),
        }
        seen.claim(cells, "code", code)
        cells.finish()
        if courier := known.get(code):
            outcomes = {
                update_row(courier, values, cells),
                update_row(courier.person, person, cells),
            }
            return Outcome.UPDATED if Outcome.UPDATED in outcomes else Outcome.UNCHANGED
        known[code] = Courier(
            province_code=province_code,
            code=code,
            person=Person(province_code=province_code, **person),
            **values,
        )
        session.add(known[code])
        return Outcome.CREATED

    return import_rows(session, table, COURIERS, store)


def import_vehicles(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update vehicles; the natural key is the code."""
    post_offices = _post_offices(session, province_code)
    known = _vehicles(session, province_code)
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        code = cells.text("code", longest=40)
        values = {
            "kind": cells.choice("kind", VehicleKind),
            "post_office_id": _id_of(cells, "post_office_code", post_offices),
            "capacity_dossiers": cells.integer("capacity_dossiers", lowest=1, highest=100_000),
            **cells.sourced(),
        }
        seen.claim(cells, "code", code)
        cells.finish()
        if code in known:
            return update_row(known[code], values, cells)
        known[code] = Vehicle(province_code=province_code, code=code, **values)
        session.add(known[code])
        return Outcome.CREATED

    return import_rows(session, table, VEHICLES, store)


def import_shifts(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update shifts; the natural key is courier, date and start."""
    post_offices = _post_offices(session, province_code)
    couriers = {
        row.code: row
        for row in session.scalars(select(Courier).where(Courier.province_code == province_code))
    }
    vehicles = _vehicles(session, province_code)
    known = {
        (row.courier_id, row.service_date, row.starts): row
        for row in session.scalars(select(Shift).where(Shift.province_code == province_code))
    }
    seen = SeenKeys()
    taken: dict[tuple[Any, date], list[tuple[time, time, int]]] = {}

    def store(cells: Cells) -> Outcome:
        courier = _find(cells, "courier_code", couriers)
        vehicle = _find(cells, "vehicle_code", vehicles)
        day, starts = cells.day("service_date"), cells.time("starts")
        values = _read_times(cells, starts)
        for end in ("start_post_office", "end_post_office"):
            if cells.row.values.get(f"{end}_code"):
                values[f"{end}_id"] = _id_of(cells, f"{end}_code", post_offices)
            elif courier is not None:
                values[f"{end}_id"] = courier.post_office_id
        if courier is None or vehicle is None:
            raise RowRejected(cells.errors)
        key = (courier.id, day, starts)
        seen.claim(cells, "starts", key)
        _check_vehicle_free(cells, taken, (vehicle.id, day), (starts, values["ends"]))
        cells.finish()
        values["vehicle_id"] = vehicle.id
        if key in known:
            return update_row(known[key], values, cells)
        known[key] = Shift(
            province_code=province_code,
            courier_id=key[0],
            service_date=day,
            starts=starts,
            **values,
        )
        session.add(known[key])
        return Outcome.CREATED

    return import_rows(session, table, SHIFTS, store)


def _read_times(cells: Cells, starts: time) -> dict[str, Any]:
    ends = cells.time("ends")
    values: dict[str, Any] = {
        "ends": ends,
        "break_earliest": cells.find_time("break_earliest"),
        "break_latest": cells.find_time("break_latest"),
        "break_minutes": cells.integer("break_minutes", highest=240, default=0),
        "max_stops": cells.integer("max_stops", lowest=1, highest=500, default=MAX_STOPS),
        **cells.sourced(),
    }
    if cells.row.values.get("ends") and ends <= starts:
        cells.wrong(
            "ends", vi="ca kết thúc trước khi bắt đầu", en="the shift ends before it starts"
        )
    earliest, latest = values["break_earliest"], values["break_latest"]
    if (earliest is None) != (latest is None):
        cells.wrong("break_latest", vi="giờ nghỉ cần cả hai mốc", en="a break needs both times")
    elif earliest and latest and latest < earliest:
        cells.wrong("break_latest", vi="trước break_earliest", en="lies before break_earliest")
    elif values["break_minutes"] and earliest is None:
        cells.wrong("break_earliest", vi="thiếu giờ nghỉ", en="the break has no time")
    return values


def _check_vehicle_free(
    cells: Cells,
    taken: dict[tuple[Any, date], list[tuple[time, time, int]]],
    vehicle_day: tuple[Any, date],
    span: tuple[time, time],
) -> None:
    """One vehicle carries one courier at a time."""
    for starts, ends, line in taken.setdefault(vehicle_day, []):
        if span[0] < ends and starts < span[1]:
            cells.wrong(
                "vehicle_code",
                vi=f"xe đã được phân ở dòng {line}",
                en=f"line {line} has this vehicle at that time",
            )
    taken[vehicle_day].append((*span, cells.row.line))


def _post_offices(session: Session, province_code: str) -> dict[str, PostOffice]:
    rows = session.scalars(select(PostOffice).where(PostOffice.province_code == province_code))
    return {row.code: row for row in rows}


def _vehicles(session: Session, province_code: str) -> dict[str, Vehicle]:
    rows = session.scalars(select(Vehicle).where(Vehicle.province_code == province_code))
    return {row.code: row for row in rows}


def _find[Row](cells: Cells, column: str, known: dict[str, Row]) -> Row | None:
    code = cells.text(column, longest=40)
    if code and code not in known:
        cells.wrong(
            column, vi=f"không có {code}; nhập danh sách đó trước", en=f"no {code} is known"
        )
    return known.get(code)


def _id_of(cells: Cells, column: str, known: dict[str, PostOffice]) -> Any:
    row = _find(cells, column, known)
    return row.id if row else None
