"""Phones, a bad network, a dying server and a dispatcher, in any order: the invariants hold.

The short size of T1 (docs/sync.md): I1–I6, I8, I9, I11 and I12 after everything has calmed down.
"""

import json
import random
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select

from backend import clock, database
from backend.courier_day.models import Command, CommandStatus, DeviceSeq
from backend.dossiers.models import CustodyEvent
from backend.dossiers.verify import verify_custody
from backend.planning.models import Route, Stop, StopStatus
from backend.settings import Settings
from mobile_api import create_app
from tests.builders.booking import WORKING_DAY, a_booking, a_return
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import a_post_office
from tests.phone import Answer, ClientTransport, Clock, Cut, FaultyTransport, Phone, Store
from tests.phone.courier import Working
from tests.phone.crashes import ProcessDied, dying_at_statement

MORNING = clock.local_instant(WORKING_DAY, time(7, 0))
INTENTS = frozenset({"stop.request_reassign", "contact.correct_phone"})
POISON: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tea.drunk", {}),
    ("dossier.collected", {"dossier": 5}),
    ("dossier.collected", {"dossier": "0199aa00-0000-7000-8000-000000000000", "seal": "NUL\x00"}),
    ("result.delivered", {"weight": 1.5}),
    ("stop.failed", {"stop": "\ud800"}),
)

SIZE = hypothesis_settings(
    max_examples=8,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),  # shrinking a run of real transactions takes minutes
    suppress_health_check=list(HealthCheck),
)


class Mortal:
    """A server that can die at any statement; the phone only sees a broken connection."""

    def __init__(self, inner: ClientTransport, engine: Engine) -> None:
        self.inner, self.engine, self.dies_at = inner, engine, 0
        self.told: dict[str, bytes] = {}

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        with ExitStack() as fate:
            if self.dies_at:
                fate.enter_context(dying_at_statement(self.engine, self.dies_at))
                self.dies_at = 0
            try:
                answer = self.inner.post(path, body, token)
            except ProcessDied as death:
                raise Cut("the server died") from death
        for entry in answer.body.get("results", []):
            self._check_same(entry)
        return answer

    def _check_same(self, entry: dict[str, Any]) -> None:
        """I11: the outcome of a command never changes."""
        kept = json.dumps({key: entry[key] for key in entry if key != "replayed"}).encode()
        if entry["code"] != "id_reused":
            assert self.told.setdefault(entry["id"], kept) == kept


class SyncMachine(RuleBasedStateMachine):
    """Three phones of two couriers; the second and third belong to the same courier."""

    door: FlaskClient
    engine: Engine
    folder: Path

    @initialize(seed=st.integers(0, 2**16))
    def publish(self, seed: int) -> None:
        self.chance = random.Random(seed)
        with database.unit_of_work() as session:
            post_office = a_post_office(session)
            self.post_office = str(post_office.id)
            couriers = [a_courier(session, post_office=post_office) for _ in range(2)]
            plan = a_published_plan(session)
            self.plan_id = plan.id
            for courier in couriers:
                bookings = [a_booking(session), a_return(session), a_booking(session)]
                a_route(session, courier, schedule(*bookings), plan=plan)
        self.server = Mortal(ClientTransport(self.door), self.engine)
        self.clock = Clock(clock.to_local(clock.now()))
        self.phones: list[Phone] = []
        self.done: list[set[str]] = []
        self.acted: list[set[str]] = [set(), set(), set()]
        for number, courier in enumerate([couriers[0], couriers[1], couriers[1]]):
            store = Store(self.folder / f"{plan.id}-{number}.sqlite")
            network = FaultyTransport(self.server, random.Random(seed + number))
            phone = Phone(store, network, self.clock, seed=number)
            phone.register(courier.code)
            phone.drain()
            self.phones.append(phone)
            self.done.append(set())

    @rule(who=st.integers(0, 2), stops=st.integers(1, 3), fails=st.booleans())
    def act(self, who: int, stops: int, fails: bool) -> None:
        """The next stops are worked, or nobody is at home."""
        working = Working(self.phones[who], self.chance, fails=0.3 if fails else 0.0)
        working.seals = self.chance.randrange(1000)
        for _ in range(stops):
            working.next_stop()
        view = self.phones[who].view()
        self.done[who] |= {
            visit["id"]
            for stop in view.stops()
            for visit in stop["visits"]
            if view.status(visit) != "OPEN"
        }

    @rule(who=st.integers(0, 2))
    def end_the_shift(self, who: int) -> None:
        """What is in the bag goes into the safe, planned or not."""
        Working(self.phones[who], self.chance).finish(self.post_office)

    @rule(who=st.integers(0, 2), what=st.sampled_from(POISON))
    def poison(self, who: int, what: tuple[str, dict[str, Any]]) -> None:
        """Something that no handler can take."""
        self.phones[who].act(*what)

    @rule(who=st.integers(0, 2))
    def wish(self, who: int) -> None:
        """An intent about the first stop on the screen."""
        if stops := self.phones[who].view().stops():
            self.phones[who].act("stop.request_reassign", {"stop": stops[0]["id"], "reason": "X"})

    @rule(
        who=st.integers(0, 2),
        stops=st.integers(0, 2),
        fault=st.sampled_from(["none", "drop", "cut", "double", "delay"]),
    )
    def sync(self, who: int, stops: int, fault: str) -> None:
        """Some stops, then one round trip over a network with at most one kind of fault."""
        self.act(who, stops, fails=False)
        network = self.phones[who].transport
        assert isinstance(network, FaultyTransport)
        network.drop = network.cut = network.double = network.delay = 0.0
        if fault != "none":
            setattr(network, fault, 0.8)
        self.phones[who].sync()

    @rule(who=st.integers(0, 2), statement=st.integers(1, 90))
    def server_dies(self, who: int, statement: int) -> None:
        """The process exits somewhere in the middle of a sync."""
        self.act(who, 1, fails=False)
        self.server.dies_at = statement
        self.phones[who].sync()
        self.server.dies_at = 0

    @rule(who=st.integers(0, 2))
    def phone_restarts(self, who: int) -> None:
        """What is not on the phone's disk is gone; its uptime begins anew."""
        phone = self.phones[who]
        phone.store.close()
        self.clock.reboot()
        self.phones[who] = Phone(Store(phone.store.path), phone.transport, self.clock, seed=who)

    @rule(who=st.integers(0, 2))
    def phone_is_restored_from_a_backup(self, who: int) -> None:
        """The outbox of an hour ago comes back: numbers will be spent twice."""
        phone = self.phones[who]
        older = phone.store.path.with_suffix(".older")
        if older.exists():
            phone.store.close()
            for suffix in ("", "-wal", "-shm"):
                phone.store.path.with_name(phone.store.path.name + suffix).unlink(missing_ok=True)
            shutil.move(older, phone.store.path)
            self.phones[who] = Phone(Store(phone.store.path), phone.transport, self.clock)
            self.done[who].clear()
            self.acted[who].clear()  # what the backup does not hold is the phone's loss
        else:
            phone.store.backup(older)

    @rule()
    def dispatcher_reassigns(self) -> None:
        """Courier A's open stops go to the end of courier B's route."""
        with database.unit_of_work() as session:
            routes = session.scalars(
                select(Route).where(Route.plan_id == self.plan_id).order_by(Route.number)
            ).all()
            stops = session.scalars(
                select(Stop)
                .where(
                    Stop.route_id == routes[0].id,
                    Stop.status == StopStatus.OPEN,
                    Stop.visits.any(),
                )
                .order_by(Stop.id)
                .with_for_update()
            ).all()
            last = session.scalar(
                select(func.max(Stop.ordinal)).where(Stop.route_id == routes[1].id)
            )
            for number, stop in enumerate(stops, start=(last or 0) + 1):
                stop.route_id, stop.ordinal = routes[1].id, number
                stop.version += 1
            for route in routes:
                route.courier.revision += 1

    @invariant()
    @precondition(lambda self: hasattr(self, "phones"))
    def nothing_done_flickers_back(self) -> None:
        """I9: the screen never shows a finished visit as open again."""
        for phone, done in zip(self.phones, self.done, strict=True):
            assert not done & {visit["id"] for _, visit in phone.view().open_visits()}

    @invariant()
    @precondition(lambda self: hasattr(self, "phones"))
    def everything_confirmed_is_remembered(self) -> None:
        """What the screen confirmed must have an outcome in the end."""
        for phone, acted in zip(self.phones, self.acted, strict=True):
            acted |= {command["id"] for command in phone.store.waiting(1000)}

    def teardown(self) -> None:
        if not hasattr(self, "phones"):
            return
        for phone in self.phones:
            assert isinstance(phone.transport, FaultyTransport)
            phone.transport.calm()
        for _ in range(2):  # two idle rounds: what one phone brought changes another's day
            for phone in self.phones:
                phone.drain(rounds=12)  # I4
        for phone, acted in zip(self.phones, self.acted, strict=True):
            assert acted <= phone.store.results().keys()
            self.check_phone(phone)
        self.check_server()
        for phone in self.phones:
            phone.store.close()

    def check_phone(self, phone: Phone) -> None:
        """I1 and I8: what it was told is stored there, and both show the same."""
        assert phone.store.count_waiting() == 0
        assert phone.store.overlays() == {}
        with database.unit_of_work() as session:
            for identity, entry in phone.store.results().items():
                stored = session.get_one(Command, identity)
                assert stored.status.value == entry["status"] or entry["code"] == "id_reused"
        fresh = phone.request() | {"seen_revision": -1}
        answer = phone.transport.post("/v1/courier/sync", fresh, phone.store.get_meta("token"))
        assert answer.body["day"] == phone.store.day()[2]
        assert answer.body["revision"] == phone.store.day()[1]

    def check_server(self) -> None:
        """I2, I3, I5, I6, I12."""
        with database.snapshot() as session:
            assert verify_custody(session).bad_row is None
            doubled = (
                select(CustodyEvent.command_id, CustodyEvent.type, CustodyEvent.dossier_id)
                .where(CustodyEvent.command_id.is_not(None))
                .group_by(CustodyEvent.command_id, CustodyEvent.type, CustodyEvent.dossier_id)
                .having(func.count() > 1)
            )
            assert session.execute(doubled).all() == []
            for device_id, seqs in session.execute(
                select(DeviceSeq.device_id, func.array_agg(DeviceSeq.seq)).group_by(
                    DeviceSeq.device_id
                )
            ):
                assert sorted(seqs) == list(range(1, len(seqs) + 1)), device_id
            refused = select(Command.type).where(Command.status == CommandStatus.REFUSED)
            assert set(session.scalars(refused)) <= INTENTS


@pytest.fixture
def machine(
    committed_database: Engine, settings: Settings, tmp_path: Path
) -> Iterator[type[SyncMachine]]:
    """The machine on this test's database; every run publishes a plan of its own."""
    with clock.frozen(MORNING):
        SyncMachine.door = create_app(settings).test_client()
        SyncMachine.engine = committed_database
        SyncMachine.folder = tmp_path
        yield SyncMachine


def test_any_order_of_acts_faults_and_crashes_keeps_the_invariants(
    machine: type[SyncMachine],
) -> None:
    run_state_machine_as_test(machine, settings=SIZE)
