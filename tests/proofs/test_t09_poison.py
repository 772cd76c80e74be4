"""T9: fuzzed bodies of every command, and handlers that raise: the queue drains, raw text stays."""

import json
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import select

from backend import database
from backend.courier_day.handlers import Handler, list_handlers, registry
from backend.courier_day.invariants import find_breaches
from backend.courier_day.models import Command, CommandStatus, QuarantinedCommand, WorkItem
from tests.proofs.conftest import Morning
from tests.proofs.fuzz import Fuzz
from tests.proofs.sizes import Sizes

AT_ONCE = 50


def known_ids(morning: Morning) -> dict[str, list[str]]:
    day = morning.phone.store.day()[2]
    offices = [each["id"] for each in day["offices"]]
    return {
        "dossier": morning.dossiers,
        "dossiers": morning.dossiers,
        "office": offices,
        "right_office": offices,
        "post_office": [morning.world.post_office_id],
        "stop": [stop["id"] for stop in morning.phone.view().stops()],
        "contact": [each["id"] for each in day["contacts"]],
        "giver": [str(each) for each in morning.world.couriers],
        "receiver": [str(each) for each in morning.world.couriers],
    }


def assert_drained_and_kept(acts: list[str]) -> Counter[str]:
    """Every command has one outcome; what was not understood is kept verbatim and told."""
    with database.snapshot() as session:
        rows = {str(row.id): row for row in session.scalars(select(Command))}
        assert rows.keys() == set(acts)
        quarantined = {key for key, row in rows.items() if row.status is CommandStatus.QUARANTINED}
        kept = {str(row.command_id): row.raw for row in session.scalars(select(QuarantinedCommand))}
        assert kept.keys() == quarantined
        assert all(json.loads(kept[key])["id"] == key for key in quarantined)
        told = session.scalars(
            select(WorkItem.command_id).where(WorkItem.kind == "command_quarantined")
        )
        assert {str(each) for each in told} == quarantined
        assert find_breaches(session) == []
        return Counter(row.status.value for row in rows.values())


def test_t9_fuzzed_bodies_of_every_command_never_block_the_queue(
    morning: Morning, sizes: Sizes
) -> None:
    phone, handlers = morning.phone, list_handlers()
    fuzz = Fuzz(9, known_ids(morning))
    acts: list[str] = []
    for number in range(sizes.poisons):
        handler = handlers[number % len(handlers)]
        acts.append(phone.act(handler.kind, fuzz.body(handler.body), v=handler.v))
        if len(acts) % AT_ONCE == 0:
            phone.drain()
    phone.drain()
    assert phone.store.results().keys() == set(acts)
    outcomes = assert_drained_and_kept(acts)
    assert outcomes["quarantined"] > sizes.poisons // 10
    assert outcomes["applied"] + outcomes["flagged"] > sizes.poisons // 10


def test_t9_handlers_that_raise_are_undone_and_the_queue_goes_on(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command type in turn: its handler works, and then something breaks."""

    def breaking(handler: Handler) -> Handler:
        def run(scene: Any, body: Any) -> None:
            handler.run(scene, body)
            raise ZeroDivisionError(handler.kind)

        return Handler(
            kind=handler.kind, v=handler.v, body=handler.body, run=run, is_intent=handler.is_intent
        )

    handlers = list_handlers()
    fuzz = Fuzz(10, known_ids(morning))
    broken = {(each.kind, each.v): breaking(each) for each in handlers}
    for key, handler in broken.items():
        monkeypatch.setitem(registry._HANDLERS, key, handler)
    phone = morning.phone
    acts = [phone.act(each.kind, fuzz.body(each.body), v=each.v) for each in handlers]
    phone.drain()
    monkeypatch.undo()
    collected = {"dossier": morning.dossiers[0], "seal": "NP-1"}
    acts.append(phone.act("dossier.collected", collected))
    phone.drain()
    assert phone.store.results()[acts[-1]]["status"] == "applied"
    outcomes = assert_drained_and_kept(acts)
    assert outcomes["applied"] == 1
    assert outcomes["flagged"] == 0
