"""`check`, `schedule` and `explain`: what a given solution or order is worth."""

import argparse
from dataclasses import replace
from pathlib import Path

from routing.check import check
from routing.cli.writing import write
from routing.explain import explain
from routing.formats.errors import FormatError, FormatErrors
from routing.formats.files import (
    HowMade,
    ProblemFile,
    json_text,
    read_orders,
    read_problem,
    read_solution,
    solution_text,
)
from routing.formats.own import Json, solution_to_json
from routing.problem import InvalidProblem
from routing.schedule import schedule
from routing.solution import RepairKind, Solution, Unassigned

SOUND, FAULTY = 0, 1


_REPAIRS = {
    RepairKind.ROOM: "{vehicle} took it: there is room",
    RepairKind.LATER: "{vehicle} took it and {subject} were open {amount} longer",
    RepairKind.EARLIER: "{vehicle} took it and {subject} were open {amount} earlier",
    RepairKind.OVERTIME: "{vehicle} took it and worked {amount} longer",
    RepairKind.SKILL: "{vehicle} took it and had {subject}",
    RepairKind.UNPINNED: "{vehicle} took it: it is fixed to {subject}",
    RepairKind.OTHER_PLACE: "{vehicle} took it to {task}",
    RepairKind.ONE_MORE: "there were one more vehicle like {subject}",
    RepairKind.OTHER_DAY: "{vehicle} took it on the other day",
}


def read_sound_problem(options: argparse.Namespace) -> ProblemFile:
    """The problem of a command. Raises InvalidProblem with all its defects."""
    given = read_problem(options.file, options.format)
    defects = given.problem.validate()
    if defects:
        raise InvalidProblem(defects)
    return given


def read_known_solution(file: Path, given: ProblemFile) -> Solution:
    """A solution that names only what the problem has. Raises InvalidOrder otherwise."""
    solution, _ = read_solution(file, given)
    schedule(given.problem, solution.orders)
    return solution


def check_command(options: argparse.Namespace) -> int:
    """Every fault of a solution; for the public sets also their own figures."""
    given = read_sound_problem(options)
    solution, differences = read_solution(options.solution, given)
    answer: dict[str, Json] = {}
    faults = [str(fault) for fault in check(given.problem, solution)] + differences
    if given.instance is not None:
        figures = given.instance.figures(solution)
        answer |= {"vehicles": figures.vehicles, "distance": figures.distance}
        faults += figures.faults
    write(options, json_text(answer | {"faults": faults}))
    return FAULTY if faults else SOUND


def schedule_command(options: argparse.Namespace) -> int:
    """Times of given orders, with what they violate."""
    given = read_sound_problem(options)
    orders = given.orders
    if options.orders is not None:
        orders = read_orders(options.orders, given)
    elif not orders:
        raise FormatError("ORDERS", "is missing; the problem holds no steps of its own")
    elif given.vroom is not None and given.vroom.timed_steps:
        reason = "cannot be honoured: a step takes the time that the clock gives it"
        raise FormatErrors([FormatError(path, reason) for path in given.vroom.timed_steps])
    timed = schedule(given.problem, orders, place_breaks=options.place_breaks)
    write(options, solution_text(given, timed, HowMade(authors="routing, given orders")))
    return SOUND


def explain_command(options: argparse.Namespace) -> int:
    """Why each undone work is undone."""
    given = read_sound_problem(options)
    orders = read_orders(options.solution, given)
    solution = schedule(given.problem, orders)
    undone = explain(given.problem, solution)
    if options.json:
        document = solution_to_json(replace(solution, unassigned=undone))
        write(options, json_text({"unassigned": document["unassigned"]}))
        return SOUND
    lines = [line for left in undone for line in explained_lines(left)]
    write(options, "\n".join(lines or ["every work is done"]) + "\n")
    return SOUND


def explained_lines(left: Unassigned) -> list[str]:
    """Why a work is undone and what would get it done, a line each."""
    lines = [f"{left.id} is undone (leaving it costs {left.penalty})"]
    for reason in left.reasons:
        by = f" by {reason.amount} {reason.unit}".rstrip() if reason.amount else ""
        on = f" on {reason.vehicle_id}" if reason.vehicle_id else " on every vehicle"
        at = f" at {reason.subject}" if reason.subject else ""
        detail = f" ({reason.detail})" if reason.detail else ""
        lines.append(f"  because of {reason.code}{on}{at}{by}{detail}")
    for repair in left.repairs:
        what = _REPAIRS[repair.kind].format(
            vehicle=repair.vehicle_id,
            subject=repair.subject,
            amount=f"{repair.amount} {repair.unit}",
            task=repair.task.id if repair.task is not None else "",
        )
        lines.append(f"  would be done if {what}; the routes then cost {repair.price:+,}")
    return lines
