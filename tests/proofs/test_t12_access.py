"""T12: every operation of the API description with ids that are not the caller's: 404, no leak.

The courier, desk and public operations. Roles come with accounts: until then the doors of offices
and dispatchers ask for no caller, and what is proven of them is that an id of another kind, of
nobody or of another province finds nothing and tells nothing.
"""

import hashlib
import itertools
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend import database
from backend.accounts.models import Person
from backend.accounts.roles import Role
from backend.booking.models import Contact
from backend.dossiers.models import Dossier
from backend.places.models import Address
from tests.builders.accounts import a_token, an_account
from tests.proofs.api_calls import Description, Operation, path_of, unknown_id
from tests.proofs.conftest import Morning

FOUND_NOTHING = {404}
NOT_ASKED = {"healthz", "readyz"}
ANSWERS_ANYBODY = {"/v1/courier/devices"}
"""Registering names no object but the courier's code: with accounts it takes a login."""

NAMES_NOTHING = {"/v1/dispatcher/unclaimed"}
"""Takes a day and no object: what nobody claimed by then, and on this morning that is nothing."""

MAKES_AN_OWN_ROW = {"/v1/citizen/address-book"}
"""A door that the caller keeps for herself; it names no row that exists."""

ABROAD = "99"
"""No province has this code."""


@pytest.fixture
def description(morning: Morning) -> Description:
    return Description(morning.door.client.get("/openapi.json").get_json())


@pytest.fixture
def secrets(morning: Morning) -> list[str]:
    """Names, numbers and doors of everybody on this morning."""
    with database.unit_of_work() as session:
        people = session.execute(select(Contact.full_name, Contact.phone)).all()
        staff = session.scalars(select(Person.full_name)).all()
        doors = session.scalars(select(Address.text)).all()
    known = [*(text for row in people for text in row), *staff, *doors]
    own_day = str(morning.phone.store.day()[2])
    assert any(text in own_day for text in known), "a search for secrets that finds none anywhere"
    return known


@pytest.fixture
def foreign(morning: Morning) -> dict[str, str]:
    """Ids that exist and that B's phone, or whoever calls, has no business with."""
    day = morning.phone.store.day()[2]
    morning.phone.act("dossier.collected", {"dossier": morning.dossiers[0], "seal": "NP-1"})
    command = morning.phone.act("tea.drunk", {"cups": 1})
    morning.phone.drain()
    return {
        "nobody's": unknown_id(),
        "a dossier's": morning.dossiers[0],
        "a courier's": str(morning.world.couriers[0]),
        "a command's": command,
        "a contact's": day["contacts"][0]["id"],
        "a device's": morning.phone.device_id,
    }


OWN: dict[str, set[str]] = {
    "device_id": {"a device's"},  # a dispatcher of the province revokes any phone of it
    "dossier_id": {"a dossier's"},
    "courier": {"a courier's"},
    "courier_id": {"a courier's"},
}
"""Where an id is of the very kind that is asked for, and no caller is known yet: not foreign."""


ADDRESSES = (str(ip_address("127.1.0.0") + number) for number in itertools.count())
"""Every call comes from elsewhere: how often one address may ask is proven where it is limited."""


def call(
    morning: Morning,
    description: Description,
    operation: Operation,
    foreign: str,
    token: str | None = None,
    **query: str,
) -> TestResponse:
    path_value = foreign
    if "{digest}" in operation.path:
        path_value = hashlib.sha256(foreign.encode()).hexdigest()
    headers = description.headers(operation)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return morning.door.client.open(
        path_of(operation, path_value),
        method=operation.method.upper(),
        headers=headers,
        query_string=description.query(operation, foreign) | query,
        environ_overrides={"REMOTE_ADDR": next(ADDRESSES)},
        **description.body(operation, foreign),
    )


def token_for(morning: Morning, operation: Operation) -> str | None:
    """Of a fitting role that no office is granted to; None where nobody signs in."""
    roles = [Role(name) for name in operation.spec.get("x-roles", [])]
    if not roles:
        return None
    if Role.COURIER in roles:
        return morning.other_phone(1).store.get_meta("token")
    with database.unit_of_work() as session:
        return a_token(session, an_account(session, roles[0]))


def assert_no_leak(operation: Operation, answer: TestResponse, secrets: list[str]) -> None:
    text = answer.get_data(as_text=True)
    assert [secret for secret in secrets if secret in text] == [], str(operation)
    assert answer.status_code < 500, f"{operation}: {answer.status_code} {text[:200]}"


def chain_heads() -> dict[Any, bytes | None]:
    """Every dossier's newest link."""
    with database.unit_of_work() as session:
        rows = session.execute(select(Dossier.id, Dossier.head_hash)).all()
    return {row[0]: row[1] for row in rows}


def with_path_ids(description: Description) -> Iterator[Operation]:
    for operation in description.operations():
        if operation.named("path") and operation.door not in NOT_ASKED:
            yield operation


def test_t12_no_courier_operation_answers_without_a_token(
    morning: Morning, description: Description, foreign: dict[str, str], secrets: list[str]
) -> None:
    asked = [each for each in description.operations() if each.door == "courier"]
    assert len(asked) >= 6
    for operation in asked:
        if operation.path in ANSWERS_ANYBODY:
            continue
        for token in (None, "nonsense"):
            answer = call(morning, description, operation, foreign["a command's"], token)
            assert answer.status_code == 401, str(operation)
            assert_no_leak(operation, answer, secrets)


def test_t12_foreign_ids_in_paths_find_nothing_and_tell_nothing(
    morning: Morning, description: Description, foreign: dict[str, str], secrets: list[str]
) -> None:
    calls, wrong = 0, []
    for operation in with_path_ids(description):
        (parameter, *_) = operation.named("path")
        for whose, identity in foreign.items():
            if whose in OWN.get(parameter["name"], set()):
                continue
            answer = call(morning, description, operation, identity, token_for(morning, operation))
            # A PUT brings a picture under the caller's own name for it.
            expected = {404, 415, 422} if operation.method == "put" else FOUND_NOTHING
            if answer.status_code not in expected:
                text = answer.get_data(as_text=True)[:200]
                wrong.append(f"{operation} with {whose} id: {answer.status_code} {text}")
            assert_no_leak(operation, answer, secrets)
            calls += 1
    assert not wrong, "\n".join(wrong)
    assert calls > 100
    print(f"\nT12: {calls} calls of {len(list(with_path_ids(description)))} operations")


def test_t12_foreign_ids_in_bodies_change_nothing_and_tell_nothing(
    morning: Morning, description: Description, foreign: dict[str, str], secrets: list[str]
) -> None:
    before = chain_heads()
    for operation in description.operations():
        content = operation.spec.get("requestBody", {}).get("content", {})
        if operation.named("path") or "application/json" not in content:
            continue
        if operation.door == "courier":
            continue  # their bodies are judged command by command, below
        if operation.door == "session":
            continue  # nobody is signed in yet: tests/integration/accounts
        token = token_for(morning, operation)
        answer = call(morning, description, operation, foreign["nobody's"], token)
        if operation.path in NAMES_NOTHING:
            assert answer.get_json() == {"dossiers": []}
        elif operation.path in MAKES_AN_OWN_ROW:
            assert answer.status_code == 201, f"{operation} {answer.status_code}"
        else:
            assert answer.status_code in {400, 404, 409, 422}, f"{operation} {answer.status_code}"
        assert_no_leak(operation, answer, secrets)
    assert chain_heads() == before


def test_t12_lists_of_another_province_are_empty(
    morning: Morning, description: Description, foreign: dict[str, str], secrets: list[str]
) -> None:
    asked = 0
    for operation in description.operations():
        names = {each["name"] for each in operation.named("query")}
        if "province_code" in names and not operation.named("path"):
            token = token_for(morning, operation)
            answer = call(
                morning, description, operation, foreign["nobody's"], token, province_code=ABROAD
            )
            assert answer.status_code in {200, 404}, f"{operation} {answer.status_code}"
            assert_no_leak(operation, answer, secrets)
            asked += 1
    assert asked >= 5


def test_t12_another_courier_s_phone_learns_nothing_from_what_it_names(
    morning: Morning,
) -> None:
    """B names everything of A's in commands: facts are kept, and B's day and answer stay B's."""
    a_view = morning.phone.store.day()[2]
    a_people = {contact["name"] for contact in a_view["contacts"]}
    b = morning.other_phone(1)
    b.drain()
    own = {contact["name"] for contact in b.store.day()[2]["contacts"]}
    for stop, visit in morning.phone.view().open_visits():
        b.act("stop.request_reassign", {"stop": stop["id"], "reason": "X"})
        if visit["contact"]:
            wrong = {"contact": visit["contact"], "phone": "0900 000 999"}
            b.act("contact.correct_phone", wrong, base={"version": 1})
    b.act("dossier.checked", {"dossier": morning.dossiers[0]})
    answers: list[str] = []
    keep = b.transport

    class Listening:
        def post(self, path: str, body: dict[str, Any], token: str | None) -> Any:
            answer = keep.post(path, body, token)
            answers.append(str(answer.body))
            return answer

    b.transport = Listening()
    b.drain()
    told = b.store.results().values()
    assert {each["code"] for each in told if each["status"] == "refused"} == {"not_assignee"}
    for text in answers:
        assert [name for name in a_people - own if name in text] == []
