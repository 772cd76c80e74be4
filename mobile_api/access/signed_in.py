"""The caller of this request: from the Authorization header, or from a browser's cookie."""

from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from flask import g, request

from backend.accounts.api_keys import MARK, authenticate_key
from backend.accounts.callers import Caller
from backend.accounts.errors import OtherOrigin, SessionRevoked
from backend.accounts.tokens import authenticate
from backend.database import DatabaseSession, unit_of_work
from backend.errors import NotSignedIn
from mobile_api.unit import current_settings

ACCESS_COOKIE = "tannoi_access"
REFRESH_COOKIE = "tannoi_refresh"

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def sign_in(session: DatabaseSession, *, revoked_devices: bool = False) -> Caller:
    """The caller, or why there is none: NotSignedIn, TokenExpired, SessionRevoked, OtherOrigin.

    Read in a transaction of its own: a sync must not hold two connections.
    """
    token = _token()
    caller = (authenticate_key if token.startswith(MARK) else authenticate)(session, token)
    if caller.device_revoked and not revoked_devices:
        raise SessionRevoked
    g.caller = caller
    return caller


def current_caller() -> Caller:
    """Who calls an operation that declares roles. Raises NotSignedIn elsewhere."""
    caller = g.get("caller")
    if caller is None:
        raise NotSignedIn
    return cast(Caller, caller)


def find_caller() -> Caller | None:
    """Who calls a public operation, if somebody is signed in; a wrong token is still refused."""
    if "caller" not in g:
        if "Authorization" not in request.headers and ACCESS_COOKIE not in request.cookies:
            return None
        with unit_of_work() as session:
            sign_in(session)
    return current_caller()


def current_province(asked: Mapping[str, Any] | None = None) -> str:
    """The caller's province; for somebody unknown the one asked for, else this installation's.

    A signed-in caller who names another province was refused before (`demand_own_province`).
    """
    caller = cast(Caller | None, g.get("caller"))
    if caller is not None:
        return caller.province_code
    named: str = (asked or {}).get("province_code", current_settings().province_code)
    return named


def demand_same_origin() -> None:
    """A request that changes something and brings a cookie comes from our own pages.

    Raises OtherOrigin. SameSite=Strict keeps the cookie at home already; this is the second lock.
    """
    if request.method in _SAFE or request.headers.get("Sec-Fetch-Site") == "same-origin":
        return
    origin = urlsplit(request.headers.get("Origin", ""))
    if not origin.netloc or origin.netloc != request.host:
        raise OtherOrigin


def _token() -> str:
    header = request.headers.get("Authorization")
    if header is not None:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotSignedIn
        return token.strip()
    cookie = request.cookies.get(ACCESS_COOKIE)
    if not cookie:
        raise NotSignedIn
    demand_same_origin()
    return cookie
