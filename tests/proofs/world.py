"""One published morning that every run begins with: written once, then put back row by row.

Putting the rows back takes a fiftieth of what it takes to make them through the services.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from uuid import UUID

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from backend import clock, database
from backend.migrations.models import MODELS
from backend.phone import Transport
from tests.builders.booking import WORKING_DAY, a_booking, a_return
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import a_post_office
from tests.phone import Clock, Phone, Store

MORNING = clock.local_instant(WORKING_DAY, time(7, 0))

_KEPT = "kept_by_the_proofs"
"""Schema of the copies."""


@dataclass(frozen=True)
class World:
    """Two couriers of one post office, each with two collections and a return to bring.

    Three phones hold their day already; the second and the third belong to the second courier.
    """

    owner: Connection
    plan_id: UUID
    post_office_id: str
    couriers: tuple[UUID, UUID]
    codes: tuple[str, str]
    phones: tuple[Path, ...]
    """Files of the phones' stores, to be copied."""
    script: str

    def restore(self) -> None:
        """The morning again, and nothing else."""
        self.owner.exec_driver_sql(self.script)
        self.owner.commit()


_made: dict[str, World] = {}
"""By folder of its phones: the morning of this process, made by whoever needs it first."""


@contextmanager
def a_world(owner_url: URL, transport: Transport, folder: Path) -> Iterator[World]:
    """The morning in this process's database, which must be empty.

    Its copies stay in the database for the next test; `folder` must outlive them.
    """
    engine = create_engine(owner_url, poolclass=NullPool)
    try:
        with engine.connect() as owner:
            made = _made.get(str(folder))
            kept = text("SELECT FROM pg_namespace WHERE nspname = :name")
            if made and owner.execute(kept, {"name": _KEPT}).first():
                world = replace(made, owner=owner)
                owner.rollback()
                world.restore()
            else:
                world = _make(owner, transport, folder)
                _made[str(folder)] = world
            yield world
            if not owner.closed:
                owner.rollback()
    finally:
        engine.dispose()


def _make(owner: Connection, transport: Transport, folder: Path) -> World:
    with database.unit_of_work() as session:
        plan_id, post_office_id, couriers, codes = _publish(session)
    owners = (codes[0], codes[1], codes[1])
    phones = tuple(
        _a_phone(folder / f"phone-{number}.sqlite", code, transport)
        for number, code in enumerate(owners)
    )
    return World(owner, plan_id, post_office_id, couriers, codes, phones, _script(owner))


def _publish(session: Session) -> tuple[UUID, str, tuple[UUID, UUID], tuple[str, str]]:
    post_office = a_post_office(session)
    first, second = (a_courier(session, post_office=post_office) for _ in range(2))
    plan = a_published_plan(session)
    for courier in (first, second):
        bookings = [a_booking(session), a_return(session), a_booking(session)]
        a_route(session, courier, schedule(*bookings), plan=plan)
    return plan.id, str(post_office.id), (first.id, second.id), (first.code, second.code)


def _a_phone(path: Path, code: str, transport: Transport) -> Path:
    """A registered phone that holds the morning, closed again."""
    path.unlink(missing_ok=True)
    store = Store(path)
    phone = Phone(store, transport, Clock(clock.to_local(MORNING)))
    phone.register(code)
    phone.drain()
    store.close()
    return path


def _script(owner: Connection) -> str:
    """Copies every filled table and gives the statements that bring the copies back."""
    owner.exec_driver_sql(f"DROP SCHEMA IF EXISTS {_KEPT} CASCADE")
    owner.exec_driver_sql(f"CREATE SCHEMA {_KEPT}")
    names = [table.name for table in MODELS.sorted_tables]
    filled = []
    for name in names:
        if owner.scalar(text(f"SELECT EXISTS (SELECT FROM {name})")):
            owner.exec_driver_sql(f"CREATE TABLE {_KEPT}.{name} AS TABLE {name}")
            filled.append(name)
    owner.commit()
    lines = ["ALTER TABLE custody_event DISABLE TRIGGER USER"]
    lines += [f"DELETE FROM {name}" for name in reversed(names)]
    lines += [f"INSERT INTO {name} SELECT * FROM {_KEPT}.{name}" for name in filled]
    lines += ["ALTER TABLE custody_event ENABLE TRIGGER USER"]
    return ";".join(lines)
