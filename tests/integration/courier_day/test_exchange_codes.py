"""Two phones without signal: a code signed by the giver's device opens the transfer."""

from typing import Any

import pytest

from backend import database
from backend.accounts.models import Device
from backend.courier_day.exchange_codes import ExchangeCode
from backend.dossiers.forms import FormKind
from backend.phone.offline_proofs import show_code
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected, custody_is_whole
from tests.integration.courier_day.edge_cases import forms_of, now_of, open_kinds, outcome, said
from tests.phone import Phone


@pytest.fixture
def giver(morning: Morning, phone: Phone) -> Phone:
    """A, who holds the first dossier; its collection has arrived."""
    said(phone, *collected(morning.sends[0]))
    return phone


@pytest.fixture
def receiver(morning: Morning, phone_of: PhoneOf) -> Phone:
    return phone_of(morning.b)


def dossiers(morning: Morning) -> list[str]:
    return [str(morning.sends[0].id)]


def act(phone: Phone, kind: str, body: dict[str, Any]) -> tuple[str, str | None]:
    command = phone.act(kind, body, v=2)
    phone.drain()
    return outcome(phone, command)


def accept(phone: Phone, morning: Morning, code: dict[str, str]) -> tuple[str, str | None]:
    body = {"dossiers": dossiers(morning), "giver": str(morning.a.id), "code": code}
    return act(phone, "custody.accepted", body)


def code_of(giver: Phone, morning: Morning) -> dict[str, str]:
    return show_code(giver.store, giver.device_id, dossiers(morning))


def test_the_receiver_s_upload_alone_opens_the_transfer_and_the_giver_s_confirms_it(
    morning: Morning, giver: Phone, receiver: Phone
) -> None:
    code = code_of(giver, morning)
    assert accept(receiver, morning, code) == ("applied", None)
    assert now_of(morning.sends[0]).keeper_id == morning.b.id
    assert "offer_missing" not in open_kinds()
    body = {"dossiers": dossiers(morning), "nonce": code["nonce"]}
    assert act(giver, "custody.offered", body) == ("applied", None)
    with database.snapshot() as session:
        row = session.query(ExchangeCode).one()
        assert row.confirmed_at is not None
    assert len(forms_of(FormKind.EXCHANGE_MINUTES)) == 1
    assert custody_is_whole()


def test_the_giver_s_upload_first_works_as_well(
    morning: Morning, giver: Phone, receiver: Phone
) -> None:
    code = code_of(giver, morning)
    body = {"dossiers": dossiers(morning), "nonce": code["nonce"]}
    assert act(giver, "custody.offered", body) == ("applied", None)
    assert now_of(morning.sends[0]).keeper_id == morning.a.id  # nothing changed hands yet
    assert accept(receiver, morning, code) == ("applied", None)
    assert now_of(morning.sends[0]).keeper_id == morning.b.id


def test_a_code_over_other_papers_is_flagged_and_the_fact_is_kept(
    morning: Morning, giver: Phone, receiver: Phone
) -> None:
    other = show_code(giver.store, giver.device_id, [str(morning.sends[1].id)])
    assert accept(receiver, morning, other) == ("flagged", "exchange_code_invalid")
    assert now_of(morning.sends[0]).keeper_id == morning.b.id
    assert {"exchange_code_invalid", "offer_missing"} <= open_kinds()


@pytest.mark.parametrize("broken", ["", "AAAA", "no base64 at all"])
def test_a_broken_signature_is_flagged(
    morning: Morning, giver: Phone, receiver: Phone, broken: str
) -> None:
    code = code_of(giver, morning) | {"signature": broken}
    assert accept(receiver, morning, code) == ("flagged", "exchange_code_invalid")


def test_a_code_of_a_device_that_is_not_the_giver_s_is_flagged(
    morning: Morning, giver: Phone, receiver: Phone
) -> None:
    own = show_code(receiver.store, receiver.device_id, dossiers(morning))
    assert accept(receiver, morning, own) == ("flagged", "exchange_code_invalid")


def test_a_device_without_a_usable_key_is_said_so(
    morning: Morning, giver: Phone, receiver: Phone
) -> None:
    code = code_of(giver, morning)
    with database.unit_of_work() as session:
        device = session.query(Device).filter_by(person_id=morning.a.person_id).one()
        device.public_key = "an old app's key"
    assert accept(receiver, morning, code) == ("flagged", "exchange_code_unverifiable")


def test_one_code_serves_one_receiver(morning: Morning, giver: Phone, receiver: Phone) -> None:
    code = code_of(giver, morning)
    assert accept(receiver, morning, code) == ("applied", None)
    body = {"dossiers": dossiers(morning), "giver": str(morning.a.id), "code": code}
    assert act(giver, "custody.accepted", body)[1] == "exchange_code_reused"
