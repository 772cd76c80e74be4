"""Why a carriage is not in the plan, in words for people: one true sentence in two languages."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from backend.errors import Text
from routing import Reason, ReasonCode


class SetAsideCode(StrEnum):
    """Found before the search: no courier and no order could have helped."""

    DOOR_NOT_PLACED = "DOOR_NOT_PLACED"
    DOOR_OUTSIDE_AREA = "DOOR_OUTSIDE_AREA"
    DOOR_OFF_ROAD = "DOOR_OFF_ROAD"
    ZONE_CLOSED = "ZONE_CLOSED"
    OFFICE_NOT_PLACED = "OFFICE_NOT_PLACED"
    OFFICE_OFF_ROAD = "OFFICE_OFF_ROAD"
    OFFICE_CLOSED = "OFFICE_CLOSED"
    OFFICE_NOT_STARTED = "OFFICE_NOT_STARTED"
    OFFICE_NOT_VALID = "OFFICE_NOT_VALID"
    POST_OFFICE_NOT_PLACED = "POST_OFFICE_NOT_PLACED"
    POST_OFFICE_OFF_ROAD = "POST_OFFICE_OFF_ROAD"
    POST_OFFICE_CLOSED = "POST_OFFICE_CLOSED"
    RESULT_NOT_READY = "RESULT_NOT_READY"


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Legs that the search never saw, with the reason and the values of its sentence."""

    leg_ids: tuple[uuid.UUID, ...]
    code: SetAsideCode
    values: Mapping[str, Any] = field(default_factory=dict)


_SET_ASIDE: Mapping[SetAsideCode, Text] = {
    SetAsideCode.DOOR_NOT_PLACED: Text(
        vi="Địa chỉ chưa có vị trí trên bản đồ; cần điều phối viên xác định.",
        en="The address has no place on the map yet; a dispatcher must place it.",
    ),
    SetAsideCode.DOOR_OUTSIDE_AREA: Text(
        vi="Địa chỉ nằm ngoài khu vực điều phối {area}.",
        en="The address lies outside the planning area {area}.",
    ),
    SetAsideCode.DOOR_OFF_ROAD: Text(
        vi="Địa chỉ cách đường gần nhất {distance_m} m; kiểm tra lại vị trí.",
        en="The address is {distance_m} m from the nearest road; check its place.",
    ),
    SetAsideCode.ZONE_CLOSED: Text(
        vi="Khu vực {zone} đang đóng cửa, bưu tá không vào được trong ngày này.",
        en="Zone {zone} is closed: no courier rides there on this day.",
    ),
    SetAsideCode.OFFICE_NOT_PLACED: Text(
        vi="{place} chưa có vị trí trên bản đồ.", en="{place} has no place on the map."
    ),
    SetAsideCode.OFFICE_OFF_ROAD: Text(
        vi="{place} cách đường gần nhất {distance_m} m; kiểm tra lại vị trí.",
        en="{place} is {distance_m} m from the nearest road; check its place.",
    ),
    SetAsideCode.OFFICE_CLOSED: Text(
        vi="{place} không mở cửa trong ngày này.", en="{place} is closed on this day."
    ),
    SetAsideCode.OFFICE_NOT_STARTED: Text(
        vi="{place} tham gia dịch vụ từ ngày {day}.", en="{place} joins the service on {day}."
    ),
    SetAsideCode.OFFICE_NOT_VALID: Text(
        vi="{place} không còn hoặc chưa hoạt động vào ngày này.",
        en="{place} does not exist on this day.",
    ),
    SetAsideCode.POST_OFFICE_NOT_PLACED: Text(
        vi="{place} chưa có vị trí trên bản đồ.", en="{place} has no place on the map."
    ),
    SetAsideCode.POST_OFFICE_OFF_ROAD: Text(
        vi="{place} cách đường gần nhất {distance_m} m; kiểm tra lại vị trí.",
        en="{place} is {distance_m} m from the nearest road; check its place.",
    ),
    SetAsideCode.POST_OFFICE_CLOSED: Text(
        vi="{place} không mở cửa trong ngày này, không lấy được hồ sơ đang giữ.",
        en="{place} is closed on this day, what it holds cannot be taken out.",
    ),
    SetAsideCode.RESULT_NOT_READY: Text(
        vi="Kết quả chỉ có sau ngày này.", en="The result is ready only after this day."
    ),
}

_SEARCHED: Mapping[ReasonCode, Text] = {
    ReasonCode.UNREACHABLE: Text(
        vi="Không có đường đi tới nơi này.", en="No road leads there from the rest of the day."
    ),
    ReasonCode.NO_SKILL: Text(
        vi="Không bưu tá nào trong ca có kỹ năng cần thiết.",
        en="No courier on shift has the skills that it needs.",
    ),
    ReasonCode.CAPACITY: Text(
        vi="Vượt sức chứa túi hoặc hạn mức tiền mặt{by}.",
        en="It does not fit the satchel or the cash limit{by}.",
    ),
    ReasonCode.TIME_WINDOW: Text(
        vi="Không bưu tá nào tới kịp khung giờ{by}.",
        en="No courier can be there within the hours{by}.",
    ),
    ReasonCode.RELEASED_TOO_LATE: Text(
        vi="Kết quả có quá muộn trong ngày{by}.", en="The result is ready too late in the day{by}."
    ),
    ReasonCode.SHIFT: Text(
        vi="Không còn đủ giờ trong ca của bưu tá{by}.",
        en="It does not fit any shift that is left{by}.",
    ),
    ReasonCode.BREAK: Text(
        vi="Không xếp được cùng giờ nghỉ của bưu tá{by}.",
        en="It cannot be done together with the courier's break{by}.",
    ),
    ReasonCode.MAX_STOPS: Text(
        vi="Mọi bưu tá đã đủ số điểm dừng.", en="Every courier has the most stops already."
    ),
    ReasonCode.MAX_TASKS: Text(
        vi="Mọi bưu tá đã đủ số việc.", en="Every courier has the most tasks already."
    ),
    ReasonCode.MAX_DISTANCE: Text(
        vi="Vượt quãng đường tối đa của bưu tá{by}.", en="It exceeds the longest way of a day{by}."
    ),
    ReasonCode.MAX_TRAVEL: Text(
        vi="Vượt thời gian đi đường tối đa{by}.", en="It exceeds the longest riding of a day{by}."
    ),
    ReasonCode.MAX_RIDE: Text(
        vi="Hồ sơ phải nằm trên xe lâu hơn mức cho phép{by}.",
        en="It would be on board longer than allowed{by}.",
    ),
    ReasonCode.MOST_MOVED: Text(
        vi="Chỉ bưu tá khác mới nhận được, mà số việc được đổi người đã hết.",
        en="Only another courier has room, and as many works have moved as may.",
    ),
    ReasonCode.PINNED: Text(
        vi="Đã ghim cho bưu tá không làm được.", en="It is pinned to a courier who cannot do it."
    ),
    ReasonCode.NO_VEHICLE: Text(
        vi="Mọi bưu tá trong ca đã kín việc; thêm một ca nữa thì làm được.",
        en="Every courier on shift is full; one more shift could do it.",
    ),
    ReasonCode.NOT_WORTH_PENALTY: Text(
        vi="Chi phí cao hơn mức ưu tiên của việc này.",
        en="Doing it costs more than its priority is worth.",
    ),
    ReasonCode.SEARCH_STOPPED: Text(
        vi="Có thể xếp được, nhưng lần tìm kiếm dừng trước khi thử; hãy lập lại kế hoạch lâu hơn.",
        en="It would fit, but the search ended before trying; plan again with more time.",
    ),
}

_UNIT_VI = {"s": "giây", "m": "m", "dossiers": "hồ sơ", "cash_vnd": "đồng"}
_ON_VEHICLE = Text(vi=" (thử với bưu tá {courier})", en=" (tried with courier {courier})")


def set_aside_json(aside: SetAside) -> dict[str, Any]:
    """The stored form of a reason found before the search."""
    text = _SET_ASIDE[aside.code].filled(aside.values)
    return {
        "code": aside.code.value,
        "detail_vi": text.vi,
        "detail_en": text.en,
        "evidence": {name: str(value) for name, value in aside.values.items()},
    }


def reason_json(reason: Reason, courier_of: Mapping[str, str]) -> dict[str, Any]:
    """The stored form of a reason found by trying; `courier_of`: vehicle id → courier code."""
    by = _by_how_much(reason)
    text = _SEARCHED[reason.code]
    courier = courier_of.get(reason.vehicle_id, "")
    on = _ON_VEHICLE.filled({"courier": courier}) if courier else Text(vi="", en="")
    evidence: dict[str, Any] = {"amount": reason.amount, "unit": reason.unit}
    if courier:
        evidence["courier"] = courier
    if reason.subject:
        evidence["subject"] = reason.subject
    if reason.detail:
        evidence["tried"] = reason.detail
    return {
        "code": reason.code.value,
        "detail_vi": text.vi.replace("{by}", by.vi).rstrip(".") + on.vi + ".",
        "detail_en": text.en.replace("{by}", by.en).rstrip(".") + on.en + ".",
        "evidence": evidence,
    }


def _by_how_much(reason: Reason) -> Text:
    if reason.amount <= 0 or not reason.unit:
        return Text(vi="", en="")
    if reason.unit == "s":
        minutes = -(-reason.amount // 60)
        return Text(vi=f", thiếu {minutes} phút", en=f", {minutes} min short")
    unit_vi = _UNIT_VI.get(reason.unit, reason.unit)
    unit_en = "VND" if reason.unit == "cash_vnd" else reason.unit
    return Text(vi=f", vượt {reason.amount} {unit_vi}", en=f", {reason.amount} {unit_en} too much")
