"""The dispatcher's door: ask, follow, publish, and one-line reasons for what cannot be."""

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from backend.places.models import PlanningArea
from backend.planning.jobs import execute_plan
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.catalogue import a_holiday
from tests.builders.places import a_unit
from tests.builders.planning import a_day, make_plan

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

DOOR = "/v1/dispatcher"


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session)
    session.commit()
    return area


@pytest.fixture
def plan_id(area: PlanningArea, settings: Settings) -> str:
    return str(make_plan(area.id, settings))


def ask(client: "FlaskClient", **body: object) -> "TestResponse":
    return client.post(
        f"{DOOR}/plans",
        json={"planning_area": "DA-NANG", "service_date": WORKING_DAY.isoformat()} | body,
        headers={"Idempotency-Key": str(uuid4()), "Accept-Language": "en"},
    )


def test_asking_answers_202_with_a_place_to_look(client: "FlaskClient", area: PlanningArea) -> None:
    answer = ask(client, time_limit_s=1, seed=7)
    assert answer.status_code == 202
    assert answer.json["status"] == "QUEUED"
    assert answer.json["seed"] == 7
    assert answer.headers["Location"] == f"{DOOR}/plans/{answer.json['id']}"
    assert client.get(answer.headers["Location"]).json["stage"] == "QUEUED"


def test_the_same_key_asks_once(client: "FlaskClient", area: PlanningArea) -> None:
    body = {"planning_area": "DA-NANG", "service_date": WORKING_DAY.isoformat()}
    headers = {"Idempotency-Key": "the-same-key-twice"}
    first = client.post(f"{DOOR}/plans", json=body, headers=headers)
    second = client.post(f"{DOOR}/plans", json=body, headers=headers)
    assert first.json["id"] == second.json["id"]
    assert len(client.get(f"{DOOR}/plans").json["plans"]) == 1


REFUSALS: dict[str, tuple[dict[str, object], int]] = {
    "planning_area_not_found": ({"planning_area": "NOWHERE"}, 404),
    "no_couriers": ({"service_date": "2026-11-25"}, 409),
    "day_is_holiday": ({"service_date": "2026-11-24"}, 409),
    "invalid": ({"service_date": "tomorrow"}, 422),
}


@pytest.mark.parametrize("code", REFUSALS)
@pytest.mark.usefixtures("area")
def test_what_cannot_be_planned_is_a_problem_with_the_next_step(
    client: "FlaskClient", session: Session, code: str
) -> None:
    a_holiday(session, WORKING_DAY.replace(day=24))
    session.commit()
    body, status = REFUSALS[code]
    answer = ask(client, **body)
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert answer.content_type == "application/problem+json"
    assert answer.json["action"]
    assert client.get(f"{DOOR}/plans").json["plans"] == []


@pytest.mark.parametrize("body", [{"time_limit_s": 0}, {"time_limit_s": "x"}, {"colour": "red"}])
@pytest.mark.usefixtures("area")
def test_a_wrong_field_is_named(client: "FlaskClient", body: dict[str, object]) -> None:
    answer = ask(client, **body)
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == set(body)


def test_a_plan_that_did_not_move_costs_no_body(client: "FlaskClient", plan_id: str) -> None:
    first = client.get(f"{DOOR}/plans/{plan_id}")
    again = client.get(f"{DOOR}/plans/{plan_id}", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.data


def test_the_tag_changes_when_the_input_moves(
    client: "FlaskClient", session: Session, plan_id: str
) -> None:
    before = client.get(f"{DOOR}/plans/{plan_id}")
    assert before.json["staleness"] == {"stale": False}
    a_booking(session)
    session.commit()
    after = client.get(f"{DOOR}/plans/{plan_id}")
    assert after.json["staleness"]["stale"] is True
    assert after.json["staleness"]["moved"]["leg"]["added"] == 1
    assert before.headers["ETag"] != after.headers["ETag"]


def test_publishing_needs_the_version_that_was_seen(client: "FlaskClient", plan_id: str) -> None:
    url = f"{DOOR}/plans/{plan_id}/publish"
    assert client.post(url, json={}).status_code == 428
    assert client.post(url, json={}, headers={"If-Match": '"old"'}).status_code == 412
    tag = client.get(f"{DOOR}/plans/{plan_id}").headers["ETag"]
    published = client.post(url, json={}, headers={"If-Match": tag})
    assert published.status_code == 200, published.json
    assert published.json["status"] == "PUBLISHED"
    assert published.headers["ETag"] != tag


def test_a_stale_draft_needs_force(client: "FlaskClient", session: Session, plan_id: str) -> None:
    a_booking(session)
    session.commit()
    url = f"{DOOR}/plans/{plan_id}"
    seen = {"If-Match": client.get(url).headers["ETag"], "Accept-Language": "en"}
    refused = client.post(f"{url}/publish", json={}, headers=seen)
    assert (refused.status_code, refused.json["code"]) == (409, "plan_stale")
    assert "legs: 1 added" in refused.json["detail"]
    forced = client.post(f"{url}/publish", json={"force": True}, headers=seen)
    assert forced.status_code == 200, forced.json


def test_a_waiting_plan_is_cancelled_once(client: "FlaskClient", area: PlanningArea) -> None:
    plan_id = ask(client).json["id"]
    assert client.post(f"{DOOR}/plans/{plan_id}/cancel").json["status"] == "CANCELLED"
    again = client.post(f"{DOOR}/plans/{plan_id}/cancel")
    assert (again.status_code, again.json["code"]) == (409, "plan_over")


def test_routes_name_places_visits_and_the_way(client: "FlaskClient", plan_id: str) -> None:
    routes = client.get(f"{DOOR}/plans/{plan_id}/routes").json["routes"]
    assert routes
    for route in routes:
        assert route["geometry"]["type"] == "LineString"
        assert route["stops"][0]["kind"] == "START"
        labels = [stop["label"] for stop in route["stops"] if stop["label"]]
        assert labels == list(range(1, len(labels) + 1))
        homes = [stop for stop in route["stops"] if stop["place_kind"] == "HOME"]
        assert all("Nguyễn Văn Mẫu" in stop["name"] and stop["slot"] for stop in homes)
    visits = [v for r in routes for s in r["stops"] for v in s["visits"]]
    assert {visit["item_code"][-2:] for visit in visits} == {"VN"}


def test_the_map_is_geojson_without_names_of_people(client: "FlaskClient", plan_id: str) -> None:
    answer = client.get(f"{DOOR}/plans/{plan_id}/map")
    document = json.loads(answer.data)
    kinds = {feature["properties"]["kind"] for feature in document["features"]}
    assert document["type"] == "FeatureCollection"
    assert kinds == {"ROUTE", "STOP"}
    assert "Nguyễn Văn Mẫu" not in answer.get_data(as_text=True)


def test_contents_of_a_plan_that_waits_are_refused(
    client: "FlaskClient", area: PlanningArea
) -> None:
    plan_id = ask(client).json["id"]
    for part in ("routes", "map", "unassigned"):
        answer = client.get(f"{DOOR}/plans/{plan_id}/{part}")
        assert (answer.status_code, answer.json["code"]) == (409, "plan_not_ready")
    missing = client.get(f"{DOOR}/plans/{uuid4()}")
    assert (missing.status_code, missing.json["code"]) == (404, "plan_not_found")


def test_the_route_sheet_is_a_pdf(client: "FlaskClient", plan_id: str) -> None:
    route = client.get(f"{DOOR}/plans/{plan_id}/routes").json["routes"][0]
    sheet = client.get(f"{DOOR}/routes/{route['id']}/sheet")
    assert sheet.mimetype == "application/pdf"
    assert sheet.data.startswith(b"%PDF-")
    assert client.get(f"{DOOR}/routes/{uuid4()}/sheet").status_code == 404


def test_the_background_layers_are_ours(
    client: "FlaskClient", session: Session, area: PlanningArea
) -> None:
    a_unit(session)
    session.commit()
    for layer, geometry in (
        ("offices", "Point"),
        ("post-offices", "Point"),
        ("units", "Polygon"),
    ):
        document = json.loads(client.get(f"{DOOR}/map-layers/{layer}").data)
        assert {f["geometry"]["type"] for f in document["features"]} == {geometry}
        assert {f["properties"]["source_status"] for f in document["features"]} == {"SAMPLE"}


def test_the_road_layer_answers_ranges_and_tags(client: "FlaskClient", settings: Settings) -> None:
    missing = client.get(f"{DOOR}/map-layers/roads")
    assert (missing.status_code, missing.json["code"]) == (404, "roads_layer_missing")
    roads = gzip.compress(b'{"type": "FeatureCollection", "features": []}')
    folder: Path = settings.roads_dir
    folder.mkdir(parents=True)
    (folder / "roads_map.geojson.gz").write_bytes(roads)
    whole = client.get(f"{DOOR}/map-layers/roads")
    assert whole.headers["Content-Encoding"] == "gzip"
    assert whole.data == roads
    part = client.get(f"{DOOR}/map-layers/roads", headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.data) == (206, roads[:10])
    same = {"If-None-Match": whole.headers["ETag"]}
    assert client.get(f"{DOOR}/map-layers/roads", headers=same).status_code == 304


def test_bookings_that_nobody_could_place_are_listed(
    client: "FlaskClient", session: Session
) -> None:
    booking = a_booking(session, point=None)
    session.commit()
    (waiting,) = client.get(f"{DOOR}/bookings/to-place").json["bookings"]
    assert waiting["reference"] == booking.reference
    assert waiting["address"] == booking.address.text


def test_a_plan_made_by_a_worker_is_seen_through_the_door(
    client: "FlaskClient", settings: Settings, area: PlanningArea
) -> None:
    plan_id = ask(client, time_limit_s=1).json["id"]
    execute_plan(UUID(plan_id), settings)
    plan = client.get(f"{DOOR}/plans/{plan_id}").json
    assert plan["status"] == "DRAFT"
    assert plan["summary"]["legs"]["planned"] == 6
    assert plan["baseline"]["rule_vi"]
