"""What a day names by its hash: fetched once, each courier's own; and how large a day is."""

import gzip
import hashlib
import json
import os
import random
from typing import Any

import pytest
from flask.testing import FlaskClient
from geoalchemy2.shape import from_shape
from shapely import LineString
from sqlalchemy import select

from backend import database
from backend.catalogue.models import ChecklistItem, Procedure
from backend.courier_day.delivery_pins import make_pins
from backend.dossiers import pins
from backend.dossiers.models import LegPurpose
from backend.fleet.models import Courier
from backend.planning.models import Route
from tests.builders.booking import a_booking, a_return
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import CENTRE, near
from tests.integration.courier_day.conftest import Morning, PhoneOf
from tests.phone import Phone

MOST_BYTES = 15 * 1024
"""SYNC §1: of a day of 40 stops, compressed, without attachments."""


def fetch(door: FlaskClient, phone: Phone, sha256: str) -> Any:
    headers = {"Authorization": f"Bearer {phone.store.get_meta('token')}"}
    return door.get(f"/v1/courier/attachments/{sha256}", headers=headers)


@pytest.fixture
def drawn(morning: Morning) -> None:
    """A's route has a line on the map, and the procedure a checklist."""
    with database.unit_of_work() as session:
        route = session.scalars(select(Route).where(Route.courier_id == morning.a.id)).one()
        route.geometry = from_shape(LineString([(108.22, 16.06), (108.2213, 16.0605)]), srid=4326)
        route.geometry_source = "OSRM_MOTORBIKE"
        procedure = session.scalars(select(Procedure)).first()
        assert procedure is not None
        for ordinal, name in enumerate(("Đơn đề nghị", "Ảnh 3×4"), start=100):
            item = ChecklistItem(ordinal=ordinal, name=name, originals=1)
            procedure.checklist.append(item)


def test_checklists_and_lines_are_fetched_under_their_hash(
    drawn: None, phone: Phone, door: FlaskClient
) -> None:
    day = phone.view().day
    checklist = fetch(door, phone, day["procedures"][0]["checklist"])
    assert checklist.status_code == 200
    assert hashlib.sha256(checklist.data).hexdigest() == day["procedures"][0]["checklist"]
    assert {"Đơn đề nghị", "Ảnh 3×4"} <= {each["name"] for each in checklist.get_json()["papers"]}
    line = fetch(door, phone, day["routes"][0]["line"]).get_json()
    assert line["lat_lon_steps"] == [160_600_000, 1_082_200_000, 5_000, 13_000]
    assert "immutable" in checklist.headers["Cache-Control"]
    assert checklist.headers["ETag"].strip('"') == day["procedures"][0]["checklist"]


def test_what_another_courier_s_day_names_is_not_found(
    drawn: None, morning: Morning, phone: Phone, phone_of: PhoneOf, door: FlaskClient
) -> None:
    line = phone.view().day["routes"][0]["line"]
    stranger = phone_of(morning.b)
    for sha256 in (line, "0" * 64, "x" * 64):
        answer = fetch(door, stranger, sha256)
        assert (answer.status_code, answer.get_json()["code"]) == (404, "attachment_not_found")
    assert fetch(door, stranger, "12").status_code == 404
    assert door.get(f"/v1/courier/attachments/{line}").status_code == 401


def test_a_changed_checklist_is_another_attachment(
    drawn: None, morning: Morning, phone: Phone, door: FlaskClient
) -> None:
    before = phone.view().day["procedures"][0]["checklist"]
    with database.unit_of_work() as session:
        procedure = session.scalars(select(Procedure)).first()
        assert procedure is not None
        procedure.checklist.append(ChecklistItem(ordinal=200, name="Hộ chiếu", photocopies=1))
        session.get_one(Courier, morning.a.id).revision += 1
    phone.drain()
    after = phone.view().day["procedures"][0]["checklist"]
    assert after != before
    assert fetch(door, phone, before).status_code == 404
    assert fetch(door, phone, after).status_code == 200


def test_a_day_of_forty_stops_is_at_most_fifteen_kilobytes_compressed(
    morning: Morning, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """20 collections and 20 deliveries at doors of their own; names, addresses, phones differ.

    Hashes of PINs are of their size and made of nothing: the real ones take a fifth of a second.
    """
    monkeypatch.setattr(pins, "_digest", lambda *_: os.urandom(32))
    chance = random.Random(1)
    names = ("Nguyễn Văn Mẫu", "Trần Thị Giả Định", "Lê Hoàng Thử Nghiệm", "Phạm Ngọc Ví Dụ")
    with database.unit_of_work() as session:
        courier = a_courier(session, post_office=session.get_one(Courier, morning.b.id).post_office)
        bookings = [
            (a_booking if number % 2 else a_return)(
                session,
                applicant_name=f"{chance.choice(names)} {number}",
                phone=f"0900 {chance.randrange(10**6):06d}",
                address=f"K{chance.randrange(99)}/{number} Đường Mẫu {number % 7}, Đà Nẵng",
                point=near(
                    CENTRE, north_m=chance.randrange(-3000, 3000), east_m=chance.randrange(3000)
                ),
            )
            for number in range(40)
        ]
        legs = schedule(*bookings)
        assert {leg.purpose for leg in legs} == {LegPurpose.COLLECTION, LegPurpose.RETURN}
        a_route(session, courier, legs, plan=a_published_plan(session))
    while make_pins(most=20):
        pass
    phone = phone_of(courier)
    phone.drain()
    day = phone.view().day
    doors = [stop for stop in day["routes"][0]["stops"] if stop["place"]["kind"] == "HOME"]
    assert len(doors) == 40
    assert len(day["pins"]) == 20
    packed = gzip.compress(json.dumps(day, ensure_ascii=False, separators=(",", ":")).encode())
    assert len(packed) <= MOST_BYTES
