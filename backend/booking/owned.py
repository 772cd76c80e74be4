"""The bookings of a citizen's or firm's account."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.booking.errors import BookingNotFound
from backend.booking.models import Booking
from backend.booking.operations import find_booking_by_reference

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


def get_owned(
    session: Session, account_id: uuid.UUID, province_code: str, reference: str
) -> Booking:
    """One of them. Raises BookingNotFound, also for somebody else's."""
    found = find_booking_by_reference(session, province_code, reference)
    if found is None or found.owner_account_id != account_id:
        raise BookingNotFound(booking=reference)
    return found
