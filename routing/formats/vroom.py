"""VROOM JSON both ways, under one name."""

from routing.formats.errors import FormatErrors
from routing.formats.vroom_problem import problem_to_vroom
from routing.formats.vroom_read import VroomProblem, problem_from_vroom
from routing.formats.vroom_write import solution_to_vroom

__all__ = [
    "FormatErrors",
    "VroomProblem",
    "problem_from_vroom",
    "problem_to_vroom",
    "solution_to_vroom",
]
