"""A citizen brings papers to a post office's counter, with a booking or without one."""

import uuid
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from backend import database
from backend.booking.models import Booking, BookingMode, BookingStatus
from backend.catalogue.models import ChecklistItem, Procedure
from backend.courier_day.counters.acts import CounterAct
from backend.courier_day.models import WorkItem
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import Dossier, DossierState, KeeperKind, LegStatus
from backend.dossiers.papers import PaperList, list_papers
from backend.places.models import Office, PlaceKind
from backend.planning.models import Visit, VisitStatus
from tests.builders.booking import WORKING_DAY, a_booking
from tests.integration.courier_day.conftest import Morning, collected, custody_is_whole
from tests.integration.courier_day.counters.conftest import (
    Counters,
    acts,
    at_once,
    lines,
    revision,
)
from tests.integration.courier_day.edge_cases import forms_of, log_of, now_of, open_kinds, said
from tests.phone import Phone

ORIGINAL = {"name": "Đơn đề nghị", "quantity": 1, "form": "ORIGINAL", "checklist": 1}
COPY = {"name": "Căn cước", "quantity": 2, "form": "PHOTOCOPY", "checklist": 2}
WHOLE = {"papers": [ORIGINAL, COPY], "seal": "np - 77"}
LACKING = {"papers": [ORIGINAL], "seal": "NP-78"}


@pytest.fixture
def checklist(morning: Morning) -> None:
    """One original, two photocopies, and a paper that only married people need."""
    with database.unit_of_work() as session:
        procedure = session.scalars(select(Procedure)).one()
        for ordinal, fields in enumerate(
            (
                {"name": "Đơn đề nghị", "originals": 1},
                {"name": "Căn cước", "photocopies": 2},
                {"name": "Giấy kết hôn", "photocopies": 1, "condition": "nếu đã kết hôn"},
            ),
            start=1,
        ):
            session.add(ChecklistItem(procedure_id=procedure.id, ordinal=ordinal, **fields))


def reference_of(dossier: Dossier) -> str:
    with database.snapshot() as session:
        return next(
            booking.reference
            for booking in session.scalars(select(Booking))
            if dossier.id in {each.id for each in booking.dossiers}
        )


def walk_in(**fields: Any) -> dict[str, Any]:
    return {
        "applicant_name": "Trần Thị Mẫu 5",
        "phone": "0900 000 555",
        "address": "5 Đường Mẫu, Phường Mẫu",
        "procedure_code": "1.004194",
        "office_code": "MC-CHUNG",
    } | fields


def test_a_booked_dossier_is_brought_in_and_its_ride_is_void(
    morning: Morning, counters: Counters, checklist: None
) -> None:
    dossier = morning.sends[0]
    before = revision(morning.a)
    body = {
        "booking": reference_of(dossier),
        "dossiers": [WHOLE | {"portal_code": "h17.12 - 261122 - 0041"}],
        "signatures": [{"role": "CITIZEN", "sha256": "ab" * 32}],
    }
    answer = counters.at_counter("intakes", body)
    assert answer.status_code == 201, answer.get_json()
    (taken,) = answer.get_json()["dossiers"]
    assert (taken["outcome"], taken["missing"]) == ("TAKEN", [])
    assert taken["onward"]["service_date"] == (WORKING_DAY + timedelta(days=1)).isoformat()
    row = now_of(dossier)
    assert (row.state, row.seal_no) == (DossierState.AT_POST_OFFICE, "NP-77")
    assert row.portal_code == "H17.12-261122-0041"
    assert row.accepted_on == WORKING_DAY
    assert [event for event, _ in log_of(dossier)][-4:] == [
        Event.PAPERS_CHECKED,
        Event.PAPERS_LISTED,
        Event.PAPERS_SEALED,
        Event.DEPOSITED,
    ]
    event = lines(dossier)[-1]
    assert (event.from_kind, event.to_kind) == (KeeperKind.CITIZEN, KeeperKind.POST_OFFICE)
    assert str(event.to_id) == morning.post_office_id
    assert event.blob_hashes == ["ab" * 32]
    assert [leg.status for leg in row.legs] == [LegStatus.CANCELLED, LegStatus.OPEN]
    assert row.legs[-1].from_kind is PlaceKind.POST_OFFICE
    with database.snapshot() as session:
        assert len(list_papers(session, row, PaperList.SENT)) == 2
        ridden = session.scalars(select(Visit).where(Visit.leg_id == row.legs[0].id)).all()
        assert {visit.status for visit in ridden} == {VisitStatus.CANCELLED}
        (act,) = session.scalars(select(CounterAct))
        assert act.asked["dossiers"][0]["seal"] == "np - 77"
    assert revision(morning.a) > before
    (slip,) = forms_of(FormKind.DISPATCH_SLIP)
    assert slip.content["clerk"]["code"] == counters.counter_clerk
    assert slip.content["due_on"] == taken["onward"]["due_on"]
    assert custody_is_whole()


def test_incomplete_papers_stay_with_the_citizen_who_gets_it_in_writing(
    morning: Morning, counters: Counters, checklist: None
) -> None:
    dossier = morning.sends[0]
    body = {"booking": reference_of(dossier), "dossiers": [LACKING | {"insists": True}]}
    answer = counters.at_counter("intakes", body)
    (line,) = answer.get_json()["dossiers"]
    assert (line["outcome"], line["missing"]) == ("INCOMPLETE", ["Căn cước: thiếu 2 bản"])
    row = now_of(dossier)
    assert (row.state, row.keeper_kind) == (DossierState.INCOMPLETE, KeeperKind.CITIZEN)
    assert row.legs[-1].status is LegStatus.PLANNED  # the courier still comes
    (guidance,) = forms_of(FormKind.GUIDANCE)
    assert guidance.content["missing"] == ["Căn cước: thiếu 2 bản"]
    assert "citizen_insists" in open_kinds()
    again = counters.at_counter("intakes", body | {"dossiers": [WHOLE]})
    assert again.get_json()["dossiers"][0]["outcome"] == "TAKEN"
    assert custody_is_whole()


def test_somebody_walks_in_pays_and_gets_receipts(
    morning: Morning, counters: Counters, checklist: None
) -> None:
    paid = [
        {"purse": "CHARGE", "amount_vnd": 135_000},
        {"purse": "POSTAGE", "amount_vnd": 26_000, "paid_by": "TRANSFER"},
    ]
    body = {"walk_in": walk_in(), "dossiers": [WHOLE | {"payments": paid}, LACKING]}
    answer = counters.at_counter("intakes", body)
    assert answer.status_code == 201, answer.get_json()
    first, second = answer.get_json()["dossiers"]
    assert (first["outcome"], second["outcome"]) == ("TAKEN", "INCOMPLETE")
    kinds = sorted(form["kind"] for form in answer.get_json()["forms"])
    assert kinds == ["DISPATCH_SLIP", "GUIDANCE", "RECEIPT", "RECEIPT"]
    with database.snapshot() as session:
        taken, kept = (
            session.get_one(Dossier, uuid.UUID(each["dossier"])) for each in (first, second)
        )
        assert [leg.status for leg in taken.legs] == [LegStatus.OPEN]
        assert [leg.status for leg in kept.legs] == [LegStatus.CANCELLED]
        assert (taken.legs[0].from_kind, taken.legs[0].to_kind) == (
            PlaceKind.POST_OFFICE,
            PlaceKind.OFFICE,
        )
        booking = session.scalars(
            select(Booking).where(Booking.reference == answer.get_json()["booking"])
        ).one()
        assert booking.status is BookingStatus.COLLECTED
        session.expunge_all()
    assert [event for event, _ in log_of(taken)] == [
        Event.ANNOUNCED,
        Event.PAPERS_CHECKED,
        Event.PAPERS_LISTED,
        Event.PAPERS_SEALED,
        Event.DEPOSITED,
    ]
    assert custody_is_whole()


def test_papers_for_the_office_in_the_same_house_wait_without_a_leg(
    morning: Morning, counters: Counters
) -> None:
    with database.unit_of_work() as session:
        office = session.get_one(Office, uuid.UUID(morning.office_id))
        office.post_office_id = uuid.UUID(morning.post_office_id)
    body = {"walk_in": walk_in(), "dossiers": [WHOLE]}
    answer = counters.at_counter("intakes", body)
    (taken,) = answer.get_json()["dossiers"]
    assert taken["onward"] is None
    filed = counters.at_desk("filings", {"items": [{"item": taken["item"]}]})
    assert filed.status_code == 201, filed.get_json()
    assert filed.get_json()["items"][0]["outcome"] == "DONE"
    assert filed.get_json()["filed_at"] is not None
    with database.snapshot() as session:
        dossier = session.get_one(Dossier, uuid.UUID(taken["dossier"]))
        assert dossier.state is DossierState.HANDED_OVER
        assert {leg.status for leg in dossier.legs} == {LegStatus.CANCELLED}
    (minutes,) = forms_of(FormKind.HAND_OVER_MINUTES)
    assert "courier" not in minutes.content
    again = counters.at_desk("filings", {"items": [{"item": taken["item"]}]})
    assert again.get_json()["items"][0]["outcome"] == "ALREADY"
    assert custody_is_whole()


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"dossiers": [{"papers": [ORIGINAL, COPY]}]}, 422, "seal_missing"),
        ({"dossiers": [WHOLE, WHOLE]}, 409, "nothing_to_take_in"),
        ({"booking": "PYC-KHONG-CO"}, 404, "booking_not_found"),
        ({"walk_in": {}}, 422, "invalid"),
    ],
)
def test_what_cannot_be_taken_in_leaves_nothing_behind(
    morning: Morning, counters: Counters, change: dict[str, Any], status: int, code: str
) -> None:
    dossier = morning.sends[0]
    body = {"booking": reference_of(dossier), "dossiers": [WHOLE]} | change
    answer = counters.at_counter("intakes", body)
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert now_of(dossier).event_count == 1
    assert acts() == 0


def test_a_portal_code_of_another_case_and_a_door_nobody_finds_are_refused(
    morning: Morning, counters: Counters
) -> None:
    first, second = (reference_of(dossier) for dossier in morning.sends)
    coded = WHOLE | {"portal_code": "H17.12-261122-0041"}
    counters.at_counter("intakes", {"booking": first, "dossiers": [coded]})
    taken = counters.at_counter("intakes", {"booking": second, "dossiers": [coded]})
    assert (taken.status_code, taken.get_json()["code"]) == (409, "portal_code_taken")
    lost = walk_in(result="HOME", address="ở đâu đó")
    answer = counters.at_counter("intakes", {"walk_in": lost, "dossiers": [WHOLE]})
    assert (answer.status_code, answer.get_json()["code"]) == (422, "door_needed")
    with database.snapshot() as session:
        assert len(session.scalars(select(Booking)).all()) == 3


def test_a_repeated_key_books_once_and_two_clerks_take_one_booking_once(
    morning: Morning, counters: Counters, checklist: None
) -> None:
    body = {"walk_in": walk_in(), "dossiers": [LACKING]}
    first = counters.at_counter("intakes", body, key="intake-0001")
    again = counters.at_counter("intakes", body, key="intake-0001")
    assert again.get_json() == first.get_json()
    second = counters.at_counter("intakes", body)
    assert (second.status_code, second.get_json()["code"]) == (409, "booking_already_open")
    wanted = {"walk_in": walk_in(confirmed=True), "dossiers": [LACKING]}
    assert counters.at_counter("intakes", wanted).status_code == 201
    booked = {"booking": reference_of(morning.sends[0]), "dossiers": [WHOLE]}
    answers = at_once(*[partial(counters.at_counter, "intakes", booked)] * 2)
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert custody_is_whole()


def test_a_phone_that_collects_what_was_brought_in_is_told_and_nothing_moves(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    phone.act(*collected(dossier))  # written before the citizen went to the counter
    body = {"booking": reference_of(dossier), "dossiers": [WHOLE]}
    counters.at_counter("intakes", body)
    phone.drain()
    assert log_of(dossier)[-1] == (Event.COLLECTED, "already_done")
    assert now_of(dossier).keeper_kind is KeeperKind.POST_OFFICE
    assert now_of(dossier).seal_no == "NP-77"  # the late report's seal is in its own line
    assert said(phone, *collected(morning.sends[1])) == ("applied", None)
    with database.snapshot() as session:
        kinds = session.scalars(select(WorkItem.kind)).all()
    assert kinds == ["already_done"]


def test_papers_of_a_booking_whose_door_nobody_found_begin_at_the_counter(
    morning: Morning, counters: Counters
) -> None:
    with database.unit_of_work() as session:
        office = session.get_one(Office, uuid.UUID(morning.office_id))
        both, returning = (
            a_booking(session, point=None, address=f"ở đâu đó {mode}", office=office, mode=mode)
            for mode in (BookingMode.BOTH, BookingMode.RETURN)
        )
        assert {both.status, returning.status} == {BookingStatus.TO_PLACE}
        names = [both.reference, returning.reference]
    answer = counters.at_counter("intakes", {"booking": names[0], "dossiers": [WHOLE]})
    assert answer.status_code == 201, answer.get_json()
    with database.snapshot() as session:
        booking = session.scalars(select(Booking).where(Booking.reference == names[0])).one()
        (dossier,) = booking.dossiers
        assert booking.status is BookingStatus.COLLECTED
        assert booking.pick_up_at_post_office_id == booking.held_at_post_office_id
        assert dossier.state is DossierState.AT_POST_OFFICE
        (leg,) = dossier.legs
        assert (leg.from_kind, leg.to_kind) == (PlaceKind.POST_OFFICE, PlaceKind.OFFICE)
    twice = counters.at_counter("intakes", {"booking": names[0], "dossiers": [WHOLE]})
    assert (twice.status_code, twice.get_json()["code"]) == (409, "nothing_to_take_in")
    theirs = counters.at_counter("intakes", {"booking": names[1], "dossiers": [WHOLE]})
    assert (theirs.status_code, theirs.get_json()["code"]) == (409, "nothing_to_take_in")
    assert custody_is_whole()
