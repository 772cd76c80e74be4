"""Blobs are whole or absent, and what is damaged is noticed."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.storage import Blob, BlobDamaged, BlobHashMismatch, BlobNotFound, BlobStore

CONTENT = "chữ ký".encode()
NAME = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def files(store: BlobStore) -> list[str]:
    return [path.name for path in store.folder.rglob("*") if path.is_file()]


def test_a_content_is_found_under_its_hash(store: BlobStore, session: Session) -> None:
    assert store.store(session, CONTENT, media_type="image/png") == NAME
    assert store.read(session, NAME) == CONTENT
    blob = store.find(session, NAME)
    assert blob is not None
    assert (blob.size_bytes, blob.media_type) == (len(CONTENT), "image/png")


def test_the_same_content_twice_is_kept_once(store: BlobStore, session: Session) -> None:
    store.store(session, CONTENT, media_type="image/png")
    store.store(session, CONTENT, media_type="image/png", sha256=NAME.upper())
    assert files(store) == [NAME]
    assert len(session.scalars(select(Blob)).all()) == 1


def test_a_content_that_is_not_what_was_announced_is_dropped(
    store: BlobStore, session: Session
) -> None:
    with pytest.raises(BlobHashMismatch):
        store.store(session, CONTENT + b"!", media_type="image/png", sha256=NAME)
    assert not store.folder.exists()


@pytest.mark.parametrize("name", [NAME, "../../etc/passwd", "", "zz" * 32])
def test_what_was_never_stored_is_not_found(store: BlobStore, session: Session, name: str) -> None:
    with pytest.raises(BlobNotFound):
        store.read(session, name)


def test_a_file_without_a_row_is_not_ours(store: BlobStore, session: Session) -> None:
    with session.begin_nested() as savepoint:
        store.store(session, CONTENT, media_type="image/png")
        savepoint.rollback()
    assert files(store) == [NAME]
    with pytest.raises(BlobNotFound):
        store.read(session, NAME)


def test_a_damaged_and_a_lost_file_are_noticed(store: BlobStore, session: Session) -> None:
    store.store(session, CONTENT, media_type="image/png")
    store.path(NAME).write_bytes(CONTENT[:-1])
    with pytest.raises(BlobDamaged):
        store.read(session, NAME)
    store.path(NAME).unlink()
    with pytest.raises(BlobDamaged):
        store.read(session, NAME)


def test_storing_again_repairs_a_damaged_file(store: BlobStore, session: Session) -> None:
    store.store(session, CONTENT, media_type="image/png")
    store.path(NAME).write_bytes(b"")
    store.store(session, CONTENT, media_type="image/png")
    assert store.read(session, NAME) == CONTENT


def test_a_write_that_breaks_off_leaves_no_file(
    store: BlobStore, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("backend.storage.os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        store.store(session, CONTENT, media_type="image/png")
    assert files(store) == []
    assert session.scalars(select(Blob)).all() == []
