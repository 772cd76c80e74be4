"""Going back to a former version and taking a tested repair ask about the windows that were sold
since, as an edit does: who would lose its room is named, and is lost only knowingly."""

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.dossiers.models import Leg
from backend.fleet.models import Courier
from backend.planning.models import Plan
from backend.planning.room_orders import read_room_orders
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import a_planning_area, a_post_office, an_office
from tests.builders.planning import make_plan
from tests.integration.planning.edits_over_http import Console
from tests.integration.planning.rooms_over_http import (
    ROOM_FOR_ONE_MORE,
    booked_since,
    new_work,
)

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

TUESDAY = WORKING_DAY + timedelta(days=1)


@pytest.fixture
def courier(session: Session) -> Courier:
    """On shift with room for two visits; one of them is booked."""
    post_office, office = a_post_office(session), an_office(session)
    courier = a_courier(session, post_office=post_office, code="BT-MOT")
    a_shift(session, service_date=WORKING_DAY, courier=courier, max_stops=ROOM_FOR_ONE_MORE)
    a_booking(session, office=office, slot_start=time(10, 30), slot_end=time(11))
    return courier


@pytest.fixture
def console(
    client: "FlaskClient", session: Session, settings: Settings, courier: Courier
) -> Console:
    area = a_planning_area(session)
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    assert console.publish().status_code == 200
    return console


def drop_all(console: Console) -> Leg:
    """The one visit is taken out and is left: room for two. Tells its leg."""
    out = [visit for visit in console.visits() if visit["kind"] == "COLLECTION"]
    console.keep({"kind": "DROP", "visits": [visit["id"] for visit in out]})
    return out[0]["leg"]["leg_id"]


def undo(console: Console, *confirmed: str) -> "TestResponse":
    return console.client.post(
        f"{console.url}/undo",
        json={"confirmed": list(confirmed)} if confirmed else None,
        headers={"If-Match": console.tag, "Idempotency-Key": str(uuid4())},
    )


def ways(console: Console, leg: object) -> dict[str, dict[str, Any]]:
    answer = console.client.get(f"{console.url}/repairs", query_string={"leg": str(leg)})
    assert answer.status_code == 200, answer.json
    return {way["kind"]: way for way in answer.json["repairs"]}


def take(console: Console, leg: object, key: str, *confirmed: str) -> "TestResponse":
    return console.client.post(
        f"{console.url}/repairs",
        json={"leg": str(leg), "key": key, "confirmed": list(confirmed)},
        headers={"If-Match": console.tag, "Idempotency-Key": str(uuid4())},
    )


def key_of(refused: "TestResponse", booking: Booking) -> str:
    """Of the one window that a refusal names."""
    assert (refused.status_code, refused.json["code"]) == (409, "room_sold"), refused.json
    assert booking.reference in refused.json["detail"]
    (field,) = refused.json["fields"]
    return field.removeprefix("confirmed.")


def lost(way: dict[str, Any]) -> list[str]:
    return [each["booking_reference"] for each in way["rooms_lost"]]


# ---- going back ----------------------------------------------------------------------------------


def test_going_back_from_the_published_plan_names_who_would_lose_its_room(
    console: Console, session: Session
) -> None:
    drop_all(console)
    assert console.publish(force=True).status_code == 200
    first, second = booked_since(session), booked_since(session)
    third = booked_since(session, hour=4)
    console.open(console.plan_id)
    refused = undo(console)
    key = key_of(refused, second)
    assert third.reference not in refused.json["detail"], "nobody was on shift for it before"
    assert undo(console, "ROOM_SOLD:other").status_code == 409
    console.open(console.plan_id)
    assert console.plan["status"] == "PUBLISHED", "nothing was changed"
    done = undo(console, key)
    assert done.status_code == 201, done.json
    assert done.json["published"]
    console.open(done.json["plan"]["id"])
    assert new_work(console) == {
        str(leg_of(first).id): "BOOKED_SINCE",
        str(leg_of(second).id): "NO_ROOM_LEFT",
        str(leg_of(third).id): "NO_ROOM_LEFT",
    }


def test_going_back_without_taking_room_keeps_it_in_its_place(
    console: Console, session: Session, settings: Settings
) -> None:
    drop_all(console)
    assert console.publish(force=True).status_code == 200
    sold = booked_since(session)
    console.open(console.plan_id)
    done = undo(console)
    assert done.status_code == 201, done.json
    console.open(done.json["plan"]["id"])
    assert new_work(console) == {str(leg_of(sold).id): "BOOKED_SINCE"}
    told = read_room_orders(session.get_one(Plan, console.plan_id), settings.blob_dir)
    assert told is not None
    assert any(str(leg_of(sold).id) in task for order in told.values() for task in order)


def test_a_draft_is_undone_knowingly_and_published_without_being_asked_again(
    console: Console, session: Session
) -> None:
    drop_all(console)
    booked_since(session)
    second = booked_since(session)
    console.open(console.plan_id)
    key = key_of(undo(console), second)
    done = undo(console, key)
    assert (done.status_code, done.json["published"]) == (201, False), done.json
    console.open(done.json["plan"]["id"])
    published = console.publish(force=True)
    assert published.status_code == 200, published.json
    assert new_work(console)[str(leg_of(second).id)] == "NO_ROOM_LEFT"


# ---- tested repairs ------------------------------------------------------------------------------


def test_a_repair_says_whose_room_it_takes_and_is_taken_knowingly(
    console: Console, session: Session
) -> None:
    left = drop_all(console)
    assert console.publish(force=True).status_code == 200
    first, second = booked_since(session), booked_since(session)
    console.open(console.plan_id)
    way = ways(console, left)["ROOM"]
    assert lost(way) == [second.reference]
    key = key_of(take(console, left, way["key"]), second)
    assert way["rooms_lost"][0]["key"] == key
    saved = take(console, left, way["key"], key)
    assert saved.status_code == 201, saved.json
    assert saved.json["effect"]["price"] == way["price"]
    console.open(saved.json["plan"]["id"])
    assert new_work(console) == {
        str(leg_of(first).id): "BOOKED_SINCE",
        str(leg_of(second).id): "NO_ROOM_LEFT",
    }
    assert console.publish().status_code == 200, "it was confirmed when the way was taken"


def test_a_repair_that_makes_a_limit_give_way_asks_before_it_writes_anything(
    client: "FlaskClient", session: Session, settings: Settings, courier: Courier
) -> None:
    undone = leg_of(a_booking(session, slot_start=time(5), slot_end=time(5, 30)))
    area = a_planning_area(session)
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    assert console.publish().status_code == 200
    sold = booked_since(session)
    console.open(console.plan_id)
    way = ways(console, undone.id)["LATER"]
    assert lost(way) == [sold.reference]
    key = key_of(take(console, undone.id, way["key"]), sold)
    session.expire_all()
    assert session.get_one(Leg, undone.id).window_end == time(5, 30), "nobody was told anything"
    saved = take(console, undone.id, way["key"], key)
    assert saved.status_code == 201, saved.json
    session.expire_all()
    assert session.get_one(Leg, undone.id).window_end > time(7)
    console.open(saved.json["plan"]["id"])
    assert new_work(console) == {str(leg_of(sold).id): "NO_ROOM_LEFT"}


def test_what_was_sold_itself_is_repaired_into_its_own_room(
    console: Console, session: Session
) -> None:
    sold = booked_since(session)
    console.open(console.plan_id)
    way = ways(console, leg_of(sold).id)["ROOM"]
    assert lost(way) == []
    saved = take(console, leg_of(sold).id, way["key"])
    assert saved.status_code == 201, saved.json
    console.open(saved.json["plan"]["id"])
    assert new_work(console) == {}


def test_what_goes_to_another_day_asks_about_the_room_of_that_day(
    client: "FlaskClient", session: Session, settings: Settings, courier: Courier
) -> None:
    undone = leg_of(a_booking(session, slot_start=time(5), slot_end=time(5, 30)))
    a_shift(session, service_date=TUESDAY, courier=courier, max_stops=2, starts=time(4))
    a_booking(session, service_date=TUESDAY, slot_start=time(14), slot_end=time(15))
    area = a_planning_area(session)
    session.commit()
    tuesday = Console(client, str(make_plan(area.id, settings, day=TUESDAY)))
    console = Console(client, str(make_plan(area.id, settings)))
    out = [visit["id"] for visit in tuesday.visits() if visit["kind"] == "COLLECTION"]
    tuesday.keep({"kind": "DROP", "visits": out})
    sold = a_booking(session, service_date=TUESDAY, slot_start=time(9), slot_end=time(11))
    session.commit()
    console.open(console.plan_id)
    way = ways(console, undone.id)["OTHER_DAY"]
    assert way["price"] is not None, "that day has a plan"
    assert lost(way) == [sold.reference]
    key = key_of(take(console, undone.id, way["key"]), sold)
    session.expire_all()
    assert session.get_one(Leg, undone.id).service_date == WORKING_DAY
    saved = take(console, undone.id, way["key"], key)
    assert saved.status_code == 201, saved.json
    then = Console(client, saved.json["other_day"]["plan"]["id"])
    assert str(undone.id) in {visit["leg"]["leg_id"] for visit in then.visits()}
    assert new_work(then) == {str(leg_of(sold).id): "NO_ROOM_LEFT"}
