"""The gateway gets signed JSON, once or again, and its refusals are told apart."""

import hashlib
import hmac
import json
import threading
import uuid
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from backend.outbox import Channel, DeliveryFailed, Outgoing
from backend.outbox.gateway import SIGNATURE_HEADER, HttpGateway

KEY = "k" * 32


class Gateway:
    """A gateway on a loopback port; answers what it is told to."""

    def __init__(self) -> None:
        self.answer = 202
        self.asked: list[tuple[dict[str, str], bytes]] = []
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.asked.append((dict(self.headers), body))
                self.send_response(gateway.answer)
                if 300 <= gateway.answer < 400:
                    self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def provider(self) -> HttpGateway:
        return HttpGateway(url=f"http://127.0.0.1:{self.server.server_port}/m", key=KEY)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    running = Gateway()
    yield running
    running.stop()


def a_message() -> Outgoing:
    return Outgoing(
        id=uuid.uuid4(),
        channel=Channel.SMS,
        template="delivery_pin",
        recipient="0900 000 123",
        content={"text": "mã là 271828", "secret_pin": "271828", "segments": 1, "language": "vi"},
    )


def test_it_gets_what_it_needs_and_a_signature_over_every_byte(gateway: Gateway) -> None:
    message = a_message()
    gateway.provider.send(message)
    ((headers, body),) = gateway.asked
    assert json.loads(body) == {
        "id": str(message.id),
        "channel": "SMS",
        "template": "delivery_pin",
        "to": "0900 000 123",
        "text": "mã là 271828",
        "language": "vi",
        "segments": 1,
    }
    assert headers["Idempotency-Key"] == str(message.id)
    moment, _, digest = headers[SIGNATURE_HEADER].partition(",")
    signed = f"{moment.removeprefix('t=')}.".encode() + body
    assert digest == "v1=" + hmac.new(KEY.encode(), signed, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        (400, True),
        (403, True),
        (408, False),
        (409, False),
        (429, False),
        (500, False),
        (503, False),
    ],
)
def test_a_refusal_is_final_or_not(gateway: Gateway, answer: int, permanent: bool) -> None:
    gateway.answer = answer
    with pytest.raises(DeliveryFailed, match=str(answer)) as failed:
        gateway.provider.send(a_message())
    assert failed.value.permanent is permanent


@pytest.mark.parametrize("answer", [200, 202, 204, 299])
def test_any_success_is_a_success(gateway: Gateway, answer: int) -> None:
    gateway.answer = answer
    gateway.provider.send(a_message())


def test_a_redirect_is_not_followed(gateway: Gateway) -> None:
    gateway.answer = 307
    with pytest.raises(DeliveryFailed):
        gateway.provider.send(a_message())
    assert len(gateway.asked) == 1


def test_a_gateway_that_is_away_is_asked_again_and_nobody_is_named(gateway: Gateway) -> None:
    provider = gateway.provider
    gateway.stop()
    with pytest.raises(DeliveryFailed, match="gateway away") as failed:
        provider.send(a_message())
    assert not failed.value.permanent
    assert "0900" not in str(failed.value)


def test_the_key_is_not_shown() -> None:
    assert KEY not in repr(HttpGateway(url="https://sms.example.vn", key=KEY))
