"""The published morning with clerks at the post office and at the office's desk."""

import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from backend import database
from backend.booking.models import BookingMode
from backend.booking.of_dossiers import load_bookings
from backend.courier_day.counters.acts import CounterAct
from backend.dossiers.models import CustodyEvent, Dossier
from backend.fleet.models import Courier
from backend.places.models import Office, PostOffice
from tests.builders.accounts import a_clerk_account, a_token
from tests.builders.clerks import a_clerk
from tests.integration.courier_day.conftest import Morning, collected
from tests.integration.courier_day.edge_cases import said
from tests.phone import Phone


@dataclass
class Counters:
    """Calls of the office's door, each with a new key unless one is given, and by a clerk who is
    signed in; `by` names another one than the usual."""

    door: FlaskClient
    desk: str
    desk_clerk: str
    seconded_clerk: str
    post_office: str
    counter_clerk: str
    tokens: dict[str, str] = field(default_factory=dict)

    def signed(self, clerk: str, key: str = "") -> dict[str, str]:
        """Headers of a call by this clerk."""
        if clerk not in self.tokens:
            with database.unit_of_work() as session:
                self.tokens[clerk] = a_token(session, a_clerk_account(session, clerk))
        token = f"Bearer {self.tokens[clerk]}"
        return {"Idempotency-Key": key or str(uuid.uuid4()), "Authorization": token}

    def post(self, path: str, body: dict[str, Any], key: str = "", *, by: str) -> TestResponse:
        return self.door.post(f"/v1/office/{path}", json=body, headers=self.signed(by, key))

    def at_desk(
        self, act: str, body: dict[str, Any], key: str = "", *, by: str = ""
    ) -> TestResponse:
        """An act at the one-stop office."""
        return self.post(f"desks/{self.desk}/{act}", body, key, by=by or self.desk_clerk)

    def at_counter(
        self, act: str, body: dict[str, Any], key: str = "", *, by: str = ""
    ) -> TestResponse:
        """An act at the post office."""
        path = f"post-offices/{self.post_office}/{act}"
        return self.post(path, body, key, by=by or self.counter_clerk)

    def get(self, path: str) -> Any:
        by = self.desk_clerk if path.startswith("desks/") else self.counter_clerk
        return self.door.get(f"/v1/office/{path}", headers=self.signed(by)).get_json()


@pytest.fixture
def counters(morning: Morning, door: FlaskClient) -> Counters:
    """A clerk of A's post office, one of the office, and one seconded from here to there."""
    with database.unit_of_work() as session:
        office = session.get_one(Office, uuid.UUID(morning.office_id))
        post_office = session.get_one(PostOffice, uuid.UUID(morning.post_office_id))
        found = Counters(
            door=door,
            desk=office.code,
            desk_clerk=a_clerk(session, office=office).code,
            seconded_clerk=a_clerk(session, office=office, post_office=post_office).code,
            post_office=post_office.code,
            counter_clerk=a_clerk(session, post_office=post_office).code,
        )
    for clerk in (found.desk_clerk, found.seconded_clerk, found.counter_clerk):
        found.signed(clerk)  # before threads do it at once
    return found


def outcomes(answer: TestResponse) -> list[str]:
    """What became of each item of a batch."""
    assert answer.status_code == 201, answer.get_json()
    return [each["outcome"] for each in answer.get_json()["items"]]


def revision(courier: Courier) -> int:
    with database.snapshot() as session:
        return session.get_one(Courier, courier.id).revision


def lines(dossier: Dossier) -> list[CustodyEvent]:
    """The custody log of a dossier."""
    with database.snapshot() as session:
        found = list(
            session.scalars(
                select(CustodyEvent)
                .where(CustodyEvent.dossier_id == dossier.id)
                .order_by(CustodyEvent.n)
            )
        )
        session.expunge_all()
        return found


def acts() -> int:
    with database.snapshot() as session:
        return len(session.scalars(select(CounterAct.id)).all())


def at_once(*calls: Callable[[], TestResponse]) -> list[TestResponse]:
    """Runs calls in threads that start together, and returns the answers in their order."""
    answers: list[TestResponse | None] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(place: int, call: Callable[[], TestResponse]) -> None:
        gate.wait()
        answers[place] = call()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answer for answer in answers if answer is not None]


@pytest.fixture
def filed(morning: Morning, phone: Phone, counters: Counters) -> list[Dossier]:
    """Both dossiers are with the office, of bookings that also bring the result home."""
    with database.unit_of_work() as session:
        for dossier in morning.sends:
            of_dossier = load_bookings(session, [dossier.id])[dossier.id]
            assert of_dossier is not None
            of_dossier.mode = BookingMode.BOTH
    for number, dossier in enumerate(morning.sends):
        said(phone, *collected(dossier, f"NP-{number}"))
    items = [{"item": dossier.item_code} for dossier in morning.sends]
    counters.at_desk("receipts", {"courier": morning.a.code, "items": items})
    return morning.sends
