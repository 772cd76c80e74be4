"""A booking waits for several visits, and its citizen says which of them is moved."""

import uuid
from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import select, update

from backend.booking.changes import BookingChange
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingDossier, BookingStatus
from backend.database import unit_of_work
from backend.dossiers.models import Leg, LegStatus
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.fixtures.web import app_with
from tests.integration.rescheduling.test_changes import MOVE, TUESDAY, legs_of, told

type Ask = Callable[..., Any]

AFTERNOON = {"act": "RESCHEDULED", "day": TUESDAY.isoformat(), "start": "13:30", "end": "15:30"}


@pytest.fixture
def visits(reference: str) -> list[str]:
    """Of one booking: Monday's visit is on a courier's route, Tuesday's is not planned."""
    with unit_of_work() as session:
        other = a_booking(session, service_date=TUESDAY)
        mine = session.scalars(select(Booking.id).where(Booking.reference == reference)).one()
        joined = update(BookingDossier).where(BookingDossier.booking_id == other.id)
        session.execute(joined.values(booking_id=mine))
    with unit_of_work() as session:
        found = sorted(legs_of(session, reference), key=lambda leg: leg.service_date)
        return [str(leg.id) for leg in found]


@pytest.fixture
def ask(reference: str, redis_connection: Redis, settings: Settings) -> Ask:
    """The citizen's call by the link of a notice."""
    client: FlaskClient = app_with(settings).test_client()
    with unit_of_work() as session:
        mine = session.scalars(select(Booking.id).where(Booking.reference == reference)).one()
        link = f"/v1/citizen/follow/{make_token(session, mine)}"

    def call(what: str, body: dict[str, Any] | None = None, **headers: str) -> Any:
        if body is None:
            return client.get(f"{link}/{what}")
        return client.post(f"{link}/{what}", json=body, headers=headers)

    return call


def change(ask: Ask, body: dict[str, Any]) -> Any:
    seen = ask("preview", body)
    assert seen.status_code == 200, seen.get_json()
    key = str(uuid.uuid4())
    return ask("change", body, **{"If-Match": seen.headers["ETag"], "Idempotency-Key": key})


def stands(leg_id: str) -> tuple[date, time | None, LegStatus]:
    with unit_of_work() as session:
        leg = session.get_one(Leg, uuid.UUID(leg_id))
        return leg.service_date, leg.window_start, leg.status


def test_the_visit_that_was_named_moves_and_the_nearer_one_stays_on_its_route(
    reference: str, visits: list[str], ask: Ask
) -> None:
    near, far = visits
    before = stands(near)
    offered = ask("slots", {"on": TUESDAY.isoformat(), "days": 1, "visit": far}).get_json()
    assert offered["visit"] == far
    assert [each["id"] for each in offered["waiting"]] == [near, far]
    assert [(each["day"], each["purposes"]) for each in offered["waiting"]] == [
        (WORKING_DAY.isoformat(), ["COLLECTION"]),
        (TUESDAY.isoformat(), ["COLLECTION"]),
    ]
    assert "13:30" in [window["start"] for window in offered["days"][0]["windows"]]
    wish = AFTERNOON | {"visit": far}
    seen = ask("preview", wish).get_json()
    assert (seen["stage"], [each["id"] for each in seen["waiting"]]) == ("NOT_PLANNED", visits)
    answer = change(ask, wish)
    assert answer.status_code == 200, answer.get_json()
    shown = answer.get_json()
    assert (shown["day"], shown["status"]) == (WORKING_DAY.isoformat(), "SCHEDULED")
    assert stands(far) == (TUESDAY, time(13, 30), LegStatus.OPEN)
    assert stands(near) == before
    with unit_of_work() as session:
        (text,) = told(session, "booking.rescheduled")
        assert f"13:30–15:30 ngày {TUESDAY:%d/%m/%Y}" in text, "not the nearest one's time"
        assert session.scalars(select(BookingChange.before_on)).all() == [TUESDAY]


def test_without_a_name_the_nearest_moves_and_the_other_keeps_its_day(
    reference: str, visits: list[str], ask: Ask
) -> None:
    near, far = visits
    before = stands(far)
    offered = ask("slots", {"on": TUESDAY.isoformat(), "days": 1}).get_json()
    assert offered["visit"] == near
    answer = change(ask, MOVE)
    assert answer.status_code == 200, answer.get_json()
    assert stands(near) == (TUESDAY, time(9), LegStatus.OPEN)
    assert stands(far) == before
    with unit_of_work() as session:
        booking = session.scalars(select(Booking).where(Booking.reference == reference)).one()
        assert booking.status is BookingStatus.REQUESTED, "none of its visits is planned any more"


def test_what_was_shown_of_one_visit_changes_no_other(visits: list[str], ask: Ask) -> None:
    near, far = visits
    seen = ask("preview", AFTERNOON | {"visit": near})
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": str(uuid.uuid4())}
    stale = ask("change", AFTERNOON | {"visit": far}, **headers)
    assert (stale.status_code, stale.get_json()["code"]) == (412, "precondition_failed")
    blind = ask("change", AFTERNOON | {"visit": far}, **{"Idempotency-Key": str(uuid.uuid4())})
    assert blind.status_code == 428
    assert stands(far)[1] == time(8)


@pytest.mark.parametrize("what", ["slots", "preview", "change"])
def test_visits_of_others_do_not_exist_and_those_begun_do_not_move(
    what: str, visits: list[str], ask: Ask
) -> None:
    with unit_of_work() as session:
        foreign = a_booking(session, service_date=TUESDAY).reference
        (strange,) = legs_of(session, foreign)
    body = {"days": 1} if what == "slots" else dict(AFTERNOON)
    sure = {"If-Match": '"change-0"', "Idempotency-Key": str(uuid.uuid4())}
    headers = sure if what == "change" else {}
    for wrong in (str(strange.id), str(uuid.uuid4())):
        answer = ask(what, body | {"visit": wrong}, **headers)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "visit_not_found")
    for status in (LegStatus.UNDER_WAY, LegStatus.DONE, LegStatus.CANCELLED):
        with unit_of_work() as session:
            session.get_one(Leg, uuid.UUID(visits[1])).status = status
        answer = ask(what, body | {"visit": visits[1]}, **headers)
        assert (answer.status_code, answer.get_json()["code"]) == (409, "visit_not_waiting")
        assert "lần đến còn chờ" in answer.get_json()["action"]
    unread = ask(what, body | {"visit": "thứ hai"}, **headers)
    assert (unread.status_code, list(unread.get_json()["fields"])) == (422, ["visit"])


def test_the_visit_for_missing_papers_is_cancelled_by_itself_and_any_other_ends_the_booking(
    reference: str, visits: list[str], ask: Ask
) -> None:
    near, far = visits
    with unit_of_work() as session:
        first, second = (session.get_one(Leg, uuid.UUID(each)).dossier for each in visits)
        second.supplements_id = first.id
    offered = ask("visits").get_json()["waiting"]
    assert [(each["id"], each["missing_papers"]) for each in offered] == [
        (near, False),
        (far, True),
    ]
    whole = ask("preview", {"act": "CANCELLED", "visit": near}).get_json()
    assert (whole["visits"], whole["ends_booking"]) == (visits, True)
    alone = ask("preview", {"act": "CANCELLED", "visit": far}).get_json()
    assert (alone["visits"], alone["ends_booking"]) == ([far], False)
    moved = ask("preview", AFTERNOON | {"visit": far}).get_json()
    assert (moved["visits"], moved["ends_booking"]) == ([far], False)
    answer = change(ask, {"act": "CANCELLED", "visit": far})
    assert answer.status_code == 200, answer.get_json()
    assert answer.get_json()["status"] != "CANCELLED"
    assert stands(far)[2] is LegStatus.CANCELLED
    assert stands(near)[2] is LegStatus.PLANNED
    assert [each["id"] for each in ask("visits").get_json()["waiting"]] == [near]


def test_a_booking_whose_door_nobody_found_has_no_visit_to_name(
    visits: list[str], redis_connection: Redis, settings: Settings
) -> None:
    with unit_of_work() as session:
        lost = a_booking(session, point=None, address="Không ai biết")
        link = f"/v1/citizen/follow/{make_token(session, lost.id)}"
    answer = (
        app_with(settings)
        .test_client()
        .post(f"{link}/preview", json=AFTERNOON | {"visit": visits[0]})
    )
    assert (answer.status_code, answer.get_json()["code"]) == (404, "visit_not_found")
