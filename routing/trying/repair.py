"""Make an engine's orders true on the real clock, then place what was left out, exactly.

A search may work on a simplified clock. Here every route is tried on the real one: what does not
fit is taken out, and what is out is inserted wherever it fits, if need be by moving neighbours.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from routing.objective import SCALE
from routing.problem import Work
from routing.trying.trial_model import INFINITE, TrialModel, VehicleModel
from routing.trying.trial_places import Insertion, cheapest, insertions
from routing.trying.trials import TrialRoute

MOST_ROUTES = 4
LONGEST_STRING = 6
"""How much one round takes out: at most so many routes, so many works of each."""

PATIENCE, PATIENCE_A_WORK = 100, 20
"""Rounds without gain after which a small problem is done before its time limit."""

LEFT_OUT_SHARE = 0.8
"""Share of rounds that centre on a left-out work while there is one."""


@dataclass(frozen=True, slots=True)
class _Snapshot:
    sequences: tuple[tuple[int, ...], ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """The cheapest place in a route while it has this sequence, or that none is below a cost."""

    sequence: tuple[int, ...]
    below: int
    found: Insertion | None


class Repair:
    """A whole plan as trial routes, one per vehicle, and the works that are not in it."""

    def __init__(
        self, model: TrialModel, allowed: Mapping[str, Sequence[int]], works: Iterable[Work]
    ) -> None:
        self.model = model
        self.allowed = allowed
        self.routes = [TrialRoute(model, vehicle) for vehicle in model.vehicles]
        self.left_out: dict[str, Work] = {work.id: work for work in works}
        self._known: dict[tuple[str, int], _Known] = {}
        self._twins = first_of_each_kind(model.vehicles)

    def load(self, orders: Mapping[str, Sequence[str]]) -> None:
        """Take orders of task ids; works that break a rule on the real clock are left out."""
        for route in self.routes:
            order = orders.get(route.vehicle.vehicle.id, ())
            route.replace(tuple(self.model.number_of[task_id] for task_id in order))
            while route.sequence and not (route.is_feasible and route.keeps_pins()):
                self._drop(route, self._worst_work(route))
        self._move_back()
        for work in self._works_in_routes():
            self.left_out.pop(work.id, None)

    def _move_back(self) -> None:
        """Take works out that have moved, the cheapest first, until no more have than may."""
        most = self.model.lookup.problem.stability.most_moved
        moved = self._moved()
        while most is not None and len(moved) > most:
            route, work = min(moved, key=lambda each: self.model.penalties.of(each[1]))
            self._drop(route, work)
            moved = self._moved()

    def _moved(self) -> list[tuple[TrialRoute, Work]]:
        """Works on another vehicle than in the plan before."""
        stability = self.model.lookup.problem.stability
        return [
            (route, work)
            for route in self.routes
            for work in self._works_of(route)
            if stability.moves(work.id, route.vehicle.vehicle.id)
        ]

    def _stays(self, work: Work) -> str | None:
        """The only vehicle that may do a work because no more works may move; None = any."""
        stability = self.model.lookup.problem.stability
        if stability.most_moved is None or work.id not in stability.vehicle_of:
            return None
        return stability.vehicle_of[work.id] if len(self._moved()) >= stability.most_moved else None

    def orders(self) -> dict[str, tuple[str, ...]]:
        """Task ids per vehicle id, without breaks."""
        return self.orders_later()()

    def orders_later(self) -> Callable[[], dict[str, tuple[str, ...]]]:
        """The present orders, put into words only when asked for."""
        tasks = self.model.tasks
        kept = [(r.vehicle.vehicle.id, r.sequence) for r in self.routes if r.sequence]
        return lambda: {vehicle: tuple(tasks[t].id for t in order) for vehicle, order in kept}

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

    def use_all_room(
        self,
        most: int,
        suits: Callable[[dict[str, tuple[str, ...]]], bool] | None = None,
        is_over: Callable[[], bool] = lambda: False,
    ) -> None:
        """Try the `most` dearest left-out works at every place, those included that the quick
        search passes over; explanations try the same, so that none finds room that is left. With
        `suits`, each takes its cheapest place with which the orders suit."""
        for work in self._dearest_first(self.left_out.values())[:most]:
            if is_over():
                return
            only = self._stays(work)
            found = (
                insertion
                for route in self.routes  # also those that could not do it alone
                if only is None or route.vehicle.vehicle.id == only
                for insertion in insertions(route, work, exhaustive=True)
            )
            if suits is None:
                best = min(found, key=lambda each: each.cost, default=None)
            else:
                worth = self.model.penalties.of(work) * SCALE
                places = sorted(found, key=lambda each: each.cost)
                paying = (each for each in places if each.cost < worth)
                best = next((each for each in paying if suits(self._orders_with(each))), None)
            self._take(work, best)
            if work.id not in self.left_out:
                self.use_all_room(most, suits, is_over)  # a new stop may open the way for another
                return

    def _orders_with(self, place: Insertion) -> dict[str, tuple[str, ...]]:
        tasks, vehicle = self.model.tasks, place.route.vehicle.vehicle.id
        return {**self.orders(), vehicle: tuple(tasks[t].id for t in place.sequence)}

    def ruin_and_recreate(
        self,
        seed: int,
        rounds: int | None,
        is_over: Callable[[], bool],
        on_better: Callable[[], None],
    ) -> int:
        """Take strings of works near one place out of some routes and insert all again, cheapest
        place first; keep what is not dearer. Works left out come first. Answers rounds done.

        The idea of removing adjacent strings: Christiaens & Vanden Berghe, 2020.
        """
        chance = random.Random(seed)
        done, idle = 0, 0
        patience = PATIENCE + PATIENCE_A_WORK * len(self.allowed)
        while (rounds is None or done < rounds) and idle < patience and not is_over():
            before, cost = self._snapshot(), self.cost()
            if not self._ruin(chance):
                break
            self._recreate(chance, is_over)
            done, idle = done + 1, idle + 1
            changed = self.cost()
            # What is taken out may leave no way, or a longer one, between its neighbours.
            if changed > cost or not all(route.is_feasible for route in self.routes):
                self._restore(before)
            elif changed < cost:
                idle = 0
                on_better()
        return done

    def _ruin(self, chance: random.Random) -> bool:
        """Whether there was anything to take out."""
        centre = self._centre(chance)
        if centre is None:
            return False
        near = self._routes_near(centre)[: chance.randint(1, MOST_ROUTES)]
        for route, closest in near:
            works = self._works_of(route)
            length = min(len(works), chance.randint(1, LONGEST_STRING))
            middle = works.index(self.model.work_of[closest])
            first = max(0, min(len(works) - length, middle - chance.randrange(length)))
            for work in works[first : first + length]:
                self._take_out(route, work)
        return bool(near)

    def _centre(self, chance: random.Random) -> int | None:
        """A task around which to work: of a left-out work if there is one."""
        if self.left_out and chance.random() < LEFT_OUT_SHARE:
            work = self.model.lookup.works[chance.choice(sorted(self.left_out))]
            return self.model.sides(work)[chance.randrange(len(self.model.sides(work)))][0]
        used = [route for route in self.routes if route.sequence]
        return chance.choice(chance.choice(used).sequence) if used else None

    def _routes_near(self, centre: int) -> list[tuple[TrialRoute, int]]:
        """Used routes by how near their nearest task is to the centre's place."""
        locations = self.model.locations
        here = locations[centre]
        found = []
        for route in self.routes:
            if route.sequence:
                away = route.vehicle.durations[here]
                task = min(route.sequence, key=lambda other: away[locations[other]])
                found.append((away[locations[task]], route.vehicle.number, route, task))
        return [(route, task) for _, _, route, task in sorted(found, key=lambda each: each[:2])]

    def _recreate(self, chance: random.Random, is_over: Callable[[], bool]) -> None:
        works = list(self.left_out.values())
        chance.shuffle(works)
        works.sort(key=lambda work: -self.model.penalties.of(work))
        for work in works:
            if is_over():  # half a plan costs more than the one before, which then comes back
                return
            self._insert(work)

    def _insert(self, work: Work) -> None:
        self._take(work, self.best_insertion(work))

    def _take(self, work: Work, best: Insertion | None) -> None:
        if best is None or best.cost >= self.model.penalties.of(work) * SCALE:
            return
        best.route.replace(best.sequence)
        self.left_out.pop(work.id, None)

    def best_insertion(self, work: Work) -> Insertion | None:
        """The cheapest legal place; of empty vehicles that are alike only the first is tried."""
        best: Insertion | None = None
        empty_seen: set[int] = set()
        only = self._stays(work)
        for number in self.allowed[work.id]:
            route = self.routes[number]
            if only is not None and route.vehicle.vehicle.id != only:
                continue
            if not route.sequence:
                if self._twins[number] in empty_seen:
                    continue
                empty_seen.add(self._twins[number])
            best = self._cheapest_in(route, work, INFINITE if best is None else best.cost) or best
        return best

    def _cheapest_in(self, route: TrialRoute, work: Work, below: int) -> Insertion | None:
        """As `cheapest`, remembered while the route stays as it is."""
        key = work.id, route.vehicle.number
        known = self._known.get(key)
        if known is not None and known.sequence == route.sequence:
            if known.found is not None:
                return known.found if known.found.cost < below else None
            if known.below >= below:
                return None
        found = cheapest(route, work, below)
        self._known[key] = _Known(route.sequence, below, found)
        return found

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
            tuple((pause.window, pause.duration_s, pause.after_start) for pause in v.breaks),
            v.overtime,
            model.number if model.is_special else -1,
        )
        twins.append(first.setdefault(kind, model.number))
    return twins
