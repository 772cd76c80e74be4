"""A day that cannot be planned is refused at once, in one line with the next step."""

from datetime import date

import pytest
from redis import Redis
from rq.registry import StartedJobRegistry
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend import queue
from backend.dossiers.models import Leg, LegStatus
from backend.errors import TanNoiError
from backend.fleet.models import Courier
from backend.planning import jobs
from backend.planning.errors import (
    DayIsHoliday,
    NoCouriers,
    NothingToPlan,
    PlanOver,
    TimeLimitOutOfRange,
)
from backend.planning.models import Plan, PlanStatus
from backend.planning.operations import cancel_plan, list_plans, request_plan
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.catalogue import a_holiday
from tests.builders.planning import a_day, make_plan, the_plan


def refused(
    session: Session, expected: type[TanNoiError], *, day: date = WORKING_DAY, **day_of: int
) -> TanNoiError:
    area = a_day(session, **day_of)
    with pytest.raises(expected) as caught:
        request_plan(session, area, day, time_limit_s=1, enqueue=False)
    assert session.scalars(select(Plan)).all() == []
    assert "\n" not in caught.value.detail.vi + caught.value.detail.en
    return caught.value


def test_a_holiday_names_itself_and_the_next_working_day(session: Session) -> None:
    area = a_day(session)
    a_holiday(session, WORKING_DAY, "Ngày Văn hóa")
    with pytest.raises(DayIsHoliday) as caught:
        request_plan(session, area, WORKING_DAY, time_limit_s=1, enqueue=False)
    assert "Ngày Văn hóa" in caught.value.detail.vi
    assert "2026-11-24" in caught.value.action.en


def test_without_couriers_the_next_step_is_to_load_shifts(session: Session) -> None:
    error = refused(session, NoCouriers, couriers=0)
    assert "tannoi import shifts" in error.action.en


def test_a_courier_who_left_does_not_count(session: Session) -> None:
    area = a_day(session, couriers=1)
    session.execute(update(Courier).values(active=False))
    with pytest.raises(NoCouriers):
        request_plan(session, area, WORKING_DAY, time_limit_s=1, enqueue=False)


def test_with_nothing_to_do_there_is_no_plan(session: Session) -> None:
    refused(session, NothingToPlan, collections=0, returns=0)


def test_work_that_is_done_or_under_way_is_not_planned_again(session: Session) -> None:
    area = a_day(session)
    session.execute(update(Leg).values(status=LegStatus.UNDER_WAY))
    with pytest.raises(NothingToPlan):
        request_plan(session, area, WORKING_DAY, time_limit_s=1, enqueue=False)


@pytest.mark.parametrize("seconds", [0, -1, 601])
def test_a_search_takes_one_second_to_ten_minutes(session: Session, seconds: int) -> None:
    area = a_day(session)
    with pytest.raises(TimeLimitOutOfRange):
        request_plan(session, area, WORKING_DAY, time_limit_s=seconds, enqueue=False)


def test_plans_of_a_day_are_numbered_and_listed_newest_first(session: Session) -> None:
    area = a_day(session)
    for _ in range(3):
        request_plan(session, area, WORKING_DAY, time_limit_s=1, enqueue=False)
    listed = list_plans(session, province_code="48", area_id=area.id, service_date=WORKING_DAY)
    assert [plan.number for plan in listed] == [3, 2, 1]


def test_the_job_waits_in_the_queue_only_after_the_commit(
    session: Session, redis_connection: Redis
) -> None:
    area = a_day(session)
    request_plan(session, area, WORKING_DAY, time_limit_s=1)
    assert queue.job_queue().count == 0
    session.commit()
    assert queue.job_queue().count == 1
    (job,) = queue.job_queue().jobs
    assert job.func_name == "backend.planning.jobs.run_plan"


def test_a_plan_whose_job_was_lost_is_queued_again(
    session: Session, redis_connection: Redis
) -> None:
    area = a_day(session)
    plan_id = request_plan(session, area, WORKING_DAY, time_limit_s=1).id
    session.commit()
    redis_connection.flushdb()
    jobs.requeue_lost()
    assert queue.job_queue().count == 0, "one look may fall between two states"
    jobs.requeue_lost()
    (job,) = queue.job_queue().jobs
    assert job.args == (str(plan_id),) or job.args == [str(plan_id)]
    assert len(StartedJobRegistry(queue=queue.job_queue())) == 0


def test_a_plan_that_loses_its_job_again_and_again_fails_with_a_reason(
    session: Session, redis_connection: Redis
) -> None:
    area = a_day(session)
    plan_id = request_plan(session, area, WORKING_DAY, time_limit_s=1).id
    session.commit()
    for _ in range(2 * (queue.ATTEMPTS_PER_DAY + 1)):
        for key in redis_connection.scan_iter("rq:*"):
            redis_connection.delete(key)
        jobs.requeue_lost()
    plan = the_plan(plan_id)
    assert plan.status is PlanStatus.FAILED
    assert plan.failure
    assert plan.failure["code"] == "plan_job_lost"


def test_a_finished_plan_cannot_be_cancelled(session: Session, settings: Settings) -> None:
    area = a_day(session)
    session.commit()
    plan_id = make_plan(area.id, settings)
    with pytest.raises(PlanOver):
        cancel_plan(session, plan_id)


def test_cancelling_twice_is_the_same_as_once(session: Session, settings: Settings) -> None:
    area = a_day(session)
    plan = request_plan(session, area, WORKING_DAY, time_limit_s=1, enqueue=False)
    assert cancel_plan(session, plan.id).status is PlanStatus.CANCELLED
    with pytest.raises(PlanOver):
        cancel_plan(session, plan.id)
