"""The pack's calendar against cases worked out by hand on a wall calendar."""

from datetime import date

import pytest

from geodata.calendar import WorkingCalendar
from geodata.packs import open_pack


@pytest.fixture(scope="module")
def calendar() -> WorkingCalendar:
    return open_pack("da_nang").calendar


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        # Tết 2018: 14–20 February off, so two working days after Tuesday 13 is Thursday 22.
        (date(2018, 2, 13), 2, date(2018, 2, 22)),
        # 2 September 2018 is a Sunday; Monday 3 is off in lieu.
        (date(2018, 8, 31), 1, date(2018, 9, 4)),
        # The pilot day: Monday 17 September 2018, J + 4 = Friday 21.
        (date(2018, 9, 17), 4, date(2018, 9, 21)),
        # 2025: 30 April, 1 May, Friday 2 May swapped for Saturday 26 April.
        (date(2025, 4, 25), 1, date(2025, 4, 26)),
        (date(2025, 4, 29), 1, date(2025, 5, 5)),
        # Tết 2026: 16–20 February.
        (date(2026, 2, 13), 1, date(2026, 2, 23)),
        # 26 April 2026 is a Sunday, so Monday 27 is off; then 30 April and 1 May.
        (date(2026, 4, 24), 3, date(2026, 5, 4)),
        # 24 November is a holiday since 2026.
        (date(2026, 11, 23), 1, date(2026, 11, 25)),
        (date(2025, 11, 21), 2, date(2025, 11, 25)),
        # Tết 2027: 5–9 February with Saturday 6 and Sunday 7, so Wednesday 10 and Thursday 11 too.
        (date(2027, 2, 4), 1, date(2027, 2, 12)),
        # Friday 2 January 2026 is off for Saturday 10, so Thursday 8 + 2 is that Saturday.
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 1, 8), 2, date(2026, 1, 10)),
        # Saturday 22 August 2026 is worked; Saturday 29 August to Wednesday 2 September are off.
        (date(2026, 8, 21), 2, date(2026, 8, 24)),
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        # Monday 31 December 2018 is off, made up for on Saturday 5 January 2019.
        (date(2018, 12, 28), 1, date(2019, 1, 2)),
        (date(2019, 1, 4), 1, date(2019, 1, 5)),
        # A promise of the last days of 2030 runs over New Year.
        (date(2030, 12, 31), 1, date(2031, 1, 2)),
        # Tết 2025: Monday 27 to Friday 31 January, between two weekends.
        (date(2025, 1, 24), 1, date(2025, 2, 3)),
        # 1 and 2 September 2025 are Monday and Tuesday.
        (date(2025, 8, 29), 1, date(2025, 9, 3)),
        # Tết 2028: 25–29 January with a Saturday, so Monday 31 is off too.
        (date(2028, 1, 24), 1, date(2028, 2, 1)),
        # Tết 2029: Monday 12 to Friday 16 February.
        (date(2029, 2, 9), 1, date(2029, 2, 19)),
        # 2 September 2029 is a Sunday, Monday 3 the neighbour, so Tuesday 4 is off in lieu.
        (date(2029, 8, 31), 1, date(2029, 9, 5)),
        # Tết 2030: Friday 1 to Tuesday 5 February with a weekend, so 6 and 7 are off too.
        (date(2030, 1, 31), 1, date(2030, 2, 8)),
        # 30 April 2028 is a Sunday, 1 May is a holiday, so Tuesday 2 May is off.
        (date(2028, 4, 28), 1, date(2028, 5, 3)),
        # 24 November 2030 is a Sunday.
        (date(2030, 11, 22), 1, date(2030, 11, 26)),
    ],
)
def test_adding_working_days_skips_what_a_person_would_skip(
    calendar: WorkingCalendar, start: date, count: int, end: date
) -> None:
    assert calendar.add_working_days(start, count) == end


@pytest.mark.parametrize(
    "day",
    [
        date(2018, 2, 16),
        date(2025, 1, 29),
        date(2018, 4, 25),
        date(2025, 4, 7),
        date(2026, 2, 17),
        date(2027, 2, 6),
        date(2028, 1, 26),
        date(2029, 2, 13),
        date(2030, 2, 2),
        date(2026, 4, 26),
        date(2027, 4, 16),
        date(2028, 4, 4),
        date(2029, 4, 23),
        date(2030, 4, 12),
    ],
)
def test_the_lunar_days_of_the_table_are_holidays(calendar: WorkingCalendar, day: date) -> None:
    assert calendar.holiday_name(day)


@pytest.mark.parametrize("year", [2018, *range(2025, 2031)])
def test_each_year_has_all_public_holidays_and_a_day_off_for_each_on_a_weekend(
    calendar: WorkingCalendar, year: int
) -> None:
    holidays = [day for day in calendar.holidays if day.year == year]
    expected = 10 + (year >= 2025) + (year >= 2026)  # a second day at 2 September; 24 November
    assert len(holidays) == expected
    on_weekend = [day for day in holidays if day.weekday() >= 5]
    swapped = {day for day in calendar.working_saturdays if day.year == year}
    lieu = [day for day in calendar.substitute_days_off if day.year == year]
    swaps = len(swapped) + (year == 2018)  # Monday 31 December 2018 was made up for in 2019
    assert len(lieu) == len(on_weekend) + swaps


def test_24_november_is_a_holiday_since_2026_and_was_none_before(
    calendar: WorkingCalendar,
) -> None:
    assert [year for year in range(2025, 2031) if calendar.holiday_name(date(year, 11, 24))] == [
        2026,
        2027,
        2028,
        2029,
        2030,
    ]


def test_what_no_decision_has_set_yet_says_that_it_is_projected() -> None:
    """Spans of Tết and 2 September and days in lieu after 2026; fixed and lunar dates stand."""
    rows = [row for row in open_pack("da_nang").rows("calendar") if row["date"] >= "2027"]
    open_ones = [
        row
        for row in rows
        if row["kind"] != "HOLIDAY" or row["name"].startswith(("Tết Nguyên", "Quốc khánh ("))
    ]
    assert len(open_ones) > 30
    assert all("projected" in row["source"] for row in open_ones)
    assert {row["status"] for row in rows} == {"unverified"}


def test_every_day_off_in_lieu_is_a_weekday_and_every_made_up_day_a_saturday(
    calendar: WorkingCalendar,
) -> None:
    assert all(day.weekday() < 5 for day in calendar.substitute_days_off)
    assert all(day.weekday() == 5 for day in calendar.working_saturdays)
    assert not calendar.substitute_days_off & calendar.holidays.keys()
