"""Offers of papers from one courier to another; until it is accepted the giver is the keeper."""

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Uuid, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.database import Base, Identified, InProvince, Instant, enum_column


class OfferStatus(StrEnum):
    """ACCEPTED when the receiver has confirmed everything that is named."""

    OPEN = "OPEN"
    ACCEPTED = "ACCEPTED"
    CANCELLED = "CANCELLED"


class CustodyOffer(Identified, InProvince, Base):
    """Dossiers that a courier wants to hand on, or that a dispatcher orders to be handed on."""

    __tablename__ = "custody_offer"
    __table_args__ = (Index("ix_custody_offer_giver_id_status", "giver_id", "status"),)

    giver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("courier.id"))
    receiver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courier.id"))
    """None: whoever accepts."""
    dossier_ids: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid()))
    reason: Mapped[str | None] = mapped_column(String(40))
    status: Mapped[OfferStatus] = mapped_column(enum_column(OfferStatus), default=OfferStatus.OPEN)
    offered_at: Mapped[Instant]
    accepted_at: Mapped[Instant | None]


def find_offer(session: Session, giver_id: uuid.UUID, dossier_id: uuid.UUID) -> CustodyOffer | None:
    """The newest open offer of a giver that names a dossier."""
    return session.scalars(
        select(CustodyOffer)
        .where(
            CustodyOffer.giver_id == giver_id,
            CustodyOffer.status == OfferStatus.OPEN,
            CustodyOffer.dossier_ids.contains([dossier_id]),
        )
        .order_by(CustodyOffer.offered_at.desc(), CustodyOffer.id.desc())
        .limit(1)
    ).first()
