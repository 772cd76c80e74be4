"""Money at the door: one plain entry an item, proven by its own numbered receipt."""

from typing import Annotated

import msgspec

from backend.cash.entries import PaidBy, Purse
from backend.courier_day.handlers.bodies import WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.payments import Payment, take_payment
from backend.courier_day.scene import Scene


class CashCollected(WithDossier, frozen=True, kw_only=True):
    """One payment, whole đồng."""

    purse: Purse
    amount_vnd: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    paid_by: PaidBy = PaidBy.CASH


@handles("cash.collected", v=1, body=CashCollected)
def cash_collected(scene: Scene, body: CashCollected) -> None:
    """A receipt for each payment. A fee paid twice is kept and told to the dispatcher."""
    dossier = scene.dossier(body.dossier)
    payment = Payment(purse=body.purse, amount_vnd=body.amount_vnd, paid_by=body.paid_by)
    take_payment(scene, dossier, payment, courier_id=scene.courier.id)
