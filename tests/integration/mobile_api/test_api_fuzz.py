"""Random calls of every described operation: no answer breaks the description, none is a defect."""

import pytest
from redis import Redis
from sqlalchemy import Engine

from backend.database import unit_of_work
from backend.settings import Settings
from tests.api_fuzz.fuzz import Fuzz
from tests.api_fuzz.runs import prepare, run_all
from tests.fixtures.web import app_with

FEW, MANY = 2, 60
"""Calls of each operation: in every run of the tests, and with --long."""


def fuzzed(settings: Settings, connection: Redis, **how: int) -> Fuzz:
    with unit_of_work() as session:
        fuzz = prepare(app_with(settings), session, connection, **how)
    return run_all(fuzz)


def test_a_few_random_calls_of_every_operation_are_answered_as_described(
    committed_database: Engine, settings: Settings, redis_connection: Redis
) -> None:
    fuzz = fuzzed(settings, redis_connection, examples=FEW, seed=1)
    assert fuzz.calls > 100
    assert {200, 201, 404, 422} <= fuzz.statuses.keys(), "the calls reach nothing"
    assert not fuzz.findings, "\n".join(map(str, fuzz.findings.values()))


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_many_random_calls_of_every_operation_are_answered_as_described(
    committed_database: Engine, settings: Settings, redis_connection: Redis
) -> None:
    fuzz = fuzzed(settings, redis_connection, examples=MANY, seed=2)
    assert not fuzz.findings, "\n".join(map(str, fuzz.findings.values()))
