"""Make a sample day real: pack rows through the importers, visits judged as every booking."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.intake import Judged, judge, write
from backend.booking.lookups import Asker, Lookups
from backend.booking.models import Booking, BookingChannel, BookingMode, BookingStatus
from backend.booking.requests import BookingRequest
from backend.catalogue.imports import (
    CALENDAR,
    PROCEDURES,
    TARIFF,
    import_calendar,
    import_procedures,
    import_tariff,
)
from backend.database import SourceStatus
from backend.demo.errors import SampleRowsRejected
from backend.demo.roster import make_clerks, make_shifts
from backend.demo.sample_day import DemandDay, FirstTry, Home
from backend.demo.second_tries import fail_collection, fail_delivery
from backend.errors import TanNoiError, Text
from backend.fleet.imports import (
    COURIERS,
    SHIFTS,
    VEHICLES,
    import_couriers,
    import_shifts,
    import_vehicles,
)
from backend.fleet.models import Courier
from backend.places.clerks import CLERKS, import_clerks
from backend.places.imports import (
    OFFICES,
    POST_OFFICES,
    UNITS,
    import_offices,
    import_post_offices,
    import_units,
)
from backend.tabular.imports import ImportReport
from backend.tabular.layout import Layout, Reading
from backend.tabular.reading import Table, read_table, table_of
from geodata.packs import Pack, Row
from geodata.point import Point

_IMPORTERS: dict[str, tuple[Layout, Callable[..., ImportReport]]] = {
    layout.kind: (layout, run)
    for layout, run in (
        (UNITS, import_units),
        (CALENDAR, import_calendar),
        (OFFICES, import_offices),
        (POST_OFFICES, import_post_offices),
        (PROCEDURES, import_procedures),
        (TARIFF, import_tariff),
        (COURIERS, import_couriers),
        (VEHICLES, import_vehicles),
    )
}


type Asked = tuple[Row, Home, FirstTry | None]


@dataclass(slots=True)
class SampleBookings:
    """What became of the invented visits; `refused` holds reference and reason."""

    outcomes: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[str, Text]] = field(default_factory=list)
    shifts: int = 0

    @property
    def booked(self) -> int:
        """Visits that are in the database now, whenever they came."""
        return self.outcomes["created"] + self.outcomes["unchanged"]


def import_pack(session: Session, pack: Pack, province_code: str) -> list[ImportReport]:
    """Import every file of a pack as `tannoi import` would; a second time changes nothing.

    Raises SampleRowsRejected for a row that an importer refuses: a pack must import whole.
    """
    reports = []
    for file in pack.list_imports():
        layout, run = _IMPORTERS[file.kind]
        report = run(session, read_table(file.path, layout), province_code=province_code)
        reports.append(_whole(report))
    return reports


def book_sample_day(
    session: Session, pack: Pack, demand: DemandDay, province_code: str
) -> SampleBookings:
    """Roster couriers, seat clerks, and book every visit of an invented day; once, if repeated.

    Every counter of the pack gets a clerk. The pack must be imported. A visit that booking
    refuses is noted, the others stay. Raises SampleRowsRejected when a shift is refused.
    """
    result = SampleBookings()
    shifts = _table(SHIFTS, make_shifts(pack, demand))
    result.shifts = _whole(import_shifts(session, shifts, province_code=province_code)).kept
    _whole(import_clerks(session, _table(CLERKS, make_clerks(pack)), province_code=province_code))
    lookups = Lookups(session, province_code)
    asked: dict[date, list[Asked]] = {}
    for each in zip(demand.bookings, demand.homes, demand.first_tries, strict=True):
        asked.setdefault(date.fromisoformat(each[0]["service_date"]), []).append(each)
    couriers = _couriers(session, province_code)
    for day in sorted(asked):
        with clock.frozen(_asked_at(pack, day)):  # the log begins when they asked
            failed = _book(session, day, asked[day], lookups, result)
        for booking, first in failed:
            _fail(session, booking, first, lookups, couriers)
    return result


def _book(
    session: Session, day: date, asked: list[Asked], lookups: Lookups, result: SampleBookings
) -> list[tuple[Booking, FirstTry]]:
    """Book what was asked for one day; returns the new bookings whose first try failed."""
    lookups.claim(row["reference"] for row, _, _ in asked)
    lookups.look_for_open(
        (Asker.of(row["phone"], row["applicant_name"]) for row, _, _ in asked), day
    )
    lookups.look_around((home.door for _, home, _ in asked), day)
    judged: list[Judged] = []
    failed = []
    for row, _, first in asked:
        request = _request(row, lookups.province_code)
        try:
            judged.append(judge(session, request, lookups))
        except TanNoiError as error:
            result.refused.append((request.reference, error.detail))
            continue
        if first is not None and judged[-1].is_new:
            failed.append((judged[-1].booking, first))
    write(session, judged, lookups)
    for each in judged:
        result.outcomes["created" if each.is_new else "unchanged"] += 1
        result.outcomes["to place"] += each.booking.status is BookingStatus.TO_PLACE
    return failed


def _fail(
    session: Session,
    booking: Booking,
    first: FirstTry,
    lookups: Lookups,
    couriers: Mapping[uuid.UUID, Courier],
) -> None:
    """Live through the first try; a result that nobody took was in the hands of a courier."""
    if not first.rests_at:
        fail_collection(session, booking, first)
        return
    post_office = lookups.get_post_office(first.rests_at)
    courier = couriers.get(post_office.id) or next(iter(couriers.values()))
    fail_delivery(session, booking, first, courier=courier, post_office=post_office)


def _couriers(session: Session, province_code: str) -> dict[uuid.UUID, Courier]:
    """One courier of each post office that has any: whoever rode there before the sample day."""
    rows = session.scalars(
        select(Courier)
        .where(Courier.province_code == province_code, Courier.active)
        .order_by(Courier.code.desc())
    )
    return {courier.post_office_id: courier for courier in rows}


def _asked_at(pack: Pack, day: date) -> datetime:
    """Citizens called the working day before; a day in the past was asked for in its own time."""
    day_before = pack.calendar.previous_working_day(day)
    return min(clock.now(), clock.local_instant(day_before, time(10)))


def _request(row: Row, province_code: str) -> BookingRequest:
    return BookingRequest(
        province_code=province_code,
        reference=row["reference"],
        mode=BookingMode(row["mode"]),
        channel=BookingChannel(row["channel"]),
        applicant_name=row["applicant_name"],
        phone=row["phone"],
        address=row["address"],
        point=Point(float(row["lat"]), float(row["lon"])),
        procedure_code=row["procedure_code"],
        office_code=row["office_code"] or None,
        portal_code=row["portal_dossier_code"] or None,
        dossier_count=int(row["dossiers"]),
        service_date=date.fromisoformat(row["service_date"]),
        slot_start=_time(row["slot_start"]),
        slot_end=_time(row["slot_end"]),
        ready_at=datetime.fromisoformat(row["ready_at"]) if row["ready_at"] else None,
        held_at_post_office_code=row["held_at_post_office_code"] or None,
        expected_fee_vnd=int(row["expected_fee_vnd"]),
        source=row["source"],
        source_status=SourceStatus.SAMPLE,
        booked_at=clock.now(),
    )


def _time(text: str) -> time | None:
    return time.fromisoformat(text) if text else None


def _table(layout: Layout, rows: Sequence[Row]) -> Table:
    """Rows as the importers take them, so that invented rows meet every check of real ones."""
    header = layout.names
    lines = (
        (number, [row.get(name, "") for name in header], None) for number, row in enumerate(rows, 2)
    )
    return table_of(Path(f"{layout.kind} (sample)"), layout, Reading(), header, lines)


def _whole(report: ImportReport) -> ImportReport:
    if report.errors:
        first = report.errors[0]
        raise SampleRowsRejected(
            kind=report.kind,
            count=len(report.rejected),
            line=first.line,
            reason_vi=first.reason.vi,
            reason=first.reason.en,
        )
    return report
