"""T4: the process exits between every two statements of one sync; the retry ends as if it had not.

The batch holds a move, a payment, a witness that comes late, and something unreadable.
"""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.integration.courier_day.conftest import custody_is_whole
from tests.phone import Phone
from tests.phone.crashes import ProcessDied, dying_at_statement
from tests.proofs.conftest import Morning
from tests.proofs.network import SYNC, DyingAtCommit
from tests.proofs.state import outline, state

LEAST_STATEMENTS = 60
"""Of the first, whole run: fewer would mean that not everything is in the sweep."""


@pytest.fixture
def request_of_a_batch(morning: Morning) -> dict[str, Any]:
    phone, dossier = morning.phone, morning.dossiers[0]
    phone.act("dossier.collected", {"dossier": dossier, "seal": "NP-1"})
    phone.act("cash.collected", {"dossier": dossier, "purse": "FEE", "amount_vnd": 50_000})
    safe = {"dossier": dossier, "post_office": morning.world.post_office_id}
    phone.act("dossier.deposited", safe)
    phone.act("dossier.collected", {"dossier": dossier, "seal": "NP-2"})
    phone.act("tea.drunk", {"cups": 2})
    return phone.request()


def send(phone: Phone, request: dict[str, Any]) -> dict[str, Any]:
    answer = phone.transport.post(SYNC, request, phone.store.get_meta("token"))
    assert answer.status == 200
    return answer.body


def test_t4_a_death_between_any_two_statements_leaves_all_or_nothing(
    morning: Morning, request_of_a_batch: dict[str, Any], committed_database: Engine
) -> None:
    phone, request = morning.phone, request_of_a_batch
    send(phone, request)
    undisturbed = state()
    morning.world.restore()
    before, committed, number, answer = outline(), 0, 0, None
    while answer is None:
        number += 1
        with dying_at_statement(committed_database, number), suppress(ProcessDied):
            answer = send(phone, request)
        if answer is None and (after := outline()) != before:
            assert after[0] == len(request["commands"])  # died while the answer was being built
            committed += 1
    assert number > LEAST_STATEMENTS
    assert committed == 1  # the next repeat has fewer statements than that and ends
    assert [entry["status"] for entry in answer["results"]] == [
        "applied",
        "applied",
        "applied",
        "flagged",
        "quarantined",
    ]
    assert state() == undisturbed
    assert send(phone, request)["results"] == answer["results"]
    assert state() == undisturbed
    assert custody_is_whole()


@pytest.mark.parametrize("before", [True, False], ids=["before the commit", "after the commit"])
def test_t4_a_death_at_the_commit_leaves_all_or_nothing(
    morning: Morning,
    request_of_a_batch: dict[str, Any],
    committed_database: Engine,
    before: bool,
) -> None:
    phone, request = morning.phone, request_of_a_batch
    send(phone, request)
    undisturbed = state()
    morning.world.restore()
    untouched = outline()
    with DyingAtCommit(committed_database, before=before), pytest.raises(ProcessDied):
        send(phone, request)
    assert (outline() == untouched) is before
    send(phone, request)
    assert state() == undisturbed
