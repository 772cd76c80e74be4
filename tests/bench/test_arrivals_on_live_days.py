"""Whether arrivals fall into the ranges that were told, on whole days that simulated couriers live.

`python -m pytest --long tests/bench/test_arrivals_on_live_days.py -s` prints the figures: for each
day, the share of arrivals inside the range that was shown 15, 30, 60 and 120 minutes before them.
The couriers speak HTTP to a server in this process, all by one clock that waits for nobody, so that
the machine's pace changes nothing. The ranges of the first day are the rule; the next days' are
learned from the nights before, once these are enough: four couriers need eight days.
"""

import time
from datetime import date, timedelta
from datetime import time as wall_time
from functools import partial
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.courier_day.arrivals import history, look
from backend.courier_day.arrivals.models import ArrivalEstimate
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
from tests.bench.demo_day import DAY, DemoDay, a_demo_day
from tests.builders.planning import make_plan
from tests.phone.frozen_time import FrozenTimeline
from tests.phone.login import courier_login, dispatcher_login

DAYS = 9
AHEAD_MIN = (15, 30, 60, 120)


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_arrivals_fall_into_the_ranges_told(
    live_server: str, settings: Settings, tmp_path: Path
) -> None:
    day, arrivals = DAY, 0
    for number in range(1, DAYS + 1):
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
            told = [_tell(day, ahead, _shown_before(session, day, ahead)) for ahead in AHEAD_MIN]
            arrivals += sum(told)
            history.learn_ranges(session, province)
        print(f"{day}: {time.process_time() - begun:.0f} s of processor time", flush=True)
        day = booked.pack.calendar.next_working_day(day)
    assert arrivals


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


def _shown_before(session: Session, day: date, minutes: int) -> list[ArrivalEstimate]:
    """For each arrival of the day: the forecast that people saw so many minutes before it."""
    moment = ArrivalEstimate.arrived_at - timedelta(minutes=minutes)
    return list(
        session.scalars(
            select(ArrivalEstimate)
            .join(Route, Route.id == ArrivalEstimate.route_id)
            .join(Plan, Plan.id == Route.plan_id)
            .where(
                Plan.service_date == day,
                ArrivalEstimate.arrived_at.is_not(None),
                ArrivalEstimate.computed_at <= moment,
                or_(ArrivalEstimate.replaced_at.is_(None), ArrivalEstimate.replaced_at > moment),
            )
        )
    )


def _tell(day: date, minutes: int, rows: list[ArrivalEstimate]) -> int:
    """Prints one line for the rule and one for what was learned; how many arrivals there were."""
    for learned in (False, True):
        of_kind = [row for row in rows if (row.learned_from > 0) is learned]
        known = [(row, row.arrived_at) for row in of_kind if row.arrived_at is not None]
        if not known:
            continue
        inside = sum(row.earliest_at <= at <= row.latest_at for row, at in known)
        width = median((row.latest_at - row.earliest_at).total_seconds() for row, _ in known)
        error = median(abs((at - row.likely_at).total_seconds()) for row, at in known)
        history_used = sorted(row.learned_from for row, _ in known)
        basis = f"learned from {history_used[0]} to {history_used[-1]}" if learned else "rule"
        print(
            f"{day}, {minutes} min before ({basis}): {inside} of {len(known)} inside, "
            f"{100 * inside / len(known):.0f} %; range {width / 60:.0f} min wide, "
            f"off by {error / 60:.1f} min (medians)",
            flush=True,
        )
    return len(rows)
