"""The office's case by its table: every pair of status and event, lawful or not."""

import itertools

import pytest

from backend.dossiers.case_status import (
    CASE_MOVES,
    FOLLOW_UPS,
    PORTAL_NUMBER,
    CaseEvent,
    find_next_status,
)
from backend.dossiers.models import CaseStatus

# As DOMAIN §4 numbers them, written out here once more by hand.
NUMBERS = {
    1: "NEWLY_FILED",
    2: "ACCEPTED",
    3: "NOT_ACCEPTED",
    4: "IN_PROCESS",
    5: "SUPPLEMENT_ASKED",
    6: "PAYMENT_ASKED",
    7: "WITHDRAWAL_ASKED",
    8: "STOPPED",
    9: "RESOLVED",
    10: "RESULT_RETURNED",
}
STATUSES: list[CaseStatus | None] = [None, *CaseStatus]


def test_the_statuses_carry_the_numbers_of_the_portals() -> None:
    assert {number: status.value for status, number in PORTAL_NUMBER.items()} == NUMBERS


def test_three_five_six_and_eight_ask_something_of_the_couriers() -> None:
    assert {PORTAL_NUMBER[status] for status in FOLLOW_UPS} == {3, 5, 6, 8}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("event", CaseEvent)
def test_an_event_leads_where_the_table_says_or_nowhere(
    status: CaseStatus | None, event: CaseEvent
) -> None:
    assert find_next_status(status, event) is CASE_MOVES.get((status, event))


def test_no_event_leaves_a_case_where_it_is() -> None:
    assert all(before is not after for (before, _), after in CASE_MOVES.items())


def test_every_status_is_reached_from_nothing_filed_and_most_pairs_are_forbidden() -> None:
    known: set[CaseStatus | None] = {None}
    for _ in STATUSES:
        known |= {after for (before, _), after in CASE_MOVES.items() if before in known}
    assert known == set(STATUSES)
    forbidden = [p for p in itertools.product(STATUSES, CaseEvent) if find_next_status(*p) is None]
    assert len(forbidden) == len(STATUSES) * len(CaseEvent) - len(CASE_MOVES)
    assert (CaseStatus.RESOLVED, CaseEvent.ASK_SUPPLEMENT) in forbidden
    assert (CaseStatus.STOPPED, CaseEvent.RESOLVE) in forbidden
    assert (None, CaseEvent.ACCEPT) in forbidden
