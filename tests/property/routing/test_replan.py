"""Whatever happened, the changed day keeps what is executed, its budget and every rule."""

from hypothesis import assume, given
from hypothesis import strategies as st

from routing import ChangeBudget, CourierState, Location, VisitKind, check, replan, schedule, solve
from routing.offering.new_places import without_work
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
    dropped = [plan.routes[0].vehicle_id] if drops else []
    return before, plan, now, states, dropped, [new] if before is not problem else []


@tried_on(60, derandomize=True)
@given(
    day=days_under_way(),
    most=st.sampled_from([0, 1, None]),
    compiled=st.sampled_from([True, False]),
)
def test_a_changed_day_keeps_the_past_its_budget_and_every_rule(*, day, most, compiled):
    before, plan, now, states, dropped, new = day
    answer = replan(
        before,
        plan,
        now_s=now,
        states=states,
        dropped=dropped,
        new_works=new,
        budget=ChangeBudget(most_moved=most),
        time_limit_s=60,
        iterations=10,
        compiled=compiled,
    )
    assert check(answer.problem, answer.solution) == []
    assert answer.within_budget
    again = schedule(answer.problem, answer.solution.orders)
    assert (again.routes, again.cost) == (answer.solution.routes, answer.solution.cost)
    routes = {route.vehicle_id: route for route in answer.solution.routes}
    for state in states:
        if state.done and state.vehicle_id not in dropped:
            _keeps_the_past(routes[state.vehicle_id], state)
    done_before = {i for state in states for i in state.done}
    visits = {v.task_id: v for r in answer.solution.routes for v in r.visits if v.task_id}
    told = {
        v.task_id: v.start_s for r in plan.routes for v in r.visits if v.task_id not in done_before
    }
    for change in answer.changes:
        assert change.before_s == told[change.task_id]
        assert change.after_s == visits[change.task_id].start_s
    planned = {visit.work_id for route in plan.routes for visit in route.visits} - {None}
    undone = {left.id for left in answer.solution.unassigned}
    assert set(answer.lost) == planned & undone
    assert set(answer.placed) == {work.id for work in new} - undone


def _keeps_the_past(route, state):
    """What was done comes first and in that order, ends when the courier is free, and nothing else
    begins before."""
    own = [visit for visit in route.visits if visit.kind not in (VisitKind.START, VisitKind.END)]
    halts = {f"{name}:{state.vehicle_id}" for name in ("here", "left")}
    past = [visit for visit in own if visit.task_id in state.done]
    assert [visit.task_id for visit in past] == list(state.done)
    last = own.index(past[-1])
    assert {visit.task_id for visit in own[: last + 1]} <= {*state.done, *halts}
    assert past[-1].end_s <= state.free_s
    assert all(
        visit.start_s >= state.free_s
        for visit in own[last + 1 :]
        if visit.kind is not VisitKind.BREAK
    )
    for visit in past:
        if visit.task_id in state.started:
            assert visit.start_s <= state.started[visit.task_id]
