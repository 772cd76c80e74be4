"""How the phone reaches the server, and how the network fails it."""

import gzip
import http.client
import json
import random
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlsplit

PASSING = frozenset({425, 429, 500, 502, 503, 504})
"""Statuses after which the same goes again, unchanged."""

SIGN_IN = frozenset({"/v1/session", "/v1/session/code", "/v1/session/codes", "/v1/session/link"})
REFRESH = "/v1/session/refresh"
DEVICES = "/v1/courier/devices"
PLAIN = SIGN_IN | {REFRESH, DEVICES}
"""These take no packed body."""


class Cut(Exception):
    """No usable answer: the phone does not know whether the server got anything."""


class Stuck(Exception):
    """The server said something after which the phone stops and asks for support."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]
    retry_after_s: float | None = None


class Transport(Protocol):
    """JSON up and down, pictures up, questions about what arrived."""

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer: ...

    def put(self, path: str, content: bytes, media_type: str, token: str | None) -> Answer: ...

    def ask(self, method: str, path: str, token: str | None) -> Answer: ...


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket, as TANNOI_BIND=unix:… serves it."""

    def __init__(self, path: str, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@dataclass
class HttpTransport:
    """Real HTTP over a socket, gzip both ways: `http://127.0.0.1:8080` or `unix:/path/web.sock`.

    Every call has its own connection, as a phone's radio that slept since the last one.
    """

    base: str
    timeout_s: float = 20
    packs: bool = True
    """Off once a server answered 415 to a packed body."""

    def post(self, path: str, body: dict[str, Any], token: str | None) -> Answer:
        plain = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        if not self.packs or path in PLAIN:
            return self._call("POST", path, plain, headers, token)
        packed = headers | {"Content-Encoding": "gzip"}
        answer = self._call("POST", path, gzip.compress(plain), packed, token)
        if answer.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
            self.packs = False
            return self._call("POST", path, plain, headers, token)
        return answer

    def put(self, path: str, content: bytes, media_type: str, token: str | None) -> Answer:
        return self._call("PUT", path, content, {"Content-Type": media_type}, token)

    def ask(self, method: str, path: str, token: str | None) -> Answer:
        return self._call(method, path, None, {"Accept-Encoding": "gzip"}, token)

    def _call(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], token: str | None
    ) -> Answer:
        if token:
            headers = headers | {"Authorization": f"Bearer {token}"}
        connection = self._connection()
        try:
            connection.request(method, path, body, headers | {"Connection": "close"})
            response = connection.getresponse()
            if method == "POST" and response.length is None and not response.chunked:
                raise Cut("the headers broke off")  # what is left of them still reads as a success
            return read_answer(response.status, response.headers, response.read())
        except (OSError, EOFError, ValueError, http.client.HTTPException) as error:
            raise Cut(str(error)) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self.base.startswith("unix:"):
            return _UnixConnection(self.base.removeprefix("unix:"), self.timeout_s)
        parts = urlsplit(self.base)
        kind = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        return kind(parts.hostname or "", parts.port, timeout=self.timeout_s)


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
        if path in SIGN_IN or path == DEVICES:  # a person stands there and tries again
            return self.inner.post(path, body, token)
        if path == REFRESH:
            return self._cross(lambda: self.inner.post(path, body, token))
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

    def put(self, path: str, content: bytes, media_type: str, token: str | None) -> Answer:
        return self._cross(lambda: self.inner.put(path, content, media_type, token))

    def ask(self, method: str, path: str, token: str | None) -> Answer:
        return self._cross(lambda: self.inner.ask(method, path, token))

    def _cross(self, call: Callable[[], Answer]) -> Answer:
        """A call that may be repeated at any time: dropped on the way, or its answer cut."""
        if self._strikes("drop", self.drop):
            raise Cut("the request never arrived")
        answer = call()
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
    """What came back; a body that is no JSON object counts as empty."""
    if headers.get("Content-Encoding") == "gzip" and body:
        body = gzip.decompress(body)
    read = json.loads(body) if body and "json" in (headers.get("Content-Type") or "") else {}
    wait = headers.get("Retry-After")
    seconds = float(wait) if wait and wait.replace(".", "", 1).isdigit() else None
    return Answer(status, read if isinstance(read, dict) else {}, seconds)
