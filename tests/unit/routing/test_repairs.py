"""What would get an undone work done, by hand: one limit at a time on a line of places."""

import pytest

from routing import (
    Costs,
    Job,
    Pin,
    RepairKind,
    RepairQuestions,
    apply_repair,
    check,
    explain,
    prepare,
    schedule,
    solve,
)
from routing.formats.own import solution_from_json, solution_to_json
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle, a_window

# Places lie 100 s apart; the courier starts and ends at 0 and an action takes 10 s.


def _undone(problem, questions=None, **orders):
    """The plan with these orders, and its only undone work explained."""
    plan = schedule(problem, orders, place_breaks=True)
    (left,) = explain(problem, plan, repaired=1, questions=questions)
    return plan, left


def _one(left, kind):
    (found,) = (repair for repair in left.repairs if repair.kind is kind)
    return found


def test_a_slot_is_widened_by_the_least_minutes_that_help():
    job = Job(id="j", task=a_task("j.t", 4, (0, 100)))
    problem = a_problem(jobs=(job,))
    plan, left = _undone(problem)
    later = _one(left, RepairKind.LATER)
    assert (later.subject, later.amount, later.unit) == ("j.t", 5, "min")  # 300 s too late
    assert later.price == 800
    changed, after = apply_repair(problem, plan, later)
    assert check(changed, after) == []
    assert after.cost == later.price
    assert changed.jobs[0].task.windows == (a_window(0, 400),)


def test_a_slot_may_also_begin_earlier():
    # The second slot opens when the courier must be home already.
    job = Job(id="j", task=a_task("j.t", 1, (950, 990)))
    problem = a_problem(vehicles=(a_vehicle(shift=a_window(0, 1000)),), jobs=(job,))
    plan, left = _undone(problem)
    earlier = _one(left, RepairKind.EARLIER)
    assert earlier.amount == 1  # at 890 he is home by 1000
    assert _one(left, RepairKind.OVERTIME).amount == 1
    changed, after = apply_repair(problem, plan, earlier)
    assert check(changed, after) == []


def test_overtime_is_told_for_the_courier_who_needs_least():
    near = a_vehicle("near", shift=a_window(0, 500), costs=Costs(fixed=5000))
    tired = a_vehicle("tired", shift=a_window(0, 100))
    problem = a_problem(vehicles=(tired, near), jobs=(Job(id="j", task=a_task("j.t", 4)),))
    plan, left = _undone(problem)
    overtime = _one(left, RepairKind.OVERTIME)
    assert (overtime.vehicle_id, overtime.amount) == ("near", 6)  # home at 810 instead of 500
    assert overtime.price == 5800
    changed, after = apply_repair(problem, plan, overtime)
    assert check(changed, after) == []
    assert changed.vehicles[1].shift.end == 860


def test_a_courier_without_the_skill_and_one_to_whom_it_is_not_fixed_are_named():
    skilled = Job(id="j", task=a_task("j.t", 2), skills=frozenset({"cash", "seal"}))
    couriers = (a_vehicle("an", skills=frozenset({"cash"})),)
    problem = a_problem(vehicles=couriers, jobs=(skilled,))
    plan, left = _undone(problem)
    skill = _one(left, RepairKind.SKILL)
    assert (skill.vehicle_id, skill.subject) == ("an", "seal")
    changed, after = apply_repair(problem, plan, skill)
    assert check(changed, after) == []

    pinned = a_problem(
        vehicles=(a_vehicle("short", shift=a_window(0, 50)), a_vehicle("free")),
        jobs=(Job(id="j", task=a_task("j.t", 2)),),
        pins=(Pin(vehicle_id="short", task_ids=("j.t",)),),
    )
    plan, left = _undone(pinned)
    unpinned = _one(left, RepairKind.UNPINNED)
    assert (unpinned.vehicle_id, unpinned.subject) == ("free", "short")
    changed, after = apply_repair(pinned, plan, unpinned)
    assert check(changed, after) == []
    assert changed.pins == ()


def test_another_office_and_another_day_are_tried_when_the_caller_names_them():
    shipment = a_shipment("s", 1, 2, deliveries=(a_task("s.d", 2, (0, 150)),))
    problem = a_problem(shipments=(shipment,))
    other = a_task("s.other", 3, (0, 9000), price=25)
    tomorrow = a_problem(jobs=())
    questions = RepairQuestions(
        other_places={"s": (other,)},
        other_day=prepare(tomorrow, schedule(tomorrow, {})),
        other_day_works={"s": a_shipment("s", 1, 2)},
    )
    plan, left = _undone(problem, questions)
    office = _one(left, RepairKind.OTHER_PLACE)
    assert (office.price, office.task) == (625, other)
    changed, after = apply_repair(problem, plan, office)
    assert check(changed, after) == []
    assert after.routes[0].task_ids == ("s.p", "s.other")
    later = _one(left, RepairKind.OTHER_DAY)
    assert later.price == 400
    changed, after = apply_repair(problem, plan, later)
    assert changed.shipments == after.unassigned == ()


def test_one_more_courier_is_the_repair_of_a_full_day():
    jobs = tuple(Job(id=n, task=a_task(f"{n}.t", 4, (0, 400), service_s=500)) for n in ("a", "b"))
    problem = a_problem(jobs=jobs)
    plan, left = _undone(problem, v1=["a.t"])
    more = _one(left, RepairKind.ONE_MORE)
    assert (more.subject, more.vehicle_id, more.price) == ("v1", "v1+1", 800)
    changed, after = apply_repair(problem, plan, more)
    assert check(changed, after) == []
    assert [route.vehicle_id for route in after.routes] == ["v1", "v1+1"]


def test_where_there_is_room_nothing_need_give_way():
    problem = a_problem(jobs=(Job(id="j", task=a_task("j.t", 4), penalty=300),))
    _, left = _undone(problem)
    (room,) = left.repairs
    assert (room.kind, room.price) == (RepairKind.ROOM, 800)


def test_repairs_come_with_a_solved_plan_and_travel_with_its_json():
    problem = a_problem(jobs=(Job(id="j", task=a_task("j.t", 4, (0, 100))),))
    solution = solve(problem, time_limit_s=5, iterations=3, engine="ortools").solution
    assert {repair.kind for repair in solution.unassigned[0].repairs} == {RepairKind.LATER}
    assert solution_from_json(solution_to_json(solution)) == solution


def test_a_repair_of_work_that_is_done_is_refused_and_a_stop_ends_the_looking():
    problem = a_problem(jobs=(Job(id="j", task=a_task("j.t", 4, (0, 100))),))
    plan, left = _undone(problem)
    changed, after = apply_repair(problem, plan, left.repairs[0])
    with pytest.raises(ValueError, match="not undone"):
        apply_repair(changed, after, left.repairs[0])
    (stopped,) = explain(problem, plan, repaired=1, should_stop=lambda: True)
    assert stopped.repairs == ()
    assert stopped.reasons
