"""Texts of commands are forgotten in time; what was done, and every proof of it, stays."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock, database
from backend.courier_day import canonical, command_texts
from backend.courier_day.command_texts import PEOPLE_KEPT, PINS_KEPT, redact_commands
from backend.courier_day.counters.acts import ASKED_KEPT
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command, QuarantinedCommand
from backend.database import new_id
from backend.worker import redact_old_commands
from tests.integration.courier_day.conftest import MORNING, Morning, custody_is_whole, send
from tests.integration.courier_day.edge_cases import about, fetch, outcome
from tests.phone import Phone

LATER = timedelta(minutes=1)


def forget_after(age: timedelta) -> int:
    """The hourly round, so long after the morning."""
    with clock.frozen(MORNING + age + LATER), database.unit_of_work() as session:
        return redact_commands(session)


def stored(kind: str) -> Command:
    with database.snapshot() as session:
        row = session.scalars(select(Command).where(Command.type == kind)).one()
        session.expunge(row)
        return row


def test_pin_place_and_digits_leave_a_delivery_and_a_repeat_is_still_known(
    morning: Morning, phone: Phone
) -> None:
    dossier = fetch(phone, morning)
    shown = {"paper": "CITIZEN_CARD", "last_digits": "0012"}
    body = about(dossier, receiver="OWNER", identity=shown, pin="482913", lat=160_000_000, lon=1)
    phone.act("result.delivered", body, v=2)
    request = phone.request()
    first = send(phone, request).body["results"]
    phone.drain()
    whole = stored("result.delivered")
    assert canonical.fingerprint(json.loads(whole.raw)) == whole.fingerprint
    assert forget_after(-LATER) == 0
    assert forget_after(PINS_KEPT) >= 1
    no_pin = stored("result.delivered")
    assert "482913" not in no_pin.raw
    assert "0012" in no_pin.raw
    assert no_pin.redacted_at is not None
    forget_after(ASKED_KEPT)
    poor = stored("result.delivered")
    assert "0012" not in poor.raw
    assert "160000000" not in poor.raw
    assert poor.redact_at is None
    assert forget_after(PEOPLE_KEPT) == 0, "nothing of it is left to forget"
    assert (poor.fingerprint, poor.outcome) == (whole.fingerprint, whole.outcome)
    again = send(phone, request).body["results"]
    assert [each.pop("replayed") for each in again] == [True] * len(again)
    assert again == [
        {name: it for name, it in each.items() if name != "replayed"} for each in first
    ]
    assert custody_is_whole()
    with database.snapshot() as session:
        assert find_breaches(session) == []


def test_what_was_put_aside_loses_its_text_in_both_tables_and_stays_put_aside(
    morning: Morning, phone: Phone
) -> None:
    phone.act("no.such", {"pin": "482913", "holder": "Trần Thị Mẫu"})
    phone.drain()
    forget_after(ASKED_KEPT - 2 * LATER)
    assert "482913" in stored("no.such").raw
    assert forget_after(ASKED_KEPT) == 2
    assert forget_after(ASKED_KEPT) == 0
    with database.snapshot() as session:
        aside = session.scalars(select(QuarantinedCommand)).one()
        assert (aside.raw, stored("no.such").raw) == ("{}", "{}")
        assert aside.redacted_at is not None
        assert len(aside.fingerprint) == hashlib.sha256().digest_size
        assert find_breaches(session) == []


def test_a_refusal_of_something_nested_very_deep_does_not_block_the_phone(
    morning: Morning, frozen_morning: clock.FrozenClock, phone: Phone
) -> None:
    deep: dict[str, Any] = {}
    for _ in range(800):
        deep = {"in": deep}
    old = phone.act("stop.request_reassign", {"stop": str(new_id()), "reason": "RAIN", "x": deep})
    frozen_morning.move_to(MORNING + timedelta(days=37))
    phone.clock.advance(days=37)
    phone.drain()
    assert outcome(phone, old) == ("refused", "expired")


def test_one_round_forgets_all_that_is_due_however_much_it_is(
    morning: Morning, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pin in ("482913", "482914", "482915"):
        phone.act("no.such", {"pin": pin})
    phone.drain()
    monkeypatch.setattr(command_texts, "AT_ONCE", 1)
    with clock.frozen(MORNING + ASKED_KEPT + LATER):
        redact_old_commands()
    with database.snapshot() as session:
        assert set(session.scalars(select(Command.raw))) == {"{}"}
        assert set(session.scalars(select(QuarantinedCommand.raw))) == {"{}"}
