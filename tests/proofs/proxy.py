"""A TCP proxy before the server that spoils one exchange after another, each in a chosen way."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress

CHUNK = 65_536

type Fault = Callable[["Exchange"], None]


class Exchange:
    """One connection of a phone, and one to the server when it is asked for."""

    def __init__(self, phone: socket.socket, server: tuple[str, int]) -> None:
        self.phone, self._server = phone, server
        self.request = b""

    def read_request(self) -> bytes:
        """Everything that the phone sends, headers and body."""
        while b"\r\n\r\n" not in self.request:
            self.request += self.phone.recv(CHUNK)
        head, _, body = self.request.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(body) < length:
            body += self.phone.recv(CHUNK)
        self.request = head + b"\r\n\r\n" + body
        return self.request

    def ask_server(self) -> bytes:
        """The whole answer of the server to the phone's request."""
        request = self.read_request()
        with closing(socket.create_connection(self._server, timeout=30)) as server:
            server.sendall(request)
            answer = b""
            while piece := server.recv(CHUNK):
                answer += piece
        return answer

    def reset(self) -> None:
        """The phone gets a TCP reset instead of an orderly end."""
        self.phone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def pass_on(exchange: Exchange) -> None:
    exchange.phone.sendall(exchange.ask_server())


def late(seconds: float) -> Fault:
    def fault(exchange: Exchange) -> None:
        answer = exchange.ask_server()
        time.sleep(seconds)
        exchange.phone.sendall(answer)

    return fault


def reset_before(exchange: Exchange) -> None:
    """The request is gone with its connection."""
    exchange.phone.recv(1)
    exchange.reset()


def reset_after(exchange: Exchange) -> None:
    """The server did it, and the answer is gone with its connection."""
    exchange.ask_server()
    exchange.reset()


def half_open(exchange: Exchange) -> None:
    """Taken, and never answered: the phone's own patience ends it."""
    exchange.read_request()
    with suppress(OSError):
        while exchange.phone.recv(CHUNK):
            pass


def close_at_once(exchange: Exchange) -> None:
    """Nothing is even read."""


def cut_at(answer: bytes, length: int) -> Fault:
    """The first bytes of an answer that was recorded before, and then the end."""

    def fault(exchange: Exchange) -> None:
        exchange.read_request()
        exchange.phone.sendall(answer[:length])

    return fault


class Proxy:
    """Listens on loopback; `fault` says what happens to the next exchanges."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.fault: Fault = pass_on
        self.exchanges = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            self.exchanges += 1
            threading.Thread(target=self._spoil, args=[phone, self.fault], daemon=True).start()

    def _spoil(self, phone: socket.socket, fault: Fault) -> None:
        with closing(phone), suppress(OSError):
            fault(Exchange(phone, self._server))


@contextmanager
def a_proxy(server: tuple[str, int]) -> Iterator[Proxy]:
    proxy = Proxy(server)
    try:
        yield proxy
    finally:
        proxy.close()
