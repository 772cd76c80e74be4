"""A payment at a door or a counter: an entry, a numbered receipt, and doubles told to a person."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from backend.cash.entries import CashEntry, PaidBy, Purse, list_paid
from backend.courier_day import form_contents
from backend.courier_day.acting import Acting
from backend.dossiers.forms import FormKind
from backend.dossiers.models import Dossier


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What was paid for one dossier, whole đồng."""

    purse: Purse
    amount_vnd: int
    paid_by: PaidBy = PaidBy.CASH


def take_payment(
    act: Acting,
    dossier: Dossier,
    payment: Payment,
    *,
    courier_id: uuid.UUID | None = None,
    clerk_id: uuid.UUID | None = None,
) -> CashEntry:
    """Writes the entry of whoever took it. A purse paid twice is kept and flagged."""
    if any(entry.purse is payment.purse for entry in list_paid(act.session, dossier.id)):
        act.flag("double_payment", dossier=dossier, detail={"purse": payment.purse.value})
    content = form_contents.about(
        act,
        dossier,
        purse=payment.purse.value,
        amount_vnd=payment.amount_vnd,
        paid_by=payment.paid_by.value,
    )
    act.draft(FormKind.RECEIPT, content, dossier)
    entry = CashEntry(
        province_code=dossier.province_code,
        dossier_id=dossier.id,
        purse=payment.purse,
        amount_vnd=payment.amount_vnd,
        paid_by=payment.paid_by,
        courier_id=courier_id,
        clerk_id=clerk_id,
        receipt_id=act.forms[-1].id,
        taken_at=act.origin.at,
    )
    act.session.add(entry)
    act.session.flush()
    return entry


def take_payments(
    act: Acting, dossier: Dossier, payments: Sequence[Payment], *, clerk_id: uuid.UUID
) -> list[CashEntry]:
    """Several payments at a counter, each with its own receipt."""
    return [take_payment(act, dossier, each, clerk_id=clerk_id) for each in payments]
