"""How the phone reaches the server, and how the network fails it."""

import gzip
import json
import random
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any, Protocol


class Cut(Exception):
    """No usable answer: the phone does not know whether the server got anything."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]
    retry_after_s: float | None = None


class Transport(Protocol):
    """One POST of JSON."""

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer: ...


@dataclass
class HttpTransport:
    """Real HTTP over a socket, gzip both ways."""

    base: str
    timeout_s: float = 20

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        headers = {
            "Content-Type": "application/json",
            "Content-Encoding": "gzip",
            "Accept-Encoding": "gzip",
        }
        if token:
            headers["Authorization"] = f"Bearer {token}"
        packed = gzip.compress(json.dumps(body).encode())
        if path.endswith("/devices"):  # a plain endpoint
            del headers["Content-Encoding"]
            packed = json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data=packed, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_s) as response:
                return read_answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            return read_answer(error.code, error.headers, error.read())
        except (OSError, EOFError) as error:
            raise Cut(str(error)) from error


@dataclass
class FaultyTransport:
    """Drops, cuts, doubles and delays what goes through, by a seeded chance.

    A delayed request reaches the server after newer ones: a retry in the wrong order.
    """

    inner: Transport
    chance: random.Random
    drop: float = 0.0
    cut: float = 0.0
    double: float = 0.0
    delay: float = 0.0
    late: list[tuple[str, dict[str, Any], str | None]] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        if path.endswith("/devices"):
            return self.inner.post(path, body, token)
        if self._strikes("drop", self.drop):
            raise Cut("the request never arrived")
        if self._strikes("delay", self.delay):
            self.late.append((path, body, token))
            raise Cut("the request is stuck somewhere")
        answer = self.inner.post(path, body, token)
        if self._strikes("double", self.double):
            self.inner.post(path, body, token)
        if self.late and self.chance.random() < 0.5:
            self.inner.post(*self.late.pop(0))
        if self._strikes("cut", self.cut):
            raise Cut("the answer broke off")
        return answer

    def calm(self) -> None:
        """From now on the network works; what was stuck arrives."""
        self.drop = self.cut = self.double = self.delay = 0.0
        while self.late:
            self.inner.post(*self.late.pop(0))

    def _strikes(self, name: str, chance: float) -> bool:
        if self.chance.random() >= chance:
            return False
        self.faults[name] = self.faults.get(name, 0) + 1
        return True


def read_answer(status: int, headers: Any, body: bytes) -> Answer:
    if headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    wait = headers.get("Retry-After")
    return Answer(status, json.loads(body) if body else {}, float(wait) if wait else None)
