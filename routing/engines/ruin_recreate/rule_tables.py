"""Tables of the rules that few problems have: soft windows, pinned orders, hours of the day, the
plan before. Empty tables cost the kernels nothing."""

from collections.abc import Sequence
from typing import NamedTuple

from routing.engines.ruin_recreate.columns import FAR
from routing.problem import PinOrder, Shipment, Work
from routing.rides import BEFORE_ALL_TIME
from routing.trying.trial_model import TrialModel, VehicleModel


class TaskRules(NamedTuple):
    """Per task its rows of soft windows, its pin (-1 = none), rank in it, and if that is STRICT."""

    soft_at: int
    soft_end: int
    pin: int
    rank: int
    strict: int


def soft_windows(model: TrialModel) -> tuple[list[TaskRules], list[tuple[int, int]]]:
    """The rules of each task, and rows of (end in s, 1/SCALE units per second late)."""
    places = {
        task_id: (number, rank, int(pin.order is PinOrder.STRICT))
        for number, pin in enumerate(model.lookup.problem.pins)
        if pin.order is not PinOrder.ANY
        for rank, task_id in enumerate(pin.task_ids)
    }
    softs: list[tuple[int, int]] = []
    rules: list[TaskRules] = []
    for task in model.tasks:
        first = len(softs)
        softs += [(soft.end, 5 * soft.price_per_hour) for soft in task.soft_windows]
        rules.append(TaskRules(first, len(softs), *places.get(task.id, (-1, 0, 0))))
    return rules, softs


def work_rules(model: TrialModel, work: Work) -> tuple[int, int, int]:
    """Longest time on board, the vehicle before (-1 = none), and whether nothing of it may move:
    all its tasks are in a STRICT pin."""
    longest = work.max_ride_s if isinstance(work, Shipment) else None
    before = model.lookup.problem.stability.vehicle_of.get(work.id)
    number = -1 if before is None else list(model.lookup.vehicles).index(before)
    strict = all(
        any(
            (pin := model.lookup.pin_of_task.get(task.id)) and pin.order is PinOrder.STRICT
            for task in side
        )
        for side in model.lookup.sides_of(work)
    )
    return FAR if longest is None else longest, number, int(strict)


class Hours(NamedTuple):
    """Rows of (moment, table of rides from then on); first row and count per profile; the keys of
    the tables, profiles first."""

    rows: list[tuple[int, int]]
    at: dict[str, tuple[int, int]]
    keys: list[str]


def hours_of(vehicles: Sequence[VehicleModel]) -> Hours:
    """Which rides hold when, per profile in use. A profile without hours has no row."""
    profiles = list(dict.fromkeys(v.vehicle.profile for v in vehicles))
    rows: list[tuple[int, int]] = []
    at: dict[str, tuple[int, int]] = {}
    keys = list(profiles)
    for profile in profiles:
        rides = next(v.rides for v in vehicles if v.vehicle.profile == profile)
        steps = rides.steps if rides.by_hour else []
        at[profile] = len(rows), len(steps)
        for moment, key in steps:
            if key not in keys:
                keys.append(key)
            rows.append((max(moment, BEFORE_ALL_TIME), keys.index(key)))
    return Hours(rows or [(0, 0)], at, keys)


def vehicle_rules(vehicle: VehicleModel, hours: Hours) -> tuple[int, ...]:
    """TIMED, FLOATS, ORDERED, SHIFT_END, OVER_PRICE, HOUR_AT, HOURS."""
    given, ordered = vehicle.vehicle, bool(vehicle.ordered_pins)
    price = 0 if given.overtime is None else 5 * given.overtime.price_per_hour
    timed = vehicle.is_simulated or ordered
    at = hours.at[given.profile]
    return int(timed), int(vehicle.floats), int(ordered), given.shift.end, price, *at
