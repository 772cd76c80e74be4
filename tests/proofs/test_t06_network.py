"""T6: a network that delays, resets, stays half open and cuts bodies at every byte; a gzip bomb."""

import gzip
import random
import threading
import time
import tracemalloc
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from werkzeug.serving import make_server

from backend import database
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command
from tests.phone import HttpTransport, Phone
from tests.proofs import proxy as faults
from tests.proofs.conftest import Morning
from tests.proofs.network import SYNC
from tests.proofs.proxy import Exchange, Proxy, a_proxy
from tests.proofs.sizes import Sizes

PATIENCE_S = 1.0
"""How long a phone waits for an answer that never comes."""

MIB = 1024 * 1024


@pytest.fixture
def proxy(morning: Morning) -> Iterator[Proxy]:
    """The application on a loopback port, with a proxy before it."""
    app = morning.door.client.application
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    with a_proxy(("127.0.0.1", server.server_port)) as proxy:
        yield proxy
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def phone(morning: Morning, proxy: Proxy) -> Phone:
    """A's phone behind the proxy, with two acts that wait."""
    phone = morning.phone
    phone.transport = HttpTransport(proxy.base, timeout_s=30)
    for dossier in morning.dossiers[:2]:
        phone.act("dossier.collected", {"dossier": dossier, "seal": f"NP-{dossier[-6:]}"})
    return phone


def stored() -> int:
    with database.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(Command)) or 0


def recover(phone: Phone, proxy: Proxy) -> None:
    """The network works again, and nobody is impatient any more."""
    proxy.fault = faults.pass_on
    phone.transport = HttpTransport(proxy.base, timeout_s=30)
    phone.drain()


def assert_all_is_well(phone: Phone, commands: int = 2) -> None:
    assert phone.store.count_waiting() == 0
    assert stored() == commands
    with database.snapshot() as session:
        assert find_breaches(session) == []


@pytest.mark.parametrize(
    ("fault", "arrives"),
    [
        (faults.close_at_once, False),
        (faults.reset_before, False),
        (faults.reset_after, True),
        (faults.half_open, False),
    ],
    ids=["closed at once", "reset before", "reset after", "half open"],
)
def test_t6_a_broken_exchange_costs_a_pause_and_nothing_else(
    phone: Phone, proxy: Proxy, fault: faults.Fault, arrives: bool
) -> None:
    proxy.fault = fault
    if fault is faults.half_open:
        phone.transport = HttpTransport(proxy.base, timeout_s=PATIENCE_S)
    for _ in range(2):
        assert phone.sync() is False
    assert phone.store.count_waiting() == 2
    assert stored() == (2 if arrives else 0)
    waits = list(phone.clock.slept_s)
    assert len(waits) == 2
    assert 0 <= waits[0] <= 2
    assert 0 <= waits[1] <= 4
    recover(phone, proxy)
    assert_all_is_well(phone)


def test_t6_an_answer_that_takes_three_seconds_is_waited_for(phone: Phone, proxy: Proxy) -> None:
    proxy.fault = faults.late(3.0)
    began = time.monotonic()
    assert phone.sync()
    assert time.monotonic() - began >= 3.0
    assert_all_is_well(phone)


def test_t6_a_phone_waits_as_long_as_it_is_told_by_its_own_clock(
    phone: Phone, proxy: Proxy
) -> None:
    busy = b'{"code": "retry_later"}'
    answer = (
        b"HTTP/1.1 503 Busy\r\nContent-Type: application/problem+json\r\nRetry-After: 600\r\n"
        b"Connection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(busy), busy)
    )
    proxy.fault = faults.cut_at(answer, len(answer))
    began = time.monotonic()
    assert phone.sync() is False
    assert 600 <= phone.clock.slept_s[-1] <= 602
    assert time.monotonic() - began < 10
    recover(phone, proxy)
    assert_all_is_well(phone)


def test_t6_an_answer_cut_at_any_byte_is_as_good_as_none(phone: Phone, proxy: Proxy) -> None:
    kept: list[bytes] = []

    def record(exchange: Exchange) -> None:
        kept.append(exchange.ask_server())
        exchange.phone.sendall(kept[-1])

    recover(phone, proxy)
    proxy.fault = record
    assert phone.sync()
    small = kept[-1]
    body_at = small.index(b"\r\n\r\n") + 4
    assert len(small) - body_at < 2_000
    third = phone.act("tea.drunk", {"cups": 3})
    before = phone.store.day(), phone.store.results()
    for length in range(len(small)):
        proxy.fault = faults.cut_at(small, length)
        assert phone.sync() is False, f"cut at byte {length} of {len(small)}"
        assert (phone.store.day(), phone.store.results()) == before
        assert phone.store.count_waiting() == 1
    recover(phone, proxy)
    assert phone.store.results()[third]["status"] == "quarantined"
    assert_all_is_well(phone, commands=3)


@pytest.mark.parametrize("members", [1, 400])
def test_t6_a_gzip_bomb_is_refused_in_little_memory(morning: Morning, members: int) -> None:
    """A quarter of a gibibyte behind 256 KiB, whole or as many small members."""
    bomb = gzip.compress(bytes(240 * MIB // members)) * members
    sent = bomb[: 256 * 1024]
    assert len(sent) > 200 * 1024
    headers = {
        "Authorization": f"Bearer {morning.phone.store.get_meta('token')}",
        "Content-Type": "application/json",
        "Content-Encoding": "gzip",
    }
    morning.door.client.post(SYNC, data=b"{}", headers=headers)
    tracemalloc.start()
    try:
        answer = morning.door.client.post(SYNC, data=sent, headers=headers)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 413 if members == 1 else answer.status_code in {413, 415}
    assert peak < 50 * MIB
    assert stored() == 0


def test_t6_a_long_time_on_a_bad_network_loses_nothing(
    phone: Phone, proxy: Proxy, morning: Morning, sizes: Sizes
) -> None:
    """Every kind of fault by chance: some exchanges in a short run, half an hour in a full one."""
    chance = random.Random(6)
    usual = [faults.pass_on] * 4
    bad = [faults.close_at_once, faults.reset_before, faults.reset_after]
    until = time.monotonic() + sizes.soak_s
    acts, rounds = 2, 0
    while rounds < 12 or time.monotonic() < until:
        proxy.fault = chance.choice(usual + bad)
        dossier = chance.choice(morning.dossiers[:2])
        body = {"dossier": dossier, "post_office": morning.world.post_office_id}
        phone.act(chance.choice(["dossier.deposited", "dossier.taken"]), body)
        phone.sync()
        acts, rounds = acts + 1, rounds + 1
    recover(phone, proxy)
    assert len(phone.store.results()) == acts
    assert_all_is_well(phone, commands=acts)
