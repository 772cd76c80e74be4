"""A request is one unit of work: answered well it is stored, answered with a problem it is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import marshmallow as ma
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import Engine, select, text

from backend import database, queue
from backend.database import unit_of_work
from backend.errors import Conflict
from backend.settings import Settings
from backend.storage import Blob
from mobile_api import create_app
from mobile_api.idempotent import HEADER, REPLAYED_HEADER, idempotent
from mobile_api.openapi import Api, Blueprint
from mobile_api.problems import register_error_handlers
from mobile_api.unit import current_session

KEY = {HEADER: "0199a3f2-7c41-7d3e-9a55-000000000001"}


class NumberSchema(ma.Schema):
    number = ma.fields.Integer(required=True)


def write(number: int) -> None:
    current_session().add(
        Blob(
            sha256=number.to_bytes(32),
            size_bytes=1,
            media_type="text/plain",
            stored_at=datetime(2026, 11, 23, tzinfo=UTC),
        )
    )


def probe_blueprint() -> Blueprint:
    blueprint = Blueprint("probe", __name__, url_prefix="/probe")

    @blueprint.post("/write/<int:number>")
    def write_one(number: int) -> str:
        write(number)
        return "written"

    @blueprint.post("/refuse")
    def write_and_refuse() -> str:
        write(1)
        current_session().flush()
        raise Conflict

    @blueprint.post("/answer-409")
    def write_and_answer_with_a_failure() -> tuple[str, int]:
        write(1)
        current_session().flush()
        return "no", 409

    @blueprint.post("/break-at-commit")
    def break_at_commit() -> str:
        current_session().execute(
            text(
                "CREATE TEMPORARY TABLE late (x integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)"
                " ON COMMIT DROP"
            )
        )
        current_session().execute(text("INSERT INTO late VALUES (1), (1)"))
        return "all is well"

    @blueprint.post("/numbers")
    @idempotent()
    @blueprint.arguments(NumberSchema)
    @blueprint.response(201, NumberSchema)
    def create(body: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
        if body["number"] < 0:
            raise Conflict
        write(body["number"])
        return body, 201, {"Location": f"/probe/numbers/{body['number']}"}

    @blueprint.get("/without-session")
    def without_session() -> Response:
        return Response("fine")

    return blueprint


@pytest.fixture
def probe(committed_database: Engine, redis_connection: Redis, settings: Settings) -> FlaskClient:
    app: Flask = create_app(settings)
    Api(app).add(probe_blueprint())
    register_error_handlers(app)
    return app.test_client()


def stored() -> list[int]:
    with unit_of_work() as session:
        return sorted(int.from_bytes(key) for key in session.scalars(select(Blob.sha256)))


def test_a_good_answer_was_committed_before_it_left(probe: FlaskClient) -> None:
    assert probe.post("/probe/write/7").status_code == 200
    assert stored() == [7]


@pytest.mark.parametrize("path", ["/probe/refuse", "/probe/answer-409"])
def test_a_failure_leaves_nothing_behind(probe: FlaskClient, path: str) -> None:
    assert probe.post(path).status_code == 409
    assert stored() == []


def test_an_error_that_the_commit_raises_is_a_problem_and_not_a_good_answer(
    probe: FlaskClient,
) -> None:
    answer = probe.post("/probe/break-at-commit")
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.get_json()["code"] == "already_exists"


def test_a_doubled_row_is_a_conflict(probe: FlaskClient) -> None:
    probe.post("/probe/write/7")
    assert probe.post("/probe/write/7").get_json()["code"] == "already_exists"


def test_each_request_has_a_session_of_its_own(probe: FlaskClient) -> None:
    probe.post("/probe/refuse")
    assert probe.post("/probe/write/8").status_code == 200
    assert stored() == [8]


def test_a_request_that_needs_no_database_opens_none(
    probe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database._opened, "sessions", None)
    assert probe.get("/probe/without-session").status_code == 200


def test_without_a_database_the_answer_says_what_to_do(
    probe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database._opened, "sessions", None)
    answer = probe.post("/probe/write/7")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "database_not_configured")
    assert "tannoi migrate" in answer.get_json()["action"]


def test_a_database_that_does_not_answer_is_unavailable_with_a_time_to_retry(
    probe: FlaskClient, committed_database: Engine
) -> None:
    database.configure("postgresql+psycopg://tannoi_app@/tannoi?host=/there/is/no/socket")
    try:
        answer = probe.post("/probe/write/7")
    finally:
        database.configure(committed_database.url.render_as_string(hide_password=False))
    assert (answer.status_code, answer.get_json()["code"]) == (503, "database_away")
    assert int(answer.headers["Retry-After"]) > 0


def test_a_creating_call_without_a_key_is_refused(probe: FlaskClient) -> None:
    for headers in ({}, {HEADER: "short"}, {HEADER: "với dấu 12345".encode().decode("latin-1")}):
        answer = probe.post("/probe/numbers", json={"number": 1}, headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "idempotency_key_missing")
    assert stored() == []


def test_a_repeated_call_gets_the_first_answer_and_has_one_effect(probe: FlaskClient) -> None:
    first = probe.post("/probe/numbers", json={"number": 1}, headers=KEY)
    again = probe.post("/probe/numbers", json={"number": 1}, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_data() == first.get_data()
    assert again.headers["Location"] == first.headers["Location"] == "/probe/numbers/1"
    assert REPLAYED_HEADER not in first.headers
    assert again.headers[REPLAYED_HEADER] == "true"
    assert stored() == [1]


def test_the_same_json_written_otherwise_is_the_same_call(probe: FlaskClient) -> None:
    probe.post("/probe/numbers", json={"number": 1}, headers=KEY)
    again = probe.post(
        "/probe/numbers",
        data=b'{ "number" : 1 }',
        content_type="application/json",
        headers=KEY,
    )
    assert again.headers[REPLAYED_HEADER] == "true"


def test_the_same_key_with_another_body_is_refused(probe: FlaskClient) -> None:
    probe.post("/probe/numbers", json={"number": 1}, headers=KEY)
    other = probe.post("/probe/numbers", json={"number": 2}, headers=KEY)
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert stored() == [1]


@pytest.mark.parametrize(("body", "status"), [({"number": -1}, 409), ({"number": "x"}, 422)])
def test_a_refused_call_may_be_corrected_under_its_key(
    probe: FlaskClient, body: dict[str, Any], status: int
) -> None:
    assert probe.post("/probe/numbers", json=body, headers=KEY).status_code == status
    assert probe.post("/probe/numbers", json={"number": 3}, headers=KEY).status_code == 201


def test_the_description_names_the_key(probe: FlaskClient) -> None:
    app = probe.application
    api = Api(app)
    blueprint = probe_blueprint()
    blueprint.register_views_in_doc(api, app, api.spec, name="probe", parameters=None)
    operation = api.document()["paths"]["/probe/numbers"]["post"]
    assert [parameter["name"] for parameter in operation["parameters"]] == [HEADER]
    assert "requestBody" in operation


@pytest.fixture
def parts(probe: FlaskClient) -> Callable[[], tuple[int, dict[str, str]]]:
    def ask() -> tuple[int, dict[str, str]]:
        answer = probe.get("/readyz")
        return answer.status_code, answer.get_json().get("fields", {})

    return ask


def test_ready_means_database_queue_and_worker(
    probe: FlaskClient, parts: Callable[[], tuple[int, dict[str, str]]]
) -> None:
    status, missing = parts()
    assert (status, missing.keys()) == (503, {"worker"})
    queue.beat("w1")
    assert parts() == (200, {})
    assert probe.get("/readyz").get_json()["parts"] == ["database", "queue", "worker"]


def test_a_missing_queue_is_named_with_the_worker_that_cannot_be_seen(
    parts: Callable[[], tuple[int, dict[str, str]]], redis_connection: Redis
) -> None:
    queue.bind(queue.connect("unix:///there/is/no/queue.sock"))
    status, missing = parts()
    queue.bind(redis_connection)
    assert (status, missing.keys()) == (503, {"queue", "worker"})


def test_a_missing_database_is_named(
    parts: Callable[[], tuple[int, dict[str, str]]], committed_database: Engine
) -> None:
    queue.beat("w1")
    database.configure("postgresql+psycopg://tannoi_app@/tannoi?host=/there/is/no/socket")
    try:
        status, missing = parts()
    finally:
        database.configure(committed_database.url.render_as_string(hide_password=False))
    assert (status, missing.keys()) == (503, {"database"})
