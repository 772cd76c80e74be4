"""An offer is exactly what taking it brings, whoever found it: kernels or exact trials."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from routing import Job, Problem, Solution, check, prepare, schedule
from routing.offering.new_places import without_work
from routing.promises import time_changes
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on

FEW = tried_on(60)


def _a_plan(problem: Problem) -> Solution:
    """Each work in turn at its cheapest place, by the service itself."""
    solution = schedule(problem, {})
    for work in problem.works():
        best = prepare(problem, solution, compiled=False).insert(work).best
        if best is not None:
            _, solution = best.apply()
    return solution


def _routes_cost(solution: Solution) -> int:
    return sum(route.cost for route in solution.routes)


@FEW
@given(small_problems(metric=False), st.integers(0, 3), st.booleans())
def test_taking_an_offer_costs_its_price_changes_what_it_says_and_breaks_nothing(
    problem, number, compiled
):
    works = list(problem.works())
    work = works[number % len(works)]
    rest = without_work(problem, work.id)
    before = _a_plan(rest)
    assert check(rest, before) == []
    for offer in prepare(rest, before, compiled=compiled).insert(work).offers:
        grown, after = offer.apply()
        assert check(grown, after) == []
        assert _routes_cost(after) - _routes_cost(before) == offer.price
        assert after.ride_s - before.ride_s == offer.extra_s
        assert after.distance_m - before.distance_m == offer.extra_m
        told = {v.task_id: v.start_s for route in before.routes for v in route.visits}
        now = {v.task_id: v.start_s for route in after.routes for v in route.visits}
        tasks = {t for route in before.routes for t in route.task_ids}
        assert {c.task_id: c.by_s for c in offer.changes} == {
            task: now[task] - told[task] for task in tasks if now[task] != told[task]
        }


@FEW
@given(small_problems(metric=False), st.integers(0, 3))
def test_kernels_and_exact_trials_make_the_same_offers(problem, number):
    works = list(problem.works())
    work = works[number % len(works)]
    rest = without_work(problem, work.id)
    before = _a_plan(rest)
    ours = prepare(rest, before).insert(work)
    exact = prepare(rest, before, compiled=False).insert(work)
    assert [(o.vehicle_id, o.price) for o in ours.offers] == [
        (o.vehicle_id, o.price) for o in exact.offers
    ]
    assert {r.vehicle_id for r in ours.refusals} == {r.vehicle_id for r in exact.refusals}


@FEW
@given(small_problems(metric=False, floating=False), st.integers(0, 3))
def test_effects_told_for_all_routes_at_once_are_those_of_the_schedule(problem, number):
    works = list(problem.works())
    work = works[number % len(works)]
    rest = without_work(problem, work.id)
    before = _a_plan(rest)
    present = {route.vehicle_id: route for route in before.routes}
    prepared = prepare(rest, before, compiled=True)
    at_once, later = prepared.insert(work).offers, prepared.insert(work).offers
    for offer, again in zip(at_once, later, strict=True):  # the first is asked too late: exactly
        own = (present[offer.vehicle_id],) if offer.vehicle_id in present else ()
        assert again.changes == time_changes(own, (again.route,)) == offer.changes


@FEW
@given(small_problems(metric=False))
def test_what_a_plan_leaves_undone_may_be_asked_about_and_every_refusal_has_a_reason(problem):
    empty = schedule(problem, {})
    work = next(problem.works())
    answer = prepare(problem, empty).insert(work)
    assert len(answer.offers) + len(answer.refusals) == len(problem.vehicles)
    for refusal in answer.refusals:
        assert refusal.reasons
    longer = replace(work, skills=frozenset())
    assert isinstance(longer, Job) == isinstance(work, Job)
    assert len(prepare(problem, empty).insert(longer).offers) >= len(answer.offers)
