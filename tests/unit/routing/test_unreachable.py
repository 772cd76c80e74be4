"""One-way places and missing ways: whatever engine searches, no route ever uses a way not there."""

import pytest

from routing import Break, Location, ReasonCode, TravelMatrix, check, solve
from routing.engines import engine_names
from tests.builders.routing_problems import a_problem, a_shipment, a_vehicle, a_window

NO_WAY = -1

every_engine = pytest.mark.parametrize("engine", engine_names())


def a_matrix(*missing: tuple[int, int]) -> TravelMatrix:
    """Five places on a line, 100 s apart, without the ways that are named."""
    legs = [[abs(i - j) * 100 for j in range(5)] for i in range(5)]
    for origin, destination in missing:
        legs[origin][destination] = NO_WAY
    return TravelMatrix(legs)


def solved(engine: str, **fields):
    problem = a_problem(**fields)
    solution = solve(problem, time_limit_s=240, iterations=20, engine=engine).solution
    assert check(problem, solution) == []
    return solution


@every_engine
def test_a_place_that_can_be_entered_and_not_left_keeps_its_work_out(engine):
    solution = solved(
        engine,
        shipments=(a_shipment("lost", 1, 3), a_shipment("done", 1, 2)),
        matrices={"default": a_matrix(*((3, to) for to in (0, 1, 2, 4)))},
    )
    (left,) = solution.unassigned
    assert (left.id, left.reasons[0].code) == ("lost", ReasonCode.UNREACHABLE)


@every_engine
def test_a_place_without_a_way_back_is_the_last_stop_of_a_vehicle_that_ends_anywhere(engine):
    solution = solved(
        engine,
        vehicles=(a_vehicle(end=None),),
        shipments=(a_shipment("far", 1, 3), a_shipment("near", 1, 2)),
        matrices={"default": a_matrix(*((3, to) for to in (0, 1, 2, 4)))},
    )
    assert solution.unassigned == ()
    assert solution.routes[0].task_ids[-1] == "far.d"


@every_engine
def test_a_vehicle_without_a_way_from_its_start_to_its_end_still_rides_by_other_places(engine):
    solution = solved(
        engine,
        vehicles=(a_vehicle("v1", end=Location(matrix_index=4)), a_vehicle("v2")),
        matrices={"default": a_matrix((0, 4), (1, 0), (2, 0))},
    )
    assert [route.vehicle_id for route in solution.routes] == ["v1"]
    assert solution.unassigned == ()


@every_engine
def test_a_break_does_not_bridge_a_way_that_is_missing(engine):
    rest = Break(id="rest", window=a_window(0, 5000), duration_s=600)
    solution = solved(
        engine,
        vehicles=(a_vehicle(breaks=(rest,)),),
        shipments=(a_shipment("cut", 1, 2),),
        matrices={"default": a_matrix((1, 2), (2, 0))},
    )
    assert solution.routes == ()
    assert {reason.code for reason in solution.unassigned[0].reasons} == {ReasonCode.UNREACHABLE}
