"""The PIN that a citizen was told for a delivery, asked before papers are given over a counter: by
its clerk, or by the dispatcher who enters the pick-up."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend import database
from backend.dossiers.models import Dossier
from backend.dossiers.pins import MOST_TRIES, DeliveryPin, give_back, take_try
from backend.errors import Conflict, Invalid, Text

WAIVED = "pin_waived"
"""Work item: given by the identity paper, without the PIN."""


class PinMissing(Invalid):
    code = "pin_missing"
    detail = Text(
        vi="Người dân đã được nhắn mã nhận kết quả cho bưu gửi này.",
        en="The citizen was told a PIN for this item.",
    )
    action = Text(
        vi="Hỏi mã 6 số; nếu người nhận không còn mã, ghi without_pin sau khi kiểm tra giấy tờ kỹ.",
        en="Ask for the six digits; if they are lost, say without_pin after a careful look.",
    )


class PinWrong(Conflict):
    code = "pin_wrong"
    detail = Text(vi="Mã nhận kết quả không đúng.", en="The PIN does not fit.")
    action = Text(
        vi="Không giao; hỏi lại mã, hoặc gọi cho chủ hồ sơ.",
        en="Do not give it; ask again, or call the owner.",
    )


class PinSpent(Conflict):
    code = "pin_spent"
    detail = Text(
        vi="Mã nhận kết quả đã bị nhập sai {times} lần và không còn dùng được.",
        en="The PIN was wrong {times} times and is not looked at any more.",
    )
    action = Text(
        vi="Gọi cho chủ hồ sơ; nếu giấy tờ tùy thân khớp, ghi without_pin để giao theo giấy tờ.",
        en="Call the owner; if the identity paper fits, say without_pin: the paper decides.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PinTold:
    """What whoever came said."""

    pin: str | None = None
    waived: bool = False
    """The PIN is lost: the identity paper alone decides, and a person hears of it."""


NO_PIN_TOLD = PinTold()


def check_pin(session: Session, dossier: Dossier, told: PinTold) -> int | None:
    """Wrong PINs so far where this one is waived, which a person must hear of; else None.

    As at the door, but before giving. Raises PinMissing, PinWrong, PinSpent; then a look at the PIN
    stays counted.
    """
    known = session.get(DeliveryPin, dossier.id)
    if known is None:
        return None
    if told.pin is not None:
        _try_pin(known, told.pin)
        return None
    if told.waived:
        return known.tries
    raise PinMissing(fields={"pin": PinMissing.detail})


def _try_pin(known: DeliveryPin, typed: str) -> None:
    """Counted by itself, so that a refusal, which undoes everything else, leaves it counted."""
    with database.unit_of_work() as apart:
        allowed = take_try(apart, known.dossier_id)
    if not allowed:
        raise PinSpent(times=MOST_TRIES)
    if not known.fits(typed):
        raise PinWrong
    with database.unit_of_work() as apart:
        give_back(apart, known.dossier_id)
