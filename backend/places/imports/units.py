"""Administrative units from a file; the natural key is code and first day, since codes return."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from backend.errors import Text
from backend.places.imports.outlines import read_outline
from backend.places.models import AdministrativeUnit, UnitTier
from backend.places.points import to_geometry
from backend.tabular.cells import Cells
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows, update_row
from backend.tabular.layout import LAT, LON, NAME, Column, Layout, sourced
from backend.tabular.reading import Table
from geodata.vietnamese_text import search_key

UNITS = Layout(
    kind="units",
    columns=sourced(
        Column(name="code", sample="20242", required=True, aliases=("mã", "ward_code", "old_code")),
        Column(
            name="name", sample="Phường Mẫu", required=True, aliases=(*NAME, "ward", "old_ward")
        ),
        Column(name="tier", sample="WARD"),
        Column(name="parent_code", sample="48", aliases=("district_code", "old_district_code")),
        Column(name="zone_code", sample="HAI-CHAU"),
        Column(name="planning_area_code", sample="DA-NANG"),
        Column(name="lat", sample="16.06780", aliases=LAT),
        Column(name="lon", sample="108.22080", aliases=LON),
        Column(name="area_km2", sample="7.58", aliases=("areakm2",)),
        Column(name="valid_from", sample="2025-07-01", required=True),
        Column(name="valid_to", sample=""),
        Column(name="replaces", sample="20236;20239"),
        Column(name="replaced_by", sample=""),
        source="danh sách mẫu",
    ),
)

_TIER_WORDS = (
    ("dac khu", UnitTier.SPECIAL_ZONE),
    ("phuong", UnitTier.WARD),
    ("thi tran", UnitTier.COMMUNE),
    ("xa", UnitTier.COMMUNE),
    ("quan", UnitTier.DISTRICT),
    ("huyen", UnitTier.DISTRICT),
    ("thi xa", UnitTier.DISTRICT),
)
"""First words of a full name. "Thành phố" is a city or a district: the file must say which."""

_DISTRICT_CODE = re.compile(r"\d{3}")
"""The statistics office gave districts three digits, provinces two, wards five."""

_TAKEN = Text(
    vi="mã đang thuộc {name} ({since} – {until})", en="the code names {name} ({since} – {until})"
)
_NO_HEIR = Text(
    vi="chưa có {unit} sau ngày {ends}; nhập danh sách mới trước",
    en="no unit {unit} after {ends}; import the newer list first",
)


def import_units(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Create or update units; rows of read_unit_outlines bring their outline.

    `replaced_by` (names or codes, `;` or `|` between them) adds the row's code to the later units
    named, which must be known already; more than one means the unit was split.
    """
    known: dict[str, list[AdministrativeUnit]] = defaultdict(list)
    for row in session.scalars(
        select(AdministrativeUnit)
        .where(AdministrativeUnit.province_code == province_code)
        .options(undefer(AdministrativeUnit.boundary))
    ):
        known[row.code].append(row)
    seen = SeenKeys()

    def store(cells: Cells) -> Outcome:
        code = cells.text("code", longest=20)
        values = _read_unit(cells)
        seen.claim(cells, "code", (code, values["valid_from"]))
        heirs = _read_heirs(cells, known, values["valid_to"])
        same = next((u for u in known[code] if u.valid_from == values["valid_from"]), None)
        _check_overlap(cells, same, known[code], values)
        cells.finish()
        if same is not None:
            outcome = update_row(same, values, cells)
        else:
            values.setdefault("replaces", {})
            same = AdministrativeUnit(province_code=province_code, code=code, **values)
            known[code].append(same)
            session.add(same)
            outcome = Outcome.CREATED
        inherited = [_inherit(heir, code, split=len(heirs) > 1) for heir in heirs]
        if outcome is Outcome.UNCHANGED and any(inherited):
            return Outcome.UPDATED
        return outcome

    return import_rows(session, table, UNITS, store)


def _read_unit(cells: Cells) -> dict[str, Any]:
    name = cells.text("name", longest=200)
    parent = cells.find_text("parent_code", longest=20)
    outline, centre = read_outline(cells)
    point = cells.find_point() or centre
    zone = cells.find_text("zone_code", longest=40)
    values: dict[str, Any] = {
        "name": name,
        "tier": _tier(cells, name),
        "parent_code": parent,
        # The law's "same district" was the district itself while districts existed.
        "zone_code": zone or (parent if parent and _DISTRICT_CODE.fullmatch(parent) else None),
        "planning_area_code": cells.find_text("planning_area_code", longest=40),
        "area_km2": cells.find_number("area_km2"),
        **cells.validity(),
        **cells.sourced(),
    }
    if values["valid_from"] is None:
        cells.wrong("valid_from", vi="còn trống", en="is empty")
    if point is not None:
        values["centroid"] = to_geometry(point)
    if outline is not None:
        values["boundary"] = outline
    if replaced := cells.words("replaces", longest=20):
        values["replaces"] = {"codes": replaced, "split": []}
    return values


def _tier(cells: Cells, name: str) -> UnitTier:
    if not cells.row.values.get("tier"):
        words = search_key(name)
        for word, tier in _TIER_WORDS:
            if words.startswith(f"{word} "):
                return tier
    return cells.choice("tier", UnitTier)


def _check_overlap(
    cells: Cells,
    same: AdministrativeUnit | None,
    namesakes: Iterable[AdministrativeUnit],
    values: dict[str, Any],
) -> None:
    """A code names one unit a day."""
    begins, ends = values["valid_from"] or date.min, values["valid_to"] or date.max
    for other in namesakes:
        other_begins, other_ends = other.valid_from or date.min, other.valid_to or date.max
        if other is not same and begins <= other_ends and other_begins <= ends:
            since, until = other.valid_from or "…", other.valid_to or "…"
            told = _TAKEN.filled({"name": other.name, "since": since, "until": until})
            cells.wrong("valid_from", vi=told.vi, en=told.en)


def _read_heirs(
    cells: Cells, known: dict[str, list[AdministrativeUnit]], ends: date | None
) -> list[AdministrativeUnit]:
    """The later units that took over this one, found by code or by name."""
    heirs = []
    for word in re.split(r"[;|]", cells.row.values.get("replaced_by", "")):
        if not word.strip():
            continue
        later = [
            unit
            for units in known.values()
            for unit in units
            if (ends is None or (unit.valid_from or date.min) > ends)
            and (unit.code == word.strip() or _bare(unit.name) == _bare(word))
        ]
        if ends is None or not later:
            told = _NO_HEIR.filled({"unit": word.strip(), "ends": ends or "…"})
            cells.wrong("replaced_by", vi=told.vi, en=told.en)
            continue
        heirs.append(min(later, key=lambda unit: unit.valid_from or date.min))
    return heirs


def _inherit(heir: AdministrativeUnit, code: str, *, split: bool) -> bool:
    """Note that `heir` took over `code`; True when that was news."""
    codes = sorted({*heir.replaces.get("codes", []), code})
    parts = sorted({*heir.replaces.get("split", []), *([code] if split else [])})
    replaces = {"codes": codes, "split": parts}
    if replaces == {"codes": [], "split": []} | heir.replaces:
        return False
    heir.replaces = replaces
    return True


def _bare(name: str) -> str:
    words = search_key(name)
    for word, _ in _TIER_WORDS:
        words = words.removeprefix(f"{word} ")
    return words
