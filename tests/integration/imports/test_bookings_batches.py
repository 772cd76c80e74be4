"""A file of bookings is written in batches; one bad row costs nobody else their place."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from backend.booking.lookups import Lookups
from backend.booking.models import Booking
from backend.dossiers.models import CustodyEvent, Dossier, Leg
from backend.tabular.imports import Outcome
from tests.builders.booking import USUAL_OFFICE, a_booking, a_service
from tests.builders.imports import Importing, defects
from tests.builders.places import PROVINCE

HEADER = (
    "reference,mode,channel,applicant_name,phone,address,lat,lon,procedure_code,office_code,"
    "dossiers,service_date,slot_start,slot_end\n"
)


def a_row(number: int, *, name: str = "", phone: str = "", mode: str = "SEND") -> str:
    name = name or f"Người Mẫu {number}"
    phone = phone or f"0900 000 {number:03d}"
    return (
        f"P{number},{mode},PHONE,{name},{phone},{number} Mẫu,16.0{6780 + number},108.2208,"
        f"1.004194,{USUAL_OFFICE},2,2099-11-23,08:00,10:00\n"
    )


def a_file(count: int) -> str:
    return HEADER + "".join(a_row(number) for number in range(1, count + 1))


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_a_longer_file_of_placed_bookings_takes_no_more_statements(
    session: Session, engine: Engine, importing: Importing
) -> None:
    a_service(session)
    importing("bookings", HEADER + a_row(999))  # the number series exists from here on
    with statements(engine) as short:
        assert importing("bookings", a_file(5)).counts == {Outcome.CREATED: 5}
    with statements(engine) as long:
        more = HEADER + "".join(a_row(number) for number in range(100, 160))
        assert importing("bookings", more).counts == {Outcome.CREATED: 60}
    assert len(long) == len(short)
    with statements(engine) as again:
        assert importing("bookings", more).counts == {Outcome.UNCHANGED: 60}
    assert len(again) <= len(short)


def test_a_row_that_only_the_database_refuses_comes_back_and_the_others_are_whole(
    session: Session, importing: Importing
) -> None:
    a_service(session)

    def spoil(_mapper: object, _connection: object, booking: Booking) -> None:
        if booking.reference == "P3":
            booking.portal_code = "x" * 81  # longer than the column: no check of ours sees it

    event.listen(Booking, "before_insert", spoil)
    try:
        report = importing("bookings", a_file(6))
    finally:
        event.remove(Booking, "before_insert", spoil)
    assert report.counts == {Outcome.CREATED: 5}
    assert defects(report) == [(4, "")]
    assert "too long" in report.errors[0].reason.en
    assert [row.line for row in report.rejected] == [4]
    references = session.scalars(select(Booking.reference).order_by(Booking.reference)).all()
    assert references == ["P1", "P2", "P4", "P5", "P6"]
    dossiers = session.scalars(select(Dossier)).all()
    assert len(dossiers) == 10
    assert len(session.scalars(select(Leg)).all()) == 10
    heads = set(session.scalars(select(CustodyEvent.hash)))
    assert {dossier.head_hash for dossier in dossiers} == heads
    numbers = sorted(int(dossier.item_code[4:10]) for dossier in dossiers)
    assert numbers == list(range(numbers[0], numbers[0] + 10)), "no item code is lost"


def test_the_same_person_twice_in_one_file_is_asked_about_as_if_they_had_called_twice(
    session: Session, importing: Importing
) -> None:
    a_service(session)
    same = {"name": "Trần Thị Mẫu", "phone": "0900 000 777"}
    report = importing("bookings", HEADER + a_row(1, **same) + a_row(2, **same))
    assert report.counts == {Outcome.CREATED: 1}
    assert [error.line for error in report.errors] == [3]
    assert "P1" in report.errors[0].reason.en
    other_way = importing("bookings", HEADER + a_row(3, mode="RETURN", **same))
    assert other_way.counts == {Outcome.CREATED: 1}, "a return is another visit"
    relative = {"name": "Lê Văn Mẫu", "phone": "0900 000 777"}
    assert importing("bookings", HEADER + a_row(4, **relative)).counts == {Outcome.CREATED: 1}


def test_a_booking_made_by_phone_counts_for_the_file(
    session: Session, importing: Importing
) -> None:
    called = a_booking(session, phone="0900 000 001", applicant_name="Người Mẫu 1")
    text = a_file(1).replace("2099-11-23", called.service_date.isoformat())
    report = importing("bookings", text)
    assert report.counts == {}
    assert called.reference in report.errors[0].reason.en


def test_more_references_than_the_servers_lock_table_has_room_for_are_held(
    session: Session,
) -> None:
    lookups = Lookups(session, PROVINCE)
    lookups.claim(f"PYC-{number}" for number in range(20_000))
    assert lookups.find_claimed("PYC-19999") is None
