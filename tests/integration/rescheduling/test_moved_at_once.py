"""A visit that its citizen moved comes into the published plan at once, or is a broken promise."""

import uuid
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock, queue
from backend.booking.models import Booking
from backend.database import unit_of_work
from backend.dossiers.models import LegStatus
from backend.planning.edits import replan_kept
from backend.planning.edits.moved_visits import insert_moved, requeue_lost_insertions
from backend.planning.edits.repairs import find_repairs
from backend.planning.errors import PlanStale
from backend.planning.models import Plan, PlanStatus, Route, Stop, UnassignedLeg, Visit
from backend.planning.operations import RUN_INSERTION
from backend.planning.publishing import publish_plan
from backend.planning.route_changes import RouteChange
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.integration.rescheduling.conftest import TRAVEL, Call
from tests.integration.rescheduling.test_changes import TUESDAY, change, legs_of

TODAY = {
    "act": "RESCHEDULED",
    "day": WORKING_DAY.isoformat(),
    "start": "13:30",
    "end": "15:30",
}
"""To the afternoon of the same day."""


def asked_for() -> list[list[str]]:
    """Arguments of the jobs that wait to insert something."""
    jobs = queue.job_queue().get_jobs()
    return [list(job.args) for job in jobs if job.func_name == RUN_INSERTION]


def area_of(reference: str) -> uuid.UUID:
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        return leg.planning_area_id


def test_a_visit_moved_within_the_day_comes_into_the_published_plan_at_once(
    reference: str, published: uuid.UUID, dispatch: Call, settings: Settings
) -> None:
    """Nobody plans again by hand; the courier reads why the route changed."""
    answer = change(dispatch, reference, TODAY)
    assert answer.status_code == 200, answer.get_json()
    area_id = area_of(reference)
    assert asked_for() == [[str(area_id), WORKING_DAY.isoformat()]]
    made = insert_moved(area_id, WORKING_DAY, settings, travel=TRAVEL)
    assert made is not None
    with unit_of_work() as session:
        plan = session.get_one(Plan, made)
        assert plan.status is PlanStatus.PUBLISHED, (plan.failure, plan.request)
        (leg,) = legs_of(session, reference)
        assert leg.status is LegStatus.PLANNED
        (visit,) = session.scalars(
            select(Visit)
            .join(Stop)
            .join(Route)
            .where(Visit.leg_id == leg.id, Route.plan_id == made, Visit.kind == "COLLECTION")
        ).all()
        assert time(13, 30) <= clock.to_local(visit.starts_at).time() <= time(15, 30)
        told = session.scalars(select(RouteChange.text)).all()
        assert any("người dân đổi giờ hẹn" in text and "thu gom" in text for text in told)
        assert session.get_one(Plan, published).status is PlanStatus.SUPERSEDED
    assert insert_moved(area_id, WORKING_DAY, settings, travel=TRAVEL) is None, "nothing waits"


def test_a_visit_moved_from_another_day_comes_in_as_well(
    published: uuid.UUID, dispatch: Call, settings: Settings
) -> None:
    with unit_of_work() as session:
        other = a_booking(session, service_date=TUESDAY).reference
    assert change(dispatch, other, TODAY).status_code == 200
    made = insert_moved(area_of(other), WORKING_DAY, settings, travel=TRAVEL)
    assert made is not None
    with unit_of_work() as session:
        assert session.get_one(Plan, made).status is PlanStatus.PUBLISHED
        (leg,) = legs_of(session, other)
        assert leg.status is LegStatus.PLANNED


def test_a_draft_stays_its_dispatchers(
    drafted: uuid.UUID, dispatch: Call, settings: Settings
) -> None:
    """It is out of date then, and says so."""
    with unit_of_work() as session:
        reference = session.scalars(select(Booking.reference).order_by(Booking.id)).first() or ""
    assert change(dispatch, reference, TODAY).status_code == 200
    assert asked_for() == []
    assert insert_moved(area_of(reference), WORKING_DAY, settings, travel=TRAVEL) is None


def test_a_promised_window_that_no_route_holds_is_a_broken_promise_with_repairs(
    reference: str, dispatch: Call, settings: Settings, day_before: clock.FrozenClock
) -> None:
    """The queue was away until the window was over."""
    assert change(dispatch, reference, TODAY).status_code == 200
    area_id = area_of(reference)
    with unit_of_work() as session:
        (leg,) = legs_of(session, reference)
        leg_id = leg.id
    day_before.move_to(clock.local_instant(WORKING_DAY, time(15, 40)))
    made = insert_moved(area_id, WORKING_DAY, settings, travel=TRAVEL)
    assert made is not None
    with unit_of_work() as session:
        assert session.get_one(Plan, made).status is PlanStatus.PUBLISHED
        left = {
            row.leg_id: [reason["code"] for reason in row.reasons["reasons"]]
            for row in session.scalars(select(UnassignedLeg).where(UnassignedLeg.plan_id == made))
        }
        assert left[leg_id] == ["SLOT_NOT_HELD"]
        found = find_repairs(session, made, leg_id, travel=TRAVEL, folder=settings.blob_dir).repairs
        assert {each.kind for each in found} >= {"OTHER_DAY"}
    assert insert_moved(area_id, WORKING_DAY, settings, travel=TRAVEL) is None, "it is on the board"


def test_a_move_whose_job_is_gone_is_found_again(
    reference: str, dispatch: Call, day_before: clock.FrozenClock
) -> None:
    assert change(dispatch, reference, TODAY).status_code == 200
    queue.job_queue().empty()
    for _ in range(2):  # two looks: a job between two states is not lost
        requeue_lost_insertions()
    assert asked_for() == [], "it may still be on its way"
    day_before.advance(timedelta(minutes=2))
    for _ in range(2):
        requeue_lost_insertions()
    assert asked_for() == [[str(area_of(reference)), WORKING_DAY.isoformat()]]


def test_what_somebody_wrote_meanwhile_makes_it_try_again(
    reference: str,
    dispatch: Call,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert change(dispatch, reference, TODAY).status_code == 200
    refused: list[uuid.UUID] = []

    def refuse_once(session: Any, plan_id: uuid.UUID, **how: Any) -> Plan:
        if not refused:
            refused.append(plan_id)
            raise PlanStale(plan=plan_id, moved_vi="sửa 1 việc", moved_en="legs: 1 changed")
        return publish_plan(session, plan_id, **how)

    monkeypatch.setattr(replan_kept, "publish_plan", refuse_once)
    made = insert_moved(area_of(reference), WORKING_DAY, settings, travel=TRAVEL)
    assert made is not None
    assert refused
    with unit_of_work() as session:
        plan = session.get_one(Plan, made)
        assert plan.status is PlanStatus.PUBLISHED
        assert [each["code"] for each in plan.request["begun_again"]] == ["plan_stale"]
        assert "not_published" not in plan.request
        drafts = session.scalars(select(Plan).where(Plan.status == PlanStatus.DRAFT)).all()
        assert drafts == [], "what could not be published is not kept"
        (leg,) = legs_of(session, reference)
        assert leg.status is LegStatus.PLANNED
