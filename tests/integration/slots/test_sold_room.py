"""What was sold on the running day keeps its room while the plan is made anew around it."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select

from backend import clock
from backend.database import unit_of_work
from backend.dossiers.models import Leg
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit
from backend.planning.publishing import publish_plan
from backend.planning.slots.bookings import confirm_hold
from backend.planning.slots.errors import SlotGone
from backend.planning.slots.running_day import read_running
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.booking import a_booking
from tests.integration.slots.conftest import TRAVEL
from tests.integration.slots.test_slots import EVENING_BEFORE, MORNING, held, somebody


@pytest.fixture(autouse=True)
def evening_before() -> Iterator[None]:
    with clock.frozen(EVENING_BEFORE):
        yield


def test_a_replan_leaves_the_room_of_windows_that_were_sold_since(
    planned: uuid.UUID, blobs: BlobStore, settings: Settings, committed_database: Engine
) -> None:
    """A morning is sold out, the last of it only held; urgent work as long comes too late."""
    with unit_of_work() as session:
        row = session.get_one(Plan, planned)
        publish_plan(session, planned, expected_version=row.version, blobs=blobs)
    sold = [held(blobs, MORNING, dossier_count=10)]
    while True:
        try:
            sold.append(held(blobs, MORNING, dossier_count=10))
        except SlotGone:
            break
        with unit_of_work() as session:
            confirm_hold(session, sold[-2], somebody(len(sold)))
    with unit_of_work() as session:
        window = {"slot_start": MORNING.start, "slot_end": MORNING.end}
        urgent = [
            leg.id
            for dossier in a_booking(session, dossier_count=10, **window).dossiers
            for leg in dossier.legs
        ]
    with unit_of_work() as session:
        asked = ReplanAsked(urgent=urgent, publish=True)
        made = request_replan(session, planned, asked, enqueue=False).id
    execute_replan(made, settings, travel=TRAVEL)
    with unit_of_work() as session:
        plan = session.get_one(Plan, made)
        assert plan.status is PlanStatus.PUBLISHED, (plan.failure, plan.request)
        running = read_running(session, plan, travel=TRAVEL, blobs=blobs)
        assert not running.homeless, "each of them has a place in the new plan"
        ridden = set(
            session.scalars(
                select(Visit.leg_id).join(Stop).join(Route).where(Route.plan_id == made)
            )
        )
        waiting = set(session.scalars(select(Leg.id).where(Leg.id.not_in(ridden))))
    assert ridden.isdisjoint(urgent)
    assert len(waiting) == 10 * (len(sold) - 1) + len(urgent), "nobody placed what was sold"
