"""Each evening: who is visited tomorrow is reminded of it."""

import uuid
from datetime import date, time, timedelta

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from backend import clock, database
from backend.booking.models import Booking, BookingDossier, BookingStatus, Contact
from backend.booking.notices.telling import tell_booking, when_in_words
from backend.dossiers.models import Leg, LegStatus
from backend.logs import get_logger
from backend.places.models import PlaceKind

REMIND_AT = time(17, 0)
"""Local time from which it is told: after work, before the quiet hours [G]."""

AT_ONCE = 200
"""Bookings in one transaction."""

log = get_logger(__name__)


class EveningRound:
    """Looks once a local evening; a worker that starts again looks again, and nobody is told
    twice."""

    def __init__(self) -> None:
        self._looked_on: date | None = None

    def look(self) -> int:
        """How many were reminded."""
        now = clock.to_local(clock.now())
        if now.time() < REMIND_AT or self._looked_on == now.date():
            return 0
        told = remind(now.date() + timedelta(days=1))
        self._looked_on = now.date()
        if told:
            log.info("reminded", bookings=told)
        return told


def remind(day: date) -> int:
    """Reminds everybody whose door is to be visited on a day, once a visit; opens its own
    transactions."""
    told, last, visits = 0, uuid.UUID(int=0), set[uuid.UUID]()
    while True:
        with database.unit_of_work() as session:
            found = _visited_on(session, day, after=last)
            for booking, leg in found:
                if booking.visit_id in visits:
                    continue  # several procedures, one halt at the door
                if booking.visit_id is not None:
                    visits.add(booking.visit_id)
                when = when_in_words(day, leg.window_start, leg.window_end)
                told += tell_booking(
                    session, booking, "booking.day_before", cause=str(day), when=when
                )
        if len(found) < AT_ONCE:
            return told
        last = found[-1][0].id


def _visited_on(session: Session, day: date, *, after: uuid.UUID) -> list[tuple[Booking, Leg]]:
    """Bookings with a leg from or to the citizen's home that waits to be ridden that day."""
    rows = session.execute(
        select(Booking, Leg)
        .join(Contact, Contact.id == Booking.contact_id)
        .join(BookingDossier, BookingDossier.booking_id == Booking.id)
        .join(Leg, Leg.dossier_id == BookingDossier.dossier_id)
        .where(
            Leg.service_date == day,
            Leg.status.in_((LegStatus.OPEN, LegStatus.PLANNED)),
            or_(Leg.from_kind == PlaceKind.HOME, Leg.to_kind == PlaceKind.HOME),
            Booking.status.not_in((BookingStatus.CANCELLED, BookingStatus.FAILED)),
            Contact.phone != "",
            Booking.id > after,
        )
        .ext(distinct_on(Booking.id))
        .order_by(Booking.id, Leg.ordinal)
        .limit(AT_ONCE)
    )
    return [(row.Booking, row.Leg) for row in rows]
