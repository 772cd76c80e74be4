"""One row for each payment taken at a door or a counter; rows are added and never changed.

Balances of purses come with the ledger. A settlement names entries and leaves them as they are.
"""

import uuid
from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from backend.database import Base, Identified, InProvince, Instant, enum_column


class Purse(StrEnum):
    """What is paid for; purses are never netted (DOMAIN §8)."""

    FEE = "FEE"
    CHARGE = "CHARGE"
    POSTAGE = "POSTAGE"
    REPEAT_TRIP = "REPEAT_TRIP"

    @property
    def is_held_for_office(self) -> bool:
        """Public fees and charges are the office's money; the rest is the post's."""
        return self in {Purse.FEE, Purse.CHARGE}


class PaidBy(StrEnum):
    """How it was paid."""

    CASH = "CASH"
    TRANSFER = "TRANSFER"
    WALLET = "WALLET"


class CashEntry(Identified, InProvince, Base):
    """One payment for one dossier, whole đồng; its receipt is a numbered form."""

    __tablename__ = "cash_entry"
    __table_args__ = (
        CheckConstraint("amount_vnd > 0", name="amount_positive"),
        CheckConstraint("num_nonnulls(courier_id, clerk_id) = 1", name="one_taker"),
    )

    dossier_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("dossier.id"), index=True)
    purse: Mapped[Purse] = mapped_column(enum_column(Purse))
    amount_vnd: Mapped[int] = mapped_column(BigInteger)
    paid_by: Mapped[PaidBy] = mapped_column(enum_column(PaidBy))
    courier_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("courier.id"), index=True)
    """Who took it at a door; a counter's payment names its clerk instead."""
    clerk_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("clerk.id"), index=True)
    receipt_id: Mapped[uuid.UUID] = mapped_column(unique=True)
    """Form of the receipt; it is numbered at the end of the same transaction."""
    taken_at: Mapped[Instant]


class CashSettlement(Base):
    """That an entry stands on a settlement list (bảng kê nộp tiền); once, and for good."""

    __tablename__ = "cash_settlement"

    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cash_entry.id"), primary_key=True)
    form_id: Mapped[uuid.UUID] = mapped_column(index=True)


def list_paid(session: Session, dossier_id: uuid.UUID) -> list[CashEntry]:
    """Every payment for a dossier, the oldest first."""
    return list(
        session.scalars(
            select(CashEntry)
            .where(CashEntry.dossier_id == dossier_id)
            .order_by(CashEntry.taken_at, CashEntry.id)
        )
    )


def list_unsettled(
    session: Session, *, courier_id: uuid.UUID | None = None, clerk_id: uuid.UUID | None = None
) -> list[CashEntry]:
    """Payments of one taker that stand on no settlement list yet, the oldest first."""
    taker = CashEntry.clerk_id == clerk_id if clerk_id else CashEntry.courier_id == courier_id
    settled = select(CashSettlement.entry_id)
    return list(
        session.scalars(
            select(CashEntry)
            .where(taker, CashEntry.id.not_in(settled))
            .order_by(CashEntry.taken_at, CashEntry.id)
        )
    )


def settle(session: Session, entries: Sequence[CashEntry], form_id: uuid.UUID) -> None:
    """Puts entries on the list with this form id; an entry on two lists breaks its key."""
    session.add_all(CashSettlement(entry_id=entry.id, form_id=form_id) for entry in entries)
    session.flush()
