"""Problem and solution files by the name of their format."""

import json
from pathlib import Path

from routing.formats.errors import FormatError
from routing.formats.own import (
    Json,
    problem_from_json,
    solution_from_json,
    solution_to_json,
)
from routing.formats.vroom import problem_from_vroom, solution_to_vroom
from routing.problem import Problem
from routing.schedule import schedule
from routing.solution import Solution

FORMATS = ("own", "vroom")

Orders = dict[str, tuple[str, ...]]


def read_json(file: Path) -> Json:
    """The JSON of a file. Raises FormatError (no JSON), OSError (no file)."""
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as wrong:
        raise FormatError(str(file), f"is no JSON: {wrong}") from wrong


def read_problem(file: Path, name: str) -> tuple[Problem, Orders]:
    """A problem and the orders that its file holds (VROOM's steps). Raises FormatError(s)."""
    document = read_json(file)
    if name == "vroom":
        read = problem_from_vroom(document)
        return read.problem, read.orders
    return problem_from_json(document), {}


def read_orders(file: Path) -> Orders:
    """{"vehicle id": ["task or break id", …]}. Raises FormatError."""
    document = read_json(file)
    orders: Orders = {}
    if not isinstance(document, dict):
        raise FormatError("", "must be a JSON object of vehicle ids")
    for vehicle_id, order in document.items():
        if not isinstance(order, list) or not all(isinstance(step, str) for step in order):
            raise FormatError(vehicle_id, "must be a list of task and break ids")
        orders[vehicle_id] = tuple(order)
    return orders


def read_solution(file: Path, name: str, problem: Problem) -> tuple[Solution, list[str]]:
    """A solution, and where its own figures differ from the timing of its order.

    VROOM's output is timed again from its steps; our own holds every figure and is judged as it is.
    """
    document = read_json(file)
    if name == "own":
        return solution_from_json(document), []
    routes = document.get("routes") if isinstance(document, dict) else None
    if not isinstance(routes, list):
        raise FormatError("routes", "must be a list")
    try:
        orders = {str(route["vehicle"]): _order(route) for route in routes}
        timed = schedule(problem, orders)
        return timed, _differences(timed, routes)
    except (KeyError, TypeError) as wrong:
        raise FormatError("routes", f"is not VROOM's output: {wrong!r}") from wrong


def _order(route: Json) -> tuple[str, ...]:
    ends = {"start", "end"}
    return tuple(f"{s['type']}:{s['id']}" for s in route["steps"] if s["type"] not in ends)


def _differences(timed: Solution, routes: list[Json]) -> list[str]:
    """Starts of service and costs that are not the same to the second and unit."""
    said = {str(route["vehicle"]): route for route in routes}
    found = []
    for route in timed.routes:
        theirs = said[route.vehicle_id]
        steps = [step for step in theirs["steps"] if step["type"] not in {"start", "end"}]
        for visit, step in zip(route.visits[1:-1], steps, strict=True):
            start = step["arrival"] + step.get("waiting_time", 0)
            if start != visit.start_s:
                found.append(f"{visit.task_id}: starts at {visit.start_s} s, the file says {start}")
        if "cost" in theirs and theirs["cost"] != route.cost:
            found.append(
                f"vehicle {route.vehicle_id}: costs {route.cost}, the file says {theirs['cost']}"
            )
    return found


def solution_document(
    problem: Problem, solution: Solution, name: str, computing_ms: int | None
) -> Json:
    """A solution in the kind of its problem's file."""
    if name == "vroom":
        return solution_to_vroom(problem, solution, computing_ms)
    return solution_to_json(solution)
