"""What people call the papers of a leg: the reference of the booking that announced them."""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingDossier
from backend.dossiers.models import Leg


def list_references(session: Session, leg_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Leg → reference; legs of dossiers that no booking announced are not there."""
    rows = session.execute(
        select(Leg.id, Booking.reference)
        .join(BookingDossier, BookingDossier.dossier_id == Leg.dossier_id)
        .join(Booking, Booking.id == BookingDossier.booking_id)
        .where(Leg.id.in_(leg_ids))
    )
    return {row.id: row.reference for row in rows}
