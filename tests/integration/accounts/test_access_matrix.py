"""Every operation of the description × every role × own, foreign and unknown ids.

What is expected is read from the declaration; a new operation is in the test the day it exists.
"""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from backend import clock
from backend.accounts.api_keys import SCOPES, make_key
from backend.accounts.roles import COURIERS, Role
from backend.settings import Settings
from backend.storage import ContentFolder
from tests.builders.accounts import a_token, an_account
from tests.builders.booking import WORKING_DAY
from tests.builders.scopes import Territory, a_territory, nobodys
from tests.proofs.api_calls import Description, Operation

TOKENS = ("hold_id", "token", "digest", "command_id", "session_id", "code")
"""Path parameters that are secrets of their own, or that name rows of the caller alone."""

NOT_OURS = {404}


@dataclass
class Matrix:
    """The two territories, tokens of every caller, and what was counted."""

    client: FlaskClient
    session: Session
    description: Description
    own: Territory
    foreign: Territory
    tokens: dict[str, str | None]
    counts: Counter[str]
    wrong: list[str] = field(default_factory=list)

    def call(self, operation: Operation, who: str, named: dict[str, str]) -> TestResponse:
        """One call whose changes are undone, so that the next one finds the same rows."""
        headers = self.description.headers(operation)
        if token := self.tokens[who]:
            headers["Authorization"] = f"Bearer {token}"
        undone = self.session.connection().begin_nested()
        try:
            answer = self.client.open(
                path_with(operation, named),
                method=operation.method.upper(),
                headers=headers,
                query_string=self.description.query(operation, "x") | queried(operation, named),
                **body_with(self.description, operation, named),
            )
        finally:
            undone.rollback()
        self.counts["calls"] += 1
        if answer.status_code >= 500 and operation.path != "/readyz":  # no worker runs in a test
            text = answer.get_data(as_text=True)[:300]
            self.wrong.append(f"{operation} as {who} broke: {answer.status_code} {text}")
        return answer


def path_with(operation: Operation, named: dict[str, str]) -> str:
    path = operation.path
    for parameter in operation.named("path"):
        name = parameter["name"]
        value = named.get(name) or ("0" * 64 if name == "digest" else nobodys(name))
        path = path.replace("{" + name + "}", value)
    return path


def queried(operation: Operation, named: dict[str, str]) -> dict[str, str]:
    known = {each["name"] for each in operation.named("query")}
    return {name: named[name] for name in ("planning_area", "courier") if name in known}


def body_with(
    description: Description, operation: Operation, named: dict[str, str]
) -> dict[str, Any]:
    body = description.body(operation, nobodys("_id"))
    if isinstance(body.get("json"), dict):
        body["json"] |= {name: named[name] for name in body["json"].keys() & named.keys()}
        body["json"].pop("province_code", None)
    return body


@pytest.fixture
def matrix(session: Session, app: Flask, settings: Settings, now: clock.FrozenClock) -> Matrix:
    now.move_to(clock.local_instant(WORKING_DAY, clock.to_local(clock.now()).time()))
    files = ContentFolder(settings.blob_dir)
    own, foreign = (a_territory(session, code, files=files) for code in ("KHU-A", "KHU-B"))
    tokens: dict[str, str | None] = {"anonymous": None}
    for role in Role:
        person = own.courier.person_id if role in COURIERS else None
        account = an_account(session, role, person_id=person, **own.reach)
        tokens[role] = a_token(session, account)
        if role is Role.INTEGRATOR:
            _, tokens[role] = make_key(session, account, name="x", scopes=tuple(SCOPES))
            _, tokens["key without scopes"] = make_key(session, account, name="y", scopes=())
    late = an_account(session, Role.DISPATCHER, **own.reach)
    tokens["expired"] = a_token(session, late, until=clock.now() - timedelta(seconds=1))
    tokens["nonsense"] = "nonsense"
    session.commit()
    client = app.test_client()
    description = Description(client.get("/openapi.json").get_json())
    return Matrix(client, session, description, own, foreign, tokens, Counter())


def outcome(answer: TestResponse) -> tuple[int, str | None]:
    body = answer.get_json(silent=True)
    return answer.status_code, body.get("code") if isinstance(body, dict) else None


KEPT_OUT = {
    "anonymous": (401, "not_signed_in"),
    "expired": (401, "token_expired"),
    "nonsense": (401, "session_revoked"),
    "key without scopes": (403, "role_not_allowed"),
}


@pytest.mark.timeout(1_200)
def test_every_operation_keeps_out_whoever_it_does_not_name_and_hides_what_is_not_theirs(
    matrix: Matrix,
) -> None:
    wrong = matrix.wrong
    operations = matrix.description.operations()
    unknown = {name: nobodys(name) for name in matrix.own.named}
    for operation in operations:
        roles = operation.spec["x-roles"]
        for who in matrix.tokens:
            if not roles:
                answer = matrix.call(operation, who, matrix.foreign.named)
                signed_in = who not in KEPT_OUT
                if signed_in and answer.status_code == 403:
                    wrong.append(f"{operation} as {who}: {outcome(answer)}, and it is public")
                note_leaks(matrix, operation, who, answer)
                continue
            allowed = who in roles
            if not allowed:
                expected = KEPT_OUT.get(who, (403, "role_not_allowed"))
                answer = matrix.call(operation, who, matrix.foreign.named)
                if outcome(answer) != expected and operation.method != "head":
                    wrong.append(f"{operation} as {who}: {outcome(answer)}, not {expected}")
                if answer.status_code != expected[0]:
                    wrong.append(f"{operation} as {who}: {answer.status_code}")
                note_leaks(matrix, operation, who, answer)
                continue
            foreign = matrix.call(operation, who, matrix.foreign.named)
            nobody = matrix.call(operation, who, unknown)
            note_leaks(matrix, operation, who, foreign)
            named = {each["name"] for each in operation.named("path")} - set(TOKENS)
            if named and outcome(foreign) != outcome(nobody):
                wrong.append(
                    f"{operation} as {who}: foreign {outcome(foreign)}, unknown {outcome(nobody)}"
                )
            if named and foreign.status_code not in NOT_OURS:
                wrong.append(f"{operation} as {who}: foreign ids gave {outcome(foreign)}")
            own = matrix.call(operation, who, matrix.own.named)
            if own.status_code == 401 or outcome(own)[1] == "role_not_allowed":
                wrong.append(f"{operation} as {who}: own ids gave {outcome(own)}")
            note_leaks(matrix, operation, who, own)
    callers = len(matrix.tokens)
    print(
        f"\naccess matrix: {len(operations)} operations, {callers} callers "
        f"({len(Role)} roles), {matrix.counts['calls']} calls, {matrix.counts['leaks']} leaks"
    )
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)
    assert matrix.counts["leaks"] == 0
    assert len(operations) > 80


def note_leaks(matrix: Matrix, operation: Operation, who: str, answer: TestResponse) -> None:
    """What is told of the other territory's people, whatever the status."""
    text = answer.get_data(as_text=True) if "pdf" not in (answer.content_type or "") else ""
    readable = json.dumps(answer.get_json(silent=True), ensure_ascii=False) if text else ""
    told = [each for each in matrix.foreign.secrets if each and (each in text or each in readable)]
    if told:
        matrix.counts["leaks"] += 1
        matrix.wrong.append(f"{operation} as {who} tells {told}")


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.MANAGER, Role.AUDITOR, Role.AUTHORITY])
def test_readers_read_what_is_theirs(matrix: Matrix, role: Role) -> None:
    """So that the matrix does not pass because everybody is shut out of everything."""
    named = matrix.own.named
    for path in (
        f"/v1/dispatcher/plans/{named['plan_id']}/routes",
        f"/v1/dispatcher/routes/{named['route_id']}/sheet",
        f"/v1/dispatcher/couriers/{named['courier_id']}/open-items",
        f"/v1/dispatcher/dossiers/{named['dossier_id']}/forms",
        f"/v1/dispatcher/forms/{named['form_id']}",
        f"/v1/dispatcher/bookings/{named['reference']}/notices",
    ):
        headers = {"Authorization": f"Bearer {matrix.tokens[role]}"}
        answer = matrix.client.get(path, headers=headers)
        assert answer.status_code == 200, f"{path}: {answer.get_json()}"
    plans = matrix.client.get(
        "/v1/dispatcher/plans", headers={"Authorization": f"Bearer {matrix.tokens[role]}"}
    ).get_json()["plans"]
    assert [plan["id"] for plan in plans] == [named["plan_id"]]
