"""Ways to get an undone work done, as people read them and choose one."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from backend.errors import Text
from backend.planning.edits.rooms import SoldWindow
from routing import Repair, RepairKind

WORDS: Mapping[RepairKind, Text] = {
    RepairKind.ROOM: Text(vi="Còn chỗ: {courier} nhận được", en="There is room: {courier}"),
    RepairKind.LATER: Text(
        vi="Lùi khung giờ của người dân {amount} phút: {courier}",
        en="The citizen's window ends {amount} min later: {courier}",
    ),
    RepairKind.EARLIER: Text(
        vi="Khung giờ của người dân sớm hơn {amount} phút: {courier}",
        en="The citizen's window begins {amount} min earlier: {courier}",
    ),
    RepairKind.OVERTIME: Text(
        vi="{courier} làm thêm {amount} phút", en="{courier} works {amount} min longer"
    ),
    RepairKind.UNPINNED: Text(vi="Mở khóa, giao cho {courier}", en="Unlock it, {courier} does it"),
    RepairKind.OTHER_PLACE: Text(
        vi="Nộp tại {office}: {courier}", en="Handed in at {office}: {courier}"
    ),
    RepairKind.OTHER_DAY: Text(
        vi="Chuyển sang ngày {day}{courier}", en="Move it to {day}{courier}"
    ),
    RepairKind.SKILL: Text(
        vi="{courier} làm được nếu có kỹ năng {skill}",
        en="{courier} could, with the skill {skill}",
    ),
    RepairKind.ONE_MORE: Text(
        vi="Thêm một ca như của {courier}", en="One more shift like {courier}'s"
    ),
}

APPLICABLE = frozenset(WORDS) - {RepairKind.SKILL, RepairKind.ONE_MORE}
"""Nobody gives a skill or a further courier by a click."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """One way. `price` is None where the other day has no plan yet, or no room in it; of another
    day the courier is whoever does it then."""

    key: str
    kind: str
    courier_code: str
    price: int | None
    amount: int
    unit: str
    applicable: bool
    detail: Text
    repair: Repair
    rooms_lost: tuple[SoldWindow, ...] = ()
    """Windows that were sold and would have no room then."""

    @property
    def detail_vi(self) -> str:
        return self.detail.vi

    @property
    def detail_en(self) -> str:
        return self.detail.en


@dataclass(frozen=True, slots=True, kw_only=True)
class WaysOut:
    """All ways for one carriage, cheapest first."""

    leg_ids: tuple[uuid.UUID, ...]
    repairs: tuple[WayOut, ...]
