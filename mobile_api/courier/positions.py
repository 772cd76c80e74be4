"""Where the phone was: batches that may be late or doubled and never hold up a command."""

from flask import Response

from backend.courier_day.devices import get_courier_of
from backend.courier_day.errors import NotYourDevice
from backend.courier_day.positions import (
    MOST_FIXES,
    Kept,
    MalformedPositions,
    keep_positions,
    read_positions,
)
from mobile_api.access import Role, Scope, access
from mobile_api.courier.bodies import read_body
from mobile_api.courier.callers import calling_device
from mobile_api.courier.door import blueprint
from mobile_api.courier.errors import MalformedEnvelope
from mobile_api.courier.schemas import KeptPositionsSchema, PositionBatchSchema
from mobile_api.unit import current_session, may_be_repeated

_BODY = {
    "required": True,
    "description": f"At most {MOST_FIXES} fixes; plain or with Content-Encoding: gzip.",
    "content": {"application/json": {"schema": PositionBatchSchema}},
}


@blueprint.post("/positions")
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.doc(requestBody=_BODY)
@blueprint.response(200, KeptPositionsSchema)
@blueprint.alt_response(400, description="malformed_envelope: nothing was kept")
@blueprint.alt_response(403, description="not_your_device")
@blueprint.alt_response(413, description="too_large")
@blueprint.alt_response(415, description="bad_encoding")
def positions() -> Kept | Response:
    """Send where the phone was.

    A repeat is harmless. Only fixes made on shift are kept; the phone may forget them all.
    """
    device = calling_device()
    try:
        batch = read_positions(read_body())
    except MalformedPositions as error:
        raise MalformedEnvelope(reason=str(error).split(" - ")[0][:120]) from error
    if batch.device_id != device.id:
        raise NotYourDevice
    may_be_repeated()
    session = current_session()
    return keep_positions(session, device, get_courier_of(session, device), batch)
