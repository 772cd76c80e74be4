"""Bookings from a file: every row goes through `book_or_find`, as if the citizen had called."""

from collections import defaultdict
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backend.booking.lookups import Lookups
from backend.booking.models import BookingChannel, BookingMode, BookingStatus
from backend.booking.operations import book_or_find
from backend.booking.requests import BookingRequest
from backend.errors import Text
from backend.tabular.cells import Cells, RowError
from backend.tabular.imports import ImportReport, Outcome, SeenKeys, import_rows
from backend.tabular.layout import ADDRESS, LAT, LON, Column, Layout, sourced
from backend.tabular.reading import Table
from geodata.point import Point

BOOKINGS = Layout(
    kind="bookings",
    columns=sourced(
        Column(name="reference", sample="PYC-0001", required=True, aliases=("mã phiếu",)),
        Column(name="mode", sample="SEND", required=True),
        Column(name="channel", sample="PHONE", required=True, aliases=("kênh",)),
        Column(
            name="applicant_name",
            sample="Nguyễn Văn Mẫu 1",
            required=True,
            aliases=("người nộp", "họ tên"),
        ),
        Column(name="phone", sample="0900 000 001", aliases=("điện thoại",)),
        Column(name="address", sample="1 Đường Mẫu", required=True, aliases=ADDRESS),
        Column(name="lat", sample="16.06780", aliases=LAT),
        Column(name="lon", sample="108.22080", aliases=LON),
        Column(name="procedure_code", sample="1.004194", required=True, aliases=("mã thủ tục",)),
        Column(name="office_code", sample="", aliases=("mã cơ quan",)),
        Column(name="portal_dossier_code", sample="", aliases=("mã hồ sơ",)),
        Column(name="dossiers", sample="1", aliases=("số hồ sơ",)),
        Column(name="service_date", sample="2026-11-23", required=True, aliases=("ngày",)),
        Column(name="slot_start", sample="08:00"),
        Column(name="slot_end", sample="10:00"),
        Column(name="ready_at", sample=""),
        Column(name="held_at_post_office_code", sample=""),
        Column(name="expected_fee_vnd", sample="0"),
        Column(name="confirmed", sample=""),
        source="phiếu mẫu",
    ),
)


def import_bookings(session: Session, table: Table, *, province_code: str) -> ImportReport:
    """Book every row that can be booked; `reference` is the natural key.

    A row that is booked already with the same content stays unchanged, with other content it is
    refused. Rows whose address nobody could place are kept, wait in the to-place list, and stand
    among the warnings with the reason.
    """
    seen = SeenKeys()
    waiting: list[RowError] = []
    lookups = Lookups(session, province_code)
    _look_ahead(lookups, table)

    def store(cells: Cells) -> Outcome:
        reference = cells.text("reference", longest=60)
        seen.claim(cells, "reference", reference)
        request = _read_request(cells, province_code, reference)
        cells.finish()
        booked = book_or_find(session, BookingRequest(**request), lookups)
        booking = booked.booking
        if booking.status is BookingStatus.TO_PLACE:
            note = booking.address.placement_note or "?"
            waiting.append(
                RowError(
                    cells.row.line,
                    "address",
                    Text(vi=f"chờ định vị: {note}", en=f"waits to be placed: {note}"),
                )
            )
        return Outcome.CREATED if booked.is_new else Outcome.UNCHANGED

    report = import_rows(session, table, BOOKINGS, store, savepoints=True)
    report.warnings += waiting
    return report


def _look_ahead(lookups: Lookups, table: Table) -> None:
    """Ask once for what every row would ask singly; wrong cells are told when their row's turn
    comes."""
    doors: dict[date, list[Point]] = defaultdict(list)
    references = []
    for row in table.rows:
        cells = Cells(row, BOOKINGS)
        reference = cells.text("reference", longest=60)
        point, day = cells.find_point(), cells.find_day("service_date")
        if cells.errors:
            continue
        references.append(reference)
        if point is not None and day is not None:
            doors[day].append(point)
    lookups.claim(references)
    for day, points in doors.items():
        lookups.look_around(points, day)


def _read_request(cells: Cells, province_code: str, reference: str) -> dict[str, Any]:
    return {
        "province_code": province_code,
        "reference": reference,
        "mode": cells.choice("mode", BookingMode),
        "channel": cells.choice("channel", BookingChannel),
        "applicant_name": cells.text("applicant_name", longest=200),
        "phone": cells.find_text("phone", longest=20),
        "address": cells.text("address", longest=400),
        "point": cells.find_point(),
        "procedure_code": cells.text("procedure_code", longest=40),
        "office_code": cells.find_text("office_code", longest=40),
        "portal_code": cells.find_text("portal_dossier_code", longest=80),
        "dossier_count": cells.integer("dossiers", lowest=1, default=1),
        "service_date": cells.day("service_date"),
        "slot_start": cells.find_time("slot_start"),
        "slot_end": cells.find_time("slot_end"),
        "ready_at": cells.find_instant("ready_at"),
        "held_at_post_office_code": cells.find_text("held_at_post_office_code", longest=40),
        "expected_fee_vnd": cells.integer("expected_fee_vnd", default=0),
        "confirmed": cells.flag("confirmed"),
        **cells.sourced(),
    }
