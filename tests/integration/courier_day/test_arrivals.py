"""When a courier is expected where, on days made by hand: late, skipped, silent, resting, done."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from backend import clock, database
from backend.courier_day.arrivals.look import look_at_routes
from backend.courier_day.arrivals.models import ArrivalEstimate, Basis
from backend.courier_day.arrivals.shown import RouteArrivals, read_arrivals
from backend.courier_day.position_models import LastPosition
from backend.fleet.models import Courier
from backend.places.points import point_of
from backend.planning.models import Route, Stop, StopKind, Visit, VisitStatus
from geodata.point import Point
from geodata.travel_times import GreatCircleTravelTimes
from tests.builders.booking import a_booking
from tests.builders.courier_days import a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import CENTRE, near
from tests.integration.courier_day.conftest import MORNING, PhoneOf
from tests.integration.courier_day.edge_cases import said
from tests.phone import Phone

SERVICE = timedelta(minutes=5)
"""Of every stop that `a_route` plans."""

OPENING = timedelta(minutes=30)
"""The route starts at 07:30, the tests at 07:00."""


class Ride:
    """A published route: three doors 2 km apart on a line to the north, then the office."""

    def __init__(self, frozen: clock.FrozenClock) -> None:
        self.clock = frozen
        with database.unit_of_work() as session:
            courier = a_courier(session)
            bookings = [
                a_booking(session, point=near(CENTRE, north_m=2_000 * n)) for n in range(1, 4)
            ]
            legs = schedule(*bookings)
            for leg in legs:
                leg.window_start = leg.window_end = None
            route = a_route(session, courier, legs)
            self.courier, self.route_id = courier, route.id
            self.stops = [stop.id for stop in route.stops]
            self.dossiers = [leg.dossier_id for leg in legs]

    def at(self, **later: float) -> None:
        """The time of day: after the route's start at 07:30."""
        self.clock.move_to(MORNING + OPENING + timedelta(**later))

    def look(self) -> RouteArrivals:
        with database.unit_of_work() as session:
            look_at_routes(session, "48", GreatCircleTravelTimes)
        with database.snapshot() as session:
            return read_arrivals(session, session.get_one(Route, self.route_id))

    def times(self) -> dict[int, datetime]:
        """Ordinal of each stop ahead → when the courier is likely there."""
        return {each.ordinal: each.likely_at for each in self.look().stops}

    def place(self, point: Point, *, ago: timedelta = timedelta(), coarse: bool = False) -> None:
        """Where the phone was last."""
        with database.unit_of_work() as session:
            device = self.device_id
            old = session.get(LastPosition, self.courier.id)
            if old is not None:
                session.delete(old)
                session.flush()
            session.add(
                LastPosition(
                    courier_id=self.courier.id,
                    device_id=device,
                    at=clock.now() - ago,
                    received_at=clock.now() - ago,
                    lat=round(point.lat * 1e7),
                    lon=round(point.lon * 1e7),
                    acc_m=10,
                    coarse=coarse,
                )
            )

    device_id: Any = None

    def done(self, ordinal: int, *, ago: timedelta = timedelta()) -> None:
        """Everything at a stop was done at that moment."""
        with database.unit_of_work() as session:
            stop = self.stop(session, ordinal)
            for visit in stop.visits:
                visit.status = VisitStatus.DONE
                visit.executed_at = clock.now() - ago
                visit.executed_by_id = self.courier.id

    def stop(self, session: Any, ordinal: int) -> Stop:
        found: Stop = session.get_one(Stop, self.stops[ordinal])
        return found

    def post_office(self, session: Any) -> Any:
        return session.get_one(Courier, self.courier.id).post_office

    def door(self, ordinal: int) -> Point:
        with database.snapshot() as session:
            return point_of(self.stop(session, ordinal).point)


@pytest.fixture
def ride(committed_database: Engine, frozen_morning: clock.FrozenClock) -> Ride:
    return Ride(frozen_morning)


@pytest.fixture
def phone(ride: Ride, phone_of: PhoneOf) -> Phone:
    made = phone_of(ride.courier)
    made.drain()
    ride.device_id = made.store.get_meta("device_id")
    return made


def minutes(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds() / 60


def test_before_the_start_the_published_start_counts(ride: Ride) -> None:
    found = ride.look()
    assert (found.basis, found.evidence_at, found.stale) == (Basis.PLAN, None, False)
    assert [each.ordinal for each in found.stops] == [1, 2, 3, 4, 5, 6, 7]
    start = MORNING + OPENING
    assert found.stops[0].likely_at > start
    assert all(each.earliest_at <= each.likely_at <= each.latest_at for each in found.stops)
    assert all(each.learned_from == 0 for each in found.stops)


def test_who_has_not_been_heard_of_after_the_start_leaves_now_and_is_marked(ride: Ride) -> None:
    on_time = ride.times()
    ride.at(minutes=40)
    found = ride.look()
    assert found.stale
    assert minutes(found.stops[0].likely_at, on_time[1]) == pytest.approx(40, abs=0.1)


def test_a_fresh_place_counts_and_a_courier_behind_the_plan_is_late_everywhere(
    ride: Ride, phone: Phone
) -> None:
    on_time = ride.times()
    ride.at(minutes=60)
    ride.place(near(ride.door(1), north_m=-1_000))
    found = ride.look()
    assert (found.basis, found.stale) == (Basis.POSITION, False)
    assert found.stops[0].ordinal == 1
    assert 1 < minutes(found.stops[0].likely_at, clock.now()) < 6
    late = ride.times()
    assert all(late[ordinal] > on_time[ordinal] + timedelta(minutes=40) for ordinal in late)


def test_a_place_on_the_way_brings_the_next_stop_nearer_minute_by_minute(
    ride: Ride, phone: Phone
) -> None:
    ride.at(minutes=10)
    ride.place(near(ride.door(1), north_m=-1_500))
    far = ride.times()[1]
    ride.at(minutes=12)
    ride.place(near(ride.door(1), north_m=-300))
    assert minutes(ride.times()[1], clock.now()) < minutes(far, clock.now() - SERVICE)


def test_without_a_place_the_last_act_counts(ride: Ride) -> None:
    ride.at(minutes=30)
    ride.done(1)
    found = ride.look()
    assert (found.basis, found.evidence_at) == (Basis.EXECUTED, clock.now())
    assert [each.ordinal for each in found.stops] == [2, 3, 4, 5, 6, 7]
    between = minutes(found.stops[1].likely_at, found.stops[0].likely_at)
    to_first = minutes(found.stops[0].likely_at, clock.now())
    assert between == pytest.approx(to_first + 5, abs=0.2)  # the same 2 km, and the work before it


def test_a_stale_place_is_shown_as_stale_and_an_act_after_it_counts_more(
    ride: Ride, phone: Phone
) -> None:
    ride.at(minutes=30)
    ride.place(ride.door(1), ago=timedelta(minutes=25))
    found = ride.look()
    assert (found.basis, found.stale) == (Basis.POSITION, True)
    ride.done(1, ago=timedelta(minutes=3))
    ride.at(minutes=32)
    found = ride.look()
    assert (found.basis, found.stale) == (Basis.EXECUTED, False)


def test_a_coarse_place_is_not_used(ride: Ride, phone: Phone) -> None:
    ride.at(minutes=30)
    ride.place(ride.door(3), coarse=True)
    assert ride.look().basis is Basis.PLAN


def test_a_skipped_stop_comes_after_the_others_and_says_that_nobody_knows(ride: Ride) -> None:
    ride.at(minutes=30)
    ride.done(2)
    found = ride.look()
    assert [each.ordinal for each in found.stops] == [3, 4, 5, 6, 1, 7]
    assert [each.out_of_order for each in found.stops] == [False] * 4 + [True, False]


def test_a_stop_that_the_courier_set_out_for_comes_first(ride: Ride, phone: Phone) -> None:
    ride.at(minutes=30)
    ride.done(2, ago=timedelta(minutes=2))
    phone.clock.true_now = clock.now()
    phone.act("stop.set_out", {"stop": str(ride.stops[1])})
    phone.drain()
    found = ride.look()
    assert [each.ordinal for each in found.stops] == [1, 3, 4, 5, 6, 7]
    assert not found.stops[0].out_of_order


def test_who_has_arrived_stays_as_long_as_the_work_takes(ride: Ride, phone: Phone) -> None:
    ride.at(minutes=20)
    phone.clock.true_now = clock.now()
    phone.act("stop.arrived", {"stop": str(ride.stops[1])})
    phone.drain()
    found = ride.look()
    assert found.basis is Basis.AT_STOP
    assert found.stops[0].ordinal == 2
    assert found.stops[0].likely_at > clock.now() + SERVICE
    ride.at(minutes=22)
    later = ride.look()  # two minutes of the work are over
    assert abs(minutes(later.stops[0].likely_at, found.stops[0].likely_at)) < 1
    ride.at(minutes=24)
    ride.place(near(ride.door(1), north_m=1_000))
    assert ride.look().basis is Basis.POSITION  # rode on without saying so


def test_a_break_under_way_holds_up_everything_and_is_not_taken_twice(
    ride: Ride, phone: Phone
) -> None:
    with database.unit_of_work() as session:
        route = session.get_one(Route, ride.route_id)
        for stop in sorted(route.stops, key=lambda stop: -stop.ordinal):
            if stop.ordinal >= 2:
                stop.ordinal += 1
                session.flush()
        starts = MORNING + OPENING
        session.add(
            Stop(
                route_id=route.id,
                ordinal=2,
                kind=StopKind.BREAK,
                arrives_at=starts,
                starts_at=starts,
                ends_at=starts + timedelta(minutes=45),
                distance_m=0,
            )
        )
    ride.at(minutes=5)
    planned = ride.times()
    assert minutes(planned[3], planned[1]) > 45
    phone.clock.true_now = clock.now()
    for step in ("day.opened", "route.accepted", "route.departed", "break.started"):
        phone.act(step, {"service_date": "2026-11-23"})
    phone.drain()
    ride.at(minutes=15)
    resting = ride.times()
    assert minutes(resting[1], clock.now()) > 35  # 45 minutes from 07:35 on
    assert minutes(resting[3], resting[1]) < 20  # and none a second time
    phone.clock.true_now = clock.now()
    phone.act("break.ended", {"service_date": "2026-11-23"})
    phone.drain()
    ride.at(minutes=17)
    assert minutes(ride.times()[1], clock.now()) < 20


def test_a_finished_route_expects_nobody(ride: Ride, phone: Phone) -> None:
    ride.at(minutes=100)
    for ordinal in range(1, 7):
        ride.done(ordinal, ago=timedelta(minutes=10 - ordinal))
    found = ride.look()
    assert [each.stop_kind for each in found.stops] == [StopKind.END]
    phone.clock.true_now = clock.now()
    for step in ("day.opened", "route.accepted", "route.departed", "route.finishing", "route.back"):
        phone.act(step, {"service_date": "2026-11-23"})
    phone.drain()
    ride.at(minutes=102)
    found = ride.look()
    assert (found.finished, found.stops, found.basis) == (True, (), None)
    ride.at(hours=14)
    assert ride.look().looked_at == found.looked_at  # nobody looks at it any more


def test_a_cancelled_visit_is_not_waited_for(ride: Ride) -> None:
    with database.unit_of_work() as session:
        for visit in ride.stop(session, 2).visits:
            visit.status = VisitStatus.CANCELLED
    assert 2 not in ride.times()


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
    answer = phone.transport.post(
        "/v1/courier/sync", phone.request(), phone.store.get_meta("token")
    ).body
    assert answer["arrivals"] == []  # nobody looked for twenty minutes


def test_a_route_that_does_not_exist_is_not_found(door: FlaskClient, ride: Ride) -> None:
    answer = door.get(f"/v1/dispatcher/routes/{ride.stops[0]}/arrivals")
    assert (answer.status_code, answer.get_json()["code"]) == (404, "route_not_found")
    assert door.get("/v1/dispatcher/arrivals?service_date=2020-01-01").get_json() == {"routes": []}


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
