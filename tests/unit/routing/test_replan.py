"""A day under way is changed: what has happened stays, and the answer says what was touched."""

import pytest

from routing import (
    ChangeBudget,
    CourierState,
    InvalidState,
    Job,
    Location,
    Pin,
    PinOrder,
    TravelMatrix,
    check,
    replan,
)
from tests.builders.days_on_a_line import a_day_on_a_line, a_plan_of, vehicle_of, visit_of
from tests.builders.routing_problems import (
    a_line_matrix,
    a_problem,
    a_shipment,
    a_task,
    a_vehicle,
    a_window,
)


def test_what_is_on_board_stays_with_its_courier_and_the_past_stays_as_it_was():
    problem = a_day_on_a_line()
    plan = a_plan_of(problem, an=["s1.p", "s1.d", "s2.p", "s2.d"])
    # An has picked s1 up at 150 instead of 100, and is free at 170.
    an = CourierState(vehicle_id="an", done=("s1.p",), started={"s1.p": 150}, free_s=170)
    answer = replan(problem, plan, now_s=170, states=[an], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert visit_of(answer.solution, "s1.p").start_s == 150
    assert visit_of(answer.solution, "s1.p").end_s == 170
    assert visit_of(answer.solution, "s1.d").start_s == 270
    assert vehicle_of(answer.solution, "s1.d") == "an"
    changes = {change.task_id: change.by_s for change in answer.changes}
    assert changes == {"s1.d": 60, "s2.p": 60, "s2.d": 60}
    assert answer.touched == answer.moved == answer.lost == ()


def test_papers_in_the_bag_of_one_who_drops_out_are_fetched_where_he_stands():
    problem = a_day_on_a_line()
    plan = a_plan_of(problem, an=["s1.p", "s1.d"], binh=["s2.p", "s2.d"])
    an = CourierState(vehicle_id="an", done=("s1.p",), free_s=110)
    binh = CourierState(vehicle_id="binh", location=Location(matrix_index=1), free_s=110)
    answer = replan(problem, plan, now_s=110, states=[an, binh], dropped=["an"], fetch_service_s=60)
    assert check(answer.problem, answer.solution) == []
    assert answer.solution.unassigned == ()
    assert vehicle_of(answer.solution, "s1.p") == "an"
    fetched = visit_of(answer.solution, "fetch:s1.p")
    assert (fetched.location.matrix_index, fetched.service_s) == (1, 60)
    assert fetched.start_s >= 110
    assert vehicle_of(answer.solution, "s1.d") == "binh"
    assert answer.moved == ()  # his work must move: that is not counted


def test_urgent_work_goes_where_it_costs_least_and_nobody_else_moves():
    problem = a_day_on_a_line()
    plan = a_plan_of(problem, an=["s1.p", "s1.d"], binh=["s2.p", "s2.d"])
    states = [
        CourierState(vehicle_id="an", done=("s1.p",), free_s=110),
        CourierState(vehicle_id="binh", done=("s2.p",), free_s=310),
    ]
    urgent = Job(id="urgent", task=a_task("urgent.t", 4))
    answer = replan(problem, plan, now_s=310, states=states, new_works=[urgent])
    assert check(answer.problem, answer.solution) == []
    assert answer.placed == ("urgent",)
    assert vehicle_of(answer.solution, "urgent.t") == "binh"
    assert answer.moved == ()


def test_a_promise_is_kept_by_leaving_urgent_work_undone_if_none_may_be_touched():
    problem = a_problem(vehicles=(a_vehicle("an"),), shipments=(a_shipment("s1", 3, 4),), jobs=())
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    urgent = Job(id="urgent", task=a_task("urgent.t", 1, (0, 150), service_s=600))
    free = replan(problem, plan, now_s=0, new_works=[urgent], compiled=False)
    assert free.placed == ("urgent",)
    assert [(c.task_id, c.before_s, c.after_s) for c in free.changes] == [
        ("s1.p", 300, 900),
        ("s1.d", 410, 1010),
    ]
    narrow = ChangeBudget(most_touched=0, tolerance_s=300)
    strict = replan(problem, plan, now_s=0, new_works=[urgent], budget=narrow, compiled=False)
    assert strict.placed == strict.touched == ()
    assert strict.within_budget
    wide = ChangeBudget(most_touched=2, tolerance_s=300)
    loose = replan(problem, plan, now_s=0, new_works=[urgent], budget=wide, compiled=False)
    assert [change.by_s for change in loose.touched] == [600, 600]
    assert loose.within_budget


def test_a_promise_broken_by_what_happened_is_named_and_counted():
    problem = a_day_on_a_line(shipments=(a_shipment("s1", 1, 2),))
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    late = CourierState(vehicle_id="an", done=("s1.p",), free_s=2000)
    budget = ChangeBudget(most_touched=0, most_moved=0)
    answer = replan(problem, plan, now_s=2000, states=[late], budget=budget, compiled=False)
    (touched,) = answer.touched
    assert (touched.work_id, touched.before_s, touched.after_s) == ("s1", 210, 2100)
    assert not answer.within_budget


def test_works_change_courier_only_as_far_as_the_budget_goes():
    # Both visits must begin by 400; An is late, so that he reaches neither.
    shipments = tuple(
        a_shipment(name, 1, 2, pickups=(a_task(f"{name}.p", 1, (0, 400)),)) for name in "xy"
    )
    problem = a_day_on_a_line(shipments=shipments)
    plan = a_plan_of(problem, an=["x.p", "y.p", "x.d", "y.d"])
    late = CourierState(vehicle_id="an", location=Location(matrix_index=4), free_s=390)
    states = [late]
    for most, lost in ((0, 2), (1, 1), (2, 0)):
        budget = ChangeBudget(most_moved=most)
        answer = replan(problem, plan, now_s=200, states=states, budget=budget, compiled=False)
        assert check(answer.problem, answer.solution) == []
        assert len(answer.moved) == most
        assert len(answer.lost) == lost
        assert {move.after_vehicle_id for move in answer.moved} <= {"binh"}


def test_what_is_on_board_and_can_no_longer_be_delivered_stays_in_the_bag():
    shipment = a_shipment("s1", 1, 2, deliveries=(a_task("s1.d", 2, (0, 300)),))
    problem = a_day_on_a_line(shipments=(shipment,))
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    late = CourierState(vehicle_id="an", done=("s1.p",), free_s=500)
    answer = replan(problem, plan, now_s=500, states=[late], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert answer.lost == ("s1",)
    assert visit_of(answer.solution, "s1.p").end_s == 500


def test_what_stays_in_the_bag_undelivered_leaves_no_room_for_new_work():
    shipment = a_shipment(
        "s1",
        1,
        2,
        pickups=(a_task("s1.p", 1, load_change=(1,)),),
        deliveries=(a_task("s1.d", 2, (0, 300), load_change=(-1,)),),
    )
    problem = a_day_on_a_line(
        vehicles=(a_vehicle("an", capacity=(1,)),),
        shipments=(shipment,),
        load_dimensions=("dossiers",),
    )
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    late = CourierState(vehicle_id="an", done=("s1.p",), free_s=500)
    new = Job(id="new", task=a_task("new.t", 3, load_change=(1,)))
    answer = replan(problem, plan, now_s=500, states=[late], new_works=[new], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert (answer.lost, answer.placed) == (("s1",), ())


def test_where_a_courier_is_counts_for_the_way_that_he_still_has():
    problem = a_day_on_a_line()
    plan = a_plan_of(problem, an=["s1.p", "s1.d", "s2.p", "s2.d"])
    an = CourierState(
        vehicle_id="an", done=("s1.p", "s1.d"), free_s=400, location=Location(matrix_index=0)
    )
    answer = replan(
        problem, plan, now_s=400, states=[an], budget=ChangeBudget(most_moved=0), compiled=False
    )
    assert check(answer.problem, answer.solution) == []
    assert visit_of(answer.solution, "s2.p").start_s == 700


def test_a_full_bag_has_no_room_for_new_work_even_if_that_takes_no_time():
    taken = [
        Job(id=name, task=a_task(f"{name}.t", 0, service_s=0, load_change=(1,))) for name in "xy"
    ]
    problem = a_day_on_a_line(
        vehicles=(a_vehicle("an", capacity=(2,)),),
        jobs=tuple(taken),
        shipments=(),
        load_dimensions=("dossiers",),
    )
    plan = a_plan_of(problem, an=["x.t", "y.t"])
    an = CourierState(vehicle_id="an", done=("x.t", "y.t"), free_s=0)
    new = a_shipment(
        "new",
        0,
        0,
        pickups=(a_task("n.p", 0, service_s=0, load_change=(1,)),),
        deliveries=(a_task("n.d", 0, service_s=0, load_change=(-1,)),),
    )
    answer = replan(problem, plan, now_s=0, states=[an], new_works=[new], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert answer.placed == ()


def test_what_somebody_fixed_stays_fixed_and_the_next_stop_stays_the_next():
    pin = Pin(vehicle_id="binh", task_ids=("s2.p", "s2.d"), order=PinOrder.SEQUENCE)
    problem = a_day_on_a_line(pins=(pin,))
    plan = a_plan_of(problem, an=["s1.p", "s1.d"], binh=["s2.p", "s2.d"])
    an = CourierState(vehicle_id="an", done=("s1.p",), free_s=110, next_ids=("s1.d",))
    near = Job(id="near", task=a_task("near.t", 1))
    answer = replan(problem, plan, now_s=110, states=[an], new_works=[near], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert vehicle_of(answer.solution, "s2.p") == "binh"
    order = next(r.task_ids for r in answer.solution.routes if r.vehicle_id == "an")
    assert order[:2] == ("s1.p", "s1.d")


def test_who_stands_where_no_way_leads_is_written_there_all_the_same():
    legs = a_line_matrix().duration_s.copy()
    legs[4, :4] = legs[:4, 4] = -1
    problem = a_day_on_a_line(
        matrices={"default": TravelMatrix(legs)}, shipments=(a_shipment("s1", 1, 2),)
    )
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    an = CourierState(
        vehicle_id="an", done=("s1.p",), location=Location(matrix_index=4), free_s=300
    )
    answer = replan(problem, plan, now_s=300, states=[an], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert answer.lost == ("s1",)


def test_what_cannot_have_happened_is_refused_with_everything_wrong_at_once():
    problem = a_day_on_a_line()
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    states = [
        CourierState(vehicle_id="an", done=("s1.d", "nonsense")),
        CourierState(vehicle_id="nobody"),
        CourierState(vehicle_id="binh", free_s=-1),
    ]
    with pytest.raises(InvalidState) as refused:
        replan(problem, plan, now_s=0, states=states, dropped=["ghost"])
    assert len(refused.value.reasons) == 5


def test_what_has_happened_may_be_beyond_every_limit_and_the_way_home_is_still_ridden():
    limits = {"max_travel_s": 400, "max_distance_m": 4000, "max_stops": 1, "max_tasks": 2}
    problem = a_day_on_a_line(
        vehicles=(a_vehicle("an", shift=a_window(0, 500), capacity=(1,), **limits),),
        shipments=(a_shipment("s1", 2, 2),),
        jobs=(Job(id="more", task=a_task("more.t", 2, load_change=(2,))),),
        load_dimensions=("dossiers",),
    )
    plan = a_plan_of(problem, an=["s1.p", "s1.d"])
    an = CourierState(
        vehicle_id="an",
        done=("s1.p", "s1.d", "more.t"),
        free_s=800,
        location=Location(matrix_index=4),
    )
    answer = replan(problem, plan, now_s=800, states=[an], compiled=False)
    assert check(answer.problem, answer.solution) == []
    assert answer.solution.routes[0].end_s == 800 + 400
    gone = replan(problem, plan, now_s=800, states=[an], dropped=["an"], compiled=False)
    assert check(gone.problem, gone.solution) == []
