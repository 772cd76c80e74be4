"""Who can take a visit, and trying it, name the same windows that would lose their room."""

import random
from datetime import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import CENTRE, a_planning_area, a_post_office, an_office, near
from tests.builders.planning import make_plan
from tests.integration.planning.edits_over_http import Console
from tests.integration.planning.rooms_over_http import rooms_said

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_who_can_take_names_what_trying_names(
    client: "FlaskClient", session: Session, settings: Settings, seed: int
) -> None:
    """Days on which rooms are tight: three couriers and narrow windows, half of it sold since."""
    drawn = random.Random(seed)

    def some_booking() -> None:
        begins = drawn.choice([time(9), time(9, 20), time(9, 40), time(10), time(10, 20)])
        ends = begins.replace(minute=begins.minute + 19)
        north_m, east_m = drawn.randint(-3_000, 3_000), drawn.randint(-3_000, 3_000)
        door = near(CENTRE, north_m=north_m, east_m=east_m)
        a_booking(session, point=door, office=office, slot_start=begins, slot_end=ends)

    post_office, office = a_post_office(session), an_office(session)
    for number in range(3):
        courier = a_courier(session, post_office=post_office, code=f"BT-{number}")
        a_shift(session, service_date=WORKING_DAY, courier=courier)
    for _ in range(7):
        some_booking()
    area = a_planning_area(session)
    session.commit()
    console = Console(client, str(make_plan(area.id, settings)))
    assert console.publish().status_code == 200
    for _ in range(9):
        some_booking()
    session.commit()
    console.open(console.plan_id)
    said = []
    for visit in console.visits():
        if visit["kind"] != "COLLECTION":
            continue
        answer = client.get(f"{console.url}/who-can-take", query_string={"visit": visit["id"]})
        for taker in answer.json["takers"]:
            move = {"kind": "MOVE", "visits": [visit["id"]], "courier": taker["courier_code"]}
            if taker["courier_code"] == visit["courier"]:
                continue
            tried = rooms_said(console.attempt(move).json)
            lost = [each["key"] for each in taker["rooms_lost"]]
            assert lost == [each["key"] for each in tried]
            said.append(len(lost))
    assert said, "somebody else can take something"
    assert any(said), "and somebody's room is lost by it"
