"""VROOM JSON: its words mean the same here, and what cannot be honoured is named."""

from copy import deepcopy
from itertools import pairwise

import pytest

from routing import Break, check, schedule, solve
from routing.formats.errors import FormatError, FormatErrors
from routing.formats.vroom import problem_from_vroom, problem_to_vroom, solution_to_vroom
from tests.builders.routing_days import DayShape, a_courier_day
from tests.builders.routing_problems import a_problem, a_vehicle, a_window

LEGS = [[abs(i - j) * 100 for j in range(5)] for i in range(5)]

EXAMPLE = {
    "vehicles": [
        {
            "id": 1,
            "profile": "bike",
            "start_index": 0,
            "end_index": 0,
            "capacity": [4],
            "skills": [1, 14],
            "time_window": [0, 5000],
            "breaks": [{"id": 1, "service": 300, "time_windows": [[600, 900]]}],
            "costs": {"fixed": 50, "per_hour": 7200, "per_km": 10},
            "max_tasks": 6,
            "max_travel_time": 3000,
            "max_distance": 60000,
        },
        {"id": 2, "profile": "bike", "start_index": 4, "capacity": [1]},
    ],
    "jobs": [
        {
            "id": 1,
            "description": "hand in",
            "location_index": 1,
            "setup": 20,
            "service": 60,
            "delivery": [1],
            "skills": [1],
            "priority": 10,
            "time_windows": [[300, 400], [1200, 1300]],
        },
        {"id": 2, "location_index": 1, "setup": 20, "service": 60, "pickup": [1]},
        {"id": 3, "location_index": 2, "delivery": [1], "pickup": [2]},
        {"id": 9, "location_index": 2, "skills": [99]},
    ],
    "shipments": [
        {
            "amount": [1],
            "skills": [14],
            "pickup": {"id": 1, "location_index": 3, "service": 30},
            "delivery": {"id": 1, "location_index": 4, "service": 30},
        }
    ],
    "matrices": {"bike": {"durations": LEGS, "distances": [[10 * x for x in r] for r in LEGS]}},
}


def test_the_example_is_read_whole():
    problem = problem_from_vroom(EXAMPLE).problem
    assert problem.validate() == ()
    bike, open_bike = problem.vehicles
    assert (bike.shift, bike.max_tasks, bike.max_travel_s) == (a_window(0, 5000), 6, 3000)
    assert bike.breaks == (Break(id="break:1", window=a_window(600, 900), duration_s=300),)
    assert open_bike.end is None
    hand_in, _, swap, _ = problem.jobs
    assert (hand_in.priority, len(hand_in.task.windows)) == (10, 2)
    assert (swap.start_load, swap.task.load_change) == ((1,), (1,))
    assert problem.shipments[0].id == "shipment:1:1"


def test_the_answer_has_vroom_s_form():
    problem = problem_from_vroom(EXAMPLE).problem
    solution = solve(problem, time_limit_s=30, iterations=50).solution
    assert check(problem, solution) == []
    output = solution_to_vroom(problem, solution, 12)
    assert output["code"] == 0
    assert output["summary"]["computing_times"] == {"solving": 12}
    assert [(left["type"], left["id"]) for left in output["unassigned"]] == [("job", 9)]
    assert output["unassigned"][0]["reasons"][0]["code"] == "NO_SKILL"
    assert output["summary"]["unassigned"] == 1
    assert output["summary"]["cost"] == sum(route["cost"] for route in output["routes"])
    for route in output["routes"]:
        steps = route["steps"]
        assert steps[0]["type"] == "start"
        assert steps[-1]["type"] == "end"
        assert steps[-1]["duration"] == route["duration"]
        for before, step in pairwise(steps):
            left = before["arrival"] + before["waiting_time"] + before["setup"] + before["service"]
            assert step["arrival"] - left == step["duration"] - before["duration"]
    (mine,) = [route for route in output["routes"] if route["vehicle"] == 1]
    assert "break" in {step["type"] for step in mine["steps"]}


def test_steps_give_the_order_to_time():
    document = deepcopy(EXAMPLE)
    document["vehicles"][0]["steps"] = [
        {"type": "start"},
        {"type": "pickup", "id": 1},
        {"type": "delivery", "id": 1},
        {"type": "break", "id": 1},
        {"type": "end"},
    ]
    read = problem_from_vroom(document)
    assert read.orders == {"1": ("pickup:1", "delivery:1", "break:1")}
    (route,) = schedule(read.problem, read.orders).routes
    # 7200 an hour for 800 s of riding, 10 a km for 8 km, 50 for the vehicle.
    assert (route.ride_s, route.distance_m, route.cost) == (800, 8000, 50 + 1600 + 80)


UNKNOWN = {
    "vehicles[0].speed_factor": ("vehicles", 0, "speed_factor", 5.5),
    "vehicles[0].wings": ("vehicles", 0, "wings", 2),
    "vehicles[1].start_index": ("vehicles", 1, "start_index", None),
    "vehicles[0].costs.per_task_hour": ("vehicles", 0, "costs", {"per_task_hour": 5}),
    "vehicles[0].costs.per_hour": ("matrices", "bike", "costs", LEGS),
    "vehicles[0].max_distance": ("matrices", "bike", "costs", LEGS),
    "vehicles[0].profile": ("vehicles", 0, "profile", "boat"),
    "vehicles[0].end_index": ("vehicles", 0, "end_index", 5),
    "vehicles[0].steps[0].id": ("vehicles", 0, "steps", [{"type": "job", "id": 77}]),
    "vehicles[0].steps[0].type": ("vehicles", 0, "steps", [{"type": "nap"}]),
    "vehicles[0].breaks[0].max_load": ("vehicles", 0, "breaks", [{"id": 1, "max_load": [1]}]),
    "vehicles[0].breaks[0].time_windows": (
        "vehicles",
        0,
        "breaks",
        [{"id": 1, "time_windows": [[0, 1], [5, 6]]}],
    ),
    "vehicles[0].capacity": ("vehicles", 0, "capacity", [1, 2]),
    "vehicles[0].max_tasks": ("vehicles", 0, "max_tasks", -1),
    "vehicles[0].time_window": ("vehicles", 0, "time_window", [5]),
    "jobs[1].location_index": ("jobs", 1, "location_index", None),
    "jobs[1].setup_per_type.x": ("jobs", 1, "setup_per_type", {"x": -5}),
    "jobs[1].amount": ("jobs", 1, "amount", 1),
    "jobs[1].location": ("jobs", 1, "location", [108.2]),
    "jobs[1].service": ("jobs", 1, "service", 1.5),
    "jobs[1].time_windows": ("jobs", 1, "time_windows", [[1, 2, 3]]),
    "jobs[1].id": ("jobs", 1, "id", None),
    "shipments[0].pickup.id": ("shipments", 0, "pickup", {"location_index": 1}),
    "matrices.bike.costs": ("matrices", "bike", "costs", [[0, -1], [1, 0]]),
    "matrices.bike.durations": ("matrices", "bike", "durations", [[0, 1]]),
    "matrices.bike": ("matrices", "bike", "distances", [[0, 1], [1, 0]]),
    "matrices.bike.speeds": ("matrices", "bike", "speeds", []),
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_cannot_be_honoured_is_an_error_that_names_the_field(path):
    section, index, name, value = UNKNOWN[path]
    document = deepcopy(EXAMPLE)
    target = document[section][index]
    if value is None:
        del target[name]
    else:
        target[name] = value
    with pytest.raises(FormatErrors) as wrong:
        problem_from_vroom(document)
    paths = {error.path for error in wrong.value.errors}
    assert path in paths or path.split("[")[0] in paths


def test_all_that_is_wrong_is_told_at_once():
    with pytest.raises(FormatErrors) as wrong:
        problem_from_vroom({"jobs": [{"id": "x"}], "vehicles": [{}], "options": {}})
    paths = [error.path for error in wrong.value.errors]
    assert {"matrices", "jobs[0].id", "vehicles[0].id", "options"} <= set(paths)


def test_a_document_that_is_no_object_is_refused():
    with pytest.raises(FormatErrors, match="must be a JSON object"):
        problem_from_vroom([])


def test_a_problem_survives_the_way_to_vroom_and_back():
    problem = problem_from_vroom(EXAMPLE).problem
    assert problem_from_vroom(problem_to_vroom(problem)).problem == problem


@pytest.mark.parametrize(
    ("problem", "path"),
    [
        (a_courier_day(1, DayShape(visits=2)), "load_change"),
        (a_problem(vehicles=(a_vehicle("1", max_stops=3),)), r"vehicles\[0\].max_stops"),
    ],
)
def test_what_vroom_has_no_word_for_is_refused(problem, path):
    with pytest.raises(FormatError, match=path):
        problem_to_vroom(problem)


def _read_with(**changes):
    document = deepcopy(EXAMPLE)
    for path, value in changes.items():
        section, index, name = path.split("__")
        document[section][int(index) if index.isdecimal() else index][name] = value
    return problem_from_vroom(document)


def test_times_per_type_are_read_where_all_vehicles_agree():
    read = _read_with(vehicles__0__type="van", vehicles__1__type="van", jobs__1__service=60)
    assert read.problem.jobs[1].task.service_s == 60
    same = {"van": 90, "bike": 7}
    read = _read_with(
        vehicles__0__type="van", vehicles__1__type="van", jobs__1__service_per_type=same
    )
    assert read.problem.jobs[1].task.service_s == 90
    with pytest.raises(FormatErrors, match=r"jobs\[1\].service_per_type: cannot be honoured"):
        _read_with(
            vehicles__0__type="van", vehicles__1__type="bike", jobs__1__service_per_type=same
        )


def test_a_speed_factor_makes_rides_shorter_or_longer():
    problem = _read_with(vehicles__0__speed_factor=2, vehicles__1__speed_factor=0.8).problem
    first, second = (problem.matrices[v.profile].duration_s for v in problem.vehicles)
    assert (first[0, 4], second[0, 4]) == (200, 500)
    assert problem.vehicles[0].profile != problem.vehicles[1].profile


def test_a_table_of_costs_is_what_a_leg_costs():
    document = deepcopy(EXAMPLE)
    document["matrices"]["bike"]["costs"] = [[7 * cell for cell in row] for row in LEGS]
    del document["vehicles"][0]["max_distance"]
    document["vehicles"][0]["costs"] = {"fixed": 50}
    read = problem_from_vroom(document)
    order = {"1": ("pickup:1", "delivery:1", "break:1")}
    solution = schedule(read.problem, order)
    assert solution.routes[0].cost == 50 + 7 * 800
    output = solution_to_vroom(read.problem, solution, notes=read.notes)
    assert output["routes"][0]["distance"] == 8000  # of the file's distances, not its costs


def test_a_vehicle_without_a_start_begins_at_its_first_task():
    document = deepcopy(EXAMPLE)
    del document["vehicles"][0]["start_index"]
    document["vehicles"][0]["start"] = [108.2, 16.1]
    with pytest.raises(FormatErrors, match=r"vehicles\[0\].start_index: is missing"):
        problem_from_vroom(document)
    del document["vehicles"][0]["start"]
    document["jobs"][1]["location"] = [108.2, 16.1]
    read = problem_from_vroom(document)
    assert read.problem.validate() == ()
    solution = schedule(read.problem, {"1": ("job:2", "break:1")})
    assert (solution.routes[0].ride_s, solution.routes[0].visits[1].setup_s) == (100, 20)
    (route,) = solution_to_vroom(read.problem, solution, notes=read.notes)["routes"]
    assert (route["steps"][0]["location_index"], route["steps"][0]["location"]) == (
        1,
        [108.2, 16.1],
    )
    assert problem_from_vroom(problem_to_vroom(read.problem)).problem == read.problem


def test_task_hours_cost_where_they_are_whole_units():
    hours = {"per_task_hour": 1800}
    document = deepcopy(EXAMPLE)
    for vehicle in document["vehicles"]:
        vehicle["costs"] = hours
    with pytest.raises(FormatErrors, match=r"jobs\[0\].setup: cannot be honoured"):
        problem_from_vroom(document)
    for job in document["jobs"]:
        job.pop("setup", None)
    problem = problem_from_vroom(document).problem
    assert (problem.jobs[0].task.price, problem.shipments[0].pickups[0].price) == (30, 15)


def test_old_names_of_fields_keep_their_meaning():
    document = deepcopy(EXAMPLE)
    document["jobs"][0]["amount"] = document["jobs"][0].pop("delivery")
    assert problem_from_vroom(document).problem == problem_from_vroom(EXAMPLE).problem
    old = {"vehicles": [{"id": 1, "start_index": 0}], "matrix": LEGS}
    assert problem_from_vroom(old).problem.matrices["car"].duration_s.tolist() == LEGS


def test_windows_and_breaks_are_sorted_as_vroom_sorts_them():
    late, early = {"id": 1, "time_windows": [[900, 950]]}, {"id": 2, "time_windows": [[100, 200]]}
    read = _read_with(
        vehicles__0__breaks=[late, early], jobs__0__time_windows=[[1200, 1300], [300, 400]]
    )
    assert [pause.id for pause in read.problem.vehicles[0].breaks] == ["break:2", "break:1"]
    assert read.problem.jobs[0].task.windows[0].start == 300


def test_a_limit_that_binds_nothing_is_honoured():
    pause = {"id": 1, "max_load": [4], "time_windows": [[100, 200], [6000, 7000]]}
    problem = _read_with(vehicles__0__breaks=[pause]).problem
    assert problem.vehicles[0].breaks[0].window == a_window(100, 200)
