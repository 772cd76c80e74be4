"""A sample day enters through the real doors: nothing refused, nothing doubled."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingStatus
from backend.demo.demand import DemandDay, make_demand
from backend.demo.errors import SampleRowsRejected
from backend.demo.operations import book_sample_day, import_pack
from backend.demo.profiles import get_profile
from backend.dossiers.models import Leg, LegPurpose
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

    legs = list(session.scalars(select(Leg)))
    assert len(legs) == sum(int(row["dossiers"]) for row in demand.bookings)
    assert {leg.service_date for leg in legs} == {MONDAY}
    returns = [leg for leg in legs if leg.purpose is LegPurpose.RETURN]
    assert len(returns) == sum(row["mode"] == "RETURN" for row in demand.bookings)
    assert {leg.to_kind for leg in returns} == {PlaceKind.HOME}
    held = sum(int(row["dossiers"]) for row in demand.bookings if row["held_at_post_office_code"])
    assert sum(leg.from_kind is PlaceKind.POST_OFFICE for leg in legs) == held > 0


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
    few = replace(demand, bookings=(wrong, *demand.bookings[1:4]), homes=demand.homes[:4])
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
