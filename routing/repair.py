"""Make an engine's orders true on the real clock, then place what was left out, exactly.

A search may work on a simplified clock. Here every route is tried on the real one: what does not
fit is taken out, and what is out is inserted wherever it fits, if need be by moving neighbours.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from routing.objective import SCALE
from routing.problem import Work
from routing.trial_model import TrialModel, VehicleModel
from routing.trials import Insertion, TrialRoute

MAX_TRIES_A_WORK = 40
"""Neighbourhoods moved for one left-out work; more found nothing on 300-visit days."""

MOVED_AT_ONCE = 4
"""Works taken out to make room for one; more cost time without finding more."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    sequences: tuple[tuple[int, ...], ...]
    left_out: tuple[str, ...]


class Repair:
    """A whole plan as trial routes, one per vehicle, and the works that are not in it."""

    def __init__(
        self, model: TrialModel, allowed: Mapping[str, Sequence[int]], works: Iterable[Work]
    ) -> None:
        self.model = model
        self.allowed = allowed
        self.routes = [TrialRoute(model, vehicle) for vehicle in model.vehicles]
        self.left_out: dict[str, Work] = {work.id: work for work in works}
        self._twins = first_of_each_kind(model.vehicles)

    def load(self, orders: Mapping[str, Sequence[str]]) -> None:
        """Take orders of task ids; works that break a rule on the real clock are left out."""
        for route in self.routes:
            order = orders.get(route.vehicle.vehicle.id, ())
            route.replace(tuple(self.model.number_of[task_id] for task_id in order))
            while route.sequence and not (route.is_feasible and route.keeps_pins()):
                self._drop(route, self._worst_work(route))
        for work in self._works_in_routes():
            self.left_out.pop(work.id, None)

    def orders(self) -> dict[str, tuple[str, ...]]:
        """Task ids per vehicle id, without breaks."""
        return {
            route.vehicle.vehicle.id: tuple(self.model.tasks[task].id for task in route.sequence)
            for route in self.routes
            if route.sequence
        }

    def cost(self) -> int:
        """Cost of the plan in 1/SCALE units, penalties included."""
        undone = sum(self.model.penalties.of(work) for work in self.left_out.values())
        return sum(route.cost for route in self.routes) + undone * SCALE

    def insert_left_out(self, is_over: Callable[[], bool]) -> None:
        """Insert each left-out work where it costs least, dearest penalty first."""
        for work in self._dearest_first(self.left_out.values()):
            if is_over():
                return
            self._insert(work)

    def make_room(self, seed: int, is_over: Callable[[], bool]) -> None:
        """For each work still left out, move a few works of some route and try again."""
        chance = random.Random(seed)
        for work in self._dearest_first(self.left_out.values()):
            for _ in range(MAX_TRIES_A_WORK):
                if is_over() or work.id not in self.left_out:
                    break
                self._try_moving(work, chance)

    def _try_moving(self, work: Work, chance: random.Random) -> None:
        before, cost = self._snapshot(), self.cost()
        used = [
            route
            for route in self.routes
            if route.sequence and route.vehicle.number in self.allowed[work.id]
        ]
        if not used:
            return
        route = chance.choice(used)
        removable = self._works_of(route)
        position = chance.randrange(len(removable))
        moved = removable[position : position + MOVED_AT_ONCE]
        for other in moved:
            self._take_out(route, other)
        self._insert(work, only=route)
        chance.shuffle(moved)
        for other in moved:
            self._insert(other)
        if self.cost() >= cost:
            self._restore(before)

    def _insert(self, work: Work, only: TrialRoute | None = None) -> None:
        best = self.best_insertion(work, only)
        if best is None or best.cost >= self.model.penalties.of(work) * SCALE:
            return
        best.route.replace(best.sequence)
        self.left_out.pop(work.id, None)

    def best_insertion(self, work: Work, only: TrialRoute | None = None) -> Insertion | None:
        """The cheapest legal place; of empty vehicles that are alike only the first is tried."""
        best: Insertion | None = None
        empty_seen: set[int] = set()
        for number in self.allowed[work.id]:
            route = self.routes[number]
            if only is not None and route is not only:
                continue
            if not route.sequence:
                if self._twins[number] in empty_seen:
                    continue
                empty_seen.add(self._twins[number])
            for insertion in route.insertions(work):
                if best is None or insertion.cost < best.cost:
                    best = insertion
        return best

    def _dearest_first(self, works: Iterable[Work]) -> list[Work]:
        return sorted(works, key=lambda work: (-self.model.penalties.of(work), work.id))

    def _works_of(self, route: TrialRoute) -> list[Work]:
        return list(
            {self.model.work_of[t].id: self.model.work_of[t] for t in route.sequence}.values()
        )

    def _works_in_routes(self) -> list[Work]:
        return [work for route in self.routes for work in self._works_of(route)]

    def _take_out(self, route: TrialRoute, work: Work) -> None:
        self._drop(route, work)
        self.left_out[work.id] = work

    def _drop(self, route: TrialRoute, work: Work) -> None:
        route.replace(self._without(route, work))

    def _without(self, route: TrialRoute, work: Work) -> tuple[int, ...]:
        return tuple(t for t in route.sequence if self.model.work_of[t].id != work.id)

    def _worst_work(self, route: TrialRoute) -> Work:
        """The work whose removal mends the route at the lowest penalty; else frees most time."""
        probe = TrialRoute(self.model, route.vehicle)
        best: tuple[tuple[bool, int, int], Work] | None = None
        for work in self._works_of(route):
            probe.replace(self._without(route, work))
            mended = probe.is_feasible and probe.keeps_pins()
            penalty = self.model.penalties.of(work)
            rank = (not mended, penalty if mended else probe.reached(), probe.ride)
            if best is None or rank < best[0]:
                best = rank, work
        assert best is not None  # a route that is not empty has a work
        return best[1]

    def _snapshot(self) -> _Snapshot:
        return _Snapshot(tuple(route.sequence for route in self.routes), tuple(self.left_out))

    def _restore(self, snapshot: _Snapshot) -> None:
        for route, sequence in zip(self.routes, snapshot.sequences, strict=True):
            if route.sequence != sequence:
                route.replace(sequence)
        works = self.model.lookup.works
        self.left_out = {work_id: works[work_id] for work_id in snapshot.left_out}


def first_of_each_kind(vehicles: Sequence[VehicleModel]) -> list[int]:
    """Per vehicle the number of the first one that is like it in all but its name."""
    first: dict[object, int] = {}
    twins = []
    for model in vehicles:
        v = model.vehicle
        kind: object = (
            (v.start, v.end, v.shift, v.capacity, v.skills, v.familiar_areas, v.unfamiliar_setup_s),
            (v.max_stops, v.max_tasks, v.max_distance_m, v.max_travel_s, v.costs, v.profile),
            tuple((pause.window, pause.duration_s) for pause in v.breaks),
            model.number if model.has_pins else -1,
        )
        twins.append(first.setdefault(kind, model.number))
    return twins
