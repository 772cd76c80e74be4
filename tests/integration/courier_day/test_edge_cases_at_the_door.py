"""Edge cases of DOMAIN §11 at the citizen's door, row by row."""

import uuid
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock, database
from backend.booking.errors import BookingAlreadyOpen
from backend.courier_day.interventions.counter import declare_unclaimed, pick_up_at_counter
from backend.courier_day.interventions.redirect import (
    NewDoorUnknown,
    NothingToRedirect,
    ProofMissing,
    redirect_result,
)
from backend.courier_day.models import WorkItem
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import (
    Dossier,
    DossierState,
    KeeperKind,
    LegStatus,
)
from backend.dossiers.result_ways import result_ready
from backend.fleet.models import Courier
from backend.places.models import PlaceKind
from backend.planning.models import Stop, VisitStatus
from backend.reports.form_layouts import layout_of
from backend.reports.form_parts import opening_hours
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.courier_days import a_published_plan, a_route
from tests.builders.places import CENTRE, PROVINCE, near
from tests.integration.courier_day.conftest import (
    Morning,
    collected,
    custody_is_whole,
)
from tests.integration.courier_day.edge_cases import (
    about,
    booking_of,
    fetch,
    forms_of,
    log_of,
    now_of,
    open_kinds,
    outcome,
    said,
    stop_at,
    told,
)
from tests.phone import Phone


def test_citizen_absent_at_collection(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    stop = stop_at(phone, dossier, "COLLECTION")
    assert said(phone, "stop.failed", {"stop": stop, "reason": "CITIZEN_ABSENT"})[0] == "applied"
    row = now_of(dossier)
    assert (row.state, row.keeper_kind) == (DossierState.ANNOUNCED, KeeperKind.CITIZEN)
    assert log_of(dossier)[-1] == (Event.ATTEMPT_FAILED, "CITIZEN_ABSENT/CITIZEN")
    assert (row.legs[0].status, row.legs[0].attempt) == (LegStatus.OPEN, 2)
    assert booking_of(dossier).service_date == row.legs[0].service_date > WORKING_DAY
    assert custody_is_whole()


@pytest.mark.parametrize(
    ("calls", "waited_s", "answer"),
    [
        (2, 300, ("applied", None)),
        (1, 600, ("flagged", "absent_too_soon")),
        (3, 299, ("flagged", "absent_too_soon")),
    ],
)
def test_calls_and_waiting_are_kept_and_too_little_of_them_is_told(
    morning: Morning, phone: Phone, calls: int, waited_s: int, answer: tuple[str, str | None]
) -> None:
    stop = stop_at(phone, morning.sends[0], "COLLECTION")
    body = {"stop": stop, "reason": "CITIZEN_ABSENT", "calls": calls, "waited_s": waited_s}
    command = phone.act("stop.failed", body, v=2)
    phone.drain()
    assert outcome(phone, command) == answer
    with database.snapshot() as session:
        (visit,) = session.get_one(Stop, uuid.UUID(stop)).visits
        assert (visit.status, visit.calls, visit.waited_s) == (VisitStatus.FAILED, calls, waited_s)
    assert ("absent_too_soon" in open_kinds()) == (answer[0] == "flagged")


def test_absent_at_delivery_twice_then_held_then_back_to_the_office(
    morning: Morning, phone: Phone
) -> None:
    dossier = fetch(phone, morning)
    stop = stop_at(phone, dossier, "DELIVERY")
    assert said(phone, "stop.failed", {"stop": stop, "reason": "CITIZEN_ABSENT"})[0] == "applied"
    (first,) = forms_of(FormKind.INVITATION_1)
    assert first.content["invitation"] == 1
    assert first.content["comes_again"] is True
    post_office = first.content["post_office"]
    words = opening_hours(post_office["hours"])
    assert words == "Thứ Hai–Chủ nhật 07:00–18:30"
    assert ("Giờ mở cửa", words) in layout_of(FormKind.INVITATION_1, first.content).facts
    at_counter = about(dossier, post_office=morning.post_office_id)
    said(phone, "dossier.deposited", at_counter)
    second = now_of(dossier).legs[-1]
    assert second.service_date.isoformat() == "2026-11-25"  # two working days later
    assert booking_of(dossier).service_date == second.service_date
    with database.unit_of_work() as session:  # the second visit fails as well
        leg = session.get_one(Dossier, dossier.id).legs[-1]
        plan = a_published_plan(session, service_date=leg.service_date)
        a_route(session, session.get_one(Courier, morning.a.id), [leg], plan=plan)
    phone.drain()
    said(phone, "dossier.taken", at_counter)
    stop = stop_at(phone, dossier, "DELIVERY")
    assert said(phone, "stop.failed", {"stop": stop, "reason": "CITIZEN_ABSENT"})[0] == "applied"
    (last,) = forms_of(FormKind.INVITATION_2)
    assert last.content["comes_again"] is False
    said(phone, "dossier.deposited", at_counter)
    assert [line for line in log_of(dossier) if line[0] is Event.INVITED] == [
        (Event.INVITED, "1"),
        (Event.INVITED, "2"),
    ]
    held = now_of(dossier)
    assert held.state is DossierState.RESULT_AT_POST_OFFICE
    way_back = held.legs[-1]
    assert (way_back.to_kind, way_back.to_id) == (PlaceKind.OFFICE, held.filing_office_id)
    assert way_back.service_date >= date(2026, 12, 3)  # held for ten working days
    said(phone, "dossier.taken", at_counter)
    body = about(dossier, office=str(held.filing_office_id))
    assert said(phone, "result.returned_to_office", body)[0] in {"applied", "flagged"}
    assert now_of(dossier).state is DossierState.RESULT_RETURNED
    assert custody_is_whole()


def test_incomplete_dossier_is_explained_in_writing_and_visited_again(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    missing = ["Bản sao hộ khẩu mẫu", "Ảnh 4x6"]
    assert said(phone, "dossier.incomplete", about(dossier, missing=missing)) == ("applied", None)
    row = now_of(dossier)
    assert (row.state, row.seal_no) == (DossierState.INCOMPLETE, None)
    assert (row.legs[0].status, row.legs[0].failure_reason) == (LegStatus.OPEN, "INCOMPLETE")
    (form,) = forms_of(FormKind.GUIDANCE)
    assert form.content["missing"] == missing
    assert custody_is_whole()


def test_a_second_visit_that_finds_papers_missing_is_put_off_again_and_once_for_two_phones(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    said(phone, "dossier.incomplete", about(dossier, missing=["Ảnh 4x6"]))
    with database.unit_of_work() as session:
        leg = session.get_one(Dossier, dossier.id).legs[0]
        again_on, attempt = leg.service_date, leg.attempt
        plan = a_published_plan(session, service_date=again_on)
        a_route(session, session.get_one(Courier, morning.a.id), [leg], plan=plan)
    phone.drain()
    assert said(phone, "dossier.incomplete", about(dossier, missing=["Ảnh 4x6"]))[0] == "applied"
    row = now_of(dossier).legs[0]
    assert (row.status, row.attempt) == (LegStatus.OPEN, attempt + 1)
    repeated = said(phone, "dossier.incomplete", about(dossier, missing=["Ảnh 4x6"]))
    assert repeated == ("flagged", "already_done")
    assert now_of(dossier).legs[0].attempt == attempt + 1
    assert len(forms_of(FormKind.GUIDANCE)) == 2
    assert custody_is_whole()


def test_incomplete_dossier_of_a_citizen_who_insists_is_the_dispatchers_to_decide(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    said(phone, "dossier.incomplete", about(dossier, missing=["Ảnh 4x6"], insists=True))
    assert "citizen_insists" in open_kinds()
    assert now_of(dossier).legs[0].status is LegStatus.PLANNED
    assert said(phone, *collected(dossier)) == ("flagged", "gap")  # taken all the same: a fact
    assert now_of(dossier).state is DossierState.WITH_COURIER
    assert custody_is_whole()


def test_lists_disagree_the_agencys_wins_and_both_are_noted(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    other = {"other_list": "Cổng tỉnh 2026-10-01", "differs_in": ["Bản sao hộ khẩu mẫu"]}
    assert said(phone, "dossier.checked", about(dossier, disagreement=other))[0] == "applied"
    assert log_of(dossier)[-1] == (Event.PAPERS_CHECKED, "AGENCY_LIST")
    with database.snapshot() as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "lists_disagree"))
        assert item.detail["other_list"] == other["other_list"]
        assert item.detail["followed"] == session.get_one(Dossier, dossier.id).procedure.source


def test_papers_are_checked_listed_sealed_and_taken_step_by_step(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    items = [
        {"kind": "Đơn đề nghị", "n": 1, "form": "ORIGINAL"},
        {"kind": "Giấy khai sinh", "n": 2, "form": "PHOTOCOPY", "note": "mờ"},
    ]
    for kind, body in (
        ("dossier.checked", {}),
        ("dossier.listed", {"items": items}),
        ("dossier.sealed", {"seal": " np–0007 "}),
        ("dossier.collected", {"seal": "NP-0007"}),
    ):
        assert said(phone, kind, about(dossier, **body)) == ("applied", None), kind
    row = now_of(dossier)
    assert (row.state, row.seal_no) == (DossierState.WITH_COURIER, "NP-0007")
    (slip,) = forms_of(FormKind.DISPATCH_SLIP)
    assert [(p["name"], p["form"], p["quantity"]) for p in slip.content["papers"]] == [
        ("Đơn đề nghị", "ORIGINAL", 1),
        ("Giấy khai sinh", "PHOTOCOPY", 2),
    ]


def test_citizen_refuses_to_sign_and_nothing_is_accepted(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    stop = stop_at(phone, dossier, "COLLECTION")
    said(phone, "stop.failed", {"stop": stop, "reason": "SIGNATURE_REFUSED"})
    row = now_of(dossier)
    assert (row.keeper_kind, row.accepted_on) == (KeeperKind.CITIZEN, None)
    assert forms_of(FormKind.DISPATCH_SLIP) == []
    assert log_of(dossier)[-1] == (Event.ATTEMPT_FAILED, "SIGNATURE_REFUSED/CITIZEN")


def test_receiver_refuses_the_result_and_it_goes_back_to_its_office(
    morning: Morning, phone: Phone
) -> None:
    dossier = fetch(phone, morning)
    said(phone, "result.set_out", about(dossier))
    assert "courier_on_the_way" in told()
    body = about(dossier, reason="MISTAKES", proof="WITNESS")
    assert said(phone, "result.refused", body) == ("applied", None)
    row = now_of(dossier)
    assert (row.state, row.legs[-1].to_id) == (DossierState.RESULT_REFUSED, row.filing_office_id)
    assert log_of(dossier)[-1] == (Event.RESULT_REFUSED, "MISTAKES/WITNESS")
    said(phone, "dossier.deposited", about(dossier, post_office=morning.post_office_id))
    rested = now_of(dossier)
    assert (rested.legs[-1].to_kind, rested.legs[-1].to_id) == (
        PlaceKind.OFFICE,
        rested.filing_office_id,
    )
    said(phone, "dossier.taken", about(dossier, post_office=morning.post_office_id))
    back = about(dossier, office=morning.office_id)
    said(phone, "result.returned_to_office", back)
    assert now_of(dossier).state is DossierState.RESULT_RETURNED
    with database.unit_of_work() as session:  # corrected, it comes again
        result_ready(session, session.get_one(Dossier, dossier.id), clock.now())
    assert now_of(dossier).state is DossierState.RESULT_READY
    assert custody_is_whole()


def test_duplicate_booking_asks_for_confirmation(morning: Morning) -> None:
    asked: dict[str, Any] = {"applicant_name": "Nguyễn Văn Mẫu", "phone": "0900 000 123"}
    with database.unit_of_work() as session:
        a_booking(session, **asked)
        with pytest.raises(BookingAlreadyOpen):
            a_booking(session, **asked)
        a_booking(session, **asked, confirmed=True)


def test_redirected_to_another_door_on_proof(morning: Morning, phone: Phone) -> None:
    dossier = morning.returns[0]
    new_door = near(CENTRE, north_m=400)
    where = {"address_text": "9 Đường Mẫu Mới, Đà Nẵng", "point": new_door}
    with database.unit_of_work() as session:
        with pytest.raises(ProofMissing):
            redirect_result(session, dossier.id, proof=" ", **where)
        with pytest.raises(NewDoorUnknown):
            redirect_result(session, dossier.id, proof="CCCD", address_text="Không đâu cả")
        with pytest.raises(NothingToRedirect):
            redirect_result(session, morning.sends[0].id, proof="CCCD", **where)
        leg = redirect_result(session, dossier.id, proof="Giấy xác nhận mẫu", **where)
        assert leg.status is LegStatus.OPEN
    assert log_of(dossier)[-1] == (Event.REDIRECTED, "ON_PROOF")
    assert booking_of(dossier).slot_start is None, "the window was the old door's"
    assert "result_redirected" in told()
    phone.drain()
    assert str(dossier.id) not in {v["dossier"] for _, v in phone.view().open_visits()}
    assert custody_is_whole()


def test_unclaimed_after_six_months_is_noted_once(morning: Morning, phone: Phone) -> None:
    dossier = fetch(phone, morning)
    said(phone, "dossier.deposited", about(dossier, post_office=morning.post_office_id))
    with database.unit_of_work() as session:
        early = WORKING_DAY.replace(year=2027, month=5, day=22)
        assert declare_unclaimed(session, PROVINCE, early) == []
        due = WORKING_DAY.replace(year=2027, month=5, day=23)
        (found,) = declare_unclaimed(session, PROVINCE, due)
        assert found.id == dossier.id
        assert declare_unclaimed(session, PROVINCE, due) == []
    assert "unclaimed" in open_kinds()
    with database.unit_of_work() as session:  # somebody comes after all
        pick_up_at_counter(session, dossier.id)
    assert now_of(dossier).state is DossierState.DELIVERED
    assert "unclaimed" not in open_kinds()
    assert {"result_delivered", "office.result_delivered"} <= told()
    assert custody_is_whole()
