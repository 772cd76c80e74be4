"""What support and tests ask about commands."""

import uuid

from sqlalchemy.orm import Session

from backend.accounts.models import Device
from backend.courier_day.errors import CommandNotFound
from backend.courier_day.models import Command
from backend.database import JsonObject


def get_outcome(session: Session, device_id: uuid.UUID, command_id: uuid.UUID) -> JsonObject:
    """The stored outcome of a command that the device's person sent. Raises CommandNotFound.

    Another courier's command is as unknown as one that does not exist.
    """
    caller, command = session.get(Device, device_id), session.get(Command, command_id)
    sender = session.get(Device, command.device_id) if command else None
    if command is None or caller is None or sender is None:
        raise CommandNotFound(command=command_id)
    if sender.person_id != caller.person_id:
        raise CommandNotFound(command=command_id)
    return command.outcome
