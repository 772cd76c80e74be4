"""A booking by the link of its notices, without login: the token is the secret; or by its owner."""

from collections.abc import Mapping
from typing import Any

from flask import after_this_request
from flask.wrappers import Response

from backend.booking.notices.opt_outs import set_wanted
from backend.courier_day.following.view import Followed, get_own_followed, show_followed
from mobile_api.access import Role, Scope, access, public
from mobile_api.citizen.bookings import own_booking_named
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.following_schemas import FollowSchema, NoticesWishSchema
from mobile_api.citizen.links import open_link
from mobile_api.rate_limits import limited
from mobile_api.unit import current_session

ASKED_A_MINUTE = 60
"""By one address: a page that looks every few seconds, and a family behind one router."""


@blueprint.get("/follow/<token>")
@public(scope=Scope.TOKEN)
@limited("follow", ASKED_A_MINUTE)
@blueprint.response(200, FollowSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended")
@blueprint.alt_response(429, description="too_many_requests")
def follow(token: str) -> Followed:
    """How a booking stands, in plain words. The link ends with the last stop and a short grace."""
    after_this_request(keep_nowhere)
    return show_followed(current_session(), open_link(token))


@blueprint.get("/bookings/<reference>/followed")
@access(Role.CITIZEN, Role.FIRM, scope=Scope.OWN)
@blueprint.response(200, FollowSchema)
@blueprint.alt_response(404, description="booking_not_found")
def follow_own(reference: str) -> Followed:
    """The same of one's own booking: nothing is masked, and it stays readable after its end."""
    after_this_request(keep_nowhere)
    return get_own_followed(current_session(), own_booking_named(reference))


@blueprint.put("/follow/<token>/notices")
@public(scope=Scope.TOKEN)
@limited("follow", ASKED_A_MINUTE)
@blueprint.arguments(NoticesWishSchema)
@blueprint.response(200, NoticesWishSchema)
@blueprint.alt_response(404, description="follow_link_not_found, follow_ended")
@blueprint.alt_response(429, description="too_many_requests")
def wish_for_notices(body: Mapping[str, Any], token: str) -> Mapping[str, Any]:
    """Ask for fewer notices, or for all again, and in which language; what must be told is told
    all the same."""
    contact = open_link(token).contact
    if contact.phone:
        set_wanted(current_session(), contact.phone, wanted=body["wanted"])
    if "language" in body:
        contact.language = body["language"]
    return body


def keep_nowhere(response: Response) -> Response:
    """Nothing between us and the reader may keep a page that belongs to one person."""
    response.headers["Cache-Control"] = "no-store"
    return response
