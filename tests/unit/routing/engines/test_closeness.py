"""Which works count as likely neighbours in a route."""

import numpy as np

from routing import Costs, Location
from routing.engines.ruin_recreate.closeness import CLOSE
from routing.engines.ruin_recreate.instance import Instance, build_instance
from routing.engines.ruin_recreate.plan_state import empty_plan
from routing.engines.ruin_recreate.round import insert_all, run_rounds
from routing.problem import Problem
from routing.trying.trial_model import TrialModel
from tests.builders.routing_problems import (
    a_line_matrix,
    a_problem,
    a_shipment,
    a_task,
    a_vehicle,
)
from tests.unit.routing.engines.test_rounds import a_plan

OFFICE = 1


def a_collection(name, home, *slot):
    pickup = a_task(f"{name}.p", home, *slot)
    return a_shipment(name, home, OFFICE, pickups=(pickup,))


def an_instance(problem: Problem) -> Instance:
    everybody = tuple(range(len(problem.vehicles)))
    works = problem.shipments
    return build_instance(TrialModel(problem), works, {work.id: everybody for work in works})


def names_near(problem: Problem, name: str) -> list[str]:
    ids = [shipment.id for shipment in problem.shipments]
    return [ids[other] for other in an_instance(problem).close[ids.index(name)]]


def test_homes_count_and_the_office_that_everybody_visits_does_not():
    homes = {"a": 3, "b": 9, "c": 4, "d": 7}
    problem = a_problem(
        matrices={"default": a_line_matrix(10)},
        shipments=tuple(a_collection(name, home) for name, home in homes.items()),
    )
    assert names_near(problem, "a")[:3] == ["c", "d", "b"]


def test_a_home_next_door_with_hours_that_cannot_follow_is_farther_than_one_with_hours_that_can():
    problem = a_problem(
        matrices={"default": a_line_matrix(10)},
        shipments=(
            a_collection("morning", 3, (0, 500)),
            a_collection("evening", 4, (20_000, 20_500)),
            a_collection("same-hour", 8, (100, 700)),
            a_collection("any-hour", 9),
        ),
    )
    assert names_near(problem, "morning")[:3] == ["same-hour", "any-hour", "evening"]


def test_both_ends_count_where_each_has_a_place_of_its_own():
    problem = a_problem(
        matrices={"default": a_line_matrix(20)},
        shipments=(a_shipment("a", 2, 18), a_shipment("b", 9, 17), a_shipment("c", 5, 10)),
    )
    assert names_near(problem, "a")[:2] == ["b", "c"]


def test_windows_without_any_legal_start_are_no_neighbours_and_overflow_nothing():
    never = a_task("x.p", 3, (10, 20), release_s=50)
    problem = a_problem(
        matrices={"default": a_line_matrix(10)},
        shipments=(
            a_shipment("x", 3, OFFICE, pickups=(never,)),
            *(a_collection(name, home) for name, home in (("y", 3), ("z", 4), ("far", 9))),
        ),
    )
    assert names_near(problem, "y")[:3] == ["z", "far", "x"]


def test_a_work_that_fits_only_where_no_close_one_is_gets_planned_all_the_same():
    homes = [a_collection(f"near-{n}", 3 + n % 3) for n in range(CLOSE + 4)]
    skilled = a_shipment("far", 30, 31, skills=frozenset({"van"}))
    problem = a_problem(
        matrices={"default": a_line_matrix(40)},
        vehicles=(a_vehicle("v1"), a_vehicle("v2", skills=frozenset({"van"}))),
        shipments=(*homes, skilled),
    )
    _, instance, plan = a_plan(problem)
    run_rounds(instance, plan, 400, 3e6, 3e5)
    assert (plan.vehicle_of >= 0).all()
    assert plan.vehicle_of[len(homes)] == 1
    insert_all(instance, plan, np.zeros(0, dtype=np.int64), 0, 0)
    assert (plan.vehicle_of >= 0).all()


def test_an_idle_vehicle_is_called_in_where_it_costs_less_than_a_detour_of_one_on_the_road():
    far = Location(matrix_index=9)
    problem = a_problem(
        matrices={"default": a_line_matrix(10)},
        vehicles=(
            a_vehicle("dear", costs=Costs(fixed=5_000)),
            a_vehicle("cheap", start=far, end=far, costs=Costs(fixed=500)),
        ),
        shipments=(a_shipment("near", 1, 2), a_shipment("far", 8, 7)),
    )
    works = problem.shipments
    instance = build_instance(TrialModel(problem), works, {"near": (0,), "far": (0, 1)})
    plan = empty_plan(instance, seed=1)
    insert_all(instance, plan, np.arange(2), 0, 2)
    assert plan.vehicle_of.tolist() == [0, 1]  # 900 against 1,200 for a detour
