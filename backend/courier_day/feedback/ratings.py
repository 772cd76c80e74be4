"""One rating of a visit by the citizen who was visited."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.callers import Caller
from backend.booking.models import Booking, BookingDossier
from backend.courier_day.feedback.errors import AlreadyRated, TooLateToRate, VisitNotYours
from backend.courier_day.feedback.models import Rating, RatingReason
from backend.dossiers.models import Leg
from backend.planning.models import Route, Stop, Visit, VisitKind, VisitStatus
from backend.planning.scope import seen_bookings

RATE_WITHIN = timedelta(days=30)
"""After it nobody remembers a visit well [G]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVisit:
    """A courier was at the door of a booking, with or without success."""

    stop_id: uuid.UUID
    at: datetime
    kind: VisitKind
    done: bool
    courier_id: uuid.UUID
    score: int | None
    """The rating, if there is one."""

    @property
    def can_be_rated(self) -> bool:
        return self.score is None and clock.now() - self.at <= RATE_WITHIN


def list_made_visits(session: Session, booking: Booking) -> list[MadeVisit]:
    """Visits at the citizen's door that have an outcome, the first made first."""
    rows = session.execute(
        select(
            Visit.stop_id,
            Visit.kind,
            Visit.status,
            Visit.executed_at,
            func.coalesce(Visit.executed_by_id, Route.courier_id).label("courier_id"),
            Rating.score,
        )
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Leg, Leg.id == Visit.leg_id)
        .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
        .outerjoin(Rating, (Rating.stop_id == Stop.id) & (Rating.booking_id == booking.id))
        .where(
            BookingDossier.booking_id == booking.id,
            Visit.kind.in_((VisitKind.COLLECTION, VisitKind.DELIVERY)),
            Visit.status.in_((VisitStatus.DONE, VisitStatus.FAILED)),
            Visit.executed_at.is_not(None),
        )
        .order_by(Visit.executed_at, Visit.id)
    )
    made: dict[uuid.UUID, MadeVisit] = {}
    for row in rows:
        before = made.get(row.stop_id)
        made[row.stop_id] = MadeVisit(
            stop_id=row.stop_id,
            at=row.executed_at,
            kind=row.kind,
            done=row.status is VisitStatus.DONE or (before is not None and before.done),
            courier_id=row.courier_id,
            score=row.score,
        )
    return list(made.values())


def rate_visit(
    session: Session,
    booking: Booking,
    stop_id: uuid.UUID,
    *,
    score: int,
    reasons: Collection[RatingReason] = (),
    text: str = "",
) -> Rating:
    """Keeps a rating. Raises VisitNotYours, AlreadyRated, TooLateToRate."""
    session.execute(select(Stop.id).where(Stop.id == stop_id).with_for_update())
    visit = next((v for v in list_made_visits(session, booking) if v.stop_id == stop_id), None)
    if visit is None:
        raise VisitNotYours
    if visit.score is not None:
        raise AlreadyRated
    if not visit.can_be_rated:
        raise TooLateToRate(until=f"{clock.to_local(visit.at + RATE_WITHIN):%d/%m/%Y}")
    rating = Rating(
        province_code=booking.province_code,
        stop_id=stop_id,
        booking_id=booking.id,
        courier_id=visit.courier_id,
        score=score,
        reasons=sorted({reason.value for reason in reasons}),
        text=text,
        rated_at=clock.now(),
    )
    session.add(rating)
    session.flush()
    return rating


def list_ratings(session: Session, caller: Caller, *, since: date, most: int) -> list[Rating]:
    """Ratings since a local date as far as the caller sees their bookings, the newest first."""
    from_then = clock.local_instant(since, datetime.min.time())
    return list(
        session.scalars(
            select(Rating)
            .join(Booking, Booking.id == Rating.booking_id)
            .where(
                Rating.province_code == caller.province_code,
                Rating.rated_at >= from_then,
                seen_bookings(session, caller),
            )
            .order_by(Rating.rated_at.desc(), Rating.id)
            .limit(most)
        )
    )
