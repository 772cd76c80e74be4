"""What differs between two plans, found and counted."""

from routing import schedule
from routing.comparison import ChangedTime, MovedWork, compare
from tests.builders.routing_problems import a_problem, a_shipment, a_vehicle

PROBLEM = a_problem(
    vehicles=(a_vehicle("v1"), a_vehicle("v2"), a_vehicle("v3")),
    shipments=(a_shipment("s1", 1, 2), a_shipment("s2", 3, 4), a_shipment("s3", 1, 3)),
)
BEFORE = schedule(PROBLEM, {"v1": ("s1.p", "s1.d", "s2.p", "s2.d")})
AFTER = schedule(PROBLEM, {"v1": ("s1.p", "s1.d"), "v2": ("s2.p", "s2.d", "s3.p", "s3.d")})


def test_moved_works_and_changed_times_are_named():
    found = compare(PROBLEM, BEFORE, AFTER)
    assert found.moved == (
        MovedWork(work_id="s2", before="v1", after="v2"),
        MovedWork(work_id="s3", before="", after="v2"),
    )
    # 100 s a leg and 10 s a task: reached after two tasks before, straight from the start after.
    assert found.times == (
        ChangedTime(task_id="s2.p", work_id="s2", before_s=320, after_s=300),
        ChangedTime(task_id="s2.d", work_id="s2", before_s=430, after_s=410),
    )


def test_sums_are_those_of_the_plans_and_of_each_courier():
    found = compare(PROBLEM, BEFORE, AFTER)
    assert (found.before.cost, found.after.cost) == (BEFORE.cost, AFTER.cost)
    assert (found.before.vehicles, found.after.vehicles) == (1, 2)
    assert (found.before.unassigned, found.after.unassigned) == (1, 0)
    assert [name for name, _, _ in found.couriers] == ["v1", "v2"]
    _, at_home, day = found.couriers[1]
    assert (at_home.starts_s, at_home.visits) == (None, 0)
    assert (day.visits, day.ride_s, day.cost) == (4, 1200, 1200)


def test_a_plan_does_not_differ_from_itself():
    found = compare(PROBLEM, AFTER, AFTER)
    assert (found.moved, found.times) == ((), ())
    assert all(before == after for _, before, after in found.couriers)
