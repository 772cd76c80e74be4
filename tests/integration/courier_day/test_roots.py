"""Signed daily roots: they show what not even a rewritten database can hide."""

import json
import stat
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import URL, create_engine, text

from backend import clock, database
from backend.cli import main
from backend.dossiers.roots import (
    RootBroken,
    RootKeyDamaged,
    find_missing,
    open_key,
    read_roots,
    write_root,
)
from backend.dossiers.verify import verify_custody
from backend.settings import Settings
from tests.fixtures.database import TestDatabase
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected

HIDES_THE_NEWEST_EVENT = (
    "DELETE FROM custody_event WHERE dossier_id = :id AND n = 3",
    """
    UPDATE dossier SET event_count = 2, head_hash = e.hash, state = e.state,
        keeper_kind = e.to_kind, keeper_id = e.to_id
    FROM custody_event e WHERE e.dossier_id = :id AND e.n = 2 AND dossier.id = :id
    """,
)
"""Somebody with every right on the database undoes the last act, without a trace inside it."""


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.custody_roots_dir


def written(settings: Settings) -> Path | None:
    with database.snapshot() as session:
        return write_root(session, settings.custody_roots_dir, open_key(settings.custody_key_file))


def missing(settings: Settings) -> list[tuple[str, int]]:
    key = open_key(settings.custody_key_file).public_key()
    with database.snapshot() as session:
        found = [
            find_missing(session, root) for root in read_roots(settings.custody_roots_dir, key)
        ]
    return [(each.item_code, each.head.n) for each in found if each]


def hide_the_newest_event(owner_url: URL, dossier_id: uuid.UUID) -> None:
    owner = create_engine(owner_url)
    with owner.begin() as connection:
        connection.execute(text("ALTER TABLE custody_event DISABLE TRIGGER USER"))
        connection.execute(text("ALTER TABLE dossier DISABLE TRIGGER USER"))
        for statement in HIDES_THE_NEWEST_EVENT:
            connection.execute(text(statement), {"id": dossier_id})
        connection.execute(text("ALTER TABLE dossier ENABLE TRIGGER USER"))
        connection.execute(text("ALTER TABLE custody_event ENABLE TRIGGER USER"))
    owner.dispose()


def work(morning: Morning, phone_of: PhoneOf) -> None:
    phone = phone_of(morning.a)
    for dossier in morning.sends:
        phone.act(*collected(dossier))
        phone.act(
            "dossier.handed_over",
            {"dossier": str(dossier.id), "office": morning.office_id, "seal": "NP-1"},
        )
    phone.drain()


def test_a_deleted_newest_event_is_hidden_from_the_database_and_not_from_the_root(
    morning: Morning, phone_of: PhoneOf, settings: Settings, test_database: TestDatabase
) -> None:
    work(morning, phone_of)
    path = written(settings)
    assert path is not None
    assert json.loads(path.read_bytes())["dossiers"] == 3
    assert missing(settings) == []
    victim = morning.sends[0]
    hide_the_newest_event(test_database.owner_url, victim.id)
    with database.snapshot() as session:
        assert verify_custody(session).bad_row is None
    assert missing(settings) == [(victim.item_code, 3)]


def test_a_day_has_one_root_and_each_names_the_one_before(
    morning: Morning,
    phone_of: PhoneOf,
    settings: Settings,
    folder: Path,
    frozen_morning: clock.FrozenClock,
) -> None:
    first = written(settings)
    assert first is not None
    assert written(settings) is None
    frozen_morning.advance(timedelta(days=1))
    work(morning, phone_of)
    second = written(settings)
    assert second is not None
    key = open_key(settings.custody_key_file).public_key()
    roots = list(read_roots(folder, key))
    assert [root.name for root in roots] == [first.name, second.name]
    assert len(roots[1].heads) == 3
    first.unlink()
    with pytest.raises(RootBroken, match="the file before it"):
        list(read_roots(folder, key))


def test_a_root_that_somebody_edited_or_cut_is_refused(
    morning: Morning, settings: Settings, folder: Path
) -> None:
    path = written(settings)
    assert path is not None
    key = open_key(settings.custody_key_file).public_key()
    content = path.read_text()
    for changed, reason in (
        (content.replace('"dossiers": 3', '"dossiers": 2'), "the signature"),
        (content[:-40], "cannot be read"),
        ("[]", "cannot be read"),
    ):
        path.write_text(changed)
        with pytest.raises(RootBroken, match=reason):
            list(read_roots(folder, key))


def test_the_key_is_made_once_for_its_owner_alone_and_a_damaged_one_is_no_new_one(
    settings: Settings, test_database: TestDatabase
) -> None:
    path = settings.custody_key_file
    first = open_key(path).public_key().public_bytes_raw()
    assert open_key(path).public_key().public_bytes_raw() == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_bytes(b"short")
    with pytest.raises(RootKeyDamaged):
        open_key(path)


def test_the_command_writes_compares_and_names_the_lost_event(
    morning: Morning,
    phone_of: PhoneOf,
    settings: Settings,
    test_database: TestDatabase,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("database_url", "migration_url", "redis_url", "state_dir"):
        monkeypatch.setenv(f"TANNOI_{name.upper()}", str(getattr(settings, name)))
    work(morning, phone_of)
    first = CliRunner().invoke(main, ["custody", "root"])
    assert first.stdout.startswith("written: ")
    assert "there already" in CliRunner().invoke(main, ["custody", "root"]).stdout
    whole = CliRunner().invoke(main, ["custody", "verify"])
    assert (whole.exit_code, whole.stdout.splitlines()[-1]) == (
        0,
        "it holds what 1 signed roots say",
    )
    victim = morning.sends[1]
    hide_the_newest_event(test_database.owner_url, victim.id)
    found = CliRunner().invoke(main, ["custody", "verify"])
    assert found.exit_code == 1
    assert f"dossier {victim.item_code} ({victim.id}), event 3" in found.stderr
