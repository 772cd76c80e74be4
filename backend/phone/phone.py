"""The phone itself: acts locally and durably, syncs when it can, shows server and local truth."""

import random
import uuid
from dataclasses import dataclass
from typing import Any

import uuid_utils

from backend.phone.clock import Clock
from backend.phone.store import Store
from backend.phone.transports import Answer, Cut, Transport

BATCH = 50
FIRST_WAIT_S, LONGEST_WAIT_S = 2.0, 300.0
OFFICIAL_RETRIES = frozenset({425, 429, 500, 502, 503, 504})


class Stuck(Exception):
    """The server said something after which the phone stops and asks for support."""


@dataclass(frozen=True)
class View:
    """What the screen shows: the day held, with local edits on top."""

    day: dict[str, Any]
    edits: dict[str, str]

    @property
    def routes(self) -> list[dict[str, Any]]:
        return list(self.day.get("routes", []))

    def stops(self) -> list[dict[str, Any]]:
        """Stops with visits, in order."""
        return [stop for route in self.routes for stop in route["stops"] if stop["visits"]]

    def status(self, visit: dict[str, Any]) -> str:
        """Of a visit, as the courier sees it."""
        return str(self.edits.get(f"visit:{visit['id']}", visit["status"]))

    def open_visits(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """(stop, visit) pairs that still have to be made."""
        return [
            (stop, visit)
            for stop in self.stops()
            for visit in stop["visits"]
            if self.status(visit) == "OPEN"
        ]

    def held(self) -> set[str]:
        """Dossiers in the courier's bag."""
        held = set(self.day.get("held", []))
        for entity, edit in self.edits.items():
            kind, _, dossier = entity.partition(":")
            if kind == "custody":
                held = held | {dossier} if edit == "HELD" else held - {dossier}
        return held


class Phone:
    """One installation. Everything that must survive lies in its store."""

    def __init__(self, store: Store, transport: Transport, clock: Clock, seed: int = 1) -> None:
        self.store = store
        self.transport = transport
        self.clock = clock
        self.batch = BATCH
        self._chance = random.Random(seed)
        self._failures = 0
        self.directives: list[str] = []

    # ---- identity ------------------------------------------------------------------------

    def register(self, courier_code: str) -> Answer:
        """A new device, claiming the one before if there was one; the outbox stays."""
        body = {
            "courier_code": courier_code,
            "public_key": "reference-phone",
            "model": "reference",
            "app_version": "1.0.0",
            "claims_previous": self.store.get_meta("device_id"),
        }
        answer = self.transport.post("/v1/courier/devices", body, None)
        if answer.status != 201:
            raise Stuck(answer.body.get("code", str(answer.status)))
        with self.store.transaction():
            self.store.set_meta("courier_code", courier_code)
            self.store.set_meta("device_id", answer.body["device_id"])
            self.store.set_meta("token", answer.body["access_token"])
            self.store.set_meta("next_seq", str(self.store.renumber()))
            self.store.set_meta("ack_seq", "0")
        return answer

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
        """One act: outbox row and local edits in one transaction. Returns the command's id."""
        with self.store.transaction():
            seq = int(self.store.get_meta("next_seq") or "1")
            identity = str(command_id or uuid_utils.uuid7())
            self.store.put(
                {
                    "id": identity,
                    "seq": seq,
                    "type": kind,
                    "v": v,
                    "wall": self.clock.wall(),
                    "uptime_ms": self.clock.uptime_ms(),
                    "boot": self.clock.boot,
                    "base": base,
                    "body": body,
                    "blobs": blobs or [],
                    "corrects": None,
                }
            )
            for entity, edit in (edits or {}).items():
                self.store.put_overlay(entity, seq, identity, edit)
            self.store.set_meta("next_seq", str(seq + 1))
        return identity

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
            "clock": {
                "wall": self.clock.wall(),
                "uptime_ms": self.clock.uptime_ms(),
                "boot": self.clock.boot,
            },
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
            self.store.delete_acknowledged(answer["ack_seq"])
            acknowledged = max(answer["ack_seq"], int(self.store.get_meta("ack_seq") or "0"))
            self.store.set_meta("ack_seq", str(acknowledged))
            self.store.set_checkpoints(answer["checkpoint"])
            epoch, revision, _ = self.store.day()
            newer = answer["epoch"] != epoch or answer["revision"] > revision
            if answer["day"] is not None and newer:
                self.store.keep_day(answer["epoch"], answer["revision"], answer["day"])
            self.store.drop_overlays(self.store.day()[1])
        self.directives = answer["directives"]

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
        if answer.status == 413 and self.batch > 1:
            self.batch //= 2
            return False
        if answer.status in OFFICIAL_RETRIES:
            return self._wait(answer.retry_after_s)
        raise Stuck(f"{answer.status} {code}")

    def _wait(self, retry_after_s: float | None) -> bool:
        """Full jitter, 2 s to 5 min, or what the server asks for."""
        ceiling = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2**self._failures)
        self._failures += 1
        self.clock.sleep((retry_after_s or 0) + self._chance.uniform(0, ceiling))
        return False
