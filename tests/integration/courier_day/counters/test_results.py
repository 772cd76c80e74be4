"""Appointment, result, delivery: what an office's desk tells, singly and by file."""

import io
from datetime import timedelta
from typing import Any

import openpyxl

from backend import clock, database
from backend.booking.models import Booking
from backend.dossiers.forms import FormKind
from backend.dossiers.models import CaseStatus, Dossier, DossierState, KeeperKind, LegStatus
from backend.dossiers.models import CustodyEventType as Event
from backend.places.models import Office, PlaceKind
from backend.places.operations import get_post_office
from tests.builders.booking import WORKING_DAY
from tests.integration.courier_day.conftest import MORNING, Morning, collected, custody_is_whole
from tests.integration.courier_day.counters.conftest import (
    Counters,
    acts,
    lines,
    outcomes,
)
from tests.integration.courier_day.counters.test_intake import reference_of
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


def day(days: int) -> str:
    return (WORKING_DAY + timedelta(days=days)).isoformat()


def test_the_desk_names_the_day_once_and_changes_it_only_by_its_apology(
    filed: list[Dossier], counters: Counters
) -> None:
    dossier, code = filed[0], filed[0].item_code
    portal = {"item": code, "day": day(4), "portal_code": "H17.12-261122-0041"}
    assert outcomes(counters.at_desk("appointments", {"items": [portal]})) == ["DONE"]
    row = now_of(dossier)
    assert row.appointment_on == WORKING_DAY + timedelta(days=4)
    assert (row.portal_code, row.case_status) == ("H17.12-261122-0041", CaseStatus.ACCEPTED)
    assert "appointment" in told()
    assert outcomes(counters.at_desk("appointments", {"items": [portal]})) == ["ALREADY"]
    later = {"item": code, "day": day(9)}
    refused = counters.at_desk("appointments", {"items": [later]})
    assert (refused.status_code, refused.get_json()["code"]) == (409, "appointment_set")
    changed = counters.at_desk("appointments", {"items": [later | {"form_no": "04-0007"}]})
    assert outcomes(changed) == ["DONE"]
    assert now_of(dossier).appointment_on == WORKING_DAY + timedelta(days=9)
    assert log_of(dossier)[-1] == (Event.RESULT_LATE, f"TO_{day(9)}")
    assert "result_late" in told()
    past = counters.at_desk("appointments", {"items": [later | {"day": day(-1)}]})
    assert (past.status_code, past.get_json()["code"]) == (422, "appointment_in_the_past")
    assert custody_is_whole()


def test_a_result_opens_the_way_home_once_and_tells_the_citizen(
    filed: list[Dossier], counters: Counters
) -> None:
    dossier = filed[0]
    answer = counters.at_desk("results", {"item": dossier.item_code})
    assert answer.status_code == 201, answer.get_json()
    assert answer.get_json()["leg"]["to_kind"] == "HOME"
    row = now_of(dossier)
    assert (row.state, row.case_status) == (DossierState.RESULT_READY, CaseStatus.RESOLVED)
    assert (row.legs[-1].status, row.legs[-1].from_kind) == (LegStatus.OPEN, PlaceKind.OFFICE)
    assert "result_ready" in told()
    again = counters.at_desk("results", {"item": dossier.item_code}).get_json()
    assert (again["already"], again["leg"]) == (True, None)
    assert len(now_of(dossier).legs) == len(row.legs)
    assert custody_is_whole()


def test_a_send_only_result_waits_at_the_office_and_opens_no_leg(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    said(phone, "dossier.handed_over", about(dossier, office=morning.office_id))
    answer = counters.at_desk("results", {"item": dossier.item_code})
    assert answer.get_json()["leg"] is None
    assert len(now_of(dossier).legs) == 1
    strange = counters.at_desk("results", {"item": "RH999999999VN"})
    assert (strange.status_code, strange.get_json()["code"]) == (404, "item_not_found")
    away = counters.at_desk("results", {"item": morning.sends[1].item_code})
    assert (away.status_code, away.get_json()["code"]) == (409, "not_held_here")


def send_file(counters: Counters, content: bytes, **query: str) -> Any:
    return counters.door.post(
        f"/v1/office/desks/{counters.desk}/result-files",
        query_string=query,
        data=content,
        headers=counters.signed(counters.desk_clerk) | {"Content-Type": "text/csv"},
    )


def test_a_file_announces_good_rows_and_hands_back_every_bad_one_by_line(
    filed: list[Dossier], morning: Morning, counters: Counters
) -> None:
    first, second = filed
    portal = {"item": second.item_code, "day": day(4), "portal_code": "H17.12-261122-0042"}
    counters.at_desk("appointments", {"items": [portal]})
    content = "\n".join(
        (
            "Số hiệu bưu gửi;Mã hồ sơ;Có kết quả lúc",
            f"{first.item_code};;2026-11-23T09:00",
            ";h17.12-261122-0042;",
            f"{first.item_code};;",
            "RH999999999VN;;",
            ";;2026-11-23T09:00",
            f"{morning.returns[0].item_code};;hôm qua",
        )
    ).encode()
    trial = send_file(counters, content, dry_run="true")
    assert trial.status_code == 201, trial.get_json()
    assert acts() == 2  # the receipt and the appointment
    assert now_of(first).state is DossierState.HANDED_OVER
    answer = send_file(counters, content)
    found = answer.get_json()
    assert found == trial.get_json() | {"act": found["act"], "dry_run": False}
    assert (found["rows"], found["ready"], found["already"], found["rejected"]) == (6, 2, 0, 4)
    assert sorted((e["line"], e["column"]) for e in found["errors"]) == [
        (4, "item_code"),
        (5, "item_code"),
        (6, "portal_code"),
        (7, "ready_at"),
    ]
    assert found["rejected_rows"][1][0] == "RH999999999VN"
    for dossier in filed:
        assert now_of(dossier).state is DossierState.RESULT_READY
        assert now_of(dossier).legs[-1].to_kind is PlaceKind.HOME
    again = send_file(counters, content).get_json()
    assert (again["ready"], again["already"], again["rejected"]) == (0, 2, 4)
    assert custody_is_whole()


def test_a_workbook_is_read_like_a_csv_and_what_is_no_table_is_refused_whole(
    filed: list[Dossier], counters: Counters
) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["item_code"])
    book.active.append([filed[0].item_code])
    out = io.BytesIO()
    book.save(out)
    assert send_file(counters, out.getvalue()).get_json()["ready"] == 1
    broken = send_file(counters, b"\xff\xfe\x00binary")
    assert (broken.status_code, broken.get_json()["code"]) == (422, "file_unreadable")
    other = counters.door.post(
        f"/v1/office/desks/{counters.desk}/result-files",
        data=b"item_code\nX\n",
        headers={"Idempotency-Key": "a-clerk-without-seat"},
    )
    assert (other.status_code, other.get_json()["code"]) == (404, "clerk_not_found")


def to_counter(dossier: Dossier, counters: Counters, *, same_house: bool = False) -> None:
    """The citizen agreed to come to A's post office for the result."""
    with database.unit_of_work() as session:
        booking = session.query(Booking).filter_by(reference=reference_of(dossier)).one()
        office = session.get_one(Office, dossier.filing_office_id)
        place = get_post_office(session, office.province_code, counters.post_office)
        booking.pick_up_at_post_office_id = place.id
        if same_house:
            office.post_office_id = place.id


PICK_UP = {"receiver": "OWNER", "identity": {"paper": "CITIZEN_CARD", "last_digits": "1234"}}


def test_a_result_for_the_counter_is_brought_there_and_given_after_the_identity_check(
    filed: list[Dossier], morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = filed[0]
    to_counter(dossier, counters)
    answer = counters.at_desk("results", {"item": dossier.item_code}).get_json()
    assert answer["leg"]["to_kind"] == "POST_OFFICE"
    body = PICK_UP | {"item": dossier.item_code}
    early = counters.at_counter("pick-ups", body)
    assert (early.status_code, early.get_json()["code"]) == (409, "not_held_here")
    said(phone, "result.fetched", about(dossier, office=morning.office_id, seal="NP-9"))
    put = {"courier": morning.a.code, "items": [{"item": dossier.item_code}]}
    assert outcomes(counters.at_counter("deposits", put)) == ["DONE"]
    row = now_of(dossier)
    assert row.state is DossierState.RESULT_AT_POST_OFFICE
    assert row.legs[-1].status is LegStatus.DONE  # it waits, nothing is to be ridden
    assert "result_at_counter" in told()
    letter = {"receiver": "AUTHORISED"}
    without = counters.at_counter("pick-ups", body | letter)
    assert (without.status_code, without.get_json()["code"]) == (422, "authorisation_missing")
    letter |= {"authorisation": {"valid_to": day(-1)}}
    expired = counters.at_counter("pick-ups", body | letter)
    assert (expired.status_code, expired.get_json()["code"]) == (409, "authorisation_expired")
    given = counters.at_counter("pick-ups", body)
    assert given.status_code == 201, given.get_json()
    event = lines(dossier)[-1]
    assert (event.type, event.reason) == (Event.PICKED_UP, "OWNER")
    assert (event.from_kind, event.to_kind) == (KeeperKind.POST_OFFICE, KeeperKind.CITIZEN)
    assert now_of(dossier).state is DossierState.DELIVERED
    twice = counters.at_counter("pick-ups", body)
    assert (twice.status_code, twice.get_json()["code"]) == (409, "not_held_here")
    assert custody_is_whole()


def test_in_one_house_the_result_goes_over_the_counter_without_a_trip(
    filed: list[Dossier], counters: Counters
) -> None:
    dossier = filed[0]
    over = {"office": counters.desk, "items": [{"item": dossier.item_code}]}
    apart = counters.at_counter("results-taken", over)
    assert (apart.status_code, apart.get_json()["code"]) == (409, "not_same_house")
    to_counter(dossier, counters, same_house=True)
    assert outcomes(counters.at_counter("results-taken", over)) == ["NOT_HERE"]  # not ready yet
    assert counters.at_desk("results", {"item": dossier.item_code}).get_json()["leg"] is None
    assert outcomes(counters.at_counter("results-taken", over)) == ["DONE"]
    assert outcomes(counters.at_counter("results-taken", over)) == ["ALREADY"]
    row = now_of(dossier)
    assert row.state is DossierState.RESULT_AT_POST_OFFICE
    assert all(leg.status is LegStatus.DONE for leg in row.legs)
    assert len(forms_of(FormKind.RESULT_SLIP)) == 1
    assert "result_at_counter" in told()
    given = counters.at_counter("pick-ups", PICK_UP | {"item": dossier.item_code})
    assert given.status_code == 201
    assert custody_is_whole()


def test_the_office_takes_note_of_deliveries_once_and_its_case_is_closed(
    filed: list[Dossier], morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = filed[0]
    counters.at_desk("results", {"item": dossier.item_code})
    note = {"items": [dossier.item_code, "RH999999999VN"]}
    assert outcomes(counters.at_desk("informed", note)) == ["NOT_HERE", "UNKNOWN"]
    said(phone, "result.fetched", about(dossier, office=morning.office_id, seal="NP-9"))
    identity = {"paper": "CITIZEN_CARD", "last_digits": "1234"}
    said(phone, "result.delivered", about(dossier, receiver="OWNER", identity=identity))
    shown = counters.get(f"desks/{counters.desk}/delivered")
    assert [each["item"] for each in shown["items"]] == [dossier.item_code]
    assert outcomes(counters.at_desk("informed", note))[0] == "DONE"
    assert outcomes(counters.at_desk("informed", note))[0] == "ALREADY"
    assert [event for event, _ in log_of(dossier)].count(Event.OFFICE_INFORMED) == 1
    assert now_of(dossier).case_status is CaseStatus.RESULT_RETURNED
    assert counters.get(f"desks/{counters.desk}/delivered") == {"items": []}
    assert "unknown_item" in open_kinds()
    assert custody_is_whole()


def test_the_seconded_clerk_cannot_file_where_the_office_says_no_and_its_receiver_can(
    morning: Morning, phone: Phone, counters: Counters, frozen_morning: clock.FrozenClock
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    seconded = counters.seconded_clerk
    body = {"courier": morning.a.code, "items": [{"item": dossier.item_code}]}
    counters.at_desk("receipts", body, by=seconded)
    items = {"items": [{"item": dossier.item_code}]}
    no = counters.at_desk("filings", items, by=seconded)
    assert (no.status_code, no.get_json()["code"]) == (403, "seconded_cannot_file")
    frozen_morning.move_to(MORNING + timedelta(hours=3))
    yes = counters.at_desk("filings", items)
    assert outcomes(yes) == ["DONE"]
    assert now_of(dossier).filed_at == MORNING + timedelta(hours=3)
    (minutes,) = forms_of(FormKind.HAND_OVER_MINUTES)
    assert minutes.content["post_office"]["code"] == counters.post_office
    stray = counters.at_desk("filings", {"items": [{"item": morning.sends[1].item_code}]})
    assert outcomes(stray) == ["NOT_HERE"]
    assert custody_is_whole()
