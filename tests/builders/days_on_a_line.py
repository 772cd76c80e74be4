"""Small days on a line: places lie 100 s apart, and both couriers start and end at 0."""

from typing import Any

from routing import Problem, Solution, schedule
from routing.solution import Visit
from tests.builders.routing_problems import a_problem, a_shipment, a_vehicle


def a_day_on_a_line(**fields: Any) -> Problem:
    """Two couriers and two carriages, unless others are given."""
    fields.setdefault("vehicles", (a_vehicle("an"), a_vehicle("binh")))
    fields.setdefault("shipments", (a_shipment("s1", 1, 2), a_shipment("s2", 3, 4)))
    return a_problem(**fields)


def a_plan_of(problem: Problem, **orders: Any) -> Solution:
    return schedule(problem, orders, place_breaks=True)


def visit_of(solution: Solution, task_id: str) -> Visit:
    return next(v for r in solution.routes for v in r.visits if v.task_id == task_id)


def vehicle_of(solution: Solution, task_id: str) -> str:
    return next(r.vehicle_id for r in solution.routes if task_id in r.task_ids)
