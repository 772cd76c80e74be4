"""Each defect has its code and path, and all of them come at once."""

from datetime import datetime

import pytest

from routing import (
    Break,
    Costs,
    DefectCode,
    HourBand,
    InvalidMatrix,
    InvalidProblem,
    Job,
    Location,
    Overtime,
    Pin,
    PinOrder,
    Problem,
    SoftWindow,
    Stability,
    TravelMatrix,
    solve,
)
from tests.builders.routing_problems import (
    a_line_matrix,
    a_problem,
    a_shipment,
    a_task,
    a_vehicle,
    a_window,
)

BROKEN: dict[str, tuple[DefectCode, str, Problem]] = {
    "a job without an id": (
        DefectCode.EMPTY_ID,
        "jobs[0].id",
        a_problem(jobs=(Job(id="", task=a_task("t", 1)),)),
    ),
    "two shipments of one id": (
        DefectCode.DUPLICATE_ID,
        "shipments[1].id",
        a_problem(
            shipments=(
                a_shipment("s", 1, 2),
                a_shipment("s", 1, 2, pickups=(a_task("a", 1),), deliveries=(a_task("b", 1),)),
            )
        ),
    ),
    "a break named like a task": (
        DefectCode.DUPLICATE_ID,
        "vehicles[0].breaks[0].id",
        a_problem(
            vehicles=(a_vehicle(breaks=(Break(id="s1.p", window=a_window(0, 9), duration_s=1),)),)
        ),
    ),
    "a fraction of a second": (
        DefectCode.NOT_AN_INTEGER,
        "jobs[0].task.service_s",
        a_problem(jobs=(Job(id="j", task=a_task("t", 1, service_s=1.5)),)),
    ),
    "a negative setup": (
        DefectCode.OUT_OF_RANGE,
        "jobs[0].task.setup_s",
        a_problem(jobs=(Job(id="j", task=a_task("t", 1, setup_s=-1)),)),
    ),
    "a priority above 100": (
        DefectCode.OUT_OF_RANGE,
        "shipments[0].priority",
        a_problem(shipments=(a_shipment("s", 1, 2, priority=101),)),
    ),
    "a negative cost": (
        DefectCode.OUT_OF_RANGE,
        "vehicles[0].costs.fixed",
        a_problem(vehicles=(a_vehicle(costs=Costs(fixed=-1)),)),
    ),
    "a window that ends before it starts": (
        DefectCode.WINDOW_REVERSED,
        "vehicles[0].shift",
        a_problem(vehicles=(a_vehicle(shift=a_window(10, 9)),)),
    ),
    "windows out of order": (
        DefectCode.WINDOWS_UNORDERED,
        "jobs[0].task.windows",
        a_problem(jobs=(Job(id="j", task=a_task("t", 1, (50, 60), (10, 20))),)),
    ),
    "a place outside the matrix": (
        DefectCode.MATRIX_INDEX,
        "vehicles[0].start.matrix_index",
        a_problem(vehicles=(a_vehicle(start=Location(matrix_index=5)),)),
    ),
    "a profile without a matrix": (
        DefectCode.UNKNOWN_PROFILE,
        "vehicles[0].profile",
        a_problem(vehicles=(a_vehicle(profile="boat"),)),
    ),
    "matrices of two sizes": (
        DefectCode.MATRIX_SIZE,
        "matrices",
        a_problem(matrices={"default": a_line_matrix(), "car": a_line_matrix(4)}),
    ),
    "nobody to do it": (DefectCode.NO_VEHICLES, "vehicles", a_problem(vehicles=())),
    "a shipment that goes nowhere": (
        DefectCode.NO_ALTERNATIVE,
        "shipments[0].deliveries",
        a_problem(shipments=(a_shipment("s", 1, 2, deliveries=()),)),
    ),
    "a load of the wrong length": (
        DefectCode.LOAD_DIMENSIONS,
        "vehicles[0].capacity",
        a_problem(vehicles=(a_vehicle(capacity=(1, 2)),), load_dimensions=("dossiers",)),
    ),
    "a delivery of more than was picked up": (
        DefectCode.NEGATIVE_LOAD,
        "shipments[0].deliveries[0].load_change",
        a_problem(
            load_dimensions=("dossiers",),
            shipments=(
                a_shipment(
                    "s",
                    1,
                    2,
                    pickups=(a_task("a", 1, load_change=(1,)),),
                    deliveries=(a_task("b", 2, load_change=(-2,)),),
                ),
            ),
        ),
    ),
    "a job that takes off more than it brought": (
        DefectCode.NEGATIVE_LOAD,
        "jobs[0].task.load_change",
        a_problem(
            load_dimensions=("dossiers",),
            jobs=(Job(id="j", task=a_task("t", 1, load_change=(-2,)), start_load=(1,)),),
        ),
    ),
    "an epoch without a time zone": (
        DefectCode.NAIVE_EPOCH,
        "epoch",
        a_problem(epoch=datetime(2026, 11, 23)),  # noqa: DTZ001 - the defect under test
    ),
    "a pin to a vehicle that is not there": (
        DefectCode.UNKNOWN_VEHICLE,
        "pins[0].vehicle_id",
        a_problem(pins=(Pin(vehicle_id="v9", task_ids=()),)),
    ),
    "a pin of a task that is not there": (
        DefectCode.UNKNOWN_TASK,
        "pins[0].task_ids[0]",
        a_problem(pins=(Pin(vehicle_id="v1", task_ids=("x",)),)),
    ),
    "a task pinned twice": (
        DefectCode.CONFLICTING_PINS,
        "pins[1].task_ids[0]",
        a_problem(pins=(Pin(vehicle_id="v1", task_ids=("s1.p",)),) * 2),
    ),
    "a delivery pinned before its pickup": (
        DefectCode.CONFLICTING_PINS,
        "pins[0].task_ids[1]",
        a_problem(pins=(Pin(vehicle_id="v1", task_ids=("s1.d", "s1.p"), order=PinOrder.SEQUENCE),)),
    ),
    "a negative price of being late": (
        DefectCode.OUT_OF_RANGE,
        "jobs[0].task.soft_windows[0].price_per_hour",
        a_problem(
            jobs=(
                Job(
                    id="j",
                    task=a_task("t", 1, soft_windows=(SoftWindow(end=5, price_per_hour=-1),)),
                ),
            )
        ),
    ),
    "overtime of half a second": (
        DefectCode.NOT_AN_INTEGER,
        "vehicles[0].overtime.most_s",
        a_problem(vehicles=(a_vehicle(overtime=Overtime(most_s=0.5)),)),
    ),
    "a negative time on board": (
        DefectCode.OUT_OF_RANGE,
        "shipments[0].max_ride_s",
        a_problem(shipments=(a_shipment("s", 1, 2, max_ride_s=-1),)),
    ),
    "a promise about work that is not there": (
        DefectCode.UNKNOWN_WORK,
        "stability.vehicle_of['s9']",
        a_problem(stability=Stability(vehicle_of={"s9": "v1"})),
    ),
    "a promise of a vehicle that is not there": (
        DefectCode.UNKNOWN_VEHICLE,
        "stability.vehicle_of['s1']",
        a_problem(stability=Stability(vehicle_of={"s1": "v9"})),
    ),
    "a negative change budget": (
        DefectCode.OUT_OF_RANGE,
        "stability.most_moved",
        a_problem(stability=Stability(most_moved=-1)),
    ),
    "a matrix of hours that nobody declared": (
        DefectCode.UNKNOWN_BAND,
        "matrices['default@peak']",
        a_problem(matrices={"default": a_line_matrix(), "default@peak": a_line_matrix()}),
    ),
    "a matrix of hours without one for the rest of the day": (
        DefectCode.UNKNOWN_PROFILE,
        "matrices['car@peak']",
        a_problem(
            matrices={"default": a_line_matrix(), "car@peak": a_line_matrix()},
            hour_bands=(HourBand(name="peak", start=0, end=9),),
        ),
    ),
    "hours that overlap": (
        DefectCode.BANDS_OVERLAP,
        "hour_bands",
        a_problem(
            hour_bands=(
                HourBand(name="late", start=5, end=20),
                HourBand(name="peak", start=0, end=9),
            )
        ),
    ),
    "hours that end before they start": (
        DefectCode.WINDOW_REVERSED,
        "hour_bands[0]",
        a_problem(hour_bands=(HourBand(name="peak", start=9, end=9),)),
    ),
    "a way that exists at some hours only": (
        DefectCode.BAND_REACH,
        "matrices['default@peak']",
        a_problem(
            matrices={
                "default": TravelMatrix([[0, 1], [1, 0]]),
                "default@peak": TravelMatrix([[0, -1], [1, 0]]),
            },
            hour_bands=(HourBand(name="peak", start=0, end=9),),
            shipments=(a_shipment("s", 1, 0),),
        ),
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_defect_is_found_with_its_code_and_path(name):
    code, path, problem = BROKEN[name]
    assert (code, path) in {(defect.code, defect.path) for defect in problem.validate()}


def test_every_defect_code_has_a_case():
    assert {code for code, _, _ in BROKEN.values()} == set(DefectCode)


def test_a_sound_problem_has_no_defect():
    assert a_problem().validate() == ()


def test_all_defects_come_at_once_and_solve_refuses_with_them():
    problem = a_problem(vehicles=(a_vehicle(profile="boat", shift=a_window(9, 1)),))
    with pytest.raises(InvalidProblem) as refused:
        solve(problem, time_limit_s=1)
    assert {defect.code for defect in refused.value.defects} == {
        DefectCode.UNKNOWN_PROFILE,
        DefectCode.WINDOW_REVERSED,
    }


@pytest.mark.parametrize(
    ("durations", "distances"),
    [
        ([[0, 1]], None),
        ([[0, 1], [1]], None),
        ([], None),
        ([[0, 1.5], [1, 0]], None),
        ([[1, 1], [1, 0]], None),
        ([[0, 10**8], [1, 0]], None),
        ([[0, 1], [1, 0]], [[0]]),
    ],
)
def test_a_matrix_that_makes_no_sense_is_refused(durations, distances):
    with pytest.raises(InvalidMatrix):
        TravelMatrix(durations, distances)


def test_a_negative_cell_means_unreachable_in_both_tables():
    matrix = TravelMatrix([[0, -5], [7, 0]], [[0, 70], [70, 0]])
    assert not matrix.is_reachable(0, 1)
    assert matrix.distance_m.tolist() == [[0, -1], [70, 0]]
