"""What the phone keeps on disk: outbox, results, overlay and the day, each change atomic."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, command TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS result (id TEXT PRIMARY KEY, outcome TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS overlay (
    entity TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, edit TEXT NOT NULL,
    checkpoint INTEGER, PRIMARY KEY (entity, id));
CREATE TABLE IF NOT EXISTS day (
    one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT, revision INTEGER, day TEXT);
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """One SQLite file. Reopening it is what a restart of the app does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # One thread at a time: a runner may hand a phone from thread to thread.
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = FULL")
        self.db.executescript(_TABLES)

    def close(self) -> None:
        self.db.close()

    def backup(self, path: Path) -> None:
        """A copy of everything, as a phone's backup takes it."""
        path.unlink(missing_ok=True)
        self.db.execute("VACUUM INTO ?", (str(path),))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and durable when it ends."""
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        self.db.execute("COMMIT")

    def synchronous(self) -> int:
        """2 = FULL."""
        (level,) = self.db.execute("PRAGMA synchronous").fetchone()
        return int(level)

    # ---- small facts: identity, numbers, marks -----------------------------------------------

    def get_meta(self, key: str) -> str | None:
        row = self.db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        self.db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # ---- outbox ------------------------------------------------------------------------------

    def put(self, command: dict[str, Any]) -> None:
        """A command into the outbox; from now on it never changes (its number may)."""
        self.db.execute(
            "INSERT INTO outbox VALUES (?, ?, ?)",
            (command["seq"], command["id"], json.dumps(command)),
        )

    def waiting(self, limit: int) -> list[dict[str, Any]]:
        """Commands to send, in order."""
        rows = self.db.execute("SELECT seq, command FROM outbox ORDER BY seq LIMIT ?", (limit,))
        return [json.loads(command) | {"seq": seq} for seq, command in rows]

    def count_waiting(self) -> int:
        (count,) = self.db.execute("SELECT count(*) FROM outbox").fetchone()
        return int(count)

    def keep_result(self, entry: dict[str, Any]) -> None:
        self.db.execute(
            "INSERT OR IGNORE INTO result VALUES (?, ?)", (entry["id"], json.dumps(entry))
        )

    def results(self) -> dict[str, dict[str, Any]]:
        rows = self.db.execute("SELECT id, outcome FROM result")
        return {command_id: json.loads(outcome) for command_id, outcome in rows}

    def delete_acknowledged(self, ack_seq: int) -> None:
        """Only rows whose result is stored may go."""
        self.db.execute(
            "DELETE FROM outbox WHERE seq <= ? AND id IN (SELECT id FROM result)", (ack_seq,)
        )

    def lose_outbox(self) -> None:
        """What a broken phone storage does (tests and faults on demand only)."""
        self.db.execute("DELETE FROM outbox")

    def renumber(self) -> int:
        """1, 2, 3 … for what is not acknowledged, ids kept; returns the next number."""
        rows = self.db.execute("SELECT seq FROM outbox ORDER BY seq").fetchall()
        for number, (seq,) in enumerate(rows, start=1):
            self.db.execute("UPDATE outbox SET seq = ? WHERE seq = ?", (-number, seq))
        self.db.execute("UPDATE outbox SET seq = -seq WHERE seq < 0")
        self.db.execute(
            "UPDATE overlay SET seq = (SELECT seq FROM outbox WHERE outbox.id = overlay.id)"
            " WHERE id IN (SELECT id FROM outbox)"
        )
        return len(rows) + 1

    # ---- overlay: local truth on top of the day ----------------------------------------------

    def put_overlay(self, entity: str, seq: int, command_id: str, edit: str) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO overlay VALUES (?, ?, ?, ?, NULL)",
            (entity, seq, command_id, edit),
        )

    def edits_of(self, command_id: str) -> dict[str, str]:
        """Entity → edit that one command put on the screen and that the day does not show yet."""
        rows = self.db.execute("SELECT entity, edit FROM overlay WHERE id = ?", (command_id,))
        return dict(rows.fetchall())

    def set_checkpoints(self, checkpoint: int) -> None:
        """Local edits whose command is acknowledged wait for this revision."""
        self.db.execute(
            "UPDATE overlay SET checkpoint = ? WHERE checkpoint IS NULL"
            " AND id IN (SELECT id FROM result) AND id NOT IN (SELECT id FROM outbox)",
            (checkpoint,),
        )

    def drop_overlays(self, revision: int) -> None:
        """The day held shows what these edits did."""
        self.db.execute("DELETE FROM overlay WHERE checkpoint <= ?", (revision,))

    def forget_overlays(self) -> None:
        """Edits without a command waiting or stored (their outbox row was lost)."""
        self.db.execute(
            "DELETE FROM overlay WHERE id NOT IN (SELECT id FROM outbox)"
            " AND id NOT IN (SELECT id FROM result)"
        )

    def overlays(self) -> dict[str, str]:
        """Entity → newest local edit."""
        rows = self.db.execute("SELECT entity, edit FROM overlay ORDER BY seq")
        return dict(rows.fetchall())

    # ---- the day -----------------------------------------------------------------------------

    def keep_day(self, epoch: str, revision: int, day: dict[str, Any]) -> None:
        self.db.execute(
            "INSERT OR REPLACE INTO day VALUES (1, ?, ?, ?)", (epoch, revision, json.dumps(day))
        )

    def day(self) -> tuple[str | None, int, dict[str, Any]]:
        """Epoch, revision and the day held."""
        row = self.db.execute("SELECT epoch, revision, day FROM day").fetchone()
        return (None, 0, {}) if row is None else (row[0], row[1], json.loads(row[2]))

    def wipe(self) -> None:
        """Forgets whom it was going to visit; what waits in the outbox stays and is sent."""
        self.db.execute("DELETE FROM day")
        self.db.execute("DELETE FROM overlay")
