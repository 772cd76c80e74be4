"""What gives way for a repair, by a dispatcher's consent, or because a place has closed, is written
where it belongs: a citizen's window, a shift, the office, the day. Who is concerned is told after
the commit."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.booking.models import Booking, BookingDossier
from backend.booking.next_visit import When, note_next_visits, put_way_on_day, when_of
from backend.booking.notices.telling import tell_booking, when_in_words
from backend.booking.of_dossiers import lock_bookings
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import Dossier, Leg, LegStatus
from backend.fleet.models import Shift
from backend.places.models import Office, PlaceKind
from backend.planning.models import Plan, Route, Stop, Visit, VisitKind, VisitStatus

LAST_MINUTE = time(23, 59)

_WRITTEN = {"waived": "consents_written", "put_off": "put_off_written"}
"""Where a version notes what shall give way → where it notes that this is written."""


def widen_windows(
    session: Session, leg_ids: Collection[uuid.UUID], *, earlier_min: int = 0, later_min: int = 0
) -> None:
    """The citizens' windows of some legs, of their bookings where these tell of that visit; each
    visit is told once."""
    legs, bookings = _held(session, leg_ids)
    widened = list[Leg]()
    for leg in legs:
        if leg.window_start is None or leg.window_end is None:
            continue
        old = when_of(leg)
        leg.window_start = _moved(leg.window_start, -earlier_min)
        leg.window_end = _moved(leg.window_end, later_min)
        leg.version += 1
        widened.append(leg)
        booking = bookings.get(leg.id)
        if booking is not None:
            told = booking.service_date, booking.slot_start, booking.slot_end
            if told == old:
                booking.slot_start, booking.slot_end = leg.window_start, leg.window_end
    session.flush()
    _tell_moved(session, widened, bookings)


def lengthen_shift(session: Session, shift_id: uuid.UUID, minutes: int) -> None:
    """Overtime of one shift."""
    shift = session.get_one(Shift, shift_id, with_for_update=True, populate_existing=True)
    shift.ends = _moved(shift.ends, minutes)
    session.flush()


def file_elsewhere(session: Session, leg_ids: Collection[uuid.UUID], office_id: uuid.UUID) -> None:
    """Papers are handed in at another accepting office; the resolving one stays."""
    office = session.get_one(Office, office_id)
    legs, bookings = _held(session, leg_ids)
    told = dict[uuid.UUID, Leg]()
    for leg in legs:
        if leg.to_kind is PlaceKind.OFFICE:
            leg.to_id = office.id
            leg.version += 1
            leg.dossier.filing_office_id = office.id
            if leg.id in bookings:
                told.setdefault(bookings[leg.id].id, leg)
    session.flush()
    for leg in told.values():
        tell_booking(
            session,
            bookings[leg.id],
            "booking.office_changed",
            cause=f"{leg.id}:{leg.version}",
            office=office.name,
        )


def put_on_day(session: Session, leg_ids: Collection[uuid.UUID], day: date) -> None:
    """Legs of another day, with their bookings where these tell of that visit."""
    legs, bookings = _held(session, leg_ids)
    telling = [bookings[leg.id] for leg in legs if put_way_on_day(leg, bookings.get(leg.id), day)]
    note_next_visits(session, telling)
    _tell_moved(session, legs, bookings)


def _tell_moved(
    session: Session, legs: Iterable[Leg], bookings: Mapping[uuid.UUID, Booking]
) -> None:
    """Whoever waits at a door hears when a courier comes there now: by the way itself, which is not
    the booking's first visit when the result comes home. Once a visit, of which a booking may wait
    for several, and anew each time."""
    told: set[tuple[uuid.UUID, When]] = set()
    for leg in legs:
        booking = bookings.get(leg.id)
        if booking is None or PlaceKind.HOME not in (leg.from_kind, leg.to_kind):
            continue
        visit = (booking.visit_id or booking.id, when_of(leg))
        if visit in told:
            continue
        told.add(visit)
        tell_booking(
            session,
            booking,
            "booking.rescheduled",
            cause=f"{leg.id}:{leg.version}",
            when=when_in_words(*when_of(leg)),
        )


def write_consents(session: Session, plan: Plan) -> None:
    """What a dispatcher let give way in a version, once it is published: windows and shifts."""
    for consent in _since_published(session, plan, "waived"):
        minutes = -(-consent["amount"] // 60)
        if consent["code"] == "TIME_WINDOW":
            legs = [uuid.UUID(leg) for leg in consent["leg_ids"]]
            widen_windows(session, legs, later_min=minutes)
        elif consent["code"] == "SHIFT":
            lengthen_shift(session, uuid.UUID(consent["shift_id"]), minutes)


def write_closings(session: Session, plan: Plan) -> None:
    """What closed places did to a version, once it is published: papers that are handed in at
    another office, and works that wait for the next working day."""
    elsewhere = session.execute(
        select(Visit.leg_id, Stop.place_id)
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Leg, Leg.id == Visit.leg_id)
        .where(
            Route.plan_id == plan.id,
            Visit.kind == VisitKind.HAND_OVER,
            Visit.status == VisitStatus.OPEN,
            Stop.place_id != Leg.to_id,
        )
    )
    offices: dict[uuid.UUID, set[uuid.UUID]] = {}
    for leg_id, office_id in elsewhere:
        if office_id is not None:
            offices.setdefault(office_id, set()).add(leg_id)
    for office_id in sorted(offices):
        file_elsewhere(session, offices[office_id], office_id)
    named = [uuid.UUID(leg) for leg in _since_published(session, plan, "put_off")]
    waiting = session.scalars(
        select(Leg.id).where(
            Leg.id.in_(named),
            Leg.status == LegStatus.OPEN,
            Leg.service_date == plan.service_date,
        )
    ).all()
    if waiting:
        calendar = load_calendar(session, plan.province_code)
        put_on_day(session, waiting, calendar.next_working_day(plan.service_date))


def _since_published(session: Session, plan: Plan, name: str) -> list[Any]:
    """What versions noted under a name and nobody has written: of the version and of the drafts
    that it grew from."""
    row: Plan | None = plan
    seen: set[uuid.UUID] = set()
    found: list[Any] = []
    mark = _WRITTEN[name]
    while row is not None and row.id not in seen and not row.request.get(mark):
        seen.add(row.id)
        found.extend(row.request.get(name, ()))
        row.request = {**row.request, mark: True}
        row = _grew_from(session, row)
    return found


def _grew_from(session: Session, plan: Plan) -> Plan | None:
    """What an undone version had let give way does not: the former one goes on instead."""
    restored = plan.request.get("restored")
    former_id = uuid.UUID(restored) if restored else plan.derived_from_id
    return None if former_id is None else session.get(Plan, former_id)


def _held(
    session: Session, leg_ids: Collection[uuid.UUID]
) -> tuple[list[Leg], dict[uuid.UUID, Booking]]:
    """Legs, and by leg the booking that announced its papers, as they are once they are held: a
    citizen may have moved the visit until then."""
    legs = _legs(session, leg_ids)
    lock_bookings(session, {leg.dossier_id for leg in legs})
    return legs, _bookings(session, leg_ids)


def _legs(session: Session, leg_ids: Collection[uuid.UUID]) -> list[Leg]:
    """Held until the end, their dossiers before them: as publishing and rescheduling do."""
    dossiers = select(Leg.dossier_id).where(Leg.id.in_(leg_ids))
    session.execute(
        select(Dossier.id).where(Dossier.id.in_(dossiers)).order_by(Dossier.id).with_for_update()
    )
    return list(
        session.scalars(
            select(Leg)
            .where(Leg.id.in_(leg_ids))
            .order_by(Leg.id)
            .options(joinedload(Leg.dossier))
            .with_for_update(of=Leg)
            .execution_options(populate_existing=True)
        )
    )


def _bookings(session: Session, leg_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Booking]:
    rows = session.execute(
        select(Leg.id, Booking)
        .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
        .join(Booking, Booking.id == BookingDossier.booking_id)
        .where(Leg.id.in_(leg_ids))
        .execution_options(populate_existing=True)
    )
    return {row.id: row.Booking for row in rows}


def _moved(at: time, minutes: int) -> time:
    """Within the same day."""
    moved = datetime.combine(date.min + timedelta(days=1), at) + timedelta(minutes=minutes)
    first = date.min + timedelta(days=1)
    if moved.date() < first:
        return time(0)
    return LAST_MINUTE if moved.date() > first else moved.time()
