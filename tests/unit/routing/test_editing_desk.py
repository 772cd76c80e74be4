"""A desk that lies open all day remembers routes, but not without end."""

from itertools import permutations

from routing.editing import desk
from routing.editing.desk import Desk
from tests.builders.routing_problems import a_line_matrix, a_problem, a_shipment, a_vehicle


def _a_day() -> Desk:
    works = tuple(a_shipment(f"s{n}", n, n + 1) for n in range(3))
    return Desk(
        a_problem(
            shipments=works, vehicles=(a_vehicle(),), matrices={"default": a_line_matrix(size=6)}
        )
    )


def test_routes_that_were_timed_long_ago_are_forgotten(monkeypatch) -> None:
    monkeypatch.setattr(desk, "MOST_TIMED", 4)
    day = _a_day()
    tasks = sorted(day.lookup.entries)
    for order in list(permutations(tasks))[:20]:
        day.route("v1", order)
    assert len(day._timed) == 4


def test_a_route_that_was_timed_elsewhere_is_never_timed_again(monkeypatch) -> None:
    monkeypatch.setattr(desk, "MOST_TIMED", 1)
    day = _a_day()
    order = tuple(sorted(day.lookup.entries, key=lambda each: (each.endswith("drop"), each)))
    solution = day.timed({"v1": order})
    (given,) = solution.routes
    other = Desk.of_solution(day.problem, solution)
    for changed in list(permutations(order))[:5]:
        other.route("v1", changed)
    assert other.route("v1", given.task_ids) is given
