"""T3: kill −9 of the API worker and immediate stops of the database while a phone goes on.

The phone's outbox lies on a disk and is synced; the database writes through too. What was
acknowledged must be there in the end, once.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backend import clock
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command
from backend.phone import Answer, Cut
from tests.fixtures.database import TestDatabase
from tests.phone import Clock, HttpTransport, Phone, Store
from tests.phone.login import courier_login_at
from tests.proofs.conftest import Morning
from tests.proofs.private_services import Api, PrivatePostgres, private_folder
from tests.proofs.sizes import Sizes

FULL_SYNC = 2
LONGEST_RECOVERY_S = 90
MOMENT_S = 0.15
"""A sync of some commands takes less: the blow falls before, in the midst of it or after."""


@dataclass
class Field:
    """What can be hit, and the phone that goes on."""

    postgres: PrivatePostgres
    api: Api
    phone: Phone
    engine: Engine
    dossiers: list[str]
    post_office: str
    acts: int = 0

    def act(self) -> None:
        """In and out of the safe: there is always a next move."""
        kind = ("dossier.deposited", "dossier.taken")[self.acts // 2 % 2]
        body = {"dossier": self.dossiers[self.acts % 2], "post_office": self.post_office}
        self.phone.act(kind, body)
        self.acts += 1

    def drain(self) -> None:
        """Again and again until everything is acknowledged, as a phone does."""
        until = time.monotonic() + LONGEST_RECOVERY_S
        while not self.phone.sync():
            assert time.monotonic() < until, "the service does not come back"
            time.sleep(0.05)


@pytest.fixture
def field(
    morning: Morning, test_database: TestDatabase, redis_url: str, tmp_path: Path
) -> Iterator[Field]:
    """The morning on a database server and behind an API of its own."""
    with private_folder() as folder, ExitStack() as running:
        postgres = PrivatePostgres(folder)
        postgres.create()
        running.callback(postgres.stop_if_up)
        address = postgres.load(test_database.owner_url, "proof")
        url = address.render_as_string(hide_password=False)
        api = Api(url, redis_url, tmp_path)
        running.callback(api.close)
        store = Store(tmp_path / "phone.sqlite")
        running.callback(store.close)
        engine = create_engine(url, poolclass=NullPool)  # nothing outlives a stop of the server
        running.callback(engine.dispose)
        transport = HttpTransport(api.base, timeout_s=10)
        clocks, login = Clock(clock.to_local(clock.now())), courier_login_at(engine)
        phone = Phone(store, transport, clocks, login=login)
        phone.register(morning.world.codes[0])
        safe = morning.world.post_office_id
        yield Field(postgres, api, phone, engine, morning.dossiers[:2], safe)


def struck(blow: Callable[[], object], chance: random.Random) -> threading.Timer:
    """The blow falls within the next moment, whatever the phone is doing then."""
    timer = threading.Timer(chance.uniform(0, MOMENT_S), blow)
    timer.start()
    return timer


def test_t3_nothing_acknowledged_is_lost_by_kills_and_stops(field: Field, sizes: Sizes) -> None:
    chance = random.Random(3)
    assert field.phone.store.synchronous() == FULL_SYNC
    for dossier in field.dossiers:
        field.phone.act("dossier.collected", {"dossier": dossier, "seal": f"NP-{dossier[-6:]}"})
    field.drain()
    acknowledged: set[str] = set()
    while field.api.kills < sizes.kills:
        for _ in range(chance.randrange(1, 4)):
            field.act()
        timer = struck(field.api.kill_worker, chance)
        field.phone.sync()
        timer.join()
        acknowledged |= field.phone.store.results().keys()
        field.drain()
    for _ in range(sizes.stops):
        for _ in range(3):
            field.act()
        timer = struck(field.postgres.stop_immediately, chance)
        field.phone.sync()
        timer.join()
        acknowledged |= field.phone.store.results().keys()
        field.postgres.start()
        field.drain()
    acknowledged |= field.phone.store.results().keys()
    assert len(acknowledged) == field.acts + 2
    with Session(field.engine) as session:
        stored = {str(each) for each in session.scalars(select(Command.id))}
        assert acknowledged == stored
        assert find_breaches(session) == []


def test_t3_the_phone_s_own_writes_survive_its_process(tmp_path: Path) -> None:
    """An act that the screen confirmed is in the file before `act` returns."""
    store = Store(tmp_path / "phone.sqlite")

    class Nowhere:
        def post(self, *_: object) -> Answer:
            raise Cut("no signal")

    phone = Phone(store, Nowhere(), Clock(clock.to_local(clock.now())))
    act = phone.act("tea.drunk", {})
    for suffix in ("", "-wal"):  # what another process would find after kill −9
        source = Path(f"{store.path}{suffix}")
        if source.exists():
            Path(f"{tmp_path / 'after.sqlite'}{suffix}").write_bytes(source.read_bytes())
    assert [command["id"] for command in Store(tmp_path / "after.sqlite").waiting(9)] == [act]
    store.close()
