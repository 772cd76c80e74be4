"""Whatever happened, the changed day keeps what is executed, its budget and every rule."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from routing import ChangeBudget, CourierState, Job, VisitKind, check, replan, schedule, solve
from routing.offering.new_places import without_work
from tests.builders.routing_problems import small_problems

FEW = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
"""The same days in every run: what a random one finds is a case for the unit tests first."""


@FEW
@given(
    problem=small_problems(metric=True, bands=False),
    now=st.integers(0, 2500),
    late=st.integers(-200, 800),
    most=st.sampled_from([0, 1, None]),
    drops=st.booleans(),
    compiled=st.booleans(),
)
def test_a_changed_day_keeps_the_past_its_budget_and_every_rule(
    *, problem, now, late, most, drops, compiled
):
    works = list(problem.works())
    new = works[-1]
    before = without_work(problem, new.id) if len(works) > 1 else problem
    plan = solve(before, time_limit_s=60, iterations=5, engine="ortools").solution
    assume(plan.routes)
    states = []
    for route in plan.routes:
        done = [v for v in route.visits if v.task_id is not None and v.start_s <= now]
        if done:
            free = max(done[-1].end_s + late, done[-1].start_s)
            ids = tuple(visit.task_id for visit in done)
            states.append(CourierState(vehicle_id=route.vehicle_id, done=ids, free_s=free))
    dropped = [plan.routes[0].vehicle_id] if drops and len(before.vehicles) > 1 else []
    answer = replan(
        before,
        plan,
        now_s=now,
        states=states,
        dropped=dropped,
        new_works=[new] if before is not problem else [],
        budget=ChangeBudget(most_moved=most),
        time_limit_s=60,
        iterations=10,
        compiled=compiled,
    )
    assert check(answer.problem, answer.solution) == []
    assert answer.within_budget
    orders = {route.vehicle_id: route.task_ids for route in answer.solution.routes}
    visits = {v.task_id: v for r in answer.solution.routes for v in r.visits if v.task_id}
    for state in states:
        tasks = [v for v in state.done if v in visits and visits[v].kind is not VisitKind.BREAK]
        if tasks:
            assert list(orders[state.vehicle_id][: len(tasks)]) == tasks
            assert visits[tasks[-1]].end_s <= state.free_s
        if state.vehicle_id not in dropped and tasks:
            later = [visits[i] for i in orders[state.vehicle_id][len(tasks) :]]
            assert all(visit.start_s >= state.free_s for visit in later)
    done_before = {i for state in states for i in state.done}
    told = {
        v.task_id: v.start_s for r in plan.routes for v in r.visits if v.task_id not in done_before
    }
    for change in answer.changes:
        assert change.before_s == told[change.task_id]
        assert change.after_s == visits[change.task_id].start_s
    assert isinstance(new, Job) or schedule(answer.problem, answer.solution.orders)
