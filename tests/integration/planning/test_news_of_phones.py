"""A replan knows what phones told beside outcomes: a break that was taken, a place where somebody
waits with his bag."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Device
from backend.courier_day.position_models import LastPosition
from backend.courier_day.replans import read_news
from backend.courier_day.shift_states import DayEvent
from backend.courier_day.work_days import take_step
from backend.database import unit_of_work
from backend.fleet.models import Courier
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.places import CENTRE, near
from tests.builders.planning import a_day, make_plan, the_plan
from tests.integration.planning.edits_over_http import Console
from tests.integration.planning.test_replans import collect

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    """No: the day is under way."""
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 0))):
        yield


@pytest.fixture
def console(client: "FlaskClient", session: Session, settings: Settings) -> Console:
    area = a_day(session, collections=4, returns=4, couriers=2)
    session.commit()
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        console = Console(client, str(make_plan(area.id, settings)))
        assert console.publish().status_code == 200
    return console


def replanned(console: Console, settings: Settings, *dropped: str) -> Console:
    with unit_of_work() as session:
        asked = ReplanAsked(dropped=dropped, most_moved=None)
        new = request_replan(session, UUID(console.plan_id), asked, enqueue=False).id
    execute_replan(new, settings, read_news=read_news)
    assert the_plan(new).failure is None, the_plan(new).failure
    return Console(console.client, str(new))


def a_first_visit(console: Console, session: Session) -> Courier:
    """Somebody has papers in the bag; gives the courier."""
    visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    collect(session, visit["id"])
    return session.scalars(select(Courier).where(Courier.code == visit["courier"])).one()


def breaks(console: Console, code: str) -> list[datetime]:
    (route,) = [route for route in console.routes if route["courier_code"] == code]
    found = [stop["starts_at"] for stop in route["stops"] if stop["kind"] == "BREAK"]
    return [clock.to_local(datetime.fromisoformat(at)) for at in found]


def test_a_break_that_was_taken_early_is_not_planned_again(
    console: Console, settings: Settings, session: Session
) -> None:
    courier = a_first_visit(console, session)
    began = clock.local_instant(WORKING_DAY, time(8, 56))
    for event in (DayEvent.OPEN, DayEvent.ACCEPT_ROUTE, DayEvent.DEPART, DayEvent.START_BREAK):
        take_step(session, courier, WORKING_DAY, event, at=began)
    session.commit()
    told = read_news(session, session.get_one(Plan, UUID(console.plan_id)))
    assert told.rests == {courier.id: began}
    planned = breaks(console, courier.code)
    assert [at.hour >= 11 for at in planned] == [True]
    again = replanned(console, settings)
    assert [f"{at:%H:%M}" for at in breaks(again, courier.code)] == ["08:56"]
    (route,) = [r for r in again.routes if r["courier_code"] == courier.code]
    rest_over = clock.local_instant(WORKING_DAY, time(9, 41))
    ahead = [v for stop in route["stops"] for v in stop["visits"] if v["status"] == "OPEN"]
    starts = [datetime.fromisoformat(visit["starts_at"]) for visit in ahead]
    assert starts
    assert min(starts) >= rest_over, "nobody is planned into the break"


def test_a_bag_is_fetched_where_the_phone_is(
    console: Console, settings: Settings, session: Session
) -> None:
    courier = a_first_visit(console, session)
    at_the_door = replanned(console, settings, courier.code).plan["summary"]["distance_km"]
    device = Device(
        person_id=courier.person_id,
        public_key="k",
        model="Mẫu",
        app_version="1.0",
        registered_at=clock.now(),
    )
    session.add(device)
    session.flush()
    away = near(CENTRE, north_m=4_000, east_m=2_000)
    stood = clock.now() - timedelta(minutes=1)
    here = LastPosition(
        courier_id=courier.id,
        device_id=device.id,
        at=stood,
        received_at=stood,
        lat=round(away.lat * 1e7),
        lon=round(away.lon * 1e7),
        acc_m=20,
    )
    session.add(here)
    session.commit()
    told = read_news(session, session.get_one(Plan, UUID(console.plan_id)))
    assert list(told.places) == [courier.id]
    far = replanned(console, settings, courier.code)
    assert far.plan["summary"]["distance_km"] > at_the_door + 4
    assert far.plan["request"]["outcome"]["bags"][0]["giver"] == courier.code
    assert far.publish().status_code == 200
    here.acc_m = 5_000
    session.commit()
    assert read_news(session, session.get_one(Plan, UUID(console.plan_id))).places == {}
