"""Missing papers: asked by the office or brought by the citizen, collected as any other visit."""

import uuid
from datetime import time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from backend import clock, database
from backend.accounts.models import Account, Grant
from backend.accounts.roles import Role
from backend.booking.following.tokens import make_token
from backend.booking.models import Booking, BookingDossier, BookingStatus
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.following.ending import end_of
from backend.dossiers.models import CaseStatus, Dossier, DossierState, Leg, LegStatus
from backend.fleet.models import Courier
from backend.outbox import OutboxMessage
from backend.places.models import PostOffice
from backend.planning.slots.models import HoldStatus, SlotHold
from tests.builders.booking import WORKING_DAY
from tests.builders.courier_days import a_published_plan, a_route
from tests.builders.fleet import a_courier, a_shift
from tests.fixtures.signing import client_of
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected, custody_is_whole
from tests.integration.courier_day.counters.conftest import Counters, at_once, outcomes
from tests.integration.courier_day.counters.test_intake import COPY, checklist, reference_of
from tests.integration.courier_day.edge_cases import (
    about,
    booking_of,
    now_of,
    open_kinds,
    said,
    stop_at,
)
from tests.phone import Phone

__all__ = ["checklist"]

TUESDAY = WORKING_DAY + timedelta(days=1)
WHEN = {"day": TUESDAY.isoformat(), "start": "09:00", "end": "11:00"}
ASKED = {"form_no": "02-0041"} | WHEN


@pytest.fixture
def filed(morning: Morning, phone: Phone, counters: Counters) -> Dossier:
    """A send-only booking that was done with the filing; Tuesday has couriers and no plan."""
    dossier = morning.sends[0]
    said(phone, *collected(dossier))
    items = {"courier": morning.a.code, "items": [{"item": dossier.item_code}]}
    assert outcomes(counters.at_desk("receipts", items)) == ["DONE"]
    with database.unit_of_work() as session:
        for courier in session.scalars(select(Courier)):
            a_shift(session, service_date=TUESDAY, courier=courier)
    assert booking_of(dossier).status is BookingStatus.DONE
    return dossier


@pytest.fixture
def citizen(door: FlaskClient, filed: Dossier) -> FlaskClient:
    """Who owns the booking, signed in."""
    client = client_of(door.application, Role.CITIZEN)
    assert client.get("/v1/session").status_code == 200
    with database.unit_of_work() as session:
        account = session.scalars(
            select(Account.id).join(Grant).where(Grant.role == Role.CITIZEN)
        ).one()
        booking = session.get_one(Booking, booking_of(filed).id)
        booking.owner_account_id = account
    return client


def supplement_of(dossier: Dossier) -> Dossier:
    with database.snapshot() as session:
        row = session.scalars(select(Dossier).where(Dossier.supplements_id == dossier.id)).one()
        return now_of(row)


def way(supplement: Dossier) -> tuple[Any, ...]:
    (leg,) = supplement.legs
    return leg.service_date, leg.window_start, leg.window_end, leg.due_on, leg.status


def told(template: str) -> list[str]:
    with database.snapshot() as session:
        rows = session.scalars(select(OutboxMessage).where(OutboxMessage.template == template))
        return [row.content["text"] for row in rows]


def bring(client: FlaskClient, where: str, **body: Any) -> TestResponse:
    key = {"Idempotency-Key": str(uuid.uuid4())}
    return client.post(f"{where}/supplements", json=ASKED | body, headers=key)


def test_the_desk_asks_and_the_papers_join_the_case(
    filed: Dossier, counters: Counters, phone: Phone, frozen_morning: clock.FrozenClock
) -> None:
    answer = counters.at_desk("supplements", ASKED | {"item": filed.item_code})
    assert answer.status_code == 201, answer.get_json()
    supplement = supplement_of(filed)
    wednesday = TUESDAY + timedelta(days=1)
    assert answer.get_json() == WHEN | {
        "item_code": supplement.item_code,
        "portal_code": filed.portal_code,
        "promised_on": wednesday.isoformat(),
    }, "J is the day of the visit, n one working day in the same zone"
    expected = (TUESDAY, time(9), time(11), wednesday, LegStatus.OPEN)
    assert way(supplement) == expected
    assert now_of(filed).case_status is CaseStatus.SUPPLEMENT_ASKED
    booking = booking_of(filed)
    assert (booking.status, booking.service_date) == (BookingStatus.REQUESTED, TUESDAY)
    (text,) = told("supplement_asked")
    assert "09:00–11:00 ngày 24/11/2026" in text
    assert "{link}" in text
    with database.snapshot() as session:
        (hold,) = session.scalars(select(SlotHold)).all()
        assert (hold.status, hold.point) == (HoldStatus.RELEASED, None)
        kinds = session.scalars(select(CounterAct.kind)).all()
        assert kinds.count(ActKind.SUPPLEMENT) == 1
    again = counters.at_desk("supplements", ASKED | {"item": filed.item_code})
    assert (again.status_code, again.get_json()["code"]) == (409, "case_cannot_move")
    before = now_of(filed).filed_at
    frozen_morning.advance(timedelta(days=1, hours=3))
    phone.clock.advance(days=1, hours=3)
    said(phone, *collected(supplement, seal="NP-77"))
    assert booking_of(filed).status is BookingStatus.COLLECTED
    office = str(filed.filing_office_id)
    said(phone, "dossier.handed_over", about(supplement, office=office))
    original = now_of(filed)
    assert (original.case_status, original.filed_at) == (
        CaseStatus.ACCEPTED,
        now_of(supplement).filed_at,
    )
    assert before is not None
    assert original.filed_at is not None
    assert original.filed_at > before, "the legal filing time begins anew (DOMAIN §4)"
    assert booking_of(filed).status is BookingStatus.DONE
    assert custody_is_whole()


def test_a_citizen_has_them_collected_and_the_office_asks_afterwards(
    filed: Dossier, citizen: FlaskClient, counters: Counters
) -> None:
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    made = bring(citizen, where)
    assert made.status_code == 201, made.get_json()
    supplement = supplement_of(filed)
    assert made.get_json()["item_code"] == supplement.item_code
    assert now_of(filed).case_status is CaseStatus.NEWLY_FILED, "the case is the office's to move"
    assert len(told("supplement_booked")) == 1
    second = bring(citizen, where)
    assert (second.status_code, second.get_json()["code"]) == (409, "supplement_already_booked")
    shown = citizen.get(where).get_json()
    assert (shown["day"], shown["start"]) == (WHEN["day"], WHEN["start"])
    asked = counters.at_desk("supplements", {"form_no": "02-0041", "item": filed.item_code})
    assert asked.get_json()["item_code"] == supplement.item_code, "the one that was booked already"
    assert now_of(filed).case_status is CaseStatus.SUPPLEMENT_ASKED
    assert told("supplement_asked") == []


def test_its_visit_is_moved_as_any_other(filed: Dossier, citizen: FlaskClient) -> None:
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    assert bring(citizen, where).status_code == 201
    wish = {"act": "RESCHEDULED", "day": WHEN["day"], "start": "13:30", "end": "15:30"}
    seen = citizen.post(f"{where}/preview", json=wish)
    assert seen.status_code == 200, seen.get_json()
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": str(uuid.uuid4())}
    moved = citizen.post(f"{where}/change", json=wish, headers=headers)
    assert moved.status_code == 200, moved.get_json()
    supplement = supplement_of(filed)
    assert way(supplement)[:3] == (TUESDAY, time(13, 30), time(15, 30))
    assert now_of(filed).legs[-1].status is LegStatus.DONE


def test_its_visit_is_cancelled_and_what_was_filed_stays_filed(
    filed: Dossier, citizen: FlaskClient, counters: Counters, frozen_morning: clock.FrozenClock
) -> None:
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    assert bring(citizen, where).status_code == 201
    seen = citizen.post(f"{where}/preview", json={"act": "CANCELLED"})
    assert seen.status_code == 200, seen.get_json()
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": str(uuid.uuid4())}
    done = citizen.post(f"{where}/change", json={"act": "CANCELLED"}, headers=headers)
    assert done.status_code == 200, done.get_json()
    assert way(supplement_of(filed))[-1] is LegStatus.CANCELLED
    assert booking_of(filed).status is BookingStatus.DONE, "not cancelled: it is filed"
    assert now_of(filed).state is DossierState.HANDED_OVER
    (text,) = told("supplement_cancelled")
    assert "Hồ sơ đã nộp vẫn giữ nguyên" in text
    assert told("booking.cancelled") == []
    again = citizen.post(f"{where}/preview", json={"act": "CANCELLED"})
    assert again.get_json()["code"] == "papers_collected", "as for any that is filed"
    with database.snapshot() as session:
        end = end_of(session, session.get_one(Booking, booking_of(filed).id))
        assert end.has_ended, "papers that stay at home keep no link open"
    asked = counters.at_desk("supplements", ASKED | {"item": filed.item_code})
    assert asked.status_code == 201, "the office may still ask for them"
    assert booking_of(filed).status is BookingStatus.REQUESTED
    with database.snapshot() as session:
        end = end_of(session, session.get_one(Booking, booking_of(filed).id))
        assert not end.has_ended


def change(citizen: FlaskClient, where: str, **wish: Any) -> TestResponse:
    """What was previewed, done."""
    seen = citizen.post(f"{where}/preview", json=wish)
    assert seen.status_code == 200, seen.get_json()
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": str(uuid.uuid4())}
    return citizen.post(f"{where}/change", json=wish, headers=headers)


def joined_to(filed: Dossier, other: Dossier) -> Dossier:
    """The other one, which now belongs to the same booking."""
    with database.unit_of_work() as session:
        joined = update(BookingDossier).where(BookingDossier.dossier_id == other.id)
        session.execute(joined.values(booking_id=booking_of(filed).id))
    return other


def test_what_still_waits_for_another_visit_keeps_its_day_and_its_visit(
    filed: Dossier, morning: Morning, citizen: FlaskClient
) -> None:
    other = joined_to(filed, morning.sends[1])
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    assert bring(citizen, where, item_code=filed.item_code).status_code == 201
    assert citizen.get(where).get_json()["day"] == WORKING_DAY.isoformat(), "the other is first"
    thursday = TUESDAY + timedelta(days=2)
    with database.unit_of_work() as session:
        session.execute(update(Leg).where(Leg.dossier_id == other.id).values(service_date=thursday))
    wish = {"act": "RESCHEDULED", "day": WHEN["day"], "start": "13:30", "end": "15:30"}
    assert change(citizen, where, **wish).status_code == 200
    assert way(supplement_of(filed))[:3] == (TUESDAY, time(13, 30), time(15, 30))
    assert now_of(other).legs[-1].service_date == thursday, "it has a visit of its own"
    shown = citizen.get(where).get_json()
    assert (shown["day"], shown["start"]) == (WHEN["day"], "13:30")
    assert change(citizen, where, act="CANCELLED").status_code == 200
    assert way(supplement_of(filed))[-1] is LegStatus.CANCELLED
    assert now_of(other).legs[-1].status is LegStatus.PLANNED
    assert booking_of(filed).service_date == thursday


def test_the_visit_for_missing_papers_is_cancelled_by_name_though_another_is_nearer(
    filed: Dossier, morning: Morning, citizen: FlaskClient
) -> None:
    other = joined_to(filed, morning.sends[1])
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    assert bring(citizen, where, item_code=filed.item_code).status_code == 201
    named = str(supplement_of(filed).legs[0].id)
    assert change(citizen, where, act="CANCELLED", visit=named).status_code == 200
    assert way(supplement_of(filed))[-1] is LegStatus.CANCELLED
    assert now_of(other).legs[-1].status is LegStatus.PLANNED


def test_papers_that_were_given_up_hold_up_no_others(
    filed: Dossier, citizen: FlaskClient, phone: Phone, frozen_morning: clock.FrozenClock
) -> None:
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    assert bring(citizen, where).status_code == 201
    given_up = supplement_of(filed).id
    seen = citizen.post(f"{where}/preview", json={"act": "CANCELLED"})
    headers = {"If-Match": seen.headers["ETag"], "Idempotency-Key": str(uuid.uuid4())}
    done = citizen.post(f"{where}/change", json={"act": "CANCELLED"}, headers=headers)
    assert done.status_code == 200, done.get_json()
    assert bring(citizen, where).status_code == 201
    with database.snapshot() as session:
        made = select(Dossier).where(Dossier.supplements_id == filed.id, Dossier.id != given_up)
        second = now_of(session.scalars(made).one())
    frozen_morning.advance(timedelta(days=1, hours=3))
    phone.clock.advance(days=1, hours=3)
    said(phone, *collected(second, seal="NP-77"))
    said(phone, "dossier.handed_over", about(second, office=str(filed.filing_office_id)))
    assert booking_of(filed).status is BookingStatus.DONE


def test_what_cannot_be_booked_leaves_nothing_behind(
    morning: Morning, filed: Dossier, citizen: FlaskClient, counters: Counters, door: FlaskClient
) -> None:
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    for body, code in (
        ({"item_code": morning.sends[1].item_code}, "item_not_in_booking"),
        ({"start": "09:30"}, "no_such_window"),
        ({"day": (TUESDAY + timedelta(days=1)).isoformat()}, "slot_gone"),  # nobody on shift
    ):
        answer = bring(citizen, where, **body)
        assert answer.get_json()["code"] == code
    half = {name: value for name, value in ASKED.items() if name != "end"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    answer = citizen.post(f"{where}/supplements", json=half, headers=key)
    assert (answer.status_code, list(answer.get_json()["fields"])) == (422, ["end"])
    other = f"/v1/citizen/bookings/{reference_of(morning.sends[1])}"
    assert bring(citizen, other).status_code == 404
    stranger = client_of(door.application, Role.CITIZEN)
    assert bring(stranger, where).status_code == 404
    assert bring(client_of(door.application, Role.COURIER), where).status_code == 403
    not_filed = counters.at_desk("supplements", ASKED | {"item": morning.sends[1].item_code})
    assert (not_filed.status_code, not_filed.get_json()["code"]) == (409, "not_held_here")
    with database.snapshot() as session:
        made = select(Dossier).where(Dossier.supplements_id.is_not(None))
        assert session.scalars(made).all() == []
        assert session.scalars(select(SlotHold)).all() == []
    assert booking_of(filed).status is BookingStatus.DONE


def test_papers_still_on_their_way_cannot_be_supplemented(
    morning: Morning, citizen: FlaskClient
) -> None:
    with database.unit_of_work() as session:
        other = session.get_one(Booking, booking_of(morning.sends[1]).id)
        mine = session.scalars(select(Booking).where(Booking.owner_account_id.is_not(None))).one()
        other.owner_account_id = mine.owner_account_id
    answer = bring(citizen, f"/v1/citizen/bookings/{reference_of(morning.sends[1])}")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "nothing_to_supplement")


def test_by_link_two_at_once_book_one(filed: Dossier, door: FlaskClient) -> None:
    with database.unit_of_work() as session:
        where = f"/v1/citizen/follow/{make_token(session, booking_of(filed).id)}"
    anybody = door.application.test_client()
    answers = at_once(lambda: bring(anybody, where), lambda: bring(anybody, where))
    assert sorted(each.status_code for each in answers) == [201, 409]
    assert supplement_of(filed).state is DossierState.ANNOUNCED
    assert bring(anybody, "/v1/citizen/follow/nonsense").status_code == 404


def test_the_dispatcher_asks_with_a_window_or_leaves_the_day_to_us(
    filed: Dossier, door: FlaskClient
) -> None:
    where = f"/v1/dispatcher/dossiers/{filed.id}/supplement"
    half = {"form_no": "02-1", "start": "09:00", "end": "11:00"}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    refused = door.post(where, json=half, headers=key)
    assert (refused.status_code, list(refused.get_json()["fields"])) == (422, ["day"])
    key = {"Idempotency-Key": str(uuid.uuid4())}
    made = door.post(where, json={"form_no": "02-1"}, headers=key)
    assert made.status_code == 201, made.get_json()
    assert way(supplement_of(filed))[:2] == (TUESDAY, None)
    repeated = door.post(where, json={"form_no": "02-1"}, headers=key)
    assert repeated.get_json() == made.get_json()


def test_brought_to_a_counter_they_are_not_compared_with_the_whole_checklist(
    filed: Dossier, citizen: FlaskClient, counters: Counters, checklist: None
) -> None:
    assert bring(citizen, f"/v1/citizen/bookings/{reference_of(filed)}").status_code == 201
    body = {"booking": reference_of(filed), "dossiers": [{"papers": [COPY], "seal": "NP-78"}]}
    taken = counters.at_counter("intakes", body)
    assert taken.status_code == 201, taken.get_json()
    (line,) = taken.get_json()["dossiers"]
    assert line["outcome"] == "TAKEN"
    supplement = supplement_of(filed)
    assert supplement.state is DossierState.AT_POST_OFFICE
    assert supplement.legs[0].status is LegStatus.CANCELLED, "nobody comes for them any more"
    assert custody_is_whole()


def test_cancelled_at_the_door_what_was_filed_stays_filed(
    filed: Dossier, citizen: FlaskClient, phone_of: PhoneOf, frozen_morning: clock.FrozenClock
) -> None:
    assert bring(citizen, f"/v1/citizen/bookings/{reference_of(filed)}").status_code == 201
    supplement = supplement_of(filed)
    with database.unit_of_work() as session:
        plan = a_published_plan(session, service_date=TUESDAY)
        courier = a_courier(session, post_office=session.scalars(select(PostOffice)).one())
        leg = session.get_one(Leg, supplement.legs[0].id)
        a_route(session, courier, [leg], plan=plan)
    frozen_morning.advance(timedelta(days=1))
    phone = phone_of(courier)
    phone.drain()
    body = {"stop": stop_at(phone, supplement, "COLLECTION"), "reason": "CITIZEN_CANCELLED"}
    assert said(phone, "stop.failed", body)[0] == "applied"
    assert supplement_of(filed).legs[-1].status is LegStatus.CANCELLED
    assert booking_of(filed).status is BookingStatus.DONE
    assert "cancelled_at_door" in open_kinds()
    assert now_of(filed).state is DossierState.HANDED_OVER
