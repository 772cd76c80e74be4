"""Identity PINs: told to the citizen once, advice on the phone, decided by the server."""

from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from backend import database, outbox
from backend.booking.models import Contact
from backend.courier_day.delivery_pins import (
    ONE_AT_A_TIME,
    SPENT,
    SPENT_UNASKED,
    TEMPLATE,
    ask_about_spent,
    make_pins,
)
from backend.dossiers.models import DossierState
from backend.dossiers.pins import ITERATIONS, MOST_TRIES, DeliveryPin, is_spent
from backend.outbox import OutboxMessage, sending
from backend.phone.offline_proofs import pin_fits
from tests.integration.courier_day.conftest import Morning
from tests.integration.courier_day.edge_cases import about, fetch, now_of, open_kinds, outcome
from tests.phone import Phone


def told_pin() -> str:
    """What the citizen's message says."""
    with database.snapshot() as session:
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == TEMPLATE)
        ).one()
        return str(message.content["secret_pin"])


class Listening:
    """A provider that remembers the PINs of what it sends."""

    def __init__(self) -> None:
        self.pins: list[str] = []

    def send(self, message: outbox.Outgoing) -> None:
        if pin := message.content.get("secret_pin"):
            self.pins.append(pin)


@pytest.fixture
def pin(morning: Morning, phone: Phone) -> str:
    assert make_pins() == 1
    return told_pin()


def deliver(phone: Phone, morning: Morning, **more: Any) -> tuple[str, str | None]:
    dossier = fetch(phone, morning)
    body = about(
        dossier, receiver="OWNER", identity={"paper": "CITIZEN_CARD", "last_digits": "0012"}
    )
    command = phone.act("result.delivered", body | more, v=2)
    phone.drain()
    return outcome(phone, command)


def test_the_day_gains_what_the_phone_needs_and_never_the_pin(
    morning: Morning, phone: Phone, pin: str
) -> None:
    before = phone.store.day()[1]
    phone.drain()
    _, revision, day = phone.store.day()
    assert revision == before + 1
    told = day["pins"][str(morning.returns[0].id)]
    assert told["iterations"] == ITERATIONS
    assert pin_fits(told, pin)
    assert not pin_fits(told, f"{(int(pin) + 1) % 10**6:06d}")
    assert pin not in str(day["pins"])


def test_the_right_pin_is_applied_and_the_hash_leaves_the_phone(
    morning: Morning, phone: Phone, pin: str
) -> None:
    assert deliver(phone, morning, pin=pin) == ("applied", None)
    assert phone.view().day["pins"] == {}
    assert now_of(morning.returns[0]).state is DossierState.DELIVERED


def test_a_wrong_pin_is_flagged_and_the_result_is_given_all_the_same(
    morning: Morning, phone: Phone, pin: str
) -> None:
    wrong = f"{(int(pin) + 1) % 10**6:06d}"
    assert deliver(phone, morning, pin=wrong) == ("flagged", "pin_mismatch")
    assert now_of(morning.returns[0]).state is DossierState.DELIVERED
    assert "pin_mismatch" in open_kinds()


def tries() -> int:
    with database.snapshot() as session:
        return session.scalars(select(DeliveryPin.tries)).one()


@pytest.mark.parametrize(("off_by", "counted"), [(0, 0), (1, 1)])
def test_a_wrong_pin_at_the_door_counts_and_a_right_one_does_not(
    morning: Morning, phone: Phone, pin: str, off_by: int, counted: int
) -> None:
    deliver(phone, morning, pin=f"{(int(pin) + off_by) % 10**6:06d}")
    assert tries() == counted


def test_after_five_wrong_pins_none_is_looked_at_and_a_person_hears_once(
    morning: Morning, phone: Phone, pin: str
) -> None:
    with database.unit_of_work() as session:
        session.execute(update(DeliveryPin).values(tries=MOST_TRIES))
    with database.unit_of_work() as session:
        session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
        assert ask_about_spent() == 0, "another worker is at it"
    assert [ask_about_spent(), ask_about_spent()] == [1, 0]
    assert SPENT in open_kinds()
    assert deliver(phone, morning, pin=pin) == ("flagged", "pin_mismatch")
    assert tries() == MOST_TRIES


def test_spent_pins_are_found_by_an_index_of_their_own(session: Session) -> None:
    asked = str(SPENT_UNASKED.compile(dialect=postgresql.dialect()))
    assert f"tries >= {MOST_TRIES}" in asked, "a parameter would not use it"
    spent = select(DeliveryPin.dossier_id).where(is_spent())
    session.execute(text("SET LOCAL enable_seqscan = off"))
    steps = session.scalars(text(f"EXPLAIN {spent.compile(dialect=postgresql.dialect())}")).all()
    assert "ix_delivery_pin_spent" in "\n".join(steps)


def test_a_pin_where_none_was_made_is_flagged(morning: Morning, phone: Phone) -> None:
    assert deliver(phone, morning, pin="123456") == ("flagged", "pin_mismatch")


def test_without_a_pin_the_paper_is_enough(morning: Morning, phone: Phone, pin: str) -> None:
    assert deliver(phone, morning) == ("applied", None)


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", 123456])
def test_what_is_no_pin_is_kept_for_a_person(morning: Morning, phone: Phone, typed: Any) -> None:
    assert deliver(phone, morning, pin=typed) == ("quarantined", "bad_body")


def test_one_pin_a_delivery_however_often_the_worker_looks(
    morning: Morning, phone: Phone, pin: str
) -> None:
    assert make_pins() == 0
    with database.snapshot() as session:
        row = session.scalars(select(DeliveryPin)).one()
        assert row.dossier_id == morning.returns[0].id
        assert row.fits(pin)


def test_whoever_has_no_phone_gets_no_pin(morning: Morning, phone: Phone) -> None:
    with database.unit_of_work() as session:
        session.execute(update(Contact).values(phone=""))
    assert make_pins() == 0


def test_the_pin_is_forgotten_once_it_was_sent(morning: Morning, phone: Phone, pin: str) -> None:
    provider = Listening()
    sending.send_due(dict.fromkeys(outbox.Channel, provider))
    assert provider.pins == [pin]
    with database.snapshot() as session:
        message = session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == TEMPLATE)
        ).one()
        assert message.content["item_code"] == morning.returns[0].item_code
        assert pin not in str(message.content), "what stays shows where the PIN stood"
