"""What comes to a day after its plan was made is seen on the board, and somebody can be found for
it: late bookings, results that became ready, visits that moved."""

import gc
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from backend.accounts.roles import Role
from backend.booking.changes import BookingChange, ChangeKind, Fault
from backend.clock import now
from backend.dossiers.models import Leg, LegStatus
from backend.places.models import PlanningArea
from backend.planning.edits.workbench import Workbench
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, a_return, leg_of
from tests.builders.planning import a_day, make_plan
from tests.integration.planning.edits_over_http import DOOR, Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session, collections=4, returns=2)
    session.commit()
    return area


@pytest.fixture
def console(client: "FlaskClient", area: PlanningArea, settings: Settings) -> Console:
    console = Console(client, str(make_plan(area.id, settings)))
    assert console.publish().status_code == 200
    return console


def new_work(console: Console) -> dict[str, str]:
    """Leg → how it came."""
    answer = console.client.get(f"{console.url}/new-work")
    assert answer.status_code == 200, answer.json
    return {each["leg"]["leg_id"]: each["reasons"][0]["code"] for each in answer.json["new_work"]}


def test_late_bookings_and_ready_results_are_listed_with_how_they_came(
    console: Console, session: Session
) -> None:
    assert new_work(console) == {}
    booked = leg_of(a_booking(session, slot_start=time(9), slot_end=time(11)))
    result = leg_of(a_return(session, slot_start=time(14), slot_end=time(16)))
    a_booking(session, service_date=WORKING_DAY + timedelta(days=1))
    session.commit()
    assert new_work(console) == {str(booked.id): "BOOKED_SINCE", str(result.id): "RETURN_SINCE"}


def test_a_moved_visit_is_listed_until_a_version_has_it(console: Console, session: Session) -> None:
    booking = a_booking(session)
    session.add(
        BookingChange(
            province_code=booking.province_code,
            booking_id=booking.id,
            kind=ChangeKind.RESCHEDULED,
            before_on=WORKING_DAY,
            after_on=WORKING_DAY,
            fault=Fault.CITIZEN,
            made_at=now(),
        )
    )
    session.commit()
    assert new_work(console) == {str(leg_of(booking).id): "MOVED_SINCE"}


def test_somebody_can_take_it_and_it_goes_into_a_draft(console: Console, session: Session) -> None:
    booking = a_booking(session, slot_start=time(9), slot_end=time(11))
    leg = leg_of(booking)
    session.commit()
    url = f"{console.url}/who-can-take"
    asked = console.client.get(url, query_string={"leg": str(leg.id)})
    assert asked.status_code == 200, asked.json
    (first, *_) = asked.json["takers"]
    assert asked.json["leg_ids"] == [str(leg.id)]
    named = console.client.get(url, query_string={"booking": booking.reference})
    assert named.json == asked.json
    add = {"kind": "ADD", "leg": str(leg.id), "courier": first["courier_code"]}
    tried = console.attempt(add)
    assert tried.json["total"]["price"] == first["price"], "as it was told"
    saved = console.keep(add)
    assert saved["plan"]["status"] == "DRAFT"
    assert new_work(console) == {}, "the draft knows it"
    assert console.publish().status_code == 200
    session.expire_all()
    assert session.get_one(Leg, leg.id).status is LegStatus.PLANNED


def plans_in_memory() -> int:
    gc.collect()
    return sum(type(each) is Workbench for each in gc.get_objects())


def test_a_plan_that_is_opened_anew_leaves_nothing_of_the_older_one_in_memory(
    console: Console, session: Session
) -> None:
    def ask(leg: Leg) -> int:
        url = f"{console.url}/who-can-take"
        asked = console.client.get(url, query_string={"leg": str(leg.id)})
        assert asked.status_code == 200, asked.json
        return plans_in_memory()

    def booked() -> Leg:
        leg = leg_of(a_booking(session, slot_start=time(9), slot_end=time(11)))
        session.commit()
        return leg

    booked()  # its room is kept beside what is asked about
    kept = ask(booked())
    assert ask(booked()) == kept


def test_work_of_another_day_is_nobodys_to_take(console: Console, session: Session) -> None:
    leg = leg_of(a_booking(session, service_date=WORKING_DAY + timedelta(days=1)))
    session.commit()
    url = f"{console.url}/who-can-take"
    other = console.client.get(url, query_string={"leg": str(leg.id)})
    assert (other.status_code, other.json["code"]) == (404, "leg_not_in_plan")


def test_looking_often_costs_one_question_and_shows_nobody(
    console: Console, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_booking(session)
    session.commit()
    first = console.client.get(f"{console.url}/new-work")
    monkeypatch.setattr("mobile_api.dispatcher.plan_contents.read_new_work", pytest.fail)
    seen = {"If-None-Match": first.headers["ETag"]}
    again = console.client.get(f"{console.url}/new-work", headers=seen)
    assert (again.status_code, again.data) == (304, b"")


def test_only_who_sees_the_plan_sees_what_is_new(console: Console, client_as: Any) -> None:
    citizen = client_as(Role.CITIZEN).get(f"{console.url}/new-work")
    assert (citizen.status_code, citizen.json["code"]) == (403, "role_not_allowed")
    foreign = console.client.get(f"{DOOR}/plans/{uuid4()}/new-work")
    assert (foreign.status_code, foreign.json["code"]) == (404, "plan_not_found")
