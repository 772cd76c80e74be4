"""Which days count: weekends, public holidays, days off in lieu and swapped working days.

A table with overrides, never a formula: the spans of Tết and 2 September are decided each year.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from geodata.errors import InvalidGeodata

SATURDAY = 5
SUNDAY = 6

LONGEST_REST_DAYS = 60
"""A longer run of rest days than this can only be a mistake in the table."""


class DayKind(StrEnum):
    """Why a day is worked or not."""

    WORKING_DAY = "WORKING_DAY"
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    SUBSTITUTE_DAY_OFF = "SUBSTITUTE_DAY_OFF"
    SWAPPED_WORKING_DAY = "SWAPPED_WORKING_DAY"


class WorkingCalendar:
    """The working days of a province; never changes once made.

    `holidays`: public holidays (a mapping date → name keeps the names). `substitute_days_off`:
    days off in lieu of a holiday on a weekend, and days swapped away. `working_saturdays`: weekend
    days (Saturdays as a rule) worked in exchange. `weekend`: weekly rest days, Monday is 0.
    Raises InvalidGeodata when one day is called both off and worked.
    """

    __slots__ = ("holidays", "substitute_days_off", "weekend", "working_saturdays")

    def __init__(
        self,
        holidays: Mapping[date, str] | Iterable[date] = (),
        substitute_days_off: Iterable[date] = (),
        working_saturdays: Iterable[date] = (),
        weekend: Iterable[int] = (SATURDAY, SUNDAY),
    ) -> None:
        self.holidays: Mapping[date, str] = MappingProxyType(
            dict(holidays) if isinstance(holidays, Mapping) else dict.fromkeys(holidays, "")
        )
        self.substitute_days_off = frozenset(substitute_days_off)
        self.working_saturdays = frozenset(working_saturdays)
        self.weekend = frozenset(weekend)
        for day in sorted(
            self.working_saturdays & (self.substitute_days_off | self.holidays.keys())
        ):
            raise InvalidGeodata(
                f"{day.isoformat()} is both a day off and a swapped working day.",
                "Keep one of the two rows of the calendar.",
            )
        if len(self.weekend) >= 7:
            raise InvalidGeodata("A week without a working day.", "Name at most six rest days.")

    def day_kind(self, day: date) -> DayKind:
        """Why `day` is worked or not; a holiday wins over the weekend it may fall on."""
        if day in self.working_saturdays:
            return DayKind.SWAPPED_WORKING_DAY
        if day in self.holidays:
            return DayKind.HOLIDAY
        if day in self.substitute_days_off:
            return DayKind.SUBSTITUTE_DAY_OFF
        if day.weekday() in self.weekend:
            return DayKind.WEEKEND
        return DayKind.WORKING_DAY

    def holiday_name(self, day: date) -> str:
        """Name of the public holiday, or empty."""
        return self.holidays.get(day, "")

    def is_working_day(self, day: date) -> bool:
        """True when offices work on `day`."""
        return self.day_kind(day) in (DayKind.WORKING_DAY, DayKind.SWAPPED_WORKING_DAY)

    def is_public_rest_day(self, day: date) -> bool:
        """True on a public holiday or a day off in lieu: everyone rests, not just offices."""
        return self.day_kind(day) in (DayKind.HOLIDAY, DayKind.SUBSTITUTE_DAY_OFF)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        return self._step(day, timedelta(days=1))

    def previous_working_day(self, day: date) -> date:
        """The last working day before `day`."""
        return self._step(day, timedelta(days=-1))

    def add_working_days(self, day: date, count: int) -> date:
        """The day `count` working days after `day`: J + n of the transit promise.

        `day` itself is never counted. With `count` 0 the answer is `day` when it is worked, else
        the next working day. Raises InvalidGeodata for a negative count.
        """
        if count < 0:
            raise InvalidGeodata(f"Cannot add {count} working days.", "Give 0 or more.")
        if count == 0:
            return day if self.is_working_day(day) else self.next_working_day(day)
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Working days after `first` up to and including `last`; negative when `last` is earlier.

        The inverse of `add_working_days` on working days.
        """
        if last < first:
            return -self.working_days_between(last, first)
        days = (first + timedelta(days=step) for step in range(1, (last - first).days + 1))
        return sum(1 for day in days if self.is_working_day(day))

    def knows_year(self, year: int) -> bool:
        """True when the table names a holiday of `year`; otherwise promises there are a guess."""
        return any(day.year == year for day in self.holidays)

    def _step(self, day: date, step: timedelta) -> date:
        for _ in range(LONGEST_REST_DAYS):
            day += step
            if self.is_working_day(day):
                return day
        raise InvalidGeodata(
            f"No working day within {LONGEST_REST_DAYS} days of {day.isoformat()}.",
            "Check the holidays of the calendar.",
        )


def suggested_substitutes(
    holidays: Iterable[date], weekend: Iterable[int] = (SATURDAY, SUNDAY)
) -> list[date]:
    """Days off in lieu: for each holiday on a weekly rest day the next ordinary working day.

    A suggestion for a year whose official table is not out yet (rule: Labour Code, a holiday on
    the weekly rest day is taken on the next working day). The official table overrides it.
    """
    rest = frozenset(weekend)
    taken = set(holidays)
    substitutes: list[date] = []
    for holiday in sorted(taken):
        if holiday.weekday() not in rest:
            continue
        day = holiday + timedelta(days=1)
        while day.weekday() in rest or day in taken:
            day += timedelta(days=1)
        taken.add(day)
        substitutes.append(day)
    return substitutes
