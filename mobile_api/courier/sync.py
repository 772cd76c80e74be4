"""The one call that a phone needs to work."""

from uuid import UUID

import msgspec
from flask import Response, g

from backend.accounts.views_log import Whose
from backend.courier_day.envelope import MalformedEnvelope as NotReadable
from backend.courier_day.envelope import TooManyCommands, read_envelope
from backend.courier_day.sync import sync
from backend.database import JsonObject, unit_of_work
from mobile_api.access import Role, Scope, access
from mobile_api.access.viewing import nobody_viewed, note_viewed, shows_personal
from mobile_api.courier.bodies import json_answer, read_body
from mobile_api.courier.callers import calling_device_id
from mobile_api.courier.door import blueprint
from mobile_api.courier.errors import MalformedEnvelope
from mobile_api.courier.schemas import SyncAnswerSchema, SyncRequestSchema
from mobile_api.http_errors import TooLarge

_BODY = {
    "required": True,
    "description": "application/json, plain or with Content-Encoding: gzip.",
    "content": {"application/json": {"schema": SyncRequestSchema}},
}


@blueprint.post("/sync")
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN, revoked_devices=True)
@shows_personal("name", "phone", "address", "identity", "special_needs")
@blueprint.doc(requestBody=_BODY)
@blueprint.response(200, SyncAnswerSchema)
@blueprint.alt_response(400, description="malformed_envelope: nothing was applied")
@blueprint.alt_response(403, description="not_your_device")
@blueprint.alt_response(409, description="device_forked: nothing was applied")
@blueprint.alt_response(413, description="too_large")
@blueprint.alt_response(415, description="bad_encoding")
@blueprint.alt_response(503, description="retry_later: send the same again")
def exchange() -> Response:
    """Send commands, receive outcomes and the day.

    A repeat is harmless: the same commands give the same outcomes.
    """
    device_id = calling_device_id()
    try:
        envelope = read_envelope(read_body())
    except NotReadable as error:
        raise MalformedEnvelope(reason=_safe(error)) from error
    except TooManyCommands as error:
        raise TooLarge from error
    answer = sync(device_id, envelope, trace_id=g.get("request_id"))
    _note_shown(answer["day"])
    return json_answer(msgspec.json.encode(answer, order="sorted"))


def _safe(error: Exception) -> str:
    """Our own words and the parser's place; values of the request are never told back."""
    return str(error).split(" - ")[0][:120]


def _note_shown(day: JsonObject | None) -> None:
    """Whom a new day shows; the day itself was read in a snapshot that cannot be written in."""
    if day is None:
        nobody_viewed()
        return
    with unit_of_work() as session:
        people = [UUID(contact["id"]) for contact in day["contacts"]]
        note_viewed(Whose.CONTACT, people, session=session)
