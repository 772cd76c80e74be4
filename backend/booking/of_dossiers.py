"""Which booking announced a dossier, with its person and door: asked, or locked, once for many."""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend.booking.models import Booking, BookingDossier
from backend.database import among

_LOCKED = (
    select(Booking.id)
    .where(
        Booking.id.in_(
            select(BookingDossier.booking_id).where(among(BookingDossier.dossier_id, "dossiers"))
        )
    )
    .order_by(Booking.id)
    .with_for_update(key_share=True)
)


def lock_bookings(session: Session, dossiers: Collection[uuid.UUID]) -> None:
    """Waits for the bookings of dossiers, by id, until the transaction ends.

    After their dossiers and stops were locked. Who holds a booking sees how far its other papers
    are: of two that end its last ones at once, the second knows of the first. Rows that merely
    name a booking may still be added by others.
    """
    if dossiers:
        session.execute(_LOCKED, {"dossiers": list(dossiers)})


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
