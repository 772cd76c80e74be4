"""What breaks inside a sync is undone whole, tried again, or waited for.

Deaths between any two statements: tests/proofs/test_t04_failpoints.py.
"""

from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text
from sqlalchemy.exc import OperationalError

from backend import database
from backend.cash.entries import CashEntry, PaidBy, Purse
from backend.courier_day import batch as batch_module
from backend.courier_day.handlers import registry
from backend.courier_day.models import QuarantinedCommand, WorkItem
from backend.database import new_id
from backend.dossiers.forms import Form
from backend.dossiers.models import Dossier
from tests.integration.courier_day.conftest import (
    Morning,
    PhoneOf,
    collected,
    send,
)
from tests.phone import Cut


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


def test_what_the_database_refuses_late_leaves_no_form_behind(
    morning: Morning, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row is written after the handler is through, with the command's own."""
    whole = registry.find_handler("dossier.collected", 1)
    assert whole is not None

    def owes(scene: Any, body: Any) -> None:
        whole.run(scene, body)
        if body.seal == "NP-BREAKS":
            scene.session.add(
                CashEntry(
                    dossier_id=body.dossier,
                    purse=Purse.FEE,
                    amount_vnd=-1,
                    paid_by=PaidBy.CASH,
                    courier_id=scene.courier.id,
                    receipt_id=new_id(),
                    taken_at=scene.origin.at,
                )
            )

    broken = registry.Handler(kind=whole.kind, v=1, body=whole.body, run=owes, is_intent=False)
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
        forms = session.scalars(select(Form)).all()
        assert [form.content["command_id"] for form in forms] == [second]
        assert [form.number for form in forms] == [1]


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

    def clashing(session: Any, commands: Any) -> Any:
        if failures[0]:
            failures[0] -= 1
            session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$"))
        return whole(session, commands)

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
    # The token, the lost one, its repeat, the end of the snapshot in which the day was read, and
    # who saw whose door on it.
    assert len(commits) == 5
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
