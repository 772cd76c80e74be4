"""Open a CSV or XLSX file as rows with line numbers; a file that is broken is refused whole."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from backend.tabular.errors import FileUnreadable, UnknownColumn, WrongColumns
from backend.tabular.layout import Layout, Reading, header_key

LARGEST_FILE_BYTES = 200_000_000
"""More than a province's rows of any kind; a larger file is the wrong file."""

_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (XLSX: row number), our columns, and the cells as they came."""

    line: int
    values: Mapping[str, str]
    cells: tuple[str, ...]
    surplus: bool = False
    """It has more cells than the header names."""
    geometry: Mapping[str, Any] | None = None
    """GeoJSON geometry, where the file carries one."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file. `ignored` are headers that mean nothing to the kind."""

    file: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    ignored: tuple[str, ...] = ()
    left_out: int = 0
    """Rows that `Reading.where` did not choose."""


@dataclass(slots=True)
class _Mapped:
    """Which of our columns stands at which place of the file."""

    places: dict[str, int] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


def read_table(path: Path, layout: Layout, reading: Reading | None = None) -> Table:
    """Read a file of this layout. Raises FileUnreadable, WrongColumns or UnknownColumn.

    Rows that are empty, or whose first cell begins with `#`, are comments.
    """
    how = reading or Reading()
    how.check(layout)
    lines = _xlsx_lines(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv_lines(path)
    first = next(lines, None)
    if first is None:
        raise unreadable(path, vi="tệp rỗng", en="it is empty")
    header = tuple(cell.strip() for cell in first[1])
    return table_of(path, layout, how, header, ((line, cells, None) for line, cells in lines))


def table_of(
    path: Path,
    layout: Layout,
    reading: Reading,
    header: tuple[str, ...],
    lines: Iterable[tuple[int, list[str], Mapping[str, Any] | None]],
) -> Table:
    """Rows in our columns from a header and lines of cells (and geometries)."""
    mapped = _map_columns(path, layout, reading, header)
    conditions = _conditions(reading, header)
    rows, left_out = [], 0
    for line, cells, geometry in lines:
        padded = [cell.strip() for cell in cells] + [""] * (len(header) - len(cells))
        if not any(padded) or padded[0].startswith("#"):
            continue
        if any(padded[place] != value for place, value in conditions):
            left_out += 1
            continue
        values = {ours: padded[place] for ours, place in mapped.places.items()}
        surplus = any(padded[len(header) :])
        rows.append(
            Row(line, {**values, **reading.preset}, tuple(padded[: len(header)]), surplus, geometry)
        )
    return Table(path.name, header, tuple(rows), tuple(mapped.ignored), left_out)


def unreadable(path: Path, *, vi: str, en: str) -> FileUnreadable:
    """The refusal of a whole file, with the reason in both languages."""
    return FileUnreadable(file=path.name, reason=en, reason_vi=vi)


def read_bytes(path: Path) -> bytes:
    """The content of a file; raises FileUnreadable."""
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise unreadable(path, vi="tệp quá lớn", en="it is too large")
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise unreadable(path, vi=reason, en=reason) from None


def _map_columns(path: Path, layout: Layout, reading: Reading, header: tuple[str, ...]) -> _Mapped:
    theirs = {header_key(name): ours for name, ours in reading.columns.items()}
    present = {header_key(name) for name in header}
    for name in reading.columns:
        if header_key(name) not in present:
            raise UnknownColumn(column=name, where=path.name, known=", ".join(filter(None, header)))
    mapped = _Mapped()
    asked_for = set(theirs.values())
    for place, name in enumerate(header):
        ours = theirs.get(header_key(name))
        if ours is None:
            ours = layout.find_column(name) if name else None
            if ours in asked_for or ours in mapped.places:
                ours = None
        if ours is None:
            mapped.ignored += [name] if name else []
        else:
            mapped.places[ours] = place
    missing = [
        column.name
        for column in layout.columns
        if column.required and column.name not in mapped.places.keys() | reading.preset.keys()
    ]
    if missing:
        shown = ", ".join(name for name in header if name) or "—"
        raise WrongColumns(file=path.name, missing=", ".join(missing), present=shown[:400])
    return mapped


def _conditions(reading: Reading, header: tuple[str, ...]) -> list[tuple[int, str]]:
    places = {header_key(name): place for place, name in enumerate(header)}
    conditions = []
    for name, value in reading.where.items():
        place = places.get(header_key(name))
        if place is None:
            raise UnknownColumn(column=name, where="--where", known=", ".join(header))
        conditions.append((place, value))
    return conditions


def _csv_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    raw = read_bytes(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise unreadable(path, vi="không phải văn bản UTF-8", en="it is not UTF-8 text") from None
    if "\0" in text:
        raise unreadable(path, vi="không phải văn bản", en="it is not text")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise unreadable(
            path,
            vi=f"CSV hỏng từ dòng {begins}, thường do thiếu dấu nháy kép ({error})",
            en=f"broken CSV from line {begins} on, mostly a missing quote ({error})",
        ) from None


def _delimiter(text: str) -> str:
    first = text.partition("\n")[0]
    outside = "".join(first.split('"')[::2])
    return max(_DELIMITERS, key=outside.count)


def _xlsx_lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    raw = read_bytes(path)
    try:
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        lines = [
            (number, [_cell_text(value) for value in cells])
            for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1)
        ]
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        ParseError,
        KeyError,
        ValueError,
        IndexError,
        EOFError,
        OSError,
    ):
        raise unreadable(path, vi="không phải bảng tính XLSX", en="it is no XLSX sheet") from None
    yield from lines


def _cell_text(value: object) -> str:
    """What a person sees in the cell, in our notation for dates, times and numbers."""
    match value:
        case None:
            text = ""
        case bool():
            text = "yes" if value else "no"
        case datetime() if value.time() == time():
            text = value.date().isoformat()
        case datetime() | date():
            text = value.isoformat()
        case time():
            text = value.strftime("%H:%M")
        case float() if value.is_integer():
            text = str(int(value))
        case _:
            text = str(value)
    return text
