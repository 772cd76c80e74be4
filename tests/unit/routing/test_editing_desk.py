"""A desk that lies open all day remembers routes, but not without end."""

from dataclasses import replace
from itertools import permutations

import pytest

from routing import solve
from routing.editing import desk
from routing.editing.desk import Desk
from routing.parts import tasks_of
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import (
    a_line_matrix,
    a_problem,
    a_shipment,
    a_vehicle,
    a_window,
)


def _a_day() -> Desk:
    works = tuple(a_shipment(f"s{n}", n, n + 1) for n in range(3))
    return Desk(
        a_problem(
            shipments=works, vehicles=(a_vehicle(),), matrices={"default": a_line_matrix(size=6)}
        )
    )


def test_routes_that_were_timed_long_ago_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(desk, "MOST_TIMED", 4)
    day = _a_day()
    tasks = sorted(day.lookup.entries)
    for order in list(permutations(tasks))[:20]:
        day.route("v1", order)
    assert len(day._timed) == 4


def test_a_route_that_was_timed_elsewhere_is_never_timed_again(monkeypatch) -> None:
    monkeypatch.setattr(desk, "MOST_TIMED", 1)
    day = _a_day()
    order = tuple(sorted(day.lookup.entries, key=lambda each: (each.endswith("drop"), each)))
    solution = day.timed({"v1": order})
    (given,) = solution.routes
    other = Desk.of_solution(day.problem, solution)
    for changed in list(permutations(order))[:5]:
        other.route("v1", changed)
    assert other.route("v1", given.task_ids) is given


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_several_works_are_placed_as_if_the_plan_were_opened_anew_for_each(seed) -> None:
    problem = a_courier_day(seed, DayShape(visits=24, couriers=4))
    plan = solve(problem, time_limit_s=60, iterations=40, seed=seed, engine="ruin_recreate")
    orders = {route.vehicle_id: route.task_ids for route in plan.solution.routes}
    assert not plan.solution.unassigned
    day = Desk(problem)
    out = list(problem.works())[::3]
    theirs = {task.id for work in out for task in tasks_of(work)}
    left = {v: tuple(t for t in order if t not in theirs) for v, order in orders.items()}
    one_by_one = dict(left)
    for work in out:
        opened = day.open_for_questions(one_by_one)
        best = opened.best(work)
        assert best is not None
        order = opened.order_with(best.vehicle_id, best.task_ids)
        one_by_one = {**one_by_one, best.vehicle_id: order}
    at_once = {**left, **day.open_for_questions(left).placed(out)}
    placed = day.timed(at_once)
    assert (placed.unassigned, placed.violations) == ((), ())
    assert placed.cost == day.timed(one_by_one).cost, "places of one price may be taken either way"


def test_what_has_no_place_in_an_order_is_told_and_what_has_one_costs_what_it_says() -> None:
    day = _a_day()
    first, second, third = day.problem.shipments
    opened = day.open_for_questions({"v1": ("s0.p", "s0.d")})
    price, order = opened.place_in("v1", ("s0.p", "s0.d"), second)
    before, after = day.route("v1", ("s0.p", "s0.d")), day.route("v1", order)
    assert after.violations == ()
    assert after.cost - before.cost == price
    closed = replace(
        third, deliveries=tuple(replace(t, windows=(a_window(0, 0),)) for t in third.deliveries)
    )
    shut = replace(day.problem, shipments=(first, second, closed))
    opened = Desk(shut).open_for_questions({"v1": ("s0.p", "s0.d")})
    assert opened.place_in("v1", ("s0.p", "s0.d"), closed) is None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_works_are_placed_beside_routes_that_are_others_as_if_the_plan_were_opened_so(seed) -> None:
    """Some of the works are in the plan that lies open, in routes that have lost them since."""
    problem = a_courier_day(seed, DayShape(visits=24, couriers=4))
    plan = solve(problem, time_limit_s=60, iterations=40, seed=seed, engine="ruin_recreate")
    orders = {route.vehicle_id: route.task_ids for route in plan.solution.routes}
    day = Desk(problem)
    first = next(iter(orders))
    ridden = {day.lookup.entries[task].work.id for task in orders[first]}
    out = [work for work in problem.works() if work.id in ridden][::2]
    theirs = {task.id for work in out for task in tasks_of(work)}
    instead = {first: tuple(task for task in orders[first] if task not in theirs)}
    opened_so = Desk(problem).open_for_questions({**orders, **instead}).placed(out)
    beside = day.open_for_questions(orders).placed(out, instead=instead)
    assert day.timed({**orders, **instead, **beside}) == day.timed(
        {**orders, **instead, **opened_so}
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_plan_that_only_grew_has_the_times_that_it_had(seed) -> None:
    grown = a_courier_day(seed, DayShape(visits=12, couriers=3))
    before = replace(grown, shipments=grown.shipments[:-3])
    plan = solve(before, time_limit_s=60, iterations=10, seed=seed, engine="ruin_recreate")
    orders = {route.vehicle_id: route.task_ids for route in plan.solution.routes}
    first, knowing = Desk(before), Desk(grown)
    routes = {v: first.route(v, order) for v, order in orders.items()}
    knowing.know_routes_of(first)
    assert all(knowing.route(v, order) is routes[v] for v, order in orders.items())
    assert knowing.timed(orders) == Desk(grown).timed(orders)
