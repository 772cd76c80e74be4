"""Whatever happened, the changed day keeps what is executed, its budget and every rule."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from routing import ChangeBudget, CourierState, Location, solve
from routing.offering.new_places import without_work
from tests.builders.changed_days import ChangedDay, faults_of
from tests.builders.routing_problems import PLACES, small_problems
from tests.builders.trials import tried_on


@st.composite
def days_under_way(draw: st.DrawFn):
    """A problem, a plan of it, and what each courier has done of his route: any first part of it,
    on time or not, breaks alone included; some have gone on to another place."""
    problem = draw(small_problems(metric=draw(st.booleans())))
    new = list(problem.works())[-1]
    before = without_work(problem, new.id) if draw(st.booleans()) else problem
    assume(list(before.works()))
    plan = solve(before, time_limit_s=60, iterations=5, engine="ortools").solution
    assume(plan.routes)
    now = draw(st.integers(0, 2500))
    states = []
    for route in plan.routes:
        visits = [visit for visit in route.visits if visit.task_id is not None]
        done = visits[: draw(st.integers(0, len(visits)))]
        away = draw(st.integers(0, PLACES - 1)) if draw(st.integers(0, 3)) == 0 else None
        if not done and away is None:
            continue
        last = done[-1] if done else route.visits[0]
        late = draw(st.integers(-200, 800))
        known = draw(st.booleans())
        states.append(
            CourierState(
                vehicle_id=route.vehicle_id,
                done=tuple(visit.task_id for visit in done),
                free_s=max(0, last.start_s, last.end_s + late),
                location=None if away is None else Location(matrix_index=away),
                started={v.task_id: v.start_s + draw(st.integers(0, 60)) for v in done}
                if known
                else {},
            )
        )
    drops = draw(st.booleans()) and len(before.vehicles) > 1
    return ChangedDay(
        problem=before,
        plan=plan,
        now_s=now,
        states=tuple(states),
        dropped=(plan.routes[0].vehicle_id,) if drops else (),
        new_works=() if before is problem else (new,),
    )


@tried_on(60, derandomize=True)
@given(
    day=days_under_way(),
    most=st.sampled_from([0, 1, None]),
    compiled=st.sampled_from([True, False]),
)
def test_a_changed_day_keeps_the_past_its_budget_and_every_rule(*, day, most, compiled):
    changed = replace(day, budget=ChangeBudget(most_moved=most))
    answer = changed.replanned(iterations=10, compiled=compiled)
    assert faults_of(changed, answer) == []
    assert answer.within_budget
    visits = {v.task_id: v for r in answer.solution.routes for v in r.visits if v.task_id}
    for change in answer.changes:
        assert change.before_s == changed.told[change.task_id]
        assert change.after_s == visits[change.task_id].start_s
