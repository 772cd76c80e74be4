"""Acknowledged commands, kept for seven days: a server restored from backup asks for them again.

Kept without pictures and without anybody's phone number (SYNC §10). Server time decides what is
old, because a phone's own clock may jump by years.
"""

import json
from datetime import UTC, datetime, timedelta

from backend.phone.store import Store

KEPT = timedelta(days=7)

_REDACTED = {"contact.correct_phone": ("phone",), "stop.correct_door": ("lat", "lon")}
"""Members of a body that are not kept. Sent again without them, a person must ask anew."""

_TABLE = """
CREATE TABLE IF NOT EXISTS kept (
    id TEXT PRIMARY KEY, device_id TEXT NOT NULL, seq INTEGER NOT NULL, command TEXT NOT NULL,
    edits TEXT NOT NULL, acknowledged_at TEXT NOT NULL, redacted INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS ix_kept_device_seq ON kept (device_id, seq);
"""


class Kept:
    """The table of acknowledged commands, beside the outbox in the same file.

    Every method runs inside a transaction of the caller.
    """

    def __init__(self, store: Store) -> None:
        self._store, self._db = store, store.db
        self._db.executescript(_TABLE)

    def keep_acknowledged(self, device_id: str, ack_seq: int, server_now: str) -> None:
        """Copies what `delete_acknowledged` is about to remove; forgets what is too old."""
        rows = self._db.execute(
            "SELECT seq, id, command FROM outbox WHERE seq <= ? AND id IN (SELECT id FROM result)",
            (ack_seq,),
        ).fetchall()
        for seq, command_id, text in rows:
            command = json.loads(text)
            hidden = _REDACTED.get(command["type"], ())
            body = {name: value for name, value in command["body"].items() if name not in hidden}
            edits = self._store.edits_of(command_id)
            self._db.execute(
                "INSERT OR REPLACE INTO kept VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    command_id,
                    device_id,
                    seq,
                    json.dumps(command | {"body": body}),
                    json.dumps(edits),
                    _utc(server_now).isoformat(),
                    bool(hidden),
                ),
            )
        if rows:
            oldest = (_utc(server_now) - KEPT).isoformat()
            self._db.execute("DELETE FROM kept WHERE acknowledged_at < ?", (oldest,))

    def count(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM kept").fetchone()
        return int(count)

    def put_back(self, device_id: str, from_seq: int) -> int:
        """This device's commands from a number on wait again under their old numbers."""
        rows = self._db.execute(
            "SELECT id, seq, command, edits FROM kept WHERE device_id = ? AND seq >= ?"
            " AND id NOT IN (SELECT id FROM outbox) ORDER BY seq",
            (device_id, from_seq),
        ).fetchall()
        for command_id, seq, text, edits in rows:
            self._wait_again(command_id, seq, text, edits)
        return len(rows)

    def put_back_of_others(self, device_id: str, next_seq: int) -> int:
        """What earlier installs of this phone sent, under new numbers; ids absorb doubles.

        Redacted ones stay: if the server still has them, another content under a known id would
        only raise an alarm. Returns the next free number.
        """
        rows = self._db.execute(
            "SELECT id, command, edits FROM kept WHERE device_id <> ? AND NOT redacted"
            " AND id NOT IN (SELECT id FROM outbox) ORDER BY acknowledged_at, seq",
            (device_id,),
        ).fetchall()
        for number, (command_id, text, edits) in enumerate(rows, start=next_seq):
            self._wait_again(command_id, number, text, edits)
            self._db.execute(
                "UPDATE kept SET device_id = ?, seq = ? WHERE id = ?",
                (device_id, number, command_id),
            )
        return next_seq + len(rows)

    def _wait_again(self, command_id: str, seq: int, text: str, edits: str) -> None:
        self._db.execute("INSERT INTO outbox VALUES (?, ?, ?)", (seq, command_id, text))
        for entity, edit in json.loads(edits).items():
            self._store.put_overlay(entity, seq, command_id, edit)


def _utc(server_now: str) -> datetime:
    return datetime.fromisoformat(server_now).astimezone(UTC)
