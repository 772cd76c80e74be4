"""The office names the day of the result, item by item; another day only by its apology form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.counters.acts import ActKind
from backend.courier_day.counters.items import BatchDone, ItemOutcome, as_json, go_through
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.courier_day.interventions.cases import note_result_late
from backend.courier_day.notices import tell_citizen
from backend.courier_day.portal_code_uses import give_portal_code
from backend.dossiers.case_status import CaseEvent, find_next_status
from backend.dossiers.cases import move_case
from backend.dossiers.models import Dossier, DossierState
from backend.errors import Conflict, Invalid, Text


class AppointmentInThePast(Invalid):
    code = "appointment_in_the_past"
    detail = Text(vi="Ngày hẹn {day} đã qua.", en="The appointment {day} is over already.")
    action = Text(vi="Ghi ngày hẹn từ hôm nay trở đi.", en="Name today or a later day.")


class AppointmentSet(Conflict):
    code = "appointment_set"
    detail = Text(
        vi="Bưu gửi {item_code} đã hẹn trả kết quả ngày {day}.",
        en="The result of {item_code} is promised for {day} already.",
    )
    action = Text(
        vi="Muốn đổi ngày, ghi số phiếu xin lỗi và hẹn lại (mẫu 04).",
        en="To change it, name the office's apology form (04).",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """The day on the office's receipt (form 01), or the new one of its apology (form 04)."""

    item: str
    day: date
    portal_code: str | None = None
    form_no: str | None = None
    """Of form 04, when the day changes."""


def set_appointments(
    session: Session, seat: Seat, *, items: Sequence[Appointment], asked: Mapping[str, Any]
) -> BatchDone:
    """The citizens are told; what is not at this office stays NOT_HERE.

    Raises what `sit_down` raises, AppointmentInThePast, AppointmentSet, PortalCodeTaken; then
    nothing of the batch is written.
    """
    scene = sit_down(session, seat)
    today = clock.local_date(scene.origin.at)
    if early := [each.day for each in items if each.day < today]:
        raise AppointmentInThePast(day=f"{early[0]:%d/%m/%Y}")
    lines = go_through(scene, items, partial(_set, scene))
    act, _ = scene.finish(ActKind.APPOINTMENT, asked=asked, outcome={"items": as_json(lines)})
    return BatchDone(act=act, items=tuple(lines))


def _set(scene: CounterScene, dossier: Dossier, each: Appointment) -> ItemOutcome:
    waits = dossier.state is DossierState.HANDED_OVER
    if not waits or dossier.keeper_id != scene.place.id:
        return ItemOutcome.NOT_HERE
    if each.portal_code is not None:
        give_portal_code(scene.session, dossier, each.portal_code)
    if dossier.appointment_on == each.day:
        return ItemOutcome.ALREADY
    if dossier.appointment_on is None:
        if find_next_status(dossier.case_status, CaseEvent.ACCEPT):
            move_case(scene.session, dossier, CaseEvent.ACCEPT, origin=scene.origin)
        dossier.appointment_on = each.day
        scene.session.flush()
        tell_citizen(scene.session, dossier, "appointment", day=each.day)
        return ItemOutcome.DONE
    if each.form_no is None:
        before = f"{dossier.appointment_on:%d/%m/%Y}"
        raise AppointmentSet(item_code=dossier.item_code, day=before)
    note_result_late(
        scene.session, dossier.id, new_date=each.day, form_no=each.form_no, origin=scene.origin
    )
    return ItemOutcome.DONE
