"""What a day names by its hash: fetched once, kept for ever."""

from flask import Response

from backend.courier_day.attachments import get_attachment
from mobile_api.access import Role, Scope, access
from mobile_api.courier.bodies import json_answer
from mobile_api.courier.callers import calling_courier
from mobile_api.courier.door import blueprint
from mobile_api.unit import current_session

FOR_EVER = "private, max-age=31536000, immutable"


@blueprint.get("/attachments/<string(length=64):digest>")
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.response(200, content_type="application/json")
@blueprint.alt_response(
    404, description="attachment_not_found: this courier's day does not name it"
)
def attachment(digest: str) -> Response:
    """A checklist or the line of a route, under the SHA-256 of exactly these bytes."""
    found = get_attachment(current_session(), calling_courier(), digest)
    response = json_answer(found.content)
    response.headers["Cache-Control"] = FOR_EVER
    response.set_etag(found.sha256)
    return response
