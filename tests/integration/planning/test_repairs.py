"""What a plan leaves undone, with ways that were tried: the one taken costs exactly what it said,
and rows, citizens and the plan agree about it."""

from datetime import time
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.dossiers.models import Leg
from backend.fleet.models import Shift
from backend.outbox import OutboxMessage
from backend.places.models import PlanningArea
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import CENTRE, a_planning_area, a_post_office, an_office, near
from tests.builders.planning import make_plan
from tests.integration.planning.edits_over_http import Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def area(session: Session) -> PlanningArea:
    """One short shift; one visit that fits, and one whose window ends before anybody can come."""
    post_office = a_post_office(session)
    office = an_office(session)
    courier = a_courier(session, post_office=post_office)
    a_shift(session, service_date=WORKING_DAY, courier=courier, starts=time(9, 30), ends=time(15))
    a_booking(session, office=office, slot_start=time(10, 0), slot_end=time(11, 0))
    area = a_planning_area(session)
    session.commit()
    return area


def left_alone(session: Session) -> Leg:
    """Booked for eight to nine: nobody is on shift then."""
    door = near(CENTRE, north_m=200, east_m=100)
    leg = leg_of(a_booking(session, point=door, slot_start=time(8, 0), slot_end=time(9, 25)))
    session.commit()
    return leg


@pytest.fixture
def undone(session: Session, area: PlanningArea) -> Leg:
    return left_alone(session)


@pytest.fixture
def console(client: "FlaskClient", area: PlanningArea, undone: Leg, settings: Settings) -> Console:
    return Console(client, str(make_plan(area.id, settings)))


def ways(console: Console, leg: Leg) -> dict[str, dict[str, Any]]:
    answer = console.client.get(f"{console.url}/repairs", query_string={"leg": str(leg.id)})
    assert answer.status_code == 200, answer.json
    return {way["kind"]: way for way in answer.json["repairs"]}


def take(console: Console, leg: Leg, key: str) -> Any:
    return console.client.post(
        f"{console.url}/repairs",
        json={"leg": str(leg.id), "key": key},
        headers={"If-Match": console.tag, "Idempotency-Key": str(uuid4())},
    )


def test_a_wider_window_gets_it_done_at_exactly_that_price_and_the_citizen_is_told(
    console: Console, undone: Leg, session: Session
) -> None:
    assert [u["leg"]["leg_id"] for u in console.unassigned()] == [str(undone.id)]
    later = ways(console, undone)["LATER"]
    assert later["applicable"]
    assert "Lùi khung giờ của người dân" in later["detail_vi"]
    saved = take(console, undone, later["key"])
    assert saved.status_code == 201, saved.json
    assert saved.json["effect"]["price"] == later["price"]
    console.open(saved.json["plan"]["id"])
    assert console.unassigned() == []
    assert console.plan["origin"] == "REPAIR"
    assert console.plan["staleness"] == {"stale": False}
    session.expire_all()
    leg = session.get_one(Leg, undone.id)
    minutes = leg.window_end.hour * 60 + leg.window_end.minute - (9 * 60 + 25)
    assert minutes == later["amount"]
    booking = session.scalars(select(Booking).where(Booking.slot_start == time(8))).one()
    assert booking.slot_end == leg.window_end
    told = session.scalars(
        select(OutboxMessage).where(OutboxMessage.template == "booking.rescheduled")
    ).all()
    assert len(told) == 1
    published = console.publish()
    assert published.status_code == 200, published.json


def test_a_way_that_is_gone_is_refused_and_writes_nothing(
    console: Console, undone: Leg, session: Session
) -> None:
    refused = take(console, undone, "LATER:NOBODY:-:1")
    assert (refused.status_code, refused.json["code"]) == (409, "repair_gone")
    inside = console.visits()[0]["leg"]["leg_id"]
    answer = console.client.get(f"{console.url}/repairs", query_string={"leg": inside})
    assert (answer.status_code, answer.json["code"]) == (404, "leg_not_in_plan")


def test_the_other_day_takes_it_out_of_this_one(
    console: Console, undone: Leg, session: Session
) -> None:
    other = ways(console, undone)["OTHER_DAY"]
    assert other["price"] is None
    saved = take(console, undone, other["key"])
    assert saved.status_code == 201, saved.json
    console.open(saved.json["plan"]["id"])
    assert console.unassigned() == []
    assert console.plan["staleness"] == {"stale": False}
    session.expire_all()
    assert session.get_one(Leg, undone.id).service_date > WORKING_DAY


def test_overtime_lengthens_the_shift_of_whom_it_costs_least(
    client: "FlaskClient", area: PlanningArea, settings: Settings, session: Session
) -> None:
    door = near(CENTRE, north_m=-300, east_m=150)
    leg = leg_of(a_booking(session, point=door, slot_start=time(14, 50), slot_end=time(15, 30)))
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    (left,) = console.unassigned()
    assert left["leg"]["leg_id"] == str(leg.id)
    overtime = ways(console, leg)["OVERTIME"]
    saved = take(console, leg, overtime["key"])
    assert saved.status_code == 201, saved.json
    assert saved.json["effect"]["price"] == overtime["price"]
    session.expire_all()
    shift = session.scalars(select(Shift)).one()
    assert shift.ends.hour * 60 + shift.ends.minute == 15 * 60 + overtime["amount"]
    assert UUID(saved.json["plan"]["id"])
