"""Whether arrivals fall into the ranges that were told, on whole days that simulated couriers live.

`python -m pytest --long tests/bench/test_arrivals_on_live_days.py -s` prints the figures: the share
of arrivals inside the range that was shown 15, 30, 60 and 120 minutes before them. All of it is the
rule; then each of some 32 courier's days is judged by what all the others teach. The couriers speak
HTTP to a server in this process, all by one clock that waits for nobody, so that the machine's pace
changes nothing. What was told stays in `told.jsonl` of the test's folder (`--basetemp`).
"""

import time
import uuid
from datetime import date, timedelta
from datetime import time as wall_time
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.arrivals import history, look
from backend.courier_day.arrivals.models import ArrivalEstimate
from backend.courier_day.arrivals.ranges import ENOUGH_DAYS
from backend.database import unit_of_work
from backend.demo.accounts import make_sample_accounts
from backend.phone_sim.courier import SimulatedCourier
from backend.phone_sim.faults import Faults
from backend.phone_sim.published import Door, read_rides
from backend.phone_sim.rates import USUAL
from backend.phone_sim.runner import live_day
from backend.planning.models import Plan, Route
from backend.planning.publishing import publish_plan
from backend.planning.roads import open_live_roads
from backend.settings import Settings
from backend.storage import BlobStore
from tests.bench.arrivals_left_out import (
    FIRST_OF_BUCKET,
    Told,
    judge_left_out,
    print_held,
    read_told,
    write_told,
)
from tests.bench.demo_day import DAY, DemoDay, a_demo_day
from tests.builders.planning import make_plan
from tests.phone.frozen_time import FrozenTimeline
from tests.phone.login import courier_login, dispatcher_login

COURIER_DAYS = ENOUGH_DAYS + 2
"""Lived: one is judged, the others teach. Three or four couriers ride a day."""
MOST_DAYS = 16
AHEAD_MIN = (15, 30, 60, 120)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_arrivals_fall_into_the_ranges_told(
    live_server: str, settings: Settings, tmp_path: Path
) -> None:
    day, kept = DAY, tmp_path / "told.jsonl"
    lived: set[str] = set()
    for number in range(1, MOST_DAYS + 1):
        begun = time.process_time()
        folder = tmp_path / str(number)
        folder.mkdir()
        with clock.frozen(clock.local_instant(day - timedelta(days=1), wall_time(18))):
            booked = a_demo_day(settings, "launch", day=day, seed=number)
            _publish(booked, settings, day)
        province = booked.pack.province_code
        _live(live_server, settings, folder, province, day, seed=number)
        with clock.frozen(clock.local_instant(day, wall_time(23))), unit_of_work() as session:
            history.settle_day(session, province, day)
            write_told(kept, _first_of_buckets(session, day))
            for ahead in AHEAD_MIN:
                write_told(kept, _shown_before(session, day, ahead))
        print(f"{day}: {time.process_time() - begun:.0f} s of processor time", flush=True)
        day = booked.pack.calendar.next_working_day(day)
        lived = {each.courier_day for each in read_told(kept)}
        if len(lived) >= COURIER_DAYS:
            break
    assert len(lived) >= COURIER_DAYS
    told = read_told(kept)
    print_held(told)
    held = judge_left_out(told)
    assert held.keys() == set(AHEAD_MIN)


def _publish(booked: DemoDay, settings: Settings, day: date) -> None:
    with unit_of_work() as session:
        make_sample_accounts(session, booked.pack.province_code)
    plan_id = make_plan(booked.area_id, settings, seconds=3, day=day)
    with unit_of_work() as session:
        version = session.get_one(Plan, plan_id).version
        publish_plan(session, plan_id, expected_version=version, blobs=BlobStore(settings.blob_dir))


def _live(
    server: str, settings: Settings, folder: Path, province: str, day: date, *, seed: int
) -> None:
    """The whole day of every courier; forecasts are made as the worker makes them."""
    roads = partial(open_live_roads, settings.roads_dir, province)

    def forecast() -> None:
        with unit_of_work() as session:
            look.look_at_routes(session, province, roads)

    with clock.frozen(clock.local_instant(day, wall_time(6, 30))) as frozen:
        timeline = FrozenTimeline(frozen, meanwhile=forecast)
        couriers = [
            SimulatedCourier(
                server,
                ride,
                folder,
                timeline,
                seed=seed,
                faults=Faults(),
                rates=USUAL,
                login=courier_login,
            )
            for ride in read_rides(Door(server, dispatcher_login, "any"), day)
        ]
        live_day(couriers, timeline, threads=1)


def _shown_before(session: Session, day: date, minutes: int) -> list[Told]:
    """For each arrival of the day: the forecast that people saw so many minutes before it."""
    moment = ArrivalEstimate.arrived_at - timedelta(minutes=minutes)
    seen = or_(ArrivalEstimate.replaced_at.is_(None), ArrivalEstimate.replaced_at > moment)
    rows = session.execute(_of_day(day).where(ArrivalEstimate.computed_at <= moment, seen))
    return [_told(row, courier_id, day, minutes) for row, courier_id in rows]


def _first_of_buckets(session: Session, day: date) -> list[Told]:
    """What is learned from: the first forecast of each stop and bucket."""
    bucket = ArrivalEstimate.stop_id, ArrivalEstimate.horizon_min
    rows = session.execute(
        _of_day(day).ext(distinct_on(*bucket)).order_by(*bucket, ArrivalEstimate.computed_at)
    )
    return [_told(row, courier_id, day, FIRST_OF_BUCKET) for row, courier_id in rows]


def _of_day(day: date) -> Select[ArrivalEstimate, uuid.UUID]:
    return (
        select(ArrivalEstimate, Route.courier_id)
        .join(Route, Route.id == ArrivalEstimate.route_id)
        .join(Plan, Plan.id == Route.plan_id)
        .where(Plan.service_date == day, ArrivalEstimate.arrived_at.is_not(None))
    )


def _told(row: ArrivalEstimate, courier_id: uuid.UUID, day: date, ahead_min: int) -> Told:
    assert row.arrived_at is not None
    assert row.learned_from == 0, "nothing was learned on these days"
    return Told(
        ahead_min=ahead_min,
        courier_day=f"{courier_id}/{day}",
        computed_at=row.computed_at,
        scheduled_at=row.scheduled_at,
        earliest_at=row.earliest_at,
        latest_at=row.latest_at,
        arrived_at=row.arrived_at,
    )
