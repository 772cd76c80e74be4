"""The overnight safe by scan: put in, handed out in the morning, counted against the log."""

from datetime import timedelta

from sqlalchemy import select

from backend import database
from backend.courier_day.models import WorkItem, WorkItemStatus
from backend.dossiers.models import CustodyEventType as Event
from backend.dossiers.models import DossierState, KeeperKind, LegStatus
from tests.builders.booking import WORKING_DAY
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected, custody_is_whole
from tests.integration.courier_day.counters.conftest import (
    Counters,
    at_once,
    lines,
    outcomes,
    revision,
)
from tests.integration.courier_day.edge_cases import about, log_of, now_of, open_kinds, said
from tests.phone import Phone


def given(courier: str, *codes: str, **more: str) -> dict[str, object]:
    return {"courier": courier, "items": [{"item": code} | more for code in codes]}


def test_a_courier_leaves_an_item_overnight_and_another_takes_it_in_the_morning(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    before = revision(morning.a), revision(morning.b)
    put = counters.at_counter("deposits", given(morning.a.code, dossier.item_code, seal="NP-1"))
    assert outcomes(put) == ["DONE"]
    row, event = now_of(dossier), lines(dossier)[-1]
    assert row.state is DossierState.AT_POST_OFFICE
    assert (event.from_id, str(event.to_id)) == (morning.a.id, morning.post_office_id)
    assert event.actor_id is not None
    assert (row.legs[-1].status, row.legs[-1].service_date) == (
        LegStatus.OPEN,
        WORKING_DAY + timedelta(days=1),
    )
    shown = counters.get(f"post-offices/{counters.post_office}/safe")
    assert [each["item"] for each in shown["items"]] == [dossier.item_code]
    out = counters.at_counter("hand-outs", given(morning.b.code, dossier.item_code))
    assert outcomes(out) == ["DONE"]
    assert now_of(dossier).keeper_id == morning.b.id
    assert now_of(dossier).legs[-1].status is LegStatus.UNDER_WAY
    assert revision(morning.a) > before[0]
    assert revision(morning.b) > before[1]
    assert custody_is_whole()


def test_the_couriers_own_reports_before_or_after_confirm_the_scans(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    first, second = morning.sends
    for dossier in morning.sends:
        said(phone, *collected(dossier))
    body = about(first, post_office=morning.post_office_id)
    said(phone, "dossier.deposited", body)
    both = given(morning.a.code, first.item_code, second.item_code)
    assert outcomes(counters.at_counter("deposits", both)) == ["CONFIRMED", "DONE"]
    body = about(second, post_office=morning.post_office_id)
    assert said(phone, "dossier.deposited", body) == ("applied", None)
    assert log_of(second)[-1] == (Event.DEPOSITED, "confirmed")
    assert outcomes(counters.at_counter("deposits", both)) == ["ALREADY", "ALREADY"]
    assert outcomes(counters.at_counter("hand-outs", both)) == ["DONE", "DONE"]
    body = about(first, post_office=morning.post_office_id)
    assert said(phone, "dossier.taken", body) == ("applied", None)
    assert log_of(first)[-1] == (Event.TAKEN_FROM_POST_OFFICE, "confirmed")
    assert open_kinds() <= {"not_assignee"}
    assert custody_is_whole()


def test_what_is_not_in_the_safe_is_not_handed_out(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    body = given(morning.b.code, dossier.item_code, "RH000000000VN")
    answer = counters.at_counter("hand-outs", body)
    assert outcomes(answer) == ["NOT_HERE", "UNKNOWN"]
    row = now_of(dossier)
    assert (row.keeper_kind, row.keeper_id) == (KeeperKind.COURIER, morning.a.id)


def test_another_seal_is_noticed_at_the_safe(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    body = given(morning.a.code, dossier.item_code, seal="NP-2")
    answer = counters.at_counter("deposits", body)
    assert answer.get_json()["items"][0]["flags"] == ["seal_differs"]


def test_a_count_tells_every_difference_once_and_closes_what_is_there_again(
    morning: Morning, phone: Phone, counters: Counters
) -> None:
    here, elsewhere = morning.sends
    for dossier in morning.sends:
        said(phone, *collected(dossier))
    counters.at_counter("deposits", given(morning.a.code, here.item_code))

    def open_items() -> list[str]:
        with database.snapshot() as session:
            return sorted(
                session.scalars(select(WorkItem.kind).where(WorkItem.status == WorkItemStatus.OPEN))
            )

    for _ in range(2):
        answer = counters.at_counter("counts", {"items": [elsewhere.item_code]})
        found = answer.get_json()
        assert (found["agreed"], found["missing"]) == (0, [here.item_code])
        assert [each["item"] for each in found["extra"]] == [elsewhere.item_code]
        assert open_items() == ["safe_extra", "safe_missing"]
    assert now_of(elsewhere).keeper_id == morning.a.id  # a count moves nothing
    counters.at_counter("deposits", given(morning.a.code, elsewhere.item_code))
    both = {"items": [elsewhere.item_code, here.item_code]}
    found = counters.at_counter("counts", both).get_json()
    assert (found["agreed"], found["missing"], found["extra"]) == (2, [], [])
    assert open_items() == []


def test_two_clerks_hand_one_item_to_two_couriers_and_one_gets_it(
    morning: Morning, phone_of: PhoneOf, counters: Counters
) -> None:
    dossier = morning.sends[0]
    said(phone_of(morning.a), *collected(dossier))
    counters.at_counter("deposits", given(morning.a.code, dossier.item_code))
    answers = at_once(
        lambda: counters.at_counter("hand-outs", given(morning.a.code, dossier.item_code)),
        lambda: counters.at_counter("hand-outs", given(morning.b.code, dossier.item_code)),
    )
    assert sorted(outcomes(answer)[0] for answer in answers) == ["DONE", "NOT_HERE"]
    assert custody_is_whole()


def test_an_unknown_post_office_is_404(morning: Morning, counters: Counters) -> None:
    answer = counters.post(
        "post-offices/BC-KHONG-CO/counts", {"items": []}, by=counters.counter_clerk
    )
    assert (answer.status_code, answer.get_json()["code"]) == (404, "post_office_not_found")
