"""Solutions of the public sets: a head, then `Route k : n1 n2 …` with the nodes of each route."""

import re

from routing.formats.errors import FormatError, FormatErrors
from routing.formats.public_sets import PublicInstance
from routing.problem import Problem
from routing.solution import Solution

_ROUTE = re.compile(r"\s*Route\s+#?(\d+)\s*:(.*)", re.IGNORECASE)
_UNDONE = "Unassigned"


def solution_to_lines(
    instance: PublicInstance, solution: Solution, *, authors: str, date: str
) -> str:
    """The text of a solution. Nodes of undone work stand in a last line `Unassigned : …`, which
    the public sets do not know because they count complete solutions only."""
    figures = instance.figures(solution)
    head = {
        "Instance name": instance.name,
        "Authors": authors,
        "Date": date,
        "Reference": f"{figures.vehicles} vehicles, distance {figures.distance:.4f}",
    }
    lines = [f"{name:<14}: {value}".rstrip() for name, value in head.items()]
    lines.append("Solution")
    for number, route in enumerate(solution.routes, 1):
        lines.append(f"Route {number} : {' '.join(route.task_ids)}")
    done = {task_id for route in solution.routes for task_id in route.task_ids}
    left = [str(number) for number in range(1, len(instance.nodes)) if str(number) not in done]
    if left:
        lines.append(f"{_UNDONE} : {' '.join(left)}")
    return "\n".join(lines) + "\n"


def orders_from_lines(text: str, problem: Problem) -> dict[str, tuple[str, ...]]:
    """The k-th route for the k-th vehicle. Raises FormatErrors."""
    errors: list[FormatError] = []
    orders: dict[str, tuple[str, ...]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        match = _ROUTE.fullmatch(line)
        if match is None:
            continue
        nodes = match[2].split()
        wrong = [node for node in nodes if not node.isdecimal()]
        if wrong:
            errors.append(FormatError(f"line {number}", f"{wrong[0]!r} is no node number"))
        if len(orders) == len(problem.vehicles):
            reason = f"has more routes than there are vehicles ({len(problem.vehicles)})"
            errors.append(FormatError(f"line {number}", reason))
            break
        orders[problem.vehicles[len(orders)].id] = tuple(node for node in nodes if node != "0")
    if not orders and not errors:
        errors.append(FormatError("", "holds no line `Route 1 : …`"))
    if errors:
        raise FormatErrors(errors)
    return orders
