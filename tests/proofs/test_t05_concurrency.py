"""T5: real threads on real rows: one effect each, no lasting deadlock, numbers in commit order."""

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from backend import database
from backend.courier_day import revisions
from backend.courier_day.day import read_day
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command
from backend.dossiers.models import Dossier
from backend.fleet.models import Courier
from tests.phone import Answer, Phone
from tests.proofs.conftest import Morning
from tests.proofs.network import SYNC
from tests.proofs.sizes import Sizes

THREADS = 8
WRITERS = 4
FLURRY = 100
"""Writes in a row; then nobody writes until the day was looked at."""


def all_at_once(*works: Callable[[], None]) -> None:
    """Runs them in threads; an error in one is an error here."""
    errors: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def sending(phone: Phone, answers: list[Answer]) -> Callable[[], None]:
    """One request, made now and sent later: an outbox belongs to one thread."""
    request, token = phone.request(), phone.store.get_meta("token")
    return lambda: answers.append(phone.transport.post(SYNC, request, token))


def unbroken() -> None:
    with database.snapshot() as session:
        assert find_breaches(session) == []


def test_t5_the_same_batch_by_eight_threads_has_one_effect(morning: Morning) -> None:
    for dossier in morning.dossiers[:2]:
        morning.phone.act("dossier.collected", {"dossier": dossier, "seal": f"NP-{dossier[-6:]}"})
    answers: list[Answer] = []
    all_at_once(*[sending(morning.phone, answers) for _ in range(THREADS)])
    assert [answer.status for answer in answers] == [200] * THREADS
    results = [
        [
            {key: entry[key] for key in entry if key != "replayed"}
            for entry in answer.body["results"]
        ]
        for answer in answers
    ]
    assert all(each == results[0] for each in results)
    first = [answer for answer in answers if not answer.body["results"][0].get("replayed")]
    assert len(first) == 1
    unbroken()


def test_t5_two_devices_at_one_stop_leave_one_move_and_one_witness(morning: Morning) -> None:
    phones = [morning.other_phone(1), morning.other_phone(2)]
    dossier = phones[0].view().open_visits()[0][1]["dossier"]
    for phone in phones:
        phone.act("dossier.collected", {"dossier": dossier, "seal": "NP-1"})
    answers: list[Answer] = []
    all_at_once(*[sending(phone, answers) for phone in phones])
    told = Counter(entry["status"] for answer in answers for entry in answer.body["results"])
    assert told == {"applied": 1, "flagged": 1}
    with database.unit_of_work() as session:
        assert session.get_one(Dossier, UUID(dossier)).event_count == 3
    unbroken()


def test_t5_eight_crossing_batches_all_come_through(morning: Morning) -> None:
    phones = [morning.phone, morning.other_phone(1), morning.other_phone(2)]
    dossiers = sorted({v["dossier"] for phone in phones for _, v in phone.view().open_visits()})
    answers: list[Answer] = []
    works = []
    for number in range(THREADS):
        phone = phones[number % len(phones)]
        order = dossiers if number % 2 else dossiers[::-1]
        phone.act("dossier.collected", {"dossier": order[number % 6], "seal": f"NP-{number}"})
        phone.act("dossier.collected", {"dossier": order[(number + 3) % 6], "seal": f"QP-{number}"})
        works.append(sending(phone, answers))
    all_at_once(*works)
    assert {answer.status for answer in answers} == {200}
    for phone in phones:
        phone.drain()
    with database.unit_of_work() as session:
        assert len(session.scalars(select(Command.id)).all()) == 2 * THREADS
    unbroken()


# ---- numbers of a day in the order of commits ------------------------------------------------


@dataclass
class Watching:
    """One who reads a day again and again while others write it."""

    courier: UUID
    seen: dict[int, str] = field(default_factory=dict)
    newest: int = 0
    reads: int = 0
    wrong: str = ""

    def look(self) -> None:
        """One number shows one content, and no later look shows a lower number."""
        with database.snapshot() as session:
            revision = session.get_one(Courier, self.courier).revision
            versions = session.execute(
                text(
                    "SELECT s.id::text, s.version FROM stop s JOIN route r ON r.id = s.route_id"
                    " WHERE r.courier_id = :courier ORDER BY 1"
                ),
                {"courier": self.courier},
            )
            content = json.dumps([list(row) for row in versions])
        self.reads += 1
        if revision < self.newest:
            self.wrong = f"number {revision} came after {self.newest}"
        if self.seen.setdefault(revision, content) != content:
            self.wrong = f"two days under number {revision}"
        self.newest = max(self.newest, revision)


@dataclass
class Writing:
    """Dispatchers who change stops of one courier, each change under its own number."""

    courier: UUID
    raise_number: Callable[[database.DatabaseSession, int | None], None]
    draw: Callable[[], int | None]
    left: Any
    watching: Watching

    def work(self) -> None:
        with database.unit_of_work() as session:
            stops = session.scalars(
                text(
                    "SELECT s.id FROM stop s JOIN route r ON r.id = s.route_id"
                    " WHERE r.courier_id = :courier ORDER BY 1"
                ),
                {"courier": self.courier},
            ).all()
        change = text("UPDATE stop SET version = version + 1 WHERE id = :id")
        for number in self.left:
            if self.watching.wrong:
                return
            with database.unit_of_work() as session:
                drawn = self.draw()
                session.execute(change, {"id": stops[number % len(stops)]})
                if number % FLURRY == FLURRY - 2 * WRITERS:
                    time.sleep(0.05)  # begun before the last ones of its flurry, ends after them
                self.raise_number(session, drawn)
            if number % WRITERS == 0:
                time.sleep(0)  # others get their turn


def race(
    morning: Morning,
    writes: int,
    raise_number: Callable[[database.DatabaseSession, int | None], None],
    draw: Callable[[], int | None],
) -> Watching:
    """Writers write and one looks, until all is written or something was wrong."""
    courier = morning.world.couriers[0]
    watching = Watching(courier)
    lock = threading.Lock()
    ended = threading.Event()

    def look() -> None:
        while not ended.is_set() and not watching.wrong:
            watching.look()
            time.sleep(0.005)

    def write() -> None:
        try:
            for first in range(0, writes, FLURRY):
                left = _Shared(iter(range(first, min(first + FLURRY, writes))), lock)
                writing = Writing(courier, raise_number, draw, left, watching)
                all_at_once(*[writing.work] * WRITERS)
                read = watching.reads
                while watching.reads < read + 2 and not watching.wrong:
                    time.sleep(0.001)
        finally:
            ended.set()

    all_at_once(write, look)
    watching.look()
    return watching


class _Shared:
    """One iterator for several threads."""

    def __init__(self, items: Any, lock: threading.Lock) -> None:
        self.items, self.lock = items, lock

    def __iter__(self) -> "_Shared":
        return self

    def __next__(self) -> int:
        with self.lock:
            return int(next(self.items))


def test_t5_a_day_s_number_grows_in_the_order_of_commits_while_many_write(
    morning: Morning, sizes: Sizes
) -> None:
    courier = morning.world.couriers[0]
    with database.snapshot() as session:
        before = session.get_one(Courier, courier).revision

    def number_last(session: database.DatabaseSession, _drawn: int | None) -> None:
        revisions.raise_revisions(session, [courier])

    watching = race(morning, sizes.writes, number_last, lambda: None)
    assert watching.wrong == ""
    assert watching.reads > sizes.writes / 1_000
    assert watching.newest == before + sizes.writes
    morning.phone.drain()
    with database.snapshot() as session:
        day = read_day(session, session.get_one(Courier, courier))
        assert morning.phone.store.day()[1] == watching.newest
        assert len(morning.phone.store.day()[2]["routes"]) == len(day["routes"])


def test_t5_a_planted_serial_number_is_caught(morning: Morning, sizes: Sizes) -> None:
    courier, serial = morning.world.couriers[0], itertools.count(1_000)

    def write_serial(session: database.DatabaseSession, drawn: int | None) -> None:
        session.execute(update(Courier).where(Courier.id == courier).values(revision=drawn))

    watching = race(morning, sizes.writes, write_serial, lambda: next(serial))
    assert watching.wrong, f"{sizes.writes} writes under a serial number went unnoticed"


def test_t5_phones_sync_while_dispatchers_write_and_end_with_the_server_s_day(
    morning: Morning,
) -> None:
    both = [morning.phone, morning.other_phone(1)]
    writes = itertools.count()
    ended = threading.Event()

    def write() -> None:
        while not ended.is_set():
            with database.unit_of_work() as session:
                revisions.raise_revisions(session, morning.world.couriers)
            next(writes)
            time.sleep(0.002)

    def work() -> None:
        try:
            answers: list[Answer] = []
            for _ in range(5):
                all_at_once(*[sending(phone, answers) for phone in both])
            assert {answer.status for answer in answers} == {200}
        finally:
            ended.set()

    for phone in both:
        for _, visit in phone.view().open_visits()[:2]:
            phone.act("dossier.collected", {"dossier": visit["dossier"], "seal": visit["id"][-8:]})
    all_at_once(write, work)
    for phone in both:
        phone.drain()
        courier_code = phone.store.get_meta("courier_code")
        with database.snapshot() as session:
            courier = session.scalars(select(Courier).where(Courier.code == courier_code)).one()
            assert phone.store.day()[1] == courier.revision
    assert next(writes) > 0
    unbroken()
