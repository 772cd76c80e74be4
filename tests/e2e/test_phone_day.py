"""A planned and published day, worked by reference phones over real HTTP on a bad network."""

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from backend import clock, database
from backend.cli import main
from backend.courier_day.models import Command, WorkItem
from backend.dossiers.models import CustodyEvent, Dossier, DossierState, Leg, LegStatus
from backend.dossiers.transitions import HOLDER_OF
from backend.fleet.models import Courier
from backend.planning import jobs
from backend.planning.models import (
    Plan,
    PlanStatus,
    Stop,
    StopStatus,
    Visit,
    VisitKind,
    VisitStatus,
)
from backend.planning.operations import request_plan
from backend.planning.publishing import publish_plan
from backend.settings import Settings
from backend.storage import BlobStore
from routing import Result, solve
from tests.builders.booking import WORKING_DAY, a_booking, a_return
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import CENTRE, a_post_office, near
from tests.phone import Clock, FaultyTransport, HttpTransport, Phone, Store, courier_login
from tests.phone.courier import Working

EVENING_BEFORE = clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))
MORNING = clock.local_instant(WORKING_DAY, time(7))
POISON = "stop.daydreamed"


@dataclass
class Day:
    """What was published."""

    plan: Plan
    couriers: list[Courier]
    post_office_id: str


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    with clock.frozen(EVENING_BEFORE) as frozen:
        yield frozen


@pytest.fixture
def day(
    frozen: clock.FrozenClock,
    committed_database: Engine,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Day:
    """Three couriers and 26 bookings, planned by the job and published as a dispatcher does."""

    def solve_soon(problem: object, *, time_limit_s: float, **options: object) -> Result:
        return solve(problem, time_limit_s=60, iterations=5, **options)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(jobs, "solve", solve_soon)
    chance = random.Random(11)
    with database.unit_of_work() as session:
        post_office = a_post_office(session)
        couriers = [a_courier(session, post_office=post_office) for _ in range(3)]
        for courier in couriers:
            a_shift(session, service_date=WORKING_DAY, courier=courier)
        for number in range(26):
            door = near(CENTRE, north_m=chance.uniform(-1500, 1500), east_m=chance.uniform(-900, 0))
            hour = chance.choice((8, 9, 10, 13))
            slot = {"slot_start": time(hour), "slot_end": time(hour + 2)}
            if number % 8 == 5:  # too late for any office: it must rest at the post office
                slot = {"slot_start": time(15, 30), "slot_end": time(17, 0)}
                a_booking(session, point=door, **slot)
            elif number % 8 == 6:
                a_return(session, point=door, held_at=post_office)
            elif number % 8 == 7:
                a_booking(session, point=door, held_at=post_office, slot_start=None, slot_end=None)
            elif number % 3 == 0:
                a_return(session, point=door)
            else:
                a_booking(session, point=door, dossier_count=1 + number % 2, **slot)
        area = post_office.planning_area
        plan_id = request_plan(session, area, WORKING_DAY, time_limit_s=1, enqueue=False).id
    jobs.execute_plan(plan_id, settings)
    with database.unit_of_work() as session:
        draft = session.get_one(Plan, plan_id)
        assert draft.status is PlanStatus.DRAFT, draft.failure
        plan = publish_plan(
            session, plan_id, expected_version=draft.version, blobs=BlobStore(settings.blob_dir)
        )
    return Day(plan=plan, couriers=couriers, post_office_id=str(post_office.id))


@pytest.fixture
def verify(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """`tannoi custody verify`; gives what it prints."""

    def run() -> str:
        for name in ("database_url", "migration_url", "redis_url", "state_dir"):
            monkeypatch.setenv(f"TANNOI_{name.upper()}", str(getattr(settings, name)))
        ended = CliRunner().invoke(main, ["custody", "verify"])
        assert ended.exit_code == 0, ended.output
        return ended.stdout

    return run


def test_a_published_day_is_worked_to_zero_open_stops_on_a_bad_network(
    day: Day,
    live_server: str,
    frozen: clock.FrozenClock,
    tmp_path: Path,
    verify: Callable[[], str],
) -> None:
    frozen.move_to(MORNING)
    chance = random.Random(23)
    workers = []
    for number, courier in enumerate(day.couriers):
        network = FaultyTransport(
            HttpTransport(live_server),
            random.Random(number),
            drop=0.15,
            cut=0.25,
            double=0.2,
            delay=0.15,
        )
        store = Store(tmp_path / f"{courier.code}.sqlite")
        assert store.synchronous() == 2
        phone = Phone(
            store, network, Clock(clock.to_local(MORNING)), seed=number, login=courier_login
        )
        phone.register(courier.code)
        phone.drain()
        workers.append(Working(phone, chance, fails=0.15))
    planned = {worker.phone.device_id: len(worker.phone.view().open_visits()) for worker in workers}
    assert sum(planned.values()) > 40
    poisoned = workers[0].phone.act(POISON, {"about": "tea"})

    busy = list(workers)
    while busy:
        worker = chance.choice(busy)
        if not worker.next_stop():
            busy.remove(worker)
        now = max(each.phone.clock.true_now for each in workers)
        frozen.move_to(max(now, clock.now()))
        if chance.random() < 0.6:
            worker.phone.sync()
    faults: Counter[str] = Counter()
    for worker in workers:
        network = worker.phone.transport
        assert isinstance(network, FaultyTransport)
        faults += Counter(network.faults)
        network.calm()
        worker.phone.drain()
        worker.finish(day.post_office_id)
        worker.phone.drain()
    assert {"drop", "cut", "double", "delay"} <= faults.keys()

    acts = [act for worker in workers for act in worker.acts]
    results = {}
    for worker in workers:
        assert worker.phone.view().open_visits() == []
        assert worker.phone.view().held() == set()
        assert worker.phone.view().day["contacts"] == []
        assert worker.phone.store.overlays() == {}
        results |= worker.phone.store.results()
    assert results[poisoned]["status"] == "quarantined"
    assert {act: results[act]["status"] for act in acts} == dict.fromkeys(acts, "applied")

    with database.unit_of_work() as session:
        assert {c.id for c in session.scalars(select(Command))} == {
            *map(_uuid, acts),
            _uuid(poisoned),
        }
        assert session.scalars(select(WorkItem.kind)).all() == ["command_quarantined"]
        stops = session.scalars(select(Stop).where(Stop.visits.any())).all()
        assert {stop.status for stop in stops} <= {StopStatus.CLOSED, StopStatus.CANCELLED}
        visits = session.scalars(select(Visit)).all()
        kinds = {visit.kind for visit in visits if visit.status is VisitStatus.DONE}
        assert kinds == set(VisitKind)
        assert VisitStatus.FAILED in {visit.status for visit in visits}
        dossiers = session.scalars(select(Dossier)).all()
        assert all(HOLDER_OF[each.state] is each.keeper_kind for each in dossiers)
        states = Counter(each.state for each in dossiers)
        assert not {DossierState.WITH_COURIER, DossierState.RESULT_WITH_COURIER} & states.keys()
        assert states[DossierState.HANDED_OVER] > 0
        assert states[DossierState.DELIVERED] > 0
        assert states[DossierState.AT_POST_OFFICE] > 0
        legs = session.scalars(select(Leg)).all()
        assert {leg.status for leg in legs} <= {LegStatus.DONE, LegStatus.OPEN}
        tomorrow = [leg.service_date for leg in legs if leg.status is LegStatus.OPEN]
        assert min(tomorrow) > WORKING_DAY
        events = session.scalars(select(CustodyEvent)).all()
        own = Counter(event.command_id for event in events if event.command_id)
        assert own.keys() == set(map(_uuid, acts))

    assert f"{len(dossiers)} dossiers, {len(events)} events" in verify()


def _uuid(text: str) -> uuid.UUID:
    return uuid.UUID(text)
