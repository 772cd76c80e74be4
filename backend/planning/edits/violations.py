"""Rules that a change would break, in words; and how a dispatcher's confirmation lets one give way.

Confirmed means that the limit itself gives way in the version: every saved plan passes `check`.
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from backend.errors import Text
from backend.places.models import PlaceKind
from backend.planning.day_rows import ShiftRow
from backend.planning.tasks import TaskMeaning
from routing import Problem, Shipment, Solution, Task, Vehicle, Violation, ViolationCode

MINUTE_S = 60

MOST_CONFIRMED_S = 2 * 3600
"""Beyond two hours a slot is another slot, and a shift another shift (docs/plan-edits.md)."""

_CONFIRMABLE = frozenset(
    {
        ViolationCode.TIME_WINDOW,
        ViolationCode.SHIFT,
        ViolationCode.BREAK,
        ViolationCode.MAX_STOPS,
    }
)

_WORDS: Mapping[ViolationCode, Text] = {
    ViolationCode.TIME_WINDOW: Text(
        vi="Đến muộn hơn khung giờ {amount} phút", en="It starts {amount} min after its hours"
    ),
    ViolationCode.SHIFT: Text(
        vi="Hết ca {amount} phút sau giờ", en="The shift ends {amount} min late"
    ),
    ViolationCode.BREAK: Text(
        vi="Giờ nghỉ bị lùi {amount} phút", en="The break begins {amount} min late"
    ),
    ViolationCode.MISSING_BREAK: Text(vi="Không còn giờ nghỉ", en="There is no break left"),
    ViolationCode.CAPACITY: Text(
        vi="Quá sức chứa túi hoặc hạn mức tiền mặt ({amount})",
        en="More than the satchel or the cash limit holds ({amount})",
    ),
    ViolationCode.SKILL: Text(
        vi="Bưu tá không có kỹ năng cần thiết", en="The courier lacks the skills"
    ),
    ViolationCode.MAX_STOPS: Text(
        vi="Quá số điểm dừng của ca ({amount})", en="More stops than the shift has ({amount})"
    ),
    ViolationCode.MAX_TASKS: Text(
        vi="Quá số việc của ca ({amount})", en="More tasks than the shift has ({amount})"
    ),
    ViolationCode.MAX_DISTANCE: Text(
        vi="Quá quãng đường tối đa ({amount} m)", en="A longer way than allowed ({amount} m)"
    ),
    ViolationCode.MAX_TRAVEL: Text(
        vi="Quá thời gian đi đường ({amount} phút)", en="More riding than allowed ({amount} min)"
    ),
    ViolationCode.PRECEDENCE: Text(
        vi="Phải nhận hồ sơ trước khi giao, và cùng một bưu tá",
        en="The same courier must pick it up before he brings it",
    ),
    ViolationCode.ALTERNATIVE: Text(
        vi="Cùng một hồ sơ được giao hai nơi", en="It would be brought to two places"
    ),
    ViolationCode.UNREACHABLE: Text(vi="Không có đường đi tới đó", en="No road leads there"),
    ViolationCode.PIN: Text(
        vi="Đã khóa hoặc đã thực hiện; hãy mở khóa trước",
        en="It is locked, or done already; unlock it first",
    ),
    ViolationCode.MAX_RIDE: Text(
        vi="Hồ sơ nằm trên xe quá lâu ({amount} phút)", en="Too long on board ({amount} min)"
    ),
    ViolationCode.MOST_MOVED: Text(
        vi="Quá số việc được đổi bưu tá", en="More works change courier than may"
    ),
    ViolationCode.DUPLICATE: Text(vi="Một việc xếp hai lần", en="Something is planned twice"),
}
_ON = Text(vi=" (bưu tá {courier})", en=" (courier {courier})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A rule broken anew, or by more than before. Without a violation of the library: room that
    was sold (`rooms`)."""

    key: str
    code: str
    confirmable: bool
    courier_code: str
    leg_ids: tuple[uuid.UUID, ...]
    amount: int
    unit: str
    detail: Text
    violation: Violation | None

    @property
    def detail_vi(self) -> str:
        return self.detail.vi

    @property
    def detail_en(self) -> str:
        return self.detail.en


def find_broken(
    before: Solution,
    after: Solution,
    *,
    meanings: Mapping[str, TaskMeaning],
    shifts: Mapping[str, ShiftRow],
) -> tuple[Broken, ...]:
    """What `after` breaks that `before` did not, or not by so much."""
    known = {_key(each): each.amount for each in before.violations}
    return tuple(
        _told(each, meanings, shifts)
        for each in after.violations
        if _key(each) not in known or each.amount > known[_key(each)]
    )


def in_words(broken: Iterable[Broken]) -> Text:
    """All of them in one sentence each language."""
    found = list(broken)
    return Text(
        vi="; ".join(each.detail_vi for each in found),
        en="; ".join(each.detail_en for each in found),
    )


def give_way(problem: Problem, confirmed: Iterable[Broken]) -> Problem:
    """The problem in which the confirmed limits are as wide as they need to be."""
    for each in confirmed:
        if each.violation is not None:
            problem = _widened(problem, each.violation)
    return problem


def _widened(problem: Problem, violation: Violation) -> Problem:
    more = -(-violation.amount // MINUTE_S) * MINUTE_S
    if violation.code is ViolationCode.TIME_WINDOW:

        def later(task: Task) -> Task:
            if task.id != violation.subject or not task.windows:
                return task
            *others, last = task.windows
            return replace(task, windows=(*others, replace(last, end=last.end + more)))

        return replace(
            problem,
            shipments=tuple(
                _with_tasks(shipment, later)
                if any(t.id == violation.subject for t in _tasks(shipment))
                else shipment
                for shipment in problem.shipments
            ),
        )

    def wider(vehicle: Vehicle) -> Vehicle:
        if vehicle.id != violation.vehicle_id:
            return vehicle
        if violation.code is ViolationCode.SHIFT:
            return replace(vehicle, shift=replace(vehicle.shift, end=vehicle.shift.end + more))
        if violation.code is ViolationCode.MAX_STOPS and vehicle.max_stops is not None:
            return replace(vehicle, max_stops=vehicle.max_stops + max(1, violation.amount))
        return replace(
            vehicle,
            breaks=tuple(
                replace(pause, window=replace(pause.window, end=pause.window.end + more))
                if pause.id == violation.subject
                else pause
                for pause in vehicle.breaks
            ),
        )

    return replace(problem, vehicles=tuple(wider(vehicle) for vehicle in problem.vehicles))


def _with_tasks(shipment: Shipment, change: Callable[[Task], Task]) -> Shipment:
    return replace(
        shipment,
        pickups=tuple(change(task) for task in shipment.pickups),
        deliveries=tuple(change(task) for task in shipment.deliveries),
    )


def _tasks(shipment: Shipment) -> tuple[Task, ...]:
    return (*shipment.pickups, *shipment.deliveries)


def _key(violation: Violation) -> str:
    return f"{violation.code.value}:{violation.vehicle_id}:{violation.subject}"


def _told(
    violation: Violation, meanings: Mapping[str, TaskMeaning], shifts: Mapping[str, ShiftRow]
) -> Broken:
    meaning = meanings.get(violation.subject)
    shift = shifts.get(violation.vehicle_id)
    courier = shift.courier_code if shift else ""
    amount = violation.amount
    shown = -(-amount // MINUTE_S) if violation.unit == "s" else amount
    words = _WORDS[violation.code].filled({"amount": shown})
    on = _ON.filled({"courier": courier})
    return Broken(
        key=_key(violation),
        code=violation.code.value,
        confirmable=_may_confirm(violation, meaning),
        courier_code=courier,
        leg_ids=meaning.leg_ids if meaning else (),
        amount=amount,
        unit=violation.unit,
        detail=Text(vi=words.vi + on.vi, en=words.en + on.en),
        violation=violation,
    )


def _may_confirm(violation: Violation, meaning: TaskMeaning | None) -> bool:
    """Hours of a citizen, of a shift and of a break are the dispatcher's to stretch; a counter's
    are not, nor satchel, cash and skills."""
    if violation.code not in _CONFIRMABLE:
        return False
    if violation.unit == "s" and violation.amount > MOST_CONFIRMED_S:
        return False
    if violation.code is ViolationCode.TIME_WINDOW:
        return meaning is not None and meaning.place[0] is PlaceKind.HOME
    return True
