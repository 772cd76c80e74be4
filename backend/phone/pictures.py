"""Photos and signatures on the phone: sent by themselves, deleted only when they surely arrived."""

import hashlib
from typing import Any

from backend.phone.store import Store
from backend.phone.transports import Cut, Transport

_TABLE = """
CREATE TABLE IF NOT EXISTS picture (
    sha256 TEXT PRIMARY KEY, content BLOB NOT NULL, media_type TEXT NOT NULL, command_id TEXT,
    state TEXT NOT NULL DEFAULT 'WAITING');
"""


class Pictures:
    """The table of pictures, beside the outbox in the same file.

    States: WAITING to be sent, SENT but not yet asked for, UNUSABLE for the server (kept for a
    person; sending it again would not help).
    """

    def __init__(self, store: Store) -> None:
        self._db = store.db
        self._db.executescript(_TABLE)

    def keep(self, content: bytes, media_type: str) -> str:
        """A picture that was just taken; returns its SHA-256."""
        digest = hashlib.sha256(content).hexdigest()
        self._db.execute(
            "INSERT OR IGNORE INTO picture (sha256, content, media_type) VALUES (?, ?, ?)",
            (digest, content, media_type),
        )
        return digest

    def name(self, digest: str, slot: str) -> dict[str, Any]:
        """How a command's `blobs` names a kept picture."""
        size, media_type = self._db.execute(
            "SELECT length(content), media_type FROM picture WHERE sha256 = ?", (digest,)
        ).fetchone()
        return {"sha256": digest, "bytes": size, "mime": media_type, "slot": slot}

    def belongs_to(self, command_id: str, blobs: list[dict[str, Any]]) -> None:
        """From now on the picture waits for this command's acknowledgement too."""
        for blob in blobs:
            self._db.execute(
                "UPDATE picture SET command_id = ? WHERE sha256 = ?", (command_id, blob["sha256"])
            )

    def wait_again(self, digests: list[str]) -> None:
        """The server asks for these: what was sent is sent again."""
        marks = ",".join("?" * len(digests))
        self._db.execute(f"UPDATE picture SET state = 'WAITING' WHERE sha256 IN ({marks})", digests)

    def waiting(self) -> list[tuple[str, bytes, str]]:
        """(SHA-256, content, media type) to send."""
        return self._db.execute(
            "SELECT sha256, content, media_type FROM picture WHERE state = 'WAITING'"
        ).fetchall()

    def to_confirm(self) -> list[str]:
        """Sent, and their command is acknowledged: only the server's word is missing."""
        rows = self._db.execute(
            "SELECT sha256 FROM picture WHERE state = 'SENT'"
            " AND command_id NOT IN (SELECT id FROM outbox)"
            " AND command_id IN (SELECT id FROM result)"
        )
        return [digest for (digest,) in rows]

    def mark(self, digest: str, state: str) -> None:
        self._db.execute("UPDATE picture SET state = ? WHERE sha256 = ?", (state, digest))

    def delete(self, digest: str) -> None:
        self._db.execute("DELETE FROM picture WHERE sha256 = ?", (digest,))

    def count(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM picture").fetchone()
        return int(count)

    def send(self, transport: Transport, token: str | None) -> None:
        """Sends what waits, then asks for what was sent and deletes what surely arrived.

        Stops at the first failure: nothing waits for a picture, and the next round tries again.
        """
        try:
            for digest, content, media_type in self.waiting():
                status = transport.put(_path(digest), content, media_type, token).status
                if status not in {200, 201, 422}:
                    return
                self.mark(digest, "UNUSABLE" if status == 422 else "SENT")
            for digest in self.to_confirm():
                status = transport.ask("HEAD", _path(digest), token).status
                if status == 200:
                    self.delete(digest)
                elif status == 404:
                    self.mark(digest, "WAITING")
        except Cut:
            return


def _path(digest: str) -> str:
    return f"/v1/courier/blobs/{digest}"
