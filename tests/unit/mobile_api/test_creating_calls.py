"""Every call that creates something takes an Idempotency-Key; whoever must not is on the list."""

from typing import Any

import pytest

from backend.settings import Settings
from mobile_api import create_app
from mobile_api.idempotent import HEADER

WITHOUT_KEY = {
    "/v1/courier/devices": "a phone that lost the answer registers again; the old token ends",
    "/v1/citizen/holds/{hold_id}/follow-links": "no link is kept readable; a repeat makes one more",
    "/v1/session/codes": "a repeat sends one more code to the phone, and each may ask rarely",
    "/v1/courier/sync": "every command has an id of its own (SYNC §4)",
    "/v1/dispatcher/plans/{plan_id}/cancel": "asks a search to stop; again changes nothing",
}
"""Creating calls that take no key, each with the reason."""

CREATED = {"201", "202"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    answer = create_app(Settings()).test_client().get("/openapi.json")
    found: dict[str, Any] = answer.get_json()
    return found


def creating(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        path: operations["post"]
        for path, operations in document["paths"].items()
        if "post" in operations and CREATED & operations["post"]["responses"].keys()
    }


def takes_key(operation: dict[str, Any]) -> bool:
    named = {each.get("name") for each in operation.get("parameters", [])}
    return HEADER in named


def test_every_creating_call_takes_a_key(document: dict[str, Any]) -> None:
    found = creating(document)
    assert len(found) > 10
    without = {path for path, operation in found.items() if not takes_key(operation)}
    assert without - WITHOUT_KEY.keys() == set()


def test_the_list_of_exceptions_is_true(document: dict[str, Any]) -> None:
    """A line that is not needed any more goes."""
    posts = {path for path, operations in document["paths"].items() if "post" in operations}
    stale = {
        path
        for path in WITHOUT_KEY
        if path not in posts or takes_key(document["paths"][path]["post"])
    }
    assert stale == set()
