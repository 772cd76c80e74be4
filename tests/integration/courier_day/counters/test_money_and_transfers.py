"""Payments and settlement at the counter, printed papers, line-haul, and the nightly look."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, select, text
from werkzeug.test import TestResponse

from backend import clock, database
from backend.booking.models import Booking
from backend.cash.entries import CashEntry, CashSettlement
from backend.courier_day.models import WorkItem
from backend.courier_day.unclaimed import NightRound
from backend.dossiers.forms import Form, FormKind
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState, LegPurpose, LegStatus
from backend.reports.form_pdf import render_form
from tests.builders.clerks import a_clerk
from tests.builders.places import a_post_office
from tests.integration.courier_day.conftest import MORNING, Morning, collected, custody_is_whole
from tests.integration.courier_day.counters.conftest import Counters, acts, at_once, outcomes
from tests.integration.courier_day.counters.test_intake import WHOLE, reference_of
from tests.integration.courier_day.edge_cases import (
    about,
    forms_of,
    log_of,
    now_of,
    open_kinds,
    said,
)
from tests.phone import Phone
from tests.phone.crashes import ProcessDied, dying_at_statement


def test_each_payment_is_a_row_with_its_receipt_and_a_second_one_is_flagged(
    morning: Morning, counters: Counters
) -> None:
    item = morning.sends[0].item_code
    fee, postage = (
        {"purse": purse, "amount_vnd": amount}
        for purse, amount in (("CHARGE", 135_000), ("POSTAGE", 26_000))
    )
    answer = counters.at_counter("payments", {"item": item, "payments": [fee, postage]})
    assert answer.status_code == 201, answer.get_json()
    assert len(answer.get_json()["receipts"]) == 2
    assert answer.get_json()["flags"] == []
    again = counters.at_counter("payments", {"item": item, "payments": [fee]})
    assert again.get_json()["flags"] == ["double_payment"]
    with database.snapshot() as session:
        entries = session.scalars(
            select(CashEntry).order_by(CashEntry.taken_at, CashEntry.id)
        ).all()
        assert [entry.amount_vnd for entry in entries] == [135_000, 26_000, 135_000]
        receipts = {form.id for form in session.scalars(select(Form))}
        assert {entry.receipt_id for entry in entries} == receipts
    (first, *_) = forms_of(FormKind.RECEIPT)
    assert render_form(first).startswith(b"%PDF")
    none = counters.at_counter("payments", {"item": "RH999999999VN", "payments": [fee]})
    assert (none.status_code, none.get_json()["code"]) == (404, "item_not_found")
    zero = counters.at_counter("payments", {"item": item, "payments": [fee | {"amount_vnd": 0}]})
    assert zero.status_code == 422


def test_a_courier_settles_once_purses_and_offices_apart(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    for purse, amount, paid_by in (
        ("CHARGE", 135_000, "CASH"),
        ("POSTAGE", 26_000, "CASH"),
        ("FEE", 50_000, "TRANSFER"),
    ):
        body = about(dossier, purse=purse, amount_vnd=amount, paid_by=paid_by)
        assert said(phone, "cash.collected", body) == ("applied", None)
    body = {"courier": morning.a.code, "counted_vnd": 160_000}
    answer = counters.at_counter("settlements", body)
    assert answer.status_code == 201, answer.get_json()
    found = answer.get_json()
    assert (found["due_vnd"], found["difference_vnd"]) == (161_000, -1_000)
    assert "cash_differs" in open_kinds()
    (form,) = forms_of(FormKind.CASH_SETTLEMENT)
    assert form.content["by_purse"] == {"CHARGE": 135_000, "POSTAGE": 26_000, "FEE": 50_000}
    assert [line["amount_vnd"] for line in form.content["by_office"]] == [185_000]
    assert render_form(form).startswith(b"%PDF")
    with database.snapshot() as session:
        assert len(session.scalars(select(CashSettlement)).all()) == 3
    twice = counters.at_counter("settlements", body)
    assert (twice.status_code, twice.get_json()["code"]) == (409, "nothing_to_settle")


def test_a_till_that_two_settle_at_once_is_listed_once(
    morning: Morning, counters: Counters
) -> None:
    paid = {"item": morning.sends[0].item_code, "payments": [{"purse": "FEE", "amount_vnd": 9}]}
    counters.at_counter("payments", paid)
    answers = at_once(*[partial(counters.at_counter, "settlements", {"counted_vnd": 9})] * 2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert len(forms_of(FormKind.CASH_SETTLEMENT)) == 1


def test_a_booking_is_confirmed_and_a_letter_is_filled_in(
    morning: Morning, counters: Counters
) -> None:
    dossier = morning.sends[0]
    path = f"bookings/{reference_of(dossier)}/confirmation"
    confirmed = counters.at_counter(path, {})
    assert confirmed.status_code == 201, confirmed.get_json()
    (form,) = forms_of(FormKind.BOOKING_CONFIRMATION)
    assert form.content["item_codes"] == [dossier.item_code]
    assert render_form(form).startswith(b"%PDF")
    none = counters.at_counter("bookings/PYC-KHONG-CO/confirmation", {})
    assert (none.status_code, none.get_json()["code"]) == (404, "booking_not_found")
    letter = {
        "item": dossier.item_code,
        "agent_name": "Lê Văn Mẫu 8",
        "valid_to": "2026-12-31",
    }
    written = counters.at_counter("authorisations", letter)
    assert written.status_code == 201, written.get_json()
    (form,) = forms_of(FormKind.AUTHORISATION)
    assert form.content["agent"]["name"] == "Lê Văn Mẫu 8"
    assert render_form(form).startswith(b"%PDF")
    over = counters.at_counter("authorisations", letter | {"valid_to": "2026-11-22"})
    assert (over.status_code, over.get_json()["code"]) == (422, "authorisation_over")


def test_line_haul_is_scanned_in_where_it_arrives_and_goes_on_from_there(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    with database.unit_of_work() as session:
        there = a_post_office(session)
        clerk, code = a_clerk(session, post_office=there).code, there.code
    said(phone, *collected(dossier))
    body = {"from_post_office": counters.post_office}
    items = {"items": [{"item": dossier.item_code, "seal": "NP-1"}]}
    put = {"courier": morning.a.code} | items
    counters.at_counter("deposits", put)
    itself = counters.at_counter("line-hauls", {"from_post_office": counters.post_office} | items)
    assert (itself.status_code, itself.get_json()["code"]) == (422, "line_haul_to_itself")
    arrived = counters.post(f"post-offices/{code}/line-hauls", body | items, by=clerk)
    assert outcomes(arrived) == ["DONE"]
    row = now_of(dossier)
    assert (row.keeper_id, row.state) == (there.id, DossierState.AT_POST_OFFICE)
    assert [leg.purpose for leg in row.legs][-2:] == [LegPurpose.LINE_HAUL, LegPurpose.COLLECTION]
    assert [leg.status for leg in row.legs] == [
        LegStatus.DONE,
        LegStatus.CANCELLED,
        LegStatus.DONE,
        LegStatus.OPEN,
    ]
    assert log_of(dossier)[-1][0] is Event.FORWARDED
    again = counters.post(f"post-offices/{code}/line-hauls", body | items, by=clerk)
    assert outcomes(again) == ["ALREADY"]
    stranger = counters.post("post-offices/BC-KHONG-CO/line-hauls", body | items, by=clerk)
    assert stranger.status_code == 404
    assert custody_is_whole()


def test_the_night_notes_once_what_waited_for_six_months_and_a_pick_up_settles_it(
    morning: Morning, phone: Phone, counters: Counters, frozen_morning: clock.FrozenClock
) -> None:
    dossier = morning.returns[0]
    said(phone, "result.fetched", about(dossier, office=morning.office_id, seal="NP-9"))
    put = {"courier": morning.a.code, "items": [{"item": dossier.item_code}]}
    counters.at_counter("deposits", put)
    night = NightRound()
    assert night.look() == 0
    frozen_morning.move_to(MORNING + timedelta(days=181))
    assert night.look() == 1
    assert night.look() == 0
    assert NightRound().look() == 0  # another worker, the same night
    assert log_of(dossier)[-1][0] is Event.UNCLAIMED
    assert "unclaimed" in open_kinds()
    identity = {"paper": "PASSPORT", "last_digits": "12AB"}
    body = {"item": dossier.item_code, "receiver": "OWNER", "identity": identity}
    assert counters.at_counter("pick-ups", body).status_code == 201
    assert "unclaimed" not in open_kinds()
    assert custody_is_whole()


type Call = Callable[[Morning, Counters], Callable[[str], TestResponse]]


def _receipt(morning: Morning, counters: Counters) -> Callable[[str], TestResponse]:
    items = [{"item": morning.sends[0].item_code, "seal": "NP-999"}]
    body = {"courier": morning.a.code, "items": items}
    return lambda key: counters.at_desk("receipts", body, key)


def _intake(morning: Morning, counters: Counters) -> Callable[[str], TestResponse]:
    paid = [{"purse": "CHARGE", "amount_vnd": 135_000}]
    body = {
        "booking": reference_of(morning.sends[1]),
        "dossiers": [WHOLE | {"payments": paid}],
    }
    return lambda key: counters.at_counter("intakes", body, key)


def _pick_up(morning: Morning, counters: Counters) -> Callable[[str], TestResponse]:
    items = [{"item": morning.sends[0].item_code}]
    counters.at_counter("deposits", {"courier": morning.a.code, "items": items})
    identity = {"paper": "PASSPORT", "last_digits": "12AB"}
    body = items[0] | {"receiver": "OWNER", "identity": identity}
    return lambda key: counters.at_counter("pick-ups", body, key)


def _result(morning: Morning, counters: Counters) -> Callable[[str], TestResponse]:
    _receipt(morning, counters)("before-the-result")
    body = {"item": morning.sends[0].item_code}
    return lambda key: counters.at_desk("results", body, key)


def _outline() -> tuple[Any, ...]:
    """Any half of an act would show in one of these numbers."""
    query = text(
        """
        SELECT (SELECT count(*) FROM custody_event), (SELECT sum(version) FROM dossier),
            (SELECT sum(version) + count(*) FROM leg), (SELECT sum(version) FROM stop),
            (SELECT count(*) FROM form), (SELECT sum(next_number) FROM form_series),
            (SELECT count(*) FROM counter_act), (SELECT count(*) FROM cash_entry),
            (SELECT count(*) FROM work_item), (SELECT sum(revision) FROM courier),
            (SELECT count(*) FROM outbox_message), (SELECT count(*) FROM idempotency_key),
            (SELECT count(*) FROM paper)
        """
    )
    with database.unit_of_work() as session:
        return tuple(session.execute(query).one())


@pytest.mark.parametrize("call", [_receipt, _intake, _pick_up, _result])
def test_a_death_between_any_two_statements_leaves_all_or_nothing(
    morning: Morning, phone: Phone, counters: Counters, committed_database: Engine, call: Call
) -> None:
    said(phone, *collected(morning.sends[0]))
    ask = call(morning, counters)
    before, acts_before, number, answer = _outline(), acts(), 0, None
    while answer is None:
        number += 1
        with dying_at_statement(committed_database, number), suppress(ProcessDied):
            answer = ask("crashing-0001")
        if answer is None:
            assert _outline() == before
    assert answer.status_code == 201
    assert number > 20
    after = _outline()
    assert ask("crashing-0001").get_json() == answer.get_json()
    assert _outline() == after
    assert acts() == acts_before + 1
    assert custody_is_whole()


def test_a_deadlock_is_met_by_doing_the_request_anew_and_a_lasting_one_by_503(
    morning: Morning, phone: Phone, counters: Counters, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.courier_day import supplements
    from backend.courier_day.counters import items

    said(phone, *collected(morning.sends[0]))
    failures = [2]

    def clashing(whole: Any) -> Any:
        def first_fails(session: Any, *args: Any, **kwargs: Any) -> Any:
            if failures[0]:
                failures[0] -= 1
                session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))
            return whole(session, *args, **kwargs)

        return first_fails

    monkeypatch.setattr(items, "find_scanned", clashing(items.find_scanned))
    monkeypatch.setattr(supplements, "get_locked_dossier", clashing(supplements.get_locked_dossier))
    ask = _receipt(morning, counters)
    assert outcomes(ask("deadlock-0001")) == ["DONE"]
    assert (failures, acts()) == ([0], 1)
    failures[0] = 3
    path = f"/v1/dispatcher/dossiers/{morning.sends[0].id}/supplement"
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    asked = counters.door.post(path, json={"form_no": "02-1"}, headers=headers)
    assert (asked.status_code, failures) == (201, [0])
    failures[0] = 99
    answer = ask("deadlock-0002")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "transaction_clash")
    assert failures == [94]
    with database.snapshot() as session:
        assert len(session.scalars(select(Booking)).all()) == 3
        assert "gap" not in set(session.scalars(select(WorkItem.kind)))
