"""A dispatcher changes a plan by hand: told before it is kept, kept as a new version."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from backend.places.models import PlanningArea
from backend.settings import Settings
from tests.builders.planning import a_day, make_plan
from tests.integration.planning.edits_over_http import DOOR, Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session, collections=4, returns=3, couriers=3)
    session.commit()
    return area


@pytest.fixture
def console(client: "FlaskClient", area: PlanningArea, settings: Settings) -> Console:
    return Console(client, str(make_plan(area.id, settings)))


def another_courier(console: Console, visit: dict) -> str:
    """Somebody on shift who does not have the visit."""
    everybody = console.client.get(
        f"{console.url}/who-can-take", query_string={"visit": visit["id"]}
    ).json
    codes = [each["courier_code"] for each in everybody["takers"]]
    return next(code for code in codes if code != visit["courier"])


def test_a_move_is_priced_before_it_is_kept_and_both_ends_go_along(console: Console) -> None:
    visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    other = another_courier(console, visit)
    edit = {"kind": "MOVE", "visits": [visit["id"]], "courier": other}
    tried = console.attempt(edit)
    assert tried.status_code == 200, tried.json
    total = tried.json["total"]
    assert tried.json["savable"]
    assert total["violations"] == []
    assert tried.headers["ETag"] == console.tag
    moved = {(t["leg_ids"][0], t["kind"]) for t in total["touched"] if t["courier_after"] == other}
    assert (visit["leg"]["leg_id"], "COLLECTION") in moved
    assert (visit["leg"]["leg_id"], "HAND_OVER") in moved
    cost = console.plan["best_cost"]
    saved = console.keep(edit)
    assert saved["effect"]["price"] == total["price"]
    assert console.plan["best_cost"] == cost + total["price"]
    assert console.plan["status"] == "DRAFT"
    assert console.plan["origin"] == "EDIT"
    holders = {v["courier"] for v in console.visits() if v["leg"] == visit["leg"]}
    assert holders == {other}


def test_who_can_take_names_a_price_that_the_move_then_has(console: Console) -> None:
    visit = next(v for v in console.visits() if v["kind"] == "DELIVERY")
    asked = console.client.get(
        f"{console.url}/who-can-take", query_string={"leg": visit["leg"]["leg_id"]}
    )
    assert asked.status_code == 200, asked.json
    takers = asked.json["takers"]
    assert [t["price"] for t in takers] == sorted(t["price"] for t in takers)
    assert len(takers) + len(asked.json["others"]) == 3
    holder = next(t for t in takers if t["courier_code"] == visit["courier"])
    other = next(t for t in takers if t["courier_code"] != visit["courier"])
    tried = console.attempt(
        {"kind": "MOVE", "visits": [visit["id"]], "courier": other["courier_code"]}
    )
    now = console.attempt({"kind": "MOVE", "visits": [visit["id"]], "courier": visit["courier"]})
    assert now.status_code == 200
    away = console.attempt({"kind": "DROP", "visits": [visit["id"]]}).json["total"]["price"]
    assert tried.json["total"]["price"] == away + other["price"]
    assert away + holder["price"] <= 0


def test_dropped_work_is_left_with_the_dispatchers_reason_and_can_be_added_again(
    console: Console,
) -> None:
    cost, visit = console.plan["best_cost"], console.visits()[0]
    before = sorted((v["leg"]["leg_id"], v["kind"]) for v in console.visits())
    console.keep({"kind": "DROP", "visits": [visit["id"]]})
    (left,) = console.unassigned()
    assert left["leg"]["leg_id"] == visit["leg"]["leg_id"]
    assert left["reasons"][0]["code"] == "TAKEN_OUT"
    assert "Điều phối viên" in left["reasons"][0]["detail_vi"]
    console.keep({"kind": "ADD", "leg": visit["leg"]["leg_id"]})
    assert console.unassigned() == []
    assert sorted((v["leg"]["leg_id"], v["kind"]) for v in console.visits()) == before
    assert console.plan["best_cost"] <= cost


def test_an_edit_that_breaks_rules_is_refused_with_each_of_them_in_vietnamese(
    console: Console,
) -> None:
    visits = [v for v in console.visits() if v["kind"] == "HAND_OVER"]
    hand_over = visits[0]
    edit = {
        "kind": "MOVE",
        "visits": [hand_over["id"]],
        "courier": hand_over["courier"],
        "after_visit": None,
        "partner": "STAY",
    }
    tried = console.attempt(edit).json
    assert not tried["savable"]
    assert "PRECEDENCE" in {v["code"] for v in tried["total"]["violations"]}
    refused = console.save(edit, confirmed=[v["key"] for v in tried["total"]["violations"]])
    assert (refused.status_code, refused.json["code"]) == (409, "edit_refused")
    assert "Phải nhận hồ sơ trước khi giao" in refused.json["detail"]
    assert len(console.client.get(f"{DOOR}/plans").json["plans"]) == 1


def test_a_citizens_slot_gives_way_only_when_it_is_confirmed(console: Console) -> None:
    early = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    late = next(v for v in console.visits() if v["kind"] == "DELIVERY")
    edit = {
        "kind": "MOVE",
        "visits": [early["id"]],
        "courier": late["courier"],
        "after_visit": late["id"],
    }
    tried = console.attempt(edit).json
    if not tried["total"]["violations"]:
        pytest.fail("a visit of the morning in the afternoon breaks its slot")
    codes = {v["code"]: v for v in tried["total"]["violations"]}
    assert "TIME_WINDOW" in codes
    assert not tried["savable"], "four hours late is another slot"


def test_two_visits_change_places(console: Console) -> None:
    homes = [v for v in console.visits() if v["kind"] == "COLLECTION"]
    one = homes[0]
    other = next((v for v in homes if v["courier"] != one["courier"]), homes[1])
    tried = console.attempt({"kind": "SWAP", "visits": [one["id"], other["id"]]})
    assert tried.status_code == 200, tried.json
    touched = {t["leg_ids"][0] for t in tried.json["total"]["touched"]}
    assert {one["leg"]["leg_id"], other["leg"]["leg_id"]} <= touched


def test_a_locked_visit_stays_until_it_is_unlocked_and_the_next_search_keeps_it(
    console: Console, area: PlanningArea, settings: Settings
) -> None:
    visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    other = another_courier(console, visit)
    move = {"kind": "MOVE", "visits": [visit["id"]], "courier": other}
    console.keep(move, {"kind": "LOCK", "lock": "COURIER", "visits": [visit["id"]]})
    (lock,) = console.client.get(f"{console.url}/locks").json["locks"]
    assert (lock["courier_code"], lock["order"]) == (other, "ANY")
    assert len(lock["visits"]) == 2
    again = Console(console.client, str(make_plan(area.id, settings)))
    held = {v["courier"] for v in again.visits() if v["leg"] == visit["leg"]}
    assert held == {other}
    mine = next(v for v in again.visits() if v["leg"] == visit["leg"])
    back = {"kind": "MOVE", "visits": [mine["id"]], "courier": visit["courier"]}
    tried = again.attempt(back).json
    assert {v["code"] for v in tried["total"]["violations"]} == {"PIN"}
    unlock = {"kind": "UNLOCK", "lock": "COURIER", "visits": [mine["id"]]}
    freed = again.attempt(unlock, back).json
    assert freed["total"]["violations"] == []
    assert freed["savable"]


@pytest.mark.parametrize("kind", ["ROUTE", "ORDER"])
def test_a_locked_route_keeps_its_order(console: Console, kind: str) -> None:
    route = max(console.routes, key=lambda r: r["visit_count"])
    visits = [v for v in console.visits() if v["route"] == route["id"]]
    lock = {"kind": "LOCK", "lock": kind, "courier": route["courier_code"]}
    last = next(v for v in reversed(visits) if v["kind"] != "HAND_OVER")
    first = {"kind": "MOVE", "visits": [last["id"]], "after_visit": None, "partner": "STAY"}
    tried = console.attempt(lock, first).json
    assert "PIN" in {v["code"] for v in tried["steps"][1]["violations"]}


WRONG = {
    "edit_field_missing": ({"kind": "MOVE"}, 422),
    "edit_visit_unknown": ({"kind": "DROP", "visits": [str(uuid4())]}, 422),
    "edit_courier_unknown": ({"kind": "MOVE", "courier": "NOBODY"}, 422),
}


@pytest.mark.parametrize("code", WRONG)
def test_what_is_not_there_is_named(console: Console, code: str) -> None:
    edit, status = WRONG[code]
    edit = dict(edit)
    if code == "edit_courier_unknown":
        edit["visits"] = [console.visits()[0]["id"]]
    answer = console.attempt(edit)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_the_second_dispatcher_is_told_what_the_first_one_saved(
    console: Console, client: "FlaskClient"
) -> None:
    second = Console(client, console.plan_id)
    drop = {"kind": "DROP", "visits": [console.visits()[0]["id"]]}
    console.keep(drop)
    refused = second.save(drop)
    assert (refused.status_code, refused.json["code"]) == (412, "plan_moved")
    assert f"bản số {console.plan['number']} (sửa tay)" in refused.json["detail"]
    assert refused.json["detail"].startswith("Bản số 1 ")  # as the board calls it
    assert str(console.plan_id) not in refused.json["detail"]
    second.tag = ""
    headers = {"Idempotency-Key": str(uuid4())}
    missing = client.post(f"{second.url}/edits", json={"edits": [drop]}, headers=headers)
    assert missing.status_code == 428
