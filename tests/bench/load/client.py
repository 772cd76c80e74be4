"""Phones as cheap as they can be: raw HTTP over the server's socket, each call dialled anew."""

import asyncio
import gzip
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any

from backend import clock
from backend.database import new_id
from tests.phone.login import signed_in

TIMEOUT_S = 120.0


@dataclass(slots=True)
class Reply:
    """What came back, and how long it took from dialling to the last byte."""

    status: int
    body: dict[str, Any]
    seconds: float
    bytes_on_wire: int


async def call(
    socket: str, path: str, body: dict[str, Any], token: str | None, *, packed: bool = True
) -> Reply:
    """One POST. Status 0: no answer."""
    content = json.dumps(body).encode()
    head = [f"POST {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    head += ["Content-Type: application/json", "Accept-Encoding: gzip"]
    if packed:
        content = gzip.compress(content, compresslevel=1)
        head.append("Content-Encoding: gzip")
    if token:
        head.append(f"Authorization: Bearer {token}")
    head.append(f"Content-Length: {len(content)}")
    began = time.perf_counter()
    try:
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_unix_connection(socket)
            writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + content)
            raw = await reader.read()
            writer.close()
    except (TimeoutError, OSError) as error:
        return Reply(0, {"no_answer": repr(error)}, time.perf_counter() - began, 0)
    seconds = time.perf_counter() - began
    headers, _, answer = raw.partition(b"\r\n\r\n")
    if b"content-encoding: gzip" in headers.lower():
        size, answer = len(answer), gzip.decompress(answer)
    else:
        size = len(answer)
    if not headers:
        return Reply(0, {"no_answer": "closed without a word"}, seconds, 0)
    return Reply(int(headers.split()[1]), json.loads(answer or b"{}"), seconds, size)


@dataclass(slots=True)
class LightPhone:
    """Identity, numbers and the day of one phone; its outbox is a list."""

    socket: str
    code: str
    device_id: str = ""
    token: str = ""
    refresh_token: str = ""
    seq: int = 0
    revision: int = 0
    epoch: str | None = None
    day: dict[str, Any] = field(default_factory=dict)
    day_bytes: int = 0
    outbox: list[dict[str, Any]] = field(default_factory=list)

    async def register(self) -> None:
        """A new device and its day."""
        body = {
            "courier_code": self.code,
            "public_key": "bench",
            "model": "bench",
            "app_version": "1.0.0",
        }
        person = signed_in(self.code)
        reply = await call(self.socket, "/v1/courier/devices", body, person, packed=False)
        if reply.status != 201:
            raise RuntimeError(f"device of {self.code}: {reply.status} {reply.body}")
        self.device_id = reply.body["device_id"]
        self._keep_tokens(reply)
        reply = await self.sync()
        if reply.status != 200:
            raise RuntimeError(f"first sync of {self.code}: {reply.status} {reply.body}")

    async def sync(self) -> Reply:
        """Everything that waits, at most 50; takes the day."""
        body = {
            "protocol": 1,
            "device_id": self.device_id,
            "app": "1.0.0",
            "schema": 1,
            "seen_epoch": self.epoch,
            "seen_revision": self.revision,
            "clock": _reading(),
            "commands": self.outbox[:50],
            "gap_lost": None,
        }
        reply = await self._call("/v1/courier/sync", body)
        if reply.status == 200:
            self.outbox = [each for each in self.outbox if each["seq"] > reply.body["ack_seq"]]
            self.epoch, self.revision = reply.body["epoch"], reply.body["revision"]
            if reply.body["day"] is not None:
                self.day, self.day_bytes = reply.body["day"], reply.bytes_on_wire
        return reply

    async def send_place(self, lat: int, lon: int) -> Reply:
        """One fix, as each minute."""
        fix = _reading() | {"lat": lat, "lon": lon, "acc_m": 12}
        body = {"device_id": self.device_id, "clock": _reading(), "fixes": [fix]}
        return await self._call("/v1/courier/positions", body)

    async def _call(self, path: str, body: dict[str, Any]) -> Reply:
        """With a new access token if the old one is over; its making counts as part of the call."""
        reply = await call(self.socket, path, body, self.token)
        if reply.status != 401:
            return reply
        asked = {"refresh_token": self.refresh_token}
        fresh = await call(self.socket, "/v1/session/refresh", asked, None, packed=False)
        if fresh.status != 200:
            return fresh
        self._keep_tokens(fresh)
        again = await call(self.socket, path, body, self.token)
        return replace(again, seconds=reply.seconds + fresh.seconds + again.seconds)

    def _keep_tokens(self, reply: Reply) -> None:
        self.token, self.refresh_token = reply.body["access_token"], reply.body["refresh_token"]

    def collect_everything(self) -> None:
        """Five commands for each collection of the day."""
        for route in self.day["routes"]:
            for stop in route["stops"]:
                for visit in stop["visits"]:
                    if visit["kind"] == "COLLECTION":
                        self._collect(visit["dossier"])

    def _collect(self, dossier: str) -> None:
        papers = [{"kind": "Tờ khai", "n": 1}]
        seal = f"NP-{self.code}-{self.seq:04d}"
        self._act("dossier.checked", {"dossier": dossier})
        self._act("dossier.listed", {"dossier": dossier, "items": papers})
        self._act("dossier.sealed", {"dossier": dossier, "seal": seal})
        self._act("dossier.collected", {"dossier": dossier, "seal": seal, "items": papers})
        self._act("cash.collected", {"dossier": dossier, "purse": "FEE", "amount_vnd": 50_000})

    def _act(self, kind: str, body: dict[str, Any]) -> None:
        self.seq += 1
        command = {"id": str(new_id()), "seq": self.seq, "type": kind, "v": 1, "base": None}
        where = {"lat": 160_678_000, "lon": 1_082_208_000, "acc_m": 12}
        self.outbox.append(
            command | {"body": body | where, "blobs": [], "corrects": None} | _reading()
        )


def _reading() -> dict[str, Any]:
    now = clock.now()
    return {
        "wall": clock.to_local(now).isoformat(timespec="milliseconds"),
        "uptime_ms": int(now.timestamp() * 1000) % 1_000_000_000,
        "boot": "bench",
    }
