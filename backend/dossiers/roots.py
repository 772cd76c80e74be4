"""Signed daily roots: what the heads of the custody log were, kept outside of the database.

Whoever can rewrite every row, the dossier's own too, still cannot rewrite these files: the key is
not in the database, and each file names the hash of the one before it.
"""

import hashlib
import json
import os
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import exists, func, select, tuple_
from sqlalchemy.orm import Session

from backend import clock
from backend.database import JsonObject
from backend.dossiers.chain import instant_text
from backend.dossiers.models import CustodyEvent, Dossier
from backend.errors import Conflict, Text, Unavailable

LOOKS_BACK = timedelta(hours=48)
"""A file lists dossiers with an event received in this time: two days, so that neither a long
transaction nor a day without a worker leaves one out."""

_AT_ONCE = 1_000
_KEY_BYTES = 32


class RootKeyDamaged(Unavailable):
    code = "root_key_damaged"
    detail = Text(
        vi="Khoá ký sổ giao nhận ở {path} bị hỏng.",
        en="The key at {path} that signs custody roots is damaged.",
    )
    action = Text(
        vi="Khôi phục tệp khoá từ bản sao lưu; không tạo khoá mới khi còn các tệp gốc cũ.",
        en="Restore the key file from a backup; make no new one while older roots exist.",
    )


class RootBroken(Conflict):
    code = "root_broken"
    detail = Text(
        vi="Tệp gốc {file} không còn đúng: {reason}.",
        en="The root file {file} is not as it was written: {reason}.",
    )
    action = Text(
        vi="Đối chiếu với bản sao lưu của thư mục; ngừng ghi cho đến khi rõ nguyên nhân.",
        en="Compare with a backup of the folder; stop writing until the reason is known.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The newest event of a dossier when a root was made."""

    dossier_id: uuid.UUID
    n: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """One file: whose heads it lists, and how many dossiers there were in all."""

    name: str
    on: date
    dossiers: int
    heads: tuple[Head, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingHead:
    """An event that a signed root knows and the log does not hold any more."""

    head: Head
    item_code: str
    root: str


def open_key(path: Path) -> Ed25519PrivateKey:
    """The signing key (32 bytes, Ed25519); made when there is none. Raises RootKeyDamaged."""
    if path.exists():
        content = path.read_bytes()
        if len(content) != _KEY_BYTES:
            raise RootKeyDamaged(path=path)
        return Ed25519PrivateKey.from_private_bytes(content)
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    raw = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process made it in this moment
        return open_key(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return key


def write_root(session: Session, folder: Path, key: Ed25519PrivateKey) -> Path | None:
    """Writes the root of today; None if it is there already. Read the rows in one snapshot."""
    today = clock.today_local()
    path = folder / f"custody-root-{today.isoformat()}.json"
    if path.exists():
        return None
    before = _names(folder)
    body: JsonObject = {
        "version": 1,
        "on": today.isoformat(),
        "made_at": instant_text(clock.now()),
        "previous": _digest(folder / before[-1]) if before else None,
        "dossiers": session.scalar(select(func.count()).select_from(Dossier)) or 0,
        "heads": _recent_heads(session, clock.now() - LOOKS_BACK),
        "public_key": key.public_key().public_bytes_raw().hex(),
    }
    signed = body | {"signature": key.sign(rfc8785.dumps(body)).hex()}
    return path if _write_once(path, json.dumps(signed, indent=1).encode() + b"\n") else None


def read_roots(folder: Path, public_key: Ed25519PublicKey) -> Iterator[Root]:
    """All roots, the oldest first. Raises RootBroken at the first that is not as written."""
    previous: str | None = None
    for name in _names(folder):
        try:
            body = json.loads((folder / name).read_bytes())
            signature = bytes.fromhex(body.pop("signature"))
            public_key.verify(signature, rfc8785.dumps(body))
            root = Root(
                name=name,
                on=date.fromisoformat(body["on"]),
                dossiers=body["dossiers"],
                heads=tuple(
                    Head(dossier_id=uuid.UUID(owner), n=n, hash=digest)
                    for owner, n, digest in body["heads"]
                ),
            )
        except InvalidSignature as error:
            raise RootBroken(file=name, reason="the signature does not fit") from error
        except (ValueError, KeyError, TypeError) as error:
            raise RootBroken(file=name, reason="it cannot be read") from error
        if body["previous"] != previous:
            raise RootBroken(file=name, reason="the file before it is missing or another one")
        previous = _digest(folder / name)
        yield root


def find_missing(session: Session, root: Root) -> MissingHead | None:
    """The first head of a root whose event is gone or changed, by dossier id."""
    for first in range(0, len(root.heads), _AT_ONCE):
        wanted = root.heads[first : first + _AT_ONCE]
        held = {
            (row.dossier_id, row.n): row.hash.hex()
            for row in session.execute(
                select(CustodyEvent.dossier_id, CustodyEvent.n, CustodyEvent.hash).where(
                    tuple_(CustodyEvent.dossier_id, CustodyEvent.n).in_(
                        [(head.dossier_id, head.n) for head in wanted]
                    )
                )
            )
        }
        for head in wanted:
            if held.get((head.dossier_id, head.n)) != head.hash:
                code = session.scalar(
                    select(Dossier.item_code).where(Dossier.id == head.dossier_id)
                )
                return MissingHead(head=head, item_code=code or "?", root=root.name)
    return None


def _recent_heads(session: Session, since: datetime) -> list[list[object]]:
    recent = exists().where(
        CustodyEvent.dossier_id == Dossier.id, CustodyEvent.received_at >= since
    )
    rows = session.execute(
        select(Dossier.id, Dossier.event_count, Dossier.head_hash)
        .where(recent, Dossier.head_hash.is_not(None))
        .order_by(Dossier.id)
    )
    return [[str(row.id), row.event_count, row.head_hash.hex()] for row in rows]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("custody-root-*.json"))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_once(path: Path, content: bytes) -> bool:
    """Whole or not at all, and never over another one; False if somebody was first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        Path(temporary).unlink(missing_ok=True)
    return True
