"""When a follow link ends: soon after the last stop it was made for."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingDossier, BookingMode, BookingStatus
from backend.courier_day.feedback.models import Complaint
from backend.dossiers.models import CustodyEvent, Dossier, DossierState, Leg, LegStatus
from backend.dossiers.transitions import NEVER_TAKEN

GRACE = timedelta(hours=24)
"""So long after its end a booking is still shown whole [G]; then only how it ended."""

OUTCOME_SHOWN = timedelta(days=30)
"""So long the outcome can be read [G]; then the link is as if it had never been."""

_OVER = frozenset({DossierState.DELIVERED, DossierState.RETURNED, DossierState.RESULT_RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How far behind a booking's last stop is."""

    ended_at: datetime | None = None
    """None while it goes on."""
    outcome_only: bool = False
    over: bool = False

    @property
    def has_ended(self) -> bool:
        """Whether nothing of it is to be carried any more."""
        return self.ended_at is not None


def end_of(session: Session, booking: Booking) -> End:
    """Where a booking stands now."""
    ended_at = _ended_at(session, booking)
    if ended_at is None:
        return End()
    now = clock.now()
    over = now - max(ended_at, _last_word(session, booking) or ended_at) > OUTCOME_SHOWN
    return End(ended_at=ended_at, outcome_only=now - ended_at > GRACE, over=over)


def _last_word(session: Session, booking: Booking) -> datetime | None:
    """When the newest complaint was answered, now while one waits: its citizen must read it."""
    answered = session.scalars(
        select(Complaint.answered_at).where(Complaint.booking_id == booking.id)
    ).all()
    return max((each or clock.now() for each in answered), default=None)


def _ended_at(session: Session, booking: Booking) -> datetime | None:
    """The last line of its dossiers' logs, once nothing of it is to be carried any more."""
    coming = exists().where(
        Leg.dossier_id == Dossier.id,
        Leg.status.in_((LegStatus.OPEN, LegStatus.PLANNED, LegStatus.UNDER_WAY)),
    )
    rows = session.execute(
        select(
            Dossier.state,
            Dossier.supplements_id,
            coming.label("coming"),
            func.max(CustodyEvent.received_at).label("last_at"),
        )
        .join(BookingDossier, BookingDossier.dossier_id == Dossier.id)
        .join(CustodyEvent, CustodyEvent.dossier_id == Dossier.id)
        .where(BookingDossier.booking_id == booking.id)
        .group_by(Dossier.id)
    ).all()
    last_at = max((row.last_at for row in rows), default=booking.created_at)
    if booking.status in {BookingStatus.CANCELLED, BookingStatus.FAILED}:
        end_of_day = clock.local_instant(booking.service_date, time(23, 59))
        return max(last_at, end_of_day)
    over = set(_OVER)
    if booking.mode is BookingMode.SEND and booking.status is BookingStatus.DONE:
        over.add(DossierState.HANDED_OVER)
    brought = over | {DossierState.HANDED_OVER}  # missing papers have no result of their own
    kept = [row for row in rows if row.state in NEVER_TAKEN and not row.coming]
    done = len(kept) < len(rows) and all(
        row in kept or row.state in (over if row.supplements_id is None else brought)
        for row in rows
    )
    return last_at if done else None
