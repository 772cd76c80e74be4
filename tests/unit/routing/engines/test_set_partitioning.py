"""Choosing among routes that were met: optimal, repeatable, ended from outside."""

import random
import time
from itertools import product

import pytest

from routing import check, solve
from routing.engines.request import Budget
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.first_plan import make_first_plan, take_plan
from routing.engines.ruin_recreate.instance import build_instance
from routing.engines.ruin_recreate.plan_exchange import best_sequences
from routing.engines.ruin_recreate.plan_state import empty_plan
from routing.engines.ruin_recreate.pool import RoutePool
from routing.engines.ruin_recreate.recombination import recombine
from routing.engines.ruin_recreate.slices import Pace, Slices
from routing.engines.set_partitioning import Partitioning, best_choice
from routing.trying.reduction import reduce_works
from routing.trying.trial_model import TrialModel
from tests.builders.routing_days import DayShape, a_courier_day

OPTIONS = {"limit_s": 60.0, "effort": 5.0, "seed": 1, "is_over": lambda: False}


def _cost(problem: Partitioning, chosen) -> int | None:
    """The cost of a choice; None if it is not allowed."""
    works = [work for number in chosen for work in problem.routes[number][1]]
    kinds = [problem.routes[number][0] for number in chosen]
    if len(set(works)) != len(works):
        return None
    if any(kinds.count(kind) > problem.vehicles[kind] for kind in kinds):
        return None
    undone = sum(price for work, price in enumerate(problem.undone) if work not in works)
    return undone + sum(problem.routes[number][2] for number in chosen)


@pytest.mark.parametrize("seed", range(5))
def test_the_choice_is_the_best_of_all(seed):
    chance = random.Random(seed)
    routes = [
        (
            chance.randrange(2),
            tuple(sorted(chance.sample(range(6), chance.randint(1, 3)))),
            chance.randint(50, 100),
        )
        for _ in range(12)
    ]
    problem = Partitioning(routes=routes, vehicles={0: 1, 1: 2}, undone=[40] * 6, hint=frozenset())
    every = (
        [number for number, taken in enumerate(choice) if taken]
        for choice in product((0, 1), repeat=len(routes))
    )
    least = min(cost for choice in every if (cost := _cost(problem, choice)) is not None)
    chosen = best_choice(problem, **OPTIONS)
    assert _cost(problem, chosen) == least


def test_a_stop_ends_it_without_an_answer_or_with_the_best_so_far():
    chance = random.Random(1)
    routes = [
        (0, tuple(sorted(chance.sample(range(200), 12))), chance.randint(900, 1100))
        for _ in range(4000)
    ]
    problem = Partitioning(routes=routes, vehicles={0: 30}, undone=[2000] * 200, hint=frozenset())
    began = time.thread_time()
    chosen = best_choice(problem, limit_s=600, effort=None, seed=1, is_over=lambda: True)
    assert time.thread_time() - began < 5  # building the model; without the stop it is 600 s
    assert chosen is None or _cost(problem, chosen) is not None


def _searched(visits: int, couriers: int, rounds: int):
    """Two searches of one day, and the pool of what they met."""
    problem = a_courier_day(4, DayShape(visits=visits, couriers=couriers))
    model = TrialModel(problem)
    reduced = reduce_works(model)
    instance = build_instance(model, reduced.works, reduced.allowed)
    pool, plan = RoutePool(instance), empty_plan(instance, 1)
    make_first_plan(instance, plan, {}, lambda: False)
    slices = Slices(instance, plan, Pace(Budget(time.monotonic() + 1e6, rounds), visits))
    slices.run(1.0, lambda: False, lambda: pool.collect(plan))
    return instance, plan, pool


def test_the_pool_holds_legal_routes_at_their_cost_and_the_cheapest_of_a_set():
    instance, _plan, pool = _searched(40, 6, 300)
    assert len(pool) > 6
    assert len({(route.kind, route.works) for route in pool}) == len(pool)
    again = empty_plan(instance, 1)
    for route in list(pool)[::7]:
        assert sorted(set(instance.tasks[route.tasks, c.WORK].tolist())) == list(route.works)
        take_plan(instance, again, {route.kind: route.tasks})
        alone = again.routes[route.kind, c.COST]
        if again.routes[route.kind, c.LENGTH] == len(route.tasks):
            assert alone == route.cost


def test_a_better_plan_is_put_together_from_routes_that_were_met():
    instance, plan, pool = _searched(40, 6, 600)
    take_plan(instance, plan, best_sequences(plan))
    pool.collect(plan)
    pool._seen[:] = 0  # another plan counts its versions anew
    other = empty_plan(instance, 2)
    make_first_plan(instance, other, {}, lambda: False)
    cost = int(plan.figures[c.BEST_COST])
    assert int(other.figures[c.BEST_COST]) > cost
    assert recombine(instance, other, pool, **OPTIONS)
    assert int(other.figures[c.BEST_COST]) <= cost
    assert other.figures[c.PLAN_COST] == other.figures[c.BEST_COST]


def test_the_whole_search_repeats_with_the_partitioning_in_it():
    problem = a_courier_day(5, DayShape(visits=50, couriers=7))
    options = {"time_limit_s": 600, "iterations": 1500, "engine": "ruin_recreate", "seed": 3}
    once, again = solve(problem, **options), solve(problem, **options)
    assert once.solution == again.solution
    assert check(problem, once.solution) == []


def test_a_stop_is_heard_while_the_model_is_made(monkeypatch):
    chance = random.Random(3)
    routes = [(0, tuple(sorted(chance.sample(range(600), 12))), 100) for _ in range(3_000)]
    problem = Partitioning(routes=routes, vehicles={0: 50}, undone=[900] * 600, hint=frozenset())
    monkeypatch.setattr(
        "routing.engines.set_partitioning._solve",
        lambda *_: pytest.fail("the model was made to its end"),
    )
    asked = []

    def is_over() -> bool:
        asked.append(len(asked))
        return len(asked) > 3

    assert best_choice(problem, **OPTIONS | {"is_over": is_over}) is None
    assert len(asked) == 4
