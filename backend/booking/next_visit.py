"""The visits that a booking waits for, and which is next. Its ways may wait for several: a door
that nobody opened is tried again, a result comes home, papers that an office misses are collected
on a day of their own. Each way keeps its day; the booking tells the nearest one."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingDossier
from backend.dossiers.models import Dossier, Leg, LegPurpose, LegStatus
from backend.places.models import PlaceKind

type When = tuple[date, time | None, time | None]
"""Day and window of a visit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingVisit:
    """One of the visits that a booking waits for."""

    id: uuid.UUID
    """Of its first way: it stays the same when the visit is moved."""
    day: date
    start: time | None
    end: time | None
    purposes: tuple[LegPurpose, ...]
    """Papers are collected, results brought home, or both."""
    item_codes: tuple[str, ...]
    missing_papers: bool
    """Whether nothing but papers that an office misses waits for it: it is cancelled by itself."""


def list_waiting_visits(session: Session, booking: Booking) -> tuple[WaitingVisit, ...]:
    """What a booking itself waits for, the next one first."""
    dossiers = {dossier.id: dossier for dossier in booking.dossiers}
    ways = list_waiting_ways(session, [booking]).get(booking.id, [])
    return tuple(
        _visit(when, list(legs), dossiers)
        for when, legs in groupby(sorted(ways, key=_order), when_of)
    )


def _visit(when: When, legs: list[Leg], dossiers: dict[uuid.UUID, Dossier]) -> WaitingVisit:
    day, start, end = when
    papers = [dossiers[leg.dossier_id] for leg in legs]
    return WaitingVisit(
        id=legs[0].id,
        day=day,
        start=start,
        end=end,
        purposes=tuple(sorted({leg.purpose for leg in legs})),
        item_codes=tuple(sorted(each.item_code for each in papers)),
        missing_papers=all(each.supplements_id is not None for each in papers),
    )


def _order(leg: Leg) -> tuple[date, time, time, uuid.UUID]:
    """Ways of one visit stand together."""
    day, start, end = when_of(leg)
    return day, start or time(0), end or time(0), leg.id


def list_waiting_ways(
    session: Session, bookings: Collection[Booking]
) -> dict[uuid.UUID, list[Leg]]:
    """Ways with an end at the door that nobody has begun, by booking; the next visit's first."""
    rows = session.execute(
        select(BookingDossier.booking_id, Leg)
        .join(Leg, Leg.dossier_id == BookingDossier.dossier_id)
        .where(
            BookingDossier.booking_id.in_([booking.id for booking in bookings]),
            Leg.status.in_((LegStatus.OPEN, LegStatus.PLANNED)),
            or_(Leg.from_kind == PlaceKind.HOME, Leg.to_kind == PlaceKind.HOME),
        )
        .order_by(Leg.service_date, Leg.window_start.nulls_first(), Leg.id)
        .execution_options(populate_existing=True)
    )
    found: defaultdict[uuid.UUID, list[Leg]] = defaultdict(list)
    for booking_id, leg in rows:
        found[booking_id].append(leg)
    return found


def when_of(leg: Leg) -> When:
    """Ways of one visit have this in common."""
    return leg.service_date, leg.window_start, leg.window_end


def put_way_on_day(leg: Leg, booking: Booking | None, day: date) -> bool:
    """A way of another day; with its booking where that tells of the same visit, which is answered.
    Whether another visit is nearer now `note_next_visits` finds out."""
    tells = booking is not None and booking.service_date == leg.service_date
    leg.service_date = day
    leg.version += 1
    if booking is not None and tells:
        booking.service_date = day
    return tells


def note_next_visits(session: Session, bookings: Iterable[Booking]) -> None:
    """Bookings tell the nearest visit that they still wait for; one that waits for none keeps the
    day of its last."""
    of_ids = {booking.id: booking for booking in bookings}
    if not of_ids:
        return
    session.flush()
    for booking_id, legs in list_waiting_ways(session, of_ids.values()).items():
        booking = of_ids[booking_id]
        booking.service_date, booking.slot_start, booking.slot_end = when_of(legs[0])
    session.flush()
