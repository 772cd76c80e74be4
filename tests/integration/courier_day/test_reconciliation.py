"""The end of a shift: zero open items, or a reason for each."""

from typing import Any

from flask.testing import FlaskClient

from tests.integration.courier_day.conftest import Morning, collected
from tests.integration.courier_day.edge_cases import about, open_kinds, outcome, said
from tests.phone import Phone

DAY = "2026-11-23"


def open_items(phone: Phone, door: FlaskClient) -> list[dict[str, Any]]:
    answer = door.get(
        f"/v1/courier/reconciliation?service_date={DAY}",
        headers={"Authorization": f"Bearer {phone.store.get_meta('token')}"},
    )
    found: list[dict[str, Any]] = answer.get_json()["open"]
    return found


def close(phone: Phone, **more: Any) -> tuple[str, str | None]:
    for step in ("day.opened", "route.accepted", "route.departed", "route.finishing", "route.back"):
        phone.act(step, {"service_date": DAY})
    for step in ("cash.counted", "cash.settled"):
        phone.act(step, {"service_date": DAY})
    command = phone.act("day.closed", {"service_date": DAY} | more, v=2)
    phone.drain()
    return outcome(phone, command)


def test_stops_without_outcome_the_bag_and_unseen_seals_are_listed(
    morning: Morning, phone: Phone, door: FlaskClient
) -> None:
    assert {each["kind"] for each in open_items(phone, door)} == {"STOP_WITHOUT_OUTCOME"}
    said(phone, *collected(morning.sends[0], seal="NP-1"))
    said(phone, *collected(morning.sends[1], seal="NP-2"))
    said(phone, "dossier.deposited", about(morning.sends[1], post_office=morning.post_office_id))
    listed = {(each["kind"], each["seal_no"]): each for each in open_items(phone, door)}
    assert listed["STILL_HELD", "NP-1"]["item_codes"] == [morning.sends[0].item_code]
    assert listed["SEAL_NOT_SEEN", "NP-2"]["item_codes"] == [morning.sends[1].item_code]


def test_a_day_with_open_items_is_closed_and_flagged(morning: Morning, phone: Phone) -> None:
    assert close(phone) == ("flagged", "open_items")
    assert "open_items" in open_kinds()


def test_an_item_without_a_reason_is_enough_for_a_flag(
    morning: Morning, phone: Phone, door: FlaskClient
) -> None:
    items = [{"item": each["id"], "reason": "STORM"} for each in open_items(phone, door)]
    assert close(phone, explained=items[1:]) == ("flagged", "open_items")
    assert len(items) > 1


def test_all_reasons_are_enough(morning: Morning, phone: Phone, door: FlaskClient) -> None:
    items = [{"item": each["id"], "reason": "STORM"} for each in open_items(phone, door)]
    assert close(phone, explained=items) == ("applied", None)


def test_one_reason_for_all_is_enough(morning: Morning, phone: Phone) -> None:
    assert close(phone, reason="STORM") == ("applied", None)


def test_a_day_with_nothing_to_do_is_closed_quietly(morning: Morning, phone_of: Any) -> None:
    assert close(phone_of(morning.b)) == ("applied", None)


def test_a_stranger_sees_no_day(door: FlaskClient, morning: Morning) -> None:
    wrong = {"Authorization": "Bearer x"}
    for headers, code in (({}, "not_signed_in"), (wrong, "session_revoked")):
        answer = door.get("/v1/courier/reconciliation", headers=headers)
        assert (answer.status_code, answer.get_json()["code"]) == (401, code)


def test_the_dispatcher_sees_the_same_list(
    morning: Morning, phone: Phone, door: FlaskClient
) -> None:
    path = f"/v1/dispatcher/couriers/{morning.a.id}/open-items?service_date={DAY}"
    assert door.get(path).get_json()["open"] == open_items(phone, door)
    nobody = door.get(f"/v1/dispatcher/couriers/{morning.sends[0].id}/open-items")
    assert (nobody.status_code, nobody.get_json()["code"]) == (404, "courier_not_found")
