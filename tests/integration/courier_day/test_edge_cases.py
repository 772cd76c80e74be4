"""The edge cases of DOMAIN §11, row by row: each has its way, and custody stays whole."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from backend import clock, database
from backend.booking.errors import BookingAlreadyOpen
from backend.courier_day.interventions.cases import ask_supplement, note_result_late
from backend.courier_day.interventions.counter import declare_unclaimed, pick_up_at_counter
from backend.courier_day.interventions.exchange import SameCourier, open_exchange
from backend.courier_day.interventions.redirect import (
    NewDoorUnknown,
    NothingToRedirect,
    ProofMissing,
    redirect_result,
)
from backend.courier_day.interventions.storm import ClosureTimesReversed, ForceMajeure, close_zones
from backend.courier_day.models import WorkItem, WorkItemStatus
from backend.courier_day.shift_states import DayState
from backend.courier_day.work_days import find_work_day
from backend.dossiers.case_status import CaseEvent
from backend.dossiers.cases import move_case
from backend.dossiers.forms import Form, FormKind
from backend.dossiers.legs import result_ready
from backend.dossiers.models import (
    CaseStatus,
    Condition,
    CustodyEvent,
    Dossier,
    DossierState,
    KeeperKind,
    LegStatus,
)
from backend.dossiers.models import CustodyEventType as Event
from backend.fleet.models import Courier
from backend.outbox import OutboxMessage
from backend.places.models import PlaceKind
from backend.planning.models import Visit, VisitStatus
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.courier_days import a_published_plan, a_route
from tests.builders.places import CENTRE, PROVINCE, an_office, near
from tests.integration.courier_day.conftest import (
    MORNING,
    Morning,
    PhoneOf,
    collected,
    custody_is_whole,
)
from tests.phone import Phone


def outcome(phone: Phone, command: str) -> tuple[str, str | None]:
    entry = phone.store.results()[command]
    return entry["status"], entry["code"]


def said(phone: Phone, kind: str, body: dict[str, Any]) -> tuple[str, str | None]:
    """One act, sent at once."""
    command = phone.act(kind, body)
    phone.drain()
    return outcome(phone, command)


def about(dossier: Dossier, **fields: Any) -> dict[str, Any]:
    return {"dossier": str(dossier.id)} | fields


def now_of(dossier: Dossier) -> Dossier:
    with database.snapshot() as session:
        row = session.get_one(Dossier, dossier.id)
        session.refresh(row, ["legs"])
        session.expunge_all()
        return row


def log_of(dossier: Dossier) -> list[tuple[Event, str | None]]:
    with database.snapshot() as session:
        rows = session.scalars(
            select(CustodyEvent)
            .where(CustodyEvent.dossier_id == dossier.id)
            .order_by(CustodyEvent.n)
        )
        return [(row.type, row.reason) for row in rows]


def open_kinds() -> set[str]:
    with database.snapshot() as session:
        return set(
            session.scalars(select(WorkItem.kind).where(WorkItem.status == WorkItemStatus.OPEN))
        )


def forms_of(kind: FormKind) -> list[Form]:
    with database.snapshot() as session:
        found = list(session.scalars(select(Form).where(Form.kind == kind).order_by(Form.number)))
        session.expunge_all()
        return found


def told() -> set[str]:
    with database.snapshot() as session:
        return set(session.scalars(select(OutboxMessage.template)))


def stop_at(phone: Phone, dossier: Dossier, kind: str) -> str:
    """The open stop where a dossier's visit of a kind is planned."""
    return next(
        stop["id"]
        for stop, visit in phone.view().open_visits()
        if visit["dossier"] == str(dossier.id) and visit["kind"] == kind
    )


@pytest.fixture
def phone(morning: Morning, phone_of: PhoneOf) -> Phone:
    """A's phone, holding the day."""
    made = phone_of(morning.a)
    made.drain()
    return made


def fetch(phone: Phone, morning: Morning) -> Dossier:
    """The morning's result, fetched by A."""
    dossier = morning.returns[0]
    body = about(dossier, office=morning.office_id, seal="NP-9", originals=1)
    assert said(phone, "result.fetched", body) == ("applied", None)
    return dossier


def test_citizen_absent_at_collection(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    stop = stop_at(phone, dossier, "COLLECTION")
    assert said(phone, "stop.failed", {"stop": stop, "reason": "CITIZEN_ABSENT"})[0] == "applied"
    row = now_of(dossier)
    assert (row.state, row.keeper_kind) == (DossierState.ANNOUNCED, KeeperKind.CITIZEN)
    assert log_of(dossier)[-1] == (Event.ATTEMPT_FAILED, "CITIZEN_ABSENT/CITIZEN")
    assert (row.legs[0].status, row.legs[0].attempt) == (LegStatus.OPEN, 2)
    assert custody_is_whole()


def test_absent_at_delivery_twice_then_held_then_back_to_the_office(
    morning: Morning, phone: Phone
) -> None:
    dossier = fetch(phone, morning)
    stop = stop_at(phone, dossier, "DELIVERY")
    assert said(phone, "stop.failed", {"stop": stop, "reason": "CITIZEN_ABSENT"})[0] == "applied"
    (first,) = forms_of(FormKind.INVITATION_1)
    assert first.content["invitation"] == 1
    assert first.content["comes_again"] is True
    at_counter = about(dossier, post_office=morning.post_office_id)
    said(phone, "dossier.deposited", at_counter)
    second = now_of(dossier).legs[-1]
    assert second.service_date.isoformat() == "2026-11-25"  # two working days later
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
    assert custody_is_whole()


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


def test_citizen_refuses_to_sign_and_nothing_is_accepted(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    stop = stop_at(phone, dossier, "COLLECTION")
    said(phone, "stop.failed", {"stop": stop, "reason": "SIGNATURE_REFUSED"})
    row = now_of(dossier)
    assert (row.keeper_kind, row.accepted_on) == (KeeperKind.CITIZEN, None)
    assert forms_of(FormKind.DISPATCH_SLIP) == []
    assert log_of(dossier)[-1] == (Event.ATTEMPT_FAILED, "SIGNATURE_REFUSED/CITIZEN")


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


@pytest.mark.parametrize(
    ("harm", "condition"),
    [("SEAL_BROKEN", Condition.INTACT), ("WET", Condition.DAMAGED), ("TORN", Condition.DAMAGED)],
)
def test_seal_broken_wet_or_torn_is_counted_recorded_and_rewrapped(
    morning: Morning, phone: Phone, harm: str, condition: Condition
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier, seal="NP-1"))
    inventory = [{"kind": "Đơn đề nghị", "n": 1, "form": "ORIGINAL"}]
    body = about(dossier, harm=harm, inventory=inventory, new_seal="NP-2")
    assert said(phone, "seal.broken", body) == ("applied", None)
    row = now_of(dossier)
    assert (row.condition, row.seal_no, row.state) == (condition, "NP-2", DossierState.WITH_COURIER)
    (record,) = forms_of(FormKind.IRREGULARITY)
    assert (record.content["old_seal"], record.content["new_seal"]) == ("NP-1", "NP-2")
    assert record.content["inventory"][0]["quantity"] == 1
    assert "seal_broken" in told()
    assert "seal_broken" in open_kinds()
    assert custody_is_whole()


def test_lost_papers_freeze_and_are_found_by_the_next_report(
    morning: Morning, phone: Phone
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    assert said(phone, "dossier.lost", about(dossier)) == ("applied", None)
    row = now_of(dossier)
    assert (row.condition, row.keeper_id) == (Condition.LOST, morning.a.id)
    with database.snapshot() as session:
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "dossier_lost"))
        assert item.detail["within_hours"] == 1
        assert item.detail["freeze_route"] is True
        visits = session.scalars(
            select(Visit).where(Visit.leg_id == row.legs[0].id, Visit.status == VisitStatus.OPEN)
        ).all()
        assert visits == []
    assert "dossier_lost" in told()
    assert len(forms_of(FormKind.IRREGULARITY)) == 1
    done = said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    assert done == ("flagged", "found")
    assert now_of(dossier).condition is Condition.SEAL_BROKEN
    assert custody_is_whole()


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


def test_storm_closes_zones_pauses_couriers_and_moves_promises(
    morning: Morning, phone: Phone
) -> None:
    said(phone, "day.opened", {"service_date": WORKING_DAY.isoformat()})
    said(phone, "route.departed", {"service_date": WORKING_DAY.isoformat()})
    carried, waiting = morning.sends
    said(phone, *collected(carried))
    due_before = now_of(waiting).legs[0].due_on
    ends_at = MORNING + timedelta(days=1, hours=10)
    with database.unit_of_work() as session:
        zone = session.get_one(Dossier, waiting.id).filing_office.zone_code
        assert zone is not None
        stamp = close_zones(
            session, PROVINCE, [zone], starts_at=MORNING, ends_at=ends_at, reason="BAO_SO_9"
        )
        assert (stamp.starts_at, stamp.ends_at) == (MORNING, ends_at)
        with pytest.raises(ClosureTimesReversed):
            close_zones(session, PROVINCE, [], starts_at=ends_at, ends_at=MORNING, reason="X")
    leg = now_of(waiting).legs[0]
    assert (leg.status, leg.service_date.isoformat()) == (LegStatus.OPEN, "2026-11-25")
    assert leg.due_on > due_before
    with database.snapshot() as session:
        day = find_work_day(session, morning.a.id, WORKING_DAY)
        assert day is not None
        assert day.state is DayState.PAUSED
        (item,) = session.scalars(select(WorkItem).where(WorkItem.kind == "secure_items"))
        assert item.detail["item_codes"] == [carried.item_code]
        assert item.detail["post_office"]
        assert session.scalars(select(ForceMajeure)).one().zone_codes == [zone]
    assert now_of(carried).legs[0].status is LegStatus.UNDER_WAY
    assert custody_is_whole()


def test_courier_sick_mid_route_hands_everything_to_another_by_order(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    said(phone, "day.opened", {"service_date": WORKING_DAY.isoformat()})
    said(phone, "route.departed", {"service_date": WORKING_DAY.isoformat()})
    carried, waiting = morning.sends
    said(phone, *collected(carried))
    with database.unit_of_work() as session:
        sick = session.get_one(Courier, morning.a.id)
        well = session.get_one(Courier, morning.b.id)
        offer = open_exchange(session, sick, well, reason="SICK")
        assert offer is not None
        assert offer.dossier_ids == [carried.id]
        with pytest.raises(SameCourier):
            open_exchange(session, sick, sick, reason="SICK")
    assert now_of(carried).keeper_id == morning.a.id  # until it is accepted
    assert now_of(waiting).legs[0].status is LegStatus.OPEN
    with database.snapshot() as session:
        day = find_work_day(session, morning.a.id, WORKING_DAY)
        assert day is not None
        assert day.state is DayState.HANDED_TO_ANOTHER
    other = phone_of(morning.b)
    body = {"dossiers": [str(carried.id)], "giver": str(morning.a.id), "seals": ["NP-1"]}
    assert said(other, "custody.accepted", body) == ("applied", None)
    assert now_of(carried).keeper_id == morning.b.id
    (minutes,) = forms_of(FormKind.EXCHANGE_MINUTES)
    assert minutes.content["receiver"]["code"] == morning.b.code
    done = said(other, "dossier.handed_over", about(carried, office=morning.office_id))
    assert done == ("applied", None)
    assert custody_is_whole()


def test_exchange_between_couriers_in_two_steps(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    ids = {"dossiers": [str(dossier.id)]}
    assert said(phone, "custody.offered", ids | {"receiver": str(morning.b.id)})[0] == "applied"
    assert now_of(dossier).keeper_id == morning.a.id
    other = phone_of(morning.b)
    accept = ids | {"giver": str(morning.a.id), "seals": ["NP-1"]}
    assert said(other, "custody.accepted", accept) == ("applied", None)
    assert now_of(dossier).keeper_id == morning.b.id
    assert str(dossier.id) in other.view().day["held"]
    phone.drain()
    assert str(dossier.id) not in phone.view().day["held"]
    assert said(other, "custody.accepted", accept) == ("flagged", "already_done")
    assert custody_is_whole()


def test_exchange_accepted_before_the_offer_arrives_is_confirmed_by_it(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    other = phone_of(morning.b)
    accept = {"dossiers": [str(dossier.id)], "giver": str(morning.a.id), "seals": ["NP-8"]}
    assert said(other, "custody.accepted", accept) == ("flagged", "offer_missing")
    assert {"offer_missing", "seal_differs"} <= open_kinds()
    offered = said(phone, "custody.offered", {"dossiers": [str(dossier.id)]})
    assert offered == ("applied", None)
    assert "offer_missing" not in open_kinds()
    assert now_of(dossier).keeper_id == morning.b.id


def test_exchange_accepted_by_a_receiver_whom_the_offer_does_not_name(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    ids = {"dossiers": [str(dossier.id)]}
    said(phone, "custody.offered", ids | {"receiver": str(morning.a.id)})
    other = phone_of(morning.b)
    outcome_ = said(other, "custody.accepted", ids | {"giver": str(morning.a.id)})
    assert outcome_ == ("flagged", "unexpected_receiver")
    assert now_of(dossier).keeper_id == morning.b.id  # custody follows the scan
    unknown = said(other, "custody.accepted", ids | {"giver": str(uuid.uuid4())})
    assert unknown == ("quarantined", "unknown_courier")


def test_duplicate_booking_asks_for_confirmation(morning: Morning) -> None:
    asked: dict[str, Any] = {"applicant_name": "Nguyễn Văn Mẫu", "phone": "0900 000 123"}
    with database.unit_of_work() as session:
        a_booking(session, **asked)
        with pytest.raises(BookingAlreadyOpen):
            a_booking(session, **asked)
        a_booking(session, **asked, confirmed=True)


def test_expired_authorisation_keeps_the_result_and_calls_the_owner(
    morning: Morning, phone: Phone
) -> None:
    dossier = fetch(phone, morning)
    stop = stop_at(phone, dossier, "DELIVERY")
    said(phone, "stop.failed", {"stop": stop, "reason": "AUTHORISATION_EXPIRED"})
    assert now_of(dossier).keeper_id == morning.a.id
    assert "call_owner" in open_kinds()
    body = about(
        dossier,
        receiver="AUTHORISED",
        identity={"paper": "CITIZEN_CARD", "last_digits": "0001"},
        authorisation={"valid_to": (WORKING_DAY - timedelta(days=1)).isoformat()},
    )
    assert said(phone, "result.delivered", body) == ("flagged", "authorisation_expired")
    assert now_of(dossier).state is DossierState.DELIVERED  # it was given: a fact


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
        pick_up_at_counter(session, dossier.id, receiver_role="OWNER")
    assert now_of(dossier).state is DossierState.DELIVERED
    assert custody_is_whole()


def test_withdrawn_by_its_sender_before_the_hand_over(morning: Morning, phone: Phone) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    assert said(phone, "dossier.withdrawn", about(dossier, proof="PG-1"))[0] == "applied"
    assert now_of(dossier).legs[-1].to_kind is PlaceKind.HOME
    assert said(phone, "dossier.returned", about(dossier)) == ("applied", None)
    late = said(phone, "dossier.withdrawn", about(dossier, proof="PG-1"))
    assert late == ("flagged", "already_done")


def test_a_seal_that_somebody_elses_papers_carry_is_noticed(
    morning: Morning, phone: Phone, phone_of: PhoneOf
) -> None:
    said(phone, *collected(morning.sends[0], seal="NP-5"))
    other = phone_of(morning.b)
    command = other.act(*collected(morning.sends[1], seal="np-5"))
    other.drain()
    assert other.store.results()[command]["status"] == "flagged"
    assert "seal_reused" in open_kinds()


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
