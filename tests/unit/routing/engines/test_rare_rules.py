"""The compiled search on whole days with the rules that few problems have: kept, and worth it."""

from dataclasses import replace
from functools import partial

import pytest

from routing import (
    HourBand,
    Overtime,
    Pin,
    PinOrder,
    Problem,
    SoftWindow,
    Stability,
    TimeWindow,
    TravelMatrix,
    check,
    schedule,
    solve,
)
from routing.engines import warm_up
from routing.relax import with_all_works
from tests.builders.routing_days import HOUR, DayShape, a_courier_day

SHAPE = DayShape(visits=40, couriers=5)
searched = partial(solve, time_limit_s=120, iterations=150, engine="ruin_recreate")


@pytest.fixture(autouse=True, scope="module")
def machine_code() -> float:
    """Compiled once per machine; no test below measures the compiler."""
    return warm_up()


@pytest.fixture(scope="module")
def plain() -> Problem:
    return a_courier_day(4, SHAPE)


def _solved(problem: Problem):
    solution = searched(problem).solution
    assert check(problem, solution) == []
    return solution


def test_late_starts_are_fewer_where_they_cost(plain):
    def promised(task):
        early = min((window.start for window in task.windows), default=0) + HOUR // 4
        return replace(task, soft_windows=(SoftWindow(end=early, price_per_hour=3600),))

    priced = with_all_works(plain, promised)
    unaware = schedule(priced, _solved(plain).orders)
    assert _solved(priced).cost < unaware.cost


def test_what_was_promised_stays_where_nothing_may_move(plain):
    orders = _solved(plain).orders
    vehicle_of = {
        visit.work_id: route.vehicle_id
        for route in schedule(plain, orders).routes
        for visit in route.visits
        if visit.work_id is not None
    }
    stable = replace(plain, stability=Stability(vehicle_of=vehicle_of, most_moved=0))
    assert _solved(stable).unassigned == ()
    shorter = replace(plain.vehicles[0], shift=replace(plain.vehicles[0].shift, end=12 * HOUR))
    dropped = replace(plain, vehicles=(shorter, *plain.vehicles[1:]))
    dear = replace(
        dropped, stability=Stability(vehicle_of=vehicle_of, price_per_moved=100_000, most_moved=9)
    )
    moved = [
        visit.work_id
        for route in _solved(dear).routes
        for visit in route.visits
        if visit.work_id and vehicle_of[visit.work_id] != route.vehicle_id
    ]
    assert len(set(moved)) <= 9


def test_a_started_prefix_opens_its_route_and_is_served_whole(plain):
    route = _solved(plain).routes[0]
    started = route.task_ids[:5]
    pinned = replace(
        plain,
        pins=(Pin(vehicle_id=route.vehicle_id, task_ids=started, order=PinOrder.STRICT),),
    )
    solution = _solved(pinned)
    assert solution.unassigned == ()
    by_vehicle = {each.vehicle_id: each for each in solution.routes}
    assert by_vehicle[route.vehicle_id].task_ids[:5] == started


def test_overtime_is_made_where_it_is_cheaper_than_leaving_work_undone(plain):
    short = tuple(
        replace(v, shift=TimeWindow(start=v.shift.start, end=15 * HOUR)) for v in plain.vehicles
    )
    over = tuple(replace(v, overtime=Overtime(most_s=2 * HOUR, price_per_hour=9000)) for v in short)
    without = _solved(replace(plain, vehicles=short))
    with_it = _solved(replace(plain, vehicles=over))
    assert len(with_it.unassigned) < len(without.unassigned)
    assert any(route.visits[-1].late_s for route in with_it.routes)


def test_time_on_board_and_hours_of_the_day_are_kept_in_whole_plans(plain):
    matrix = plain.matrices["default"]
    slow = TravelMatrix(matrix.duration_s * 2, matrix.distance_m)
    every_rule = replace(
        plain,
        shipments=tuple(
            replace(s, max_ride_s=4 * HOUR) if s.pickups[0].id.startswith("home") else s
            for s in plain.shipments
        ),
        matrices={"default": matrix, "default@peak": slow},
        hour_bands=(HourBand(name="peak", start=7 * HOUR, end=9 * HOUR),),
        vehicles=tuple(
            replace(
                v,
                breaks=(
                    replace(
                        v.breaks[0],
                        window=TimeWindow(start=3 * HOUR, end=6 * HOUR),
                        after_start=True,
                    ),
                ),
            )
            for v in plain.vehicles
        ),
    )
    assert _solved(every_rule).unassigned == ()
