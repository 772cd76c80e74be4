"""Hands messages to the gateway that sends SMS or Zalo messages, as signed JSON over HTTP.

The gateway's own contract with the carriers stays behind its address; see docs/notices.md.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

from backend import clock
from backend.outbox import DeliveryFailed, Outgoing

TIMEOUT_S = 10
SIGNATURE_HEADER = "X-Tannoi-Signature"
_MAY_SUCCEED_LATER = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
)


class _NoRedirects(HTTPRedirectHandler):
    """A message goes where the setting says and nowhere else."""

    def redirect_request(self, *_args: object, **_more: object) -> None:
        return None


_opener = build_opener(_NoRedirects)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpGateway:
    """Posts `{id, channel, template, to, text, language, segments}`; 2xx means taken over.

    The id is also the Idempotency-Key: a gateway that has it does not send again. Answers of 4xx
    are final but for 408, 409 and 429; anything else is tried again as every message of the outbox.
    """

    url: str
    key: str = field(repr=False)
    timeout_s: float = TIMEOUT_S

    def send(self, message: Outgoing) -> None:
        body = json.dumps(
            {
                "id": str(message.id),
                "channel": message.channel.value,
                "template": message.template,
                "to": message.recipient,
            }
            | {name: message.content.get(name) for name in ("text", "language", "segments")},
            ensure_ascii=False,
        ).encode()
        request = Request(self.url, data=body, method="POST", headers=self._headers(message, body))
        try:
            with _opener.open(request, timeout=self.timeout_s):
                pass  # any 2xx, also one without a name; all others are raised
        except HTTPError as failure:
            raise _refused(failure.code) from None
        except (URLError, OSError) as failure:
            raise DeliveryFailed(f"gateway away: {type(failure).__name__}") from None

    def _headers(self, message: Outgoing, body: bytes) -> Mapping[str, str]:
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": str(message.id),
            SIGNATURE_HEADER: sign(self.key, body, at_s=int(clock.machine_now().timestamp())),
        }


def sign(key: str, body: bytes, *, at_s: int) -> str:
    """`t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`: nobody else can ask, nor ask again."""
    digest = hmac.new(key.encode(), f"{at_s}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at_s},v1={digest}"


def _refused(status: int) -> DeliveryFailed:
    final = HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR
    later = status in _MAY_SUCCEED_LATER
    return DeliveryFailed(f"gateway answered {status}", permanent=final and not later)
