"""When a courier is expected where, on days made by hand: late, skipped, silent, resting, done."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine

from backend import clock, database
from backend.courier_day.arrivals.models import Basis
from backend.planning.models import Route, Stop, StopKind, VisitStatus
from tests.builders.places import near
from tests.integration.courier_day.conftest import MORNING, PhoneOf
from tests.integration.courier_day.rides import OPENING, SERVICE, Ride
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
