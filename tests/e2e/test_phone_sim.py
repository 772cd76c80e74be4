"""Simulated couriers live a published day over real HTTP: with faults, and checked to the end."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, select

from backend import clock, database
from backend.cli import main
from backend.courier_day.shift_states import DayState
from backend.courier_day.work_days import WorkDay
from backend.demo.accounts import make_sample_accounts
from backend.dossiers.models import Dossier, KeeperKind
from backend.dossiers.verify import verify_custody
from backend.phone_sim.courier import SimulatedCourier
from backend.phone_sim.errors import AnotherTime, NothingPublished, ServerSilent
from backend.phone_sim.faults import Faults
from backend.phone_sim.published import Door, read_rides
from backend.phone_sim.rates import Rates
from backend.phone_sim.report import Report, check_day
from backend.phone_sim.runner import live_day
from backend.planning.models import Stop
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, a_return
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import PROVINCE, a_post_office
from tests.e2e.town import AS_PLANNED
from tests.phone.frozen_time import FrozenTimeline
from tests.phone.login import courier_login, dispatcher_login

EARLY = clock.local_instant(WORKING_DAY, time(6, 30))
OFTEN = Rates(absent_at_collection=0.2, incomplete=0.2, absent_at_delivery=0.2, supplement=0.3)


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    with clock.frozen(EARLY) as frozen:
        yield frozen


@pytest.fixture
def published(committed_database: Engine) -> None:
    """Two couriers, each with three collections and two results to fetch and bring."""
    with clock.frozen(EARLY), database.unit_of_work() as session:
        post_office = a_post_office(session)
        plan = a_published_plan(session)
        for _ in range(2):
            courier = a_courier(session, post_office=post_office)
            bookings = [a_booking(session, expected_fee_vnd=50_000) for _ in range(3)]
            bookings += [a_return(session) for _ in range(2)]
            a_route(session, courier, schedule(*bookings), plan=plan)
        make_sample_accounts(session, PROVINCE)


def a_door(server: str) -> Door:
    return Door(server, dispatcher_login, "any")


def live(
    server: str, frozen: clock.FrozenClock, folder: Path, faults: str = "", rates: Rates = OFTEN
) -> tuple[list[SimulatedCourier], Report]:
    timeline = FrozenTimeline(frozen)
    couriers = [
        SimulatedCourier(
            server,
            replace(ride, ends_at=ride.starts_at + timedelta(hours=2)),  # they are quick riders
            folder,
            timeline,
            seed=5,
            faults=Faults.parse(faults),
            rates=rates,
            login=courier_login,
        )
        for ride in read_rides(a_door(server), WORKING_DAY)
    ]
    live_day(couriers, timeline, threads=1)
    return couriers, check_day(a_door(server), couriers, threads=1)


def test_a_day_as_planned_ends_in_order_and_planted_findings_are_found(
    published: None, live_server: str, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    couriers, report = live(live_server, frozen, tmp_path, rates=AS_PLANNED)

    assert report.is_clean
    assert not report.codes
    assert not report.held
    made = {kind: sum(counts.values()) for kind, counts in report.outcomes.items()}
    assert made["dossier.collected"] == 6
    assert made["result.delivered"] == 4
    assert made["day.closed"] == 2
    assert "stop.failed" not in made
    assert not any(courier.phone.view().open_visits() for courier in couriers)
    assert report.fixes_kept > 60, "one a minute"
    assert report.pictures_left == 0, "every signature arrived"
    with database.snapshot() as session:
        states = session.scalars(select(WorkDay.state)).all()
        off = [
            (stop.arrived_at - stop.arrives_at).total_seconds()
            for stop in session.scalars(select(Stop).where(Stop.arrived_at.is_not(None)))
            if stop.arrived_at is not None
        ]
    assert states == [DayState.CLOSED] * 2
    assert len(off) > 10
    assert max(off) - min(off) <= 60, "who takes as long as planned falls no further behind"

    hands = couriers[0].hands
    hands.confirmed["0199a000-0000-7000-8000-000000000000"] = "dossier.collected"
    hands.payments[next(iter(hands.payments))] -= 1
    found = check_day(a_door(live_server), couriers, threads=1)
    assert not found.is_clean
    assert len(found.lost) == len(found.doubled) == 1


def test_a_day_with_every_fault_loses_and_doubles_nothing(
    published: None, live_server: str, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    faults = "offline=1,duplicates=0.2,cuts=0.2,crashes=3,clock=90"
    _, report = live(live_server, frozen, tmp_path, faults)

    assert (report.lost, report.doubled, report.waiting, report.differing) == ([], [], 0, [])
    assert {"offline", "crash", "cut", "double", "drop"} <= {
        k for k, n in report.faults.items() if n
    }
    outcomes: Counter[str] = sum(report.outcomes.values(), Counter())
    assert outcomes["quarantined"] == outcomes["refused"] == 0
    with database.snapshot() as session:
        assert verify_custody(session).bad_row is None
        keepers = session.scalars(select(Dossier.keeper_kind)).all()
    assert KeeperKind.COURIER not in keepers, "every paper is somewhere for the night"


def test_a_server_with_another_clock_is_told_apart(
    published: None, live_server: str, frozen: clock.FrozenClock, tmp_path: Path
) -> None:
    class Ahead(FrozenTimeline):
        def now(self) -> datetime:
            return clock.now() + timedelta(hours=1)

    (ride, *_) = read_rides(a_door(live_server), WORKING_DAY)
    courier = SimulatedCourier(
        live_server,
        ride,
        tmp_path,
        Ahead(frozen),
        seed=1,
        faults=Faults(),
        rates=OFTEN,
        login=courier_login,
    )
    with pytest.raises(AnotherTime):
        courier.begin()


def test_a_day_without_a_plan_and_a_server_that_is_away_are_named(
    committed_database: Engine, live_server: str
) -> None:
    with pytest.raises(NothingPublished):
        read_rides(a_door(live_server), WORKING_DAY)
    with pytest.raises(ServerSilent):
        read_rides(a_door("http://127.0.0.1:9"), WORKING_DAY)


def test_the_command_lives_a_day_in_seconds_and_tells_what_became_of_it(
    published: None,
    live_server: str,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in [name for name in os.environ if name.startswith("TANNOI_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TANNOI_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("TANNOI_DATABASE_URL", settings.database_url or "")
    day = WORKING_DAY.isoformat()
    refused = run("phone-sim", "--date", "2020-01-06")
    assert refused.exit_code == 1
    assert "TANNOI_DEMO_CLOCK=2020-01-06T06:30:00+07:00," in refused.output
    assert run("phone-sim", "--date", day, "--faults", "tea=1").exit_code == 2
    shown = run("phone-sim", "--date", day, "--speed", "3600x", "--print-clock").stdout
    monkeypatch.setenv("TANNOI_DEMO_CLOCK", shown.strip())
    try:
        ended = run("phone-sim", "--date", day, "--couriers", "1", "--server", live_server)
    finally:
        clock.show("")

    assert ended.exit_code == 0, ended.output
    assert "1 couriers, 10 visits" in ended.stdout
    assert re.search(r"^day.closed +1 +0 +0 +0$", ended.stdout, re.MULTILINE)
    assert re.search(r"^lost +0$", ended.stdout, re.MULTILINE)
    assert not list((settings.state_dir / "tmp").glob("phones-*")), "a clean day leaves nothing"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))
