"""The phone itself: acts locally and durably, syncs when it can, shows server and local truth."""

import random
import uuid
from http import HTTPStatus
from typing import Any

import uuid_utils

from backend.phone.clock import PhoneClock
from backend.phone.identity import Identity
from backend.phone.login import Login
from backend.phone.pictures import Pictures
from backend.phone.positions import Positions
from backend.phone.replay import Kept
from backend.phone.store import Store
from backend.phone.transports import PASSING, Answer, Cut, Stuck, Transport
from backend.phone.view import View

BATCH = 50
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 300.0
AFTER_OFFLINE_S = 30.0
"""Upper bound of the random wait after coming online: a tunnel lets many phones out at once."""


class Phone:
    """One installation. Everything that must survive lies in its store."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        clock: PhoneClock,
        seed: int = 1,
        *,
        login: Login | None = None,
    ) -> None:
        self.store = store
        self.kept = Kept(store)
        self.identity = Identity(store, self.kept, login)
        self.pictures = Pictures(store)
        self.positions = Positions()
        self.transport = transport
        self.clock = clock
        self.batch = BATCH
        self._chance = random.Random(seed)
        self._failures = 0
        self.directives: list[str] = []

    # ---- identity ------------------------------------------------------------------------

    def register(self, courier_code: str) -> Answer:
        """A new device, claiming the one before if there was one; the outbox stays.

        Raises Cut, Stuck.
        """
        return self.identity.register(self.transport, courier_code)

    @property
    def device_id(self) -> str:
        return self.store.get_meta("device_id") or ""

    # ---- acting --------------------------------------------------------------------------

    def act(
        self,
        kind: str,
        body: dict[str, Any],
        *,
        edits: dict[str, str] | None = None,
        base: dict[str, Any] | None = None,
        blobs: list[dict[str, Any]] | None = None,
        command_id: uuid.UUID | None = None,
        v: int = 1,
    ) -> str:
        """One act: outbox row and local edits in one transaction. Returns the command's id.

        blobs: names of pictures that are kept already (`take_picture`).
        """
        with self.store.transaction():
            seq = int(self.store.get_meta("next_seq") or "1")
            identity = str(command_id or uuid_utils.uuid7())
            self.store.put(
                {
                    "id": identity,
                    "seq": seq,
                    "type": kind,
                    "v": v,
                    "base": base,
                    "body": body,
                    "blobs": blobs or [],
                    "corrects": None,
                }
                | self._reading()
            )
            for entity, edit in (edits or {}).items():
                self.store.put_overlay(entity, seq, identity, edit)
            self.pictures.belongs_to(identity, blobs or [])
            self.store.set_meta("next_seq", str(seq + 1))
        return identity

    def take_picture(self, content: bytes, media_type: str, slot: str) -> dict[str, Any]:
        """Keeps a photo or signature; returns the name of it for the command that goes with it."""
        with self.store.transaction():
            return self.pictures.name(self.pictures.keep(content, media_type), slot)

    def note_position(self, lat_e7: int, lon_e7: int, acc_m: int) -> None:
        """A fix of now. Lossy: it is in memory only."""
        self.positions.add(self._reading() | {"lat": lat_e7, "lon": lon_e7, "acc_m": acc_m})

    def view(self) -> View:
        """What the courier sees now."""
        return View(day=self.store.day()[2], edits=self.store.overlays())

    # ---- syncing -------------------------------------------------------------------------

    def request(self) -> dict[str, Any]:
        """The next sync request as it would go out."""
        epoch, revision, _ = self.store.day()
        waiting = self.store.waiting(self.batch)
        return {
            "protocol": 1,
            "device_id": self.device_id,
            "app": "1.0.0",
            "schema": 1,
            "seen_epoch": epoch,
            "seen_revision": revision,
            "clock": self._reading(),
            "commands": waiting,
            "gap_lost": self._gap(waiting),
        }

    def sync(self) -> bool:
        """One round trip; True if the outbox is empty and the newest answer is stored."""
        request = self.request()
        try:
            answer = self.transport.post("/v1/courier/sync", request, self.store.get_meta("token"))
        except Cut:
            return self._wait(None)
        if answer.status == 200:
            self._failures = 0
            self.take(answer.body)
            self.batch = BATCH
            return self.store.count_waiting() == 0
        return self._cope(answer)

    def drain(self, rounds: int = 60) -> None:
        """Syncs until nothing waits. Raises Stuck when that takes unreasonably long."""
        for _ in range(rounds):
            if self.sync():
                return
        raise Stuck(f"{self.store.count_waiting()} commands still wait after {rounds} rounds")

    def take(self, answer: dict[str, Any]) -> None:
        """Stores an answer; results first, then the outbox rows may go."""
        with self.store.transaction():
            for entry in answer["results"]:
                self.store.keep_result(entry)
            self.kept.keep_acknowledged(self.device_id, answer["ack_seq"], answer["server_now"])
            self.store.delete_acknowledged(answer["ack_seq"])
            epoch, revision, _ = self.store.day()
            self._replay(answer, restored=epoch is not None and answer["epoch"] != epoch)
            self.store.set_meta("ack_seq", str(answer["ack_seq"]))
            self.store.set_meta("server_now", answer["server_now"])
            self.store.set_checkpoints(answer["checkpoint"])
            newer = answer["epoch"] != epoch or answer["revision"] > revision
            if answer["day"] is not None and newer:
                self.store.keep_day(answer["epoch"], answer["revision"], answer["day"])
            self.store.drop_overlays(self.store.day()[1])
            self.pictures.wait_again(answer.get("need_blobs", []))
            if "device_revoked" in answer["directives"]:  # lost or stolen (SYNC §12)
                self.store.wipe()
        self.directives = answer["directives"]

    def _replay(self, answer: dict[str, Any], *, restored: bool) -> None:
        """A server that knows less than it acknowledged was restored from backup (SYNC §10)."""
        acknowledged = int(self.store.get_meta("ack_seq") or "0")
        asked = [text.partition(":")[2] for text in answer["directives"] if "resend_from" in text]
        since = [int(number) for number in asked if number.strip().isdigit()]
        if answer["ack_seq"] < acknowledged:
            since.append(answer["ack_seq"] + 1)
        if since:
            self.kept.put_back(self.device_id, from_seq=min(since))
        if restored:
            upcoming = int(self.store.get_meta("next_seq") or "1")
            upcoming = self.kept.put_back_of_others(self.device_id, upcoming)
            self.store.set_meta("next_seq", str(upcoming))

    # ---- pictures and places: beside the queue, never in its way -------------------------------

    def send_pictures(self) -> None:
        """Sends what waits, and deletes what the server says it has."""
        self.pictures.send(self.transport, self.store.get_meta("token"))

    def send_positions(self) -> Answer | None:
        """One batch of places; None if there was none, or nobody answered."""
        frame = {"device_id": self.device_id, "clock": self._reading()}
        return self.positions.send(self.transport, self.store.get_meta("token"), frame)

    def fetch_outcome(self, command_id: str) -> Answer:
        """What the server says became of a command. Raises Cut."""
        path = f"/v1/courier/commands/{command_id}"
        answer = self.transport.ask("GET", path, self.store.get_meta("token"))
        if answer.status == HTTPStatus.UNAUTHORIZED and self.identity.refresh(self.transport):
            answer = self.transport.ask("GET", path, self.store.get_meta("token"))
        return answer

    def came_online(self) -> None:
        """After a time without signal: a random wait, so that not everybody calls at once."""
        self.clock.sleep(self._chance.uniform(0, AFTER_OFFLINE_S))

    def _gap(self, waiting: list[dict[str, Any]]) -> list[int] | None:
        """Numbers that were spent and are in no outbox any more."""
        acknowledged = int(self.store.get_meta("ack_seq") or "0")
        upcoming = waiting[0]["seq"] if waiting else int(self.store.get_meta("next_seq") or "1")
        return [acknowledged + 1, upcoming - 1] if upcoming > acknowledged + 1 else None

    def _cope(self, answer: Answer) -> bool:
        code = answer.body.get("code")
        if answer.status == 409 and code == "device_forked":
            self.register(self.store.get_meta("courier_code") or "")
            return False
        if answer.status == HTTPStatus.UNAUTHORIZED:  # the outbox stays either way
            try:
                if code != "token_expired" or not self.identity.refresh(self.transport):
                    self.register(self.store.get_meta("courier_code") or "")
            except Cut:
                return self._wait(None)
            return False
        if answer.status == 413 and self.batch > 1:
            self.batch //= 2
            return False
        if answer.status in PASSING:
            return self._wait(answer.retry_after_s)
        raise Stuck(f"{answer.status} {code}")

    def _wait(self, retry_after_s: float | None) -> bool:
        """Full jitter, 2 s to 5 min, or what the server asks for."""
        ceiling = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._failures)
        self._failures += 1
        self.clock.sleep((retry_after_s or 0) + self._chance.uniform(0, ceiling))
        return False

    def _reading(self) -> dict[str, Any]:
        """What the phone's clocks show now."""
        return {
            "wall": self.clock.wall(),
            "uptime_ms": self.clock.uptime_ms(),
            "boot": self.clock.boot,
        }
