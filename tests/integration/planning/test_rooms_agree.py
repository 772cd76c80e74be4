"""Who can take a visit, and trying it, name the same windows that would lose their room."""

import random
from collections.abc import Iterator
from datetime import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.orm import Session

from backend import clock
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import CENTRE, a_planning_area, a_post_office, an_office, near
from tests.builders.planning import make_plan
from tests.integration.planning.edits_over_http import Console
from tests.integration.planning.rooms_over_http import rooms_said
from tests.integration.planning.test_plan_versions import do

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
    said = list(losses(console))
    assert said, "somebody else can take something"
    assert any(said), "and somebody's room is lost by it"
    with clock.frozen(clock.local_instant(WORKING_DAY, time(8, 50))):
        done = next(visit for visit in console.visits() if visit["kind"] == "COLLECTION")
        do(session, done["id"])
        assert list(losses(console, but=done["id"])), "also once somebody is on his way"


def losses(console: Console, *, but: str = "") -> Iterator[int]:
    """How many rooms each courier would take who could do a visit that another one has. Both
    answers are compared."""
    for visit in console.visits():
        if visit["kind"] != "COLLECTION" or visit["id"] == but:
            continue
        asked = {"visit": visit["id"]}
        answer = console.client.get(f"{console.url}/who-can-take", query_string=asked)
        for taker in answer.json["takers"]:
            if taker["courier_code"] == visit["courier"]:
                continue
            move = {"kind": "MOVE", "visits": [visit["id"]], "courier": taker["courier_code"]}
            tried = rooms_said(console.attempt(move).json)
            lost = [each["key"] for each in taker["rooms_lost"]]
            assert lost == [each["key"] for each in tried]
            yield len(lost)
