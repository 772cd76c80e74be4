"""A small published morning in a real database, and phones that reach the app over it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from backend import clock, database
from backend.dossiers.models import Dossier, Leg
from backend.dossiers.verify import verify_custody
from backend.fleet.models import Courier
from backend.phone import Transport
from backend.planning.models import VisitKind
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, a_return
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import a_post_office
from tests.fixtures.database import TestDatabase
from tests.fixtures.signing import signing_client
from tests.fixtures.web import app_with
from tests.phone import Answer, ClientTransport, Clock, Phone, Store

MORNING = clock.local_instant(WORKING_DAY, time(7, 0))


@dataclass
class Morning:
    """Two couriers of one post office, A with two collections and a return to bring."""

    a: Courier
    b: Courier
    sends: list[Dossier]
    returns: list[Dossier]
    legs: list[Leg] = field(default_factory=list)

    @property
    def office_id(self) -> str:
        return str(self.sends[0].filing_office_id)

    @property
    def post_office_id(self) -> str:
        return str(self.a.post_office_id)


@pytest.fixture
def frozen_morning() -> Iterator[clock.FrozenClock]:
    """Monday 23 November 2026, 07:00 in Vietnam."""
    with clock.frozen(MORNING) as frozen:
        yield frozen


@pytest.fixture
def morning(committed_database: Engine, frozen_morning: clock.FrozenClock) -> Morning:
    """The published morning."""
    with database.unit_of_work() as session:
        return a_morning(session)


def a_morning(session: Session, *, drop_kind: VisitKind | None = None) -> Morning:
    """Rows of a Morning; B rides along without stops."""
    post_office = a_post_office(session)
    couriers = [a_courier(session, post_office=post_office) for _ in range(2)]
    sends = [a_booking(session) for _ in range(2)]
    returns = [a_return(session)]
    legs = schedule(*sends, *returns)
    plan = a_published_plan(session)
    a_route(session, couriers[0], legs, plan=plan, drop_kind=drop_kind)
    a_route(session, couriers[1], [], plan=plan)
    return Morning(
        a=couriers[0],
        b=couriers[1],
        sends=[booking.dossiers[0] for booking in sends],
        returns=[booking.dossiers[0] for booking in returns],
        legs=legs,
    )


@pytest.fixture
def door(committed_database: Engine, settings: Settings) -> FlaskClient:
    """The app with real commits, called without a socket."""
    return signing_client(app_with(settings))


type PhoneOf = Callable[..., Phone]


@pytest.fixture
def phone_of(door: FlaskClient, tmp_path: Path, frozen_morning: clock.FrozenClock) -> PhoneOf:
    """Makes registered phones; each holds its courier's day after the first sync."""
    made: list[Store] = []

    def make(courier: Courier, *, transport: Transport | None = None) -> Phone:
        store = Store(tmp_path / f"phone-{len(made)}.sqlite")
        made.append(store)
        phone = Phone(store, transport or ClientTransport(door), Clock(clock.to_local(MORNING)))
        phone.register(courier.code)
        return phone

    return make


def send(
    phone: Phone, request: dict[str, Any] | None = None, *, token: str | None = None
) -> Answer:
    """Posts a request as the phone would, without storing the answer.

    Threads give request and token: a phone's outbox belongs to one thread.
    """
    return phone.transport.post(
        "/v1/courier/sync",
        request or phone.request(),
        token or phone.store.get_meta("token"),
    )


def collected(dossier: Dossier, seal: str = "NP-1") -> tuple[str, dict[str, Any]]:
    """Type and body of a collection."""
    return "dossier.collected", {"dossier": str(dossier.id), "seal": seal}


def custody_is_whole() -> bool:
    """Every chain verifies and ends in exactly one keeper."""
    with database.snapshot() as session:
        return verify_custody(session).bad_row is None


@pytest.fixture
def phone(morning: Morning, phone_of: PhoneOf) -> Phone:
    """A's phone, holding the day."""
    made = phone_of(morning.a)
    made.drain()
    return made


@pytest.fixture
def as_owner(test_database: TestDatabase) -> Callable[[str], None]:
    """Runs a statement with every right and no trigger, as a broken program or hand would."""

    def run(statement: str) -> None:
        owner = create_engine(test_database.owner_url)
        with owner.begin() as connection:
            connection.execute(text("ALTER TABLE dossier DISABLE TRIGGER USER"))
            assert connection.execute(text(statement)).rowcount > 0
            connection.execute(text("ALTER TABLE dossier ENABLE TRIGGER USER"))
        owner.dispose()

    return run
