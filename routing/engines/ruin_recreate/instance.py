"""A problem as a few tables of integers, the form in which the compiled kernels read it.

Shapes: T tasks (alternatives included), W works, V vehicles, D load dimensions, F sorts of
familiarity, P travel profiles, N matrix places. Times in s, ways in m, costs in 1/SCALE units.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, NamedTuple

import numpy as np
import numpy.typing as npt

from routing.engines.request import never
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.closeness import closest_works
from routing.engines.ruin_recreate.columns import BLOCKED, FAR
from routing.engines.ruin_recreate.nearness import nearest_works
from routing.engines.ruin_recreate.penalties import search_penalties
from routing.engines.ruin_recreate.rule_tables import (
    Hours,
    TaskRules,
    hours_of,
    soft_windows,
    vehicle_rules,
    work_rules,
)
from routing.engines.ruin_recreate.tables import Sizes
from routing.objective import SCALE
from routing.problem import Task, Work
from routing.trying.repair import first_of_each_kind
from routing.trying.trial_model import TrialModel, VehicleModel
from routing.vehicles_first import Objective

type Ints = npt.NDArray[np.int64]
type Cells = npt.NDArray[np.int32]


STRINGS: Mapping[Objective, tuple[int, int]] = {"cost": (10, 10), "vehicles-first": (25, 20)}
"""Tasks of one route that a string takes at most, and that a round takes out on average (L_max and
c̄ of the paper that `removal` follows, which counts customers). Vehicles first, distance above the
best known by 10 and 10 and by 25 and 20, with the same vehicles: 12 s of processor time lc2_4_3
15.7 and 1.2 %, lrc2_2_3 7.1 and 2.6, bar-n400-3 3.0 and 5.5; 10 s lr1_4_3 (seed 2) 11.6 and 6.5,
bar-n400-3 (seed 2) 5.4 and 4.8, nyc-n400-3 3.2 and 5.4, lr2_4_3 (a vehicle more than the best)
8,738.1 and 8,845.4."""


class Instance(NamedTuple):
    """The tables; `columns` names what is in them."""

    tasks: Annotated[Ints, Sizes(None, c.TASK_COLUMNS)]  # T×TASK_COLUMNS
    windows: Annotated[Ints, Sizes(None, 2)]
    action: Annotated[Ints, Sizes(None, None, 2)]  # F×T×2: seconds without and with the setup
    change: Ints  # T×D
    carried: Ints  # T×D: on board from the start for a job
    works: Annotated[Ints, Sizes(None, c.WORK_COLUMNS)]  # W×WORK_COLUMNS
    options: Ints  # task numbers, where works point to
    allowed: npt.NDArray[np.bool_]  # W×V
    near: npt.NDArray[np.int32]  # 2×W×K: other works by distance of homes, of both ends
    close: npt.NDArray[np.int32]  # W×K: works whose routes may have a cheap place
    vehicles: Annotated[Ints, Sizes(None, c.VEHICLE_COLUMNS)]  # V×VEHICLE_COLUMNS
    capacity: Ints  # V×D
    breaks: Annotated[Ints, Sizes(None, c.BREAK_COLUMNS)]
    soft: Annotated[Ints, Sizes(None, 2)]  # rows of soft windows, where tasks point to
    hours: Annotated[Ints, Sizes(None, 2)]  # rows of hours, where vehicles point to
    general: Annotated[Ints, Sizes(c.GENERAL_COLUMNS)]  # GENERAL_COLUMNS
    ride: Cells  # P×N×N; tables of hours, if any, behind those of the profiles
    ride_to: Cells  # the same, destination first: kernels walk along rows
    metres: Cells  # P×N×N, or 1×1×1 where nobody counts metres
    metres_to: Cells


def build_instance(
    model: TrialModel,
    works: Sequence[Work],
    allowed: Mapping[str, tuple[int, ...]],
    like: "Instance | None" = None,
    *,
    neighbours: bool = True,
    is_stopped: Callable[[], bool] = never,
    objective: Objective = "cost",
) -> Instance:
    """The tables of `works`. `like` lends the rides of the same vehicles. Without `neighbours`, or
    after a wish to stop, nobody asks which works are near each other."""
    sides = [model.sides(work) for work in works]
    hours = hours_of(model.vehicles)
    if like is None:
        ride, ride_to, metres, metres_to = _rides(model, hours)
    else:
        ride, ride_to, metres, metres_to = like.ride, like.ride_to, like.metres, like.metres_to
    rules, softs = soft_windows(model)
    tasks, windows = _tasks(model, sides, rules)
    familiarity, action = _actions(model)
    vehicles, breaks = _vehicles(model, hours, familiarity)
    serves = np.zeros((len(works), len(model.vehicles)), dtype=np.bool_)
    for number, work in enumerate(works):
        serves[number, list(allowed[work.id])] = True
    table, options = _works(model, works, sides, tasks, ride[0])
    unbounded = (FAR,) * model.dimensions
    asked = table if neighbours else table[:0]
    return Instance(
        tasks=tasks,
        windows=windows,
        action=action,
        change=_table(model.changes, model.dimensions),
        carried=_table(model.start_loads, model.dimensions),
        works=table,
        options=options,
        allowed=serves,
        near=nearest_works(tasks, asked, options, ride[0], is_stopped),
        close=closest_works(tasks, asked, options, ride[0], is_stopped),
        vehicles=vehicles,
        capacity=_table([v.capacity or unbounded for v in model.vehicles], model.dimensions),
        breaks=breaks,
        soft=_table(softs or [(0, 0)], 2),
        hours=_table(hours.rows, 2),
        general=_general(model, objective),
        ride=ride,
        ride_to=ride_to,
        metres=metres,
        metres_to=metres_to,
    )


_NOTHING = np.zeros((1, 1), dtype=np.int32)


def _general(model: TrialModel, objective: Objective) -> Ints:
    stability = model.lookup.problem.stability
    most = FAR if stability.most_moved is None else stability.most_moved
    least_fixed = min((vehicle.fixed for vehicle in model.vehicles), default=0)
    moved = stability.price_per_moved * SCALE if model.charges_moves else 0
    return _ints((moved, most, least_fixed, *STRINGS[objective]))


def _rides(model: TrialModel, hours: Hours) -> tuple[Cells, Cells, Cells, Cells]:
    matrices = [model.lookup.problem.matrices[name] for name in hours.keys]
    counted = any(v.counts_metres for v in model.vehicles)
    profiles = matrices[: len(hours.at)]
    return (
        *_both_ways([matrix.duration_s for matrix in matrices]),
        *_both_ways([matrix.distance_m if counted else _NOTHING for matrix in profiles]),
    )


def _both_ways(tables: Sequence[Cells]) -> tuple[Cells, Cells]:
    stacked = np.ascontiguousarray(np.stack(tables), dtype=np.int32)
    stacked[stacked < 0] = BLOCKED
    return stacked, np.ascontiguousarray(stacked.transpose(0, 2, 1))


def _tasks(
    model: TrialModel, sides: Sequence[tuple[tuple[int, ...], ...]], rules: Sequence[TaskRules]
) -> tuple[Ints, Ints]:
    windows: list[tuple[int, int]] = []
    rows_of: dict[tuple[tuple[int, int], ...], int] = {}
    rows = []
    for number, task in enumerate(model.tasks):
        legal = _windows(task)
        first = rows_of.setdefault(tuple(legal), len(windows))
        if first == len(windows):
            windows += legal
        opens = min((start for start, _ in legal), default=FAR)
        inside = task.service_s if task.must_finish else 0
        closes = max((end for _, end in legal), default=-FAR) - inside
        rows.append(
            (
                *(model.locations[number], model.places[number]),
                *(task.service_s, int(task.must_finish), opens, closes, first, first + len(legal)),
                *(-1, model.prices[number]),
                *rules[number],
                0,
            )
        )
    tasks = _table(rows, c.TASK_COLUMNS)
    for work, work_sides in enumerate(sides):
        for side in work_sides:
            tasks[list(side), c.WORK] = work
    return tasks, _table(windows or [(0, 0)], 2)


def _windows(task: Task) -> list[tuple[int, int]]:
    given = [(w.start, w.end) for w in task.windows] or [(task.release_s, FAR)]
    opened = [(max(start, task.release_s), end) for start, end in given]
    return [(start, end) for start, end in opened if start <= end]


def _actions(model: TrialModel) -> tuple[list[int], Ints]:
    """Per vehicle its sort of familiarity, and the lengths of actions per sort."""
    sorts: dict[object, int] = {}
    numbers: list[int] = []
    lengths: list[Ints] = []
    areas = [task.location.area for task in model.tasks]
    service = np.array([task.service_s for task in model.tasks], dtype=np.int64)
    paid = service + np.array([task.setup_s for task in model.tasks], dtype=np.int64)
    for vehicle in model.vehicles:
        given = vehicle.vehicle
        key = (given.familiar_areas, given.unfamiliar_setup_s)
        if key not in sorts:
            sorts[key] = len(sorts)
            strange = [bool(area) and area not in given.familiar_areas for area in areas]
            dearer = paid + given.unfamiliar_setup_s * np.array(strange, dtype=np.int64)
            lengths.append(np.column_stack((service, dearer)))
        numbers.append(sorts[key])
    return numbers, np.array(lengths, dtype=np.int64).reshape(len(lengths), len(model.tasks), 2)


def _works(
    model: TrialModel,
    works: Sequence[Work],
    sides: Sequence[tuple[tuple[int, ...], ...]],
    tasks: Ints,
    ride: Cells,
) -> tuple[Ints, Ints]:
    options: list[int] = []
    rows = []
    for work, work_sides, penalty in zip(works, sides, search_penalties(model, works), strict=True):
        first = len(options)
        options += work_sides[0]
        middle = len(options)
        options += work_sides[1] if len(work_sides) > 1 else ()
        every = [task for side in work_sides for task in side]
        tightness = min(_open_for(model.tasks[task]) for task in every)
        away = max(
            min(int(ride[v.start, tasks[task, c.PLACE]]) for v in model.vehicles[:1])
            for task in every
        )
        offsets = first, middle, middle, len(options)
        rows.append((*offsets, penalty, tightness, away, *work_rules(model, work)))
    return _table(rows, c.WORK_COLUMNS), _ints(options)


def _open_for(task: Task) -> int:
    """Seconds of all windows of a task."""
    return sum(end - start for start, end in _windows(task))


def _vehicles(model: TrialModel, hours: Hours, familiarity: Sequence[int]) -> tuple[Ints, Ints]:
    twins = first_of_each_kind(model.vehicles)
    rows: list[tuple[int, ...]] = []
    breaks: list[tuple[int, ...]] = []
    for v in model.vehicles:
        pauses = v.vehicle.breaks
        rows.append(
            (
                *(v.start, v.start_place, -1 if v.end is None else v.end),
                *(v.vehicle.shift.start, v.latest_end, familiarity[v.number]),
                *(hours.keys.index(v.vehicle.profile), v.per_second, v.per_metre, v.fixed),
                *(int(v.counts_metres), int(_is_limited(v)), v.max_stops, v.max_tasks),
                *(v.max_metres, v.max_ride, twins[v.number], len(breaks), len(pauses)),
                *vehicle_rules(v, hours),
            )
        )
        breaks += [(p.window.start, p.window.end, p.duration_s, int(p.after_start)) for p in pauses]
    return _table(rows, c.VEHICLE_COLUMNS), _table(breaks or [(0, 0, 0, 0)], c.BREAK_COLUMNS)


def _is_limited(vehicle: VehicleModel) -> bool:
    """Whether riding, metres or stops are bounded."""
    return min(vehicle.max_ride, vehicle.max_metres, vehicle.max_stops) < FAR


def _ints(values: Iterable[int]) -> Ints:
    return np.array(list(values), dtype=np.int64)


def _table(rows: Sequence[Sequence[int]], wide: int) -> Ints:
    table = np.array([[min(value, FAR) for value in row] for row in rows], dtype=np.int64)
    return table.reshape(len(rows), wide)
