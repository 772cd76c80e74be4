"""Signatures that a step before took: the slip shows who signed the list it is made of."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.courier_day.models import CommandProof
from backend.courier_day.scene import SIGNATURE
from backend.dossiers.custody import took_effect
from backend.dossiers.models import CustodyEvent, CustodyEventType


def list_signatures(
    session: Session, dossier_id: uuid.UUID, fact: CustodyEventType
) -> tuple[tuple[str, str], ...]:
    """(role, SHA-256) of whoever signed when this last happened to a dossier; reports that came too
    late to move anything have not made it happen."""
    last = session.scalars(
        select(CustodyEvent)
        .where(
            CustodyEvent.dossier_id == dossier_id,
            CustodyEvent.type == fact,
            took_effect(),
        )
        .order_by(CustodyEvent.n.desc())
        .limit(1)
    ).first()
    if last is None or last.command_id is None:
        return ()
    named = session.execute(
        select(CommandProof.slot, CommandProof.sha256)
        .where(CommandProof.command_id == last.command_id, CommandProof.slot.startswith(SIGNATURE))
        .order_by(CommandProof.ordinal)
    )
    return tuple((slot.removeprefix(SIGNATURE).upper(), sha256.hex()) for slot, sha256 in named)
