"""Edge cases of DOMAIN §11 at the office, row by row."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from backend import clock, database
from backend.booking.models import BookingStatus
from backend.courier_day.interventions.cases import note_result_late
from backend.courier_day.models import WorkItem
from backend.courier_day.supplements import ask_supplement
from backend.dossiers.case_status import CaseEvent
from backend.dossiers.cases import move_case
from backend.dossiers.forms import FormKind
from backend.dossiers.models import (
    CaseStatus,
    Dossier,
    DossierState,
    KeeperKind,
    LegStatus,
)
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.result_ways import result_ready
from backend.places.models import PlaceKind
from tests.builders.booking import WORKING_DAY
from tests.builders.places import an_office
from tests.integration.courier_day.conftest import (
    MORNING,
    Morning,
    PhoneOf,
    collected,
    custody_is_whole,
)
from tests.integration.courier_day.edge_cases import (
    about,
    booking_of,
    fetch,
    forms_of,
    in_one_booking,
    log_of,
    now_of,
    open_kinds,
    said,
    told,
)
from tests.phone import Phone


def test_wrong_office_is_not_handed_over_and_goes_on_to_the_right_one(
    morning: Morning, phone: Phone
) -> None:
    with database.unit_of_work() as session:
        right = an_office(session)
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    due_on = now_of(dossier).legs[0].due_on
    body = about(dossier, office=morning.office_id, right_office=str(right.id))
    assert said(phone, "dossier.wrong_office", body) == ("applied", None)
    row = now_of(dossier)
    assert (row.state, row.filing_office_id) == (DossierState.WITH_COURIER, right.id)
    assert row.legs[0].due_on == due_on  # the promise's clock runs
    assert log_of(dossier)[-1] == (Event.WRONG_OFFICE, "WRONG_OFFICE/POST")
    with database.snapshot() as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "reroute"))
        assert item.detail["same_day"] is True
    done = said(phone, "dossier.handed_over", about(dossier, office=str(right.id)))
    assert done == ("applied", None)
    assert custody_is_whole()


def test_office_refuses_and_the_papers_go_home_with_its_form(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    said(phone, "dossier.presented", about(dossier, office=morning.office_id))
    body = about(dossier, office=morning.office_id, form="REFUSAL", form_no="03-0012")
    assert said(phone, "dossier.refused", body) == ("applied", None)
    row = now_of(dossier)
    assert (row.state, row.case_status) == (DossierState.REFUSED, CaseStatus.NOT_ACCEPTED)
    assert row.filed_at is None
    assert (row.legs[-1].status, row.legs[-1].to_kind) == (LegStatus.UNDER_WAY, PlaceKind.HOME)
    assert "refused_at_desk" in open_kinds()
    assert said(phone, "dossier.returned", about(dossier)) == ("applied", None)
    assert now_of(dossier).state is DossierState.RETURNED
    assert booking_of(dossier).status is BookingStatus.DONE
    assert custody_is_whole()


def test_papers_that_went_back_do_not_keep_a_booking_open_when_its_last_result_is_given(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    said(phone, "dossier.withdrawn", about(dossier, proof="PG-1"))
    said(phone, "dossier.returned", about(dossier))
    in_one_booking(morning.returns[0], dossier)
    result = fetch(phone, morning)
    shown = {"paper": "CITIZEN_CARD", "last_digits": "0012"}
    delivered = about(result, receiver="OWNER", identity=shown)
    assert said(phone, "result.delivered", delivered) == ("applied", None)
    assert booking_of(result).status is BookingStatus.DONE


def test_office_asks_for_a_supplement_at_the_desk(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    body = about(dossier, office=morning.office_id, form="SUPPLEMENT", form_no="02-0040")
    assert said(phone, "dossier.refused", body) == ("applied", None)
    assert "supplement_asked" in open_kinds()
    assert now_of(dossier).state is DossierState.REFUSED


def test_supplement_after_filing_is_collected_and_resets_the_legal_filing_time(
    morning: Morning, phone: Phone, frozen_morning: clock.FrozenClock
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    filed_first = now_of(dossier).filed_at
    assert now_of(dossier).case_status is CaseStatus.NEWLY_FILED
    with database.unit_of_work() as session:
        supplement = ask_supplement(session, dossier.id, form_no="02-0041")
        assert supplement.item_code != dossier.item_code
        (leg,) = supplement.legs
        assert (leg.from_kind, leg.to_id) == (PlaceKind.HOME, supplement.filing_office_id)
    assert now_of(dossier).case_status is CaseStatus.SUPPLEMENT_ASKED
    assert "supplement_asked" in told()
    frozen_morning.move_to(MORNING + timedelta(days=1))
    phone.clock.advance(days=1)
    said(phone, *collected(supplement, seal="NP-77"))
    said(phone, "dossier.handed_over", about(supplement, office=morning.office_id))
    original, added = now_of(dossier), now_of(supplement)
    assert original.case_status is CaseStatus.ACCEPTED
    assert original.filed_at == added.filed_at
    assert original.filed_at is not None
    assert filed_first is not None
    assert original.filed_at - filed_first >= timedelta(days=1)
    assert custody_is_whole()


@pytest.mark.parametrize(("proof", "filed"), [("STAMP", True), ("WITNESS", True), ("NONE", False)])
def test_office_refuses_to_sign_and_a_stamp_or_witness_stands_for_it(
    morning: Morning, phone: Phone, proof: str, filed: bool
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    body = about(dossier, office=morning.office_id, signature=proof)
    expected = ("applied", None) if filed else ("flagged", "unsigned")
    assert said(phone, "dossier.handed_over", body) == expected
    assert (now_of(dossier).filed_at is not None) == filed
    assert now_of(dossier).keeper_kind is KeeperKind.OFFICE
    assert log_of(dossier)[-1] == (Event.HANDED_OVER, f"SIGNATURE_{proof}")


def test_result_late_waits_on_and_is_fetched_on_the_new_date(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    new_date = WORKING_DAY + timedelta(days=9)
    with database.unit_of_work() as session:
        note_result_late(session, dossier.id, new_date=new_date, form_no="04-0003")
    row = now_of(dossier)
    assert (row.state, row.appointment_on) == (DossierState.HANDED_OVER, new_date)
    assert log_of(dossier)[-1] == (Event.RESULT_LATE, f"TO_{new_date}")
    assert "result_late" in told()
    with database.unit_of_work() as session:
        moved = session.get_one(Dossier, dossier.id)
        leg = result_ready(session, moved, clock.local_instant(new_date, MORNING.time()))
        assert leg.service_date == new_date
    assert custody_is_whole()


def test_withdrawn_by_its_sender_before_the_hand_over(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    assert said(phone, "dossier.withdrawn", about(dossier, proof="PG-1"))[0] == "applied"
    assert now_of(dossier).legs[-1].to_kind is PlaceKind.HOME
    assert said(phone, "dossier.returned", about(dossier)) == ("applied", None)
    late = said(phone, "dossier.withdrawn", about(dossier, proof="PG-1"))
    assert late == ("flagged", "already_done")


def test_many_dossiers_of_one_visit_are_filed_by_one_signature(
    morning: Morning, phone: Phone
) -> None:
    for number, dossier in enumerate(morning.sends):
        said(phone, *collected(dossier, seal=f"NP-{number}"))
    ids = [str(dossier.id) for dossier in morning.sends]
    body = {"office": morning.office_id, "dossiers": ids}
    assert said(phone, "dossiers.handed_over", body) == ("applied", None)
    (minutes,) = forms_of(FormKind.HAND_OVER_MINUTES)
    filed = {now_of(dossier).filed_at for dossier in morning.sends}
    assert len(filed) == 1
    assert filed == {datetime.fromisoformat(minutes.content["acted_at"])}
    assert {line["item_code"] for line in minutes.content["dossiers"]} == {
        dossier.item_code for dossier in morning.sends
    }
    assert len(minutes.dossier_ids) == 2
    slips = {slip.dossier_ids[0]: slip.printed_number for slip in forms_of(FormKind.DISPATCH_SLIP)}
    assert [line["slip_no"] for line in minutes.content["dossiers"]] == [
        slips[dossier_id] for dossier_id in minutes.dossier_ids
    ]
    assert {line["complete"] for line in minutes.content["dossiers"]} == {True}


def test_minutes_name_slips_of_the_same_batch_and_what_is_incomplete(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]  # everything happened without signal and arrives at once
    phone.act("dossier.incomplete", about(dossier, missing=["Ảnh 4x6"], insists=True))
    phone.act(*collected(dossier))
    phone.act("dossiers.handed_over", {"office": morning.office_id, "dossiers": [str(dossier.id)]})
    phone.drain()
    (minutes,) = forms_of(FormKind.HAND_OVER_MINUTES)
    (slip,) = forms_of(FormKind.DISPATCH_SLIP)
    (line,) = minutes.content["dossiers"]
    assert (line["slip_no"], line["complete"]) == (slip.printed_number, False)


def test_a_look_that_comes_too_late_leaves_the_minutes_complete(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone, late, dossier = phone_of(morning.a), phone_of(morning.b), morning.sends[0]
    assert said(phone, "dossier.checked", about(dossier)) == ("applied", None)
    assert said(phone, *collected(dossier)) == ("applied", None)
    assert said(late, "dossier.incomplete", about(dossier, missing=["Ảnh 4x6"]))[0] == "flagged"
    body = {"office": morning.office_id, "dossiers": [str(dossier.id)]}
    assert said(phone, "dossiers.handed_over", body) == ("applied", None)
    (minutes,) = forms_of(FormKind.HAND_OVER_MINUTES)
    assert [line["complete"] for line in minutes.content["dossiers"]] == [True]


def test_a_case_stops_and_asks_for_the_originals_back(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    with database.unit_of_work() as session:
        row = session.get_one(Dossier, dossier.id)
        for event in (CaseEvent.ACCEPT, CaseEvent.START, CaseEvent.STOP):
            follow_up = move_case(session, row, event)
        assert follow_up is not None
        assert follow_up.value == "RETURN_ORIGINALS"
