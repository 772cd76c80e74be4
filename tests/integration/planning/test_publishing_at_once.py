"""A dispatcher publishes a draft that notes where sold windows have their room, while a worker
stores a version of the same day: neither waits for the other in a circle."""

import threading
import time
from datetime import time as hour
from typing import Any
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import Engine, text

from backend.database import unit_of_work
from backend.planning.edits.version_rows import lock_day_plans
from backend.settings import Settings
from mobile_api.dispatcher import plans
from tests.builders.booking import a_booking
from tests.builders.planning import a_day, make_plan
from tests.fixtures.signing import signing_client
from tests.fixtures.web import app_with
from tests.integration.planning.edits_over_http import Console

PATIENCE_S = 20


def wait_until_somebody_waits(engine: Engine) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        with engine.connect() as own:
            if own.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")


def test_who_publishes_beside_something_sold_and_who_stores_a_version_both_come_to_an_end(
    committed_database: Engine,
    redis_connection: Redis,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with unit_of_work() as session:
        area_id = a_day(session).id
    make_plan(area_id, settings)
    newer = str(make_plan(area_id, settings))
    with unit_of_work() as session:
        a_booking(session, slot_start=hour(9), slot_end=hour(11))
    console = Console(signing_client(app_with(settings)), newer)
    ended: list[str] = []

    def store() -> None:
        try:
            with unit_of_work() as session:
                lock_day_plans(session, UUID(newer))
            ended.append("stored")
        except Exception as error:
            ended.append(repr(error))

    worker = threading.Thread(target=store)
    real = plans.keep_room_in

    def beside_a_worker(*given: Any, **named: Any) -> None:
        real(*given, **named)
        worker.start()
        wait_until_somebody_waits(committed_database)

    monkeypatch.setattr(plans, "keep_room_in", beside_a_worker)
    answer = console.publish(force=True)
    worker.join(PATIENCE_S)
    assert (answer.status_code, ended) == (200, ["stored"]), answer.json
