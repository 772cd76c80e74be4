"""How the same day would be ridden by hand, zone by zone: a yardstick whose rule is printed.

It is never called a saving: nobody has measured how a given province plans by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from backend.errors import Text
from backend.planning.models import AT_HOME
from backend.planning.problem_builder import BuiltProblem
from backend.planning.tasks import TaskMeaning
from routing import Problem, Shipment, Solution, Task, Vehicle, ViolationCode, schedule

RULE = Text(
    vi=(
        "Từng khu vực một, khu vực nhiều việc nhất trước; bưu tá quen khu vực trước, theo thứ tự "
        "danh sách ca. Mỗi bưu tá nhận việc theo khung giờ cho đến khi sáu việc liền của khung đó "
        "không vừa, rồi đến bưu tá kế tiếp. Mỗi buổi: lấy kết quả và đồ giữ hộ, đến các nhà theo "
        "khung giờ, rồi bàn giao; bàn giao không kịp thì gửi bưu cục qua đêm; phần còn lại chia "
        "cho ai còn chỗ."
    ),
    en=(
        "Zone by zone, the largest first; couriers who know the zone first, in roster order. Each "
        "takes work by slots until six in a row of a slot do not fit, then the next courier "
        "does. Each half day: fetch results and held items, visit homes in the order of slots, "
        "then hand in; what cannot be handed in rests overnight at the post office; what is left "
        "goes to whoever has room."
    ),
)

NOON_S = 11 * 3600 + 1800
"""Slots that start before 11:30 belong to the morning: the counters close then."""

REFUSALS = 6
"""So many in a row that do not fit, and a person takes the slot for full."""


@dataclass(frozen=True, slots=True)
class _Ride:
    """A shipment with the delivery place that was chosen for it."""

    shipment: Shipment
    delivery: Task


@dataclass(slots=True)
class _Roster:
    """A courier's list as it grows."""

    vehicle: Vehicle
    rides: list[_Ride] = field(default_factory=list)
    order: tuple[str, ...] = ()


def plan_by_zones(built: BuiltProblem) -> Solution:
    """The rule above on the same problem, timed by `routing.schedule`: feasible, but not searched.

    Solver reasons are not looked for: what is left is only counted.
    """
    rosters = [_Roster(vehicle) for vehicle in built.problem.vehicles]
    left: list[Shipment] = []
    for zone, shipments in _by_zone(built):
        fresh = [roster for roster in rosters if not roster.rides]
        fresh.sort(key=lambda roster: zone not in roster.vehicle.familiar_areas)
        left += _hand_out(built, fresh, shipments)
    _hand_out(built, rosters, left)
    return schedule(built.problem, {r.vehicle.id: r.order for r in rosters if r.order})


def _hand_out(
    built: BuiltProblem, rosters: Iterable[_Roster], shipments: Sequence[Shipment]
) -> list[Shipment]:
    """Fills one courier after another; returns what nobody took."""
    remaining = list(shipments)
    for roster in rosters:
        if not remaining:
            break
        remaining = _fill(built, roster, remaining)
    return remaining


def _fill(built: BuiltProblem, roster: _Roster, shipments: Sequence[Shipment]) -> list[Shipment]:
    """Adds what fits, slot by slot; a slot is full when REFUSALS of it in a row did not fit."""
    remaining: list[Shipment] = []
    refused: dict[int, int] = {}
    for shipment in shipments:
        slot = _earliest(_home_task(built, shipment))
        if refused.get(slot, 0) < REFUSALS and _take(built, roster, shipment):
            refused[slot] = 0
        else:
            refused[slot] = refused.get(slot, 0) + 1
            remaining.append(shipment)
    return remaining


def _by_zone(built: BuiltProblem) -> list[tuple[str, list[Shipment]]]:
    zones: dict[str, list[Shipment]] = {}
    for shipment in built.problem.shipments:
        zones.setdefault(_home_task(built, shipment).location.area, []).append(shipment)
    for shipments in zones.values():
        shipments.sort(key=lambda s: (_earliest(_home_task(built, s)), s.id))
    return sorted(zones.items(), key=lambda item: (-len(item[1]), item[0]))


def _take(built: BuiltProblem, roster: _Roster, shipment: Shipment) -> bool:
    """Adds the shipment if the list stays feasible: handed in today, else resting at the end."""
    end = roster.vehicle.end
    rests = [task for task in shipment.deliveries if task.price and task.location == end]
    mains = [task for task in shipment.deliveries if not task.price]
    for delivery in (*mains, *rests):
        rides = [*roster.rides, _Ride(shipment, delivery)]
        order = _feasible_order(built, roster.vehicle, rides)
        if order is not None:
            roster.rides, roster.order = rides, order
            return True
    return False


def _feasible_order(
    built: BuiltProblem, vehicle: Vehicle, rides: Sequence[_Ride]
) -> tuple[str, ...] | None:
    """The list's order with breaks, or None if any rule is broken; asks about this courier only."""
    alone = Problem(
        vehicles=(vehicle,),
        matrices=built.problem.matrices,
        shipments=tuple(ride.shipment for ride in rides),
        load_dimensions=built.problem.load_dimensions,
        epoch=built.problem.epoch,
    )
    order = _order(built, rides)
    unpaused = schedule(alone, {vehicle.id: order})
    if any(v.code is not ViolationCode.MISSING_BREAK for v in unpaused.violations):
        return None  # a break never makes a late route early
    timed = schedule(alone, {vehicle.id: order}, place_breaks=True)
    return None if timed.violations or timed.unassigned else timed.routes[0].order


def _order(built: BuiltProblem, rides: Iterable[_Ride]) -> list[str]:
    """Morning, then afternoon; the safe last."""
    halves: tuple[list[_Ride], list[_Ride]] = ([], [])
    for ride in rides:
        halves[_earliest(_home_task(built, ride.shipment)) >= NOON_S].append(ride)
    nights = [ride.delivery.id for half in halves for ride in half if ride.delivery.price]
    return [*_half_day(built, halves[0]), *_half_day(built, halves[1]), *nights]


def _half_day(built: BuiltProblem, rides: Sequence[_Ride]) -> list[str]:
    pickups = [ride.shipment.pickups[0] for ride in rides]
    deliveries = [ride.delivery for ride in rides if not ride.delivery.price]
    fetched = [task for task in pickups if not _is_home(built.meanings, task)]
    homes = [task for task in (*pickups, *deliveries) if _is_home(built.meanings, task)]
    handed = [task for task in deliveries if not _is_home(built.meanings, task)]
    homes.sort(key=lambda task: (_earliest(task), task.location.place_key, task.id))
    for counters in (fetched, handed):
        counters.sort(key=lambda task: (task.location.place_key, task.id))
    return [task.id for task in (*fetched, *homes, *handed)]


def _home_task(built: BuiltProblem, shipment: Shipment) -> Task:
    """The end at the citizen's door; for carriages between counters the far end."""
    tasks = (shipment.pickups[0], shipment.deliveries[0])
    return next((task for task in tasks if _is_home(built.meanings, task)), tasks[1])


def _is_home(meanings: Mapping[str, TaskMeaning], task: Task) -> bool:
    return meanings[task.id].kind in AT_HOME


def _earliest(task: Task) -> int:
    return max(task.windows[0].start if task.windows else 0, task.release_s)
