"""Which booking announced a dossier, with its person and door: asked once for many."""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.booking.models import Booking, BookingDossier


def load_bookings(
    session: Session, dossiers: Collection[uuid.UUID]
) -> dict[uuid.UUID, Booking | None]:
    """The booking of each dossier, or None for one that nobody booked."""
    found: dict[uuid.UUID, Booking | None] = dict.fromkeys(dossiers)
    if found:
        rows = session.execute(
            select(BookingDossier.dossier_id, Booking)
            .join(Booking, BookingDossier.booking_id == Booking.id)
            .where(BookingDossier.dossier_id.in_(found))
            .options(joinedload(Booking.contact), joinedload(Booking.address))
        )
        found |= {row.dossier_id: row.Booking for row in rows}
    return found
