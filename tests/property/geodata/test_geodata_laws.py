"""Laws that hold for all calendars, hours, addresses and rivers, not just for examples."""

from datetime import date, time, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.address import normalise_address
from geodata.barriers import Barrier
from geodata.calendar import WorkingCalendar
from geodata.great_circle import GreatCircleTravelTimes
from geodata.offices import Closure, WeeklyHours
from geodata.point import Point, distances_m
from geodata.travel_times import UNREACHABLE
from geodata.vietnamese_text import fold, normalise_text

DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(
    lambda off, worked: WorkingCalendar(off, (), worked - off),
    st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=30),
    st.sets(
        st.dates(date(2026, 1, 1), date(2026, 12, 31)).filter(lambda day: day.weekday() == 5),
        max_size=5,
    ),
)
PLACES = st.builds(Point, st.floats(15.95, 16.15), st.floats(108.10, 108.30))
MINUTES = st.integers(0, 24 * 60 - 1)


@given(CALENDARS, DAYS, st.integers(1, 30))
def test_adding_working_days_is_undone_by_counting_them(
    calendar: WorkingCalendar, day: date, count: int
) -> None:
    later = calendar.add_working_days(day, count)
    assert calendar.is_working_day(later)
    assert calendar.working_days_between(day, later) == count


@given(CALENDARS, DAYS, st.integers(0, 10), st.integers(0, 10))
def test_adding_in_two_steps_is_adding_at_once(
    calendar: WorkingCalendar, day: date, first: int, second: int
) -> None:
    start = calendar.add_working_days(day, 0)
    stepwise = calendar.add_working_days(calendar.add_working_days(start, first), second)
    assert stepwise == calendar.add_working_days(start, first + second)


@given(st.lists(MINUTES, unique=True, max_size=6), DAYS, MINUTES, st.integers(1, 300))
def test_closures_only_take_away_time(
    minutes: list[int], day: date, closes_at: int, length: int
) -> None:
    edges = [time(minute // 60, minute % 60) for minute in sorted(minutes)]
    spans = tuple(zip(edges[::2], edges[1::2], strict=False))
    hours = WeeklyHours((spans,) * 7)
    assert WeeklyHours.from_json(hours.to_json()) == hours
    calendar = WorkingCalendar()
    whole = hours.open_intervals(day, calendar)
    start = Closure.of_days(day, day).starts + timedelta(minutes=closes_at)
    closure = Closure(start, start + timedelta(minutes=length))
    parts = hours.open_intervals(day, calendar, [closure])
    for part in parts:
        assert any(each.opens <= part.opens < part.closes <= each.closes for each in whole)
        assert part.closes <= closure.starts or part.opens >= closure.ends
    lost = sum((each.closes - each.opens for each in whole), timedelta()) - sum(
        (each.closes - each.opens for each in parts), timedelta()
    )
    assert timedelta() <= lost <= timedelta(minutes=length)


@given(st.text(max_size=60))
def test_any_text_is_read_without_failing_and_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    address = normalise_address(text)
    assert address.text == once
    assert normalise_address(address.text) == address


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_folding_is_letter_by_letter(text: str) -> None:
    once = normalise_text(text)
    assert len(fold(once)) == len(once)


@given(
    st.integers(1, 999),
    st.integers(1, 999),
    st.sampled_from(["K{lane}/{house} {street}", "{house} Kiệt {lane} {street}",
                     "Số {house}, kiệt {lane}, đường {street}", "Hẻm {lane}/{house} Đ. {street}"]),
    st.sampled_from(["Lê Duẩn", "Nguyễn Hữu Thọ", "2 Tháng 9", "Phước Hoà 4", "Tô Hiệu"]),
)  # fmt: skip
def test_a_door_in_a_lane_reads_the_same_in_every_form(
    lane: int, house: int, form: str, street: str
) -> None:
    address = normalise_address(form.format(lane=lane, house=house, street=street))
    assert (address.lanes, address.house) == ((str(lane),), str(house))
    assert address.street == normalise_text(street)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(PLACES, min_size=2, max_size=5),
    st.lists(PLACES, min_size=2, max_size=6, unique=True),
    st.lists(PLACES, max_size=3),
)
def test_a_river_never_shortens_a_way_and_ways_are_as_long_in_both_directions(
    places: list[Point], line: list[Point], bridges: list[Point]
) -> None:
    river = Barrier("Sông", tuple(line), tuple(bridges))
    table = GreatCircleTravelTimes([river]).matrix(places)
    free = GreatCircleTravelTimes().matrix(places)
    reached = table.distance_m < UNREACHABLE
    assert (table.distance_m >= free.distance_m * 0.995 - 1)[reached].all()
    difference = np.abs(table.distance_m - table.distance_m.T)[reached]
    assert (difference <= 1).all()
    assert (table.distance_m >= np.floor(distances_m(places, places)))[reached].all()
