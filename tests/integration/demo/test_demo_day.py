"""A sample day enters through the real doors: nothing refused, nothing doubled."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingStatus
from backend.demo.demand import make_demand
from backend.demo.errors import SampleRowsRejected
from backend.demo.operations import book_sample_day, import_pack
from backend.demo.profiles import get_profile
from backend.demo.sample_day import DemandDay
from backend.dossiers.models import (
    CustodyEvent,
    CustodyEventType,
    Dossier,
    KeeperKind,
    Leg,
    LegPurpose,
    LegStatus,
)
from backend.dossiers.verify import verify_custody
from backend.fleet.models import Courier, Shift
from backend.places.models import AdministrativeUnit, Office, OfficeTier, PlaceKind, PostOffice
from geodata.packs import Pack, open_pack

DA_NANG = "48"
MONDAY = date(2026, 11, 23)
PILOT_DAY = date(2018, 9, 17)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack("da_nang")


def a_day(pack: Pack, profile: str, day: date = MONDAY) -> DemandDay:
    return make_demand(pack, day, get_profile(profile), seed=1)


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def list_events(session: Session, dossier: Dossier) -> list[CustodyEvent]:
    found = select(CustodyEvent).where(CustodyEvent.dossier_id == dossier.id)
    return list(session.scalars(found.order_by(CustodyEvent.n)))


def test_the_pack_imports_whole_and_a_second_import_changes_nothing(
    session: Session, pack: Pack
) -> None:
    first = import_pack(session, pack, DA_NANG)
    assert all(not report.rejected for report in first)
    assert count(session, AdministrativeUnit) == len(pack.units)
    assert count(session, Office) == len(pack.rows("offices"))
    assert count(session, PostOffice) == len(pack.rows("post-offices"))
    assert count(session, Courier) == len(pack.rows("couriers"))
    again = import_pack(session, pack, DA_NANG)
    for report in again:
        assert report.counts["created"] == report.counts["updated"] == 0, report.kind


def test_every_visit_is_booked_as_it_was_invented_and_repeating_it_doubles_nothing(
    session: Session, pack: Pack
) -> None:
    import_pack(session, pack, DA_NANG)
    demand = a_day(pack, "launch")
    result = book_sample_day(session, pack, demand, DA_NANG)
    assert result.refused == []
    assert result.outcomes["created"] == result.booked == 60
    assert result.outcomes["to place"] == 0
    assert result.shifts == count(session, Shift)
    again = book_sample_day(session, pack, demand, DA_NANG)
    assert again.refused == []
    assert again.outcomes["unchanged"] == 60
    assert count(session, Booking) == 60
    assert set(session.scalars(select(Booking.status))) == {BookingStatus.REQUESTED}

    today = list(session.scalars(select(Leg).where(Leg.status == LegStatus.OPEN)))
    assert len(today) == sum(int(row["dossiers"]) for row in demand.bookings)
    assert {leg.service_date for leg in today} == {MONDAY}
    returns = [leg for leg in today if leg.purpose is LegPurpose.RETURN]
    assert len(returns) == sum(row["mode"] == "RETURN" for row in demand.bookings)
    assert {leg.to_kind for leg in returns} == {PlaceKind.HOME}
    rests = [
        int(row["dossiers"])
        for row, first in zip(demand.bookings, demand.first_tries, strict=True)
        if row["held_at_post_office_code"] or (first and first.rests_at)
    ]
    assert sum(leg.from_kind is PlaceKind.POST_OFFICE for leg in today) == sum(rests) > 0


@pytest.mark.parametrize("day", [PILOT_DAY, MONDAY])
def test_a_second_try_has_a_first_one_in_the_log_and_its_papers_lie_where_it_left_them(
    session: Session, pack: Pack, day: date
) -> None:
    import_pack(session, pack, DA_NANG)
    demand = a_day(pack, "an-giang", day)
    assert book_sample_day(session, pack, demand, DA_NANG).refused == []
    assert verify_custody(session).bad_row is None
    firsts = {
        row["reference"]: first
        for row, first in zip(demand.bookings, demand.first_tries, strict=True)
        if first is not None
    }
    assert {bool(first.rests_at) for first in firsts.values()} == {True, False}
    seen = 0
    for booking in session.scalars(select(Booking)):
        first = firsts.get(booking.reference)
        for dossier in booking.dossiers:
            leg = dossier.legs[-1]
            assert (leg.status, leg.service_date) == (LegStatus.OPEN, day)
            assert leg.attempt == (2 if first else 1)
            log = list_events(session, dossier)
            assert log[0].type is CustodyEventType.ANNOUNCED
            assert [event.at for event in log] == sorted(event.at for event in log)
            assert clock.local_date(log[-1].at) < day
            failed = [each for each in log if each.type is CustodyEventType.ATTEMPT_FAILED]
            assert len(failed) == bool(first)
            if first is None:
                continue
            seen += 1
            assert failed[0].reason is not None
            assert failed[0].reason.startswith(first.reason.value)
            resting = dossier.keeper_kind is KeeperKind.POST_OFFICE
            assert resting == bool(first.rests_at) == (leg.from_kind is PlaceKind.POST_OFFICE)
            assert leg.from_id == (dossier.keeper_id if resting else booking.address_id)
    assert seen >= len(firsts)


def test_the_pilot_of_2018_is_booked_at_the_three_tiers_of_its_time(
    session: Session, pack: Pack
) -> None:
    import_pack(session, pack, DA_NANG)
    result = book_sample_day(session, pack, a_day(pack, "launch", PILOT_DAY), DA_NANG)
    assert result.refused == []
    tiers = set(session.scalars(select(Office.tier).join(Booking, Booking.office_id == Office.id)))
    assert tiers == {OfficeTier.PROVINCE, OfficeTier.DEPARTMENT, OfficeTier.DISTRICT}


def test_a_visit_that_booking_refuses_is_undone_and_named_and_the_others_stay(
    session: Session, pack: Pack
) -> None:
    import_pack(session, pack, DA_NANG)
    demand = a_day(pack, "launch")
    wrong = {**demand.bookings[0], "procedure_code": "1.000894"}  # marriage: presence needed
    few = replace(
        demand,
        bookings=(wrong, *demand.bookings[1:4]),
        homes=demand.homes[:4],
        first_tries=(None,) * 4,
    )
    result = book_sample_day(session, pack, few, DA_NANG)
    assert [reference for reference, _ in result.refused] == [wrong["reference"]]
    assert result.booked == 3
    assert count(session, Booking) == 3


@pytest.mark.long
@pytest.mark.parametrize("day", [PILOT_DAY, date(2025, 3, 3), MONDAY])
@pytest.mark.parametrize("profile", ["pilot", "city", "an-giang", "quang-binh"])
def test_every_profile_is_booked_whole_in_every_era(
    session: Session, pack: Pack, profile: str, day: date
) -> None:
    import_pack(session, pack, DA_NANG)
    demand = a_day(pack, profile, day)
    result = book_sample_day(session, pack, demand, DA_NANG)
    assert result.refused == []
    assert result.booked == demand.profile.tasks


def test_without_the_pack_the_first_missing_row_is_named(session: Session, pack: Pack) -> None:
    with pytest.raises(SampleRowsRejected) as refused:
        book_sample_day(session, pack, a_day(pack, "launch"), DA_NANG)
    assert refused.value.values["kind"] == "shifts"
