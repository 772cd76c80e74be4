"""Who may receive a result in the owner's place, named at booking: the door check asks for it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.booking.models import Booking, BookingDossier
from backend.database import Base, Identified, InProvince, Instant, enum_column


class IdentityPaper(StrEnum):
    """What proves who somebody is (DOMAIN §5.11)."""

    CITIZEN_CARD = "CITIZEN_CARD"
    PASSPORT = "PASSPORT"
    ELECTRONIC_CARD = "ELECTRONIC_CARD"


class AuthorisedReceiver(Identified, InProvince, Base):
    """The person of an authorisation letter (giấy ủy quyền). Erasable like a contact: of the
    identity paper only its kind and last digits are kept."""

    __tablename__ = "authorised_receiver"

    booking_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("booking.id"), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    identity_paper: Mapped[IdentityPaper] = mapped_column(enum_column(IdentityPaper))
    last_digits: Mapped[str] = mapped_column(String(4))
    letter_no: Mapped[str | None] = mapped_column(String(40))
    letter_valid_to: Mapped[date]
    redacted_at: Mapped[Instant | None]

    def has_paper(self, paper: IdentityPaper, last_digits: str) -> bool:
        """Whether an identity paper that was shown is this person's."""
        return (self.identity_paper, self.last_digits) == (paper, last_digits)

    def valid_to(self, letter_no: str | None, shown_to: date) -> date:
        """Last day of a letter that was shown. Where it is the one told at booking, the earlier of
        the two days binds: somebody has read one of them wrongly."""
        same = letter_no is not None and letter_no == self.letter_no
        return min(shown_to, self.letter_valid_to) if same else shown_to


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverNamed:
    """The same, as the citizen says it."""

    full_name: str
    identity_paper: IdentityPaper
    last_digits: str
    letter_no: str | None = None
    letter_valid_to: date


def name_receiver(session: Session, booking: Booking, named: ReceiverNamed) -> None:
    """From now on this person may receive the booking's results besides the owner."""
    session.add(
        AuthorisedReceiver(
            province_code=booking.province_code,
            booking_id=booking.id,
            full_name=named.full_name,
            identity_paper=named.identity_paper,
            last_digits=named.last_digits,
            letter_no=named.letter_no,
            letter_valid_to=named.letter_valid_to,
        )
    )


def list_receivers(
    session: Session, dossiers: Collection[uuid.UUID]
) -> dict[uuid.UUID, AuthorisedReceiver]:
    """Dossier id → who may receive it; dossiers without anybody named, or where that is forgotten
    by now, are left out."""
    rows = session.execute(
        select(BookingDossier.dossier_id, AuthorisedReceiver)
        .join(AuthorisedReceiver, AuthorisedReceiver.booking_id == BookingDossier.booking_id)
        .where(BookingDossier.dossier_id.in_(dossiers), AuthorisedReceiver.redacted_at.is_(None))
    )
    return {row.dossier_id: row.AuthorisedReceiver for row in rows}


def find_receiver(session: Session, dossier_id: uuid.UUID) -> AuthorisedReceiver | None:
    """Who may receive one dossier's result in the owner's place."""
    return list_receivers(session, [dossier_id]).get(dossier_id)
