"""A phone works its stops over HTTP: each command has its effect on visits, legs and custody."""

import random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend import clock, database
from backend.booking.models import Booking, BookingDossier, BookingStatus
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import (
    CustodyEvent,
    CustodyEventType,
    Dossier,
    DossierState,
    KeeperKind,
    Leg,
    LegStatus,
)
from backend.places.geocoding import locate_address
from backend.places.models import PlaceKind, Placement
from backend.planning.models import Stop, StopStatus, Visit, VisitKind, VisitStatus
from tests.builders.places import PROVINCE
from tests.integration.courier_day.conftest import (
    MORNING,
    Morning,
    PhoneOf,
    a_morning,
    collected,
    custody_is_whole,
)
from tests.phone import Phone
from tests.phone.courier import Working


def work(phone: Phone, *, fails: float = 0.0) -> Working:
    """Rides the day to its end."""
    phone.drain()
    working = Working(phone, random.Random(4), fails=fails)
    while working.next_stop():
        phone.drain()
    return working


def test_a_whole_morning_ends_with_every_paper_where_it_belongs(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    work(phone)
    assert {entry["status"] for entry in phone.store.results().values()} == {"applied"}
    with database.unit_of_work() as session:
        sends = [session.get_one(Dossier, each.id) for each in morning.sends]
        assert {each.state for each in sends} == {DossierState.HANDED_OVER}
        assert {each.keeper_kind for each in sends} == {KeeperKind.OFFICE}
        assert all(each.filed_at and each.filed_at.second == 0 for each in sends)
        assert {each.accepted_on for each in sends} == {clock.local_date(MORNING)}
        (returned,) = [session.get_one(Dossier, each.id) for each in morning.returns]
        assert returned.state is DossierState.DELIVERED
        assert {leg.status for leg in session.scalars(select(Leg))} == {LegStatus.DONE}
        assert {visit.status for visit in session.scalars(select(Visit))} == {VisitStatus.DONE}
        assert {booking.status for booking in session.scalars(select(Booking))} == {
            BookingStatus.DONE
        }
        with_visits = select(Stop).where(Stop.visits.any())
        assert {stop.status for stop in session.scalars(with_visits)} == {StopStatus.CLOSED}
    assert custody_is_whole()


def test_the_day_names_people_only_while_a_visit_at_their_door_is_open(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    before = phone.view().day
    assert len(before["contacts"]) == 3
    assert all(contact["phone"].startswith("0900") for contact in before["contacts"])
    dossier = morning.sends[0]
    phone.act(*collected(dossier))
    phone.drain()
    after = phone.view().day
    assert len(after["contacts"]) == 2
    done = next(
        stop
        for stop in phone.view().stops()
        if stop["visits"][0]["dossier"] == str(dossier.id) and stop["place"]["kind"] == "HOME"
    )
    assert done["status"] == "CLOSED"
    assert done["place"]["address"] is None
    assert done["place"]["lat"] is None
    assert str(dossier.id) in after["held"]
    work(phone)
    assert phone.view().day["contacts"] == []
    assert phone.view().open_visits() == []


def test_a_collection_that_failed_waits_for_the_next_working_day(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    stop, visit = phone.view().open_visits()[0]
    phone.act("stop.failed", {"stop": stop["id"], "reason": "CITIZEN_ABSENT"})
    phone.drain()
    with database.unit_of_work() as session:
        dossier = session.get_one(Dossier, visit["dossier"])
        (leg,) = dossier.legs
        assert (leg.status, leg.attempt) == (LegStatus.OPEN, 2)
        assert leg.service_date.isoformat() == "2026-11-24"
        assert leg.failure_reason == "CITIZEN_ABSENT"
        kinds = {
            each.kind: each.status
            for each in session.scalars(select(Visit).where(Visit.leg_id == leg.id))
        }
        assert kinds == {
            VisitKind.COLLECTION: VisitStatus.FAILED,
            VisitKind.HAND_OVER: VisitStatus.CANCELLED,
        }
        newest = session.get_one(CustodyEvent, (dossier.id, dossier.event_count))
        assert newest.type is CustodyEventType.ATTEMPT_FAILED
        assert newest.reason == "CITIZEN_ABSENT/CITIZEN"
        assert dossier.keeper_kind is KeeperKind.CITIZEN
    assert visit["dossier"] not in {v["dossier"] for _, v in phone.view().open_visits()}


def test_a_delivery_that_failed_goes_to_the_post_office_and_out_again_two_days_later(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    dossier = morning.returns[0]
    phone.act(
        "result.fetched",
        {"dossier": str(dossier.id), "office": morning.office_id, "seal": "NP-9"},
    )
    home = next(
        stop
        for stop, visit in phone.view().open_visits()
        if visit["kind"] == "DELIVERY" and visit["dossier"] == str(dossier.id)
    )
    phone.act("stop.failed", {"stop": home["id"], "reason": "CITIZEN_ABSENT"})
    phone.act(
        "dossier.deposited",
        {"dossier": str(dossier.id), "post_office": morning.post_office_id},
    )
    phone.drain()
    assert {entry["status"] for entry in phone.store.results().values()} == {"applied"}
    with database.unit_of_work() as session:
        row = session.get_one(Dossier, dossier.id)
        assert row.state is DossierState.RESULT_AT_POST_OFFICE
        first, second = row.legs
        assert (first.status, first.to_kind) == (LegStatus.DONE, PlaceKind.POST_OFFICE)
        assert (second.status, second.to_kind) == (LegStatus.OPEN, PlaceKind.HOME)
        assert second.service_date.isoformat() == "2026-11-25"
        assert second.attempt == 2
        assert second.window_start == first.window_start
        # Nobody was in: the clock stood for the two working days until the second visit.
        later = load_calendar(session, PROVINCE).add_working_days(first.due_on, 2)
        assert second.due_on == later
    assert custody_is_whole()


def test_a_collection_deposited_overnight_opens_the_leg_to_the_office_and_is_taken_next_day(
    door: FlaskClient, frozen_morning: clock.FrozenClock, phone_of: PhoneOf
) -> None:
    with database.unit_of_work() as session:
        morning = a_morning(session, drop_kind=VisitKind.DEPOSIT)
    phone = phone_of(morning.a)
    work(phone)
    with database.unit_of_work() as session:
        dossier = session.get_one(Dossier, morning.sends[0].id)
        assert dossier.state is DossierState.AT_POST_OFFICE
        first, second = dossier.legs
        assert second.from_kind is PlaceKind.POST_OFFICE
        assert (second.to_kind, second.to_id) == (PlaceKind.OFFICE, dossier.filing_office_id)
        assert second.service_date.isoformat() == "2026-11-24"
        assert second.cash_vnd == 0
        assert (first.status, second.status) == (LegStatus.DONE, LegStatus.OPEN)
        assert {visit.status for visit in session.scalars(select(Visit))} == {VisitStatus.DONE}
    phone.act(
        "dossier.taken",
        {"dossier": str(dossier.id), "post_office": morning.post_office_id},
    )
    phone.act("dossier.handed_over", {"dossier": str(dossier.id), "office": morning.office_id})
    phone.drain()
    with database.unit_of_work() as session:
        row = session.get_one(Dossier, dossier.id)
        assert row.state is DossierState.HANDED_OVER
        assert [leg.status for leg in row.legs] == [LegStatus.DONE, LegStatus.DONE]
    assert custody_is_whole()


def test_every_change_raises_the_revision_and_a_sync_without_one_brings_no_day(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    _, first, _ = phone.store.day()
    answer = phone.transport.post(
        "/v1/courier/sync", phone.request(), phone.store.get_meta("token")
    )
    assert answer.body["day"] is None
    assert answer.body["revision"] == first
    phone.act(*collected(morning.sends[0]))
    phone.drain()
    _, second, _ = phone.store.day()
    assert second == first + 1


def test_a_new_date_is_a_new_revision_that_forgets_yesterday(
    morning: Morning, phone_of: PhoneOf, frozen_morning: clock.FrozenClock
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    _, first, day = phone.store.day()
    assert len(day["routes"]) == 1
    frozen_morning.move_to(MORNING.replace(day=24))
    phone.drain()
    _, second, day = phone.store.day()
    assert second == first + 1
    assert day["routes"] == []
    assert day["contacts"] == []


def test_the_right_phone_number_is_taken_once_and_a_stale_one_refused(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    contact = phone.view().day["contacts"][0]
    for number in ("0900 000 111", "0900 000 222"):
        phone.act(
            "contact.correct_phone",
            {"contact": contact["id"], "phone": number},
            base={"contact": contact["id"], "version": contact["version"]},
        )
    phone.drain()
    outcomes = [(e["status"], e["code"]) for e in phone.store.results().values()]
    assert sorted(outcomes, key=str) == [("applied", None), ("refused", "stale")]
    now = next(c for c in phone.view().day["contacts"] if c["id"] == contact["id"])
    assert (now["phone"], now["version"]) == ("0900 000 111", contact["version"] + 1)


def test_a_door_that_a_courier_corrects_is_where_the_next_booking_begins(
    morning: Morning, phone_of: PhoneOf
) -> None:
    """Only its own courier says so, exactly enough, and not at another house."""
    phone, other = phone_of(morning.a), phone_of(morning.b)
    phone.drain()
    stop, _ = next(
        (stop, visit)
        for stop, visit in phone.view().open_visits()
        if visit["dossier"] == str(morning.sends[0].id)
    )
    lat, lon = stop["place"]["lat"] + 9_000, stop["place"]["lon"]  # 100 m to the north
    right = {"stop": stop["id"], "lat": lat, "lon": lon, "acc_m": 8}
    refused = {
        phone.act("stop.correct_door", right | {"acc_m": 80}): "inexact",
        phone.act("stop.correct_door", right | {"lat": lat + 200_000}): "too_far",
        other.act("stop.correct_door", right): "not_assignee",
    }
    taken = phone.act("stop.correct_door", right)
    phone.drain()
    other.drain()
    results = phone.store.results() | other.store.results()
    assert {act: results[act]["code"] for act in refused} == refused
    assert results[taken]["status"] == "applied"
    (now,) = [each for each in phone.view().stops() if each["id"] == stop["id"]]
    assert now["place"]["lat"] == lat
    with database.unit_of_work() as session:
        booking = session.scalars(
            select(Booking)
            .join(BookingDossier)
            .where(BookingDossier.dossier_id == morning.sends[0].id)
        ).one()
        found = locate_address(session, booking.province_code, booking.address.text)
        assert found.placement is Placement.BY_COURIER
        assert found.point is not None
        assert round(found.point.lat * 10_000_000) == lat


@pytest.mark.parametrize(
    ("more", "days"),
    [
        ({"reason": "CITIZEN_ABSENT"}, 1),
        ({"reason": "STORM"}, 1),
        ({"reason": "NO_TIME"}, 0),
        ({"reason": "CITIZEN_ABSENT", "fault": "POST"}, 0),
    ],
    ids=lambda value: "-".join(value.values()) if isinstance(value, dict) else str(value),
)
def test_whose_fault_it_was_says_whether_the_promise_moves(
    morning: Morning, phone_of: PhoneOf, more: dict[str, str], days: int
) -> None:
    """Visits of Monday that failed: the collection, tried again on Tuesday; papers in the bag."""
    phone = phone_of(morning.a)
    phone.drain()
    stop, visit = phone.view().open_visits()[0]
    with database.snapshot() as session:
        due = session.get_one(Dossier, visit["dossier"]).legs[0].due_on
        calendar = load_calendar(session, PROVINCE)
    phone.act("stop.failed", {"stop": stop["id"]} | more)
    phone.drain()
    with database.snapshot() as session:
        (leg,) = session.get_one(Dossier, visit["dossier"]).legs
        assert leg.service_date.isoformat() == "2026-11-24"
        assert leg.due_on == calendar.add_working_days(due, days)


@pytest.mark.parametrize(("reason", "days"), [("IDENTITY_UNCLEAR", 2), ("VEHICLE_DOWN", 0)])
def test_the_clock_of_papers_in_the_bag_stands_unless_the_post_failed(
    morning: Morning, phone_of: PhoneOf, reason: str, days: int
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    dossier = morning.returns[0]
    office = {"dossier": str(dossier.id), "office": morning.office_id, "seal": "NP-9"}
    phone.act("result.fetched", office)
    home = next(
        stop
        for stop, visit in phone.view().open_visits()
        if visit["kind"] == "DELIVERY" and visit["dossier"] == str(dossier.id)
    )
    phone.act("stop.failed", {"stop": home["id"], "reason": reason})
    rest = {"dossier": str(dossier.id), "post_office": morning.post_office_id}
    phone.act("dossier.deposited", rest)
    phone.drain()
    with database.snapshot() as session:
        first, second = session.get_one(Dossier, dossier.id).legs
        assert second.service_date.isoformat() == "2026-11-25"
        calendar = load_calendar(session, PROVINCE)
        assert second.due_on == calendar.add_working_days(first.due_on, days)
