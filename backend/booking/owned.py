"""The bookings of a citizen's or firm's account."""

import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.booking.errors import BookingNotFound
from backend.booking.models import OVER, Booking, Contact
from backend.booking.operations import find_booking_by_reference
from backend.errors import Language

MOST_SHOWN = 200


def list_owned(session: Session, account_id: uuid.UUID) -> list[Booking]:
    """The newest first, at most `MOST_SHOWN`."""
    return list(
        session.scalars(
            select(Booking)
            .where(Booking.owner_account_id == account_id)
            .options(
                joinedload(Booking.procedure),
                joinedload(Booking.office),
                joinedload(Booking.address),
                selectinload(Booking.dossiers),
            )
            .order_by(Booking.id.desc())
            .limit(MOST_SHOWN)
        )
    )


def speak_to_owner(session: Session, account_id: uuid.UUID, language: Language) -> None:
    """Notices about an account's bookings that go on are written in this language."""
    theirs = select(Booking.contact_id).where(
        Booking.owner_account_id == account_id, Booking.status.not_in(OVER)
    )
    session.execute(
        update(Contact).where(Contact.id.in_(theirs)).values(language=language),
        execution_options={"synchronize_session": "fetch"},
    )


def get_owned(
    session: Session, account_id: uuid.UUID, province_code: str, reference: str
) -> Booking:
    """One of them. Raises BookingNotFound, also for somebody else's."""
    found = find_booking_by_reference(session, province_code, reference)
    if found is None or found.owner_account_id != account_id:
        raise BookingNotFound(booking=reference)
    return found
