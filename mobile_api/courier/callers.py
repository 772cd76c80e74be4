"""Who calls: the device behind a bearer token."""

import uuid

from flask import request

from backend.courier_day.devices import find_device_by_token
from backend.database import unit_of_work
from mobile_api.courier.errors import SessionRevoked

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
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise SessionRevoked
    with unit_of_work() as session:
        device = find_device_by_token(session, token.strip())
        if device is None:
            raise SessionRevoked
        return device.id
