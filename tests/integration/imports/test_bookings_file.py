"""Bookings from a file meet the same rules as a call, and come back with reasons to correct."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingStatus
from backend.cli.imports import KINDS, read_file
from backend.tabular.imports import ImportReport, Outcome
from backend.tabular.layout import Reading
from backend.tabular.writing import write_rejected
from tests.builders.booking import USUAL_OFFICE, a_service
from tests.builders.imports import SOURCED, Importing, defects
from tests.builders.places import PROVINCE

BOOKINGS = """reference,mode,channel,applicant_name,phone,address,lat,lon,procedure_code,\
office_code,dossiers,service_date,slot_start,slot_end
P1,SEND,PHONE,Người Mẫu 1,0900 000 001,1 Mẫu,16.0678,108.2208,1.004194,{office},2,{day},08:00,10:00
P2,RETURN,OFFICE,Người Mẫu 2,0900 000 002,Tổ 5 Phường Mẫu,,,1.004194,{office},1,{day},,
P3,SEND,PHONE,Người Mẫu 3,0900 000 003,3 Mẫu,10.77,106.70,1.004194,{office},1,{day},08:00,10:00
P4,SEND,PHONE,Người Mẫu 4,0900 000 004,4 Mẫu,16.06,108.22,9.999999,{office},1,{day},08:00,10:00
P5,SEND,PHONE,Người Mẫu 5,0900 000 005,5 Mẫu,16.06,108.22,1.004194,{office},1,2099-11-28,,
P6,SEND,FAX,Người Mẫu 6,0900 000 006,6 Mẫu,16.06,108.22,1.004194,{office},x,{day},,
P1,SEND,PHONE,Người Mẫu 7,0900 000 007,7 Mẫu,16.06,108.22,1.004194,{office},1,{day},,
P8,SEND,PHONE,Người Mẫu 8,0900 000 008,8 Mẫu,16.06,108.22,1.004194,{office},1,2018-09-17,,
"""


def test_bookings_go_through_the_same_checks_and_those_nobody_can_place_are_named(
    session: Session, importing: Importing, tmp_path: Path
) -> None:
    a_service(session)
    text = BOOKINGS.format(office=USUAL_OFFICE, day="2099-11-23")
    report = importing("bookings", text)
    assert report.counts == {Outcome.CREATED: 2}
    assert defects(report) == [
        (4, "lat"),
        (5, "procedure_code"),
        (6, "service_date"),
        (7, "channel"),
        (7, "dossiers"),
        (8, "reference"),
        (9, "service_date"),
    ]
    assert [(each.line, each.column) for each in report.warnings] == [(3, "address")]
    statuses = dict(session.execute(select(Booking.reference, Booking.status)).all())
    assert statuses == {"P1": BookingStatus.REQUESTED, "P2": BookingStatus.TO_PLACE}
    again = importing("bookings", text)
    assert again.counts == {Outcome.UNCHANGED: 2}
    moved = importing("bookings", text.replace("08:00,10:00", "09:00,11:00", 1))
    assert (2, "slot_start") in defects(moved), "a booked visit is not changed by a file"


def test_the_file_of_rejected_rows_can_be_corrected_and_imported_as_it_is(
    session: Session, importing: Importing, tmp_path: Path
) -> None:
    a_service(session)
    path = tmp_path / "phiếu.csv"
    text = BOOKINGS.format(office=USUAL_OFFICE, day="2099-11-23")
    path.write_text(text, encoding="utf-8")
    chosen = KINDS["bookings"]
    reading = Reading(preset=SOURCED)
    table = read_file(chosen, path, reading)
    report = chosen.run(session, table, province_code=PROVINCE)
    returned = write_rejected(table, report, tmp_path / "out")
    assert returned is not None
    lines = returned.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].endswith("slot_start,slot_end,line,column,reason")
    assert len(lines) == 1 + 6
    assert "ngoài khu vực phục vụ" in lines[1].lower() or "nằm ngoài" in lines[1]
    returned.write_text("\n".join(lines).replace("10.77,106.70", "16.07,108.22"), encoding="utf-8")
    corrected = read_file(chosen, returned, reading)
    assert corrected.ignored == ("line", "column", "reason")
    second = chosen.run(session, corrected, province_code=PROVINCE)
    assert second.counts[Outcome.CREATED] == 1
    clean = ImportReport(kind=report.kind, file=table.file)
    assert write_rejected(table, clean, tmp_path / "out") is None
    assert not returned.exists(), "an old list of rejected rows does not stay behind"
