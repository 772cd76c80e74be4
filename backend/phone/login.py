"""How the courier signs in on a new install: what the app's sign-in page does.

A login gives the access token of the person; with it the phone registers and gets its own.
"""

from collections.abc import Callable
from http import HTTPStatus

from backend.phone.transports import Answer, Stuck, Transport

type Login = Callable[[Transport, str], str]
"""(transport, courier code) → access token. Raises Cut, NotLetIn."""


class NotLetIn(Stuck):
    """The server does not know this person, or the password or link is over."""


def by_password(password: str) -> Login:
    """The courier types code and password."""

    def login(transport: Transport, courier_code: str) -> str:
        body = {"code": courier_code, "password": password}
        return _token_of(transport.post("/v1/session", body, None))

    return login


def by_link(link_for: Callable[[str], str]) -> Login:
    """The courier opens a one-time link; `link_for` gives its secret by courier code."""

    def login(transport: Transport, courier_code: str) -> str:
        return _token_of(
            transport.post("/v1/session/link", {"token": link_for(courier_code)}, None)
        )

    return login


def _token_of(answer: Answer) -> str:
    if answer.status not in {HTTPStatus.OK, HTTPStatus.CREATED}:
        raise NotLetIn(answer.body.get("code", str(answer.status)))
    token: str = answer.body["access_token"]
    return token
