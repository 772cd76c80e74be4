"""A visit that a booking waits for, the next or the one named: its legs, how far it is planned."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import NoReturn

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.booking.models import OVER, Booking, BookingDossier, BookingStatus
from backend.booking.next_visit import When, list_waiting_ways, when_of
from backend.courier_day.feedback.errors import VisitNotYours
from backend.courier_day.rescheduling.errors import (
    CourierAtTheDoor,
    NothingToChange,
    PapersCollected,
    VisitNotWaiting,
)
from backend.dossiers.models import Dossier, Leg, LegStatus
from backend.places.models import PlaceKind
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    Visit,
    VisitStatus,
)
from backend.planning.slots.bookings import list_visit


class Stage(StrEnum):
    """How far a visit is planned."""

    TO_PLACE = "TO_PLACE"
    """Waits until its door is found: nothing is planned, nothing announced."""
    NOT_PLANNED = "NOT_PLANNED"
    PLANNED = "PLANNED"
    """In a draft, which is out of date then."""
    PUBLISHED = "PUBLISHED"
    """In a courier's route."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What a booking still waits for, and the rows that a change touches."""

    bookings: tuple[Booking, ...]
    """All whose papers wait for it: one stop, so they are moved or cancelled together."""
    legs: tuple[Leg, ...]
    stage: Stage
    stops: tuple[Stop, ...]
    """Published, at the door."""

    @property
    def first(self) -> Booking:
        """The one that the citizen knows by its reference."""
        return self.bookings[0]

    @property
    def when(self) -> When:
        """Day and window that it waits for: not those of the booking once a visit has failed, nor
        when the result comes home."""
        if not self.legs:
            return self.first.service_date, self.first.slot_start, self.first.slot_end
        return when_of(
            min(self.legs, key=lambda leg: (leg.service_date, leg.window_start or time(0)))
        )

    @property
    def set_out(self) -> bool:
        """Whether a courier is on the way."""
        return any(stop.set_out_at is not None for stop in self.stops)


def find_waiting(
    session: Session,
    booking: Booking,
    *,
    visit: uuid.UUID | None = None,
    every_visit: bool = False,
) -> Waiting:
    """A visit as it stands; what waits for a visit of its own is not in it.

    visit: one of `list_waiting_visits`, else the next. every_visit: with all others that wait,
    unless this one is for missing papers alone. Raises NothingToChange, CourierAtTheDoor; with
    `visit` VisitNotYours, VisitNotWaiting.
    """
    bookings = tuple(each for each in list_visit(session, booking) if each.status not in OVER)
    if booking not in bookings:
        raise NothingToChange(reference=booking.reference)
    if visit is None and all(each.status is BookingStatus.TO_PLACE for each in bookings):
        return Waiting(bookings=bookings, legs=(), stage=Stage.TO_PLACE, stops=())
    ways = list_waiting_ways(session, bookings)
    legs = _ways_of(session, ways, booking, visit)
    if not legs:
        raise NothingToChange(reference=booking.reference)
    if every_visit and not only_supplements(session, legs):
        legs = [leg for each in ways.values() for leg in each]
    else:
        met = {leg.id for leg in legs}
        bookings = tuple(each for each in bookings if not met.isdisjoint(_ids(ways[each.id])))
    stops = _published_stops(session, legs)
    at_door = [stop for stop in stops if stop.place_kind is PlaceKind.HOME]
    if any(stop.arrived_at is not None for stop in at_door):
        raise CourierAtTheDoor(reference=booking.reference)
    stage = Stage.NOT_PLANNED
    if stops:
        stage = Stage.PUBLISHED
    elif _is_drafted(session, legs):
        stage = Stage.PLANNED
    return Waiting(bookings=bookings, legs=tuple(legs), stage=stage, stops=tuple(at_door))


def demand_not_collected(session: Session, booking: Booking, visit: uuid.UUID | None) -> None:
    """What a courier has carried, or carries, is not cancelled; the visit for papers that were
    missing is, whatever became of the others. visit: as for `find_waiting`. Raises PapersCollected,
    and with `visit` VisitNotYours, VisitNotWaiting."""
    together = list_visit(session, booking)
    legs = _ways_of(session, list_waiting_ways(session, together), booking, visit)
    if legs and only_supplements(session, legs):
        return
    begun = session.scalars(
        select(Leg.id)
        .where(
            Leg.dossier_id.in_(dossier_ids(session, together)),
            Leg.status.in_((LegStatus.UNDER_WAY, LegStatus.DONE)),
        )
        .limit(1)
    ).first()
    if begun is not None:
        raise PapersCollected(reference=booking.reference)


def only_supplements(session: Session, legs: Sequence[Leg]) -> bool:
    """Whether all that waits are papers that an office missed."""
    first = select(Dossier.id).where(
        Dossier.id.in_([leg.dossier_id for leg in legs]), Dossier.supplements_id.is_(None)
    )
    return session.scalars(first.limit(1)).first() is None


def dossier_ids(session: Session, bookings: Sequence[Booking]) -> list[uuid.UUID]:
    """Of all bookings."""
    of = BookingDossier.booking_id.in_([booking.id for booking in bookings])
    return list(session.scalars(select(BookingDossier.dossier_id).where(of)))


def _ways_of(
    session: Session,
    ways: Mapping[uuid.UUID, Sequence[Leg]],
    booking: Booking,
    visit: uuid.UUID | None,
) -> list[Leg]:
    """The ways of a booking's visit, with those of bookings that share it. visit: None = its next;
    nothing where it waits for none. Raises VisitNotYours, VisitNotWaiting."""
    own = ways.get(booking.id, ())
    named = next((leg for leg in own if visit in (None, leg.id)), None)
    if named is None:
        if visit is not None:
            _refuse(session, booking, visit)
        return []
    when = when_of(named)
    return [leg for each in ways.values() for leg in each if when_of(leg) == when]


def _refuse(session: Session, booking: Booking, visit: uuid.UUID) -> NoReturn:
    once = (
        select(Leg.id)
        .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
        .where(BookingDossier.booking_id == booking.id, Leg.id == visit)
    )
    if session.scalars(once).first() is None:
        raise VisitNotYours
    raise VisitNotWaiting(reference=booking.reference)


def _ids(legs: Iterable[Leg]) -> set[uuid.UUID]:
    return {leg.id for leg in legs}


def _published_stops(session: Session, legs: Sequence[Leg]) -> list[Stop]:
    return list(
        session.scalars(
            select(Stop)
            .where(Stop.id.in_(_stop_ids(legs, PlanStatus.PUBLISHED)))
            .order_by(Stop.id)
            .execution_options(populate_existing=True)
        )
    )


def _is_drafted(session: Session, legs: Sequence[Leg]) -> bool:
    drafted = select(Stop.id).where(Stop.id.in_(_stop_ids(legs, PlanStatus.DRAFT))).limit(1)
    return session.scalars(drafted).first() is not None


def _stop_ids(legs: Sequence[Leg], status: PlanStatus) -> Select[uuid.UUID]:
    return (
        select(Visit.stop_id)
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Plan, Plan.id == Route.plan_id)
        .where(
            Visit.leg_id.in_([leg.id for leg in legs]),
            Visit.status == VisitStatus.OPEN,
            Plan.status == status,
        )
    )
