"""Locks of one batch or act, taken before its first move: dossiers by id, then stops by id.

Publishing takes them in the same order, so phones, clerks and dispatchers never wait in a circle.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.courier_day.envelope import SentCommand
from backend.database import among
from backend.dossiers.known_changes import note_locked
from backend.dossiers.models import Dossier, Leg
from backend.planning.models import Stop, Visit

_DOSSIERS_AT = (
    select(Leg.dossier_id).join(Visit, Visit.leg_id == Leg.id).where(among(Visit.stop_id, "stops"))
)

_SUPPLEMENTED = select(Dossier.supplements_id).where(
    among(Dossier.id, "dossiers"), Dossier.supplements_id.is_not(None)
)

_LOCKED_DOSSIERS = (
    select(Dossier)
    .where(among(Dossier.id, "dossiers"))
    .order_by(Dossier.id)
    .with_for_update()
    .options(selectinload(Dossier.legs))
    .execution_options(populate_existing=True)
)

_STOPS_ABOUT = (
    select(Visit.stop_id).join(Leg, Leg.id == Visit.leg_id).where(among(Leg.dossier_id, "dossiers"))
)

_LOCKED_STOPS = (
    select(Stop)
    .where(among(Stop.id, "stops"))
    .order_by(Stop.id)
    .with_for_update()
    .options(selectinload(Stop.visits))
    .execution_options(populate_existing=True)
)


def lock_named(session: Session, commands: Collection[SentCommand]) -> set[uuid.UUID]:
    """Waits for everything that the commands name and what hangs together with it.

    Returns the dossiers.
    """
    named = [_named(sent) for sent in commands]
    dossiers = {each for found, _ in named for each in found}
    stops = {each for _, found in named for each in found}
    if stops:
        dossiers |= set(session.scalars(_DOSSIERS_AT, {"stops": list(stops)}))
    lock_dossiers(session, dossiers, stops)
    return dossiers


def lock_dossiers(
    session: Session, dossiers: Collection[uuid.UUID], stops: Collection[uuid.UUID] = ()
) -> None:
    """Waits for dossiers with the cases that they supplement, then for every stop about them.

    The rows in the session are then those that the locks hold.
    """
    dossiers, stops = set(dossiers), set(stops)
    if dossiers:
        dossiers |= set(session.scalars(_SUPPLEMENTED, {"dossiers": list(dossiers)}))
        session.scalars(_LOCKED_DOSSIERS, {"dossiers": list(dossiers)}).all()
        stops |= set(session.scalars(_STOPS_ABOUT, {"dossiers": list(dossiers)}))
    note_locked(session, dossiers)
    if stops:
        session.scalars(_LOCKED_STOPS, {"stops": list(stops)}).all()


def _named(sent: SentCommand) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """Dossiers and stops that a command names, as far as its form can be read."""
    if sent.content is None:
        return set(), set()
    body, base = sent.content.body, sent.content.base
    dossiers = [body.get("dossier")]
    if isinstance(several := body.get("dossiers"), list):
        dossiers += several
    stops = [body.get("stop"), str(base.stop) if base and base.stop else None]
    return _uuids(dossiers), _uuids(stops)


def _uuids(values: list[object]) -> set[uuid.UUID]:
    found = set()
    for value in values:
        if isinstance(value, str):
            try:
                found.add(uuid.UUID(value))
            except ValueError:
                continue  # the handler's reading of the body says what is wrong
    return found
