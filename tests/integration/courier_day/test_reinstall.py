"""After a re-install: what the log says, and what is really in the bag."""

import pytest

from tests.integration.courier_day.conftest import Morning, PhoneOf, collected, custody_is_whole
from tests.integration.courier_day.edge_cases import about, log_of, now_of, open_kinds, said
from tests.phone import Phone


@pytest.fixture
def again(morning: Morning, phone: Phone) -> Phone:
    """A's phone after a re-install; A holds one dossier under seal NP-1."""
    said(phone, *collected(morning.sends[0]))
    answer = phone.register(morning.a.code)
    assert [each["item_code"] for each in answer.body["open_custody"]] == [
        morning.sends[0].item_code
    ]
    phone.drain()
    return phone


def test_an_item_that_is_there_is_confirmed_and_nothing_moves(
    morning: Morning, again: Phone
) -> None:
    dossier = morning.sends[0]
    before = log_of(dossier)
    body = about(dossier, held=True, seal="np-1")
    assert said(again, "custody.restated", body) == ("applied", None)
    assert log_of(dossier) == before
    assert custody_is_whole()


def test_a_missing_item_is_a_person_s_work_until_it_turns_up(
    morning: Morning, again: Phone
) -> None:
    dossier = morning.sends[0]
    assert said(again, "custody.restated", about(dossier, held=False)) == (
        "flagged",
        "custody_missing",
    )
    assert "custody_missing" in open_kinds()
    assert now_of(dossier).keeper_id == morning.a.id  # the newest keeper answers for it
    assert said(again, "custody.restated", about(dossier, held=True)) == ("applied", None)
    assert "custody_missing" not in open_kinds()


def test_another_seal_is_told(morning: Morning, again: Phone) -> None:
    body = about(morning.sends[0], held=True, seal="NP-7")
    assert said(again, "custody.restated", body) == ("flagged", "seal_differs")


def test_an_item_that_the_log_puts_elsewhere_is_told_and_not_taken(
    morning: Morning, again: Phone, phone_of: PhoneOf
) -> None:
    elsewhere = morning.sends[1]
    assert said(again, "custody.restated", about(elsewhere, held=True)) == ("flagged", "not_keeper")
    assert said(again, "custody.restated", about(elsewhere, held=False)) == ("applied", None)
    stranger = phone_of(morning.b)
    mine = about(morning.sends[0], held=True)
    assert said(stranger, "custody.restated", mine) == ("flagged", "not_keeper")
    assert now_of(morning.sends[0]).keeper_id == morning.a.id


def test_an_item_that_nobody_knows_is_kept_for_a_person(morning: Morning, again: Phone) -> None:
    unknown = {"dossier": str(morning.a.id), "held": True}
    assert said(again, "custody.restated", unknown) == ("quarantined", "unknown_dossier")
