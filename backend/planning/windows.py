"""From a day's rows to the solver's windows: when each visit may start and must be over."""

from datetime import time

from backend.planning.day_rows import OfficeRow, PostOfficeRow, ShiftRow, Span
from backend.planning.models import VisitKind
from backend.planning.service_times import setup_s
from routing import Break, TimeWindow

DAY_S = 24 * 3600


def seconds_of_day(at: time) -> int:
    """Seconds after local midnight of a wall-clock time."""
    return at.hour * 3600 + at.minute * 60 + at.second


def home_windows(slot: Span | None) -> tuple[TimeWindow, ...]:
    """The citizen's slot bounds the start of the visit; without one the shift alone binds."""
    return () if slot is None else (TimeWindow(start=slot[0], end=slot[1]),)


def hand_over_windows(office: OfficeRow, service_s: int) -> tuple[TimeWindow, ...]:
    """Spans in which a hand-over counts for today and ends before the counter closes.

    The counter's signature is the filing time, so the visit must end by the day's cut-off; and a
    courier must stand there by the latest useful arrival. Both are one bound on the end, because
    only the first visit of a halt pays the setup: whoever arrived in time may hand in the rest.
    To be used with `must_finish`.
    """
    setup = setup_s(VisitKind.HAND_OVER, office.queue_minutes)
    last_end = min(office.day_cut_off_s, office.latest_arrival_s + setup + service_s)
    return _long_enough(office.open_spans, last_end, service_s)


def fetch_windows(office: OfficeRow, service_s: int) -> tuple[TimeWindow, ...]:
    """Spans in which the counter gives out results: until it closes. With `must_finish`."""
    return _long_enough(office.open_spans, DAY_S, service_s)


def post_office_windows(post_office: PostOfficeRow) -> tuple[TimeWindow, ...]:
    """Spans in which held items can be taken out; hours that nobody knows do not bind."""
    return tuple(TimeWindow(start=start, end=end) for start, end in post_office.open_spans or ())


def shift_breaks(shift: ShiftRow) -> tuple[Break, ...]:
    """The courier's break; it must start inside its window, wherever the courier is then."""
    if shift.break_s <= 0:
        return ()
    earliest, latest = shift.break_window or _middle_of(shift.work, shift.break_s)
    return (
        Break(
            id=f"{shift.id}:BREAK",
            window=TimeWindow(start=earliest, end=latest),
            duration_s=shift.break_s,
        ),
    )


def _long_enough(spans: tuple[Span, ...], last_end: int, service_s: int) -> tuple[TimeWindow, ...]:
    cut = ((start, min(end, last_end)) for start, end in spans)
    return tuple(TimeWindow(start=start, end=end) for start, end in cut if start + service_s <= end)


def _middle_of(work: Span, break_s: int) -> Span:
    """A break without a window is taken in the middle third of the shift."""
    third = (work[1] - work[0]) // 3
    return work[0] + third, max(work[0] + third, work[1] - third - break_s)
