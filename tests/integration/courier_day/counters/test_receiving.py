"""An office's desk receives by scan, and agrees with what the courier's phone tells."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select

from backend import clock, database
from backend.courier_day.models import WorkItem
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CaseStatus, DossierState, KeeperKind, LegStatus
from backend.dossiers.models import CustodyEventType as Event
from backend.places.models import Office, PlaceKind
from backend.planning.models import Visit, VisitKind, VisitStatus
from tests.builders.clerks import a_clerk
from tests.builders.places import an_office
from tests.integration.courier_day.conftest import MORNING, Morning, collected, custody_is_whole
from tests.integration.courier_day.counters.conftest import (
    Counters,
    acts,
    at_once,
    lines,
    outcomes,
    revision,
)
from tests.integration.courier_day.edge_cases import (
    about,
    forms_of,
    log_of,
    now_of,
    open_kinds,
    said,
    told,
)
from tests.phone import Phone


def batch(morning: Morning, *items: dict[str, str]) -> dict[str, object]:
    return {"courier": morning.a.code, "items": list(items)}


def bring(phone: Phone, morning: Morning) -> None:
    """A has both dossiers in the bag."""
    for number, dossier in enumerate(morning.sends, start=1):
        assert said(phone, *collected(dossier, f"NP-{number}")) == ("applied", None)


def test_one_signature_files_everything_that_was_counted_to_the_minute(
    morning: Morning, phone: Phone, counters: Counters, frozen_morning: clock.FrozenClock
) -> None:
    bring(phone, morning)
    before = revision(morning.a)
    frozen_morning.move_to(MORNING + timedelta(hours=2, seconds=42))
    signed = [
        {"role": "OFFICE", "sha256": "ab" * 32},
        {"role": "COURIER", "sha256": "cd" * 32},
    ]
    expected = counters.get(f"desks/{counters.desk}/expected?courier={morning.a.code}")
    assert {each["item"] for each in expected["items"]} == {d.item_code for d in morning.sends}
    items = [{"item": dossier.item_code.lower()} for dossier in morning.sends]
    answer = counters.at_desk("receipts", batch(morning, *items) | {"signatures": signed})
    assert outcomes(answer) == ["DONE", "DONE"]
    (minutes,) = forms_of(FormKind.HAND_OVER_MINUTES)
    assert answer.get_json()["minutes"]["number"] == minutes.printed_number
    assert len(minutes.dossier_ids) == 2
    assert minutes.content["clerk"]["code"] == counters.desk_clerk
    assert {each["role"] for each in minutes.signatures["signed"]} == {"OFFICE", "COURIER"}
    for dossier in morning.sends:
        row, event = now_of(dossier), lines(dossier)[-1]
        assert row.state is DossierState.HANDED_OVER
        assert row.filed_at == MORNING + timedelta(hours=2)
        assert row.case_status is CaseStatus.NEWLY_FILED
        assert row.legs[-1].status is LegStatus.DONE
        assert (event.from_kind, event.from_id) == (KeeperKind.COURIER, morning.a.id)
        assert (event.to_kind, str(event.to_id)) == (KeeperKind.OFFICE, morning.office_id)
        assert event.actor_id is not None
        assert set(event.blob_hashes) == {"ab" * 32, "cd" * 32}
    with database.snapshot() as session:
        drops = session.scalars(select(Visit).where(Visit.kind == VisitKind.HAND_OVER)).all()
        assert {visit.status for visit in drops} == {VisitStatus.DONE}
    assert revision(morning.a) > before
    assert custody_is_whole()


def test_every_exception_of_a_batch_stands_by_itself_under_the_one_signature(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    bring(phone, morning)
    first, second = morning.sends
    items = (
        {"item": first.item_code, "seal": "NP-999"},
        {"item": second.item_code, "finding": "SUPPLEMENT", "form_no": "02-0040"},
        {"item": "RH999999999VN"},
        {"item": first.item_code},
    )
    answer = counters.at_desk("receipts", batch(morning, *items))
    assert outcomes(answer) == ["DONE", "SUPPLEMENT", "UNKNOWN"]
    assert answer.get_json()["items"][0]["flags"] == ["seal_differs"]
    assert log_of(first)[-2][0] is Event.SEAL_BROKEN
    assert len(forms_of(FormKind.IRREGULARITY)) == 1
    assert forms_of(FormKind.HAND_OVER_MINUTES)[0].dossier_ids == [first.id]
    row = now_of(second)
    assert (row.state, row.filed_at) == (DossierState.REFUSED, None)
    assert row.legs[-1].to_kind is PlaceKind.HOME
    assert {"seal_differs", "supplement_asked", "unknown_item"} <= open_kinds()
    assert "seal_broken" in told()
    assert custody_is_whole()


@pytest.mark.parametrize(
    "case",
    [
        ("MISSING", DossierState.WITH_COURIER, "missing_at_desk"),
        ("REFUSED", DossierState.REFUSED, "refused_at_desk"),
        ("WRONG_OFFICE", DossierState.WITH_COURIER, "reroute"),
    ],
)
def test_what_is_not_taken_stays_with_the_courier_and_files_nothing(
    morning: Morning, phone: Phone, counters: Counters, case: tuple[str, DossierState, str]
) -> None:
    finding, state, kind = case
    bring(phone, morning)
    item = {"item": morning.sends[0].item_code, "finding": finding}
    answer = counters.at_desk("receipts", batch(morning, item))
    assert outcomes(answer) == [finding]
    assert (answer.get_json()["minutes"], answer.get_json()["filed_at"]) == (None, None)
    row = now_of(morning.sends[0])
    assert (row.state, row.keeper_id, row.filed_at) == (state, morning.a.id, None)
    assert kind in open_kinds()
    assert custody_is_whole()


def test_a_scan_without_a_known_pick_up_opens_a_gap_that_the_late_pick_up_closes(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    phone.act(*collected(dossier))  # in the outbox: the phone has no signal
    answer = counters.at_desk("receipts", batch(morning, {"item": dossier.item_code}))
    assert outcomes(answer) == ["DONE"]
    assert answer.get_json()["items"][0]["flags"] == ["gap"]
    assert [event for event, _ in log_of(dossier)] == [
        Event.ANNOUNCED,
        Event.GAP,
        Event.HANDED_OVER,
    ]
    assert "gap" in open_kinds()
    phone.drain()
    assert log_of(dossier)[-1] == (Event.COLLECTED, "gap_closed")
    assert "gap" not in open_kinds()
    row = now_of(dossier)
    assert row.state is DossierState.HANDED_OVER
    assert custody_is_whole()


def test_the_couriers_late_report_confirms_the_desks_scan_and_asks_nobody(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    counters.at_desk("receipts", batch(morning, {"item": dossier.item_code}))
    filed_at = now_of(dossier).filed_at
    late = said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    assert late == ("applied", None)
    assert log_of(dossier)[-1] == (Event.HANDED_OVER, "confirmed")
    assert now_of(dossier).filed_at == filed_at
    assert len(forms_of(FormKind.HAND_OVER_MINUTES)) == 1
    assert open_kinds() == set()
    again = said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    assert again == ("flagged", "already_done")


def test_the_desks_scan_confirms_what_the_phone_told_first_and_a_third_does_nothing(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    first = counters.at_desk("receipts", batch(morning, {"item": dossier.item_code}))
    assert outcomes(first) == ["CONFIRMED"]
    count = now_of(dossier).event_count
    second = counters.at_desk("receipts", batch(morning, {"item": dossier.item_code}))
    assert outcomes(second) == ["ALREADY"]
    assert now_of(dossier).event_count == count
    assert len(forms_of(FormKind.HAND_OVER_MINUTES)) == 1
    assert custody_is_whole()


def test_whether_a_seconded_clerk_files_is_the_offices_own_setting(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    bring(phone, morning)
    first, second = morning.sends
    seconded = counters.seconded_clerk
    answer = counters.at_desk("receipts", batch(morning, {"item": first.item_code}), by=seconded)
    assert outcomes(answer) == ["DONE"]
    assert answer.get_json()["filed_at"] is None
    row = now_of(first)
    assert (row.state, row.filed_at) == (DossierState.AT_POST_OFFICE, None)
    assert str(row.keeper_id) == morning.post_office_id
    assert [leg.status for leg in row.legs] == [LegStatus.DONE]  # nothing more to ride
    assert counters.get(f"post-offices/{counters.post_office}/safe") == {"items": []}
    out = counters.at_counter("hand-outs", batch(morning, {"item": first.item_code}))
    assert outcomes(out) == ["NOT_HERE"]  # the post's, but at the office's desk
    late = said(phone, "dossier.handed_over", about(first, office=morning.office_id))
    assert late == ("applied", None)
    assert now_of(first).filed_at is None
    with database.unit_of_work() as session:
        session.get_one(Office, uuid.UUID(morning.office_id)).seconded_filing = True
    answer = counters.at_desk("receipts", batch(morning, {"item": second.item_code}), by=seconded)
    assert answer.get_json()["filed_at"] is not None
    assert now_of(second).state is DossierState.HANDED_OVER
    assert custody_is_whole()


def test_a_phone_says_that_a_seconded_clerk_took_them_and_the_office_decides_what_that_is(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    bring(phone, morning)
    first, second = morning.sends
    body = about(first, office=morning.office_id, to_seconded=True)
    assert said(phone, "dossier.handed_over", body) == ("applied", None)
    row = now_of(first)
    assert (row.state, row.filed_at) == (DossierState.AT_POST_OFFICE, None)
    scan = batch(morning, {"item": first.item_code})
    answer = counters.at_desk("receipts", scan, by=counters.seconded_clerk)
    assert outcomes(answer) == ["CONFIRMED"]
    with database.unit_of_work() as session:
        session.get_one(Office, uuid.UUID(morning.office_id)).seconded_filing = True
    many = {"office": morning.office_id, "dossiers": [str(second.id)], "to_seconded": True}
    assert said(phone, "dossiers.handed_over", many) == ("applied", None)
    assert now_of(second).filed_at is not None
    assert custody_is_whole()


def test_a_repeated_key_is_answered_and_not_done_again(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    bring(phone, morning)
    body = batch(morning, {"item": morning.sends[0].item_code})
    first = counters.at_desk("receipts", body, key="receipt-0001")
    again = counters.at_desk("receipts", body, key="receipt-0001")
    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    other = counters.at_desk("receipts", body | {"signature": "STAMP"}, key="receipt-0001")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    assert acts() == 1
    assert len(forms_of(FormKind.HAND_OVER_MINUTES)) == 1


def test_two_clerks_who_scan_one_batch_at_once_leave_one_hand_over(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    bring(phone, morning)
    forth = [{"item": dossier.item_code} for dossier in morning.sends]
    back = list(reversed(forth))
    calls = [
        partial(counters.at_desk, "receipts", batch(morning, *items))
        for items in (forth, back, forth, back)
    ]
    answers = at_once(*calls)
    found = sorted(outcome for answer in answers for outcome in outcomes(answer))
    assert found == ["ALREADY"] * 6 + ["DONE"] * 2
    for dossier in morning.sends:
        assert [event for event, _ in log_of(dossier)].count(Event.HANDED_OVER) == 1
    assert len(forms_of(FormKind.HAND_OVER_MINUTES)) == 1
    assert custody_is_whole()


def a_clerk_elsewhere() -> str:
    with database.unit_of_work() as session:
        return a_clerk(session, office=an_office(session)).code


def test_strangers_places_and_people_are_404_and_nothing_is_written(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    bring(phone, morning)
    body = batch(morning, {"item": morning.sends[0].item_code})
    elsewhere = counters.post("desks/MC-KHONG-CO/receipts", body, by=counters.desk_clerk)
    assert (elsewhere.status_code, elsewhere.get_json()["code"]) == (404, "office_not_found")
    stranger = counters.at_desk("receipts", body, by=counters.counter_clerk)
    assert stranger.status_code == 403  # no clerk of a post office sits at any desk
    other_desk = counters.at_desk("receipts", body, by=a_clerk_elsewhere())
    assert (other_desk.status_code, other_desk.get_json()["code"]) == (404, "office_not_found")
    seatless = counters.door.post(  # an account of this office whose person is no clerk
        f"/v1/office/desks/{counters.desk}/receipts",
        json=body,
        headers={"Idempotency-Key": "a-clerk-without-seat"},
    )
    assert (seatless.status_code, seatless.get_json()["code"]) == (404, "clerk_not_found")
    nobody = counters.at_desk("receipts", body | {"courier": "BT-KHONG-CO"})
    assert (nobody.status_code, nobody.get_json()["code"]) == (404, "courier_not_found")
    empty = counters.at_desk("receipts", body | {"items": []})
    assert empty.status_code == 422
    assert "items" in empty.get_json()["fields"]
    with database.snapshot() as session:
        assert session.scalars(select(WorkItem)).all() == []
    assert acts() == 0
    assert now_of(morning.sends[0]).state is DossierState.WITH_COURIER
