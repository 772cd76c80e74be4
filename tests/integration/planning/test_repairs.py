"""What a plan leaves undone, with ways that were tried: the one taken costs exactly what it said,
and rows, citizens and the plan agree about it."""

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.dossiers.models import Leg
from backend.fleet.models import Courier, Shift
from backend.outbox import OutboxMessage
from backend.places.models import Office, PlaceKind, PlanningArea, PostOffice
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import CENTRE, a_planning_area, a_post_office, an_office, near
from tests.builders.planning import make_plan
from tests.integration.planning.edits_over_http import Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient


TUESDAY = WORKING_DAY + timedelta(days=1)


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
    assert other["price"] is None, "that day has no plan yet"
    saved = take(console, undone, other["key"])
    assert saved.status_code == 201, saved.json
    assert saved.json["other_day"] is None
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


def test_the_other_day_that_has_a_plan_tells_its_price_and_holds_the_work(
    console: Console, undone: Leg, session: Session, area: PlanningArea, settings: Settings
) -> None:
    courier = session.scalars(select(Courier)).one()
    a_shift(session, service_date=TUESDAY, courier=courier)
    a_booking(session, service_date=TUESDAY, office=session.get(Office, undone.to_id))
    session.commit()
    tuesday = make_plan(area.id, settings, day=TUESDAY)
    other = ways(console, undone)["OTHER_DAY"]
    assert other["price"] > 0
    assert other["courier_code"] == courier.code
    session.expire_all()
    assert session.get_one(Leg, undone.id).service_date == WORKING_DAY, "asking moves nothing"
    saved = take(console, undone, other["key"])
    assert saved.status_code == 201, saved.json
    draft = saved.json["other_day"]
    assert draft["effect"]["price"] == other["price"]
    assert (draft["plan"]["derived_from_id"], draft["plan"]["origin"]) == (str(tuesday), "REPAIR")
    then = Console(console.client, draft["plan"]["id"])
    assert str(undone.id) in {v["leg"]["leg_id"] for v in then.visits()}
    assert then.plan["staleness"] == {"stale": False}
    assert then.publish().status_code == 200
    console.open(saved.json["plan"]["id"])
    assert console.unassigned() == []


def test_room_costs_what_it_says_and_nothing_is_written_but_the_plan(
    console: Console, undone: Leg, session: Session
) -> None:
    planned = console.visits()[0]
    console.keep({"kind": "DROP", "visits": [planned["id"]]})
    leg = session.get_one(Leg, planned["leg"]["leg_id"])
    windows = (leg.window_start, leg.window_end, leg.version)
    room = ways(console, leg)
    assert list(room) == ["ROOM"], "where there is room nothing else has to give way"
    saved = take(console, leg, room["ROOM"]["key"])
    assert saved.status_code == 201, saved.json
    assert saved.json["effect"]["price"] == room["ROOM"]["price"]
    console.open(saved.json["plan"]["id"])
    assert [u["leg"]["leg_id"] for u in console.unassigned()] == [str(undone.id)]
    session.expire_all()
    leg = session.get_one(Leg, leg.id)
    assert (leg.window_start, leg.window_end, leg.version) == windows
    assert console.publish().status_code == 200


def test_an_earlier_window_gets_it_done_at_exactly_that_price(
    client: "FlaskClient", area: PlanningArea, settings: Settings, session: Session
) -> None:
    leg = leg_of(a_booking(session, slot_start=time(16, 0), slot_end=time(17, 0)))
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    earlier = ways(console, leg)["EARLIER"]
    saved = take(console, leg, earlier["key"])
    assert saved.status_code == 201, saved.json
    assert saved.json["effect"]["price"] == earlier["price"]
    session.expire_all()
    start = session.get_one(Leg, leg.id).window_start
    assert start.hour * 60 + start.minute == 16 * 60 - earlier["amount"]
    booking = session.scalars(select(Booking).where(Booking.slot_end == time(17))).one()
    assert booking.slot_start == start
    told = select(OutboxMessage).where(OutboxMessage.template == "booking.rescheduled")
    assert len(session.scalars(told).all()) == 1
    console.open(saved.json["plan"]["id"])
    assert console.plan["staleness"] == {"stale": False}
    assert console.publish().status_code == 200


def test_another_office_takes_what_the_own_one_cannot(
    client: "FlaskClient", area: PlanningArea, settings: Settings, session: Session
) -> None:
    """Papers rested overnight; the own office takes them before anybody is on shift."""
    early = an_office(session, weekly_hours={"mon": [["04:00", "06:30"]]})
    leg = leg_of(a_booking(session, office=early))
    leg.from_kind = PlaceKind.POST_OFFICE
    leg.from_id = session.scalars(select(PostOffice.id)).one()
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    assert [u["leg"]["leg_id"] for u in console.unassigned()] == [str(leg.id)]
    other = ways(console, leg)["OTHER_PLACE"]
    saved = take(console, leg, other["key"])
    assert saved.status_code == 201, saved.json
    assert saved.json["effect"]["price"] == other["price"]
    session.expire_all()
    filed = session.get_one(Leg, leg.id)
    assert (filed.to_kind, filed.to_id == early.id) == (PlaceKind.OFFICE, False)
    console.open(saved.json["plan"]["id"])
    assert str(leg.id) in {v["leg"]["leg_id"] for v in console.visits()}


def test_unlocked_it_goes_to_whoever_can(
    client: "FlaskClient", area: PlanningArea, settings: Settings, session: Session
) -> None:
    console = Console(client, str(make_plan(area.id, settings)))
    visit = console.visits()[0]
    console.keep({"kind": "LOCK", "lock": "COURIER", "visits": [visit["id"]]})
    post_office = session.scalars(select(PostOffice)).first()
    other = a_courier(session, post_office=post_office)
    a_shift(session, service_date=WORKING_DAY, courier=other)
    held = session.scalars(select(Shift).where(Shift.courier_id != other.id)).one()
    held.starts, held.ends = time(13, 0), time(15, 0)
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    leg = session.get_one(Leg, visit["leg"]["leg_id"])
    assert [u["leg"]["leg_id"] for u in console.unassigned()] == [str(leg.id)]
    unlocked = ways(console, leg)["UNPINNED"]
    assert unlocked["courier_code"] == other.code
    saved = take(console, leg, unlocked["key"])
    assert saved.status_code == 201, saved.json
    assert saved.json["effect"]["price"] == unlocked["price"]
    console.open(saved.json["plan"]["id"])
    assert console.unassigned() == []
    assert console.client.get(f"{console.url}/locks").json["locks"] == []
    assert console.publish().status_code == 200


def test_what_nobody_gives_by_a_click_is_shown_and_cannot_be_taken(
    client: "FlaskClient", area: PlanningArea, settings: Settings, session: Session
) -> None:
    leg = leg_of(a_booking(session, slot_start=time(10, 0), slot_end=time(11, 0)))
    leg.skills = ["DOC-MAU"]
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    found = ways(console, leg)
    assert not found["SKILL"]["applicable"]
    assert "DOC-MAU" in found["SKILL"]["detail_vi"]
    refused = take(console, leg, found["SKILL"]["key"])
    assert (refused.status_code, refused.json["code"]) == (409, "repair_gone")


def test_one_more_courier_is_shown_with_its_price(
    client: "FlaskClient", area: PlanningArea, settings: Settings, session: Session
) -> None:
    shift = session.scalars(select(Shift)).one()
    shift.max_stops = 2
    leg = leg_of(
        a_booking(
            session,
            point=near(CENTRE, north_m=900, east_m=900),
            slot_start=time(10, 0),
            slot_end=time(11, 0),
        )
    )
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    (left,) = console.unassigned()
    found = ways(console, session.get_one(Leg, left["leg"]["leg_id"]))
    assert found["ONE_MORE"]["price"] > 0
    assert not found["ONE_MORE"]["applicable"]
    assert leg.id
