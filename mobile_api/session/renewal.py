"""New tokens for old."""

from collections.abc import Mapping
from typing import Any

from flask import after_this_request, request
from flask.wrappers import Response

from backend.accounts.errors import SessionRevoked
from backend.accounts.tokens import Tokens, refresh
from backend.database import unit_of_work
from mobile_api.access import public
from mobile_api.access.signed_in import REFRESH_COOKIE, demand_same_origin
from mobile_api.session.cookies import give_cookies, take_cookies
from mobile_api.session.door import blueprint
from mobile_api.session.schemas import RefreshSchema, TokensSchema


@blueprint.post("/refresh")
@public()
@blueprint.arguments(RefreshSchema, required=False)
@blueprint.response(200, TokensSchema)
@blueprint.alt_response(401, description="session_revoked: sign in again, keep what waits")
def renew(body: Mapping[str, Any]) -> Tokens | dict[str, Any]:
    """Get new tokens for the refresh token, which is used up by it.

    When the answer was lost, the same token may be sent again as long as nobody used what the
    answer held. A token that comes back later was copied: the whole sign-in ends.
    """
    given = body.get("refresh_token")
    by_cookie = given is None
    if by_cookie:
        given = request.cookies.get(REFRESH_COOKIE)
        if given is None:
            raise SessionRevoked
        demand_same_origin()
    with unit_of_work() as session:  # its own: an end must hold although the answer is a 401
        tokens = refresh(session, given or "")
    if tokens is None:
        if by_cookie:
            _forget_cookies()
        raise SessionRevoked
    return told(tokens, as_cookies=by_cookie)


def _forget_cookies() -> None:
    """A browser whose sign-in has ended is a guest again, also at doors that are open to all."""

    @after_this_request
    def forget(response: Response) -> Response:
        take_cookies(response)
        return response


def told(tokens: Tokens, *, as_cookies: bool) -> Tokens | dict[str, Any]:
    """What a client is told: the tokens, or that its cookies hold them."""

    @after_this_request
    def keep_nowhere(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        if as_cookies:
            give_cookies(response, tokens)
        return response

    if not as_cookies:
        return tokens
    shown = ("sign_in_id", "access_until", "refresh_until")
    return {name: getattr(tokens, name) for name in shown}
