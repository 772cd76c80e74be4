"""The clock: windows bound starts, setup is paid once a place, a break lies anywhere on a leg."""

import pytest

from routing import (
    Break,
    InvalidOrder,
    Job,
    Location,
    Pin,
    PinOrder,
    ViolationCode,
    VisitKind,
    place_breaks,
    schedule,
)
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle, a_window


def _jobs(*tasks):
    return tuple(Job(id=f"job {task.id}", task=task) for task in tasks)


def _only(problem, *order, **options):
    (route,) = schedule(problem, {"v1": order}, **options).routes
    return route


def _codes(route):
    return [violation.code for violation in route.violations]


def test_a_route_leaves_as_late_as_keeps_the_first_start():
    route = _only(a_problem(jobs=_jobs(a_task("a", 1, (500, 600)))), "a")
    start, visit, end = route.visits
    assert (start.end_s, visit.arrival_s, visit.wait_s, visit.start_s) == (400, 500, 0, 500)
    assert (visit.end_s, end.arrival_s) == (510, 610)
    assert (route.ride_s, route.distance_m, route.cost) == (200, 2000, 200)


def test_waiting_later_in_the_route_stays():
    route = _only(a_problem(jobs=_jobs(a_task("a", 1), a_task("b", 2, (900, 950)))), "a", "b")
    assert route.visits[0].end_s == 0
    assert route.visits[2].wait_s == 900 - 210


def test_setup_is_paid_once_per_change_of_place():
    office = Location(matrix_index=1, place="office")
    tasks = [a_task(name, 1, location=office, setup_s=60) for name in "ab"]
    tasks.append(a_task("home", 0, setup_s=60))
    route = _only(a_problem(jobs=_jobs(*tasks)), "a", "b", "home")
    assert [visit.setup_s for visit in route.visits] == [0, 60, 0, 60, 0]


def test_no_setup_where_the_vehicle_already_stands():
    route = _only(a_problem(jobs=_jobs(a_task("a", 0, setup_s=60))), "a")
    assert route.visits[1].setup_s == 0


def test_an_unfamiliar_area_costs_setup_time():
    north = Location(matrix_index=1, area="north")
    problem = a_problem(
        vehicles=(a_vehicle(unfamiliar_setup_s=45),),
        jobs=_jobs(a_task("a", 1, location=north, setup_s=10)),
    )
    assert _only(problem, "a").visits[1].setup_s == 55


def test_the_second_window_is_used_when_the_first_is_missed():
    route = _only(a_problem(jobs=_jobs(a_task("a", 3, (0, 200), (1000, 1100)))), "a")
    assert route.visits[1].start_s == 1000
    assert route.violations == ()


def test_must_finish_also_bounds_the_end():
    task = a_task("a", 1, (0, 105), (400, 500), must_finish=True)
    assert _only(a_problem(jobs=_jobs(task)), "a").visits[1].start_s == 400
    loose = a_task("a", 1, (0, 105), (400, 500))
    assert _only(a_problem(jobs=_jobs(loose)), "a").visits[1].start_s == 100


def test_nothing_starts_before_its_release():
    route = _only(a_problem(jobs=_jobs(a_task("a", 1, (0, 900), release_s=700))), "a")
    assert route.visits[1].start_s == 700


@pytest.mark.parametrize(
    ("opens", "closes", "break_start", "arrival"),
    [
        (0, 400, 310, 660),  # leaving at 310 inside the window: rest at once, then ride 300
        (400, 500, 400, 660),  # the window opens on the way: ride 90, rest, ride 210
        (700, 800, 700, 750),  # it opens after the ride: wait at the door, rest
    ],
)
def test_a_break_is_taken_anywhere_on_its_leg(opens, closes, break_start, arrival):
    rest = Break(id="rest", window=a_window(opens, closes), duration_s=50)
    problem = a_problem(
        vehicles=(a_vehicle(breaks=(rest,)),),
        jobs=_jobs(a_task("a", 3), a_task("b", 0)),
    )
    route = _only(problem, "a", "rest", "b")
    pause, after = route.visits[2], route.visits[3]
    assert (pause.start_s, after.arrival_s) == (break_start, arrival)
    assert pause.ride_s + after.ride_s == 300
    assert (pause.distance_m, after.distance_m) == (0, 3000)
    assert route.violations == ()


def test_a_break_left_for_after_its_window_is_a_violation_with_the_lateness():
    rest = Break(id="rest", window=a_window(0, 300), duration_s=50)
    problem = a_problem(vehicles=(a_vehicle(breaks=(rest,)),), jobs=_jobs(a_task("a", 3)))
    (violation,) = _only(problem, "a", "rest").violations
    assert (violation.code, violation.subject, violation.amount) == (
        ViolationCode.BREAK,
        "rest",
        10,
    )


def test_breaks_are_placed_where_they_fit():
    rest = Break(id="rest", window=a_window(0, 300), duration_s=50)
    problem = a_problem(vehicles=(a_vehicle(breaks=(rest,)),), jobs=_jobs(a_task("a", 3)))
    assert place_breaks(problem, "v1", ["a"]) == ("rest", "a")
    assert _only(problem, "a", place_breaks=True).violations == ()
    assert _codes(_only(problem, "a")) == [ViolationCode.MISSING_BREAK]


def test_two_breaks_may_lie_on_one_leg():
    rests = tuple(
        Break(id=f"rest{n}", window=a_window(100 * n, 100 * n + 20), duration_s=30) for n in (1, 2)
    )
    problem = a_problem(vehicles=(a_vehicle(breaks=rests),), jobs=_jobs(a_task("a", 4)))
    route = _only(problem, "rest1", "rest2", "a")
    assert [visit.start_s for visit in route.visits] == [0, 100, 200, 460, 870]
    assert route.violations == ()


def test_a_trailing_break_of_an_open_route_counts_for_the_shift():
    rest = Break(id="rest", window=a_window(0, 9000), duration_s=50)
    vehicle = a_vehicle(end=None, breaks=(rest,), shift=a_window(0, 150))
    problem = a_problem(vehicles=(vehicle,), jobs=_jobs(a_task("a", 1)))
    route = _only(problem, "a", "rest")
    assert (route.end_s, route.visits[-1].location) == (160, None)
    assert [(v.code, v.amount) for v in route.violations] == [(ViolationCode.SHIFT, 10)]


def test_lateness_is_told_to_the_second():
    route = _only(a_problem(jobs=_jobs(a_task("a", 3, (0, 290)))), "a")
    (violation,) = route.violations
    assert (violation.code, violation.amount, violation.unit) == (
        ViolationCode.TIME_WINDOW,
        10,
        "s",
    )


def test_loads_follow_signed_changes_and_what_was_on_board_at_the_start():
    problem = a_problem(
        load_dimensions=("dossiers", "cash"),
        vehicles=(a_vehicle(capacity=(2, 100)),),
        jobs=(Job(id="deposit", task=a_task("out", 1, load_change=(-2, 0))),),
        shipments=(
            a_shipment(
                "s",
                2,
                3,
                pickups=(a_task("in", 2, load_change=(1, 0)),),
                deliveries=(a_task("fee", 3, load_change=(-1, 120)),),
            ),
        ),
    )
    route = _only(problem, "in", "out", "fee")
    assert [visit.load for visit in route.visits] == [(2, 0), (3, 0), (1, 0), (0, 120), (0, 120)]
    assert [(v.code, v.subject, v.amount, v.unit) for v in route.violations] == [
        (ViolationCode.CAPACITY, "in", 1, "dossiers"),
        (ViolationCode.CAPACITY, "fee", 20, "cash"),
    ]


def test_limits_of_a_whole_route():
    vehicle = a_vehicle(max_stops=1, max_tasks=1, max_distance_m=3000, max_travel_s=300)
    problem = a_problem(vehicles=(vehicle,), jobs=_jobs(a_task("a", 1), a_task("b", 2)))
    assert [(v.code, v.amount) for v in _only(problem, "a", "b").violations] == [
        (ViolationCode.MAX_STOPS, 1),
        (ViolationCode.MAX_TASKS, 1),
        (ViolationCode.MAX_DISTANCE, 1000),
        (ViolationCode.MAX_TRAVEL, 100),
    ]


def test_half_a_shipment_and_a_wrong_order_break_precedence_and_stay_unassigned():
    problem = a_problem()
    assert _codes(_only(problem, "s1.d", "s1.p")) == [ViolationCode.PRECEDENCE]
    half = schedule(problem, {"v1": ["s1.p"]})
    assert [left.id for left in half.unassigned] == ["s1"]
    assert _codes(half.routes[0]) == [ViolationCode.PRECEDENCE]


def test_two_alternatives_of_one_side_are_one_too_many():
    shipment = a_shipment("s", 1, 2, deliveries=(a_task("near", 2), a_task("far", 3, price=7)))
    problem = a_problem(shipments=(shipment,))
    assert _codes(_only(problem, "s.p", "near", "far")) == [ViolationCode.ALTERNATIVE]
    assert _only(problem, "s.p", "far").cost == 607


def test_pins_are_kept_or_told():
    shipments = (a_shipment("s1", 1, 2), a_shipment("s2", 3, 4))
    pin = Pin(vehicle_id="v1", task_ids=("s1.p",), order=PinOrder.STRICT)
    vehicles = (a_vehicle("v1"), a_vehicle("v2"))
    problem = a_problem(vehicles=vehicles, shipments=shipments, pins=(pin,))
    assert _only(problem, "s1.p", "s1.d").violations == ()
    assert _codes(_only(problem, "s2.p", "s2.d", "s1.p", "s1.d")) == [ViolationCode.PIN]
    (other,) = schedule(problem, {"v2": ["s1.p", "s1.d"]}).routes
    assert _codes(other) == [ViolationCode.PIN, ViolationCode.PIN]


def test_a_task_in_two_routes_is_a_duplicate():
    problem = a_problem(vehicles=(a_vehicle("v1"), a_vehicle("v2")))
    solution = schedule(problem, {"v1": ["s1.p", "s1.d"], "v2": ["s1.p", "s1.d"]})
    assert _codes(solution.routes[1]) == [ViolationCode.DUPLICATE] * 2


def test_orders_of_unknown_things_are_refused():
    with pytest.raises(InvalidOrder, match="v9"):
        schedule(a_problem(), {"v9": []})
    with pytest.raises(InvalidOrder, match="nothing"):
        schedule(a_problem(), {"v1": ["nothing"]})


def test_a_vehicle_without_tasks_has_no_route():
    rest = Break(id="rest", window=a_window(0, 300), duration_s=50)
    problem = a_problem(vehicles=(a_vehicle(breaks=(rest,)),))
    assert schedule(problem, {"v1": ["rest"]}).routes == ()


def test_steps_say_what_they_are():
    route = _only(a_problem(), "s1.p", "s1.d")
    assert [visit.kind for visit in route.visits] == [
        VisitKind.START,
        VisitKind.PICKUP,
        VisitKind.DELIVERY,
        VisitKind.END,
    ]
    assert route.order == ("s1.p", "s1.d")
