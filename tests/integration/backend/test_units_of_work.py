"""Everything in a unit of work takes effect together, and effects outside wait for the commit."""

import multiprocessing
import os
import threading
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from backend import database
from backend.database import after_commit, unit_of_work
from backend.database_errors import (
    AlreadyExists,
    DatabaseAway,
    DatabaseNotMigrated,
    TransactionClash,
    explained,
)
from backend.storage import Blob

MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("committed_database")


def a_blob(number: int) -> Blob:
    return Blob(sha256=number.to_bytes(32), size_bytes=1, media_type="text/plain", stored_at=MOMENT)


def stored() -> int:
    with unit_of_work() as session:
        return len(session.scalars(select(Blob)).all())


def test_what_was_written_is_there_afterwards() -> None:
    with unit_of_work() as session:
        session.add(a_blob(1))
    assert stored() == 1


def test_an_error_takes_everything_back_and_runs_no_effect() -> None:
    effects: list[str] = []
    with pytest.raises(KeyError), unit_of_work() as session:
        session.add(a_blob(1))
        session.flush()
        after_commit(session, lambda: effects.append("sent"))
        raise KeyError
    assert stored() == 0
    assert effects == []


def test_an_effect_sees_what_was_committed() -> None:
    seen: list[int] = []
    with unit_of_work() as session:
        session.add(a_blob(1))
        after_commit(session, lambda: seen.append(stored()))
        assert seen == []
    assert seen == [1]


def test_an_effect_waits_for_the_outermost_commit_and_not_for_a_savepoint() -> None:
    effects: list[str] = []
    with unit_of_work() as session:
        with session.begin_nested():
            session.add(a_blob(1))
            after_commit(session, lambda: effects.append("sent"))
        assert effects == []
    assert effects == ["sent"]


def test_an_effect_of_a_savepoint_that_was_taken_back_is_forgotten_alone() -> None:
    effects: list[str] = []
    with unit_of_work() as session:
        after_commit(session, lambda: effects.append("before"))
        with pytest.raises(KeyError), session.begin_nested():
            after_commit(session, lambda: effects.append("inside"))
            with session.begin_nested():
                after_commit(session, lambda: effects.append("deeper"))
            raise KeyError
        after_commit(session, lambda: effects.append("after"))
    assert effects == ["before", "after"]


def test_a_session_that_is_used_again_does_not_repeat_effects() -> None:
    effects: list[str] = []
    session = database.open_session()
    after_commit(session, lambda: effects.append("sent"))
    session.commit()
    session.execute(text("SELECT 1"))
    session.commit()
    session.close()
    assert effects == ["sent"]


def test_a_doubled_row_is_explained_as_one_that_exists() -> None:
    with unit_of_work() as session:
        session.add(a_blob(1))
    with pytest.raises(IntegrityError) as caught, unit_of_work() as session:
        session.add(a_blob(1))
    known = explained(caught.value)
    assert isinstance(known, AlreadyExists)
    assert "pk_blob" in known.detail.en


def test_a_broken_rule_of_a_table_is_a_defect_and_not_explained_away() -> None:
    wrong = a_blob(1)
    wrong.size_bytes = -1
    with pytest.raises(IntegrityError) as caught, unit_of_work() as session:
        session.add(wrong)
    assert explained(caught.value) is None


def test_two_transactions_that_lock_each_other_out_are_explained_as_a_clash() -> None:
    with unit_of_work() as session:
        session.add_all([a_blob(1), a_blob(2)])
    both_have_one = threading.Barrier(2, timeout=10)
    failures: list[DBAPIError] = []

    def lock(first: int, second: int) -> None:
        change = text("UPDATE blob SET size_bytes = size_bytes + 1 WHERE sha256 = :id")
        try:
            with unit_of_work() as session:
                session.execute(change, {"id": first.to_bytes(32)})
                both_have_one.wait()
                session.execute(change, {"id": second.to_bytes(32)})
        except DBAPIError as error:
            failures.append(error)

    threads = [threading.Thread(target=lock, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (failure,) = failures
    assert isinstance(explained(failure), TransactionClash)


def test_a_database_that_is_gone_is_explained_as_away(committed_database: Engine) -> None:
    nowhere = create_engine(committed_database.url.set(database="there_is_no_such_database"))
    with pytest.raises(OperationalError) as caught:
        nowhere.connect()
    assert isinstance(explained(caught.value), DatabaseAway)


def test_missing_tables_are_explained_as_a_missing_migration() -> None:
    with pytest.raises(ProgrammingError) as caught, unit_of_work() as session:
        session.execute(text("SELECT * FROM a_table_of_a_later_version"))
    assert isinstance(explained(caught.value), DatabaseNotMigrated)


def test_a_connection_that_the_server_ended_is_replaced_unnoticed(
    committed_database: Engine,
) -> None:
    assert stored() == 0
    killer = create_engine(committed_database.url)
    with killer.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = current_user"
                " AND pid <> pg_backend_pid()"
            )
        )
    killer.dispose()
    assert stored() == 0


def test_errors_of_the_database_do_not_quote_values() -> None:
    with pytest.raises(DBAPIError) as caught, unit_of_work() as session:
        session.execute(text("SELECT CAST(:phone AS integer)"), {"phone": "0900 000 123"})
    assert "[SQL parameters hidden" in str(caught.value)


def _connections(engine: Engine) -> int:
    with engine.connect() as own:
        return own.execute(
            text(
                "SELECT count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() AND backend_type = 'client backend'"
            )
        ).scalar_one()


def test_who_opens_the_database_again_leaves_nobody_connected_by_the_first_opening(
    committed_database: Engine,
) -> None:
    url = committed_database.url.render_as_string(hide_password=False)
    observer = create_engine(url)
    for _ in range(3):
        database.configure(url)
        assert stored() == 0
    deadline = time.monotonic() + 10  # PostgreSQL needs a moment to see that somebody has left
    while (connected := _connections(observer)) > 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    observer.dispose()
    assert connected == 2  # the observer and the last opening


def test_a_forked_child_that_opens_the_database_leaves_its_parent_s_connections_alone(
    committed_database: Engine,
) -> None:
    url = committed_database.url.render_as_string(hide_password=False)
    database.configure(url)
    with unit_of_work() as session:
        parents = session.scalar(text("SELECT pg_backend_pid()"))
    child = multiprocessing.get_context("fork").Process(target=_open_and_read, args=(url,))
    child.start()
    child.join(30)
    assert child.exitcode == 0
    with unit_of_work() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == parents


def _open_and_read(url: str) -> None:
    database.configure(url)
    with unit_of_work() as session:
        database.ping(session)
    os._exit(0)
