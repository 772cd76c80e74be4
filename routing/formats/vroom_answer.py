"""VROOM's output as orders, and where its figures differ from the timing of these orders here."""

from dataclasses import replace

from routing.formats.errors import FormatError, FormatErrors
from routing.formats.fields import Fields
from routing.formats.own import Json
from routing.formats.vroom_tables import VroomNotes
from routing.formats.vroom_write import vroom_cost
from routing.problem import Problem
from routing.schedule import schedule
from routing.solution import Solution

_ENDS = {"start", "end"}


def is_vroom_answer(document: Json) -> bool:
    """Whether a document is VROOM's output."""
    return isinstance(document, dict) and isinstance(document.get("routes"), list)


def orders_of_answer(document: Json) -> dict[str, tuple[str, ...]]:
    """Task and break ids in order per vehicle id. Raises FormatErrors."""
    errors: list[FormatError] = []
    orders: dict[str, tuple[str, ...]] = {}
    for route in Fields(document, "", errors).objects("routes"):
        order: list[str] = []
        for step in route.objects("steps"):
            kind = step.text("type")
            if kind not in _ENDS:
                order.append(f"{kind}:{step.integer('id')}")
        vehicle_id = str(route.integer("vehicle"))
        if vehicle_id in orders:
            route.error("vehicle", f"{vehicle_id} has a route already")
        orders[vehicle_id] = tuple(order)
    if errors:
        raise FormatErrors(errors)
    return orders


def timed_from_answer(problem: Problem, document: Json) -> Solution:
    """The orders of an answer, each vehicle leaving when the answer says so.

    VROOM leaves as late as it can without coming home later, which may begin the first tasks later
    than needed; both clocks are legal. Raises FormatErrors, InvalidOrder.
    """
    errors: list[FormatError] = []
    leaves: dict[str, int] = {}
    for route in Fields(document, "", errors).objects("routes"):
        for step in route.objects("steps"):
            if step.text("type") == "start" and step.has("arrival"):
                leaves[str(route.integer("vehicle"))] = step.integer("arrival")
    if errors:
        raise FormatErrors(errors)
    vehicles = tuple(
        replace(v, shift=replace(v.shift, start=leaves[v.id]))
        if v.shift.start <= leaves.get(v.id, -1) <= v.shift.end
        else v
        for v in problem.vehicles
    )
    return schedule(replace(problem, vehicles=vehicles), orders_of_answer(document))


def differences(
    problem: Problem, timed: Solution, document: Json, notes: VroomNotes | None
) -> list[str]:
    """Starts of service and costs that are not the same to the second and unit.

    Raises FormatErrors.
    """
    errors: list[FormatError] = []
    said = {str(r.integer("vehicle")): r for r in Fields(document, "", errors).objects("routes")}
    found: list[str] = []
    for route in timed.routes:
        theirs = said[route.vehicle_id]
        steps = [step for step in theirs.objects("steps") if step.text("type") not in _ENDS]
        for visit, step in zip(route.visits[1:-1], steps, strict=True):
            start = step.integer("arrival") + step.integer("waiting_time", 0)
            if start != visit.start_s:
                found.append(f"{visit.task_id}: starts at {visit.start_s} s, the file says {start}")
        cost = vroom_cost(problem, route, notes)
        if theirs.has("cost") and theirs.integer("cost") != cost:
            told = theirs.integer("cost")
            found.append(f"vehicle {route.vehicle_id}: costs {cost}, the file says {told}")
    if errors:
        raise FormatErrors(errors)
    return found
