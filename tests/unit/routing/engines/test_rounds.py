"""What the compiled search believes of its plan is true after any number of rounds."""

import time

import numpy as np
import pytest

from routing import Job, check, schedule
from routing.engines.request import Budget
from routing.engines.ruin_recreate import columns as c
from routing.engines.ruin_recreate.cooling import (
    LONG_ROUTE,
    LONG_WARMEST,
    WARMEST,
    Cooling,
    cooling_of,
    riding_per_work,
)
from routing.engines.ruin_recreate.every_route import find_places, time_routes
from routing.engines.ruin_recreate.fleet import FLEET_SHARE, PATIENCE, minimise_fleet
from routing.engines.ruin_recreate.instance import Instance, build_instance
from routing.engines.ruin_recreate.plan_exchange import best_sequences
from routing.engines.ruin_recreate.plan_state import PlanState, empty_plan
from routing.engines.ruin_recreate.round import insert_all, return_to_best, run_rounds
from routing.engines.ruin_recreate.slices import SLICES
from routing.problem import Problem
from routing.trying.reduction import reduce_works
from routing.trying.trial_model import TrialModel
from routing.vehicles_first import weighted
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle

WARM = 3e6
"""About 170 s of riding in 1/SCALE units: many rounds are kept, many undone."""


def a_plan(problem: Problem, seed: int = 1) -> tuple[TrialModel, Instance, PlanState]:
    model = TrialModel(problem)
    reduced = reduce_works(model)
    instance = build_instance(model, reduced.works, reduced.allowed)
    plan = empty_plan(instance, seed)
    insert_all(instance, plan, np.arange(len(instance.works)), 0, len(instance.works))
    return model, instance, plan


@pytest.fixture
def searched() -> tuple[TrialModel, Instance, PlanState]:
    made = a_plan(a_courier_day(4, DayShape(visits=60, couriers=6)))
    run_rounds(made[1], made[2], 217, WARM, WARM / 9)
    return made


def known_of_steps(plan: PlanState) -> list[list[list[int]]]:
    """Everything that is known of the tasks in routes, and of the routes."""
    length, found = plan.best.shape[1], []
    for v, route in enumerate(plan.routes):
        rows = slice(v * length + 1, v * length + 1 + route[c.LENGTH])
        tables = plan.steps, plan.free, plan.late, plan.loads
        found += [table[rows].tolist() for table in tables]
    sums = [c.LENGTH, c.RIDE, c.METRES, c.STOPS, c.COST]
    return [*found, plan.routes[:, sums].tolist()]


def test_partial_updates_and_copies_put_back_leave_what_a_full_update_finds(searched):
    _, instance, plan = searched
    before, cost = known_of_steps(plan), int(plan.figures[c.PLAN_COST])
    time_routes(instance, plan)
    assert known_of_steps(plan) == before
    assert int(plan.figures[c.PLAN_COST]) == cost == int(plan.routes[:, c.COST].sum())


def test_every_work_is_in_the_route_that_it_is_booked_in(searched):
    _, instance, plan = searched
    length = plan.best.shape[1]
    met: dict[int, list[int]] = {}
    for v, route in enumerate(plan.routes):
        for task in plan.steps[v * length + 1 : v * length + 1 + route[c.LENGTH], c.TASK]:
            met.setdefault(int(instance.tasks[task, c.WORK]), []).append(v)
    assert met == {w: [int(v)] * 2 for w, v in enumerate(plan.vehicle_of)}


def test_no_place_is_cheaper_than_a_bound_that_was_carried_over(searched):
    _, instance, plan = searched
    known, compared = plan.known.copy(), 0
    for work in range(len(instance.works)):
        find_places(instance, plan, work)
        for v, route in enumerate(plan.routes):
            if known[work, v, c.KNOWN_VERSION] == route[c.VERSION] and plan.vehicle_of[work] != v:
                compared += 1
                assert known[work, v, c.PLACE_COST] <= plan.known[work, v, c.PLACE_COST]
                if known[work, v, c.PICK_TASK] >= 0:
                    assert known[work, v, c.PLACE_COST] == plan.known[work, v, c.PLACE_COST]
    assert compared > 20


def test_the_search_goes_on_from_the_best_plan_when_told_to(searched):
    _, instance, plan = searched
    best = int(plan.figures[c.BEST_COST])
    run_rounds(instance, plan, 50, 20 * WARM, 20 * WARM)
    plan_cost = int(plan.figures[c.PLAN_COST])
    best = min(best, int(plan.figures[c.BEST_COST]))
    assert plan_cost > best
    return_to_best(instance, plan)
    assert int(plan.figures[c.PLAN_COST]) == best == int(plan.routes[:, c.COST].sum())


def test_rounds_given_up_half_way_leave_the_plan_as_it_was(searched):
    _, instance, plan = searched
    kept = 0
    for _ in range(120):
        before, steps = int(plan.figures[c.PLAN_COST]), known_of_steps(plan)
        run_rounds(instance, plan, 1, 1e-9, 1e-9)
        assert int(plan.figures[c.PLAN_COST]) <= before
        kept += known_of_steps(plan) == steps
    assert kept > 60
    steps = known_of_steps(plan)
    time_routes(instance, plan)
    assert known_of_steps(plan) == steps
    assert plan.figures[c.LEFT_OUT] == 0 == plan.figures[c.TOUCHED_ROUTES]


def test_where_no_vehicle_can_be_saved_the_rounds_go_to_the_ways():
    at_once = {"pickups": (a_task("a", 1, (400, 410)),), "deliveries": (a_task("b", 2),)}
    elsewhere = {"pickups": (a_task("c", 4, (400, 410)),), "deliveries": (a_task("d", 3),)}
    shipments = (a_shipment("s1", 1, 2, **at_once), a_shipment("s2", 4, 3, **elsewhere))
    problem = a_problem(vehicles=(a_vehicle("v1"), a_vehicle("v2")), shipments=shipments)
    _, instance, plan = a_plan(weighted(problem)[0])
    budget = Budget(time.monotonic() + 60, iterations=2000)
    minimise_fleet(instance, plan, budget, on_better=lambda: pytest.fail("a vehicle is missing"))
    assert int((plan.routes[:, c.LENGTH] > 0).sum()) == 2
    most = 2000 * FLEET_SHARE * PATIENCE
    assert most <= plan.figures[c.ROUNDS] <= most + 2 * 2000 * FLEET_SHARE / SLICES


def test_fewer_vehicles_serve_the_same_works_and_closed_ones_are_open_again():
    problem = a_courier_day(5, DayShape(visits=40, couriers=12))
    model, instance, plan = a_plan(weighted(problem)[0])
    first = int((plan.routes[:, c.LENGTH] > 0).sum())
    allowed = instance.allowed.copy()
    saved: list[int] = []
    minimise_fleet(
        instance,
        plan,
        Budget(time.monotonic() + 60, iterations=1500),
        on_better=lambda: saved.append(int((plan.routes[:, c.BEST_LENGTH] > 0).sum())),
    )
    assert saved
    assert saved == sorted(saved, reverse=True)
    assert int((plan.routes[:, c.LENGTH] > 0).sum()) == saved[-1] < first
    assert plan.figures[c.LEFT_OUT] == 0
    assert (instance.allowed == allowed).all()
    assert plan.figures[c.ROUNDS] <= 750
    orders = {
        model.vehicles[v].vehicle.id: [model.tasks[task].id for task in tasks]
        for v, tasks in best_sequences(plan).items()
    }
    assert check(problem, schedule(problem, orders, place_breaks=True)) == []


def test_a_vehicle_that_alone_may_do_a_work_is_not_given_up():
    problem = a_courier_day(6, DayShape(visits=6, couriers=3))
    model = TrialModel(problem)
    reduced = reduce_works(model)
    allowed = {work.id: (number % 3,) for number, work in enumerate(reduced.works)}
    instance = build_instance(model, reduced.works, allowed)
    plan = empty_plan(instance, 1)
    insert_all(instance, plan, np.arange(6), 0, 6)
    used = int((plan.routes[:, c.LENGTH] > 0).sum())
    minimise_fleet(
        instance, plan, Budget(time.monotonic() + 60, iterations=100), on_better=lambda: None
    )
    assert int((plan.routes[:, c.LENGTH] > 0).sum()) == used
    assert plan.figures[c.ROUNDS] == 0


def test_the_temperature_ignores_what_calling_vehicles_in_costs():
    plain = a_plan(a_courier_day(5, DayShape(visits=20, couriers=4)))
    heavy = a_plan(weighted(a_courier_day(5, DayShape(visits=20, couriers=4)))[0])
    assert 0 < riding_per_work(*heavy[1:]) < 3 * riding_per_work(*plain[1:])
    cooling = Cooling(riding_per_work(*plain[1:]))
    assert cooling.at(0.0) > cooling.at(0.5) > cooling.at(1.0) > 0


def test_where_vehicles_come_first_and_routes_are_long_the_search_begins_hotter():
    one_route = a_courier_day(5, DayShape(visits=24, couriers=1))
    _, instance, plan = a_plan(one_route)
    plan.routes[0, c.LENGTH] = LONG_ROUTE - 1
    short = cooling_of(instance, plan, "vehicles-first").at(0.0)
    plan.routes[0, c.LENGTH] = LONG_ROUTE
    assert cooling_of(instance, plan, "vehicles-first").at(0.0) == LONG_WARMEST / WARMEST * short
    assert cooling_of(instance, plan, "cost").at(0.0) == short


@pytest.mark.parametrize(
    ("objective", "least", "most"), [("cost", 5, 10), ("vehicles-first", 16, 25)]
)
def test_strings_are_longer_where_vehicles_come_first(objective, least, most):
    jobs = tuple(Job(id=f"j{i}", task=a_task(f"t{i}", 1 + i % 4)) for i in range(60))
    problem = a_problem(jobs=jobs)
    instance = build_instance(
        TrialModel(problem), jobs, {job.id: (0,) for job in jobs}, objective=objective
    )
    plan = empty_plan(instance, 1)
    insert_all(instance, plan, np.arange(60), 0, 60)
    taken = []
    for _ in range(200):
        plan.lists[c.REMOVED] = -1
        run_rounds(instance, plan, 1, WARM, WARM)
        taken.append(int((plan.lists[c.REMOVED] >= 0).sum()))
    strings = [count for count in taken if count < 60]  # now and then a whole route goes
    assert least < max(strings) <= most
