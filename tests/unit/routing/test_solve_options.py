"""Start plans, the vehicles-first objective, threads: what solve() takes besides a problem."""

from dataclasses import replace

import pytest

from routing import Costs, InvalidOrder, Job, TravelMatrix, check, schedule, solve
from routing.engines import engine_names
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle

ENGINES = engine_names()


def _solve(problem, **options):
    result = solve(problem, **{"time_limit_s": 30, "iterations": 30, **options})
    assert check(problem, result.solution) == []
    return result


def _orders(solution):
    return {route.vehicle_id: route.task_ids for route in solution.routes}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_good_start_plan_is_never_made_worse(engine):
    problem = a_courier_day(2, DayShape(visits=40, couriers=6))
    good = _solve(problem, engine="ruin_recreate", iterations=400).solution
    again = _solve(problem, engine=engine, iterations=1, start_from=good).solution
    assert again.cost <= good.cost


def test_a_start_plan_is_kept_where_nothing_is_better():
    far = (a_vehicle("v1", costs=Costs(per_hour=3600)), a_vehicle("v2", costs=Costs(per_hour=3600)))
    problem = a_problem(vehicles=far, shipments=(a_shipment("s1", 1, 2), a_shipment("s2", 1, 2)))
    order = ("s2.p", "s1.p", "s1.d", "s2.d")
    solution = _solve(
        problem, engine="ruin_recreate", iterations=1, start_from={"v2": order}
    ).solution
    assert _orders(solution) == {"v2": order}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "start",
    [
        {"v1": ("s1.d", "s1.p")},
        {"v1": ("s1.p",)},
        {"v1": ("s1.p",), "v2": ("s1.d",)},
        {"v1": ("s1.p", "s1.d", "s2.p", "s2.p", "s2.d")},
        {"v1": ("late", "s1.p", "s1.d")},
        {"v2": ("skilled", "s1.p", "s1.d")},
        {"v1": ()},
        {},
    ],
    ids=["reversed", "half", "torn", "doubled", "late", "unable", "unused", "empty"],
)
def test_what_a_start_plan_breaks_is_inserted_anew(start, engine):
    problem = a_problem(
        vehicles=(a_vehicle("v1", skills=frozenset({"cash"})), a_vehicle("v2")),
        shipments=(a_shipment("s1", 1, 2), a_shipment("s2", 2, 3)),
        jobs=(
            Job(id="j1", task=a_task("late", 4, (0, 450))),
            Job(id="j2", task=a_task("skilled", 3), skills=frozenset({"cash"})),
        ),
    )
    assert _solve(problem, engine=engine, start_from=start).solution.unassigned == ()


def test_a_start_plan_may_be_a_solution_with_its_breaks():
    problem = a_courier_day(2, DayShape(visits=20, couriers=4))
    first = _solve(problem, engine="ruin_recreate").solution
    assert any(step not in route.task_ids for route in first.routes for step in route.order)
    assert _solve(problem, engine="ruin_recreate", start_from=first).solution.cost <= first.cost


@pytest.mark.parametrize("start", [{"nobody": ()}, {"v1": ("nothing",)}])
def test_a_start_plan_with_unknown_ids_is_refused_by_name(start):
    with pytest.raises(InvalidOrder, match="start plan names"):
        solve(a_problem(), time_limit_s=1, start_from=start)


@pytest.mark.parametrize("engine", ENGINES)
def test_vehicles_first_uses_fewer_vehicles_though_riding_costs_more(engine):
    # Two couriers stand beside their work, one of them would ride half a day to do both.
    legs = [[0, 900, 10, 900], [900, 0, 900, 10], [10, 900, 0, 900], [900, 10, 900, 0]]
    vehicles = tuple(
        a_vehicle(f"v{n}", start=a_task("", n).location, end=None, costs=Costs(per_hour=3600))
        for n in (0, 1)
    )
    problem = a_problem(
        vehicles=vehicles,
        matrices={"default": TravelMatrix(legs)},
        jobs=(Job(id="a", task=a_task("a", 2)), Job(id="b", task=a_task("b", 3))),
    )
    cheap = _solve(problem, engine=engine).solution
    few = _solve(problem, engine=engine, objective="vehicles-first")
    assert len(cheap.routes) == 2
    assert cheap.cost == 20
    assert len(few.solution.routes) == 1
    assert few.solution.cost == 910
    assert few.solution.cost == schedule(problem, few.solution.orders).cost
    assert (few.trace[-1].cost, few.trace[-1].unassigned) == (910, 0)


@pytest.mark.parametrize("engine", ENGINES)
def test_vehicles_first_does_work_that_is_not_worth_its_cost(engine):
    problem = a_problem(shipments=(a_shipment("s", 1, 2, penalty=390),))
    assert [left.id for left in _solve(problem, engine=engine).solution.unassigned] == ["s"]
    first = _solve(problem, engine=engine, objective="vehicles-first").solution
    assert first.unassigned == ()


def test_vehicles_first_serves_a_whole_day_with_no_more_couriers():
    problem = a_courier_day(3, DayShape(visits=60, couriers=12))
    problem = replace(
        problem, vehicles=tuple(replace(v, costs=Costs(per_hour=3600)) for v in problem.vehicles)
    )
    options = {"engine": "ruin_recreate", "iterations": 1500}
    by_cost = _solve(problem, **options).solution
    first = _solve(problem, **options, objective="vehicles-first").solution
    assert first.unassigned == ()
    assert len(first.routes) < len(by_cost.routes)


def test_options_that_make_no_sense_are_named():
    with pytest.raises(ValueError, match="vehicles-first"):
        solve(a_problem(), time_limit_s=1, objective="beauty")
    with pytest.raises(ValueError, match="threads"):
        solve(a_problem(), time_limit_s=1, threads=0)
