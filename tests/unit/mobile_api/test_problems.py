"""Problems as callers see them, on an app with views made for these tests and no database."""

from typing import Any

import marshmallow as ma
import pytest
from flask import Flask, Response, abort, request
from flask.testing import FlaskClient

from backend.errors import Conflict, Invalid, NotAllowed, NotFound, TanNoiError, Text, Unavailable
from backend.settings import Settings
from mobile_api import create_app
from mobile_api.openapi import Api, Blueprint
from mobile_api.problems import status_of

ENGLISH = {"Accept-Language": "en-GB,en;q=0.9"}


class RoomSchema(ma.Schema):
    floor = ma.fields.Integer(required=True)


class HouseSchema(ma.Schema):
    street = ma.fields.String(required=True)
    rooms = ma.fields.List(ma.fields.Nested(RoomSchema))


class PageSchema(ma.Schema):
    limit = ma.fields.Integer()


RAISED: dict[str, Exception] = {
    "not-found": NotFound(),
    "not-allowed": NotAllowed(),
    "invalid": Invalid(fields={"slot.end": Text(vi="Sớm quá.", en="Too early.")}),
    "conflict": Conflict(),
    "unavailable": Unavailable(retry_after_s=7),
    "defect": KeyError("số 0900 000 123"),
}


def probe_blueprint() -> Blueprint:
    blueprint = Blueprint("probe", __name__, url_prefix="/probe")

    @blueprint.get("/raise/<name>")
    def raise_it(name: str) -> str:
        raise RAISED[name]

    @blueprint.post("/houses")
    @blueprint.arguments(HouseSchema)
    @blueprint.response(201, HouseSchema)
    def build(house: dict[str, Any]) -> dict[str, Any]:
        return house

    @blueprint.get("/houses")
    @blueprint.arguments(PageSchema, location="query")
    @blueprint.response(200, PageSchema)
    def list_houses(page: dict[str, Any]) -> dict[str, Any]:
        return page

    @blueprint.post("/read")
    def read() -> str:
        return str(len(request.get_data()))

    @blueprint.get("/abort/<int:status>")
    def abort_with(status: int) -> Response:
        abort(status)

    return blueprint


@pytest.fixture
def probe_app() -> Flask:
    app = create_app(Settings())
    Api(app).add(probe_blueprint())
    # A second Api sets flask-smorest's own error handlers; ours must have the last word.
    from mobile_api.problems import register_error_handlers

    register_error_handlers(app)
    return app


@pytest.fixture
def probe(probe_app: Flask) -> FlaskClient:
    return probe_app.test_client()


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("not-found", 404, "not_found"),
        ("not-allowed", 403, "not_allowed"),
        ("invalid", 422, "invalid"),
        ("conflict", 409, "conflict"),
        ("unavailable", 503, "unavailable"),
        ("defect", 500, "internal_error"),
    ],
)
def test_each_kind_of_error_has_its_status_and_the_same_shape(
    probe: FlaskClient, name: str, status: int, code: str
) -> None:
    answer = probe.get(f"/probe/raise/{name}")
    document = answer.get_json()
    assert answer.status_code == document["status"] == status
    assert answer.content_type == "application/problem+json"
    assert document["code"] == code
    assert document["type"] == f"/docs/errors#{code}"
    assert document["trace_id"] == answer.headers["X-Request-Id"]
    assert document["title"]
    assert document["detail"]
    assert document["action"]


def test_a_problem_speaks_vietnamese_unless_english_is_preferred(probe: FlaskClient) -> None:
    vietnamese = probe.get("/probe/raise/not-found")
    english = probe.get("/probe/raise/not-found", headers=ENGLISH)
    other = probe.get("/probe/raise/not-found", headers={"Accept-Language": "fr"})
    assert vietnamese.get_json()["detail"] == other.get_json()["detail"] == NotFound().detail.vi
    assert english.get_json()["detail"] == NotFound().detail.en
    assert english.headers["Content-Language"] == "en"
    assert "Accept-Language" in english.headers["Vary"]


def test_fields_are_told_in_the_callers_language(probe: FlaskClient) -> None:
    assert probe.get("/probe/raise/invalid").get_json()["fields"] == {"slot.end": "Sớm quá."}
    english = probe.get("/probe/raise/invalid", headers=ENGLISH)
    assert english.get_json()["fields"] == {"slot.end": "Too early."}


def test_a_problem_that_passes_says_when_to_try_again(probe: FlaskClient) -> None:
    assert probe.get("/probe/raise/unavailable").headers["Retry-After"] == "7"


def test_a_defect_shows_nothing_of_its_inside(probe: FlaskClient) -> None:
    body = probe.get("/probe/raise/defect").get_data(as_text=True)
    assert "0900" not in body
    assert "KeyError" not in body


def test_wrong_input_names_every_field_by_its_path(probe: FlaskClient) -> None:
    answer = probe.post("/probe/houses", json={"rooms": [{"floor": "two"}, {}], "colour": "red"})
    assert answer.status_code == 422
    assert answer.get_json()["fields"] == {
        "street": "Thiếu trường bắt buộc.",
        "rooms.0.floor": "Phải là số nguyên.",
        "rooms.1.floor": "Thiếu trường bắt buộc.",
        "colour": "Không có trường này.",
    }


def test_a_wrong_query_parameter_is_named_with_its_place(probe: FlaskClient) -> None:
    answer = probe.get("/probe/houses?limit=many", headers=ENGLISH)
    assert answer.get_json()["fields"] == {"query.limit": "Not a valid integer."}


def test_broken_json_is_a_malformed_request(probe: FlaskClient) -> None:
    answer = probe.post("/probe/houses", data=b"{", content_type="application/json")
    assert answer.status_code == 400
    assert answer.get_json()["code"] == "malformed_request"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "unauthenticated"),
        (412, "precondition_failed"),
        (415, "bad_encoding"),
        (418, "malformed_request"),
        (428, "precondition_required"),
        (429, "too_many_requests"),
        (500, "internal_error"),
        (501, "internal_error"),
        (503, "unavailable"),
    ],
)
def test_statuses_that_the_framework_raises_become_problems(
    probe: FlaskClient, status: int, code: str
) -> None:
    assert probe.get(f"/probe/abort/{status}").get_json()["code"] == code


def test_an_unknown_address_and_a_wrong_method_are_problems(probe: FlaskClient) -> None:
    assert probe.get("/v1/nowhere").get_json()["code"] == "not_found"
    wrong = probe.delete("/healthz")
    assert wrong.get_json()["code"] == "method_not_allowed"
    assert "GET" in wrong.headers["Allow"]


def test_a_body_beyond_the_limit_is_refused_unread(probe: FlaskClient) -> None:
    assert probe.post("/probe/read", data=b"x" * 1_048_576).get_data() == b"1048576"
    answer = probe.post("/probe/read", data=b"x" * 1_048_577)
    assert answer.status_code == 413
    assert answer.get_json()["code"] == "too_large"


@pytest.mark.parametrize(
    ("kind", "status"),
    [(NotFound, 404), (NotAllowed, 403), (Invalid, 422), (Conflict, 409), (Unavailable, 503)],
)
def test_a_derived_error_has_the_status_of_its_kind(kind: type[TanNoiError], status: int) -> None:
    derived = type("Derived", (kind,), {"__module__": "tests"})
    assert status_of(derived) == status
