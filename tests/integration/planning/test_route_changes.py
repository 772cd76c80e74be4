"""Couriers are told why their published route became another one, and nothing about anybody."""

from datetime import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Contact
from backend.courier_day.day import read_day
from backend.fleet.models import Courier
from backend.phone.view import View
from backend.places.models import Address, PlanningArea
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.planning import a_day, make_plan
from tests.integration.planning.edits_over_http import Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def console(client: "FlaskClient", session: Session, settings: Settings) -> Console:
    area: PlanningArea = a_day(session, collections=4, returns=3, couriers=2)
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    assert console.publish().status_code == 200
    return console


def told(session: Session, code: str) -> list[str]:
    """What the courier's phone shows."""
    courier = session.scalars(select(Courier).where(Courier.code == code)).one()
    return View(day=read_day(session, courier), edits={}).changes


def test_both_couriers_read_what_a_dispatcher_moved_between_them(
    console: Console, session: Session
) -> None:
    giver = console.couriers()[0]
    assert told(session, giver) == [], "a first plan is no change"
    visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    everybody = console.client.get(
        f"{console.url}/who-can-take", query_string={"visit": visit["id"]}
    ).json["takers"]
    taker = next(e["courier_code"] for e in everybody if e["courier_code"] != visit["courier"])
    revisions = {row.code: row.revision for row in session.scalars(select(Courier))}
    edit = {"kind": "MOVE", "visits": [visit["id"]], "courier": taker}
    console.keep(edit, note="theo lời Nguyễn Văn Mẫu")
    assert told(session, giver) == [], "a draft tells nobody"
    assert console.publish().status_code == 200
    session.expire_all()
    (given,), (taken,) = told(session, visit["courier"]), told(session, taker)
    for sentence in (given, taken):
        assert sentence.startswith("Tuyến đổi lúc 18:00 vì điều phối viên sửa tuyến: ")
    assert "bớt thu gom" in given
    assert "thêm thu gom" in taken
    after = {row.code: row.revision for row in session.scalars(select(Courier))}
    assert all(after[code] == revisions[code] + 1 for code in (visit["courier"], taker))
    private = [*session.scalars(select(Contact.full_name)), *session.scalars(select(Address.text))]
    private += [phone for phone in session.scalars(select(Contact.phone)) if phone]
    assert not [each for each in private if each in given + taken]


def test_the_newest_five_sentences_are_shown_and_a_courier_left_without_route_reads_why(
    console: Console, session: Session
) -> None:
    visits = [v for v in console.visits() if v["kind"] == "DELIVERY"]
    busy = visits[0]["courier"]
    with clock.frozen(clock.local_instant(WORKING_DAY, time(6, 30))):
        mine = [v["id"] for v in console.visits() if v["courier"] == busy]
        console.keep({"kind": "DROP", "visits": mine})
        published = console.publish(force=True)
        assert published.status_code == 200, published.json
        assert busy not in console.couriers()
        session.expire_all()
        (sentence,) = told(session, busy)
        assert "bớt" in sentence
        assert " việc khác" in sentence, "a long list is counted"
