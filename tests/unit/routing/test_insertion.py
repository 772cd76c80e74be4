"""Who can take a new work: by hand, on a line of places 100 s and 1,000 m apart."""

from dataclasses import replace

import numpy as np
import pytest

from routing import (
    Break,
    Job,
    NewPlace,
    Pin,
    PinOrder,
    PlaceRides,
    ReasonCode,
    Stability,
    check,
    insert,
    prepare,
    schedule,
)
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle, a_window


def _a_day(**fields):
    fields.setdefault("vehicles", (a_vehicle("an"), a_vehicle("binh")))
    fields.setdefault("shipments", (a_shipment("s1", 1, 2), a_shipment("s2", 4, 3)))
    return a_problem(**fields)


def _a_plan(problem, **orders):
    return schedule(problem, orders, place_breaks=True)


ORDERS = {"an": ["s1.p", "s1.d"], "binh": ["s2.p", "s2.d"]}


def test_offers_are_ranked_by_price_and_name_what_changes_for_others():
    problem = _a_day()
    plan = _a_plan(problem, **ORDERS)
    new = Job(id="new", task=a_task("new.t", 3))
    first, second = insert(problem, plan, new).offers
    assert (first.vehicle_id, first.price, first.extra_s, first.extra_m) == ("binh", 0, 0, 0)
    assert first.task_ids == ("new.t", "s2.p", "s2.d")
    assert {change.task_id: change.by_s for change in first.changes} == {"s2.p": 10, "s2.d": 10}
    assert (second.vehicle_id, second.price, second.extra_m) == ("an", 200, 2000)
    grown, after = second.apply()
    assert check(grown, after) == []
    assert after.cost == plan.cost + 200


def test_a_new_address_comes_with_its_rides():
    problem = _a_day()
    plan = _a_plan(problem, **ORDERS)
    # 30 s beyond place 2, on a lane of its own; one way back is longer.
    here = [230, 130, 30, 130, 230]
    rides = PlaceRides(to_s=here, from_s=[s + 5 for s in here], to_m=here, from_m=here)
    home = Job(id="new", task=a_task("new.t", 5))
    for compiled in (None, False):
        offers = prepare(problem, plan, compiled=compiled).insert(home, places=[NewPlace.of(rides)])
        assert [(o.vehicle_id, o.price, o.extra_s) for o in offers.offers] == [
            ("an", 65, 65),
            ("binh", 65, 65),
        ]
        assert offers.best is not None
        grown, after = offers.best.apply()
        assert check(grown, after) == []
        assert grown.matrices["default"].size == 6
        assert after.ride_s == plan.ride_s + 65


def test_two_new_addresses_name_the_way_between_them():
    problem = _a_day()
    plan = _a_plan(problem, **ORDERS)
    near = [100, 0, 100, 200, 300]
    first = NewPlace.of(PlaceRides(to_s=near, from_s=near))
    second = NewPlace.of(PlaceRides(to_s=[*near, 7], from_s=[*near, 7]))
    work = a_shipment("new", 5, 6)
    offers = insert(problem, plan, work, places=[first, second])
    assert offers.best is not None
    grown, after = offers.best.apply()
    assert check(grown, after) == []
    assert int(grown.matrices["default"].duration_s[5, 6]) == 7


def test_places_that_do_not_fit_the_matrices_are_refused():
    problem = _a_day()
    prepared = prepare(problem, _a_plan(problem, **ORDERS))
    job = Job(id="new", task=a_task("new.t", 5))
    with pytest.raises(ValueError, match="3 cells, not 5"):
        prepared.insert(job, places=[NewPlace.of(PlaceRides(to_s=[1] * 5, from_s=[1] * 3))])
    with pytest.raises(ValueError, match="lacks the rides"):
        prepared.insert(job, places=[NewPlace(rides={})])


def test_work_that_is_done_already_or_takes_anothers_id_is_refused():
    problem = _a_day()
    prepared = prepare(problem, _a_plan(problem, **ORDERS))
    with pytest.raises(ValueError, match="in a route already"):
        prepared.insert(problem.shipments[0])
    with pytest.raises(ValueError, match="belongs to work 's1'"):
        prepared.insert(Job(id="new", task=a_task("s1.p", 1)))


def test_who_cannot_take_it_says_why():
    rest = Break(id="rest", window=a_window(0, 20), duration_s=60)
    vehicles = (
        a_vehicle("unskilled"),
        a_vehicle("short", shift=a_window(0, 500), skills=frozenset({"cash"}), breaks=(rest,)),
    )
    problem = a_problem(vehicles=vehicles, jobs=())
    plan = _a_plan(problem)
    new = Job(id="new", task=a_task("new.t", 4), skills=frozenset({"cash"}))
    answer = insert(problem, plan, new)
    assert answer.best is None
    codes = {r.vehicle_id: r.reasons[0].code for r in answer.refusals}
    assert codes == {"unskilled": ReasonCode.NO_SKILL, "short": ReasonCode.SHIFT}


def test_what_has_started_and_what_somebody_fixed_stays_in_front():
    pin = Pin(vehicle_id="an", task_ids=("s1.p", "s1.d"), order=PinOrder.STRICT)
    problem = _a_day(pins=(pin,))
    plan = _a_plan(problem, **ORDERS)
    near = Job(id="near", task=a_task("near.t", 1))
    for compiled in (None, False):
        offers = prepare(problem, plan, compiled=compiled).insert(near, vehicles=["an"]).offers
        (offer,) = offers
        assert offer.task_ids == ("s1.p", "s1.d", "near.t")


def test_a_work_that_may_move_no_more_is_offered_by_its_own_courier_alone():
    problem = _a_day()
    told = Stability(vehicle_of={"s1": "binh"}, most_moved=0)
    problem = replace(problem, stability=told)
    plan = _a_plan(problem, binh=["s2.p", "s2.d"])
    answer = insert(problem, plan, problem.shipments[0])
    assert [offer.vehicle_id for offer in answer.offers] == ["binh"]
    assert [refusal.vehicle_id for refusal in answer.refusals] == ["an"]


def test_many_alternatives_of_a_delivery_are_one_question():
    problem = _a_day()
    plan = _a_plan(problem, **ORDERS)
    doors = tuple(a_task(f"new.d{i}", i % 5, price=100 - i) for i in range(30))
    work = a_shipment("new", 1, 2, deliveries=doors)
    best = insert(problem, plan, work, places=()).best
    exact = prepare(problem, plan, compiled=False).insert(work).best
    assert best is not None
    assert exact is not None
    assert best.price == exact.price


def test_rides_may_be_arrays():
    problem = _a_day()
    plan = _a_plan(problem, **ORDERS)
    far = np.full(5, 4000)
    offers = insert(
        problem,
        plan,
        Job(id="new", task=a_task("new.t", 5)),
        places=[NewPlace.of(PlaceRides(to_s=far, from_s=far))],
    )
    assert [offer.extra_s for offer in offers.offers] == [7600, 7800]
