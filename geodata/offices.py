"""When a counter is open: weekly hours with their midday gap, cut-off times and closures.

One-stop offices and post offices share these value objects; the rows live in the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from geodata.calendar import DayKind, WorkingCalendar
from geodata.errors import InvalidGeodata

SERVICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""All service hours are local time of Viet Nam (UTC+7, no summer time)."""

DAY_KEYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Hours = tuple[tuple[time, time], ...]
"""The open spans of one weekday, sorted, not touching."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A span in which a counter is shut although its hours say open: [starts, ends)."""

    starts: datetime
    ends: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        if self.starts.tzinfo is None or self.ends.tzinfo is None:
            raise InvalidGeodata("A closure without a time zone.", "Give instants with an offset.")
        if self.ends <= self.starts:
            raise InvalidGeodata("A closure ends before it starts.", "Swap the two instants.")

    @classmethod
    def of_days(cls, first: date, last: date, reason: str = "") -> "Closure":
        """The closure of whole local days, `last` included."""
        after_last = last + timedelta(days=1)
        return cls(
            datetime.combine(first, time(), SERVICE_ZONE),
            datetime.combine(after_last, time(), SERVICE_ZONE),
            reason,
        )


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """An open span of a counter, aware datetimes in Asia/Ho_Chi_Minh: [opens, closes)."""

    opens: datetime
    closes: datetime


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Opening hours by weekday, Monday first; a weekday without spans is closed.

    JSON form: `{"mon": [["07:30", "11:30"], ["13:30", "17:00"]], …}`; absent days are closed.
    Raises InvalidGeodata, naming the day, for spans that are malformed, reversed or overlapping.
    """

    days: tuple[Hours, Hours, Hours, Hours, Hours, Hours, Hours] = ((),) * 7
    open_on_holidays: bool = False

    def __post_init__(self) -> None:
        if len(self.days) != 7:
            raise InvalidGeodata(f"{len(self.days)} weekdays.", "Give seven, Monday first.")
        for key, spans in zip(DAY_KEYS, self.days, strict=True):
            for opens, closes in spans:
                if closes <= opens:
                    raise InvalidGeodata(
                        f"{key}: {opens:%H:%M}–{closes:%H:%M} ends before it starts.",
                        "Write opening before closing time.",
                    )
            for (_, closes), (opens, _) in pairwise(spans):
                if opens <= closes:
                    raise InvalidGeodata(
                        f"{key}: spans overlap, touch or are out of order at {opens:%H:%M}.",
                        "List separate spans from morning to evening.",
                    )

    @classmethod
    def from_json(cls, value: object) -> "WeeklyHours":
        """Read the JSON form (already decoded). Raises InvalidGeodata."""
        if not isinstance(value, Mapping):
            raise InvalidGeodata(
                "Weekly hours are not an object.", 'Write {"mon": [["07:30", "11:30"]]}.'
            )
        unknown = [str(key) for key in value if key not in (*DAY_KEYS, "open_on_holidays")]
        if unknown:
            raise InvalidGeodata(f"Unknown weekday {unknown[0]!r}.", f"Use {', '.join(DAY_KEYS)}.")
        mon, tue, wed, thu, fri, sat, sun = (_spans(key, value.get(key, [])) for key in DAY_KEYS)
        return cls((mon, tue, wed, thu, fri, sat, sun), bool(value.get("open_on_holidays", False)))

    def to_json(self) -> dict[str, object]:
        """The JSON form; closed days are left out."""
        form: dict[str, object] = {
            key: [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in spans]
            for key, spans in zip(DAY_KEYS, self.days, strict=True)
            if spans
        }
        if self.open_on_holidays:
            form["open_on_holidays"] = True
        return form

    @classmethod
    def office_default(cls) -> "WeeklyHours":
        """Monday to Friday 07:30–11:30 and 13:30–17:00, the usual hours of public offices."""
        day: Hours = ((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0)))
        return cls((day, day, day, day, day, (), ()))

    def spans_on(self, day: date, calendar: WorkingCalendar) -> Hours:
        """Local spans of a date before closures.

        Public rest days are closed unless `open_on_holidays`. A swapped working day (a Saturday
        worked in exchange) has the hours of the last ordinary weekday before it, or its own when
        they are longer.
        """
        if calendar.is_public_rest_day(day) and not self.open_on_holidays:
            return ()
        own = self.days[day.weekday()]
        if calendar.day_kind(day) is not DayKind.SWAPPED_WORKING_DAY:
            return own
        before = (self.days[(day.weekday() - back) % 7] for back in range(1, 7))
        usual = next((spans for spans in before if spans), ())
        return max(own, usual, key=_open_minutes)

    def open_intervals(
        self, day: date, calendar: WorkingCalendar, closures: Iterable[Closure] = ()
    ) -> list[OpenInterval]:
        """The open intervals of a local date, in order, closures cut out."""
        intervals = [
            OpenInterval(
                datetime.combine(day, opens, SERVICE_ZONE),
                datetime.combine(day, closes, SERVICE_ZONE),
            )
            for opens, closes in self.spans_on(day, calendar)
        ]
        for closure in closures:
            intervals = [part for interval in intervals for part in _cut(interval, closure)]
        return intervals

    def is_open_at(
        self, instant: datetime, calendar: WorkingCalendar, closures: Iterable[Closure] = ()
    ) -> bool:
        """True when the counter is open at an aware instant."""
        local = instant.astimezone(SERVICE_ZONE)
        intervals = self.open_intervals(local.date(), calendar, closures)
        return any(interval.opens <= local < interval.closes for interval in intervals)

    def next_open_day(
        self,
        day: date,
        calendar: WorkingCalendar,
        closures: Sequence[Closure] = (),
        within_days: int = 60,
    ) -> date | None:
        """The first date after `day` with an open interval, or None within `within_days`."""
        for step in range(1, within_days + 1):
            candidate = day + timedelta(days=step)
            if self.open_intervals(candidate, calendar, closures):
                return candidate
        return None


@dataclass(frozen=True, slots=True)
class CounterTimes:
    """A counter's hours together with the two times that end its useful day.

    `day_cut_off`: work received from then on counts for the next working day (commonly 15:00).
    `latest_arrival`: a courier should not plan to come later (default 15 minutes before).
    """

    hours: WeeklyHours
    day_cut_off: time | None = None
    latest_arrival: time | None = None

    def useful_intervals(
        self, day: date, calendar: WorkingCalendar, closures: Iterable[Closure] = ()
    ) -> list[OpenInterval]:
        """Open intervals in which an arrival is useful, both ends included for the arrival."""
        intervals = self.hours.open_intervals(day, calendar, closures)
        last = self.last_useful_arrival()
        if last is None:
            return intervals
        end = datetime.combine(day, last, SERVICE_ZONE)
        return [
            OpenInterval(interval.opens, min(interval.closes, end))
            for interval in intervals
            if interval.opens < end
        ]

    def last_useful_arrival(self) -> time | None:
        """`latest_arrival`, else 15 minutes before the cut-off, else None (until closing)."""
        if self.latest_arrival is not None or self.day_cut_off is None:
            return self.latest_arrival
        cut_off = datetime.combine(date(2000, 1, 2), self.day_cut_off)
        return (cut_off - timedelta(minutes=15)).time()

    def counts_as_day(self, received_at: datetime, calendar: WorkingCalendar) -> date:
        """The working day that work received at an aware instant counts for."""
        local = received_at.astimezone(SERVICE_ZONE)
        late = self.day_cut_off is not None and local.time() >= self.day_cut_off
        if late or not calendar.is_working_day(local.date()):
            return calendar.next_working_day(local.date())
        return local.date()


def parse_time(text: object) -> time:
    """A local time written HH:MM; 24:00 is not a time. Raises InvalidGeodata."""
    parts = str(text).strip().split(":")
    if len(parts) == 2 and all(part.isdecimal() and 1 <= len(part) <= 2 for part in parts):
        hour, minute = (int(part) for part in parts)
        if hour <= 23 and minute <= 59:
            return time(hour, minute)
    raise InvalidGeodata(f"{text!r} is not a time.", "Write HH:MM, for example 07:30.")


def _spans(key: str, value: object) -> Hours:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise InvalidGeodata(f"{key}: not a list of spans.", 'Write [["07:30", "11:30"]].')
    spans: list[tuple[time, time]] = []
    for span in value:
        if not isinstance(span, Sequence) or isinstance(span, str) or len(span) != 2:
            raise InvalidGeodata(f"{key}: {span!r} is not a span.", 'Write ["07:30", "11:30"].')
        try:
            spans.append((parse_time(span[0]), parse_time(span[1])))
        except InvalidGeodata as error:
            raise InvalidGeodata(f"{key}: {error.reason}", error.next_step) from None
    return tuple(spans)


def _open_minutes(spans: Hours) -> int:
    return sum(
        (closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in spans
    )


def _cut(interval: OpenInterval, closure: Closure) -> list[OpenInterval]:
    starts = closure.starts.astimezone(SERVICE_ZONE)
    ends = closure.ends.astimezone(SERVICE_ZONE)
    if ends <= interval.opens or starts >= interval.closes:
        return [interval]
    parts = []
    if interval.opens < starts:
        parts.append(OpenInterval(interval.opens, starts))
    if ends < interval.closes:
        parts.append(OpenInterval(ends, interval.closes))
    return parts
