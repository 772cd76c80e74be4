"""Time and cost mean what VROOM means: its answers computed again, ours judged by its plan mode."""

import json
from dataclasses import replace

import vroom

from routing import schedule, solve
from routing.formats.vroom import problem_from_vroom, solution_to_vroom
from tests.builders.vroom_problems import a_vroom_problem

OF_ROUTES = ("vehicle", "cost", "setup", "service", "duration", "waiting_time", "distance")
OF_STEPS = ("type", "id", "arrival", "setup", "service", "waiting_time", "duration", "load")
PLACED = ("location_index", "distance")
AMOUNTS = ("delivery", "pickup", "priority")


def _vroom(folder, document, *options):
    problem, answer = folder / "problem.json", folder / "answer.json"
    problem.write_text(json.dumps(document))
    vroom.main(["vroom", "-i", str(problem), "-o", str(answer), "-x", "1", "-t", "1", *options])
    return json.loads(answer.read_text())


def _of(route, *names):
    return {name: route.get(name) for name in names}


def test_vroom_s_answers_are_the_same_to_the_second_when_timed_here(tmp_path):
    seen = 0
    for seed in range(150):
        document = a_vroom_problem(seed)
        read = problem_from_vroom(document)
        assert read.problem.validate() == ()
        answer = _vroom(tmp_path, document)
        assert answer["code"] == 0
        for theirs in answer["routes"]:
            ours = _timed_here(read, theirs)
            told = f"seed {seed}, vehicle {theirs['vehicle']}"
            names = (*OF_ROUTES, *AMOUNTS)
            assert _of(ours, *names) == _of(theirs, *names), told
            for mine, step in zip(ours["steps"], theirs["steps"], strict=True):
                names = (*OF_STEPS, *PLACED)
                assert _of(mine, *names) == _of(step, *names), told
            seen += 1
    assert seen > 150


def _timed_here(read, theirs):
    """VROOM's order in our schedule, leaving when VROOM leaves: it may leave later than needed."""
    name = str(theirs["vehicle"])
    order = tuple(f"{s['type']}:{s['id']}" for s in theirs["steps"] if "id" in s)
    leaves = theirs["steps"][0]["arrival"]
    vehicles = tuple(
        replace(v, shift=replace(v.shift, start=leaves)) if v.id == name else v
        for v in read.problem.vehicles
    )
    problem = replace(read.problem, vehicles=vehicles)
    timed = schedule(problem, {name: order})
    assert timed.violations == ()
    return solution_to_vroom(problem, timed, notes=read.notes)["routes"][0]


def test_vroom_s_plan_mode_finds_our_answers_legal_and_as_dear(tmp_path):
    seen = 0
    for seed in range(25):
        document = a_vroom_problem(seed)
        read = problem_from_vroom(document)
        solution = solve(read.problem, time_limit_s=60, iterations=20).solution
        notes = replace(read.notes, rounds=True)  # as the plan mode does, windows or not
        ours = solution_to_vroom(read.problem, solution, notes=notes)
        routes = {route["vehicle"]: route for route in ours["routes"]}
        document["vehicles"] = [
            vehicle
            | {"steps": [_of(step, "type", "id") for step in routes[vehicle["id"]]["steps"]]}
            for vehicle in document["vehicles"]
            if vehicle["id"] in routes
        ]
        if not routes:
            continue
        answer = _vroom(tmp_path, document, "-c")
        assert answer["code"] == 0
        for theirs in answer["routes"]:
            names = ("cost", "setup", "service", "duration", "distance", "violations", *AMOUNTS)
            mine = routes[theirs["vehicle"]]
            assert _of(mine, *names) == _of(theirs, *names), f"seed {seed}"
            seen += 1
    assert seen > 20
