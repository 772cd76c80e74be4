"""A whole day: 300 visits, offices with a lunch gap, couriers with breaks."""

import pytest

from routing import ReasonCode, check, explain, schedule, solve
from routing.engines.ortools_routing.gap_clock import GapClock, choose_gap
from tests.builders.routing_days import DayShape, a_courier_day

HOUR = 3600

LONG_ENOUGH_S = 240
"""Searches here are ended by iterations, so that a busy machine finds what an idle one finds."""


@pytest.mark.parametrize("mixed_hours", [False, True], ids=["one lunch gap", "three lunch gaps"])
def test_at_most_two_percent_of_300_visits_stay_undone_each_for_a_true_reason(mixed_hours):
    problem = a_courier_day(7, DayShape(visits=300, couriers=20, mixed_hours=mixed_hours))
    result = solve(problem, time_limit_s=LONG_ENOUGH_S, iterations=50)
    assert check(problem, result.solution) == []
    assert len(result.solution.unassigned) <= 6
    for left in result.solution.unassigned:
        assert left.reasons
        assert left.reasons[0].code is not ReasonCode.SEARCH_STOPPED


def test_a_small_day_repeats_with_its_seed_and_iterations():
    problem = a_courier_day(3, DayShape(visits=40, couriers=5, mixed_hours=True))
    once = solve(problem, time_limit_s=LONG_ENOUGH_S, iterations=40, seed=5)
    again = solve(problem, time_limit_s=LONG_ENOUGH_S, iterations=40, seed=5)
    assert once.solution == again.solution
    assert once.iterations == again.iterations


def test_a_day_with_too_few_couriers_says_so_for_each_visit_left():
    problem = a_courier_day(3, DayShape(visits=60, couriers=2))
    solution = solve(problem, time_limit_s=LONG_ENOUGH_S, iterations=10).solution
    assert len(solution.unassigned) > 6
    for left in explain(problem, solution):
        last = left.reasons[-1]
        assert last.code is ReasonCode.NO_VEHICLE
        # True by trying: one more vehicle like the named one can do it alone.
        tasks = [f"{kind}-{left.id.removeprefix('visit-')}" for kind in ("home", "counter")]
        lone = [
            schedule(problem, {last.vehicle_id: order}, place_breaks=True).violations
            for order in (tasks, tasks[::-1])
        ]
        assert () in lone


def test_the_lunch_gap_is_cut_where_offices_close_and_breaks_fit():
    problem = a_courier_day(1, DayShape(visits=60, couriers=6))
    windows = [
        [(w.start, w.end) for w in task.windows]
        for shipment in problem.shipments
        for task in (*shipment.pickups, *shipment.deliveries)
    ]
    clock = choose_gap(problem.vehicles, windows)
    assert clock == GapClock(int(11.5 * HOUR), 13 * HOUR)
    assert all(clock.reserved_s(vehicle) == 0 for vehicle in problem.vehicles)
    assert all(len(clock.windows(each)) == 1 for each in windows)


def test_the_short_clock_keeps_order_and_drops_only_what_lies_in_the_gap():
    clock = GapClock(100, 200)
    assert [clock.shorten(t) for t in (0, 100, 150, 200, 250)] == [0, 100, 100, 100, 150]
    assert clock.windows([(0, 100), (200, 300)]) == [(0, 200)]
    assert clock.windows([(0, 90), (210, 300)]) == [(0, 90), (110, 200)]
    assert clock.windows([(120, 180)]) == []
    assert clock.windows([(150, 250)]) == [(100, 150)]
