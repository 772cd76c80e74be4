"""A large plan in parts: nothing is lost or doubled, parts together cost what the whole costs."""

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from routing import Pin, Stability, check, schedule, solve
from routing.engines.request import Budget
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate import decomposition
from routing.engines.ruin_recreate.borders import Borders
from routing.engines.ruin_recreate.cooling import Cooling
from routing.engines.ruin_recreate.first_plan import take_plan
from routing.engines.ruin_recreate.instance import build_instance
from routing.engines.ruin_recreate.part_search import search_part
from routing.engines.ruin_recreate.parts import part_of
from routing.engines.ruin_recreate.plan_state import empty_plan
from routing.engines.ruin_recreate.round import run_rounds
from routing.engines.ruin_recreate.slices import Pace
from routing.engines.ruin_recreate.whole_plan import WholePlan
from routing.trying.reduction import reduce_works
from routing.trying.trial_model import TrialModel
from tests.builders.routing_days import DayShape, a_courier_day

COOL = 1e6


@pytest.fixture
def small_parts(monkeypatch):
    """Days of a few visits count as large."""
    monkeypatch.setattr(decomposition, "LEAST_WORKS", 30)
    monkeypatch.setattr(decomposition, "PART_WORKS", 20)
    monkeypatch.setattr(decomposition, "LEAST_ROUNDS", 20)


def a_plan(problem, rounds=150):
    model = TrialModel(problem)
    reduced = reduce_works(model)
    instance = build_instance(model, reduced.works, reduced.allowed)
    plan = empty_plan(instance, 1)
    take_plan(instance, plan, {})
    run_rounds(instance, plan, rounds, COOL, COOL)
    return instance, plan


@pytest.fixture
def searched():
    return a_plan(a_courier_day(4, DayShape(visits=90, couriers=12)))


def groups_of(instance, whole, seed=1, most=30):
    chance = np.random.default_rng(seed)
    return Borders(instance).cut(whole.present, whole.left_out(), most, chance)


def test_every_vehicle_and_work_is_in_one_group_and_borders_move(searched):
    instance, plan = searched
    whole = WholePlan(instance, plan)
    found = [groups_of(instance, whole, seed) for seed in range(4)]
    for groups in [*found, Borders(instance).regions(30, np.random.default_rng(1))]:
        assert len(groups) == 3
        vehicles = np.concatenate([group[0] for group in groups])
        works = np.concatenate([group[1] for group in groups])
        assert sorted(vehicles.tolist()) == list(range(len(instance.vehicles)))
        assert sorted(works.tolist()) == list(range(len(instance.works)))
        assert all((np.diff(each) > 0).all() for group in groups for each in group)
    cuts = {frozenset(tuple(group[1].tolist()) for group in groups) for groups in found}
    assert len(cuts) > 1


def test_a_part_rides_the_same_routes_at_the_same_cost(searched):
    instance, plan = searched
    whole = WholePlan(instance, plan)
    costs = 0
    for vehicles, works in groups_of(instance, whole):
        part = part_of(instance, vehicles, works)
        sequences = part.into(whole.present)
        assert {v: order.tolist() for v, order in part.out_of(sequences).items()} == {
            v: whole.present[v].tolist() for v in vehicles.tolist() if v in whole.present
        }
        inner = empty_plan(part.instance, 1)
        take_plan(part.instance, inner, sequences)
        for local, v in enumerate(vehicles.tolist()):
            for column in (c.LENGTH, c.RIDE, c.METRES, c.STOPS, c.COST):
                assert inner.routes[local, column] == plan.routes[v, column]
        costs += int(inner.figures[c.PLAN_COST])
    assert costs == int(plan.figures[c.PLAN_COST])


def test_parts_put_back_are_a_plan_that_costs_what_is_said(searched):
    instance, plan = searched
    whole = WholePlan(instance, plan)
    before = whole.best_cost
    pace = Pace(Budget(1e12, iterations=120), 30)
    for cycle in range(3):
        whole.begin_cycle()
        for vehicles, works in groups_of(instance, whole, cycle):
            part = part_of(instance, vehicles, works)
            found = search_part(part, whole.present, pace, Cooling(COOL), 5, lambda: False)
            assert found.rounds == 120
            whole.put_back(found)
        done = np.concatenate([*whole.best.values()])
        assert sorted(instance.tasks[done, c.WORK].tolist()) == sorted([*range(90)] * 2)
        again = empty_plan(instance, 1)
        take_plan(instance, again, whole.best)
        assert int(again.figures[c.PLAN_COST]) == whole.best_cost
        take_plan(instance, again, whole.present)
        assert int(again.figures[c.PLAN_COST]) == int(whole.costs.sum())
    assert whole.best_cost < before


def in_parts(problem, **options):
    return solve(problem, **{"time_limit_s": 600, "iterations": 400, "seed": 3} | options)


def test_a_day_in_parts_is_whole_legal_repeatable_and_better_for_its_rounds(small_parts):
    day = a_courier_day(5, DayShape(visits=90, couriers=12, mixed_hours=True))
    result = in_parts(day)
    assert check(day, result.solution) == []
    assert result.solution.unassigned == ()
    assert result.iterations <= 400
    assert all(a.cost > b.cost for a, b in pairwise(result.trace))
    assert in_parts(day).solution == result.solution
    assert in_parts(day, iterations=0).solution.cost > result.solution.cost


def test_two_threads_take_different_parts_at_once(small_parts):
    day = a_courier_day(6, DayShape(visits=90, couriers=12))
    result = in_parts(day, threads=2)
    assert check(day, result.solution) == []
    assert result.solution.unassigned == ()
    assert result.iterations > 400


def test_several_threads_search_one_part_each_of_a_day_that_one_searches_whole(monkeypatch):
    monkeypatch.setattr(decomposition, "SHARED_WORKS", 60)
    monkeypatch.setattr(decomposition, "LEAST_ROUNDS", 20)
    searched, begun = [], threading.Barrier(2, timeout=30)

    def note(part, *rest):
        if len(searched) < 2:  # both are at work before either is done
            searched.append(len(part.works))
            begun.wait()
        return search_part(part, *rest)

    monkeypatch.setattr(decomposition, "search_part", note)
    day = a_courier_day(6, DayShape(visits=90, couriers=12))
    alone = in_parts(day)
    assert not searched
    result = in_parts(day, threads=2)
    assert sum(searched) == 90
    assert min(searched) >= 30
    assert check(day, result.solution) == []
    assert result.solution.unassigned == ()
    assert alone.iterations == 400 < result.iterations


def test_what_a_caller_raises_while_parts_are_searched_reaches_him(small_parts):
    day = a_courier_day(6, DayShape(visits=90, couriers=12))

    def fail(progress):
        if progress.stage == "SEARCH" and progress.best_cost is not None:
            raise LookupError("the caller's own")

    for threads in (1, 2):
        with pytest.raises(LookupError):
            in_parts(day, threads=threads, on_progress=fail)


def test_a_stop_between_parts_hands_over_what_they_found(small_parts):
    day = a_courier_day(7, DayShape(visits=90, couriers=12))
    met = []
    result = in_parts(
        day,
        iterations=100_000,
        on_progress=lambda progress: met.append(progress.best_cost),
        should_stop=lambda: len({cost for cost in met if cost is not None}) > 2,
    )
    assert result.stopped
    assert check(day, result.solution) == []
    assert result.solution.cost == min(cost for cost in met if cost is not None)


def test_a_start_plan_and_pins_are_kept_in_parts(small_parts):
    day = a_courier_day(8, DayShape(visits=60, couriers=9))
    first = in_parts(day, iterations=300).solution
    route = max(first.routes, key=lambda each: len(each.task_ids))
    pinned = replace(day, pins=(Pin(vehicle_id=route.vehicle_id, task_ids=route.task_ids[:4]),))
    again = in_parts(pinned, start_from=first)
    assert check(pinned, again.solution) == []
    assert again.solution.cost <= first.cost


def test_a_limit_over_all_routes_is_searched_whole(small_parts):
    day = a_courier_day(8, DayShape(visits=40, couriers=6))
    told = {shipment.id: day.vehicles[0].id for shipment in day.shipments}
    limited = replace(day, stability=Stability(vehicle_of=told, most_moved=30))
    instance, _ = a_plan(limited, rounds=1)
    assert not decomposition.pays(instance, 1)
    assert decomposition.pays(a_plan(day, rounds=1)[0], 1)
    assert check(limited, in_parts(limited, iterations=50).solution) == []


def test_vehicles_first_works_in_parts_too(small_parts):
    day = a_courier_day(9, DayShape(visits=60, couriers=12))
    result = in_parts(day, objective="vehicles-first")
    assert check(day, result.solution) == []
    orders = result.solution.orders
    assert schedule(day, orders).cost == result.solution.cost
