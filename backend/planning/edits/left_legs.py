"""What a version leaves, and why: by somebody's will, or since no route has a place for it."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.planning.edits.acts_so_far import PICK_UPS
from backend.planning.edits.workbench import Workbench
from backend.planning.summary import LeftLegs
from routing import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a version leaves something, in the form of a stored reason."""

    code: str
    vi: str
    en: str


TAKEN_OUT = Why(
    code="TAKEN_OUT",
    vi="Điều phối viên đã đưa ra khỏi tuyến.",
    en="Taken out by the dispatcher.",
)
CLOSED = Why(
    code="CLOSED",
    vi="Cơ quan hoặc khu vực đóng cửa.",
    en="The office or the zone is closed.",
)
UNDONE = Why(
    code="UNDONE",
    vi="Việc xếp phiếu này vào tuyến đã được hoàn tác.",
    en="Putting it into a route was undone.",
)
NO_PLACE = Why(
    code="NO_PLACE_LEFT",
    vi="Không còn chỗ trong các tuyến của bản này.",
    en="No route of this version has room for it.",
)
SLOT_NOT_HELD = Why(
    code="SLOT_NOT_HELD",
    vi="Khung giờ đã hẹn với người dân không còn tuyến nào giữ được.",
    en="No route holds the window that was promised to the citizen.",
)
ON_BOARD = Why(
    code="ON_BOARD",
    vi="Hồ sơ đang trên xe, chưa có chỗ giao trong tuyến.",
    en="The papers are on board, and no route brings them.",
)


def left_legs(
    bench: Workbench, shown: Solution, why: Mapping[uuid.UUID, Why]
) -> tuple[LeftLegs, ...]:
    """What a version does not bring to its end, each with its reason: why this version leaves it,
    else as it was."""
    on_board = {each.act[0] for each in bench.acts.done}
    brought = {
        task_id.partition(":")[0]
        for route in shown.routes
        for task_id in route.task_ids
        if bench.meanings[task_id].kind not in PICK_UPS
    }
    found = []
    for shipment in bench.root.shipments:
        legs = bench.legend.works.get(shipment.id)
        if legs is None or shipment.id in brought:
            continue
        told = next((why[leg] for leg in legs if leg in why), None)
        known = bench.reasons.get(legs[0], ())
        if told is not None:
            reasons: Sequence[Mapping[str, object]] = (_reason(told),)
        elif any(leg in on_board for leg in legs):
            reasons = (_reason(ON_BOARD),)
        else:
            reasons = known or (_reason(without_place(bench, legs[0])),)
        found.append(LeftLegs(leg_ids=legs, reasons=tuple(dict(each) for each in reasons)))
    return tuple(found)


def without_place(bench: Workbench, leg_id: uuid.UUID) -> Why:
    """What a citizen was promised is a broken promise; other work only waits."""
    row = bench.legs.get(leg_id)
    return NO_PLACE if row is None or row.slot is None else SLOT_NOT_HELD


def _reason(why: Why) -> dict[str, object]:
    return {"code": why.code, "detail_vi": why.vi, "detail_en": why.en, "evidence": {}}
