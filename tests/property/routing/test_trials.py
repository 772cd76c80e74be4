"""The fast trying of insertions is exactly the slow timing of every order."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing import schedule
from routing.objective import SCALE
from routing.trying.trial_model import INFINITE, TrialModel
from routing.trying.trial_places import cheapest, insertions
from routing.trying.trials import TrialRoute
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on

FAST = tried_on(60)


def _freely_moved(problem):
    """How many works may move is a matter of the whole plan, not of a route."""
    return replace(problem, stability=replace(problem.stability, most_moved=None))


def _all_places(model: TrialModel, sequence: tuple[int, ...], work) -> list[tuple[int, ...]]:
    """Every order with the work in it, whether legal or not."""
    found = []
    sides = model.sides(work)
    for first in sides[0]:
        for i in range(len(sequence) + 1):
            one = (*sequence[:i], first, *sequence[i:])
            if len(sides) == 1:
                found.append(one)
                continue
            found.extend(
                (*one[:j], second, *one[j:])
                for second in sides[1]
                for j in range(i + 1, len(one) + 1)
            )
    return found


def _is_legal(problem, model, vehicle_id, sequence) -> bool:
    order = [model.tasks[task].id for task in sequence]
    return not schedule(problem, {vehicle_id: order}, place_breaks=True).violations


@FAST
@given(small_problems(metric=False), st.randoms(use_true_random=False))
def test_the_legal_insertions_are_those_that_the_schedule_accepts(problem, chance):
    problem = _freely_moved(problem)
    model = TrialModel(problem)
    vehicle = chance.choice(model.vehicles)
    route = TrialRoute(model, vehicle)
    works = list(model.lookup.works.values())
    chance.shuffle(works)
    for work in works:
        found = {
            insertion.sequence: insertion for insertion in insertions(route, work, exhaustive=True)
        }
        legal = {
            sequence
            for sequence in _all_places(model, route.sequence, work)
            if _is_legal(problem, model, vehicle.vehicle.id, sequence)
        }
        assert set(found) == legal
        if found:
            before = route.cost
            chosen = found[chance.choice(sorted(found))]
            route.replace(chosen.sequence)
            assert route.is_feasible
            assert route.cost == before + chosen.cost


@FAST
@given(small_problems(metric=True, pins=False), st.randoms(use_true_random=False))
def test_the_cheapest_place_is_a_legal_one_and_in_an_empty_route_the_best(problem, chance):
    model = TrialModel(problem)
    vehicle = chance.choice(model.vehicles)
    route = TrialRoute(model, vehicle)
    for work in model.lookup.works.values():
        every = list(insertions(route, work, exhaustive=True))
        best = cheapest(route, work)
        if not route.sequence:
            assert (best is None) == (not every)
            assert best is None or best.cost == min(each.cost for each in every)
        if best is not None:
            assert best.cost >= min(each.cost for each in every)
            assert best.sequence in {each.sequence for each in every}
            route.replace(best.sequence)


@FAST
@given(small_problems(metric=False))
def test_the_cost_of_a_trial_is_the_cost_of_the_schedule(problem):
    problem = _freely_moved(problem)
    model = TrialModel(problem)
    for vehicle in model.vehicles:
        route = TrialRoute(model, vehicle)
        for work in model.lookup.works.values():
            best = cheapest(route, work)
            if best is not None:
                route.replace(best.sequence)
        if route.sequence:
            order = [model.tasks[task].id for task in route.sequence]
            timed = schedule(problem, {vehicle.vehicle.id: order}, place_breaks=True).routes[0]
            assert timed.violations == ()
            assert timed.cost == route.cost // SCALE
            assert timed.end_s == route.end_s < INFINITE
