"""Windows that were sold since a version was made and that no route has yet: who changes a plan by
hand reads whose room that takes, and goes on only knowingly."""

from datetime import time
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from backend.database import unit_of_work
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan
from backend.planning.roads import open_live_roads
from backend.planning.room_orders import read_room_orders
from backend.planning.slots.running_day import read_running
from backend.settings import Settings
from backend.storage import BlobStore
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import a_planning_area, a_post_office, an_office
from tests.builders.planning import make_plan
from tests.integration.planning.edits_over_http import Console
from tests.integration.planning.rooms_over_http import (
    ROOM_FOR_ONE_MORE,
    add,
    booked_since,
    new_work,
    rooms_said,
    who_can_take,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def console(client: "FlaskClient", session: Session, settings: Settings) -> Console:
    """A published day of one courier, who goes to a door and an office, and to one more of each."""
    post_office, office = a_post_office(session), an_office(session)
    courier = a_courier(session, post_office=post_office, code="BT-MOT")
    a_shift(session, service_date=WORKING_DAY, courier=courier, max_stops=ROOM_FOR_ONE_MORE)
    a_booking(session, office=office, slot_start=time(10, 30), slot_end=time(11))
    area = a_planning_area(session)
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    assert console.publish().status_code == 200
    return console


def replanned(console: Console, settings: Settings, *urgent: UUID) -> Console:
    """A draft that a worker made of the plan that lies open."""
    with unit_of_work() as session:
        asked = ReplanAsked(urgent=urgent, time_limit_s=1)
        new = request_replan(session, UUID(console.plan_id), asked, enqueue=False).id
    execute_replan(new, settings)
    draft = Console(console.client, str(new))
    assert draft.plan["status"] == "DRAFT", draft.plan
    return draft


def test_who_can_take_says_whose_room_that_takes(console: Console, session: Session) -> None:
    first, second = booked_since(session), booked_since(session)
    (taker,) = who_can_take(console, second)
    assert [each["booking_reference"] for each in taker["rooms_lost"]] == [first.reference]
    assert taker["rooms_lost"][0]["slot"] == "09:00–11:00"
    (taker,) = who_can_take(console, first)
    assert taker["rooms_lost"] == [], "the second one has no room as it is"


def test_an_edit_that_takes_room_says_so_and_goes_on_only_with_the_dispatchers_will(
    console: Console, session: Session
) -> None:
    first, second = booked_since(session), booked_since(session)
    tried = console.attempt(add(second)).json
    (said,) = rooms_said(tried)
    assert first.reference in said["detail_vi"]
    assert said["confirmable"] is True
    assert tried["savable"] is True
    refused = console.save(add(second))
    assert (refused.status_code, refused.json["code"]) == (409, "edit_refused")
    assert first.reference in refused.json["detail"]
    console.keep(add(second), confirmed=[said["key"]])
    assert new_work(console) == {str(leg_of(first).id): "NO_ROOM_LEFT"}
    assert console.publish().status_code == 200, "it was confirmed when it was saved"
    assert new_work(console) == {str(leg_of(first).id): "NO_ROOM_LEFT"}


def test_a_sold_window_that_is_added_itself_takes_nobodys_room(
    console: Console, session: Session
) -> None:
    first, second = booked_since(session), booked_since(session)
    assert rooms_said(console.attempt(add(first)).json) == []
    console.keep(add(first))
    assert new_work(console) == {str(leg_of(second).id): "NO_ROOM_LEFT"}, "as before"


def test_a_lock_that_leaves_no_room_says_so(console: Console, session: Session) -> None:
    sold = booked_since(session, hour=8)
    lock = {"kind": "LOCK", "lock": "ROUTE", "courier": "BT-MOT"}
    (said,) = rooms_said(console.attempt(lock).json)
    assert sold.reference in said["detail_en"]


def test_a_visit_taken_out_makes_room(console: Console, session: Session) -> None:
    booked_since(session)
    second = booked_since(session)
    out = [visit["id"] for visit in console.visits() if visit["kind"] == "COLLECTION"]
    tried = console.attempt({"kind": "DROP", "visits": out}, add(second)).json
    assert rooms_said(tried) == []


def test_a_draft_made_before_a_window_was_sold_names_it_before_it_is_published(
    console: Console, session: Session
) -> None:
    early = booked_since(session)
    console.keep(add(early))
    sold = booked_since(session)
    console.open(console.plan_id)
    refused = console.publish(force=True)
    assert (refused.status_code, refused.json["code"]) == (409, "room_sold")
    assert sold.reference in refused.json["detail"]
    (field,) = refused.json["fields"]
    key = field.removeprefix("confirmed.")
    assert console.publish(force=True, confirmed=["ROOM_SOLD:other"]).status_code == 409
    assert console.publish(force=True, confirmed=[key]).status_code == 200
    assert new_work(console) == {str(leg_of(sold).id): "NO_ROOM_LEFT"}


def test_a_draft_of_a_replan_published_later_names_what_was_sold_since(
    console: Console, session: Session, settings: Settings
) -> None:
    urgent = booked_since(session)
    draft = replanned(console, settings, leg_of(urgent).id)
    assert str(leg_of(urgent).id) in {visit["leg"]["leg_id"] for visit in draft.visits()}
    sold = booked_since(session)
    draft.open(draft.plan_id)
    refused = draft.publish(force=True)
    assert refused.json["code"] == "room_sold"
    assert sold.reference in refused.json["detail"]


def test_what_a_replan_kept_room_for_goes_on_from_there_when_its_draft_is_published_later(
    console: Console, session: Session, settings: Settings
) -> None:
    sold, urgent = booked_since(session), booked_since(session)
    draft = replanned(console, settings, leg_of(urgent).id)
    told = read_room_orders(session.get_one(Plan, UUID(draft.plan_id)), settings.blob_dir)
    assert told is not None
    assert any(str(leg_of(sold).id) in task for order in told.values() for task in order)
    assert draft.publish().status_code == 200, "it has room for everything sold"
    plan = session.get_one(Plan, UUID(draft.plan_id))
    roads = open_live_roads(settings.roads_dir, plan.province_code)
    running = read_running(session, plan, travel=roads, blobs=BlobStore(settings.blob_dir))
    assert running.kept == told
    assert not running.homeless
