"""Whatever a person does to a plan, every work is done once or undone, the judge agrees with the
clock, and going back restores the plan."""

from hypothesis import given
from hypothesis import strategies as st

from routing import check
from routing.editing import moves
from routing.editing.desk import Desk
from routing.editing.moves import NoSuchPlace, Place
from tests.builders.routing_problems import small_problems
from tests.builders.trials import tried_on

FEW = tried_on(60)

CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["move", "swap", "take out", "put in"]),
        st.integers(0, 9),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=6,
)


def _changed(desk, orders, change):
    """One change, or the same plan where it cannot be made at all."""
    kind, one, other, place = change
    vehicles = [vehicle.id for vehicle in desk.problem.vehicles]
    planned = [task_id for order in orders.values() for task_id in order]
    undone = [left.id for left in desk.timed(orders).unassigned]
    vehicle = vehicles[other % len(vehicles)]
    places = [Place.FIRST, Place.CHEAPEST, *orders.get(vehicle, ())]
    after = places[place % len(places)]
    done = orders
    try:
        if kind == "put in" and undone:
            done = moves.put_in(desk, orders, undone[one % len(undone)], vehicle, after)
        elif kind == "move" and planned:
            done = moves.move(desk, orders, planned[one % len(planned)], vehicle, after)
        elif kind == "swap" and planned:
            two = planned[one % len(planned)], planned[place % len(planned)]
            done = moves.swap(desk, orders, *two)
        elif kind == "take out" and planned:
            work = desk.lookup.entries[planned[one % len(planned)]].work
            done = moves.take_out(desk, orders, work.id)
    except NoSuchPlace:
        return orders
    return done


@FEW
@given(small_problems(metric=False), CHANGES)
def test_after_any_changes_each_work_is_done_once_or_undone_and_legal_ones_pass_the_check(
    problem, changes
):
    desk, orders = Desk(problem), {}
    for work in problem.works():
        try:
            orders = moves.put_in(desk, orders, work.id, None)
        except NoSuchPlace:
            continue
    assert check(problem, desk.timed(orders)) == []
    for change in changes:
        tried = _changed(desk, orders, change)
        timed = desk.timed(tried)
        planned = [task_id for order in tried.values() for task_id in order]
        assert len(planned) == len(set(planned)), "nothing twice"
        works = {desk.lookup.entries[task_id].work.id for task_id in planned}
        undone = {left.id for left in timed.unassigned}
        assert works | undone == {work.id for work in problem.works()}
        assert works.isdisjoint(undone)
        if not timed.violations:
            assert check(problem, timed) == []
            orders = tried


@FEW
@given(small_problems(metric=False), st.integers(0, 9))
def test_what_is_taken_out_and_put_in_again_where_it_costs_least_is_no_dearer(problem, number):
    desk, orders = Desk(problem), {}
    for work in problem.works():
        try:
            orders = moves.put_in(desk, orders, work.id, None)
        except NoSuchPlace:
            continue
    planned = [task_id for order in orders.values() for task_id in order]
    if not planned:
        return
    work = desk.lookup.entries[planned[number % len(planned)]].work
    before = sum(route.cost for route in desk.timed(orders).routes)
    without = moves.take_out(desk, orders, work.id)
    again = moves.put_in(desk, without, work.id, None)
    after = desk.timed(again)
    assert check(problem, after) == []
    assert sum(route.cost for route in after.routes) <= before
