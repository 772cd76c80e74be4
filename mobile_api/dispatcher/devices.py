"""Couriers' phones: which there are, and what to do when one is lost."""

import uuid

import marshmallow as ma

from backend.accounts.models import Device
from backend.courier_day.devices import get_courier, list_devices, revoke_device
from mobile_api.access import Role, Scope, access
from mobile_api.dispatcher.door import READERS, blueprint
from mobile_api.unit import current_session
from mobile_api.wording import about


class CourierDeviceSchema(ma.Schema):
    """One install of the courier app."""

    id = ma.fields.UUID(required=True)
    model = ma.fields.String(required=True)
    app_version = ma.fields.String(required=True)
    registered_at = ma.fields.AwareDateTime(required=True)
    last_seen_at = ma.fields.AwareDateTime(allow_none=True, required=True)
    revoked_at = ma.fields.AwareDateTime(
        allow_none=True, required=True, metadata=about("Since then it can only send.")
    )


class CourierDevicesSchema(ma.Schema):
    """The newest first."""

    devices = ma.fields.List(ma.fields.Nested(CourierDeviceSchema), required=True)


@blueprint.get("/couriers/<uuid:courier_id>/devices")
@access(*READERS, scope=Scope.AREA)
@blueprint.response(200, CourierDevicesSchema)
@blueprint.alt_response(404, description="courier_not_found")
def show_devices(courier_id: uuid.UUID) -> dict[str, list[Device]]:
    """A courier's phones."""
    session = current_session()
    return {"devices": list_devices(session, get_courier(session, courier_id))}


@blueprint.post("/devices/<uuid:device_id>/revoke")
@access(Role.DISPATCHER, scope=Scope.AREA)
@blueprint.response(200, CourierDeviceSchema)
@blueprint.alt_response(404, description="device_not_found")
def lose_device(device_id: uuid.UUID) -> Device:
    """A phone is lost or stolen: it can only send from now on, and is told to wipe itself.

    A second call changes nothing.
    """
    return revoke_device(current_session(), device_id)
