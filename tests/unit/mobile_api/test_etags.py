"""Versions as ETag and If-Match."""

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from backend.settings import Settings
from mobile_api import create_app
from mobile_api.etags import answer_with_etag, demand_if_match, version_etag

TAG = version_etag("plan", "p1", 3)


@pytest.fixture
def editor() -> FlaskClient:
    app: Flask = create_app(Settings())

    @app.get("/thing")
    def show() -> Response:
        answer_with_etag(TAG)
        return Response("thing")

    @app.post("/thing")
    def change() -> Response:
        demand_if_match(TAG)
        return Response("changed")

    return app.test_client()


def test_a_version_names_its_kind_its_row_and_its_number() -> None:
    assert TAG == "plan-p1-3"
    assert version_etag("plan", "p1", 4) != TAG


def test_who_has_the_present_version_gets_304_and_no_body(editor: FlaskClient) -> None:
    first = editor.get("/thing")
    assert (first.status_code, first.headers["ETag"]) == (200, f'"{TAG}"')
    again = editor.get("/thing", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    other = editor.get("/thing", headers={"If-None-Match": '"plan-p1-2"'})
    assert other.status_code == 200


def test_an_edit_needs_the_version_that_the_editor_saw(editor: FlaskClient) -> None:
    assert editor.post("/thing").get_json()["code"] == "precondition_required"
    stale = editor.post("/thing", headers={"If-Match": '"plan-p1-2"'})
    assert (stale.status_code, stale.get_json()["code"]) == (412, "precondition_failed")
    assert editor.post("/thing", headers={"If-Match": f'"{TAG}"'}).status_code == 200


def test_an_edit_may_say_any_version(editor: FlaskClient) -> None:
    assert editor.post("/thing", headers={"If-Match": "*"}).status_code == 200
