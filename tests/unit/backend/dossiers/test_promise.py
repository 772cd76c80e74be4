"""J + n working days against cases counted by hand on the calendar of 2026."""

from datetime import date

import pytest

from backend.dossiers.promise import (
    TransitKind,
    TransitScope,
    promise_state,
    scope_between,
    transit_days,
    transit_due_on,
)
from geodata.calendar import WorkingCalendar

CALENDAR = WorkingCalendar(
    holidays={
        date(2026, 11, 24): "Ngày Văn hóa Việt Nam",
        date(2026, 2, 16): "Tết",
        date(2026, 2, 17): "Tết",
        date(2026, 2, 18): "Tết",
        date(2026, 2, 19): "Tết",
        date(2026, 2, 20): "Tết",
    },
    working_saturdays=[date(2026, 8, 22)],
    substitute_days_off=[date(2026, 8, 31)],
)
SEND, SLIP, RETURN = TransitKind.SEND, TransitKind.SEND_WITH_SLIP, TransitKind.RETURN


@pytest.mark.parametrize(
    ("scope", "kind", "days"),
    [
        (TransitScope.SAME_ZONE, SEND, 1),
        (TransitScope.SAME_ZONE, RETURN, 1),
        (TransitScope.SAME_ZONE, SLIP, 2),
        (TransitScope.SAME_PROVINCE, SEND, 2),
        (TransitScope.SAME_PROVINCE, RETURN, 2),
        (TransitScope.SAME_PROVINCE, SLIP, 4),
        (TransitScope.MAJOR_CITIES, RETURN, 3),
        (TransitScope.MAJOR_CITIES, SLIP, 6),
        (TransitScope.INTER_PROVINCE, SEND, 4),
        (TransitScope.INTER_PROVINCE, SLIP, 8),
    ],
)
def test_the_table_of_the_law(scope: TransitScope, kind: TransitKind, days: int) -> None:
    assert transit_days(scope, kind) == days


@pytest.mark.parametrize(
    ("slip_day", "scope", "kind", "due_on", "why"),
    [
        ("2026-11-16", TransitScope.SAME_ZONE, SEND, "2026-11-17", "Monday to Tuesday"),
        ("2026-11-20", TransitScope.SAME_ZONE, SEND, "2026-11-23", "Friday to Monday"),
        ("2026-11-23", TransitScope.SAME_ZONE, SEND, "2026-11-25", "over the 24 November"),
        ("2026-11-21", TransitScope.SAME_ZONE, RETURN, "2026-11-23", "from a Saturday"),
        ("2026-11-20", TransitScope.SAME_PROVINCE, SLIP, "2026-11-27", "4 days over both"),
        ("2026-02-13", TransitScope.SAME_ZONE, SEND, "2026-02-23", "over the whole of Tết"),
        ("2026-02-13", TransitScope.INTER_PROVINCE, SLIP, "2026-03-04", "8 days after Tết"),
        ("2026-08-21", TransitScope.SAME_ZONE, SEND, "2026-08-22", "a swapped Saturday counts"),
        ("2026-08-28", TransitScope.SAME_ZONE, SEND, "2026-09-01", "the day off in lieu does not"),
    ],
)
def test_cases_counted_by_hand(
    slip_day: str, scope: TransitScope, kind: TransitKind, due_on: str, why: str
) -> None:
    found = transit_due_on(date.fromisoformat(slip_day), scope=scope, kind=kind, calendar=CALENDAR)
    assert found == date.fromisoformat(due_on), why


def test_a_same_day_procedure_is_carried_at_once() -> None:
    day = date(2026, 11, 23)
    due_on = transit_due_on(
        day, scope=TransitScope.SAME_PROVINCE, kind=SEND, calendar=CALENDAR, same_day=True
    )
    assert due_on == day


def test_special_terrain_replaces_the_table_and_the_slip_doubles_it_too() -> None:
    day = date(2026, 11, 9)
    for kind, expected in ((SEND, date(2026, 11, 12)), (SLIP, date(2026, 11, 17))):
        due_on = transit_due_on(
            day,
            scope=TransitScope.SAME_ZONE,
            kind=kind,
            calendar=CALENDAR,
            special_terrain_days=3,
        )
        assert due_on == expected


def test_the_scope_follows_zones_and_an_unknown_zone_takes_the_shorter_promise() -> None:
    assert scope_between("HAI-CHAU", "HAI-CHAU") is TransitScope.SAME_ZONE
    assert scope_between("HAI-CHAU", "THANH-KHE") is TransitScope.SAME_PROVINCE
    assert scope_between(None, "THANH-KHE") is TransitScope.SAME_ZONE
    assert scope_between("A", "B", same_province=False) is TransitScope.INTER_PROVINCE
    far = scope_between("A", "B", same_province=False, major_cities=True)
    assert far is TransitScope.MAJOR_CITIES


@pytest.mark.parametrize(
    ("on", "left", "late"),
    [
        ("2026-11-25", 0, False),
        ("2026-11-23", 1, False),
        ("2026-11-20", 2, False),
        ("2026-11-26", -1, True),
    ],
)
def test_working_days_left_of_a_promise_due_on_wednesday(on: str, left: int, late: bool) -> None:
    state = promise_state(date(2026, 11, 25), date.fromisoformat(on), CALENDAR)
    assert (state.working_days_left, state.late) == (left, late)


def test_a_promise_of_friday_is_late_on_saturday() -> None:
    assert promise_state(date(2026, 11, 20), date(2026, 11, 21), CALENDAR).late
