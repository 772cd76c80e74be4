"""What the proofs share: their size, their morning, and a server without a socket."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine

from backend import clock
from backend.logs import configure_logs
from backend.settings import Settings
from mobile_api import create_app
from tests.fixtures.database import TestDatabase
from tests.fixtures.signing import signing_client
from tests.phone import ClientTransport, Clock, Phone, Store
from tests.proofs.machine import SyncMachine
from tests.proofs.network import Server
from tests.proofs.sizes import FULL, SHORT, Sizes
from tests.proofs.world import MORNING, World, a_world

TIMEOUT_S = {False: 900, True: 3_600}
"""For a test of the short and of the full size: the usual bound is for a test of seconds."""


def size_of(config: pytest.Config) -> Sizes:
    """The column that this run takes."""
    return FULL if config.getoption("--long") else SHORT


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A proof takes longer than other tests, on a busy machine minutes."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(TIMEOUT_S[bool(config.getoption("--long"))]))


@pytest.fixture(scope="session")
def sizes(pytestconfig: pytest.Config) -> Sizes:
    return size_of(pytestconfig)


@pytest.fixture
def quiet_logs() -> Iterator[None]:
    """Thousands of requests would fill the report of a failure."""
    configure_logs(level="ERROR", as_json=False)
    yield
    configure_logs(level="INFO", as_json=False)


@pytest.fixture(scope="session")
def world_folder() -> Iterator[Path]:
    """Where the phones of the morning lie that every test begins with."""
    with a_folder_in_memory() as folder:
        yield folder


@pytest.fixture
def phone_folder() -> Iterator[Path]:
    """Where phones keep their files."""
    with a_folder_in_memory() as folder:
        yield folder


@contextmanager
def a_folder_in_memory() -> Iterator[Path]:
    """In memory where there is such a place, for speed alone: T3 writes to a disk."""
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="tannoi-phones-", dir=place) as folder:
        yield Path(folder)


@dataclass
class Morning:
    """The world with the first courier's phone in hand.

    `dossiers` are that courier's: two that are sent, then one result to fetch.
    """

    world: World
    phone: Phone
    dossiers: list[str]
    server_clock: clock.FrozenClock
    door: ClientTransport

    def other_phone(self, who: int) -> Phone:
        """The second or third phone, both the other courier's, on its own copy."""
        return open_phone(copied(self.world.phones[who], self.phone.store.path.parent), self.door)


def copied(path: Path, folder: Path) -> Path:
    return Path(shutil.copy(path, folder))


def open_phone(path: Path, door: ClientTransport) -> Phone:
    """The phone whose file this is, closed when the test's folder goes."""
    return Phone(Store(path), door, Clock(clock.to_local(MORNING)))


@dataclass
class Standing:
    """The morning's rows in the database, and the application before them."""

    world: World
    server_clock: clock.FrozenClock
    door: ClientTransport
    engine: Engine


@pytest.fixture(scope="session")
def door(test_database: TestDatabase, redis_url: str, world_folder: Path) -> ClientTransport:
    """The application without a socket, made once: that takes longer than most proofs."""
    settings = Settings(
        database_url=test_database.app_url.render_as_string(hide_password=False),
        migration_url=test_database.owner_url.render_as_string(hide_password=False),
        redis_url=redis_url,
        state_dir=world_folder,
    )
    return ClientTransport(signing_client(create_app(settings)))


@pytest.fixture
def standing(
    committed_database: Engine,
    test_database: TestDatabase,
    door: ClientTransport,
    world_folder: Path,
    quiet_logs: None,
) -> Iterator[Standing]:
    """A published morning of this test's own."""
    with (
        clock.frozen(MORNING) as frozen,
        a_world(test_database.owner_url, door, world_folder) as world,
    ):
        yield Standing(world, frozen, door, committed_database)


@pytest.fixture
def morning(standing: Standing, phone_folder: Path) -> Morning:
    """The morning with a phone in hand."""
    phone = open_phone(copied(standing.world.phones[0], phone_folder), standing.door)
    visits = [visit for _, visit in phone.view().open_visits()]
    visits.sort(key=lambda visit: visit["kind"] != "COLLECTION")
    named = list(dict.fromkeys(visit["dossier"] for visit in visits))
    return Morning(standing.world, phone, named, standing.server_clock, standing.door)


@pytest.fixture
def machine(standing: Standing, phone_folder: Path) -> Iterator[type[SyncMachine]]:
    """A machine of this test's own on one published morning, put back before each run."""

    class Machine(SyncMachine):
        pass

    Machine.world, Machine.folder = standing.world, phone_folder
    Machine.server_clock = standing.server_clock
    Machine.server_of = staticmethod(lambda: Server(standing.door, standing.engine))
    Machine.runs, Machine.steps, Machine.seen = 0, 0, {}
    gc.collect()
    gc.freeze()  # the application is no garbage, and is looked through for some with every run
    yield Machine
    gc.unfreeze()
