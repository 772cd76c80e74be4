"""Where new work fits into running routes, what that costs and what it changes for others.

A plan is prepared once; each question then takes milliseconds: slot offers, "who can take this?",
urgent work, and the tested repairs of what is undone.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from routing.engines import EngineCannot, is_compiled
from routing.objective import SCALE
from routing.offering.effects import Effects, Found, tasks_in
from routing.offering.new_places import NewPlace, rides_of
from routing.offering.offers import Case, Offer, Offers, Refusal
from routing.parts import Job, Work, tasks_of
from routing.problem import Problem
from routing.solution import Solution
from routing.trying.trial_model import TrialModel, VehicleModel
from routing.trying.trial_places import insertions
from routing.trying.trials import TrialRoute

if TYPE_CHECKING:
    from routing.engines.ruin_recreate.new_work import KernelPlan

SPARE_PLACES = 8
"""New addresses that one question may bring without the tables being made again."""


def prepare(
    problem: Problem,
    solution: Solution,
    *,
    spare_places: int = SPARE_PLACES,
    compiled: bool | None = None,
    model: TrialModel | None = None,
) -> "PreparedPlan":
    """A plan open for questions. Some 30 ms at 300 visits; each question then takes milliseconds.

    `solution` is one of this problem; what is unassigned in it may be asked about too. Where the
    search is not compiled yet, or with `compiled=False`, the exact trials answer the same in some
    100 ms; `compiled=True` waits for the compiler. `model` is one of this problem, if at hand.
    """
    return PreparedPlan(
        problem,
        solution,
        spare_places=spare_places,
        compiled=is_compiled() if compiled is None else compiled,
        model=model or TrialModel(problem),
    )


def insert(
    problem: Problem, solution: Solution, work: Work, *, places: Sequence[NewPlace] = ()
) -> Offers:
    """One question to a plan; see `PreparedPlan.insert`. For several, `prepare` once."""
    return prepare(problem, solution).insert(work, places=places)


class PreparedPlan:
    """See `prepare`. Not to be used by two threads at once."""

    def __init__(
        self,
        problem: Problem,
        solution: Solution,
        *,
        spare_places: int,
        compiled: bool,
        model: TrialModel,
    ) -> None:
        self.problem = problem
        self.solution = solution
        self.model = model
        self.routes = {route.vehicle_id: route for route in solution.routes}
        self._visits = {route.vehicle_id: tasks_in(route) for route in solution.routes}
        done = {(v.work_id, r.vehicle_id) for r in solution.routes for v in r.visits if v.work_id}
        self._moved = sum(problem.stability.moves(*each) for each in done)
        self._kernel = self._compiled(spare_places) if compiled else None

    @property
    def is_compiled(self) -> bool:
        """Whether the kernels answer."""
        return self._kernel is not None

    def insert(
        self, work: Work, *, places: Sequence[NewPlace] = (), vehicles: Sequence[str] | None = None
    ) -> Offers:
        """The best place of a new work in every route, cheapest first, and who cannot.

        `work` is new, or one that the plan leaves undone (the same or changed). `places` are the
        addresses that it brings: their matrix indexes follow the problem's own in this order.
        `vehicles` asks about these only. Raises ValueError for a work that is in a route, ids that
        the problem has already, or places that do not fit the matrices.
        """
        self._refuse_known(work)
        case = Case(self.problem, self.routes, work, tuple(places), self.model)
        wanted = None if vehicles is None else set(vehicles)
        asked = [v for v in self.model.vehicles if wanted is None or v.vehicle.id in wanted]
        able = [v.number for v in asked if self._may_take(v, work)]
        found = {each.vehicle: each for each in self._find(case, able)}
        if self._kernel is not None:
            case.effects = Effects(self._kernel, self._visits, self.model, found)
        offers = [
            Offer(v.vehicle.id, place.route_cost - case.cost_of(v.vehicle.id), place.task_ids, case)
            for v in asked
            if (place := found.get(v.number)) is not None
        ]
        refused = [Refusal(v.vehicle.id, case) for v in asked if v.number not in found]
        return Offers(tuple(sorted(offers, key=lambda offer: offer.price)), tuple(refused))

    def _may_take(self, vehicle: VehicleModel, work: Work) -> bool:
        """Skills, pins, and how many works may still change vehicle."""
        stability = self.problem.stability
        if (
            stability.most_moved is not None
            and stability.moves(work.id, vehicle.vehicle.id)
            and self._moved >= stability.most_moved
        ):
            return False
        return self.model.may_serve(vehicle, work)

    def _refuse_known(self, work: Work) -> None:
        lookup = self.model.lookup
        known = lookup.works.get(work.id)
        undone = {left.id for left in self.solution.unassigned}
        if known is not None and work.id not in undone:
            raise ValueError(f"work {work.id!r} is in a route already; take it out first")
        if known is not None and isinstance(known, Job) is not isinstance(work, Job):
            raise ValueError(f"work {work.id!r} is of another kind in the problem")
        for task in tasks_of(work):
            entry = lookup.entries.get(task.id)
            if entry is not None and entry.work.id != work.id:
                raise ValueError(f"task {task.id!r} belongs to work {entry.work.id!r} already")

    # ---- the two ways to find a place --------------------------------------------------------

    def _compiled(self, spare: int) -> "KernelPlan | None":
        """The plan in the kernels' tables, where they can be used."""
        if find_spec("numba") is None:
            return None
        from routing.engines.ruin_recreate.new_work import KernelPlan

        number_of = self.model.number_of
        orders = {
            vehicle.number: [number_of[task_id] for task_id in route.task_ids]
            for vehicle in self.model.vehicles
            if (route := self.routes.get(vehicle.vehicle.id)) is not None
        }
        done = {v.work_id for route in self.solution.routes for v in route.visits if v.work_id}
        works = [work for work in self.problem.works() if work.id in done]
        try:
            return KernelPlan(self.model, orders, works, spare)
        except EngineCannot:  # a rare feature: the exact trials answer
            return None

    def _find(self, case: Case, able: Sequence[int]) -> Iterator[Found]:
        kernel = self._kernel
        in_tables: set[int] = set()
        if (
            kernel is not None
            and len(case.places) <= kernel.spare
            and case.work.id not in self.model.lookup.pin_of_work
        ):
            in_tables = {v for v in able if v in kernel.loaded}
            yield from self._in_tables(kernel, case, sorted(in_tables))
        others = [v for v in able if v not in in_tables]
        if others:
            yield from self._by_trial(case, others)

    def _in_tables(
        self, kernel: "KernelPlan", case: Case, vehicles: Sequence[int]
    ) -> Iterator[Found]:
        for number, place in enumerate(case.places):
            at = kernel.places + number
            for key in kernel.keys:
                kernel.set_rides(key, at, rides_of(place, key, at))
        tail = TrialModel(case.alone, like=self.model)
        for v, cost, steps in kernel.find(tail, case.work, vehicles):
            vehicle_id = self.model.vehicles[v].vehicle.id
            order = [visit.task_id or "" for visit in self._visits.get(vehicle_id, ())]
            for task, behind in reversed(steps):
                order.insert(behind, tail.tasks[task].id)
            yield Found(v, (kernel.cost(v) + cost) // SCALE, tuple(order), steps)

    def _by_trial(self, case: Case, vehicles: Sequence[int]) -> Iterator[Found]:
        """The same places by the exact trials, route by route."""
        model = TrialModel(case.problem, like=None if case.places else self.model)
        for v in vehicles:
            route = TrialRoute(model, model.vehicles[v])
            present = self.routes.get(route.vehicle.vehicle.id)
            task_ids = () if present is None else present.task_ids
            route.replace(tuple(model.number_of[task_id] for task_id in task_ids))
            best = min(insertions(route, case.work), key=lambda each: each.cost, default=None)
            if best is not None:
                order = tuple(model.tasks[task].id for task in best.sequence)
                yield Found(v, (route.cost + best.cost) // SCALE, order)
