"""Expected arrivals as they are told: kept, to whom, and what is reported on the way."""

from datetime import time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from backend import clock, database
from backend.booking.notices.opt_outs import set_wanted
from backend.booking.of_dossiers import load_bookings
from backend.courier_day.arrivals.look import look_at_routes
from backend.courier_day.arrivals.models import ArrivalEstimate, Basis
from backend.courier_day.near import SOON, tell_near
from backend.courier_day.visits import settle_stop
from backend.dossiers.models import Dossier
from backend.fleet.models import Courier
from backend.outbox import OutboxMessage
from backend.planning.models import Stop, StopStatus, Visit, VisitStatus
from tests.builders.fleet import a_courier
from tests.integration.courier_day.conftest import PhoneOf
from tests.integration.courier_day.edge_cases import said
from tests.integration.courier_day.rides import SERVICE, Ride
from tests.phone import Phone


@pytest.fixture
def ride(committed_database: Engine, frozen_morning: clock.FrozenClock) -> Ride:
    return Ride(frozen_morning)


@pytest.fixture
def phone(ride: Ride, phone_of: PhoneOf) -> Phone:
    made = phone_of(ride.courier)
    made.drain()
    ride.device_id = made.store.get_meta("device_id")
    return made


def test_times_move_without_a_new_revision_and_a_small_move_is_not_told(ride: Ride) -> None:
    first = ride.look()
    with database.snapshot() as session:
        revision = session.get_one(Courier, ride.courier.id).revision
    ride.clock.advance(timedelta(minutes=2))
    again = ride.look()
    assert again.looked_at != first.looked_at
    assert [each.computed_at for each in again.stops] == [each.computed_at for each in first.stops]
    with database.snapshot() as session:
        assert session.get_one(Courier, ride.courier.id).revision == revision
        assert len(session.scalars(select(ArrivalEstimate)).all()) == len(first.stops)


def test_a_second_look_within_the_minute_asks_nothing(ride: Ride) -> None:
    def no_roads() -> Any:
        raise AssertionError("the roads were opened")

    ride.look()
    with database.unit_of_work() as session:
        assert look_at_routes(session, "48", no_roads) == 0


def test_another_courier_s_act_is_no_news_about_this_route(ride: Ride) -> None:
    ride.at(minutes=30)
    with database.unit_of_work() as session:
        stranger = a_courier(
            session, post_office=session.get_one(Courier, ride.courier.id).post_office
        )
        for visit in ride.stop(session, 2).visits:
            visit.status = VisitStatus.DONE
            visit.executed_at, visit.executed_by_id = clock.now(), stranger.id
    found = ride.look()
    assert found.basis is Basis.PLAN
    assert 2 not in [each.ordinal for each in found.stops]


def test_phone_and_dispatcher_are_told_the_same(
    ride: Ride, phone: Phone, door: FlaskClient
) -> None:
    told = door.get("/v1/dispatcher/arrivals?service_date=2026-11-23").get_json()["routes"]
    assert [route["route_id"] for route in told] == [str(ride.route_id)]
    one = door.get(f"/v1/dispatcher/routes/{ride.route_id}/arrivals").get_json()
    assert one == told[0]
    answer = phone.transport.post(
        "/v1/courier/sync", phone.request(), phone.store.get_meta("token")
    ).body
    assert answer["day"] is None  # the revision did not move
    assert [each["stop"] for each in answer["arrivals"]] == [
        each["stop_id"] for each in one["stops"]
    ]
    assert not any(each["sure"] for each in answer["arrivals"])
    ride.clock.advance(timedelta(minutes=20))
    phone.identity.refresh(phone.transport)
    answer = phone.transport.post(
        "/v1/courier/sync", phone.request(), phone.store.get_meta("token")
    ).body
    assert answer["arrivals"] == []  # nobody looked for twenty minutes


def test_a_route_that_does_not_exist_is_not_found(door: FlaskClient, ride: Ride) -> None:
    answer = door.get(f"/v1/dispatcher/routes/{ride.stops[0]}/arrivals")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "route_not_found")
    other_day = door.get("/v1/dispatcher/arrivals?service_date=2020-01-01").get_json()
    assert other_day["routes"] == []


def test_what_is_behind_the_courier_is_told_with_its_moment(ride: Ride) -> None:
    ride.at(minutes=30)
    ride.done(2)
    ride.done(1, ago=timedelta(minutes=9))
    with database.unit_of_work() as session:
        for ordinal in (1, 2):
            settle_stop(ride.stop(session, ordinal))
        (visit,) = ride.stop(session, 2).visits
        visit.status = VisitStatus.FAILED
    made = ride.look().made
    assert [(each.stop_id, each.failed) for each in made] == [
        (ride.stops[1], False),
        (ride.stops[2], True),
    ]
    assert made[0].at == clock.now() - timedelta(minutes=9)


def near_told(ride: Ride, ordinal: int) -> list[str]:
    """What the citizen of a stop has been told about the courier being near, after one round."""
    with database.unit_of_work() as session:
        tell_near(session, "48")
    with database.snapshot() as session:
        (visit,) = ride.stop(session, ordinal).visits
        item_code = session.get_one(Dossier, visit.leg.dossier_id).item_code
        texts = session.scalars(
            select(OutboxMessage.content["text"].astext).where(
                OutboxMessage.template == "courier_near"
            )
        )
        return [text for text in texts if item_code in text]


def test_a_citizen_hears_once_that_the_courier_is_near(ride: Ride) -> None:
    ride.at(minutes=1)
    found = ride.look()
    assert found.stops[0].likely_at - clock.now() < timedelta(minutes=15)
    assert near_told(ride, 1) == [], "nobody is told from a plan alone"
    ride.clock.advance(timedelta(minutes=2))
    ride.done(1)
    ahead = {each.ordinal: each for each in ride.look().stops}
    (told,) = near_told(ride, 2)
    with database.unit_of_work() as session:
        assert tell_near(session, "49") == 0
    hours = [f"{clock.to_local(at):%H:%M}" for at in (ahead[2].earliest_at, ahead[2].latest_at)]
    assert "–".join(hours) in told
    for _ in range(3):
        ride.clock.advance(timedelta(minutes=1))
        ride.look()
        assert near_told(ride, 2) == [told], "once for each visit"


def test_a_new_version_of_the_plan_is_no_second_news(ride: Ride) -> None:
    ride.at(minutes=3)
    ride.done(1)
    ride.look()
    (told,) = near_told(ride, 2)
    with database.unit_of_work() as session:
        old = ride.stop(session, 2)
        names = set(Stop.__table__.columns.keys()) - {"id"}
        again = Stop(**{name: getattr(old, name) for name in names})
        old.ordinal, old.status = 99, StopStatus.CANCELLED
        session.flush()
        session.add(again)
        for visit in list(old.visits):
            visit.stop = again
        session.flush()
        ride.stops[2] = again.id
    ride.clock.advance(timedelta(minutes=1))
    assert 2 in [each.ordinal for each in ride.look().stops]
    assert near_told(ride, 2) == [told]


def test_who_moves_the_visit_to_a_later_window_of_the_day_hears_it_again(ride: Ride) -> None:
    ride.at(minutes=3)
    ride.done(1)
    ride.look()
    assert len(near_told(ride, 2)) == 1
    with database.unit_of_work() as session:
        for visit in ride.stop(session, 2).visits:
            visit.leg.window_start, visit.leg.window_end = time(14), time(16)
    assert len(near_told(ride, 2)) == 2
    assert len(near_told(ride, 2)) == 2


def test_who_is_visited_later_hears_it_later(ride: Ride) -> None:
    ride.at(minutes=3)
    ride.done(1)
    ahead = {each.ordinal: each for each in ride.look().stops}
    assert ahead[3].likely_at - clock.now() > SOON
    assert near_told(ride, 3) == []
    ride.clock.advance(ahead[3].likely_at - clock.now() - SOON)
    ride.done(2)
    ride.look()
    assert len(near_told(ride, 3)) == 1


def test_who_heard_that_the_courier_set_out_is_not_told_again(ride: Ride) -> None:
    ride.at(minutes=5)
    ride.done(1)
    with database.unit_of_work() as session:
        ride.stop(session, 2).set_out_at = clock.now()
    ride.look()
    assert near_told(ride, 2) == []


def test_who_wants_fewer_notices_is_spared_this_one(ride: Ride) -> None:
    with database.unit_of_work() as session:
        booking = load_bookings(session, [ride.dossiers[1]])[ride.dossiers[1]]
        assert booking is not None
        assert booking.contact.phone is not None
        set_wanted(session, booking.contact.phone, wanted=False)
    ride.at(minutes=5)
    ride.done(1)
    ride.look()
    assert near_told(ride, 2) == []


def test_arrivals_are_reported_once_by_the_route_s_own_courier(
    ride: Ride, phone_of: PhoneOf, phone: Phone
) -> None:
    stop = str(ride.stops[1])
    assert said(phone, "stop.arrived", {"stop": stop}) == ("applied", None)
    with database.snapshot() as session:
        first = ride.stop(session, 1).arrived_at
    phone.clock.advance(minutes=4)
    assert said(phone, "stop.arrived", {"stop": stop}) == ("flagged", "already_done")
    with database.unit_of_work() as session:
        assert ride.stop(session, 1).arrived_at == first
        stranger = a_courier(
            session, post_office=session.get_one(Courier, ride.courier.id).post_office
        )
    other = phone_of(stranger)
    for command in ("stop.arrived", "stop.set_out"):
        assert said(other, command, {"stop": stop}) == ("flagged", "not_assignee")
    nowhere = {"stop": str(ride.route_id)}
    assert said(phone, "stop.arrived", nowhere) == ("quarantined", "unknown_stop")


def test_visits_of_the_test_day_are_what_the_tests_think(ride: Ride) -> None:
    with database.snapshot() as session:
        visits = session.scalars(select(Visit).join(Stop).where(Stop.route_id == ride.route_id))
        assert {visit.ends_at - visit.starts_at for visit in visits} == {SERVICE}
