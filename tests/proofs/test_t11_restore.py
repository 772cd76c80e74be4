"""T11: back up, go on, restore the older copy, begin a new epoch: what phones were told is there.

The copy is a copy of the database; `tannoi epoch start` is what an operator runs afterwards.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from backend import database
from backend.cli import main
from backend.courier_day import revisions
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command
from backend.fleet.models import Courier
from backend.settings import Settings
from tests.fixtures.database import TestDatabase, close_connections
from tests.phone import Phone, Store
from tests.phone.courier import Working
from tests.proofs.conftest import Morning
from tests.proofs.sizes import Sizes


@pytest.fixture
def backup(test_database: TestDatabase, committed_database: Engine) -> Iterator["Backup"]:
    made = Backup(test_database, committed_database)
    yield made
    made.forget()


class Backup:
    """An older copy of this process's database."""

    def __init__(self, live: TestDatabase, engine: Engine) -> None:
        self.live, self.engine = live, engine

    def make(self) -> None:
        close_connections(self.engine)
        self.live.keep_copy()

    def restore(self) -> None:
        close_connections(self.engine)
        self.live.put_copy_back()

    def forget(self) -> None:
        close_connections(self.engine)
        self.live.drop_copy()


@pytest.fixture
def begin_epoch(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """`tannoi epoch start`."""

    def run() -> None:
        with monkeypatch.context() as patch:
            for name in ("database_url", "migration_url", "redis_url"):
                patch.setenv(f"TANNOI_{name.upper()}", getattr(settings, name))
            patch.setattr("backend.cli.epoch.open_database", lambda _: None)  # it is open already
            ended = CliRunner().invoke(main, ["epoch", "start"])
        assert ended.exit_code == 0, ended.output

    return run


def told(phone: Phone) -> dict[str, dict[str, Any]]:
    return dict(phone.store.results())


def test_t11_after_a_restore_the_phones_bring_back_what_was_acknowledged(
    morning: Morning, sizes: Sizes, backup: Backup, begin_epoch: Callable[[], None]
) -> None:
    chance = random.Random(11)
    phones = [morning.phone, morning.other_phone(1), morning.other_phone(2)]
    working = [Working(phone, chance) for phone in phones]
    for number, each in enumerate(working):
        each.seals = 1_000 * number
    morning.world.owner.close()  # a template must have no visitors
    for _ in range(sizes.restores):
        for each in working:
            act(each, morning)
        backup.make()
        for each in working:
            act(each, morning)
        new_store = Store(morning.phone.store.path.with_suffix(".new"))
        new = Phone(new_store, morning.door, morning.phone.clock)
        new.register(morning.world.codes[0])
        new.act("tea.drunk", {"cups": 1})
        new.drain()
        acknowledged = [told(phone) for phone in [*phones, new]]
        assert all(acknowledged)
        backup.restore()
        begin_epoch()
        for phone in [*phones, new] * 2:
            phone.drain()
        with database.snapshot() as session:
            stored = {str(row.id) for row in session.scalars(select(Command))}
            for entries in acknowledged:
                assert entries.keys() <= stored
            assert find_breaches(session) == []
            epoch = revisions.current_epoch(session)
            for phone in phones:
                code = phone.store.get_meta("courier_code")
                courier = session.scalars(select(Courier).where(Courier.code == code)).one()
                assert phone.store.day()[:2] == (epoch, courier.revision)
        new.store.close()
        new.store.path.unlink()


def act(working: Working, morning: Morning) -> None:
    """A stop, or what is left of the day: something is sent and acknowledged."""
    if not working.next_stop():
        body = {"service_date": "2026-11-23", "reason": "BREAK"}
        working.phone.act("break.started", body)
        working.phone.act("break.ended", body)
    working.phone.drain()
