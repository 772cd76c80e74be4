"""Windows that were promised and that no route has yet keep their room when a day is changed."""

from routing import Job, check, replan
from tests.builders.days_on_a_line import a_plan_of, vehicle_of
from tests.builders.routing_problems import a_problem, a_shipment, a_task, a_vehicle


def test_urgent_work_is_not_put_where_something_promised_and_not_yet_ridden_has_its_room():
    able = a_vehicle("an", skills=frozenset({"van"}))
    soon = Job(
        id="sold", task=a_task("sold.t", 1, (0, 150), service_s=600), skills=frozenset({"van"})
    )
    urgent = Job(id="urgent", task=a_task("urgent.t", 1, (0, 150), service_s=600))
    works = {"shipments": (a_shipment("s1", 3, 4),), "vehicles": (able, a_vehicle("binh"))}
    unsold, sold = a_problem(**works), a_problem(**works, jobs=(soon,))
    orders = {"an": ["s1.p", "s1.d"]}
    alone = replan(unsold, a_plan_of(unsold, **orders), now_s=0, new_works=[urgent], compiled=False)
    assert vehicle_of(alone.solution, "urgent.t") == "an", "on his way"
    plan, kept = a_plan_of(sold, **orders), ["sold"]
    answer = replan(sold, plan, now_s=0, new_works=[urgent], room_for=kept, compiled=False)
    assert vehicle_of(answer.solution, "urgent.t") == "binh"
    assert [work.id for work in answer.problem.jobs] == ["urgent"], "it is nobody's yet"
    assert check(answer.problem, answer.solution) == []
    both = a_problem(**works, jobs=(urgent, soon))
    assert check(both, a_plan_of(both, **answer.with_room)) == []
    assert answer.with_room["an"][0] == "sold.t"
