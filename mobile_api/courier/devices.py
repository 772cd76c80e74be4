"""A phone registers its install."""

from collections.abc import Mapping
from typing import Any

from backend.courier_day.devices import Registration, register_device
from mobile_api.access import Role, Scope, access, current_caller
from mobile_api.courier.door import blueprint
from mobile_api.courier.schemas import DeviceRequestSchema, DeviceSchema
from mobile_api.unit import current_session


@blueprint.post("/devices")
@access(Role.COURIER, Role.COLLABORATOR, scope=Scope.OWN)
@blueprint.arguments(DeviceRequestSchema)
@blueprint.response(201, DeviceSchema)
@blueprint.alt_response(404, description="courier_not_found, device_not_found")
def register(body: Mapping[str, Any]) -> Registration:
    """Register an install of the courier who is signed in; it gets tokens of its own.

    Takes no Idempotency-Key, because the answer holds a secret that is never stored: a phone
    whose answer was cut registers again, and the unused device stays without commands.
    """
    values = {name: value for name, value in body.items() if name != "province_code"}
    return register_device(current_session(), current_caller(), **values)
