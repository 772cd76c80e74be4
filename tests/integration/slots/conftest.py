"""A small town whose day is planned, to be sold window by window."""

import uuid

import pytest
from sqlalchemy import Engine

from backend.database import unit_of_work
from backend.planning.jobs import execute_plan
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.great_circle import GreatCircleTravelTimes
from tests.builders.catalogue import a_procedure
from tests.builders.planning import a_day, ask_for_plan

TRAVEL = GreatCircleTravelTimes()


@pytest.fixture
def blobs(settings: Settings) -> BlobStore:
    return BlobStore(settings.blob_dir)


@pytest.fixture
def planned(committed_database: Engine, settings: Settings) -> uuid.UUID:
    """A draft of a small day: two couriers, three collections, three returns."""
    with unit_of_work() as session:
        area_id = a_day(session).id
        a_procedure(session, code="1.777")
    plan_id = ask_for_plan(area_id)
    execute_plan(plan_id, settings, travel=TRAVEL)
    return plan_id
