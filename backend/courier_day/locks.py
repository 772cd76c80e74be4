"""Locks of one batch or act, taken before its first move: dossiers, stops, bookings, each by id.

Publishing takes them in the same order, so phones, clerks and dispatchers never wait in a circle.
"""

import uuid
from collections.abc import Collection

from sqlalchemy import Select, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, selectinload

from backend.booking.of_dossiers import lock_bookings
from backend.courier_day.envelope import SentCommand
from backend.database import among
from backend.dossiers.known_changes import note_locked
from backend.dossiers.models import Dossier, Leg
from backend.planning.models import Stop, Visit


def _given(name: str) -> Select[uuid.UUID]:
    """The ids of a list that a parameter brings, as rows."""
    return select(func.unnest(bindparam(name, type_=ARRAY(Uuid))).label("id"))


_NAMED = (
    _given("dossiers")
    .union(
        select(Leg.dossier_id)
        .join(Visit, Visit.leg_id == Leg.id)
        .where(among(Visit.stop_id, "stops"))
    )
    .cte("named")
)

_LOCKED_DOSSIERS = (
    select(Dossier)
    .where(
        Dossier.id.in_(
            select(_NAMED.c.id).union(
                select(Dossier.supplements_id)
                .join(_NAMED, _NAMED.c.id == Dossier.id)
                .where(Dossier.supplements_id.is_not(None))
            )
        )
    )
    .order_by(Dossier.id)
    .with_for_update()
    .options(selectinload(Dossier.legs))
    .execution_options(populate_existing=True)
)
"""The given dossiers, those at the given stops, and the cases that any of them supplements: by a
union, for which the database goes by the keys."""

_LOCKED_STOPS = (
    select(Stop)
    .where(
        Stop.id.in_(
            _given("stops").union(
                select(Visit.stop_id)
                .join(Leg, Leg.id == Visit.leg_id)
                .where(among(Leg.dossier_id, "dossiers"))
            )
        )
    )
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
    return dossiers | _lock(session, dossiers, {each for _, found in named for each in found})


def lock_dossiers(session: Session, dossiers: Collection[uuid.UUID]) -> None:
    """Waits for dossiers with the cases that they supplement, then for every stop about them and
    every booking of them.

    The rows in the session are then those that the locks hold.
    """
    _lock(session, dossiers, ())


def _lock(
    session: Session, dossiers: Collection[uuid.UUID], stops: Collection[uuid.UUID]
) -> set[uuid.UUID]:
    """The same, with the dossiers of these stops too; returns those that are locked now."""
    if not dossiers and not stops:
        return set()
    given = {"dossiers": list(dossiers), "stops": list(stops)}
    locked = {row.id for row in session.scalars(_LOCKED_DOSSIERS, given)}
    note_locked(session, locked)
    session.scalars(_LOCKED_STOPS, given | {"dossiers": list(locked)}).all()
    lock_bookings(session, locked)
    return locked


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
