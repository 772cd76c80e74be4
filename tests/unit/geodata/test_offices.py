"""Counter hours: lunch gap, cut-off, holidays, swapped days, closures, and bad input."""

from datetime import UTC, date, datetime, time

import pytest

from geodata.calendar import WorkingCalendar
from geodata.errors import InvalidGeodata
from geodata.offices import SERVICE_ZONE, Closure, CounterTimes, WeeklyHours, parse_time

MONDAY = date(2026, 11, 23)
HOLIDAY = date(2026, 11, 24)
SATURDAY = date(2026, 11, 28)
SWAPPED_SATURDAY = date(2026, 8, 22)
CALENDAR = WorkingCalendar([HOLIDAY], (), [SWAPPED_SATURDAY])
DEFAULT = WeeklyHours.office_default()
POST_OFFICE = WeeklyHours.from_json(
    {**{day: [["07:00", "18:30"]] for day in ("mon", "tue", "wed", "thu", "fri")},
     "sat": [["07:30", "17:00"]], "sun": [["08:00", "11:00"]]}
)  # fmt: skip


def spans(hours: WeeklyHours, day: date, *closures: Closure) -> list[str]:
    intervals = hours.open_intervals(day, CALENDAR, closures)
    return [f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in intervals]


def test_an_office_is_closed_over_lunch() -> None:
    assert spans(DEFAULT, MONDAY) == ["07:30-11:30", "13:30-17:00"]


def test_intervals_are_aware_instants_of_viet_nam() -> None:
    opens = DEFAULT.open_intervals(MONDAY, CALENDAR)[0].opens
    assert opens.tzinfo is SERVICE_ZONE
    assert opens.astimezone(UTC) == datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def test_holidays_and_weekends_close_an_office_but_a_post_office_works_on_sundays() -> None:
    assert spans(DEFAULT, HOLIDAY) == []
    assert spans(DEFAULT, SATURDAY) == []
    assert spans(POST_OFFICE, date(2026, 11, 29)) == ["08:00-11:00"]
    assert spans(POST_OFFICE, HOLIDAY) == []


def test_hours_that_hold_on_holidays_say_so_in_their_json() -> None:
    always = WeeklyHours.from_json({"tue": [["08:00", "10:00"]], "open_on_holidays": True})
    assert spans(always, HOLIDAY) == ["08:00-10:00"]
    assert WeeklyHours.from_json(always.to_json()) == always


def test_a_swapped_saturday_has_the_hours_of_friday() -> None:
    assert spans(DEFAULT, SWAPPED_SATURDAY) == ["07:30-11:30", "13:30-17:00"]
    mornings = WeeklyHours.from_json({**DEFAULT.to_json(), "sat": [["07:30", "11:00"]]})
    assert spans(mornings, SATURDAY) == ["07:30-11:00"]
    assert spans(mornings, SWAPPED_SATURDAY) == ["07:30-11:30", "13:30-17:00"]


def test_a_closure_cuts_hours_and_a_whole_day_closure_removes_them() -> None:
    storm = Closure(
        datetime(2026, 11, 23, 10, tzinfo=SERVICE_ZONE),
        datetime(2026, 11, 23, 14, tzinfo=SERVICE_ZONE),
        "bão",
    )
    assert spans(DEFAULT, MONDAY, storm) == ["07:30-10:00", "14:00-17:00"]
    assert spans(DEFAULT, MONDAY, Closure.of_days(MONDAY, MONDAY)) == []
    assert spans(DEFAULT, date(2026, 11, 25), Closure.of_days(MONDAY, HOLIDAY)) != []


def test_a_closure_inside_one_span_leaves_both_ends() -> None:
    meeting = Closure(datetime(2026, 11, 23, 1, tzinfo=UTC), datetime(2026, 11, 23, 2, tzinfo=UTC))
    assert spans(DEFAULT, MONDAY, meeting) == ["07:30-08:00", "09:00-11:30", "13:30-17:00"]


def test_closures_need_a_zone_and_a_direction() -> None:
    with pytest.raises(InvalidGeodata, match="time zone"):
        Closure(datetime(2026, 1, 1), datetime(2026, 1, 2))  # noqa: DTZ001  naive on purpose
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)
    with pytest.raises(InvalidGeodata, match="ends before"):
        Closure(noon, noon)


def test_open_or_not_at_an_instant() -> None:
    assert DEFAULT.is_open_at(datetime(2026, 11, 23, 0, 30, tzinfo=UTC), CALENDAR)
    assert not DEFAULT.is_open_at(datetime(2026, 11, 23, 5, 0, tzinfo=UTC), CALENDAR)
    assert not DEFAULT.is_open_at(datetime(2026, 11, 23, 10, 0, tzinfo=UTC), CALENDAR)


def test_the_next_open_day_skips_the_holiday_and_gives_up_when_there_is_none() -> None:
    assert DEFAULT.next_open_day(MONDAY, CALENDAR) == date(2026, 11, 25)
    assert WeeklyHours().next_open_day(MONDAY, CALENDAR) is None


def test_json_goes_round() -> None:
    form = {"mon": [["07:30", "11:30"], ["13:30", "17:00"]], "sat": [["08:00", "11:00"]]}
    assert WeeklyHours.from_json(form).to_json() == form


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        ("closed", "not an object"),
        ({"monday": []}, "Unknown weekday 'monday'"),
        ({"mon": "07:30-11:30"}, "mon: not a list"),
        ({"mon": [["07:30"]]}, "mon: .* is not a span"),
        ({"mon": [["7h30", "11:30"]]}, "mon: '7h30' is not a time"),
        ({"mon": [["11:30", "07:30"]]}, "mon: 11:30–07:30 ends before"),
        ({"mon": [["07:30", "11:30"], ["11:00", "17:00"]]}, "mon: spans overlap"),
        ({"mon": [["24:00", "25:00"]]}, "'24:00' is not a time"),
    ],
)
def test_bad_hours_are_refused_with_the_day_and_the_reason(form: object, reason: str) -> None:
    with pytest.raises(InvalidGeodata, match=reason):
        WeeklyHours.from_json(form)


def test_times_are_read_leniently_but_not_guessed() -> None:
    assert parse_time(" 7:05 ") == time(7, 5)
    for bad in ("0730", "07:60", "-1:00", "", "07:30:00"):
        with pytest.raises(InvalidGeodata):
            parse_time(bad)


class TestCutOff:
    """Work received after the cut-off counts for the next working day."""

    times = CounterTimes(DEFAULT, day_cut_off=time(15, 0))

    def test_the_last_useful_arrival_is_a_quarter_of_an_hour_before_the_cut_off(self) -> None:
        assert self.times.last_useful_arrival() == time(14, 45)
        intervals = self.times.useful_intervals(MONDAY, CALENDAR)
        assert [f"{each.opens:%H:%M}-{each.closes:%H:%M}" for each in intervals] == [
            "07:30-11:30",
            "13:30-14:45",
        ]

    def test_a_named_latest_arrival_wins(self) -> None:
        early = CounterTimes(DEFAULT, time(15, 0), latest_arrival=time(11, 0))
        assert [each.closes.hour for each in early.useful_intervals(MONDAY, CALENDAR)] == [11]

    def test_without_cut_off_every_open_minute_is_useful(self) -> None:
        open_all_day = CounterTimes(DEFAULT)
        assert open_all_day.useful_intervals(MONDAY, CALENDAR)[-1].closes.hour == 17

    def test_work_counts_for_the_day_or_the_next_working_day(self) -> None:
        before = datetime(2026, 11, 23, 14, 59, tzinfo=SERVICE_ZONE)
        after = datetime(2026, 11, 23, 15, 0, tzinfo=SERVICE_ZONE)
        assert self.times.counts_as_day(before, CALENDAR) == MONDAY
        assert self.times.counts_as_day(after, CALENDAR) == date(2026, 11, 25)
        on_sunday = datetime(2026, 11, 29, 9, 0, tzinfo=SERVICE_ZONE)
        assert self.times.counts_as_day(on_sunday, CALENDAR) == date(2026, 11, 30)
