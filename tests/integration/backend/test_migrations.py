"""The history of the database: up, down, equal to the models, and only what each role needs."""

import importlib
import pkgutil

import pytest
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import IntegrityError, ProgrammingError

import backend
from backend.database import Base
from backend.migrations.models import MODELS, MODULES_WITH_TABLES
from backend.migrations.rights import APPEND_ONLY
from backend.migrations.steps import (
    Migration,
    RevisionFromElsewhere,
    RevisionUnknown,
    RoleMissing,
)
from tests.fixtures.database import TestDatabase

# One line per column, constraint and index of our own tables, in the words of PostgreSQL itself.
_SHAPE = """
    SELECT 'column ' || c.relname || '.' || a.attname || ' '
        || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
        AND NOT a.attisdropped
    UNION ALL
    SELECT 'constraint ' || t.relname || '.' || c.conname || ' ' || pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('c', 'f', 'p', 'u')
    UNION ALL
    SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
"""
_NOT_OURS = ("spatial_ref_sys", "alembic_version")


def shape(connection: Connection) -> set[str]:
    lines = set(connection.scalars(text(_SHAPE)))
    return {line for line in lines if not any(name in line for name in _NOT_OURS)}


@pytest.fixture
def empty(test_database: TestDatabase) -> Engine:
    """A database without our tables, on which migrations are tried; the owner's engine."""
    name = f"{test_database.name}_migrated"
    server = create_engine(
        test_database.owner_url.set(database="postgres"), isolation_level="AUTOCOMMIT"
    )
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine = create_engine(test_database.owner_url.set(database=name))
    yield engine
    engine.dispose()
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name}"))
    server.dispose()


def url_of(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def move(engine: Engine, target: str) -> str | None:
    with Migration(owner_url=url_of(engine)) as migration:
        return migration.move(target)[1]


def test_the_migrated_database_is_exactly_what_the_models_describe(
    empty: Engine, test_database: TestDatabase
) -> None:
    """Finer than `alembic check`, which sees neither check constraints nor enum values."""
    MODELS.create_all(empty)
    migrated = create_engine(test_database.owner_url)
    with empty.connect() as by_models, migrated.connect() as by_history:
        wanted, found = shape(by_models), shape(by_history)
    migrated.dispose()
    assert found - wanted == set()
    assert wanted - found == set()


def test_no_module_with_tables_is_forgotten() -> None:
    for found in pkgutil.walk_packages(backend.__path__, "backend."):
        if "migrations" not in found.name and "__main__" not in found.name:
            importlib.import_module(found.name)
    homes = {mapper.class_.__module__ for mapper in Base.registry.mappers}
    assert homes == {module.__name__ for module in MODULES_WITH_TABLES}


def test_alembic_finds_nothing_to_do(test_database: TestDatabase) -> None:
    owner_url = test_database.owner_url.render_as_string(hide_password=False)
    with Migration(owner_url=owner_url) as migration:
        migration.demand_agreement()


def test_every_revision_goes_down_and_up_again_to_the_same_shape(empty: Engine) -> None:
    assert move(empty, "head") is not None
    with empty.connect() as connection:
        first = shape(connection)
    revisions = 0
    while move(empty, "-1") is not None:
        revisions += 1
        assert revisions < 1000
    with empty.connect() as connection:
        assert shape(connection) == set()
        functions = connection.scalars(
            text(
                "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
                " AND proowner = current_user::regrole"
            )
        ).all()
    assert functions == []
    move(empty, "head")
    with empty.connect() as connection:
        assert shape(connection) == first


def test_migrating_twice_changes_nothing(empty: Engine) -> None:
    assert move(empty, "head") == move(empty, "head")


def test_a_failed_migration_leaves_nothing_half_made(empty: Engine) -> None:
    with empty.begin() as connection:
        connection.execute(text("CREATE TABLE command (mine integer)"))  # in the way of a later one
    with pytest.raises(ProgrammingError):
        move(empty, "head")
    with empty.connect() as connection:
        tables = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE tableowner = current_user")
        )
        assert list(tables) == ["command"]


def test_an_unknown_revision_is_refused(empty: Engine) -> None:
    with pytest.raises(RevisionUnknown):
        move(empty, "9999")


def test_a_database_of_a_newer_program_is_left_alone(empty: Engine) -> None:
    move(empty, "head")
    with empty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RevisionFromElsewhere):
        move(empty, "head")


def test_a_missing_role_is_named_before_anything_is_made(empty: Engine) -> None:
    stranger = "postgresql+psycopg://nobody_knows_me@/tannoi"
    with (
        pytest.raises(RoleMissing, match="nobody_knows_me"),
        Migration(owner_url=url_of(empty), application_url=stranger) as migration,
    ):
        migration.move("head")
    with empty.connect() as connection:
        assert shape(connection) == set()


def test_the_application_works_with_all_rows_and_changes_no_table(engine: Engine) -> None:
    with engine.connect() as connection:
        for table in MODELS.tables:
            rights = {
                right
                for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER")
                if connection.scalar(
                    text("SELECT has_table_privilege(:table, :right)"),
                    {"table": table, "right": right},
                )
            }
            if table in APPEND_ONLY:
                assert rights == {"SELECT", "INSERT"}
            else:
                assert rights == {"SELECT", "INSERT", "UPDATE", "DELETE"}, table
        with pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text("CREATE TABLE mine (x integer)"))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE custody_event SET n = n",
        "DELETE FROM custody_event",
        "TRUNCATE custody_event CASCADE",
    ],
)
def test_the_custody_log_refuses_changes_of_the_application_and_of_the_owner(
    engine: Engine, test_database: TestDatabase, change: str
) -> None:
    with engine.connect() as app, pytest.raises(ProgrammingError, match="permission denied"):
        app.execute(text(change))
    owner_engine = create_engine(test_database.owner_url)
    with owner_engine.connect() as owner, pytest.raises(IntegrityError, match="append-only"):
        owner.execute(text(change))
    owner_engine.dispose()


def test_the_application_role_is_not_the_owner(test_database: TestDatabase) -> None:
    assert make_url(test_database.app_url).username != make_url(test_database.owner_url).username
