"""The server dies between any two statements of a sync; the phone tries again; nothing shows."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError

from backend import database
from backend.courier_day import batch as batch_module
from backend.courier_day.handlers import registry
from backend.courier_day.models import Command, DeviceSeq, QuarantinedCommand, WorkItem
from backend.dossiers.models import CustodyEvent, Dossier, Leg
from backend.fleet.models import Courier
from backend.planning.models import Visit
from tests.integration.courier_day.conftest import (
    Morning,
    PhoneOf,
    collected,
    custody_is_whole,
    send,
)
from tests.phone import Cut, Phone
from tests.phone.crashes import ProcessDied, dying_at_statement


def state() -> dict[str, Any]:
    """Everything that the batch changes, without ids that the server makes."""
    with database.unit_of_work() as session:
        return {
            "commands": sorted(
                (str(row.id), row.status.value, row.seq) for row in session.scalars(select(Command))
            ),
            "seqs": sorted(row.seq for row in session.scalars(select(DeviceSeq))),
            "events": sorted(
                (str(row.dossier_id), row.n, row.type.value, str(row.command_id))
                for row in session.scalars(select(CustodyEvent))
            ),
            "dossiers": sorted(
                (str(row.id), row.state.value, row.version)
                for row in session.scalars(select(Dossier))
            ),
            "legs": sorted(
                (str(row.dossier_id), row.ordinal, row.status.value, row.version)
                for row in session.scalars(select(Leg))
            ),
            "visits": sorted(
                (str(row.id), row.status.value) for row in session.scalars(select(Visit))
            ),
            "work_items": sorted(row.kind for row in session.scalars(select(WorkItem))),
            "quarantined": sorted(
                row.reason for row in session.scalars(select(QuarantinedCommand))
            ),
            "revisions": sorted(row.revision for row in session.scalars(select(Courier))),
        }


def outline() -> tuple[int, ...]:
    """The same in one cheap query: any half of the batch would show in one of these numbers."""
    query = text(
        """
        SELECT (SELECT count(*) FROM command), (SELECT count(*) FROM device_seq),
            (SELECT count(*) FROM custody_event), (SELECT sum(version) FROM dossier),
            (SELECT sum(version) + count(*) FROM leg), (SELECT sum(version) FROM stop),
            (SELECT count(*) FROM visit WHERE status = 'OPEN'), (SELECT count(*) FROM work_item),
            (SELECT count(*) FROM quarantined_command), (SELECT sum(revision) FROM courier),
            (SELECT sum(last_seq) FROM device)
        """
    )
    with database.unit_of_work() as session:
        return tuple(session.execute(query).one())


def a_batch(phone: Phone, morning: Morning) -> dict[str, Any]:
    """A move, a late witness, a wish, and something unreadable."""
    phone.act(*collected(morning.sends[0]))
    phone.act(
        "dossier.deposited",
        {"dossier": str(morning.sends[0].id), "post_office": morning.post_office_id},
    )
    phone.act(*collected(morning.sends[0], "NP-2"))
    phone.act("tea.drunk", {"cups": 2})
    return phone.request()


def test_a_death_between_any_two_statements_leaves_all_or_nothing(
    morning: Morning, phone_of: PhoneOf, committed_database: Engine
) -> None:
    phone = phone_of(morning.a)
    request = a_batch(phone, morning)
    before, committed = outline(), 0
    number = 0
    answer = None
    while answer is None:
        number += 1
        with dying_at_statement(committed_database, number), suppress(ProcessDied):
            answer = send(phone, request)
        if answer is None and (after := outline()) != before:
            assert after[0] == 4  # died while the answer was being built: all of it is there
            committed += 1
    assert answer.status == 200
    final = state()
    assert number > 60  # statements of the first, whole run
    assert committed == 1  # the next repeat has fewer statements than that and ends
    assert [row[1] for row in sorted(final["commands"], key=lambda row: row[2])] == [
        "applied",
        "applied",
        "flagged",
        "quarantined",
    ]
    assert [entry.get("replayed") for entry in answer.body["results"]] == [True] * 4
    again = send(phone, request).body
    assert again["results"] == answer.body["results"]
    assert state() == final
    assert custody_is_whole()


def test_a_handler_that_breaks_is_undone_whole_and_the_queue_goes_on(
    morning: Morning, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = registry.find_handler("dossier.collected", 1)
    assert whole is not None

    def breaks(scene: Any, body: Any) -> None:
        whole.run(scene, body)
        if body.seal == "NP-BREAKS":
            raise ZeroDivisionError

    broken = registry.Handler(kind=whole.kind, v=1, body=whole.body, run=breaks, is_intent=False)
    monkeypatch.setitem(registry._HANDLERS, ("dossier.collected", 1), broken)
    phone = phone_of(morning.a)
    first = phone.act(*collected(morning.sends[0], "NP-BREAKS"))
    second = phone.act(*collected(morning.sends[1], "NP-GOOD"))
    phone.drain()
    results = phone.store.results()
    assert (results[first]["status"], results[first]["code"]) == ("quarantined", "handler_failed")
    assert results[second]["status"] == "applied"
    with database.unit_of_work() as session:
        assert session.get_one(Dossier, morning.sends[0].id).event_count == 1
        assert session.get_one(Dossier, morning.sends[1].id).event_count == 2
        (kept,) = session.scalars(select(QuarantinedCommand)).all()
        assert "NP-BREAKS" in kept.raw
        assert kept.trace_id
        assert session.scalars(select(WorkItem.kind)).all() == ["command_quarantined"]


def test_a_fact_is_never_refused_even_by_a_handler_that_tries(
    morning: Morning, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from backend.courier_day.scene import Refused

    whole = registry.find_handler("dossier.collected", 1)
    assert whole is not None

    def refuses(scene: Any, body: Any) -> None:
        raise Refused("no")

    bad = registry.Handler(kind=whole.kind, v=1, body=whole.body, run=refuses, is_intent=False)
    monkeypatch.setitem(registry._HANDLERS, ("dossier.collected", 1), bad)
    phone = phone_of(morning.a)
    command = phone.act(*collected(morning.sends[0]))
    phone.drain()
    assert phone.store.results()[command]["status"] == "quarantined"


def test_a_deadlock_is_tried_again_and_a_lasting_one_asks_the_phone_to_wait(
    morning: Morning, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = phone_of(morning.a)
    phone.act(*collected(morning.sends[0]))
    whole, failures = batch_module.lock_named, [2]

    def clashing(session: Any, commands: Any) -> None:
        if failures[0]:
            failures[0] -= 1
            session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))
        whole(session, commands)

    monkeypatch.setattr(batch_module, "lock_named", clashing)
    request = phone.request()
    assert send(phone, request).body["results"][0]["status"] == "applied"
    assert failures == [0]
    failures[0] = 99
    answer = send(phone, request)
    assert (answer.status, answer.body["code"]) == (503, "retry_later")
    assert answer.retry_after_s == 2
    assert failures == [94]


def test_a_connection_lost_at_commit_is_repeated_without_a_double_effect(
    morning: Morning, phone_of: PhoneOf, committed_database: Engine
) -> None:
    phone = phone_of(morning.a)
    phone.act(*collected(morning.sends[0]))
    request = phone.request()
    commits: list[Any] = []

    def lose_the_second(connection: Any) -> None:
        commits.append(connection)  # the first one only looked the token up
        if len(commits) == 2:
            raise OperationalError("COMMIT", {}, Exception("the connection is gone"))

    event.listen(committed_database, "commit", lose_the_second)
    try:
        answer = send(phone, request)
    finally:
        event.remove(committed_database, "commit", lose_the_second)
    assert answer.status == 200
    assert len(commits) == 3
    with database.unit_of_work() as session:
        assert session.get_one(Dossier, morning.sends[0].id).event_count == 2


def test_a_cut_answer_costs_a_pause_and_nothing_else(morning: Morning, phone_of: PhoneOf) -> None:
    phone = phone_of(morning.a)
    phone.act(*collected(morning.sends[0]))
    inner = phone.transport
    cuts = [True]

    class OnceCut:
        def post(self, path: str, body: dict[str, Any], token: str | None) -> Any:
            answer = inner.post(path, body, token)
            if cuts and cuts.pop():
                raise Cut("mid-body")
            return answer

    phone.transport = OnceCut()
    assert phone.sync() is False
    assert phone.store.count_waiting() == 1
    assert 0 <= phone.clock.slept_s[0] <= 2
    assert phone.sync() is True
    assert [entry["replayed"] for entry in phone.store.results().values()] == [True]
