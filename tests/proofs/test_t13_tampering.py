"""T13: whoever changes, deletes, swaps or inserts an event with every right is named exactly.

The newest event too, also when the dossier's own row is mended to fit: the signed roots know it.
"""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from backend import clock, database
from backend.dossiers.roots import find_missing, open_key, read_roots, write_root
from backend.dossiers.verify import verify_custody
from tests.fixtures.database import TestDatabase
from tests.phone.courier import Working
from tests.proofs.conftest import Morning
from tests.proofs.sizes import Sizes

FIELDS = ("seal", "at", "received_at", "to_id", "from_id", "actor_id", "reason", "hash", "prev")

NEW_VALUES = {
    "seal": "coalesce(seal, '') || 'X'",
    "at": "at - interval '1 second'",
    "received_at": "received_at + interval '1 second'",
    "to_id": "gen_random_uuid()",
    "from_id": "gen_random_uuid()",
    "actor_id": "gen_random_uuid()",
    "reason": "'FORGED'",
    "hash": "sha256(hash)",
    "prev": "sha256(prev)",
}


class Tamperer:
    """Changes rows as somebody for whom no trigger and no grant counts; every change is undone."""

    def __init__(self, connection: Connection, chance: random.Random) -> None:
        self.connection, self.chance = connection, chance
        counted = connection.execute(text("SELECT id, event_count FROM dossier ORDER BY id"))
        self.logs = {row.id: row.event_count for row in counted}

    def tamper(self) -> tuple[Any, int]:
        """One change; returns the dossier and the number of the first row that is now wrong."""
        dossier = self.chance.choice([each for each, count in self.logs.items() if count > 1])
        count = self.logs[dossier]
        n = self.chance.randrange(1, count + 1)
        how = self.chance.choice(
            (self.change, self.delete, self.delete_newest, self.swap, self.add)
        )
        return dossier, how(dossier, n, count)

    def change(self, dossier: Any, n: int, count: int) -> int:
        field = self.chance.choice(FIELDS)
        self.run(
            f"UPDATE custody_event SET {field} = {NEW_VALUES[field]} "
            "WHERE dossier_id = :dossier AND n = :n",
            dossier,
            n,
        )
        return n

    def delete(self, dossier: Any, n: int, count: int) -> int:
        self.run("DELETE FROM custody_event WHERE dossier_id = :dossier AND n = :n", dossier, n)
        return n

    def delete_newest(self, dossier: Any, n: int, count: int) -> int:
        return self.delete(dossier, count, count)

    def swap(self, dossier: Any, n: int, count: int) -> int:
        first = min(n, count - 1)
        for source, target in ((first, 999), (first + 1, first), (999, first + 1)):
            self.run(
                f"UPDATE custody_event SET n = {target} WHERE dossier_id = :dossier AND n = :n",
                dossier,
                source,
            )
        return first

    def add(self, dossier: Any, n: int, count: int) -> int:
        columns = (
            "type, state, from_kind, from_id, to_kind, to_id, device_id, actor_id, place_kind, "
            "place_id, at, at_quality, received_at, seal, reason, blob_hashes, corrects_n"
        )
        self.run(
            f"INSERT INTO custody_event (dossier_id, n, ordinal, prev, hash, {columns}) "
            f"SELECT dossier_id, {count + 1}, ordinal, hash, sha256(hash), {columns} "
            "FROM custody_event WHERE dossier_id = :dossier AND n = :n",
            dossier,
            count,
        )
        return count + 1

    def run(self, statement: str, dossier: Any, n: int) -> None:
        changed = self.connection.execute(text(statement), {"dossier": dossier, "n": n})
        assert changed.rowcount == 1


@pytest.fixture
def worked(morning: Morning) -> Morning:
    """Papers have moved: chains of several events."""
    working = Working(morning.phone, random.Random(13))
    while working.next_stop():
        pass
    morning.phone.drain()
    return morning


@pytest.fixture
def as_superuser(test_database: TestDatabase, worked: Morning) -> Iterator[Connection]:
    """Triggers and grants stand in nobody's way here."""
    engine = create_engine(test_database.owner_url)
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE custody_event DISABLE TRIGGER USER"))
        connection.execute(text("ALTER TABLE dossier DISABLE TRIGGER USER"))
        yield connection
        connection.rollback()
    engine.dispose()


def verify_in(connection: Connection, dossier: Any | None = None) -> Any:

    with Session(connection, join_transaction_mode="create_savepoint") as session:
        return verify_custody(session, dossier).bad_row


def test_t13_every_kind_of_tampering_is_named_at_its_first_bad_row(
    as_superuser: Connection, sizes: Sizes
) -> None:
    assert verify_in(as_superuser) is None
    tamperer = Tamperer(as_superuser, random.Random(13))
    for number in range(sizes.tampers):
        whole = as_superuser.begin_nested()
        dossier, n = tamperer.tamper()
        bad = verify_in(as_superuser)
        assert bad is not None, f"tampering {number} was not seen"
        assert (bad.dossier_id, bad.n) == (dossier, n), bad.reason
        whole.rollback()
    assert verify_in(as_superuser) is None


def test_t13_a_newest_event_deleted_with_its_head_mended_is_known_to_the_roots(
    as_superuser: Connection, tmp_path: Path
) -> None:
    key = open_key(tmp_path / "key")
    with database.snapshot() as session:
        assert write_root(session, tmp_path, key) is not None
    (root,) = read_roots(tmp_path, key.public_key())
    (dossier,) = as_superuser.execute(
        text("SELECT id FROM dossier WHERE event_count > 2 ORDER BY id LIMIT 1")
    ).one()
    mend = """
        WITH gone AS (
            DELETE FROM custody_event e USING dossier d
            WHERE d.id = :dossier AND e.dossier_id = d.id AND e.n = d.event_count
            RETURNING e.n, e.prev
        ), before AS (
            SELECT e.* FROM custody_event e, gone
            WHERE e.dossier_id = :dossier AND e.n = gone.n - 1
        )
        UPDATE dossier SET event_count = gone.n - 1, head_hash = gone.prev, state = before.state,
            keeper_kind = before.to_kind, keeper_id = before.to_id
        FROM gone, before WHERE dossier.id = :dossier
    """
    assert as_superuser.execute(text(mend), {"dossier": dossier}).rowcount == 1
    assert verify_in(as_superuser, dossier) is None  # the rows alone look sound

    with Session(as_superuser, join_transaction_mode="create_savepoint") as session:
        missing = find_missing(session, root)
    assert missing is not None
    assert missing.head.dossier_id == dossier
    assert missing.root.startswith("custody-root-" + clock.today_local().isoformat())
