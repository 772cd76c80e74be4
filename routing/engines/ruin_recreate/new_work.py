"""The cheapest place of one new work in every route of a running plan, by the search's own kernels.

The plan's tables are made once; a new work's rows are put behind them when it is asked about.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.every_route import find_places, time_routes
from routing.engines.ruin_recreate.instance import Cells, Instance, Ints, build_instance
from routing.engines.ruin_recreate.new_starts import NewStarts
from routing.engines.ruin_recreate.plan_exchange import load_sequences
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan
from routing.engines.ruin_recreate.rule_tables import hours_of
from routing.problem import Work
from routing.trying.trial_model import TrialModel

type Place = tuple[int, int, tuple[tuple[int, int], ...]]
"""Vehicle number, cost in 1/SCALE units, and (task number of the new work, behind so many tasks)
for its one or two tasks."""


class KernelPlan:
    """A running plan in tables, with room for a new work and `spare` new places."""

    def __init__(
        self,
        model: TrialModel,
        orders: Mapping[int, Sequence[int]],
        works: Sequence[Work],
        spare: int,
    ) -> None:
        """`orders` holds task numbers per vehicle number, `works` those that they do."""
        owner = {model.work_of[task].id: v for v, order in orders.items() for task in order}
        allowed = {work.id: (owner[work.id],) for work in works}
        self.model = model
        self.keys = tuple(hours_of(model.vehicles).keys)
        """Of the matrices in the tables, in their order."""
        self.places = model.lookup.problem.matrices[model.vehicles[0].vehicle.profile].size
        self.spare = spare
        self._tables = hours_of(model.vehicles).keys
        self._instance = _with_room(build_instance(model, works, allowed, neighbours=False), spare)
        plan = empty_plan(self._instance, seed=1)
        sequences = {v: np.array(order, dtype=np.int64) for v, order in orders.items()}
        load_sequences(self._instance, plan, sequences)
        time_routes(self._instance, plan)
        self._plan = _with_a_row_more(plan)
        lengths = self._plan.routes[:, c.LENGTH]
        self.loaded = [v for v in range(len(lengths)) if lengths[v] == len(orders.get(v, ()))]
        """Vehicles of which the tables hold the route."""
        self._starts = NewStarts(self._instance, self._plan)
        self._asked = self._instance
        self.question = 0
        """Of the last `find`: what was found is timed before the next one is asked."""

    def cost(self, vehicle: int) -> int:
        """What a route costs, in 1/SCALE units."""
        return int(self._plan.routes[vehicle, c.COST])

    def set_rides(self, key: str, at: int, rides: tuple[Cells, Cells, Cells, Cells]) -> None:
        """The rides of a new place at a matrix index, of one matrix: to_s, from_s, to_m, from_m."""
        to_s, from_s, to_m, from_m = rides
        number, instance = self.keys.index(key), self._instance
        to = np.where((to_s < 0) | (to_m < 0), c.BLOCKED, to_s)
        back = np.where((from_s < 0) | (from_m < 0), c.BLOCKED, from_s)
        _set(instance.ride, instance.ride_to, number, at, to, back)
        if instance.metres.shape[1] == instance.ride.shape[1] and number < len(instance.metres):
            _set(instance.metres, instance.metres_to, number, at, to_m, from_m)

    def find(self, tail: TrialModel, work: Work, vehicles: Sequence[int]) -> Iterator[Place]:
        """The cheapest place in each of the vehicles' routes that has one. `tail` models the new
        work alone, with the same vehicles and places."""
        allowed = {work.id: tuple(vehicles)}
        rows = build_instance(tail, (work,), allowed, self._instance, neighbours=False)
        instance = _joined(self._instance, rows)
        self._asked, self.question = instance, self.question + 1
        plan = self._with_alternatives(int(rows.works[0, c.DROP_END] - rows.works[0, c.DROP_AT]))
        number, first = len(self._instance.works), len(self._instance.tasks)
        plan.known[number] = -1
        find_places(instance, plan, number)
        for v in vehicles:
            place = plan.known[number, v]
            if rows.allowed[0, v] and place[c.PICK_TASK] >= 0:
                at = [(int(place[c.PICK_TASK]) - first, int(place[c.PICK_AFTER]))]
                if place[c.DROP_TASK] >= 0:
                    at.append((int(place[c.DROP_TASK]) - first, int(place[c.DROP_AFTER])))
                yield v, int(place[c.PLACE_COST]), tuple(at)

    def starts(self, places: Mapping[int, Sequence[tuple[int, int]]]) -> dict[int, Ints]:
        """When the tasks of present routes begin with the work last asked about at a place in each,
        by vehicle number; without those of which slacks do not tell all."""
        first = len(self._instance.tasks)
        inserted = {
            v: [(first + task, behind) for task, behind in steps] for v, steps in places.items()
        }
        return self._starts.starts(self._asked, inserted)

    def _with_alternatives(self, alternatives: int) -> PlanState:
        rows, wide = self._plan.detours.shape
        if alternatives + 2 > rows:
            detours = np.zeros((alternatives + 2, wide), dtype=np.int64)
            self._plan = self._plan._replace(detours=detours)
        return self._plan


def _set(table: Cells, table_to: Cells, number: int, at: int, to: Cells, back: Cells) -> None:
    table[number, :at, at], table[number, at, :at] = to, back
    table_to[number, at, :at], table_to[number, :at, at] = to, back


def _with_room(instance: Instance, spare: int) -> Instance:
    """Rides with room for new places, no way to them yet."""
    wider = instance._replace(
        ride=_wider(instance.ride, spare), ride_to=_wider(instance.ride_to, spare)
    )
    if instance.metres.shape[1] != instance.ride.shape[1]:  # nobody counts metres
        return wider
    return wider._replace(
        metres=_wider(instance.metres, spare), metres_to=_wider(instance.metres_to, spare)
    )


def _wider(table: Cells, spare: int) -> Cells:
    profiles, size, _ = table.shape
    wider = np.full((profiles, size + spare, size + spare), c.BLOCKED, dtype=np.int32)
    wider[:, :size, :size] = table
    index = np.arange(size, size + spare)
    wider[:, index, index] = 0
    return wider


def _with_a_row_more(plan: PlanState) -> PlanState:
    """Room for one work more."""
    known = np.zeros((len(plan.known) + 1, *plan.known.shape[1:]), dtype=plan.known.dtype)
    vehicle_of = np.append(plan.vehicle_of, np.int64(-1))
    delivered = np.append(plan.delivered, np.int64(0))
    return plan._replace(known=known, vehicle_of=vehicle_of, delivered=delivered)


def _joined(instance: Instance, rows: Instance) -> Instance:
    """The tables with a new work's rows behind them; vehicles and rides stay as they are, but for
    those whose routes must be timed because of what the new work asks."""
    tasks, works = rows.tasks.copy(), rows.works.copy()
    tasks[:, c.WORK] += len(instance.works)
    tasks[:, [c.WINDOW_AT, c.WINDOW_END]] += len(instance.windows)
    tasks[:, [c.SOFT_AT, c.SOFT_END]] += len(instance.soft)
    vehicles = instance.vehicles.copy()
    vehicles[:, c.TIMED] |= rows.vehicles[:, c.TIMED]  # the new work may have a price by the second
    works[:, [c.PICK_AT, c.PICK_END, c.DROP_AT, c.DROP_END]] += len(instance.options)
    return instance._replace(
        tasks=_below(instance.tasks, tasks),
        windows=_below(instance.windows, rows.windows),
        soft=_below(instance.soft, rows.soft),
        vehicles=vehicles,
        action=np.concatenate((instance.action, rows.action), axis=1),
        change=_below(instance.change, rows.change),
        carried=_below(instance.carried, rows.carried),
        works=_below(instance.works, works),
        options=np.concatenate((instance.options, rows.options + len(instance.tasks))),
        allowed=np.concatenate((instance.allowed, rows.allowed)),
    )


def _below(table: Ints, rows: Ints) -> Ints:
    return np.concatenate((table, rows))
