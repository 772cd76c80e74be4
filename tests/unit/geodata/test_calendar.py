"""Working days against hand-made cases of 2026: Tết, 24 November, swapped and substitute days."""

from datetime import date

import pytest

from geodata.calendar import DayKind, WorkingCalendar, suggested_substitutes
from geodata.errors import InvalidGeodata

HOLIDAYS = {
    date(2026, 1, 1): "Tết Dương lịch",
    **{date(2026, 2, day): "Tết Nguyên đán" for day in range(16, 21)},
    date(2026, 4, 26): "Giỗ Tổ Hùng Vương",
    date(2026, 4, 30): "Ngày Chiến thắng",
    date(2026, 5, 1): "Quốc tế Lao động",
    date(2026, 9, 1): "Quốc khánh",
    date(2026, 9, 2): "Quốc khánh",
    date(2026, 11, 24): "Ngày Văn hóa Việt Nam",
}
SUBSTITUTES = (date(2026, 1, 2), date(2026, 4, 27), date(2026, 8, 31))
WORKED = (date(2026, 1, 10), date(2026, 8, 22))


@pytest.fixture
def calendar() -> WorkingCalendar:
    return WorkingCalendar(HOLIDAYS, SUBSTITUTES, WORKED)


def test_one_working_day_after_the_friday_before_tet_2026_is_ten_days_later(
    calendar: WorkingCalendar,
) -> None:
    # Friday 13 February; 14–15 weekend, 16–20 Tết, 21–22 weekend.
    assert calendar.add_working_days(date(2026, 2, 13), 1) == date(2026, 2, 23)
    assert calendar.add_working_days(date(2026, 2, 13), 2) == date(2026, 2, 24)


def test_the_new_holiday_of_24_november_2026_is_not_counted(calendar: WorkingCalendar) -> None:
    assert not calendar.is_working_day(date(2026, 11, 24))
    assert calendar.day_kind(date(2026, 11, 24)) is DayKind.HOLIDAY
    # Monday 23 → Wednesday 25 → Thursday 26.
    assert calendar.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert calendar.add_working_days(date(2026, 11, 23), 2) == date(2026, 11, 26)
    assert calendar.add_working_days(date(2026, 11, 20), 2) == date(2026, 11, 25)


def test_a_holiday_on_a_sunday_gives_the_monday_off(calendar: WorkingCalendar) -> None:
    assert calendar.day_kind(date(2026, 4, 27)) is DayKind.SUBSTITUTE_DAY_OFF
    assert calendar.next_working_day(date(2026, 4, 24)) == date(2026, 4, 28)


def test_a_swapped_saturday_is_worked_and_counted(calendar: WorkingCalendar) -> None:
    assert calendar.day_kind(date(2026, 8, 22)) is DayKind.SWAPPED_WORKING_DAY
    assert calendar.add_working_days(date(2026, 8, 21), 1) == date(2026, 8, 22)
    # Saturday 29 August to Wednesday 2 September are all off.
    assert calendar.add_working_days(date(2026, 8, 28), 1) == date(2026, 9, 3)


def test_zero_days_keep_a_working_day_and_move_a_rest_day_on(calendar: WorkingCalendar) -> None:
    assert calendar.add_working_days(date(2026, 11, 23), 0) == date(2026, 11, 23)
    assert calendar.add_working_days(date(2026, 11, 24), 0) == date(2026, 11, 25)


def test_steps_back_skip_rest_days_too(calendar: WorkingCalendar) -> None:
    assert calendar.previous_working_day(date(2026, 2, 23)) == date(2026, 2, 13)


def test_counting_between_days_is_the_inverse_of_adding(calendar: WorkingCalendar) -> None:
    assert calendar.working_days_between(date(2026, 2, 13), date(2026, 2, 24)) == 2
    assert calendar.working_days_between(date(2026, 2, 24), date(2026, 2, 13)) == -2
    assert calendar.working_days_between(date(2026, 2, 16), date(2026, 2, 22)) == 0


def test_a_day_cannot_be_off_and_worked() -> None:
    with pytest.raises(InvalidGeodata, match="2026-08-22 is both"):
        WorkingCalendar([date(2026, 8, 22)], (), [date(2026, 8, 22)])


def test_negative_counts_are_refused(calendar: WorkingCalendar) -> None:
    with pytest.raises(InvalidGeodata, match="-1"):
        calendar.add_working_days(date(2026, 1, 5), -1)


def test_a_table_that_leaves_no_working_day_is_reported_and_does_not_hang() -> None:
    endless = WorkingCalendar(date.fromordinal(day) for day in range(739_000, 740_000))
    with pytest.raises(InvalidGeodata, match="No working day"):
        endless.next_working_day(date.fromordinal(739_001))


def test_names_and_known_years_come_from_the_table(calendar: WorkingCalendar) -> None:
    assert calendar.holiday_name(date(2026, 11, 24)) == "Ngày Văn hóa Việt Nam"
    assert calendar.holiday_name(date(2026, 11, 25)) == ""
    assert calendar.knows_year(2026)
    assert not calendar.knows_year(2031)


def test_suggested_substitutes_skip_weekends_and_other_holidays() -> None:
    # 1 May 2027 is a Saturday; 30 April a Friday.
    assert suggested_substitutes([date(2027, 4, 30), date(2027, 5, 1)]) == [date(2027, 5, 3)]
    # Two holidays on one weekend take Monday and Tuesday.
    assert suggested_substitutes([date(2022, 1, 1), date(2022, 1, 2)]) == [
        date(2022, 1, 3),
        date(2022, 1, 4),
    ]
