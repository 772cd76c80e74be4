"""I7 before there is a ledger: entries, receipts and settlement lists must say the same sums."""

from collections.abc import Callable

import pytest

from backend import database
from backend.courier_day.invariants import find_breaches
from tests.integration.courier_day.conftest import Morning, collected
from tests.integration.courier_day.counters.conftest import Counters
from tests.integration.courier_day.edge_cases import about, said
from tests.phone import Phone

BROKEN: dict[str, str] = {
    "an entry changed together with its receipt": """
        WITH more AS (
            UPDATE form SET content = content || '{"amount_vnd": 135001}'
            WHERE kind = 'RECEIPT' AND content->>'amount_vnd' = '135000'
        ) UPDATE cash_entry SET amount_vnd = 135001 WHERE amount_vnd = 135000
        """,
    "another purse than was reported": "UPDATE cash_entry SET purse = 'FEE' WHERE purse = 'CHARGE'",
    "a transfer as cash": "UPDATE cash_entry SET paid_by = 'CASH' WHERE paid_by = 'TRANSFER'",
    "an entry taken off its list": """
        DELETE FROM cash_settlement
        WHERE entry_id = (SELECT id FROM cash_entry WHERE purse = 'POSTAGE')
        """,
    "a list that is gone": "DELETE FROM form WHERE kind = 'CASH_SETTLEMENT'",
    "a sum that is wrong": """
        UPDATE form SET content = content || '{"due_vnd": 160000, "difference_vnd": 0}'
        WHERE kind = 'CASH_SETTLEMENT'
        """,
    "a difference hidden": """
        UPDATE form SET content = content || '{"difference_vnd": 0}' WHERE kind = 'CASH_SETTLEMENT'
        """,
    "purses netted": """
        UPDATE form SET content = content || '{"by_purse": {"CHARGE": 161000}}'
        WHERE kind = 'CASH_SETTLEMENT'
        """,
    "another courier's cash": """
        UPDATE form SET content = jsonb_set(content, '{taker,code}', '"BT-LA"')
        WHERE kind = 'CASH_SETTLEMENT'
        """,
    "a double that nobody heard of": "DELETE FROM work_item WHERE kind = 'double_payment'",
}


@pytest.fixture
def settled(morning: Morning, phone: Phone, counters: Counters) -> None:
    """A courier took four payments, one of them a second time, and settled 1,000 đồng short."""
    dossier, other = morning.sends
    for each in morning.sends:
        said(phone, *collected(each, f"NP-{each.item_code}"))
    for paper, purse, amount, paid_by in (
        (dossier, "CHARGE", 135_000, "CASH"),
        (dossier, "POSTAGE", 26_000, "CASH"),
        (dossier, "FEE", 50_000, "TRANSFER"),
        (other, "FEE", 20_000, "WALLET"),
        (other, "FEE", 20_000, "WALLET"),
    ):
        body = about(paper, purse=purse, amount_vnd=amount, paid_by=paid_by)
        said(phone, "cash.collected", body)
    body = {"courier": morning.a.code, "counted_vnd": 160_000}
    assert counters.at_counter("settlements", body).status_code == 201
    paid = {"item": dossier.item_code, "payments": [{"purse": "REPEAT_TRIP", "amount_vnd": 9_000}]}
    assert counters.at_counter("payments", paid).status_code == 201


def broken() -> set[str]:
    with database.snapshot() as session:
        return {breach.invariant for breach in find_breaches(session)}


def test_sums_of_a_settled_day_agree(settled: None) -> None:
    assert broken() == set()


@pytest.mark.parametrize("name", BROKEN)
def test_a_sum_that_does_not_agree_is_told(
    name: str, settled: None, as_owner: Callable[[str], None]
) -> None:
    as_owner(BROKEN[name])
    assert "I7" in broken()
