"""The citizen comes to the post office for what waits there: identity checked, given, signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.scans import get_scanned
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.courier_day.hand_overs import find_desk_of
from backend.courier_day.interventions.counter import note_given, void_way
from backend.courier_day.letters import Shown, check_letter
from backend.courier_day.payments import Payment, take_payments
from backend.courier_day.pin_checks import NO_PIN_TOLD, WAIVED, PinTold, check_pin
from backend.dossiers import custody
from backend.dossiers.forms import Form
from backend.dossiers.models import CustodyEventType, Dossier
from backend.errors import Conflict, Text


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver(Shown):
    """Who stands at the counter, and what proved it."""

    pin_told: PinTold = NO_PIN_TOLD


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
    wrong = check_pin(session, dossier, receiver.pin_told)
    if wrong is not None:
        scene.flag(WAIVED, dossier=dossier, detail={"wrong_pins": wrong})
    custody.record_event(
        session,
        dossier,
        CustodyEventType.PICKED_UP,
        receiver=scene.citizen_of(dossier),
        origin=scene.origin,
        evidence=scene.here(reason=receiver.role.value),
    )
    scene.changed_couriers |= void_way(session, dossier)
    take_payments(scene, dossier, payments, clerk_id=scene.clerk.id)
    note_given(session, dossier, scene.booking_of(dossier), at=scene.origin.at)
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
