"""What a citizen is told, as a row of the outbox that a worker sends after the commit."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import outbox
from backend.booking.models import Booking, BookingDossier
from backend.dossiers.models import Dossier


def tell_citizen(session: Session, dossier: Dossier, template: str, **facts: Any) -> None:
    """One message a line of the log: the same event never tells twice. Without a phone: nobody."""
    booking = session.scalars(
        select(Booking)
        .join(BookingDossier, BookingDossier.booking_id == Booking.id)
        .where(BookingDossier.dossier_id == dossier.id)
    ).first()
    if booking is None or not booking.contact.phone:
        return
    outbox.post(
        session,
        province_code=dossier.province_code,
        channel=outbox.Channel.SMS,
        template=template,
        recipient=booking.contact.phone,
        content={"item_code": dossier.item_code} | facts,
        dedupe_key=f"{template}:{dossier.id}:{dossier.event_count}",
    )
