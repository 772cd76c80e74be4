"""When a booking is done: nothing that it asked for is to be carried any more."""

from sqlalchemy.orm import Session

from backend.booking.models import OVER, Booking, BookingMode, BookingStatus
from backend.booking.next_visit import list_waiting_ways
from backend.dossiers import legs
from backend.dossiers.models import Dossier, DossierState, LegStatus
from backend.dossiers.transitions import is_result
from backend.places.models import PlaceKind

_WITH_CITIZEN = frozenset({DossierState.DELIVERED, DossierState.RETURNED})


def note_end(session: Session, booking: Booking | None) -> None:
    """After papers of a booking came to where they stay: the last of them end it.

    The booking is locked (`lock_dossiers`): others that end papers of it wait.

    One that was cancelled stays cancelled where all its papers are with their sender: taken all the
    same and given back, or never taken.
    """
    if booking is None:
        return
    with_sender = all(
        each.state is DossierState.RETURNED or legs.is_kept(session, each)
        for each in booking.dossiers
    )
    if not (booking.status in OVER and with_sender) and _has_ended(session, booking):
        booking.status = BookingStatus.DONE


def note_kept(session: Session, booking: Booking) -> None:
    """After a citizen kept papers that a courier came for: the others of the booking go on, and
    without any it is cancelled."""
    if all(legs.is_kept(session, each) for each in booking.dossiers):
        booking.status = BookingStatus.CANCELLED
    else:
        note_end(session, booking)


def go_on_without_supplement(session: Session, booking: Booking) -> None:
    """Nobody comes for missing papers any more: what was filed before stays filed, and a result
    still comes home. Others that are to be collected keep the booking where it stands."""
    waiting = _to_collect(session, booking)
    if not waiting and booking.status is not BookingStatus.DONE:
        booking.status = BookingStatus.COLLECTED
    if booking.status is BookingStatus.SCHEDULED and LegStatus.PLANNED not in waiting:
        booking.status = BookingStatus.REQUESTED
    note_end(session, booking)


def _to_collect(session: Session, booking: Booking) -> set[LegStatus]:
    """How far the ways are that begin at the door and that nobody has begun."""
    session.flush()
    ways = list_waiting_ways(session, [booking]).get(booking.id, [])
    return {leg.status for leg in ways if leg.from_kind is PlaceKind.HOME}


def _has_ended(session: Session, booking: Booking) -> bool:
    """Send-only: all is with the office, or went back, or was never given. With a way back: all is
    with the citizen; missing papers that were brought after the others have no result."""
    if booking.mode is BookingMode.SEND:
        return all(_is_sent(session, each) for each in booking.dossiers)
    first = (each for each in booking.dossiers if each.supplements_id is None)
    return all(each.state in _WITH_CITIZEN or legs.is_kept(session, each) for each in first)


def _is_sent(session: Session, dossier: Dossier) -> bool:
    with_office = dossier.state is DossierState.HANDED_OVER or is_result(dossier.state)
    went_back = dossier.state is DossierState.RETURNED
    return with_office or went_back or legs.is_kept(session, dossier)
