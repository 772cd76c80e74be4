"""The citizen comes to the post office for what waits there: identity checked, given, signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend import clock, database
from backend.booking.models import BookingStatus
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.scans import get_scanned
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.courier_day.hand_overs import find_desk_of
from backend.courier_day.interventions.counter import void_way
from backend.courier_day.letters import Shown, check_letter
from backend.courier_day.notices import tell_delivered
from backend.courier_day.payments import Payment, take_payments
from backend.courier_day.work_items import close_for_dossier
from backend.dossiers import custody
from backend.dossiers.forms import Form
from backend.dossiers.models import CustodyEventType, Dossier, DossierState
from backend.dossiers.pins import MOST_TRIES, DeliveryPin, give_back, take_try
from backend.errors import Conflict, Invalid, Text


class NotHeldHere(Conflict):
    code = "not_held_here"
    detail = Text(
        vi="Theo sổ giao nhận, bưu gửi {item_code} không nằm tại {place} mà {where}.",
        en="By the custody log item {item_code} is not at {place} but {where_en}.",
    )
    action = Text(
        vi="Kiểm tra lại số hiệu; nếu bưu gửi đang ở đây, hãy quét nhận vào trước.",
        en="Check the code; if the item does lie here, scan it in first.",
    )


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
class Receiver(Shown):
    """Who stands at the counter, and what proved it."""

    pin: str | None = None
    without_pin: bool = False
    """The PIN is lost: the identity paper alone decides, and a person hears of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickedUp:
    """What one pick-up left behind."""

    act: CounterAct
    dossier: Dossier
    flags: tuple[str, ...]
    forms: tuple[Form, ...]


_WHERE = {
    "CITIZEN": ("ở người dân", "with the citizen"),
    "COURIER": ("ở bưu tá", "with a courier"),
    "POST_OFFICE": ("ở bưu cục khác", "at another post office"),
    "OFFICE": ("ở cơ quan một cửa", "at an office"),
}


def give_to_citizen(
    session: Session,
    seat: Seat,
    *,
    item: str,
    receiver: Receiver,
    payments: Sequence[Payment] = (),
    signatures: tuple[tuple[str, str], ...] = (),
    asked: Mapping[str, Any],
) -> PickedUp:
    """Post office to citizen; the hold ends and whatever was to be ridden is void.

    Papers in `asked` that were taken back stay with the act. Giving is final, so it is refused
    unless the log puts the item here. Raises what `sit_down` raises, ItemNotFound, NotHeldHere,
    AuthorisationMissing, AuthorisationUnknown, AuthorisationExpired, OtherReceiver, PinMissing,
    PinWrong, PinSpent, CustodyNotPossible (lost); then nothing is written but that a PIN was tried.
    """
    scene = sit_down(session, seat, signatures=signatures)
    dossier = scene.dossier(get_scanned(session, seat.province_code, item))
    demand_here(scene, dossier)
    check_letter(session, dossier, receiver, on=clock.local_date(scene.origin.at))
    _check_pin(scene, dossier, receiver)
    custody.record_event(
        session,
        dossier,
        CustodyEventType.PICKED_UP,
        receiver=scene.citizen_of(dossier),
        origin=scene.origin,
        evidence=scene.here(reason=receiver.role.value),
    )
    scene.changed_couriers |= void_way(session, dossier)
    for kind in ("unclaimed", "safe_missing"):
        close_for_dossier(session, dossier.id, kind)
    take_payments(scene, dossier, payments, clerk_id=scene.clerk.id)
    _note_on_booking(scene, dossier)
    if dossier.state is DossierState.DELIVERED:
        tell_delivered(session, dossier, at=scene.origin.at)
    outcome = {"dossier": str(dossier.id), "state": dossier.state.value}
    flags = tuple(scene.take_flags())
    act, forms = scene.finish(ActKind.PICK_UP, asked=asked, outcome=outcome)
    return PickedUp(act=act, dossier=dossier, flags=flags, forms=tuple(forms))


def demand_here(scene: CounterScene, dossier: Dossier) -> None:
    """Raises NotHeldHere unless the log gives the item to this place."""
    at_desk = find_desk_of(scene.session, dossier) is not None
    if dossier.keeper_id != scene.place.id or at_desk:
        where, where_en = _WHERE["OFFICE" if at_desk else dossier.keeper_kind.value]
        raise NotHeldHere(
            item_code=dossier.item_code, place=scene.place.name, where=where, where_en=where_en
        )


def _check_pin(scene: CounterScene, dossier: Dossier, receiver: Receiver) -> None:
    """The PIN that was told for the delivery, as at the door; here it is asked before giving."""
    known = scene.session.get(DeliveryPin, dossier.id)
    if known is None:
        return
    if receiver.pin is not None:
        _try_pin(known, receiver.pin)
    elif receiver.without_pin:
        scene.flag("pin_waived", dossier=dossier, detail={"wrong_pins": known.tries})
    else:
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


def _note_on_booking(scene: CounterScene, dossier: Dossier) -> None:
    """The last item given ends the booking."""
    booking = scene.booking_of(dossier)
    over = {DossierState.DELIVERED, DossierState.RETURNED}
    if booking and all(
        each.state in over for each in booking.dossiers if each.supplements_id is None
    ):
        booking.status = BookingStatus.DONE
