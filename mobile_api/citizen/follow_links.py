"""The link that follows a booking, for the page that has just made it."""

import uuid

import marshmallow as ma
from flask import after_this_request

from backend.planning.slots.holds import make_follow_link
from mobile_api.access import Scope, public
from mobile_api.citizen.door import blueprint
from mobile_api.citizen.following import keep_nowhere
from mobile_api.rate_limits import limited
from mobile_api.unit import current_session
from mobile_api.wording import about

ASKED_A_MINUTE = 10
"""By one address; a page asks once after each booking."""


class FollowLinkSchema(ma.Schema):
    """The only time that this token can be read."""

    token = ma.fields.String(required=True, metadata=about("For /v1/citizen/follow/…"))


@blueprint.post("/holds/<uuid:hold_id>/follow-links")
@public(scope=Scope.TOKEN)
@limited("follow-link", ASKED_A_MINUTE)
@blueprint.response(201, FollowLinkSchema)
@blueprint.alt_response(404, description="hold_not_found")
@blueprint.alt_response(429, description="too_many_requests")
def follow_hold(hold_id: uuid.UUID) -> tuple[dict[str, str], int]:
    """A link to the booking that a hold became. Each call makes another; none is kept readable."""
    after_this_request(keep_nowhere)
    return {"token": make_follow_link(current_session(), hold_id)}, 201
