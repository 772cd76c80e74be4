"""What the app answers before any database is there."""

import re

import pytest
from flask import request
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from backend.errors import list_error_classes
from backend.settings import Settings
from mobile_api import create_app


@pytest.fixture
def bare() -> FlaskClient:
    """The app without database and queue: what needs none must work."""
    return create_app(Settings()).test_client()


def test_the_process_says_that_it_lives(bare: FlaskClient) -> None:
    answer = bare.get("/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_the_description_is_valid_openapi_3_1(bare: FlaskClient) -> None:
    document = bare.get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    assert {"/healthz", "/readyz"} <= document["paths"].keys()
    validate(document)


def test_the_description_says_that_failures_are_problems(bare: FlaskClient) -> None:
    document = bare.get("/openapi.json").get_json()
    default = document["components"]["responses"]["DEFAULT_ERROR"]
    assert list(default["content"]) == ["application/problem+json"]
    assert {"code", "detail", "action", "trace_id", "fields"} <= document["components"]["schemas"][
        "Problem"
    ]["properties"].keys()


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/theo-doi", "/dat-lch", "/dat-lich/"])
def test_a_person_at_a_wrong_address_sees_a_page_that_leads_on(
    bare: FlaskClient, path: str
) -> None:
    answer = bare.get(path, headers=BROWSER)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    page = answer.get_data(as_text=True)
    assert "Không có trang này" in page
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert "/dat-lich" in addresses
    for address in addresses:
        assert bare.get(address).status_code == 200, address


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/nowhere", "*/*"), ("/nowhere", "application/json"), ("/v1/nowhere", BROWSER["Accept"])],
)
def test_a_program_at_a_wrong_address_reads_a_problem(
    bare: FlaskClient, path: str, accept: str
) -> None:
    answer = bare.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_the_api_page_and_all_that_it_loads_come_from_here(bare: FlaskClient) -> None:
    page = bare.get("/docs").get_data(as_text=True)
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    local = [address for address in addresses if not address.startswith("data:")]
    assert len(local) >= 5
    for address in local:
        assert address.startswith("/")
        assert bare.get(address).status_code == 200, address


def test_pages_hold_no_inline_script_or_style(bare: FlaskClient) -> None:
    for path in ("/docs", "/docs/errors"):
        page = bare.get(path).get_data(as_text=True)
        assert not re.search(r"<script(?![^>]*\bsrc=)", page)
        assert "<style" not in page
        assert " style=" not in page
        assert not re.search(r"\son\w+=", page)


def test_every_error_code_is_explained_where_its_type_points(bare: FlaskClient) -> None:
    page = bare.get("/docs/errors").get_data(as_text=True)
    for kind in list_error_classes():
        assert f'id="{kind.code}"' in page


def test_answers_carry_the_security_headers(bare: FlaskClient) -> None:
    for path in ("/healthz", "/docs", "/nowhere", "/vendor/swagger-ui-dist/swagger-ui.css"):
        headers = bare.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_a_request_id_from_the_caller_is_kept_if_it_is_one(bare: FlaskClient) -> None:
    def id_given_to(sent: str) -> str:
        return bare.get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"]

    assert id_given_to("phone-7.118") == "phone-7.118"
    for odd in ("short", "x" * 65, 'quote"and<tag>', "0900 000 123"):
        assert id_given_to(odd) != odd
    assert bare.get("/healthz").headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.4")]
)
def test_a_client_is_believed_as_far_as_proxies_are_trusted(proxies: int, address: str) -> None:
    app = create_app(Settings(trusted_proxies=proxies))
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.4, 203.0.113.7"})
    assert seen == [address]
