"""Signing in over HTTP: tokens for programs, cookies for browsers, and who may send them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.api_keys import make_key
from backend.accounts.models import SignIn
from backend.accounts.one_time_links import LinkPurpose, make_link
from backend.accounts.passwords import set_password
from backend.accounts.roles import ACCESS_LIFE, Role, refresh_life
from backend.accounts.throttling import network_of
from backend.outbox import OutboxMessage
from tests.builders.accounts import an_account

DOOR = "/v1/session"
PASSWORD = "một con trâu vàng"
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def staff(session: Session, now: clock.FrozenClock) -> str:
    account = an_account(session, Role.DISPATCHER, code="DP-77")
    set_password(session, account, PASSWORD)
    session.commit()
    return "DP-77"


def signed_in(client: FlaskClient, code: str, **more: Any) -> dict[str, Any]:
    answer = client.post(DOOR, json={"code": code, "password": PASSWORD} | more, headers=SAME)
    assert answer.status_code == HTTPStatus.OK, answer.get_json()
    told: dict[str, Any] = answer.get_json()
    return told


def bearer(tokens: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {tokens['access_token']}"}


def test_a_program_signs_in_refreshes_and_signs_out(
    anonymous: FlaskClient, staff: str, now: clock.FrozenClock
) -> None:
    tokens = signed_in(anonymous, staff)
    me = anonymous.get(DOOR, headers=bearer(tokens)).get_json()
    assert (me["code"], me["role"], me["roles"]) == (staff, "DISPATCHER", ["DISPATCHER"])
    now.advance(ACCESS_LIFE)
    late = anonymous.get(DOOR, headers=bearer(tokens))
    assert (late.status_code, late.get_json()["code"]) == (401, "token_expired")
    assert late.headers["WWW-Authenticate"] == "Bearer"
    renewal = anonymous.post(
        f"{DOOR}/refresh", json={"refresh_token": tokens["refresh_token"]}
    ).get_json()
    assert anonymous.get(DOOR, headers=bearer(renewal)).status_code == HTTPStatus.OK
    assert anonymous.delete(DOOR, headers=bearer(renewal)).status_code == HTTPStatus.NO_CONTENT
    over = anonymous.get(DOOR, headers=bearer(renewal))
    assert (over.status_code, over.get_json()["code"]) == (401, "session_revoked")


def test_a_copied_refresh_token_ends_the_sign_in_although_the_answer_is_a_refusal(
    anonymous: FlaskClient, staff: str, session: Session
) -> None:
    tokens = signed_in(anonymous, staff)
    body = {"refresh_token": tokens["refresh_token"]}
    renewal = anonymous.post(f"{DOOR}/refresh", json=body).get_json()
    anonymous.get(DOOR, headers=bearer(renewal))
    assert anonymous.post(f"{DOOR}/refresh", json=body).status_code == HTTPStatus.UNAUTHORIZED
    assert anonymous.get(DOOR, headers=bearer(renewal)).status_code == HTTPStatus.UNAUTHORIZED
    session.expire_all()
    assert session.scalars(select(SignIn)).one().end_reason == "REUSED"


def test_a_browser_gets_cookies_that_no_script_reads_and_no_other_site_sends(
    anonymous: FlaskClient, staff: str
) -> None:
    body = {"code": staff, "password": PASSWORD, "cookies": True}
    assert anonymous.post(DOOR, json=body).get_json()["code"] == "other_origin"
    answer = anonymous.post(DOOR, json=body, headers=SAME)
    assert "access_token" not in answer.get_json()
    cookies = answer.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
    assert "Path=/v1/session" in cookies[1]
    assert anonymous.get(DOOR).status_code == HTTPStatus.OK
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    for headers in ({}, foreign):
        for path in (DOOR, f"{DOOR}/mine/{answer.get_json()['session_id']}"):
            refused = anonymous.delete(path, headers=headers)
            assert refused.get_json()["code"] == "other_origin"
        assert anonymous.post(f"{DOOR}/refresh", headers=headers).status_code == 403
    assert anonymous.post(f"{DOOR}/refresh", headers=SAME).status_code == HTTPStatus.OK
    own = {"Origin": "http://localhost"}
    assert anonymous.delete(DOOR, headers=own).status_code == HTTPStatus.NO_CONTENT
    assert anonymous.get(DOOR).get_json()["code"] == "not_signed_in"


def test_wrong_tries_stay_counted_although_they_are_refused(
    anonymous: FlaskClient, staff: str
) -> None:
    wrong = {"code": staff, "password": "wrong"}
    answers = [anonymous.post(DOOR, json=wrong) for _ in range(6)]
    assert [each.status_code for each in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_citizen_signs_in_with_the_digits_that_were_sent(
    anonymous: FlaskClient, session: Session, now: clock.FrozenClock
) -> None:
    asked = anonymous.post(f"{DOOR}/codes", json={"phone": "0900 000 021"})
    assert (asked.status_code, asked.get_json()) == (202, {"lives_s": 300, "again_after_s": 60})
    message = session.scalars(select(OutboxMessage)).one()
    body = {"phone": "+84 900 000 021", "code": message.content["secret_code"], "role": "FIRM"}
    tokens = anonymous.post(f"{DOOR}/code", json=body).get_json()
    assert anonymous.get(DOOR, headers=bearer(tokens)).get_json()["role"] == "FIRM"
    again = anonymous.post(f"{DOOR}/code", json=body)
    assert (again.status_code, again.get_json()["code"]) == (401, "wrong_code")


def test_a_link_signs_in_and_sets_a_password(
    anonymous: FlaskClient, staff: str, session: Session
) -> None:
    account = an_account(session, Role.MANAGER, code="QL-77")
    link = make_link(session, account, LinkPurpose.SIGN_IN).partition("#")[2]
    choose = make_link(session, account, LinkPurpose.SET_PASSWORD).partition("=")[2]
    session.commit()
    tokens = anonymous.post(f"{DOOR}/link", json={"token": link}).get_json()
    assert anonymous.get(DOOR, headers=bearer(tokens)).get_json()["role"] == "MANAGER"
    body = {"token": choose, "password": "short"}
    assert anonymous.post(f"{DOOR}/password", json=body).status_code == 422
    assert anonymous.post(f"{DOOR}/password", json=body | {"password": PASSWORD}).status_code == 204
    assert anonymous.get(DOOR, headers=bearer(tokens)).status_code == HTTPStatus.UNAUTHORIZED
    assert signed_in(anonymous, "QL-77")["access_token"]


def test_one_sees_and_ends_the_own_sign_ins_and_nobody_else_s(
    anonymous: FlaskClient, client_as: Callable[..., FlaskClient], staff: str
) -> None:
    here, there = signed_in(anonymous, staff), signed_in(anonymous, staff)
    own = anonymous.get(f"{DOOR}/mine", headers=bearer(here)).get_json()["sessions"]
    assert {each["id"]: each["current"] for each in own} == {
        here["session_id"]: True,
        there["session_id"]: False,
    }
    stranger = client_as(Role.MANAGER)
    foreign = stranger.delete(f"{DOOR}/mine/{there['session_id']}")
    assert (foreign.status_code, foreign.get_json()["code"]) == (404, "sign_in_not_found")
    ended = anonymous.delete(f"{DOOR}/mine/{there['session_id']}", headers=bearer(here))
    assert ended.status_code == HTTPStatus.NO_CONTENT
    assert anonymous.get(DOOR, headers=bearer(there)).status_code == HTTPStatus.UNAUTHORIZED


def test_a_sign_in_that_nobody_can_renew_any_more_is_not_shown(
    anonymous: FlaskClient, staff: str, now: clock.FrozenClock
) -> None:
    signed_in(anonymous, staff)
    now.advance(refresh_life(Role.DISPATCHER))
    here = signed_in(anonymous, staff)
    own = anonymous.get(f"{DOOR}/mine", headers=bearer(here)).get_json()["sessions"]
    assert [each["id"] for each in own] == [here["session_id"]]


def test_a_key_opens_what_its_scopes_name_and_nothing_else(
    anonymous: FlaskClient, session: Session, now: clock.FrozenClock
) -> None:
    program = an_account(session, Role.INTEGRATOR)
    _, text = make_key(session, program, name="x", scopes=("plans:read",))
    session.commit()
    headers = {"Authorization": f"Bearer {text}"}
    assert anonymous.get("/v1/dispatcher/plans", headers=headers).status_code == HTTPStatus.OK
    for path in ("/v1/dispatcher/bookings/to-place", DOOR):
        refused = anonymous.get(path, headers=headers)
        assert (refused.status_code, refused.get_json()["code"]) == (403, "role_not_allowed")


def test_one_household_is_one_address() -> None:
    assert network_of("192.0.2.7") == "192.0.2.7"
    assert network_of("2001:db8:1:2:3::4") == network_of("2001:db8:1:2:ffff::1")
    assert network_of("2001:db8:1:3::1") != network_of("2001:db8:1:2::1")
    assert network_of(None) == network_of("") == "local"
