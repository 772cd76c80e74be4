"""What became of forecasts: learned from, judged by the share they held, told by command."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from psycopg import ServerCursor
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from backend import clock, database, worker
from backend.cli import main
from backend.courier_day.arrivals import history, keeping, ranges
from backend.courier_day.arrivals.models import ArrivalEstimate, Basis, LearnedRange, RouteOutlook
from backend.database import new_id
from backend.planning.models import Route, Stop, StopKind, Visit, VisitStatus
from backend.settings import Settings
from tests.integration.courier_day.conftest import MORNING, Morning

NO_ROADS = Path("there-are-none")
NOON = MORNING + timedelta(hours=5)


def slow_day(chance: random.Random, ahead_s: int) -> timedelta:
    """An invented error: skewed to late, and the wider the further ahead."""
    return timedelta(seconds=round(chance.gammavariate(2.0, 0.09 * ahead_s + 60) - 90))


def a_ride(
    session: Session, route: Route, ahead_s: int, error: timedelta, *, first_ordinal: list[int]
) -> ArrivalEstimate:
    """One stop of its own that was forecast with the ranges known now, and reached."""
    computed_at = clock.now()
    scheduled_at = computed_at + timedelta(seconds=ahead_s)
    hour = clock.to_local(scheduled_at).hour
    spread = ranges.spread_for(history.read_learned(session, "48"), ahead_s, hour)
    forecast = keeping.Forecast(
        scheduled_at=scheduled_at,
        spread=spread,
        horizon_min=ranges.horizon_of(ahead_s),
        hour_band=ranges.band_of(hour),
    )
    earliest, likely, latest = forecast.around(computed_at)
    first_ordinal[0] += 1
    stop = Stop(
        id=new_id(),
        route_id=route.id,
        ordinal=first_ordinal[0],
        kind=StopKind.VISITS,
        arrives_at=scheduled_at,
        starts_at=scheduled_at,
        ends_at=scheduled_at,
        distance_m=0,
    )
    session.add(stop)
    session.flush()
    estimate = ArrivalEstimate(
        province_code="48",
        route_id=route.id,
        stop_id=stop.id,
        computed_at=computed_at,
        basis=Basis.POSITION,
        stale=False,
        out_of_order=False,
        scheduled_at=scheduled_at,
        earliest_at=earliest,
        likely_at=likely,
        latest_at=latest,
        horizon_min=forecast.horizon_min,
        hour_band=forecast.hour_band,
        learned_from=spread.observations,
        arrived_at=max(computed_at, scheduled_at + error),
    )
    session.add(estimate)
    return estimate


@pytest.fixture
def rides(
    morning: Morning, frozen_morning: clock.FrozenClock
) -> Callable[[random.Random, int, int], None]:
    """Rides at noon: so many, so far ahead, on fifty days in turn from the one that it is."""
    ordinal = [1_000]
    frozen_morning.move_to(NOON)

    def make(chance: random.Random, ahead_s: int, count: int) -> None:
        first = clock.now()
        with database.unit_of_work() as session:
            route = session.scalars(select(Route).order_by(Route.number).limit(1)).one()
            for number in range(count):
                frozen_morning.move_to(first + timedelta(days=number % 50))
                a_ride(session, route, ahead_s, slow_day(chance, ahead_s), first_ordinal=ordinal)
        frozen_morning.move_to(first)

    return make


def coverage(since: datetime = NOON - timedelta(hours=1)) -> dict[int, history.Coverage]:
    with database.snapshot() as session:
        found = history.measure_coverage(session, "48", since=since)
    return {each.horizon_min: each for each in found}


def test_ranges_learned_from_one_month_hold_in_the_next(
    rides: Callable[[random.Random, int, int], None], frozen_morning: clock.FrozenClock
) -> None:
    """Three distances ahead, 200 rides to learn from and 200 to be judged by; seed 5."""
    chance = random.Random(5)
    for ahead_s in (900, 2_700, 5_400):
        rides(chance, ahead_s, 200)
    before = coverage()
    assert all(each.learned == 0 for each in before.values())
    with database.unit_of_work() as session:
        assert history.learn_ranges(session, "48") == 6  # three buckets, one band and all hours
    frozen_morning.advance(timedelta(days=90))
    for ahead_s in (900, 2_700, 5_400):
        rides(chance, ahead_s, 200)
    after = coverage(NOON + timedelta(days=89))
    assert after.keys() == {10, 30, 60}
    for horizon, each in after.items():
        assert (each.arrivals, each.learned) == (200, 200)
        assert each.share == pytest.approx(ranges.SHARE, abs=0.08), horizon
        assert each.early + each.late + each.inside == each.arrivals


def test_errors_are_learned_from_a_few_rows_at_a_time_and_teach_the_same(
    rides: Callable[[random.Random, int, int], None],
    frozen_morning: clock.FrozenClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rides(random.Random(7), 900, 60)
    rides(random.Random(8), 2_700, 50)
    frozen_morning.advance(timedelta(days=51))
    with database.unit_of_work() as session:
        assert history.learn_ranges(session, "48") == 4
        at_once = history.read_learned(session, "48")
    held: list[int] = []
    fetch = ServerCursor.fetchmany

    def counted(cursor: Any, size: int = 0) -> Any:
        rows = fetch(cursor, size)
        held.append(len(rows))
        return rows

    monkeypatch.setattr(history, "READ_AT_ONCE", 20)
    monkeypatch.setattr(ServerCursor, "fetchmany", counted)
    with database.unit_of_work() as session:
        history.learn_ranges(session, "48")
        assert history.read_learned(session, "48") == at_once
    assert (sum(held), max(held)) == (110, 20), "never more than so many in memory"


def test_of_many_forecasts_of_one_arrival_the_first_in_a_bucket_counts(
    morning: Morning, frozen_morning: clock.FrozenClock
) -> None:
    with database.unit_of_work() as session:
        route = session.scalars(select(Route).limit(1)).one()
        first = a_ride(session, route, 1_500, timedelta(seconds=600), first_ordinal=[1_000])
        for later in (60, 120):
            session.add(
                ArrivalEstimate(
                    **{
                        column.key: getattr(first, column.key)
                        for column in ArrivalEstimate.__table__.columns
                    }
                    | {
                        "id": new_id(),
                        "computed_at": first.computed_at + timedelta(seconds=later),
                        "replaced_at": first.computed_at + timedelta(seconds=later + 60),
                        "likely_at": first.arrived_at,
                    }
                )
            )
    (only,) = coverage(MORNING).values()
    assert (only.arrivals, only.median_error_s) == (1, 600)


def test_too_few_arrivals_teach_nothing_and_the_command_says_so(
    rides: Callable[[random.Random, int, int], None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TANNOI_DATABASE_URL", settings.database_url)
    none = CliRunner().invoke(main, ["arrivals", "coverage"])
    assert (none.exit_code, none.stdout.splitlines()[0]) == (
        0,
        "no arrival in province 48 was forecast in the last 30 days",
    )
    rides(random.Random(1), 900, ranges.ENOUGH - 1)
    few = CliRunner().invoke(main, ["arrivals", "learn"])
    assert few.stdout.splitlines() == [
        "0 ranges learned for province 48",
        "  each needs 40 arrivals on 30 days of a courier; a rule stands in until then",
    ]
    rides(random.Random(2), 900, 1)
    assert "2 ranges learned" in CliRunner().invoke(main, ["arrivals", "learn"]).stdout
    head, columns, row = CliRunner().invoke(main, ["arrivals", "coverage"]).stdout.splitlines()
    assert head == "province 48, last 30 days; a range shall hold 80%"
    assert columns.split()[:3] == ["ahead", "arrivals", "inside"]
    assert row.split()[:3] == ["10", "min+", str(ranges.ENOUGH)]


def test_an_act_that_was_reported_without_an_arrival_gives_a_derived_one(
    morning: Morning, frozen_morning: clock.FrozenClock
) -> None:
    worker._forecast(NO_ROADS)
    frozen_morning.move_to(NOON)
    with database.unit_of_work() as session:
        visit = session.scalars(
            select(Visit).join(Stop).where(Stop.ordinal == 1).order_by(Visit.id).limit(1)
        ).one()
        visit.status = VisitStatus.DONE
        visit.executed_at, visit.executed_by_id = NOON, morning.a.id
        stop_id, work = visit.stop_id, visit.ends_at - visit.starts_at
    worker._learn_ranges()
    with database.snapshot() as session:
        estimate = session.scalars(
            select(ArrivalEstimate).where(ArrivalEstimate.stop_id == stop_id)
        ).one()
        assert (estimate.arrived_at, estimate.derived) == (NOON - work, True)
    assert sum(each.derived for each in coverage(MORNING - timedelta(hours=1)).values()) == 1


def test_a_forecast_made_after_the_arrival_is_not_judged(
    morning: Morning, frozen_morning: clock.FrozenClock
) -> None:
    """A phone was offline: its report of nine o'clock comes at noon."""
    frozen_morning.move_to(NOON)
    worker._forecast(NO_ROADS)
    with database.unit_of_work() as session:
        stop = session.scalars(select(Stop).where(Stop.ordinal == 1).limit(1)).one()
        stop.arrived_at = MORNING + timedelta(hours=2)
    worker._learn_ranges()
    assert coverage(MORNING) == {}


def test_the_worker_looks_at_every_route_and_forgets_after_a_quarter(
    morning: Morning, frozen_morning: clock.FrozenClock
) -> None:
    worker._forecast(NO_ROADS)
    with database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(RouteOutlook)) == 2
        assert session.scalar(select(func.count()).select_from(ArrivalEstimate)) > 2
    frozen_morning.advance(history.KEPT + timedelta(days=1))
    worker._learn_ranges()
    with database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(ArrivalEstimate)) == 0


def test_without_forecasts_there_is_nothing_to_learn(committed_database: Engine) -> None:
    worker._forecast(NO_ROADS)
    worker._learn_ranges()
    with database.snapshot() as session:
        assert session.scalars(select(LearnedRange)).all() == []
