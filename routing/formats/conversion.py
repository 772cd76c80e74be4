"""Any kind of file as any other that can hold it; what is lost is told, the rest refused."""

from collections.abc import Iterator

from routing.formats.errors import FormatError
from routing.formats.files import HowMade, ProblemFile, json_text
from routing.formats.own import problem_to_json, solution_to_json
from routing.formats.route_lines import solution_to_lines
from routing.formats.sartori_write import problem_to_sartori
from routing.formats.vroom import problem_to_vroom, solution_to_vroom
from routing.formats.vroom_problem import VroomNumbers
from routing.solution import Solution

TARGETS = ("own", "vroom", "sartori", "lilim", "solomon")

_STRAIGHT = "ways are straight lines between coordinates there; a matrix cannot be written so"


def convert_problem(given: ProblemFile, target: str) -> tuple[str, tuple[str, ...]]:
    """The problem as another kind of file, and what of it was not carried.

    Raises FormatErrors naming what the target cannot hold.
    """
    if given.kind == target and target != "own":
        return given.text, ()
    if target == "own":
        return json_text(problem_to_json(given.problem)), tuple(_lost_to_own(given))
    if target == "vroom":
        return json_text(problem_to_vroom(given.problem)), tuple(_lost_to_vroom(given))
    if target == "sartori":
        return problem_to_sartori(given.problem, given.name, given.places())
    raise FormatError("matrices", f"cannot be written as {target}: {_STRAIGHT}")


def convert_solution(given: ProblemFile, solution: Solution, target: str) -> str:
    """A solution as another kind of file. Raises FormatError where the target cannot hold it."""
    if target == "own":
        return json_text(solution_to_json(solution))
    if target == "vroom":
        notes = None if given.vroom is None else given.vroom.notes
        return json_text(solution_to_vroom(given.problem, solution, notes=notes))
    if given.instance is None:
        raise FormatError("solution", "lines of routes need a problem of a public set")
    made = HowMade(authors="routing, converted")
    return solution_to_lines(given.instance, solution, authors=made.authors, date=made.date)


def _lost_to_own(given: ProblemFile) -> Iterator[str]:
    if given.vroom is not None and (given.vroom.notes.descriptions or given.places()):
        yield "descriptions and coordinates, which change no plan"
    if given.orders:
        yield "vehicles[].steps: orders are files of their own here"
    if given.instance is not None:
        yield "coordinates, and the name of the instance"


def _lost_to_vroom(given: ProblemFile) -> Iterator[str]:
    problem = given.problem
    numbers = VroomNumbers(problem)
    if problem.epoch.timestamp():
        yield f"epoch ({problem.epoch.isoformat()}): times stay seconds after it"
    if problem.load_dimensions:
        yield f"names of load dimensions: {', '.join(problem.load_dimensions)}"
    if any(not skill.isdecimal() for skill in numbers.skills):
        yield "names of skills, which are numbered"
    if any(not name.endswith(str(number)) for name, number in numbers.tasks.items()):
        yield "ids without a number of their own, which become descriptions"
    if given.instance is not None:
        yield "coordinates, and the name of the instance"
