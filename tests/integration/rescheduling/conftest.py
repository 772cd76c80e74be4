"""A published day of a small town, seen from the morning before."""

import uuid
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import Engine, select

from backend import clock
from backend.booking.models import Booking
from backend.database import unit_of_work
from backend.fleet.models import Courier
from backend.planning.jobs import execute_plan
from backend.planning.publishing import publish_plan
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.great_circle import GreatCircleTravelTimes
from tests.builders.booking import WORKING_DAY
from tests.builders.catalogue import a_procedure
from tests.builders.fleet import a_shift
from tests.builders.planning import a_day, ask_for_plan, the_plan
from tests.fixtures.signing import signing_client
from tests.fixtures.web import app_with

TRAVEL = GreatCircleTravelTimes()

type Call = Callable[..., Any]


@pytest.fixture(autouse=True)
def day_before() -> Iterator[clock.FrozenClock]:
    """Sunday 09:00."""
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(9))) as frozen:
        yield frozen


@pytest.fixture
def blobs(settings: Settings) -> BlobStore:
    return BlobStore(settings.blob_dir)


@pytest.fixture
def drafted(committed_database: Engine, settings: Settings) -> uuid.UUID:
    """A draft of three collections and three returns."""
    with unit_of_work() as session:
        area_id = a_day(session).id
        for courier in session.scalars(select(Courier)).all():
            a_shift(session, service_date=WORKING_DAY + timedelta(days=1), courier=courier)
        a_procedure(session, code="1.777")
        a_procedure(session, code="1.888")
    made = ask_for_plan(area_id)
    execute_plan(made, settings, travel=TRAVEL)
    return made


@pytest.fixture
def published(drafted: uuid.UUID, blobs: BlobStore) -> uuid.UUID:
    """The same, on the couriers' phones."""
    with unit_of_work() as session:
        version = the_plan(drafted).version
        publish_plan(session, drafted, expected_version=version, blobs=blobs)
    return drafted


@pytest.fixture
def reference(published: uuid.UUID) -> str:
    """A booking of the published day: papers to be collected."""
    with unit_of_work() as session:
        return session.scalars(select(Booking.reference).order_by(Booking.id)).first() or ""


@pytest.fixture
def dispatch(redis_connection: Redis, settings: Settings) -> Call:
    """A dispatcher's call about a booking."""
    client = signing_client(app_with(settings))

    def call(reference: str, what: str, body: dict[str, Any], **headers: str) -> Any:
        path = f"/v1/dispatcher/bookings/{reference}/{what}"
        return client.post(path, json=body, headers=headers)

    return call
