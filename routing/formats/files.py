"""Problem and solution files of every kind, found by content, gzip or not."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from routing.formats.content import is_json, kind_of_problem, parse_json, read_text
from routing.formats.errors import FormatError
from routing.formats.lilim import lilim_from_text
from routing.formats.own import (
    Json,
    problem_from_json,
    solution_from_json,
    solution_to_json,
)
from routing.formats.public_sets import PublicInstance
from routing.formats.route_lines import orders_from_lines, solution_to_lines
from routing.formats.sartori import sartori_from_text
from routing.formats.solomon import solomon_from_text
from routing.formats.vroom import VroomProblem, problem_from_vroom, solution_to_vroom
from routing.formats.vroom_answer import (
    differences,
    is_vroom_answer,
    orders_of_answer,
    timed_from_answer,
)
from routing.problem import Problem, tasks_of
from routing.schedule import schedule
from routing.solution import Solution

Orders = dict[str, tuple[str, ...]]

_INSTANCES = {
    "lilim": lilim_from_text,
    "sartori": sartori_from_text,
    "solomon": solomon_from_text,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemFile:
    """A problem as read from `text`, `name` without endings. `orders` are those that the file
    itself holds (VROOM's steps), `instance` is set for the public sets, `vroom` for VROOM."""

    kind: str
    name: str
    text: str
    problem: Problem
    orders: Orders = field(default_factory=dict)
    vroom: VroomProblem | None = None
    instance: PublicInstance | None = None

    def places(self) -> dict[int, tuple[float, float]]:
        """Where matrix indices lie (x, y or longitude, latitude), as far as the file tells."""
        if self.instance is not None:
            return dict(enumerate(self.instance.places))
        if self.vroom is None:
            return {}
        found: dict[int, tuple[float, float]] = {}
        given = self.vroom.notes.coordinates
        for vehicle in self.problem.vehicles:
            for end, location in (("start", vehicle.start), ("end", vehicle.end)):
                if location is not None and f"{end} of {vehicle.id}" in given:
                    x, y = given[f"{end} of {vehicle.id}"]
                    found[location.matrix_index] = (x, y)
        for work in self.problem.works():
            for task in tasks_of(work):
                if task.id in given:
                    x, y = given[task.id]
                    found[task.location.matrix_index] = (x, y)
        return found


def read_problem(file: Path, kind: str | None = None) -> ProblemFile:
    """A problem file; its kind is found by its content when not given.

    Raises FormatErrors naming everything wrong in it, OSError (no file).
    """
    text = read_text(file)
    kind = kind or kind_of_problem(text, file)
    name = file.name.partition(".")[0]
    if kind in _INSTANCES:
        instance = _INSTANCES[kind](text, name)
        problem = instance.problem
        return ProblemFile(kind=kind, name=name, text=text, problem=problem, instance=instance)
    document = parse_json(text, file)
    if kind == "vroom":
        vroom = problem_from_vroom(document)
        return ProblemFile(
            kind=kind,
            name=name,
            text=text,
            problem=vroom.problem,
            orders=vroom.orders,
            vroom=vroom,
        )
    return ProblemFile(kind=kind, name=name, text=text, problem=problem_from_json(document))


def read_solution(file: Path, given: ProblemFile) -> tuple[Solution, list[str]]:
    """A solution of a problem, of any kind, and where its own figures differ from its timing.

    Our own JSON holds every figure and is judged as it is; others are timed from their orders.
    Raises FormatErrors, InvalidOrder (ids that the problem does not have), OSError.
    """
    text = read_text(file)
    if not is_json(text):
        return schedule(given.problem, orders_from_lines(text, given.problem)), []
    document = parse_json(text, file)
    if isinstance(document, dict) and document.get("kind") == "solution":
        return solution_from_json(document), []
    if is_vroom_answer(document):
        timed = timed_from_answer(given.problem, document)
        notes = None if given.vroom is None else given.vroom.notes
        return timed, differences(given.problem, timed, document, notes)
    return schedule(given.problem, _orders(document)), []


def read_orders(file: Path, given: ProblemFile) -> Orders:
    """Orders per vehicle id from a solution of any kind, or from {"vehicle id": ["task id", …]}.

    Raises FormatErrors, OSError.
    """
    text = read_text(file)
    if not is_json(text):
        return orders_from_lines(text, given.problem)
    document = parse_json(text, file)
    if isinstance(document, dict) and document.get("kind") == "solution":
        return dict(solution_from_json(document).orders)
    return orders_of_answer(document) if is_vroom_answer(document) else _orders(document)


def _orders(document: Json) -> Orders:
    orders: Orders = {}
    if not isinstance(document, dict):
        raise FormatError("", "must be a JSON object of vehicle ids")
    for vehicle_id, order in document.items():
        if not isinstance(order, list) or not all(isinstance(step, str) for step in order):
            raise FormatError(vehicle_id, "must be a list of task and break ids")
        orders[vehicle_id] = tuple(order)
    return orders


@dataclass(frozen=True, slots=True, kw_only=True)
class HowMade:
    """What a solution file tells about its making: by whom, when, in how many ms."""

    authors: str = ""
    date: str = ""
    computing_ms: int | None = None


def solution_text(given: ProblemFile, solution: Solution, made: HowMade) -> str:
    """A solution in the kind of its problem's file."""
    if given.instance is not None:
        return solution_to_lines(given.instance, solution, authors=made.authors, date=made.date)
    if given.vroom is not None:
        notes = given.vroom.notes
        return json_text(solution_to_vroom(given.problem, solution, made.computing_ms, notes))
    return json_text(solution_to_json(solution))


def json_text(document: Json) -> str:
    """JSON for people and programs: UTF-8, a line for each member and for each item of a list, such
    as a route. Indented throughout it would take four times as long, which Ctrl-C waits for."""
    if not isinstance(document, dict):
        return _in_one_line(document) + "\n"
    members = (f" {_in_one_line(name)}: {_by_items(item)}" for name, item in document.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _by_items(item: Json) -> str:
    if not isinstance(item, list) or not item:
        return _in_one_line(item)
    return "[\n  " + ",\n  ".join(map(_in_one_line, item)) + "\n ]"


_in_one_line = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
