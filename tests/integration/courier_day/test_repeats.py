"""Exactly once: repeats, reuse of ids, forks, lost outboxes, and errors of HTTP."""

import gzip
import json
import threading
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from backend import database
from backend.accounts.models import Device
from backend.courier_day.models import (
    Command,
    DeviceSeq,
    LostSeqs,
    QuarantinedCommand,
    SyncEpoch,
    WorkItem,
)
from backend.courier_day.revisions import start_epoch
from backend.dossiers.models import CustodyEvent, Dossier
from tests.integration.courier_day.conftest import (
    Morning,
    PhoneOf,
    collected,
    custody_is_whole,
    send,
)
from tests.phone import Phone, Store


def rows(table: type[Any]) -> int:
    with database.unit_of_work() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def without_marks(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in each.items() if key != "replayed"} for each in results]


def test_a_batch_sent_three_times_takes_effect_once_and_answers_the_same(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    for dossier in morning.sends:
        phone.act(*collected(dossier))
    request = phone.request()
    first, second, third = (send(phone, request).body for _ in range(3))
    assert [each.get("replayed") for each in first["results"]] == [None, None]
    assert [each["replayed"] for each in second["results"]] == [True, True]
    kept = json.dumps(first["results"]).encode()
    assert json.dumps(without_marks(second["results"])).encode() == kept
    assert json.dumps(without_marks(third["results"])).encode() == kept
    assert first["ack_seq"] == third["ack_seq"] == 2
    assert first["revision"] == third["revision"]
    assert rows(Command) == rows(DeviceSeq) == 2
    assert rows(CustodyEvent) == 5
    known = first["results"][0]["id"]
    answer = phone.transport.client.get(  # type: ignore[attr-defined]  # the test's own client
        f"/v1/courier/commands/{known}",
        headers={"Authorization": f"Bearer {phone.store.get_meta('token')}"},
    )
    assert answer.json == first["results"][0]


def test_a_known_id_with_another_content_keeps_the_first_and_spends_the_number(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    identity = uuid.uuid4()
    phone.act(*collected(morning.sends[0]), command_id=identity)
    phone.drain()
    phone.store.lose_outbox()
    phone.act(*collected(morning.sends[1]), command_id=identity)
    request = phone.request()
    for _ in range(2):
        answer = send(phone, request)
        assert answer.status == 200
        (entry,) = answer.body["results"]
        assert (entry["status"], entry["code"]) == ("quarantined", "id_reused")
        assert answer.body["ack_seq"] == 2
    assert rows(QuarantinedCommand) == 1
    assert rows(Command) == 1
    with database.unit_of_work() as session:
        assert session.get_one(Dossier, morning.sends[1].id).event_count == 1


def test_another_couriers_command_id_tells_nothing(morning: Morning, phone_of: PhoneOf) -> None:
    phone_a, phone_b = phone_of(morning.a), phone_of(morning.b)
    kind, body = collected(morning.sends[0])
    identity = uuid.uuid4()
    phone_a.act(kind, body, command_id=identity)
    phone_a.drain()
    phone_b.act(kind, body, command_id=identity)
    (entry,) = send(phone_b).body["results"]
    assert (entry["status"], entry["code"], entry["entities"]) == (
        "quarantined",
        "id_reused",
        [],
    )
    answer = phone_b.transport.client.get(  # type: ignore[attr-defined]  # the test's own client
        f"/v1/courier/commands/{identity}",
        headers={"Authorization": f"Bearer {phone_b.store.get_meta('token')}"},
    )
    assert answer.status_code == 404
    assert answer.json["code"] == "command_not_found"


def test_a_phone_restored_from_a_backup_forks_registers_anew_and_loses_nothing(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.act(*collected(morning.sends[0]))
    backup = phone.store.path.with_suffix(".backup")
    phone.store.backup(backup)
    phone.act(*collected(morning.sends[1], "NP-2"))
    phone.drain()
    restored = Phone(Store(backup), phone.transport, phone.clock)
    lost_in_backup = restored.act(
        "result.fetched",
        {"dossier": str(morning.returns[0].id), "office": morning.office_id, "seal": "NP-3"},
    )
    before = rows(Command)
    assert send(restored).status == 409
    assert rows(Command) == before
    restored.drain()
    assert restored.device_id != phone.device_id
    results = restored.store.results()
    assert results[lost_in_backup]["status"] == "applied"
    assert rows(Command) == 3
    with database.unit_of_work() as session:
        kinds = session.scalars(select(WorkItem.kind)).all()
        assert set(kinds) == {"device_forked"}
        new = session.get_one(Device, uuid.UUID(restored.device_id))
        assert str(new.claims_previous_id) == phone.device_id
        assert new.last_seq == 2
    assert custody_is_whole()


def test_numbers_lost_with_an_outbox_are_reported_and_the_queue_goes_on(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.act(*collected(morning.sends[0]))
    phone.drain()
    phone.act(*collected(morning.sends[1]))
    phone.act("stop.request_reassign", {"stop": str(uuid.uuid4()), "reason": "X"})
    phone.store.lose_outbox()
    after = phone.act(
        "result.fetched",
        {"dossier": str(morning.returns[0].id), "office": morning.office_id, "seal": "NP-3"},
    )
    request = phone.request()
    assert request["gap_lost"] == [2, 3]
    without = send(phone, request | {"gap_lost": None}).body
    assert (without["results"], without["ack_seq"]) == ([], 1)
    for _ in range(2):
        answer = send(phone, request).body
        assert answer["ack_seq"] == 4
        assert [each["id"] for each in answer["results"]] == [after]
    with database.unit_of_work() as session:
        (lost,) = session.scalars(select(LostSeqs)).all()
        assert (lost.first_seq, lost.last_seq) == (2, 3)
        assert session.scalars(select(WorkItem.kind)).all() == ["outbox_lost"]


def test_a_restore_of_the_server_gives_every_phone_the_day_anew(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    assert send(phone).body["day"] is None
    with database.unit_of_work() as session:
        start_epoch(session, "e2")
    answer = send(phone).body
    assert answer["epoch"] == "e2"
    assert answer["day"] is not None
    assert rows(SyncEpoch) == 1


def test_a_new_install_hears_what_it_should_be_holding(morning: Morning, phone_of: PhoneOf) -> None:
    phone = phone_of(morning.a)
    phone.act(*collected(morning.sends[0]))
    phone.drain()
    answer = phone.register(morning.a.code)
    assert answer.body["previous_last_seq"] == 1
    (held,) = answer.body["open_custody"]
    assert held["dossier_id"] == str(morning.sends[0].id)
    assert held["seal_no"] == "NP-1"


def test_a_revoked_device_may_only_send_and_gets_no_day(
    morning: Morning, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = phone_of(morning.a)
    with database.unit_of_work() as session:
        session.execute(update(Device).values(revoked_at=func.now()))
    phone.act(*collected(morning.sends[0]))
    request = phone.request()
    answer = send(phone, request).body
    assert answer["results"][0]["status"] == "quarantined"
    assert answer["results"][0]["code"] == "device_revoked"
    assert answer["day"] is None
    assert "device_revoked" in answer["directives"]
    with database.unit_of_work() as session:
        assert session.get_one(Dossier, morning.sends[0].id).event_count == 1
    monkeypatch.setattr("backend.courier_day.batch.REVOKED_DAILY_CAP", 1)
    full = send(phone, request)
    assert (full.status, full.body["code"]) == (503, "retry_later")


def test_a_stolen_phone_sends_what_it_has_and_forgets_whom_it_was_going_to_visit(
    morning: Morning, phone_of: PhoneOf, door: FlaskClient
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    assert phone.view().day["contacts"]
    command = phone.act(*collected(morning.sends[0]))
    lost = f"/v1/dispatcher/devices/{phone.device_id}/revoke"
    assert [door.post(lost).status_code for _ in range(2)] == [200, 200]
    phone.sync()
    assert phone.store.results()[command]["code"] == "device_revoked"
    assert phone.store.count_waiting() == 0
    assert phone.store.day() == (None, 0, {})
    bearer = {"Authorization": f"Bearer {phone.store.get_meta('token')}"}
    asked = door.get(f"/v1/courier/commands/{command}", headers=bearer)
    assert asked.status_code == 401


def test_wrong_requests_are_refused_before_anything_is_applied(
    morning: Morning, phone_of: PhoneOf, door: FlaskClient
) -> None:
    phone, stranger = phone_of(morning.a), phone_of(morning.b)
    phone.act(*collected(morning.sends[0]))
    good = phone.request()
    bearer = {"Authorization": f"Bearer {phone.store.get_meta('token')}"}

    def post(data: bytes, **headers: str) -> tuple[int, str]:
        sent = {"Content-Type": "application/json"} | bearer | headers
        response = door.post("/v1/courier/sync", data=data, headers=sent)
        assert response.content_type == "application/problem+json"
        return response.status_code, response.json["code"]

    body = json.dumps(good).encode()
    bomb = gzip.compress(b"0" * 30_000_000)
    commands = [good["commands"][0] | {"seq": n} for n in range(1, 52)]
    nameless = [good["commands"][0] | {"id": "not-an-id"}]
    twice = good["commands"] * 2
    gz = {"Content-Encoding": "gzip"}
    assert post(body, Authorization="") == (401, "not_signed_in")
    assert post(body, Authorization="Bearer nonsense") == (401, "session_revoked")
    assert post(b"{") == (400, "malformed_envelope")
    assert post(json.dumps(good | {"protocol": 2}).encode()) == (400, "malformed_envelope")
    assert post(json.dumps(good | {"commands": nameless}).encode()) == (400, "malformed_envelope")
    assert post(json.dumps(good | {"commands": twice}).encode()) == (400, "malformed_envelope")
    foreign = good | {"device_id": stranger.device_id}
    assert post(json.dumps(foreign).encode()) == (403, "not_your_device")
    assert post(json.dumps(good | {"commands": commands}).encode()) == (413, "too_large")
    assert post(b" " * (256 * 1024 + 1)) == (413, "too_large")
    assert post(bomb, **gz) == (413, "too_large")
    assert post(body, **gz) == (415, "bad_encoding")
    assert post(gzip.compress(body)[:-9], **gz) == (415, "bad_encoding")
    assert post(body, **{"Content-Encoding": "br"}) == (415, "bad_encoding")
    assert post(body, **{"Content-Type": "text/plain"}) == (415, "bad_encoding")
    assert rows(Command) == 0
    unknown = door.post(
        "/v1/courier/devices",
        json={"courier_code": "NOBODY", "public_key": "k", "model": "m", "app_version": "1"},
        headers={"Authorization": f"Bearer {stranger.store.get_meta('token')}"},
    )
    assert (unknown.status_code, unknown.json["code"]) == (404, "courier_not_found")
    claimed = door.post(
        "/v1/courier/devices",
        json={
            "courier_code": morning.a.code,
            "public_key": "k",
            "model": "m",
            "app_version": "1",
            "claims_previous": stranger.device_id,
        },
    )
    assert (claimed.status_code, claimed.json["code"]) == (404, "device_not_found")


def test_eight_threads_with_one_batch_and_two_phones_at_one_stop_leave_one_effect(
    morning: Morning, phone_of: PhoneOf
) -> None:
    phone, twin = phone_of(morning.a), phone_of(morning.a)
    for each in (phone, twin):
        for dossier in morning.sends if each is phone else reversed(morning.sends):
            each.act(*collected(dossier))
    batches = [(each, each.request(), each.store.get_meta("token")) for each in (phone, twin)]
    requests = [batch for batch in batches for _ in range(4)]
    answers: list[tuple[int, dict[str, Any]]] = []

    def run(sender: Phone, request: dict[str, Any], token: str | None) -> None:
        answer = send(sender, request, token=token)
        answers.append((answer.status, answer.body))

    threads = [threading.Thread(target=run, args=pair) for pair in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, _ in answers] == [200] * 8
    assert rows(Command) == 4
    entries = {each["id"]: each["status"] for _, body in answers for each in body["results"]}
    assert sorted(entries.values()) == ["applied", "applied", "flagged", "flagged"]
    with database.unit_of_work() as session:
        for dossier in morning.sends:
            assert session.get_one(Dossier, dossier.id).event_count == 3
    assert custody_is_whole()


@pytest.mark.parametrize(("v", "asked"), [(1, ["upgrade"]), (2, [])])
def test_an_old_app_is_heard_and_asked_to_renew_itself(
    morning: Morning, phone_of: PhoneOf, v: int, asked: list[str]
) -> None:
    phone = phone_of(morning.a)
    phone.drain()
    stop, _ = phone.view().open_visits()[0]
    body = {"stop": stop["id"], "reason": "CITIZEN_ABSENT"}
    more = {"calls": 2, "waited_s": 600} if v == 2 else {}
    command = phone.act("stop.failed", body | more, v=v)
    phone.sync()
    assert phone.store.results()[command]["status"] == "applied"
    assert phone.directives == asked
