"""A phone registers its install."""

from collections.abc import Mapping
from typing import Any

from backend.courier_day.devices import Registration, register_device
from mobile_api.courier.door import blueprint
from mobile_api.courier.schemas import DeviceRequestSchema, DeviceSchema
from mobile_api.unit import current_session, current_settings


@blueprint.post("/devices")
@blueprint.arguments(DeviceRequestSchema)
@blueprint.response(201, DeviceSchema)
@blueprint.alt_response(404, description="courier_not_found, device_not_found")
def register(body: Mapping[str, Any]) -> Registration:
    """Register an install.

    Takes no Idempotency-Key, because the answer holds a secret that is never stored: a phone
    whose answer was cut registers again, and the unused device stays without commands.
    """
    values = {"province_code": current_settings().province_code} | dict(body)
    return register_device(current_session(), **values)
