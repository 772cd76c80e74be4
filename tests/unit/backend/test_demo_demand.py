"""A sample day must look like a service: shares, hours, offices; one seed gives one day."""

from collections import Counter
from datetime import date, datetime, time

import pytest

from backend.demo.demand import make_demand
from backend.demo.errors import NoServiceThatDay, PackSilentAboutDay, UnknownProfile
from backend.demo.profiles import PROFILES, get_profile
from backend.demo.roster import SHIFT_ENDS, SHIFT_STARTS, make_shifts
from backend.demo.sample_day import DemandDay
from geodata.packs import Pack, open_pack
from geodata.units import UnitIndex

MONDAY = date(2026, 11, 23)
PILOT_DAY = date(2018, 9, 17)
BOOKING_COLUMNS = {
    "reference",
    "mode",
    "channel",
    "applicant_name",
    "phone",
    "address",
    "lat",
    "lon",
    "procedure_code",
    "office_code",
    "portal_dossier_code",
    "dossiers",
    "service_date",
    "slot_start",
    "slot_end",
    "ready_at",
    "held_at_post_office_code",
    "expected_fee_vnd",
    "source",
    "status",
}
SHIFT_COLUMNS = {
    "courier_code",
    "vehicle_code",
    "service_date",
    "starts",
    "ends",
    "start_post_office_code",
    "end_post_office_code",
    "break_earliest",
    "break_latest",
    "break_minutes",
    "max_stops",
    "source",
    "status",
}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack("da_nang")


def a_day(pack: Pack, profile: str = "pilot", day: date = MONDAY, seed: int = 1) -> DemandDay:
    return make_demand(pack, day, get_profile(profile), seed)


def test_the_same_seed_gives_the_same_day_and_another_seed_another(pack: Pack) -> None:
    assert a_day(pack).bookings == a_day(open_pack("da_nang")).bookings
    assert a_day(pack).bookings != a_day(pack, seed=2).bookings


@pytest.mark.parametrize("name", sorted(PROFILES))
@pytest.mark.parametrize("day", [PILOT_DAY, date(2025, 3, 3), MONDAY])
def test_every_profile_keeps_its_size_and_its_share_of_collections(
    pack: Pack, name: str, day: date
) -> None:
    demand = a_day(pack, name, day)
    modes = Counter(row["mode"] for row in demand.bookings)
    assert len(demand.bookings) == PROFILES[name].tasks
    share = (modes["SEND"] + modes["BOTH"]) / len(demand.bookings)
    assert 0.33 <= share <= 0.38
    assert modes["BOTH"] > modes["SEND"] > 0


def test_the_sizes_are_those_of_the_public_reports() -> None:
    sizes = {name: profile.tasks for name, profile in PROFILES.items()}
    assert sizes == {"launch": 60, "pilot": 300, "city": 800, "an-giang": 155, "quang-binh": 400}


def test_rows_have_the_columns_of_the_imports_and_say_that_they_are_samples(pack: Pack) -> None:
    demand = a_day(pack)
    for row in demand.bookings:
        assert set(row) == BOOKING_COLUMNS
        assert row["status"] == "sample"
        assert row["source"]
    for row in make_shifts(pack, demand):
        assert set(row) == SHIFT_COLUMNS
        assert row["status"] == "sample"


def test_references_are_unique_and_names_and_phones_are_obviously_invented(pack: Pack) -> None:
    rows = a_day(pack, "city").bookings
    assert len({row["reference"] for row in rows}) == len(rows)
    assert all("Mẫu" in row["applicant_name"] for row in rows)
    assert all(row["phone"].startswith("0900 0") for row in rows)
    assert len({row["phone"] for row in rows}) == len(rows)


def test_slots_lie_inside_the_shift_and_results_are_ready_before_their_slot_ends(
    pack: Pack,
) -> None:
    for row in a_day(pack, "city").bookings:
        if not row["slot_start"]:
            assert not row["slot_end"]
            continue
        assert SHIFT_STARTS <= row["slot_start"] < row["slot_end"] <= SHIFT_ENDS
        if row["ready_at"]:
            end = datetime.combine(MONDAY, time.fromisoformat(row["slot_end"]))
            ready = datetime.fromisoformat(row["ready_at"])
            assert ready.utcoffset() is not None
            assert ready.replace(tzinfo=None) < end


def test_returns_are_booked_at_offices_and_some_wait_at_a_post_office(pack: Pack) -> None:
    rows = a_day(pack, "city").bookings
    returns = [row for row in rows if row["mode"] == "RETURN"]
    assert {row["channel"] for row in returns} == {"OFFICE"}
    assert all(row["ready_at"] and row["portal_dossier_code"] for row in returns)
    held = [row for row in returns if row["held_at_post_office_code"]]
    assert 0.02 <= len(held) / len(returns) <= 0.08
    known = {row["code"] for row in pack.rows("post-offices")}
    assert {row["held_at_post_office_code"] for row in held} <= known


@pytest.mark.parametrize("day", [PILOT_DAY, date(2025, 3, 3), MONDAY])
def test_some_visits_are_second_tries_booked_for_the_day_of_the_first(
    pack: Pack, day: date
) -> None:
    demand = a_day(pack, "city", day)
    tries: Counter[bool] = Counter()
    yesterday = pack.calendar.previous_working_day(day)
    for row, first in zip(demand.bookings, demand.first_tries, strict=True):
        booked_for = date.fromisoformat(row["service_date"])
        if first is None:
            assert booked_for == day
            continue
        returning = row["mode"] == "RETURN"
        tries[returning] += 1
        before = pack.calendar.previous_working_day(yesterday) if returning else yesterday
        assert booked_for == first.at.date() == before
        assert bool(first.rests_at) == returning
        assert not row["held_at_post_office_code"]
        if returning:
            assert datetime.fromisoformat(row["ready_at"]) < first.at
    assert 0.10 <= tries[False] / 280 <= 0.20
    assert 0.06 <= tries[True] / 520 <= 0.13
    assert demand.second_tries == tries.total()


def test_nobody_was_tried_before_the_service_began(pack: Pack) -> None:
    assert a_day(pack, day=date(2018, 9, 4)).second_tries == 0  # the first working day
    assert a_day(pack, day=date(2018, 9, 5)).second_tries > 0
    switched = a_day(pack, day=date(2025, 7, 1))  # the first day of two tiers
    used = {
        row["office_code"]
        for row, first in zip(switched.bookings, switched.first_tries, strict=True)
        if first
    }
    assert used <= {"TTHC-DN"}


def test_the_pilot_of_2018_works_on_three_tiers_of_offices_in_service_that_day(
    pack: Pack,
) -> None:
    offices = {row["code"]: row for row in pack.rows("offices")}
    used = {row["office_code"] for row in a_day(pack, day=PILOT_DAY).bookings}
    assert {offices[code]["tier"] for code in used} == {"PROVINCE", "DEPARTMENT", "DISTRICT"}
    assert all(offices[code]["valid_from"] <= "2018-09-17" for code in used)


def test_a_district_procedure_goes_to_the_district_of_the_home(pack: Pack) -> None:
    offices = {row["code"]: row for row in pack.rows("offices")}
    units = UnitIndex(pack.units)
    demand = a_day(pack, day=PILOT_DAY)
    seen = 0
    for row, home in zip(demand.bookings, demand.homes, strict=True):
        office = offices[row["office_code"]]
        if office["tier"] == "DISTRICT":
            unit = units.find_unit(home.unit_code, PILOT_DAY)
            assert unit is not None
            assert office["unit_code"] == unit.parent_code
            seen += 1
    assert seen > 50


def test_since_july_2025_no_office_of_an_older_era_is_used(pack: Pack) -> None:
    used = {row["office_code"] for row in a_day(pack).bookings}
    assert all(code == "TTHC-DN" or code.startswith("TT-") for code in used)
    assert len(used) >= 8


def test_what_needs_presence_or_may_not_go_by_post_is_never_asked_for(pack: Pack) -> None:
    for day in (PILOT_DAY, MONDAY):
        barred = {
            row["code"]
            for row in pack.rows("procedures")
            if row["valid_from"] <= day.isoformat() <= (row["valid_to"] or "9999")
            and "true" in {row["presence_needed"], str(row["eligible_by_post"] == "false").lower()}
        }
        assert len(barred) >= 3
        assert not barred & {row["procedure_code"] for row in a_day(pack, "city", day).bookings}


def test_remote_homes_appear_on_their_visit_days_only(pack: Pack) -> None:
    seen = 0
    for day in (MONDAY, date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)):
        for home in a_day(pack, "quang-binh", day).homes:
            assert home.place.is_visited_on(day)
            seen += home.place.is_remote
    assert seen > 20


def test_homes_lie_within_reach_of_a_populated_point(pack: Pack) -> None:
    for home in a_day(pack, "city").homes:
        assert home.door.distance_m(home.place.point) <= home.place.radius_m + 2


def test_the_launch_stays_in_the_two_districts_it_names(pack: Pack) -> None:
    units = UnitIndex(pack.units)
    for home in a_day(pack, "launch").homes:
        unit = units.find_unit(home.unit_code, MONDAY)
        assert unit is not None
        assert unit.zone_code in {"HAI-CHAU", "THANH-KHE"}


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_courier_has_one_shift_and_a_vehicle_of_the_own_post_office(
    pack: Pack, name: str
) -> None:
    demand = a_day(pack, name)
    shifts = make_shifts(pack, demand)
    couriers = {row["code"]: row["post_office_code"] for row in pack.rows("couriers")}
    vehicles = {row["code"]: row["post_office_code"] for row in pack.rows("vehicles")}
    assert len({row["courier_code"] for row in shifts}) == len(shifts)
    assert len({row["vehicle_code"] for row in shifts}) == len(shifts)
    for row in shifts:
        assert couriers[row["courier_code"]] == row["start_post_office_code"]
        assert vehicles[row["vehicle_code"]] == row["start_post_office_code"]
    assert 10 <= len(demand.bookings) / len(shifts) <= 22


def test_a_holiday_is_refused_with_its_name_and_the_next_working_day(pack: Pack) -> None:
    with pytest.raises(NoServiceThatDay) as refused:
        a_day(pack, day=date(2026, 9, 2))
    assert "Quốc khánh" in refused.value.detail.en
    assert "2026-09-03" in refused.value.action.en
    assert refused.value.detail.vi.startswith("02/09/2026 ")
    assert "03/09/2026" in refused.value.action.vi


def test_a_day_before_any_office_is_refused(pack: Pack) -> None:
    with pytest.raises(PackSilentAboutDay):
        a_day(pack, day=date(2018, 8, 1))


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(UnknownProfile) as refused:
        get_profile("sai-gon")
    assert "pilot" in refused.value.action.en
