"""A repair that is told works: taking it breaks no rule and costs exactly its price."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings

from routing import (
    Problem,
    RepairKind,
    Solution,
    TimeWindow,
    apply_repair,
    check,
    explain,
    prepare,
    schedule,
)
from routing.repairing.apply_repair import widened
from routing.repairing.repairs import RepairQuestions
from tests.builders.routing_problems import small_problems

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def _tight(problem: Problem) -> Problem:
    """Shifts so short that much stays undone."""
    vehicles = tuple(
        replace(v, shift=TimeWindow(start=v.shift.start, end=v.shift.start + 700), overtime=None)
        for v in problem.vehicles
    )
    return replace(problem, vehicles=vehicles)


def _a_plan(problem: Problem) -> Solution:
    solution = schedule(problem, {})
    for work in problem.works():
        best = prepare(problem, solution, compiled=False).insert(work).best
        if best is not None:
            _, solution = best.apply()
    return solution


def _routes_cost(solution: Solution) -> int:
    return sum(route.cost for route in solution.routes)


@FEW
@given(small_problems(metric=True))
def test_taking_a_repair_costs_its_price_and_breaks_nothing(problem):
    problem = _tight(problem)
    plan = _a_plan(problem)
    assert check(problem, plan) == []
    places = {
        s.id: (replace(s.deliveries[0], id=f"{s.id}.other", windows=(), price=7),)
        for s in problem.shipments
    }
    easier = _a_plan(easy := replace(problem, jobs=(), shipments=(), pins=()))
    questions = RepairQuestions(
        other_places=places,
        other_day=prepare(easy, easier, compiled=False),
        other_day_works={work.id: work for work in problem.works()},
    )
    for left in explain(problem, plan, repaired=3, questions=questions):
        for repair in left.repairs:
            changed, after = apply_repair(problem, plan, repair)
            assert check(changed, after) == []
            assert left.id not in {each.id for each in after.unassigned}
            if repair.kind is not RepairKind.OTHER_DAY:
                assert _routes_cost(after) - _routes_cost(plan) == repair.price
            if repair.kind in (RepairKind.LATER, RepairKind.EARLIER) and repair.amount > 1:
                work = next(work for work in problem.works() if work.id == left.id)
                less = widened(work, repair.subject, repair.kind, repair.amount - 1)
                assert prepare(problem, plan, compiled=False).insert(less).best is None
