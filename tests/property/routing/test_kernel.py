"""The compiled search keeps the schedule's clock and prices: for any order, and for any place that
it offers."""

from dataclasses import replace

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from routing import Problem, ViolationCode, VisitKind, schedule
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.instance import build_instance
from routing.engines.ruin_recreate.new_work import find_places, time_routes
from routing.engines.ruin_recreate.plan_exchange import load_sequences
from routing.engines.ruin_recreate.plan_state import empty_plan
from routing.objective import SCALE
from routing.trying.trial_model import TrialModel
from routing.trying.trial_places import insertions
from routing.trying.trials import TrialRoute
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on

OF_THE_CLOCK = {
    ViolationCode.TIME_WINDOW,
    ViolationCode.SHIFT,
    ViolationCode.BREAK,
    ViolationCode.MISSING_BREAK,
    ViolationCode.UNREACHABLE,
    ViolationCode.MAX_RIDE,
}


class _Loaded:
    """One vehicle's route in the kernels' tables."""

    def __init__(self, problem: Problem, number: int) -> None:
        self.problem = problem
        self.model = TrialModel(problem)
        self.vehicle = self.model.vehicles[number]
        self.works = list(problem.works())
        fleet = range(len(problem.vehicles))
        allowed = {
            work.id: tuple(v for v in fleet if self.model.may_serve(self.model.vehicles[v], work))
            for work in self.works
        }
        self.instance = build_instance(self.model, self.works, allowed)
        self.plan = empty_plan(self.instance, seed=1)
        self.is_timed = bool(self.instance.vehicles[number, c.TIMED])

    def load(self, sequence: tuple[int, ...]) -> None:
        orders = {self.vehicle.number: np.array(sequence, dtype=np.int64)} if sequence else {}
        load_sequences(self.instance, self.plan, orders)
        time_routes(self.instance, self.plan)

    @property
    def route(self):
        return self.plan.routes[self.vehicle.number]

    def timed(self, sequence: tuple[int, ...]):
        order = [self.model.tasks[task].id for task in sequence]
        return schedule(self.problem, {self.vehicle.vehicle.id: order}, place_breaks=True)

    def is_legal(self, sequence: tuple[int, ...]) -> bool:
        return not sequence or not self.timed(sequence).violations

    def ends(self, step: int, breaks: int) -> int:
        """What the kernels say of the end of a step with so many breaks behind."""
        if self.is_timed:
            return int(self.plan.clock[step, breaks, c.MOMENT])
        return int(self.plan.free[self.vehicle.number * self.plan.saved.shape[1] + step, breaks])


@st.composite
def _loaded(draw: st.DrawFn, metric: bool) -> tuple[_Loaded, list[int]]:
    """A vehicle, and works that it may serve, in any order with pickups first."""
    problem = draw(small_problems(metric=metric))
    free = replace(problem, stability=replace(problem.stability, most_moved=None))
    loaded = _Loaded(free, draw(st.integers(0, len(problem.vehicles) - 1)))
    able = [w for w in loaded.works if loaded.model.may_serve(loaded.vehicle, w)]
    chosen = draw(st.lists(st.sampled_from(able), unique_by=lambda w: w.id)) if able else []
    sequence: list[int] = []
    for work in chosen:
        at = 0
        for side in loaded.model.sides(work):
            at = draw(st.integers(at, len(sequence)))
            sequence.insert(at, draw(st.sampled_from(side)))
            at += 1
    return loaded, sequence


@tried_on(150)
@given(st.booleans().flatmap(_loaded))
def test_the_clock_and_the_cost_of_any_order_are_those_of_the_schedule(drawn):
    loaded, sequence = drawn
    assume(sequence)
    loaded.load(tuple(sequence))
    route = loaded.timed(tuple(sequence)).routes[0]
    codes = {violation.code for violation in route.violations}
    of_clock = OF_THE_CLOCK | ({ViolationCode.MAX_TRAVEL} if loaded.is_timed else set())
    assert bool(loaded.route[c.BROKEN]) == bool(codes & of_clock)
    if codes & of_clock:
        return
    assert loaded.route[c.COST] // SCALE == route.cost
    assert loaded.route[c.RIDE] == route.ride_s
    breaks, step = 0, 0
    for visit in route.visits[1:-1]:
        if visit.kind is VisitKind.BREAK:
            breaks += 1
        else:
            step += 1
            assert loaded.ends(step, breaks) == visit.end_s


@tried_on(150)
@given(st.booleans().flatmap(_loaded))
def test_a_place_that_the_kernel_offers_is_legal_and_costs_what_it_says(drawn):
    loaded, drawn_sequence = drawn
    sequence = tuple(drawn_sequence)
    assume(loaded.is_legal(sequence))
    loaded.load(sequence)
    before = int(loaded.route[c.COST])
    exact = TrialRoute(loaded.model, loaded.vehicle)
    exact.replace(sequence)
    done = {loaded.model.work_of[task].id for task in sequence}
    for number, work in enumerate(loaded.works):
        if work.id in done or not loaded.instance.allowed[number, loaded.vehicle.number]:
            continue
        find_places(loaded.instance, loaded.plan, number)
        place = loaded.plan.known[number, loaded.vehicle.number].copy()
        every = {each.sequence: each.cost for each in insertions(exact, work, exhaustive=True)}
        if place[c.PICK_TASK] < 0:
            continue
        offered = _with(sequence, place)
        assert loaded.is_legal(offered)
        assert every[offered] == place[c.PLACE_COST]
        loaded.load(offered)
        assert int(loaded.route[c.COST]) == before + place[c.PLACE_COST]
        assert loaded.timed(offered).routes[0].cost == loaded.route[c.COST] // SCALE
        loaded.load(sequence)


def _with(sequence: tuple[int, ...], place) -> tuple[int, ...]:
    """The sequence with a place's tasks in it."""
    first, behind = int(place[c.PICK_AFTER]), int(place[c.DROP_AFTER])
    if place[c.DROP_TASK] < 0:
        return (*sequence[:first], int(place[c.PICK_TASK]), *sequence[first:])
    head, middle, tail = sequence[:first], sequence[first:behind], sequence[behind:]
    return (*head, int(place[c.PICK_TASK]), *middle, int(place[c.DROP_TASK]), *tail)


@tried_on(150)
@given(_loaded(metric=True))
def test_where_riding_is_metric_the_kernel_finds_the_cheapest_place_of_any_route(drawn):
    loaded, drawn_sequence = drawn
    sequence = tuple(drawn_sequence)
    assume(loaded.is_legal(sequence))
    loaded.load(sequence)
    exact = TrialRoute(loaded.model, loaded.vehicle)
    exact.replace(sequence)
    done = {loaded.model.work_of[task].id for task in sequence}
    for number, work in enumerate(loaded.works):
        if work.id in done or not loaded.instance.allowed[number, loaded.vehicle.number]:
            continue
        find_places(loaded.instance, loaded.plan, number)
        place = loaded.plan.known[number, loaded.vehicle.number]
        costs = [each.cost for each in insertions(exact, work, exhaustive=True)]
        assert (place[c.PICK_TASK] >= 0) == bool(costs)
        if costs:
            assert place[c.PLACE_COST] == min(costs)
