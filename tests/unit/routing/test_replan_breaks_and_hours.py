"""Breaks and rides by the hour in a day under way that is changed."""

from routing import (
    Break,
    CourierState,
    HourBand,
    Job,
    Problem,
    TravelMatrix,
    check,
    replan,
    schedule,
)
from tests.builders.days_on_a_line import a_day_on_a_line, a_plan_of, visit_of
from tests.builders.routing_problems import (
    a_line_matrix,
    a_shipment,
    a_task,
    a_vehicle,
    a_window,
)


def test_a_break_that_was_taken_is_not_taken_again_and_a_missed_one_is_made_up_for():
    rest = Break(id="rest", window=a_window(100, 200), duration_s=60)
    problem = a_day_on_a_line(vehicles=(a_vehicle("an", breaks=(rest,)),))
    plan = a_plan_of(problem, an=["s1.p", "s1.d", "s2.p", "s2.d"])
    done = CourierState(vehicle_id="an", done=("s1.p", "rest"), started={"rest": 115}, free_s=175)
    answer = replan(problem, plan, now_s=175, states=[done], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert visit_of(answer.solution, "rest").start_s == 115
    assert visit_of(answer.solution, "s1.d").start_s == 275
    missed = CourierState(vehicle_id="an", done=("s1.p",), free_s=400)
    answer = replan(problem, plan, now_s=400, states=[missed], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert visit_of(answer.solution, "rest").start_s >= 400


def test_nothing_slips_in_before_a_break_that_was_taken_last_even_if_it_takes_no_time():
    rest = Break(id="rest", window=a_window(0, 0), duration_s=0, after_start=True)
    here = Job(id="here", task=a_task("here.t", 0, service_s=0))
    problem = a_day_on_a_line(
        vehicles=(a_vehicle("an", breaks=(rest,)),), jobs=(here,), shipments=()
    )
    plan = a_plan_of(problem, an=["here.t"])
    an = CourierState(vehicle_id="an", done=("here.t", "rest"), free_s=1)
    new = a_shipment(
        "new", 0, 0, pickups=(a_task("n.p", 0, service_s=0),), deliveries=(a_task("n.d", 0),)
    )
    answer = replan(problem, plan, now_s=0, states=[an], new_works=[new], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert answer.placed == ("new",)
    assert visit_of(answer.solution, "rest").start_s == 0
    assert visit_of(answer.solution, "n.p").start_s == 1


def _at_the_rush(**fields) -> Problem:
    """Rides begun from 200 s to 400 s take three times as long."""
    base = a_line_matrix()
    return a_day_on_a_line(
        hour_bands=(HourBand(name="peak", start=200, end=400),),
        matrices={"default": base, "default@peak": TravelMatrix(base.duration_s * 3)},
        **fields,
    )


def test_the_rest_of_a_route_rides_by_the_hours_of_the_whole():
    problem = _at_the_rush(shipments=(a_shipment("s1", 1, 2),))
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    late = CourierState(vehicle_id="an", done=("s1.p",), free_s=250)
    answer = replan(problem, plan, now_s=250, states=[late], compiled=False)
    assert check(answer.problem, answer.solution) == []
    # Waiting for 400 and riding then is quicker than 3 x 100 s at once: there at 500.
    assert visit_of(answer.solution, "s1.d").start_s == 500


def test_a_break_taken_last_ends_before_the_hour_that_the_next_ride_begins_in():
    rest = Break(id="rest", window=a_window(110, 210), duration_s=300)
    problem = _at_the_rush(
        vehicles=(a_vehicle("an", breaks=(rest,)),), shipments=(a_shipment("s1", 1, 4),)
    )
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    # The ride begun at 210 would be one of the rush; he rested first, and rides at 510.
    an = CourierState(vehicle_id="an", done=("s1.p", "rest"), started={"rest": 210}, free_s=510)
    answer = replan(problem, plan, now_s=510, states=[an], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert visit_of(answer.solution, "rest").start_s == 210
    assert visit_of(answer.solution, "s1.d").start_s == 510 + 300


def test_a_break_before_the_first_visit_stays_there_in_a_day_with_rides_by_the_hour():
    rest = Break(id="rest", window=a_window(0, 50), duration_s=60)
    problem = _at_the_rush(vehicles=(a_vehicle("an", breaks=(rest,)),))
    plan = schedule(problem, {"an": ["rest", "s1.p", "s1.d", "s2.p", "s2.d"]})
    an = CourierState(
        vehicle_id="an", done=("rest", "s1.p"), started={"rest": 20, "s1.p": 190}, free_s=200
    )
    answer = replan(problem, plan, now_s=200, states=[an], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert visit_of(answer.solution, "rest").start_s == 20
    assert visit_of(answer.solution, "s1.p").start_s == 190
    assert answer.lost == ()


def test_who_has_only_rested_so_far_keeps_his_work_and_his_rest():
    rest = Break(id="rest", window=a_window(0, 100), duration_s=60)
    vehicles = (a_vehicle("an", breaks=(rest,)),)
    for problem in (a_day_on_a_line(vehicles=vehicles), _at_the_rush(vehicles=vehicles)):
        plan = schedule(problem, {"an": ["rest", "s1.p", "s1.d", "s2.p", "s2.d"]})
        an = CourierState(vehicle_id="an", done=("rest",), started={"rest": 40}, free_s=150)
        answer = replan(problem, plan, now_s=150, states=[an], compiled=False)
        assert check(answer.problem, answer.solution) == []
        assert answer.lost == answer.solution.unassigned == ()
        assert visit_of(answer.solution, "rest").start_s == 40
        assert visit_of(answer.solution, "s1.p").start_s >= 250


def test_each_courier_keeps_his_own_break_of_a_name_that_several_share():
    rest = Break(id="rest", window=a_window(0, 3000), duration_s=60)
    problem = a_day_on_a_line(
        vehicles=(a_vehicle("an", breaks=(rest,)), a_vehicle("binh", breaks=(rest,)))
    )
    orders = {"an": ["s1.p", "rest", "s1.d"], "binh": ["s2.p", "s2.d", "rest"]}
    plan = schedule(problem, orders)
    an = CourierState(vehicle_id="an", done=("s1.p", "rest"), free_s=170)
    answer = replan(problem, plan, now_s=170, states=[an], compiled=False)
    (route,) = [r for r in answer.solution.routes if r.vehicle_id == "an"]
    assert next(v for v in route.visits if v.task_id == "rest").start_s == 110


def test_who_is_late_takes_his_break_and_rides_home_however_late_that_is():
    rest = Break(id="rest", window=a_window(200, 300), duration_s=60)
    problem = a_day_on_a_line(vehicles=(a_vehicle("an", breaks=(rest,), shift=a_window(0, 500)),))
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    late = CourierState(vehicle_id="an", done=("s1.p", "s1.d"), free_s=450)
    answer = replan(problem, plan, now_s=450, states=[late], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert answer.solution.routes[0].end_s == 450 + 60 + 200
    assert answer.lost == ()
