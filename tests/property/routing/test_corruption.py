"""The judge notices any single change of a good solution."""

from dataclasses import fields, replace

from hypothesis import assume, given
from hypothesis import strategies as st

from routing import (
    Location,
    Route,
    Solution,
    Violation,
    ViolationCode,
    Visit,
    VisitKind,
    check,
    solve,
)
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on

NUMBERS = (
    "arrival_s",
    "wait_s",
    "start_s",
    "setup_s",
    "service_s",
    "end_s",
    "ride_s",
    "distance_m",
    "late_s",
)


def _changed_visit(visit: Visit, chance) -> Visit:
    field = chance.choice([each.name for each in fields(Visit)])
    if field in NUMBERS:
        delta = chance.choice([-60, -1, 1, 60])
        return replace(visit, **{field: getattr(visit, field) + delta})
    if field == "kind":
        return replace(visit, kind=chance.choice([k for k in VisitKind if k is not visit.kind]))
    if field == "load":
        return replace(visit, load=tuple(amount + 1 for amount in visit.load))
    if field == "location":
        return replace(visit, location=Location(matrix_index=4, place="elsewhere"))
    if field == "violations":
        claimed = Violation(code=ViolationCode.SHIFT, vehicle_id="v0")
        return replace(visit, violations=(claimed,))
    return replace(visit, **{field: f"not {getattr(visit, field)}"})


def _changed_route(route: Route, chance) -> Route:
    number = chance.randrange(len(route.visits))
    visits = list(route.visits)
    what = chance.choice(["field", "field", "field", "drop", "double", "sum"])
    if what == "field":
        visits[number] = _changed_visit(visits[number], chance)
    elif what == "drop":
        del visits[number]
    elif what == "double":
        visits.insert(number, visits[number])
    else:
        field = chance.choice(["ride_s", "distance_m", "cost"])
        return replace(route, **{field: getattr(route, field) + chance.choice([-1, 1])})
    return replace(route, visits=tuple(visits))


def _changed(solution: Solution, chance) -> Solution:
    what = chance.choice(["route", "route", "route", "cost", "lost route", "unassigned"])
    if what == "cost":
        return replace(solution, cost=solution.cost + chance.choice([-1, 1]))
    if what == "lost route":
        return replace(solution, routes=solution.routes[1:])
    if what == "unassigned" and solution.unassigned:
        first, *rest = solution.unassigned
        if chance.random() < 0.5:
            return replace(solution, unassigned=tuple(rest))
        return replace(solution, unassigned=(replace(first, penalty=first.penalty + 1), *rest))
    routes = list(solution.routes)
    number = chance.randrange(len(routes))
    routes[number] = _changed_route(routes[number], chance)
    return replace(solution, routes=tuple(routes))


@tried_on(40)
@given(small_problems(), st.randoms(use_true_random=False))
def test_any_single_change_of_a_solution_is_a_fault(problem, chance):
    solution = solve(problem, time_limit_s=60, iterations=3, engine="ruin_recreate").solution
    assume(solution.routes)
    assert check(problem, solution) == []
    for _ in range(12):
        assert check(problem, _changed(solution, chance)) != []
