"""Procedures, the working calendar and the postage table from files."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.catalogue.models import (
    CalendarDay,
    CalendarDayKind,
    ChecklistItem,
    CompetentTier,
    FeeItem,
    Procedure,
    Tariff,
    TariffScope,
    TariffService,
)
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import CODE, NAME, Column, Layout, sourced
from backend.tabular.reading import Table

PROCEDURES = Layout(
    kind="procedures",
    columns=sourced(
        Column(name="code", sample="1.004194", required=True, aliases=(*CODE, "mã thủ tục")),
        Column(name="name", sample="Thủ tục Mẫu", required=True, aliases=(*NAME, "tên thủ tục")),
        Column(name="field", sample="Hộ tịch", aliases=("lĩnh vực",)),
        Column(name="level", sample="Một phần", aliases=("mức độ",)),
        Column(name="office_tier", sample="ANY", required=True),
        Column(name="processing_days", sample="5"),
        Column(name="eligible_by_post", sample="yes", required=True),
        Column(name="presence_needed", sample="no"),
        Column(name="same_day_result", sample="no"),
        Column(name="checklist", sample='[{"name": "Đơn đề nghị", "originals": 1}]'),
        Column(name="fees", sample='[{"name": "Lệ phí", "amount_vnd": 30000}]'),
        Column(name="valid_from", sample="2025-07-01"),
        Column(name="valid_to", sample=""),
        Column(name="decision_no", sample="QĐ 000/QĐ-UBND", aliases=("quyết định",)),
        source="danh mục mẫu",
    ),
)

CALENDAR = Layout(
    kind="calendar",
    columns=sourced(
        Column(name="date", sample="2026-11-24", required=True, aliases=("ngày", "day")),
        Column(name="kind", sample="HOLIDAY", required=True, aliases=("loại",)),
        Column(name="name", sample="Ngày Văn hóa Việt Nam", required=True, aliases=NAME),
        source="lịch mẫu",
    ),
)

TARIFF = Layout(
    kind="tariff",
    columns=sourced(
        Column(name="code", sample="CUOC-MAU", required=True, aliases=CODE),
        Column(name="service", sample="SEND", required=True),
        Column(name="scope", sample="SAME_ZONE", required=True),
        Column(name="weight_from_g", sample="0", required=True),
        Column(name="weight_to_g", sample="100", required=True),
        Column(name="amount_vnd", sample="20000", required=True),
        Column(name="vat_pct", sample="8", required=True),
        Column(name="valid_from", sample="2025-07-01"),
        Column(name="valid_to", sample=""),
        source="bảng cước mẫu",
    ),
)

_MOST_PAPERS = 1_000


def import_procedures(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update procedures; the natural key is code and first day of validity."""
    known = {
        (row.code, row.valid_from): row
        for row in session.scalars(
            select(Procedure)
            .where(Procedure.province_code == province_code)
            .options(selectinload(Procedure.checklist), selectinload(Procedure.fees))
        )
    }
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        code = cells.text("code", longest=40)
        values = _read_procedure(cells)
        papers, fees = _read_checklist(cells), _read_fees(cells)
        seen.claim(cells, "code", (code, values["valid_from"]))
        cells.finish()
        row = known.get((code, values["valid_from"]))
        if row is None:
            row = Procedure(province_code=province_code, code=code, **values)
            known[code, values["valid_from"]] = row
            session.add(row)
            outcome = Outcome.CREATED
        else:
            outcome = update_row(row, values, cells)
        changed = [
            "checklist" in cells.row.values and _replace(session, row, "checklist", papers),
            "fees" in cells.row.values and _replace(session, row, "fees", fees),
        ]
        return Outcome.UPDATED if outcome is Outcome.UNCHANGED and any(changed) else outcome

    return import_rows(session, table, PROCEDURES, store)


def import_calendar(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update days that differ from the plain week; the natural key is the date."""
    known = {
        row.day: row
        for row in session.scalars(
            select(CalendarDay).where(CalendarDay.province_code == province_code)
        )
    }
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        day = cells.day("date")
        values = {
            "kind": cells.choice("kind", CalendarDayKind),
            "name": cells.text("name", longest=200),
            **cells.sourced(),
        }
        seen.claim(cells, "date", day)
        cells.finish()
        if day in known:
            return update_row(known[day], values, cells)
        known[day] = CalendarDay(province_code=province_code, day=day, **values)
        session.add(known[day])
        return Outcome.CREATED

    return import_rows(session, table, CALENDAR, store)


def import_tariff(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update rows of the postage table."""
    key_columns = ("code", "service", "scope", "weight_from_g", "valid_from")
    known = {
        tuple(getattr(row, column) for column in key_columns): row
        for row in session.scalars(select(Tariff).where(Tariff.province_code == province_code))
    }
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        values: dict[str, Any] = {
            "code": cells.text("code", longest=40),
            "service": cells.choice("service", TariffService),
            "scope": cells.choice("scope", TariffScope),
            "weight_from_g": cells.integer("weight_from_g", highest=1_000_000),
            "weight_to_g": cells.integer("weight_to_g", highest=1_000_000),
            "amount_vnd": cells.integer("amount_vnd", highest=1_000_000_000),
            "vat_pct": cells.integer("vat_pct", highest=100),
            **cells.validity(),
            **cells.sourced(),
        }
        if values["weight_to_g"] < values["weight_from_g"]:
            cells.wrong("weight_to_g", vi="nhỏ hơn weight_from_g", en="is below weight_from_g")
        key = tuple(values[column] for column in key_columns)
        seen.claim(cells, "code", key)
        cells.finish()
        if key in known:
            return update_row(known[key], values, cells)
        known[key] = Tariff(province_code=province_code, **values)
        session.add(known[key])
        return Outcome.CREATED

    return import_rows(session, table, TARIFF, store)


def _read_procedure(cells: Cells) -> dict[str, Any]:
    return {
        "name": cells.text("name", longest=400),
        "field": cells.text("field", longest=200, default=""),
        "level": cells.text("level", longest=40, default=""),
        "office_tier": cells.choice("office_tier", CompetentTier),
        "processing_days": cells.find_integer("processing_days", highest=3_650),
        "eligible_by_post": cells.flag("eligible_by_post"),
        "presence_needed": cells.flag("presence_needed"),
        "same_day_result": cells.flag("same_day_result"),
        "decision_no": cells.text("decision_no", longest=120, default=""),
        **cells.validity(),
        **cells.sourced(),
    }


def _read_checklist(cells: Cells) -> list[dict[str, Any]]:
    items = []
    for number, item in enumerate(_objects(cells, "checklist"), 1):
        counts = {
            name: item.get(name, 0) for name in ("originals", "certified_copies", "photocopies")
        }
        name, condition = str(item.get("name") or ""), str(item.get("condition") or "")
        whole = all(type(count) is int and 0 <= count <= _MOST_PAPERS for count in counts.values())
        if not name or len(name) > 400 or len(condition) > 400 or not whole:
            cells.wrong(
                "checklist",
                vi=f"giấy tờ {number}: cần name và số bản là số nguyên",
                en=f"paper {number}: needs a name and whole counts",
            )
        items.append(
            {
                "ordinal": number,
                "name": name,
                **counts,
                "mandatory": bool(item.get("mandatory", True)),
                "condition": condition,
            }
        )
    return items


def _read_fees(cells: Cells) -> list[dict[str, Any]]:
    items = []
    for number, item in enumerate(_objects(cells, "fees"), 1):
        name, amount = str(item.get("name") or ""), item.get("amount_vnd")
        if not name or len(name) > 200 or type(amount) is not int or not 0 <= amount < 2**31:
            cells.wrong(
                "fees",
                vi=f"khoản {number}: cần name và amount_vnd là số nguyên đồng",
                en=f"fee {number}: needs a name and amount_vnd in whole đồng",
            )
        items.append({"ordinal": number, "name": name, "amount_vnd": amount})
    return items


def _objects(cells: Cells, column: str) -> list[dict[str, Any]]:
    given = cells.find_json(column)
    if given is None:
        return []
    if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
        cells.wrong(column, vi="phải là danh sách JSON [{…}]", en="must be a JSON list [{…}]")
        return []
    return given


def _replace(session: Session, row: Procedure, name: str, items: list[dict[str, Any]]) -> bool:
    """Put other papers or fees in place of the old ones; True when they differ."""
    kind: type[ChecklistItem | FeeItem] = ChecklistItem if name == "checklist" else FeeItem
    present = getattr(row, name)
    same = len(present) == len(items) and all(
        getattr(old, key) == value
        for old, new in zip(present, items, strict=True)
        for key, value in new.items()
    )
    if same:
        return False
    if present:
        present.clear()
        session.flush()  # the old ordinals must be gone before the new ones come
    present.extend(kind(**item) for item in items)
    return True
