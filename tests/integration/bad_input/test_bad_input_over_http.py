"""Bad input over HTTP: problem+json with a reason and a next step, and nothing half-written."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from redis import Redis
from sqlalchemy import Engine, func, select

from backend import database, queue
from backend.planning.jobs import requeue_lost
from backend.planning.models import Plan
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY
from tests.builders.planning import a_day
from tests.fixtures.signing import signing_client

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

PLANS = "/v1/dispatcher/plans"


@pytest.fixture
def door(
    committed_database: Engine, redis_connection: Redis, settings: Settings
) -> Iterator["FlaskClient"]:
    """The application with real commits, on a day that can be planned."""
    from tests.fixtures.web import app_with

    with database.unit_of_work() as session:
        a_day(session, collections=1, returns=1, couriers=1)
    client = signing_client(app_with(settings))
    client.get(PLANS)  # signed in before anything is away
    yield client
    queue.bind(redis_connection)
    database.configure(settings.database_url)


def ask(door: "FlaskClient", language: str = "vi", key: str = "") -> "TestResponse":
    return door.post(
        PLANS,
        json={"planning_area": "DA-NANG", "service_date": WORKING_DAY.isoformat()},
        headers={"Idempotency-Key": key or str(uuid4()), "Accept-Language": language},
    )


def plans() -> int:
    with database.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Plan)) or 0


def test_without_a_database_the_answer_says_when_to_come_again(
    door: "FlaskClient", settings: Settings
) -> None:
    database.configure("postgresql+psycopg://tannoi_app@/tannoi?host=/there/is/no/socket")
    answer = ask(door)
    assert (answer.status_code, answer.json["code"]) == (503, "database_away")
    assert answer.content_type == "application/problem+json"
    assert answer.json["action"]
    assert int(answer.headers["Retry-After"]) > 0
    database.configure(settings.database_url)
    assert plans() == 0


def test_a_plan_asked_for_while_the_queue_is_away_is_kept_once_and_found_later(
    door: "FlaskClient", redis_connection: Redis
) -> None:
    queue.bind(queue.connect("unix:///there/is/no/queue.sock"))
    key = str(uuid4())
    first, second = ask(door, key=key), ask(door, key=key)
    assert first.status_code == second.status_code == 202, "the row is the truth"
    assert first.json["id"] == second.json["id"]
    assert door.get("/readyz").status_code == 503
    assert plans() == 1
    queue.bind(redis_connection)
    assert queue.job_queue().count == 0
    requeue_lost()
    requeue_lost()  # it takes two looks: a job between two states is not lost
    assert queue.job_queue().count == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"planning_area": 7}', b"null", b""])
def test_a_body_that_is_no_request_is_a_problem_and_makes_no_plan(
    door: "FlaskClient", body: bytes
) -> None:
    answer = door.post(
        PLANS,
        data=body,
        headers={"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"},
    )
    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert answer.json["action"]
    assert plans() == 0


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_plan_that_nobody_made_is_a_problem_in_the_readers_language(
    door: "FlaskClient", language: str
) -> None:
    answer = door.get(f"{PLANS}/{uuid4()}", headers={"Accept-Language": language})
    assert (answer.status_code, answer.json["code"]) == (404, "plan_not_found")
    assert answer.json["detail"].startswith("Không có" if language == "vi" else "There is no")
