"""Solving: features honoured, impossible work set aside, the caller's stop answered."""

import time

import pytest

from routing import (
    Break,
    Costs,
    EngineCannot,
    Job,
    Location,
    Pin,
    PinOrder,
    ReasonCode,
    TravelMatrix,
    VisitKind,
    check,
    solve,
)
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import (
    a_line_matrix,
    a_problem,
    a_shipment,
    a_task,
    a_vehicle,
    a_window,
)


def _solve(problem, **options):
    result = solve(problem, time_limit_s=30, iterations=30, **options)
    assert check(problem, result.solution) == []
    return result


def _reasons(result):
    return {left.id: [r.code for r in left.reasons] for left in result.solution.unassigned}


def test_a_shipment_is_carried():
    result = _solve(a_problem())
    (route,) = result.solution.routes
    assert route.task_ids == ("s1.p", "s1.d")
    assert (result.solution.cost, result.engine, result.seed) == (400, "ruin_recreate", 1)
    assert result.solution.unassigned == ()


def test_the_cheaper_alternative_is_chosen_price_included():
    near, far = a_task("near", 2, price=500), a_task("far", 4)
    problem = a_problem(shipments=(a_shipment("s", 1, 2, deliveries=(near, far)),))
    assert _solve(problem).solution.routes[0].task_ids == ("s.p", "far")
    cheap = a_problem(
        shipments=(a_shipment("s", 1, 2, deliveries=(a_task("near", 2, price=300), far)),)
    )
    assert _solve(cheap).solution.routes[0].task_ids == ("s.p", "near")


def test_a_closed_alternative_is_passed_over():
    closed = a_task("closed", 2, (0, 50))
    problem = a_problem(shipments=(a_shipment("s", 1, 2, deliveries=(closed, a_task("open", 4))),))
    assert _solve(problem).solution.routes[0].task_ids == ("s.p", "open")


def test_one_impossible_task_does_not_spoil_the_rest():
    legs = a_line_matrix().duration_s.copy()
    legs[:, 4] = -1
    legs[4, 4] = 0
    problem = a_problem(
        matrices={"default": TravelMatrix(legs)},
        jobs=(Job(id="island", task=a_task("t", 4)),),
        shipments=(a_shipment("s1", 1, 2), a_shipment("lost", 4, 1)),
    )
    result = _solve(problem)
    assert [left.id for left in result.solution.unassigned] == ["island", "lost"]
    assert set(map(tuple, _reasons(result).values())) == {(ReasonCode.UNREACHABLE,)}


LONELY = {
    "no courier has the skill": (
        {"skills": frozenset({"cash"})},
        {},
        ReasonCode.NO_SKILL,
        1,
    ),
    "the window closes before anybody arrives": (
        {"deliveries": (a_task("d", 2, (0, 150)),)},
        {},
        ReasonCode.TIME_WINDOW,
        60,
    ),
    "the papers are ready too late": (
        {"pickups": (a_task("p", 1, (0, 900), release_s=950),)},
        {},
        ReasonCode.RELEASED_TOO_LATE,
        50,
    ),
    "the shift is over": ({}, {"shift": a_window(0, 400)}, ReasonCode.SHIFT, 20),
    "the day has too many halts": ({}, {"max_stops": 1}, ReasonCode.MAX_STOPS, 1),
    "the day has too many tasks": ({}, {"max_tasks": 1}, ReasonCode.MAX_TASKS, 1),
    "it is too far": ({}, {"max_distance_m": 3500}, ReasonCode.MAX_DISTANCE, 500),
    "it is too long a ride": ({}, {"max_travel_s": 390}, ReasonCode.MAX_TRAVEL, 10),
    "the break cannot be reached": (
        {"deliveries": (a_task("d", 2, (900, 950)),)},
        {"breaks": (Break(id="rest", window=a_window(880, 890), duration_s=300),)},
        ReasonCode.BREAK,
        20,
    ),
}


@pytest.mark.parametrize("name", LONELY)
def test_the_reason_tells_what_failed_and_by_how_much(name):
    shipment, vehicle, code, amount = LONELY[name]
    problem = a_problem(
        shipments=(a_shipment("s", 1, 2, **shipment),), vehicles=(a_vehicle(**vehicle),)
    )
    (left,) = _solve(problem).solution.unassigned
    assert (left.reasons[0].code, left.reasons[0].amount) == (code, amount)
    assert left.reasons[0].vehicle_id == "v1"
    assert len(left.reasons) == 1


def test_a_load_above_every_satchel_is_a_capacity_reason():
    problem = a_problem(
        load_dimensions=("dossiers",),
        vehicles=(a_vehicle(capacity=(3,)),),
        shipments=(
            a_shipment(
                "s",
                1,
                2,
                pickups=(a_task("p", 1, load_change=(5,)),),
                deliveries=(a_task("d", 2, load_change=(-5,)),),
            ),
        ),
    )
    ((reason,),) = [left.reasons for left in _solve(problem).solution.unassigned]
    assert (reason.code, reason.amount, reason.unit) == (ReasonCode.CAPACITY, 2, "dossiers")


def test_a_load_too_much_at_another_task_is_told_as_a_load_and_not_as_a_window():
    # There is time for one ride along the line and no more: both would be on board at once.
    held, more = (
        a_shipment(
            name,
            first,
            last,
            pickups=(a_task(f"{name}.p", first, load_change=(amount,)),),
            deliveries=(a_task(f"{name}.d", last, load_change=(-amount,)),),
            priority=amount,
        )
        for name, first, last, amount in (("held", 2, 3, 2), ("more", 1, 4, 1))
    )
    problem = a_problem(
        load_dimensions=("dossiers",),
        matrices={"default": a_line_matrix(leg_s=20_000)},
        vehicles=(a_vehicle(capacity=(2,), end=None, shift=a_window(0, 80_100)),),
        shipments=(held, more),
    )
    ((left),) = _solve(problem).solution.unassigned
    reason = left.reasons[0]
    assert (reason.code, reason.subject, reason.amount) == (ReasonCode.CAPACITY, "held.p", 1)
    assert reason.detail == "too much would be on board at a task already planned"


def test_work_dearer_than_its_penalty_is_left_and_the_difference_is_told():
    problem = a_problem(
        shipments=(a_shipment("s", 1, 2, penalty=390),),
        vehicles=(a_vehicle(costs=Costs(fixed=100)),),
    )
    ((reason,),) = [left.reasons for left in _solve(problem).solution.unassigned]
    assert (reason.code, reason.amount) == (ReasonCode.NOT_WORTH_PENALTY, 110)


def test_a_full_day_names_the_nearest_miss_and_the_missing_vehicle():
    jobs = tuple(
        Job(id=f"j{n}", task=a_task(f"t{n}", 1, (100, 160), service_s=50)) for n in range(3)
    )
    result = _solve(a_problem(jobs=jobs))
    ((reason, missing),) = [left.reasons for left in result.solution.unassigned]
    assert (reason.code, reason.amount, reason.unit) == (ReasonCode.TIME_WINDOW, 40, "s")
    assert missing.code is ReasonCode.NO_VEHICLE


def test_a_higher_priority_is_served_first():
    jobs = tuple(
        Job(id=f"j{n}", task=a_task(f"t{n}", 1, (100, 100)), priority=n) for n in (0, 9, 3)
    )
    result = _solve(a_problem(jobs=jobs))
    assert [left.id for left in result.solution.unassigned] == ["j0", "j3"]


def test_pins_of_every_order_are_honoured():
    shipments = tuple(a_shipment(f"s{n}", n, 4 - n) for n in (1, 2, 3))
    vehicles = (a_vehicle("v1", costs=Costs(fixed=10**6)), a_vehicle("v2"))
    ids = ("s3.p", "s1.p", "s1.d", "s3.d")
    for order in PinOrder:
        pin = Pin(vehicle_id="v1", task_ids=ids, order=order)
        problem = a_problem(vehicles=vehicles, shipments=shipments, pins=(pin,))
        solution = _solve(problem).solution
        assert solution.unassigned == ()
        (route,) = [route for route in solution.routes if route.vehicle_id == "v1"]
        assert set(ids) <= set(route.task_ids)
        if order is PinOrder.SEQUENCE:
            assert tuple(i for i in route.task_ids if i in ids) == ids
        if order is PinOrder.STRICT:
            assert route.task_ids[:4] == ids


def test_held_items_are_delivered_from_the_start_and_deposits_carried_home():
    problem = a_problem(
        load_dimensions=("dossiers",),
        vehicles=(a_vehicle(capacity=(2,)),),
        jobs=(
            Job(id="held", task=a_task("out", 1, load_change=(-2,))),
            Job(id="found", task=a_task("in", 2, load_change=(2,))),
        ),
    )
    (route,) = _solve(problem).solution.routes
    assert route.task_ids == ("out", "in")
    assert [visit.load for visit in route.visits] == [(2,), (0,), (2,), (2,)]


def test_a_route_may_end_anywhere():
    problem = a_problem(vehicles=(a_vehicle(end=None),))
    solution = _solve(problem).solution
    assert solution.cost == 200
    assert solution.routes[0].visits[-1].kind is VisitKind.END


def test_hand_ins_at_one_office_share_the_setup():
    office = Location(matrix_index=2, place="office")
    shipments = tuple(
        a_shipment(f"s{n}", 1, 2, deliveries=(a_task(f"s{n}.d", 2, location=office, setup_s=300),))
        for n in range(4)
    )
    (route,) = _solve(a_problem(shipments=shipments)).solution.routes
    assert sum(visit.setup_s for visit in route.visits) == 300


def test_an_unknown_engine_is_named_with_those_that_exist():
    with pytest.raises(EngineCannot, match="ortools"):
        solve(a_problem(), time_limit_s=1, engine="magic")


def test_nothing_to_do_is_an_empty_plan():
    assert solve(a_problem(shipments=()), time_limit_s=1).solution.routes == ()


def test_progress_tells_stage_cost_and_time_left():
    seen = []
    solve(a_problem(), time_limit_s=5, iterations=5, on_progress=seen.append)
    assert [p.stage for p in seen][:3] == ["VALIDATE", "REDUCE", "SEARCH"]
    assert seen[-1].best_cost == 400
    assert seen[-1].unassigned == 0
    assert all(0 <= progress.seconds_left <= 5 for progress in seen)


def test_a_stop_is_answered_quickly_with_the_best_so_far():
    problem = a_courier_day(2, DayShape(visits=60, couriers=6))
    asked: list[float] = []
    began = time.monotonic()

    def should_stop() -> bool:
        if time.monotonic() - began > 1.5 and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    result = solve(problem, time_limit_s=60, should_stop=should_stop)
    # 0.2 s is the promise; the rest is for a machine that does other work meanwhile.
    assert time.monotonic() - asked[0] < 1.0
    assert result.stopped
    assert result.solution.unassigned == ()
    assert check(problem, result.solution) == []


@pytest.mark.parametrize("engine", ["ruin_recreate", "ortools"])
def test_a_stop_before_the_first_plan_gives_a_beginning_and_every_other_work_its_reason(engine):
    problem = a_courier_day(2, DayShape(visits=200, couriers=20))
    began = time.monotonic()
    result = solve(problem, time_limit_s=60, engine=engine, should_stop=lambda: True)
    assert time.monotonic() - began < 3
    assert result.stopped
    assert result.solution.routes
    assert check(problem, result.solution) == []
    assert all(left.reasons for left in result.solution.unassigned)
