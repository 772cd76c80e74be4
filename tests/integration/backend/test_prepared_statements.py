"""What a connection has prepared outlives what was refused, and no migration."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.fixtures.database import TestDatabase

ASKED = text("SELECT kind FROM kept_for_this_test WHERE kind > :least")
OFTEN = 8
"""More than it takes to be prepared."""


def prepared(connection: Connection) -> int:
    count = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT kind%'")
    return int(connection.scalar(count) or 0)


@pytest.fixture
def owner(test_database: TestDatabase, committed_database: Engine) -> Iterator[Connection]:
    """Who may change tables; one is there for the test."""
    engine = create_engine(test_database.owner_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE kept_for_this_test (kind integer)"))
        connection.execute(text("GRANT SELECT ON kept_for_this_test TO PUBLIC"))
        yield connection
        connection.execute(text("DROP TABLE kept_for_this_test"))
    engine.dispose()


def test_a_connection_keeps_what_it_prepared_over_what_is_rolled_back(
    owner: Connection, committed_database: Engine
) -> None:
    with committed_database.connect() as connection:
        for _ in range(OFTEN):
            connection.execute(ASKED, {"least": 1})
        assert prepared(connection) == 1
        connection.rollback()
        with connection.begin_nested() as savepoint:
            savepoint.rollback()
        assert prepared(connection) == 1
        connection.execute(ASKED, {"least": 1})


def test_a_migration_costs_one_error_and_not_the_connection_for_good(
    owner: Connection, committed_database: Engine
) -> None:
    with committed_database.connect() as connection:
        for _ in range(OFTEN):
            connection.execute(ASKED, {"least": 1})
        connection.commit()
        owner.execute(text("ALTER TABLE kept_for_this_test ALTER COLUMN kind TYPE bigint"))
        with pytest.raises(DBAPIError):
            connection.execute(ASKED, {"least": 1})
    with committed_database.connect() as connection:
        assert connection.execute(ASKED, {"least": 1}).all() == []


def test_a_statement_that_the_server_has_lost_costs_one_error(committed_database: Engine) -> None:
    asked = text("SELECT 1 AS kind_of_one WHERE :least < 2")
    with committed_database.connect() as connection:
        for _ in range(OFTEN):
            connection.execute(asked, {"least": 1})
        connection.exec_driver_sql("DEALLOCATE ALL")
        with pytest.raises(DBAPIError):
            connection.execute(asked, {"least": 1})
    with committed_database.connect() as connection:
        assert connection.execute(asked, {"least": 1}).all() == [(1,)]


def test_columns_are_described_to_whoever_looks(committed_database: Engine) -> None:
    with committed_database.connect() as connection:
        found = connection.exec_driver_sql("SELECT 1 AS one, 'x' AS letter")
        assert list(found.keys()) == ["one", "letter"]
        cursor = connection.connection.cursor()
        cursor.execute("SELECT 1 AS one, 2 AS two")
        assert [column[0] for column in cursor.description or ()] == ["one", "two"]
        assert len(cursor.description or ()) == 2
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        assert cursor.description is None
