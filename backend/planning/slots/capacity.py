"""How many more visits a window takes while there is no plan: counted, not proven, and said so."""

from sqlalchemy import func
from sqlalchemy.orm import Session

from backend.dossiers.models import Leg
from backend.planning.day_rows import Span
from backend.planning.read_day import select_ridable_legs, select_shifts
from backend.planning.slots.asked import Asked
from backend.planning.slots.grid import Window
from backend.planning.slots.held import list_active_holds
from backend.planning.windows import DAY_S, seconds_of_day

MINUTES_A_VISIT = 24
"""Of a courier's shift: 20 homes in 8 hours, the low end of DOMAIN's 25–40 stops [G], so that the
plan that follows can keep what was sold."""


DAY: Span = (0, DAY_S)


def has_room(session: Session, asked: Asked, window: Window) -> bool:
    """Whether couriers on shift have minutes left for one visit more, in window and day."""
    return all(
        _given_minutes(session, asked, span) - _taken_minutes(session, asked, span)
        >= MINUTES_A_VISIT
        for span in (window.span, DAY)
    )


def _given_minutes(session: Session, asked: Asked, span: Span) -> float:
    """Minutes of all shifts that lie in a span."""
    shifts = session.scalars(select_shifts(asked.area.id, asked.day))
    worked = [(seconds_of_day(shift.starts), seconds_of_day(shift.ends)) for shift in shifts]
    return sum(_share(shift, span) * (shift[1] - shift[0]) / 60 for shift in worked)


def _taken_minutes(session: Session, asked: Asked, span: Span) -> float:
    """Minutes that visits booked or held take of a span: the share of theirs that lies in it."""
    booked = session.execute(
        select_ridable_legs(asked.area.id, asked.day)
        .with_only_columns(Leg.window_start, Leg.window_end, func.count())
        .group_by(Leg.window_start, Leg.window_end)
        .order_by(None)
    )
    taken = 0.0
    for start, end, number in booked:
        theirs = (seconds_of_day(start), seconds_of_day(end)) if start and end else DAY
        taken += number * MINUTES_A_VISIT * _share(theirs, span)
    for hold in list_active_holds(session, asked.area.id, asked.day):
        theirs = Window(hold.window_start, hold.window_end).span
        taken += MINUTES_A_VISIT * _share(theirs, span)
    return taken


def _share(theirs: Span, span: Span) -> float:
    """The part of one span that lies in another, 0 to 1."""
    shared = min(theirs[1], span[1]) - max(theirs[0], span[0])
    return max(0, shared) / (theirs[1] - theirs[0])
