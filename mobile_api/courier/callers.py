"""Who calls: the device behind a bearer token."""

import uuid

from flask import request

from backend.accounts.models import Device
from backend.courier_day.devices import find_device_by_token, get_courier_of
from backend.database import unit_of_work
from backend.fleet.models import Courier
from mobile_api.courier.errors import SessionRevoked
from mobile_api.unit import current_session

BEARER = {
    "name": "Authorization",
    "in": "header",
    "required": True,
    "description": "`Bearer` and the access token of the device.",
    "schema": {"type": "string"},
}


def calling_device_id() -> uuid.UUID:
    """The device of this request's token. Raises SessionRevoked.

    Looked up in a transaction of its own: a sync must not hold two connections.
    """
    token = _token()
    with unit_of_work() as session:
        device = find_device_by_token(session, token)
        if device is None:
            raise SessionRevoked
        return device.id


def calling_device() -> Device:
    """The device behind this request's token, in the request's own unit of work.

    Raises SessionRevoked, also for a revoked device: it may send commands, which wait for a
    person, and nothing else.
    """
    device = find_device_by_token(current_session(), _token())
    if device is None or device.revoked_at is not None:
        raise SessionRevoked
    return device


def calling_courier() -> Courier:
    """The courier behind this request's token. Raises SessionRevoked as `calling_device`."""
    return get_courier_of(current_session(), calling_device())


def _token() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SessionRevoked
    return token.strip()
