"""Who am I, where am I signed in, and the end of it."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import after_this_request
from flask.wrappers import Response

from backend.accounts.languages import set_language
from backend.accounts.operations import (
    describe_caller,
    end_own_sign_in,
    list_own_sign_ins,
)
from backend.booking.owned import speak_to_owner
from mobile_api.access import Role, Scope, access, current_caller
from mobile_api.session.cookies import take_cookies
from mobile_api.session.door import blueprint
from mobile_api.session.schemas import CallerSchema, LanguageSchema, OwnSignInsSchema
from mobile_api.unit import current_session

PEOPLE = tuple(role for role in Role if role is not Role.INTEGRATOR)


@blueprint.get("")
@access(*PEOPLE, scope=Scope.OWN)
@blueprint.response(200, CallerSchema)
def who_am_i() -> dict[str, Any]:
    """Who is signed in, and what the role reaches."""
    return describe_caller(current_session(), current_caller())


@blueprint.put("/language")
@access(*PEOPLE, scope=Scope.OWN)
@blueprint.arguments(LanguageSchema)
@blueprint.response(200, LanguageSchema)
def choose_language(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """In which language one is told things, also about one's bookings that go on."""
    session, caller = current_session(), current_caller()
    set_language(session, caller.account_id, body["language"])
    speak_to_owner(session, caller.account_id, body["language"])
    return body


@blueprint.delete("")
@access(*PEOPLE, scope=Scope.OWN)
@blueprint.response(204)
def sign_out() -> None:
    """Sign out here: these tokens are over."""
    caller = current_caller()
    if caller.session_id is not None:
        end_own_sign_in(current_session(), caller, caller.session_id)

    @after_this_request
    def forget(response: Response) -> Response:
        take_cookies(response)
        return response


@blueprint.get("/mine")
@access(*PEOPLE, scope=Scope.OWN)
@blueprint.response(200, OwnSignInsSchema)
def show_own() -> dict[str, Any]:
    """Where this account is signed in."""
    return {"sessions": list_own_sign_ins(current_session(), current_caller())}


@blueprint.delete("/mine/<uuid:session_id>")
@access(*PEOPLE, scope=Scope.OWN)
@blueprint.response(204)
@blueprint.alt_response(404, description="sign_in_not_found: unknown, or another account's")
def end_one(session_id: uuid.UUID) -> None:
    """End one of the account's own sign-ins; a second call changes nothing."""
    end_own_sign_in(current_session(), current_caller(), session_id)
