"""The visit that a booking still waits for: its legs, how far it is planned, who rides it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.booking.models import OVER, Booking, BookingDossier, BookingStatus
from backend.courier_day.rescheduling.errors import (
    CourierAtTheDoor,
    NothingToChange,
    PapersCollected,
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
    """All that share the visit: one stop, so they are moved or cancelled together."""
    legs: tuple[Leg, ...]
    stage: Stage
    stops: tuple[Stop, ...]
    """Published, at the door."""

    @property
    def first(self) -> Booking:
        """The one that the citizen knows by its reference."""
        return self.bookings[0]

    @property
    def when(self) -> tuple[date, time | None, time | None]:
        """Day and window that it waits for: not those of the booking once a visit has failed, nor
        when the result comes home."""
        if not self.legs:
            return self.first.service_date, self.first.slot_start, self.first.slot_end
        leg = min(self.legs, key=lambda leg: (leg.service_date, leg.window_start or time(0)))
        return leg.service_date, leg.window_start, leg.window_end

    @property
    def set_out(self) -> bool:
        """Whether a courier is on the way."""
        return any(stop.set_out_at is not None for stop in self.stops)


def find_waiting(session: Session, booking: Booking) -> Waiting:
    """The visit as it stands. Raises NothingToChange, CourierAtTheDoor."""
    bookings = tuple(each for each in list_visit(session, booking) if each.status not in OVER)
    if booking not in bookings:
        raise NothingToChange(reference=booking.reference)
    if all(each.status is BookingStatus.TO_PLACE for each in bookings):
        return Waiting(bookings=bookings, legs=(), stage=Stage.TO_PLACE, stops=())
    legs = _home_legs(session, bookings)
    if not legs:
        raise NothingToChange(reference=booking.reference)
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


def demand_not_collected(session: Session, booking: Booking) -> None:
    """What a courier has carried, or carries, is not cancelled; the visit for papers that were
    missing is, whatever became of the others. Raises PapersCollected."""
    together = list_visit(session, booking)
    legs = _home_legs(session, together)
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


def _home_legs(session: Session, bookings: Sequence[Booking]) -> list[Leg]:
    """Ways with an end at the door that nobody has begun."""
    legs = session.scalars(
        select(Leg)
        .where(
            Leg.dossier_id.in_(dossier_ids(session, bookings)),
            Leg.status.in_((LegStatus.OPEN, LegStatus.PLANNED)),
        )
        .order_by(Leg.id)
        .execution_options(populate_existing=True)
    )
    return [leg for leg in legs if PlaceKind.HOME in (leg.from_kind, leg.to_kind)]


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
