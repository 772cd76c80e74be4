"""Cookies of a browser's sign-in: scripts cannot read them, other sites cannot send them."""

from datetime import datetime

from flask import Response, request

from backend import clock
from backend.accounts.tokens import Tokens
from mobile_api.access.signed_in import ACCESS_COOKIE, REFRESH_COOKIE
from mobile_api.unit import current_settings

REFRESH_PATH = "/v1/session"


def give_cookies(response: Response, tokens: Tokens) -> None:
    """The access token goes everywhere, the refresh token only where it is renewed."""
    _give(response, ACCESS_COOKIE, tokens.access_token, "/", tokens.access_until)
    _give(response, REFRESH_COOKIE, tokens.refresh_token, REFRESH_PATH, tokens.refresh_until)


def take_cookies(response: Response) -> None:
    """Both are gone, also from a browser whose sign-in was over already."""
    response.delete_cookie(ACCESS_COOKIE, path="/")
    response.delete_cookie(REFRESH_COOKIE, path=REFRESH_PATH)


def _give(response: Response, name: str, value: str, path: str, until: datetime) -> None:
    response.set_cookie(
        name,
        value,
        path=path,
        # Counted from now by the browser's own clock: the server may show another time of day.
        max_age=int((until - clock.now()).total_seconds()),
        httponly=True,
        samesite="Strict",
        # On the machine itself there is no TLS; anywhere else there is nothing without it.
        secure=request.is_secure or current_settings().environment == "production",
    )
