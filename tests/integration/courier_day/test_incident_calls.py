"""The dispatcher's calls for a day that goes otherwise: done once, foreign ids are 404."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backend import database
from backend.booking.models import BookingStatus
from backend.dossiers.models import Dossier, DossierState
from backend.dossiers.pins import MOST_TRIES, DeliveryPin
from backend.fleet.models import Courier
from tests.builders.booking import WORKING_DAY, a_booking
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.places import CENTRE
from tests.integration.courier_day.conftest import MORNING, Morning, PhoneOf, collected
from tests.integration.courier_day.counters.test_pins import a_pin_for
from tests.integration.courier_day.edge_cases import booking_of, open_kinds
from tests.phone import Phone


def post(door: FlaskClient, path: str, body: dict[str, Any], key: str = "") -> TestResponse:
    headers = {"Idempotency-Key": key or str(uuid.uuid4())}
    return door.post(f"/v1/dispatcher/{path}", json=body, headers=headers)


def act(phone: Phone, kind: str, body: dict[str, Any]) -> None:
    phone.act(kind, body)
    phone.drain()


def test_a_closure_is_declared_once_however_often_it_is_sent(
    morning: Morning, door: FlaskClient
) -> None:
    with database.snapshot() as session:
        zone = session.get_one(Dossier, morning.sends[0].id).filing_office.zone_code
    body = {
        "zone_codes": [zone],
        "starts_at": MORNING.isoformat(),
        "ends_at": (MORNING + timedelta(hours=8)).isoformat(),
        "reason": "BAO_SO_9",
    }
    first = post(door, "closures", body, key="storm-number-9")
    again = post(door, "closures", body, key="storm-number-9")
    assert (first.status_code, again.get_json()) == (201, first.get_json())
    reversed_ = body | {"ends_at": body["starts_at"]}
    refused = post(door, "closures", reversed_)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "closure_times_reversed")
    nowhere = post(door, "closures", body | {"zone_codes": [zone, "KHONG-CO"]})
    assert (nowhere.status_code, nowhere.get_json()["code"]) == (422, "zone_unknown")
    assert list(nowhere.get_json()["fields"]) == ["zone_codes"]


def test_a_sick_couriers_bag_is_ordered_to_another(
    morning: Morning, door: FlaskClient, phone_of: PhoneOf
) -> None:
    act(phone_of(morning.a), *collected(morning.sends[0]))
    with database.unit_of_work() as session:
        later = a_booking(session, service_date=WORKING_DAY + timedelta(days=1))
        (tomorrows,) = later.dossiers
        plan = a_published_plan(session, service_date=later.service_date)
        a_route(session, session.get_one(Courier, morning.a.id), schedule(later), plan=plan)
    body = {"giver": morning.a.code, "receiver": morning.b.code, "reason": "SICK"}
    answer = post(door, "exchanges", body)
    assert answer.status_code == 201
    assert answer.get_json()["dossiers"] == [str(morning.sends[0].id)]
    with database.snapshot() as session:
        legs = [session.get_one(Dossier, each.id).legs[0] for each in (*morning.sends, tomorrows)]
        assert [leg.status.value for leg in legs] == ["UNDER_WAY", "OPEN", "PLANNED"]
    nobody = post(door, "exchanges", body | {"receiver": "BT-KHONG-CO"})
    assert (nobody.status_code, nobody.get_json()["code"]) == (404, "courier_not_found")
    oneself = post(door, "exchanges", body | {"receiver": morning.a.code})
    assert oneself.get_json()["code"] == "exchange_with_oneself"


def test_an_offices_supplement_and_delay_are_entered(
    morning: Morning, door: FlaskClient, phone_of: PhoneOf
) -> None:
    phone, dossier = phone_of(morning.a), morning.sends[0]
    act(phone, *collected(dossier))
    path = f"dossiers/{dossier.id}/supplement"
    early = post(door, path, {"form_no": "02-1"})
    assert (early.status_code, early.get_json()["code"]) == (409, "case_cannot_move")
    body = {"dossier": str(dossier.id), "office": morning.office_id}
    act(phone, "dossier.handed_over", body)
    asked = post(door, path, {"form_no": "02-1"})
    assert asked.status_code == 201
    assert asked.get_json()["item_code"] != dossier.item_code
    late = {"form_no": "04-1", "new_date": (WORKING_DAY + timedelta(days=7)).isoformat()}
    told = post(door, f"dossiers/{dossier.id}/result-late", late)
    assert told.get_json()["appointment_on"] == late["new_date"]


def test_a_result_is_redirected_held_and_picked_up(
    morning: Morning, door: FlaskClient, phone_of: PhoneOf
) -> None:
    phone, dossier = phone_of(morning.a), morning.returns[0]
    where = {"address": "9 Đường Mẫu", "proof": "CCCD mẫu", "lat": CENTRE.lat, "lon": CENTRE.lon}
    half = post(door, f"dossiers/{dossier.id}/redirect", {**where, "lon": None})
    assert half.status_code == 422
    assert post(door, f"dossiers/{dossier.id}/redirect", where).status_code == 200
    body = {"dossier": str(dossier.id), "office": morning.office_id, "seal": "NP-9"}
    act(phone, "result.fetched", body)
    body = {"dossier": str(dossier.id), "post_office": morning.post_office_id}
    early = post(door, f"dossiers/{dossier.id}/pick-up", {"receiver": "OWNER"})
    assert (early.status_code, early.get_json()["code"]) == (409, "custody_not_possible")
    act(phone, "dossier.deposited", body)
    other = {"receiver": "AUTHORISED", "identity": {"paper": "CITIZEN_CARD", "last_digits": "4321"}}
    for showed, status, code in (
        ({"receiver": "AUTHORISED"}, 422, "invalid"),
        (other, 422, "authorisation_missing"),
        (other | {"authorisation": {"valid_to": "2026-11-01"}}, 409, "authorisation_expired"),
    ):
        refused = post(door, f"dossiers/{dossier.id}/pick-up", showed)
        assert (refused.status_code, refused.get_json()["code"]) == (status, code)
    given = post(door, f"dossiers/{dossier.id}/pick-up", {"receiver": "OWNER"})
    assert given.get_json()["state"] == "DELIVERED"
    assert booking_of(dossier).status is BookingStatus.DONE
    assert post(door, "unclaimed", {"on": "2027-06-01"}).get_json() == {"dossiers": []}


def test_a_pick_up_by_the_dispatcher_asks_the_pin_that_was_told_and_looks_at_five(
    morning: Morning, door: FlaskClient, phone_of: PhoneOf
) -> None:
    phone, dossier = phone_of(morning.a), morning.returns[0]
    pin = a_pin_for(dossier)
    wrong = f"{(int(pin) + 1) % 10**6:06d}"

    def ask(**more: Any) -> tuple[int, str]:
        body = {"receiver": "OWNER"} | more
        answer = post(door, f"dossiers/{dossier.id}/pick-up", body)
        return answer.status_code, answer.get_json().get("code", "")

    body = {"dossier": str(dossier.id), "office": morning.office_id, "seal": "NP-9"}
    act(phone, "result.fetched", body)
    early = ask(pin=wrong)
    assert early == (409, "custody_not_possible"), "it is not here: no PIN is tried"
    body = {"dossier": str(dossier.id), "post_office": morning.post_office_id}
    act(phone, "dossier.deposited", body)
    assert ask() == (422, "pin_missing")
    assert ask(pin="12") == (422, "invalid")
    assert [ask(pin=wrong) for _ in range(MOST_TRIES)] == [(409, "pin_wrong")] * MOST_TRIES
    assert ask(pin=pin) == (409, "pin_spent")
    with database.unit_of_work() as session:
        assert session.get_one(Dossier, dossier.id).state is DossierState.RESULT_AT_POST_OFFICE
        session.get_one(DeliveryPin, dossier.id).tries = MOST_TRIES - 1
    assert ask(pin=pin) == (200, "")
    with database.snapshot() as session:
        assert session.get_one(DeliveryPin, dossier.id).tries == MOST_TRIES - 1
        assert session.get_one(Dossier, dossier.id).state is DossierState.DELIVERED


def test_a_pin_that_is_lost_is_waived_aloud_by_the_dispatcher_too(
    morning: Morning, door: FlaskClient, phone_of: PhoneOf
) -> None:
    phone, dossier = phone_of(morning.a), morning.returns[0]
    a_pin_for(dossier)
    body = {"dossier": str(dossier.id), "office": morning.office_id, "seal": "NP-9"}
    act(phone, "result.fetched", body)
    body = {"dossier": str(dossier.id), "post_office": morning.post_office_id}
    act(phone, "dossier.deposited", body)
    given = post(door, f"dossiers/{dossier.id}/pick-up", {"receiver": "OWNER", "without_pin": True})
    assert given.get_json()["state"] == "DELIVERED"
    assert "pin_waived" in open_kinds()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("supplement", {"form_no": "02-1"}),
        ("result-late", {"form_no": "04-1", "new_date": "2026-12-01"}),
        ("redirect", {"address": "9 Đường Mẫu", "proof": "CCCD mẫu"}),
        ("pick-up", {"receiver": "OWNER"}),
    ],
)
def test_a_dossier_that_does_not_exist_is_404(
    morning: Morning, door: FlaskClient, path: str, body: dict[str, Any]
) -> None:
    answer = post(door, f"dossiers/{uuid.uuid4()}/{path}", body)
    assert (answer.status_code, answer.get_json()["code"]) == (404, "dossier_not_found")
