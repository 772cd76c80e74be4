"""The calls of a citizen's booking on a held window, over HTTP."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from backend import clock
from mobile_api.booking_schemas import ConfirmSchema
from mobile_api.citizen.slots import ASKED_A_MINUTE, HELD_A_MINUTE
from tests.builders.booking import WORKING_DAY
from tests.builders.catalogue import a_procedure
from tests.builders.places import CENTRE
from tests.builders.planning import a_day

VISIT: dict[str, Any] = {
    "procedure_code": "1.777",
    "mode": "SEND",
    "lat": CENTRE.lat,
    "lon": CENTRE.lon,
}
DAY = WORKING_DAY.isoformat()
WINDOW = {"day": DAY, "start": "09:00", "end": "11:00"}
PERSON = {"full_name": "Nguyễn Văn Mẫu 1", "phone": "0900 000 001", "address": "1 Đường Mẫu"}


@pytest.fixture(autouse=True)
def town(session: Session) -> Iterator[None]:
    """A day with two couriers and no plan, seen from the evening before."""
    a_day(session, collections=1, returns=0)
    a_procedure(session, code="1.777")
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(9, 0))):
        yield


def key(number: int) -> dict[str, str]:
    return {"Idempotency-Key": f"a-key-of-a-test-{number}"}


def test_slots_then_hold_then_booking(client: FlaskClient) -> None:
    days = client.post("/v1/citizen/slots", json=VISIT | {"on": DAY, "days": 1}).get_json()["days"]
    assert days[0]["basis"] == "CAPACITY"
    assert {"start": "09:00", "end": "11:00"}.items() <= days[0]["windows"][1].items()
    held = client.post("/v1/citizen/holds", json=VISIT | WINDOW, headers=key(1))
    assert held.status_code == 201, held.get_json()
    hold = held.get_json()
    assert (hold["status"], hold["start"]) == ("HELD", "09:00")
    where = f"/v1/citizen/holds/{hold['id']}"
    assert client.get(where).get_json() == hold
    booked = client.post(f"{where}/confirm", json=PERSON, headers=key(2))
    assert booked.status_code == 201, booked.get_json()
    assert booked.get_json()["reference"].startswith("TN-")
    assert len(booked.get_json()["item_codes"]) == 1
    again = client.post(f"{where}/confirm", json=PERSON, headers=key(2))
    assert again.get_json() == booked.get_json()
    other = client.post(f"{where}/confirm", json=PERSON, headers=key(3))
    assert (other.status_code, other.get_json()["code"]) == (409, "hold_taken")


def test_papers_of_two_procedures_are_told_with_all_their_codes(
    client: FlaskClient, session: Session
) -> None:
    a_procedure(session, code="1.888")
    visit = VISIT | {"more": [{"procedure_code": "1.888", "dossiers": 2}]}
    hold = client.post("/v1/citizen/holds", json=visit | WINDOW, headers=key(1)).get_json()
    where = f"/v1/citizen/holds/{hold['id']}/confirm"
    booked = client.post(where, json=PERSON, headers=key(2)).get_json()
    assert len(booked["visit"]) == 2
    assert booked["reference"] == booked["visit"][0]
    assert len(set(booked["item_codes"])) == 3


def test_a_repeated_hold_is_one_hold_and_a_released_one_is_over(client: FlaskClient) -> None:
    first = client.post("/v1/citizen/holds", json=VISIT | WINDOW, headers=key(1)).get_json()
    again = client.post("/v1/citizen/holds", json=VISIT | WINDOW, headers=key(1)).get_json()
    assert again["id"] == first["id"]
    where = f"/v1/citizen/holds/{first['id']}"
    assert client.delete(where).get_json()["status"] == "RELEASED"
    late = client.post(f"{where}/confirm", json=PERSON, headers=key(4))
    assert (late.status_code, late.get_json()["code"]) == (409, "hold_over")
    assert "Chọn lại khung giờ" in late.get_json()["action"]


@pytest.mark.parametrize(
    ("change", "status", "code", "field"),
    [
        ({"lat": None}, 422, "invalid", "lat"),
        ({"dossiers": 11}, 422, "invalid", "dossiers"),
        ({"procedure_code": "0.0"}, 404, "procedure_not_found", "procedure_code"),
        ({"office_code": "KHONG-CO"}, 404, "office_not_found", "office_code"),
    ],
)
def test_bad_input_is_told_by_field(
    client: FlaskClient, change: dict[str, Any], status: int, code: str, field: str
) -> None:
    answer = client.post("/v1/citizen/slots", json=VISIT | {"on": DAY} | change)
    assert answer.status_code == status, answer.get_json()
    assert field in answer.get_json()["fields"]
    assert status == 422 or answer.get_json()["code"] == code


@pytest.mark.parametrize(
    ("phone", "is_one"),
    [
        ("0912 345", False),  # nine characters, seven digits
        ("091 234 567", False),  # one forgotten
        ("0912 345 6789 0", False),
        ("0912.345.678", True),
        ("0236 3 821 182", True),  # a landline
        ("+84 912 345 678", True),
        ("+44 20 7946 0000", True),
        ("+1", False),
    ],
)
def test_a_phone_number_is_judged_by_its_digits(phone: str, is_one: bool) -> None:
    wrong = ConfirmSchema(partial=True).validate({"phone": phone})
    assert (wrong == {}) is is_one


def test_an_address_nobody_knows_gets_no_window_and_says_what_to_do(client: FlaskClient) -> None:
    visit = {"procedure_code": "1.777", "mode": "SEND", "address": "99 Đường Chưa Ai Biết"}
    answer = client.post("/v1/citizen/slots", json=visit)
    assert (answer.status_code, answer.get_json()["code"]) == (422, "door_unknown")
    nothing = client.post("/v1/citizen/slots", json={"procedure_code": "1.777", "mode": "SEND"})
    assert "address" in nothing.get_json()["fields"]


def test_nobody_takes_every_window_by_a_script(client: FlaskClient) -> None:
    body = VISIT | WINDOW | {"start": "09:10"}
    for number in range(HELD_A_MINUTE):
        client.post("/v1/citizen/holds", json=body, headers=key(number))
    more = client.post("/v1/citizen/holds", json=VISIT | WINDOW, headers=key(99))
    assert (more.status_code, more.get_json()["code"]) == (429, "too_many_requests")
    same_house = {"REMOTE_ADDR": "2001:db8::1"}, {"REMOTE_ADDR": "2001:db8::2"}
    asked = VISIT | {"on": "2026-11-24", "procedure_code": "0.0"}
    for number in range(ASKED_A_MINUTE):
        where = same_house[number % 2]
        client.post("/v1/citizen/slots", json=asked, environ_overrides=where)
    for where in same_house:
        more = client.post("/v1/citizen/slots", json=asked, environ_overrides=where)
        assert more.status_code == 429


def test_a_hold_of_somebody_elses_guess_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/v1/citizen/holds/00000000-0000-7000-8000-000000000000")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "hold_not_found")


def test_a_window_off_the_grid_is_refused(client: FlaskClient) -> None:
    body = VISIT | WINDOW | {"start": "09:10"}
    answer = client.post("/v1/citizen/holds", json=body, headers=key(1))
    assert (answer.status_code, answer.get_json()["code"]) == (422, "no_such_window")


def test_whoever_confirmed_a_hold_gets_a_link_that_follows_it(client: FlaskClient) -> None:
    hold = client.post("/v1/citizen/holds", json=VISIT | WINDOW, headers=key(1)).get_json()
    where = f"/v1/citizen/holds/{hold['id']}"
    early = client.post(f"{where}/follow-links")
    assert (early.status_code, early.get_json()["code"]) == (404, "hold_not_found")
    booked = client.post(f"{where}/confirm", json=PERSON, headers=key(2)).get_json()
    made = client.post(f"{where}/follow-links")
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    followed = client.get(f"/v1/citizen/follow/{made.get_json()['token']}").get_json()
    assert followed["reference"] == booked["reference"]


def test_a_hold_tells_its_seconds_and_none_once_it_is_let_go(client: FlaskClient) -> None:
    hold = client.post("/v1/citizen/holds", json=VISIT | WINDOW, headers=key(1)).get_json()
    assert hold["seconds_left"] == 600
    gone = client.delete(f"/v1/citizen/holds/{hold['id']}").get_json()
    assert gone["seconds_left"] == 0
