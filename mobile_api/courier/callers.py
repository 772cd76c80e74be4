"""Which device and which courier call, for operations that only couriers may call."""

import uuid

from backend.accounts.models import Device
from backend.courier_day.devices import get_courier_of_person
from backend.courier_day.errors import CourierNotFound, NotYourDevice
from backend.fleet.models import Courier
from mobile_api.access import current_caller
from mobile_api.unit import current_session


def calling_device_id() -> uuid.UUID:
    """The device of this request's token. Raises NotYourDevice for a sign-in without one."""
    device_id = current_caller().device_id
    if device_id is None:
        raise NotYourDevice
    return device_id


def calling_device() -> Device:
    """The same as a row of the request's own unit of work."""
    return current_session().get_one(Device, calling_device_id())


def calling_courier() -> Courier:
    """The courier who calls, on a phone or in a browser. Raises CourierNotFound."""
    person_id = current_caller().person_id
    if person_id is None:
        raise CourierNotFound(courier="")
    return get_courier_of_person(current_session(), person_id)
