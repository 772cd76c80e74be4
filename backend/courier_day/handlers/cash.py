"""Money at the door: one plain entry an item, proven by its own numbered receipt.

Balances and purses come with the ledger; until then the receipts are the entries.
"""

from enum import StrEnum
from typing import Annotated

import msgspec

from backend.courier_day import form_contents
from backend.courier_day.handlers.bodies import WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.scene import Scene
from backend.dossiers.forms import FormKind, list_forms


class Purse(StrEnum):
    """What is paid for; purses are never netted (DOMAIN §8)."""

    FEE = "FEE"
    CHARGE = "CHARGE"
    POSTAGE = "POSTAGE"
    REPEAT_TRIP = "REPEAT_TRIP"


class PaidBy(StrEnum):
    """How it was paid."""

    CASH = "CASH"
    TRANSFER = "TRANSFER"
    WALLET = "WALLET"


class CashCollected(WithDossier, frozen=True, kw_only=True):
    """One payment, whole đồng."""

    purse: Purse
    amount_vnd: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    paid_by: PaidBy = PaidBy.CASH


@handles("cash.collected", v=1, body=CashCollected)
def cash_collected(scene: Scene, body: CashCollected) -> None:
    """A receipt for each payment. A fee paid twice is kept and told to the dispatcher."""
    dossier = scene.dossier(body.dossier)
    receipts = [
        form.content
        for form in list_forms(scene.session, dossier.id)
        if form.kind is FormKind.RECEIPT
    ]
    if any(receipt["purse"] == body.purse.value for receipt in receipts):
        scene.flag("double_payment", dossier=dossier, detail={"purse": body.purse.value})
    content = form_contents.about(
        scene,
        dossier,
        purse=body.purse.value,
        amount_vnd=body.amount_vnd,
        paid_by=body.paid_by.value,
    )
    scene.draft(FormKind.RECEIPT, content, dossier)
