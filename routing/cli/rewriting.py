"""`convert` and `plot`: the same problem or solution in another form."""

import argparse
import sys
from dataclasses import replace

from routing.cli.judging import read_known_solution, read_sound_problem
from routing.cli.writing import write
from routing.drawing import draw_page, draw_picture
from routing.formats.conversion import convert_problem, convert_solution
from routing.formats.errors import FormatError
from routing.schedule import schedule

WRITTEN = 0

_PICTURES = (".html", ".htm", ".svg")


def convert_command(options: argparse.Namespace) -> int:
    """A problem, or a solution of it, as another kind of file."""
    given = read_sound_problem(options)
    if options.solution is not None:
        solution = read_known_solution(options.solution, given)
        write(options, convert_solution(given, solution, options.to))
        return WRITTEN
    text, lost = convert_problem(given, options.to)
    for part in lost:
        print(f"note: not carried: {part}", file=sys.stderr)
    write(options, text)
    return WRITTEN


def plot_command(options: argparse.Namespace) -> int:
    """A picture of a solution."""
    ending = ".html" if options.output is None else options.output.suffix.lower()
    if ending not in _PICTURES:
        raise FormatError(str(options.output), f"must end in one of {', '.join(_PICTURES)}")
    given = read_sound_problem(options)
    told = read_known_solution(options.solution, given)
    solution = replace(schedule(given.problem, told.orders), unassigned=told.unassigned)
    no_clock = given.kind in {"lilim", "solomon"}
    scale = given.instance.scale if given.instance is not None and no_clock else None
    places = given.places()
    if ending == ".svg":
        write(options, draw_picture(given.problem, solution, places, scale=scale))
    else:
        title = f"{options.file.name} · {options.solution.name}"
        page = draw_page(given.problem, solution, places, title=title, scale=scale)
        write(options, page)
    return WRITTEN
