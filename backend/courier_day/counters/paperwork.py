"""Papers that a counter prints for a citizen: booking confirmation, letter of authorisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.booking.errors import BookingNotFound
from backend.booking.models import Booking, BookingStatus
from backend.booking.operations import find_booking_by_reference
from backend.courier_day import form_contents
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.checklists import words_of
from backend.courier_day.counters.scans import get_scanned
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.dossiers.forms import Form, FormKind
from backend.errors import Conflict, Invalid, Text


class NothingToConfirm(Conflict):
    code = "nothing_to_confirm"
    detail = Text(
        vi="Phiếu {reference} đang ở trạng thái {status}, chưa thể xác nhận.",
        en="Booking {reference} is {status}: there is nothing to confirm.",
    )
    action = Text(
        vi="Đợi xác định địa chỉ, hoặc tạo phiếu mới nếu phiếu đã hủy.",
        en="Wait until its door is found, or make a new one if it is cancelled.",
    )


class LetterOver(Invalid):
    code = "authorisation_over"
    detail = Text(vi="Hạn ủy quyền {day} đã qua.", en="The validity {day} is over already.")
    action = Text(vi="Ghi hạn từ hôm nay trở đi.", en="Name today or a later day.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A form that was made for a citizen."""

    act: CounterAct
    form: Form


_CONFIRMABLE = frozenset(
    {BookingStatus.REQUESTED, BookingStatus.SCHEDULED, BookingStatus.COLLECTED}
)


def confirm_booking(
    session: Session, seat: Seat, *, reference: str, asked: Mapping[str, Any]
) -> Printed:
    """What was agreed, with the papers to prepare. Raises BookingNotFound, NothingToConfirm."""
    scene = sit_down(session, seat)
    booking = find_booking_by_reference(session, seat.province_code, reference)
    if booking is None:
        raise BookingNotFound(booking=reference)
    if booking.status not in _CONFIRMABLE:
        raise NothingToConfirm(reference=reference, status=booking.status.value)
    content = form_contents.of_scene(scene) | _agreed(booking)
    scene.draft(FormKind.BOOKING_CONFIRMATION, content, *booking.dossiers)
    return _finish(scene, asked, {"booking": reference})


def write_authorisation(
    session: Session,
    seat: Seat,
    *,
    item: str,
    agent_name: str,
    agent_phone: str | None,
    valid_to: date,
    asked: Mapping[str, Any],
) -> Printed:
    """A letter for the owner to sign: to receive, to give papers back, to sign the ledger.

    Identity numbers are written by hand and kept nowhere. Raises ItemNotFound, LetterOver.
    """
    scene = sit_down(session, seat)
    if valid_to < clock.local_date(scene.origin.at):
        raise LetterOver(day=f"{valid_to:%d/%m/%Y}", fields={"valid_to": LetterOver.detail})
    dossier = scene.dossier(get_scanned(session, seat.province_code, item))
    content = form_contents.about(
        scene,
        dossier,
        agent={"name": agent_name, "phone": agent_phone},
        valid_to=valid_to.isoformat(),
    )
    scene.draft(FormKind.AUTHORISATION, content, dossier)
    return _finish(scene, asked, {"dossier": str(dossier.id)})


def _finish(scene: CounterScene, asked: Mapping[str, Any], outcome: dict[str, Any]) -> Printed:
    act, forms = scene.finish(ActKind.PAPERWORK, asked=asked, outcome=outcome)
    return Printed(act=act, form=forms[0])


def _agreed(booking: Booking) -> dict[str, Any]:
    slot_start, slot_end = booking.slot_start, booking.slot_end
    return {
        "citizen": {
            "name": booking.contact.full_name,
            "phone": booking.contact.phone,
            "address": booking.address.text,
        },
        "office": form_contents.of_place(booking.office) if booking.office else None,
        "procedure": {"code": booking.procedure.code, "name": booking.procedure.name},
        "booking": {
            "reference": booking.reference,
            "mode": booking.mode.value,
            "service_date": booking.service_date.isoformat(),
            "slot_start": f"{slot_start:%H:%M}" if slot_start else None,
            "slot_end": f"{slot_end:%H:%M}" if slot_end else None,
            "dossiers": booking.dossier_count,
            "expected_fee_vnd": booking.expected_fee_vnd,
        },
        "checklist": [
            {"name": item.name, "asked": words_of(item), "mandatory": item.mandatory}
            for item in booking.procedure.checklist
        ],
        "item_codes": sorted(dossier.item_code for dossier in booking.dossiers),
    }
