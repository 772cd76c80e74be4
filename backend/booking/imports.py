"""Bookings from a file: every row is judged as if the citizen had called."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from itertools import batched
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.booking.intake import Judged, judge, write
from backend.booking.lookups import Asker, Lookups
from backend.booking.models import Booking, BookingChannel, BookingMode, BookingStatus
from backend.booking.requests import BookingRequest
from backend.errors import Text
from backend.tabular.cells import Cells, RowError
from backend.tabular.imports import (
    ImportReport,
    Outcome,
    SeenKeys,
    import_rows,
    refused_by_database,
)
from backend.tabular.layout import ADDRESS, LAT, LON, Column, Layout, sourced
from backend.tabular.reading import Row, Table
from geodata.point import Point

BATCH_ROWS = 500
"""Written with the same few statements; what a mistake in one row makes the server do twice."""

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
    lookups = Lookups(session, province_code)
    judged: list[tuple[Row, Judged]] = []
    _look_ahead(lookups, table)

    def store(cells: Cells) -> Outcome:
        reference = cells.text("reference", longest=60)
        seen.claim(cells, "reference", reference)
        request = _read_request(cells, province_code, reference)
        cells.finish()
        answer = judge(session, BookingRequest(**request, is_imported=True), lookups)
        judged.append((cells.row, answer))
        return Outcome.CREATED if answer.is_new else Outcome.UNCHANGED

    report = import_rows(session, table, BOOKINGS, store)
    for batch in batched(judged, BATCH_ROWS):
        refused = {row.line: error for row, error in _write(session, batch, lookups)}
        for row, _ in batch:
            if row.line in refused:
                report.counts[Outcome.CREATED] -= 1
                report.reject(row, [refused_by_database(row, refused[row.line])])
        report.warnings += [
            _waiting(row, answer.booking)
            for row, answer in batch
            if answer.booking.status is BookingStatus.TO_PLACE and row.line not in refused
        ]
    return report


def _write(
    session: Session, batch: Sequence[tuple[Row, Judged]], lookups: Lookups
) -> list[tuple[Row, DBAPIError]]:
    """Write a batch at once; if the database refuses it, one by one, to learn which rows it is."""
    try:
        with session.begin_nested():
            write(session, [answer for _, answer in batch], lookups)
    except DBAPIError as error:
        if error.connection_invalidated:
            raise
        if len(batch) == 1:
            return [(batch[0][0], error)]
        return [refused for each in batch for refused in _write(session, [each], lookups)]
    return []


def _waiting(row: Row, booking: Booking) -> RowError:
    note = booking.address.placement_note or "?"
    reason = Text(vi=f"chờ định vị: {note}", en=f"waits to be placed: {note}")
    return RowError(row.line, "address", reason)


def _look_ahead(lookups: Lookups, table: Table) -> None:
    """Ask once for what every row would ask singly; wrong cells are told when their row's turn
    comes."""
    doors: dict[date, list[Point]] = defaultdict(list)
    askers: dict[date, list[Asker]] = defaultdict(list)
    references = []
    for row in table.rows:
        cells = Cells(row, BOOKINGS)
        reference = cells.text("reference", longest=60)
        full_name = cells.text("applicant_name", longest=200)
        phone = cells.find_text("phone", longest=20)
        point, day = cells.find_point(), cells.find_day("service_date")
        if cells.errors or day is None:
            continue
        references.append(reference)
        if phone is not None:
            askers[day].append(Asker.of(phone, full_name))
        if point is not None:
            doors[day].append(point)
    lookups.claim(references)
    for day, points in doors.items():
        lookups.look_around(points, day)
    for day, people in askers.items():
        lookups.look_for_open(people, day)


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
