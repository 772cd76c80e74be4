"""The reference phone and a server that is only a table: what it keeps, sends again, drops."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backend.clock import SERVICE_ZONE
from backend.phone import Answer, Clock, Cut, Phone, Store, Stuck

MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=SERVICE_ZONE)


class Table:
    """Takes commands in order and remembers them; a restore forgets some."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.commands: dict[str, dict[str, Any]] = {}
        self.last_seq = 0
        self.epoch = "e1"
        self.devices = 0
        self.pictures: set[str] = set()
        self.requests: list[tuple[str, dict[str, Any]]] = []
        self.next_answers: list[Answer | Cut] = []

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        self.requests.append((path, body))
        if self.next_answers and not path.endswith("/devices"):
            scripted = self.next_answers.pop(0)
            if isinstance(scripted, Cut):
                raise scripted
            return scripted
        if path.endswith("/devices"):
            return self._register(body)
        if path.endswith("/positions"):
            return Answer(200, {"accepted": len(body["fixes"]), "repeated": 0, "dropped": {}})
        return Answer(200, self._take(body))

    def put(self, path: str, content: bytes, media_type: str, token: str | None) -> Answer:
        if content == b"broken":
            return Answer(422, {})
        self.pictures.add(hashlib.sha256(content).hexdigest())
        return Answer(201, {})

    def ask(self, method: str, path: str, token: str | None) -> Answer:
        return Answer(200 if path.rpartition("/")[2] in self.pictures else 404, {})

    def _register(self, body: dict[str, Any]) -> Answer:
        if body["claims_previous"] and not self.devices:
            return Answer(404, {"code": "device_not_found"})
        previous = self.last_seq if body["claims_previous"] else None
        self.devices, self.last_seq = self.devices + 1, 0
        tokens = {
            "access_token": f"access-{self.devices}",
            "refresh_token": f"refresh-{self.devices}",
        }
        told = {"device_id": f"device-{self.devices}"} | tokens
        return Answer(201, told | {"previous_last_seq": previous})

    def _take(self, body: dict[str, Any]) -> dict[str, Any]:
        results = []
        if gap := body["gap_lost"]:
            self.last_seq = gap[1]
        for command in body["commands"]:
            if command["seq"] > self.last_seq + 1:
                break
            self.last_seq = max(self.last_seq, command["seq"])
            self.commands.setdefault(command["id"], command)
            results.append({"id": command["id"], "seq": command["seq"], "status": "applied"})
        revision = len(self.commands)
        return {
            "server_now": self.clock.true_now.isoformat(),
            "results": results,
            "ack_seq": self.last_seq,
            "epoch": self.epoch,
            "revision": revision,
            "checkpoint": revision,
            "day": {"held": [], "routes": []},
            "need_blobs": [],
            "directives": [],
        }

    def restore(self, commands: int, *, epoch: str) -> None:
        """Back to an older copy that held so many commands."""
        kept = list(self.commands.values())[:commands]
        self.commands = {command["id"]: command for command in kept}
        self.last_seq, self.epoch = commands, epoch


@pytest.fixture
def server() -> Table:
    return Table(Clock(MORNING))


@pytest.fixture
def phone(server: Table, tmp_path: Path) -> Iterator[Phone]:
    store = Store(tmp_path / "phone.sqlite")
    made = Phone(store, server, server.clock)
    made.register("BT-001")
    made.drain()
    yield made
    store.close()


def act(phone: Phone, count: int = 1) -> list[str]:
    return [
        phone.act("dossier.collected", {"dossier": f"d{number}"}, edits={f"visit:{number}": "DONE"})
        for number in range(count)
    ]


def test_the_outbox_is_durable_before_the_screen_confirms(phone: Phone) -> None:
    assert phone.store.synchronous() == 2, "FULL"
    acted = act(phone)
    copy = Store(phone.store.path)
    assert [command["id"] for command in copy.waiting(9)] == acted
    copy.close()


def test_what_a_restored_server_forgot_is_sent_again_with_the_same_ids(
    phone: Phone, server: Table
) -> None:
    acted = act(phone, 5)
    phone.drain()
    server.restore(2, epoch="e2")

    phone.sync()
    assert phone.store.count_waiting() == 3
    assert phone.view().edits, "what was done stays done on the screen until the server knows again"
    phone.drain()

    assert list(server.commands) == acted
    assert phone.store.count_waiting() == 0
    assert not phone.view().edits


def test_a_server_may_ask_from_which_number_on_it_wants_everything_again(
    phone: Phone, server: Table
) -> None:
    act(phone, 3)
    phone.drain()
    body = server._take(phone.request()) | {"directives": ["resend_from:2"]}
    phone.take(body)
    assert [command["seq"] for command in phone.store.waiting(9)] == [2, 3]


def test_a_restored_server_that_never_heard_of_the_phone_gets_everything(
    phone: Phone, server: Table
) -> None:
    acted = act(phone, 3)
    phone.drain()
    server.restore(0, epoch="e2")
    server.devices = 0
    server.next_answers = [Answer(401, {"code": "session_revoked"})]

    phone.drain()

    assert list(server.commands) == acted
    assert [command["seq"] for command in server.commands.values()] == [1, 2, 3]


def test_acknowledged_commands_are_kept_for_seven_days_of_the_server(
    phone: Phone, server: Table
) -> None:
    act(phone, 2)
    phone.drain()
    server.clock.wall_off_by = timedelta(days=3650)  # a clock that jumps makes nothing older
    server.clock.advance(days=6)
    act(phone, 1)
    phone.drain()
    assert phone.kept.count() == 3
    server.clock.advance(days=2)
    act(phone, 1)
    phone.drain()
    assert phone.kept.count() == 2


def test_a_phone_number_is_not_kept(phone: Phone) -> None:
    phone.act("contact.correct_phone", {"contact": "c", "phone": "0900 000 001"})
    phone.drain()
    (text,) = phone.store.db.execute("SELECT command FROM kept").fetchone()
    assert "0900" not in text


def test_a_picture_goes_only_when_it_surely_arrived_and_its_command_is_acknowledged(
    phone: Phone, server: Table
) -> None:
    blob = phone.take_picture(b"a signature", "image/png", "signature_sender")
    phone.act("dossier.listed", {}, blobs=[blob])
    phone.send_pictures()
    assert phone.pictures.count() == 1, "sent, but the command still waits"
    phone.drain()
    server.pictures.clear()  # the server lost it after all
    phone.send_pictures()
    assert phone.pictures.count() == 1
    phone.send_pictures()
    assert phone.pictures.count() == 0
    assert server.pictures == {blob["sha256"]}


def test_a_picture_that_no_server_can_read_stays_and_stops_nothing(phone: Phone) -> None:
    blobs = [phone.take_picture(each, "image/png", "photo") for each in (b"broken", b"whole")]
    phone.act("dossier.listed", {}, blobs=blobs)
    phone.drain()
    phone.send_pictures()
    assert phone.pictures.count() == 1
    assert phone.pictures.waiting() == []


def test_places_are_forgotten_when_they_arrived_and_kept_when_nobody_answered(
    phone: Phone, server: Table
) -> None:
    phone.note_position(160_000_000, 1_080_000_000, 9)
    server.next_answers = [Cut("no signal"), Answer(503, {})]
    assert phone.send_positions() is None
    assert phone.send_positions() is not None
    answer = phone.send_positions()
    assert answer is not None
    assert answer.body["accepted"] == 1
    assert phone.send_positions() is None


@pytest.mark.parametrize(
    ("status", "wait"), [(503, 40.0), (429, 40.0), (425, 40.0), (500, 0.0), (504, 0.0)]
)
def test_a_busy_server_is_asked_again_after_its_pause_with_jitter(
    phone: Phone, server: Table, status: int, wait: float
) -> None:
    server.next_answers = [Answer(status, {}, retry_after_s=wait or None)] * 9
    for _ in range(9):
        assert not phone.sync()
    slept = server.clock.slept_s
    assert all(wait <= each <= wait + 300 for each in slept)
    assert len(set(slept)) == 9, "nobody knocks in step"
    assert max(slept) - wait > 60, "it doubles up to five minutes"


def test_a_batch_that_is_too_large_is_halved_until_it_fits(phone: Phone, server: Table) -> None:
    act(phone, 8)
    phone.batch = 8
    server.next_answers = [Answer(413, {}), Answer(413, {})]
    phone.drain()
    sent = [len(body["commands"]) for path, body in server.requests if path.endswith("/sync")]
    assert sent[-4:-1] == [8, 4, 2]
    assert phone.store.count_waiting() == 0


def test_a_forked_phone_registers_anew_and_keeps_its_ids(phone: Phone, server: Table) -> None:
    acted = act(phone, 3)
    server.next_answers = [Answer(409, {"code": "device_forked"})]
    phone.drain()
    assert phone.device_id == "device-2"
    assert list(server.commands) == acted


def test_numbers_that_were_spent_and_lost_are_told(phone: Phone, server: Table) -> None:
    act(phone, 2)
    phone.store.lose_outbox()
    (last,) = act(phone, 1)
    phone.drain()
    assert [body["gap_lost"] for path, body in server.requests if "sync" in path][-1] in (
        [1, 2],
        None,
    )
    assert list(server.commands) == [last]


def test_an_answer_that_nobody_foresaw_stops_the_phone_and_keeps_the_outbox(
    phone: Phone, server: Table
) -> None:
    act(phone)
    server.next_answers = [Answer(400, {"code": "malformed_envelope"})]
    with pytest.raises(Stuck, match="malformed_envelope"):
        phone.sync()
    assert phone.store.count_waiting() == 1
