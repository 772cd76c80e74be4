"""Late starts, overtime, time on board, breaks counted from leaving, rides by the hour, and the
plan before: each worked out by hand, and judged alike by schedule and by check."""

from dataclasses import replace

from routing import (
    Break,
    HourBand,
    Overtime,
    Problem,
    SoftWindow,
    Stability,
    TravelMatrix,
    ViolationCode,
    check,
    schedule,
)
from routing.formats.own import problem_from_json, problem_to_json
from tests.builders.routing_problems import (
    a_line_matrix,
    a_problem,
    a_shipment,
    a_task,
    a_vehicle,
    a_window,
)

PAIR = {"v1": ["s1.p", "s1.d"]}


def _with_delivery(**fields) -> Problem:
    return a_problem(shipments=(a_shipment("s1", 1, 2, deliveries=(a_task("s1.d", 2, **fields),)),))


def _judged(problem: Problem, orders=PAIR):
    solution = schedule(problem, orders)
    assert check(problem, solution) == []
    return solution


def test_each_second_after_a_soft_window_costs_its_part_of_the_price_of_an_hour():
    plain = _judged(_with_delivery())
    visit = plain.routes[0].visits[2]
    assert visit.start_s == 210
    late = _judged(_with_delivery(soft_windows=(SoftWindow(end=200, price_per_hour=7200),)))
    assert late.cost == plain.cost + 20
    assert late.routes[0].visits[2].late_s == 10
    assert late.routes[0].visits[2].violations == ()


def test_an_early_start_costs_nothing_and_nobody_waits_for_a_soft_window():
    plain = _judged(_with_delivery())
    early = _judged(_with_delivery(soft_windows=(SoftWindow(end=900, price_per_hour=7200),)))
    assert early.cost == plain.cost
    assert early.routes == plain.routes


def test_soft_windows_of_one_task_add_up():
    softs = (SoftWindow(end=200, price_per_hour=3600), SoftWindow(end=205, price_per_hour=7200))
    assert _judged(_with_delivery(soft_windows=softs)).cost == _judged(_with_delivery()).cost + 20


def test_a_route_may_end_in_overtime_at_its_price_and_not_after_it():
    vehicle = a_vehicle(shift=a_window(0, 400))
    on_time = schedule(a_problem(vehicles=(vehicle,)), PAIR)
    assert on_time.routes[0].violations[0].code is ViolationCode.SHIFT
    assert on_time.routes[0].violations[0].amount == 20
    longer = replace(vehicle, overtime=Overtime(most_s=30, price_per_hour=36_000))
    solution = _judged(a_problem(vehicles=(longer,)))
    assert solution.routes[0].cost == 400 + 200
    assert solution.routes[0].visits[-1].late_s == 20
    short = replace(vehicle, overtime=Overtime(most_s=15))
    broken = schedule(a_problem(vehicles=(short,)), PAIR)
    assert [(v.code, v.amount) for v in broken.violations] == [(ViolationCode.SHIFT, 5)]
    assert "SHIFT" in {fault.code for fault in check(a_problem(vehicles=(short,)), broken)}


def test_time_on_board_counts_from_the_end_of_the_pickup_to_the_start_of_the_delivery():
    fits = a_problem(shipments=(a_shipment("s1", 1, 2, max_ride_s=100),))
    assert _judged(fits).violations == ()
    short = a_problem(shipments=(a_shipment("s1", 1, 2, max_ride_s=99),))
    broken = schedule(short, PAIR)
    assert [(v.code, v.subject, v.amount) for v in broken.violations] == [
        (ViolationCode.MAX_RIDE, "s1.d", 1)
    ]
    assert "MAX_RIDE" in {fault.code for fault in check(short, broken)}


def test_a_break_after_the_start_counts_from_the_moment_of_leaving():
    rest = Break(id="rest", window=a_window(150, 160), duration_s=50, after_start=True)
    pickup = a_task("s1.p", 1, (1000, 1100))
    problem = a_problem(
        vehicles=(a_vehicle(breaks=(rest,)),),
        shipments=(a_shipment("s1", 1, 2, pickups=(pickup,)),),
    )
    solution = _judged(problem, {"v1": ["s1.p", "rest", "s1.d"]})
    start, _, pause, delivery, _ = solution.routes[0].visits
    assert start.end_s == 900  # as late as the first window allows
    assert (pause.start_s, pause.ride_s) == (1050, 40)
    assert delivery.start_s == 1160
    late = schedule(problem, {"v1": ["s1.p", "s1.d", "rest"]})
    assert [(v.code, v.amount) for v in late.violations] == [(ViolationCode.BREAK, 60)]
    assert schedule(problem, PAIR, place_breaks=True).orders == solution.orders


PEAK = HourBand(name="peak", start=500, end=800)


def _by_the_hour(first_window: tuple[int, int], peak_leg_s: int) -> Problem:
    return a_problem(
        matrices={"default": a_line_matrix(), "default@peak": a_line_matrix(leg_s=peak_leg_s)},
        hour_bands=(PEAK,),
        shipments=(a_shipment("s1", 1, 2, pickups=(a_task("s1.p", 1, first_window),)),),
    )


def test_a_ride_takes_the_hours_in_which_it_begins():
    solution = _judged(_by_the_hour((500, 500), 250))
    assert solution.routes[0].visits[1].ride_s == 100  # left at 400
    assert solution.routes[0].visits[2].ride_s == 250  # left at 510


def test_who_leaves_later_never_arrives_earlier():
    problem = _by_the_hour((740, 740), 1000)  # leaves the pickup at 750; the peak is over at 800
    arrival = _judged(problem).routes[0].visits[2].arrival_s
    assert arrival == 800 + 100
    arrivals = [
        schedule(_by_the_hour((t, t), 1000), PAIR).routes[0].visits[2].arrival_s
        for t in range(300, 1000)
    ]
    assert arrivals == sorted(arrivals)


def test_the_first_ride_begins_as_late_as_the_first_window_allows_whatever_the_hour():
    start = _judged(_by_the_hour((900, 900), 250)).routes[0].visits[0]
    assert start.end_s == 800
    assert _judged(_by_the_hour((850, 850), 250)).routes[0].visits[0].end_s == 600


def test_a_work_on_another_vehicle_than_before_costs_its_price_and_counts_against_the_limit():
    fleet = (a_vehicle("v1"), a_vehicle("v2"))
    before = Stability(vehicle_of={"s1": "v2"}, price_per_moved=70)
    plain = _judged(a_problem(vehicles=fleet))
    moved = a_problem(vehicles=fleet, stability=before)
    assert _judged(moved).cost == plain.cost + 70
    assert _judged(moved, {"v2": PAIR["v1"]}).cost == plain.cost
    none_may = replace(moved, stability=replace(before, most_moved=0))
    broken = schedule(none_may, PAIR)
    assert [(v.code, v.amount) for v in broken.violations] == [(ViolationCode.MOST_MOVED, 1)]
    assert "MOST_MOVED" in {fault.code for fault in check(none_may, broken)}
    assert check(none_may, schedule(none_may, {})) == []  # left undone is not moved


def test_the_new_parts_of_a_problem_come_back_from_json():
    rest = Break(id="rest", window=a_window(1, 2), duration_s=3, after_start=True)
    task = a_task("s1.d", 2, soft_windows=(SoftWindow(end=4, price_per_hour=5),))
    problem = a_problem(
        vehicles=(a_vehicle(breaks=(rest,), overtime=Overtime(most_s=6, price_per_hour=7)),),
        shipments=(a_shipment("s1", 1, 2, deliveries=(task,), max_ride_s=8),),
        stability=Stability(vehicle_of={"s1": "v1"}, price_per_moved=9, most_moved=10),
        hour_bands=(PEAK,),
        matrices={"default": a_line_matrix(), "default@peak": TravelMatrix([[0] * 5] * 5)},
    )
    assert problem.validate() == ()
    assert problem_from_json(problem_to_json(problem)) == problem
