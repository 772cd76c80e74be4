"""Sign in: staff by code and password, citizens by phone and six digits, anybody by a link."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, request

from backend.accounts.codes import ask_for_code, sign_in_with_code
from backend.accounts.one_time_links import set_password_with_link, sign_in_with_link
from backend.accounts.passwords import sign_in_with_password
from backend.accounts.throttling import network_of
from backend.accounts.tokens import Tokens
from backend.database import DatabaseSession, unit_of_work
from backend.errors import TanNoiError
from backend.logs import get_logger
from mobile_api.access import current_province, public
from mobile_api.access.signed_in import demand_same_origin
from mobile_api.problems import language
from mobile_api.session.door import blueprint
from mobile_api.session.renewal import told
from mobile_api.session.schemas import (
    CodeAnswerSchema,
    CodeAskedSchema,
    LinkSchema,
    PasswordLinkSchema,
    PasswordSchema,
    PhoneSchema,
    TokensSchema,
)
from mobile_api.unit import current_session, current_settings

_TOO_MANY = "too_many_tries: Retry-After says when"

log = get_logger(__name__)


@blueprint.post("")
@public()
@blueprint.arguments(PasswordSchema)
@blueprint.response(200, TokensSchema)
@blueprint.alt_response(401, description="wrong_sign_in: an unknown code gets the same answer")
@blueprint.alt_response(422, description="role_not_held")
@blueprint.alt_response(429, description=_TOO_MANY)
def with_password(body: Mapping[str, Any]) -> Tokens | dict[str, Any]:
    """Sign in with account code and password (staff)."""
    return _signed_in(
        body,
        lambda session: sign_in_with_password(
            session,
            province_code=current_province(body),
            code=body["code"],
            password=body["password"],
            address=network_of(request.remote_addr),
            role=body["role"],
        ),
    )


@blueprint.post("/codes")
@public()
@blueprint.arguments(PhoneSchema)
@blueprint.response(202, CodeAskedSchema)
@blueprint.alt_response(422, description="phone_not_valid")
@blueprint.alt_response(429, description=_TOO_MANY)
def send_code(body: Mapping[str, Any]) -> dict[str, int]:
    """Have six digits sent to a phone; the answer is the same whether it has an account."""
    code = ask_for_code(
        current_session(),
        province_code=current_province(body),
        phone=body["phone"],
        address=network_of(request.remote_addr),
        language=language(),
    )
    if current_settings().environment == "local":
        log.info("sign_in_code_for_demonstration", sign_in_code=code)
    return {}


@blueprint.post("/code")
@public()
@blueprint.arguments(CodeAnswerSchema)
@blueprint.response(200, TokensSchema)
@blueprint.alt_response(401, description="wrong_code")
@blueprint.alt_response(422, description="phone_not_valid")
@blueprint.alt_response(429, description=_TOO_MANY)
def with_code(body: Mapping[str, Any]) -> Tokens | dict[str, Any]:
    """Sign in with the six digits (citizens and firms); the first time makes the account."""
    return _signed_in(
        body,
        lambda session: sign_in_with_code(
            session,
            province_code=current_province(body),
            phone=body["phone"],
            code=body["code"],
            address=network_of(request.remote_addr),
            role=body["role"],
            full_name=body["full_name"],
        ),
    )


@blueprint.post("/link")
@public()
@blueprint.arguments(LinkSchema)
@blueprint.response(200, TokensSchema)
@blueprint.alt_response(401, description="link_over")
@blueprint.alt_response(422, description="role_not_held")
def with_link(body: Mapping[str, Any]) -> Tokens | dict[str, Any]:
    """Sign in with a one-time link of `tannoi accounts link`."""
    return _signed_in(body, lambda session: sign_in_with_link(session, body["token"], body["role"]))


@blueprint.post("/password")
@public()
@blueprint.arguments(PasswordLinkSchema)
@blueprint.response(204)
@blueprint.alt_response(401, description="link_over")
@blueprint.alt_response(422, description="password_too_weak: the link can be used again")
def choose_password(body: Mapping[str, Any]) -> Response:
    """Set a password with a one-time link; every sign-in of the account is over then."""
    set_password_with_link(current_session(), body["token"], body["password"])
    return Response(status=204)


def _signed_in(
    body: Mapping[str, Any], sign_in: Callable[[DatabaseSession], Tokens | TanNoiError]
) -> Tokens | dict[str, Any]:
    """Signs in within a transaction of its own: a refused try must stay counted."""
    if body["cookies"]:
        demand_same_origin()  # nobody signs a browser in to an account of theirs
    with unit_of_work() as session:
        outcome = sign_in(session)
    if isinstance(outcome, TanNoiError):
        raise outcome
    return told(outcome, as_cookies=body["cookies"])
