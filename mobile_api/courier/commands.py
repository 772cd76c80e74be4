"""The outcome of one command, for support and tests."""

import uuid

from backend.courier_day.operations import get_outcome
from backend.database import JsonObject
from mobile_api.access import Role, Scope, access
from mobile_api.courier.callers import calling_device_id
from mobile_api.courier.door import blueprint
from mobile_api.courier.schemas import OutcomeSchema
from mobile_api.unit import current_session


@blueprint.get("/commands/<uuid:command_id>")
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.response(200, OutcomeSchema)
@blueprint.alt_response(404, description="command_not_found: unknown, or another courier's")
def outcome(command_id: uuid.UUID) -> JsonObject:
    """What became of a command of this courier, whichever phone sent it."""
    return get_outcome(current_session(), calling_device_id(), command_id)
