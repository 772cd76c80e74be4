"""What a transaction knows of its dossiers: which it has locked, and which have new events."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, SessionTransaction

_KEPT = "dossiers_of_this_transaction"


@dataclass(slots=True)
class _Known:
    whole: SessionTransaction | None
    locked: set[uuid.UUID] = field(default_factory=set)
    changed: set[uuid.UUID] = field(default_factory=set)


def note_locked(session: Session, dossiers: Iterable[uuid.UUID]) -> None:
    """Remembers rows that were just locked and read, until the transaction ends.

    Inside a savepoint nothing is remembered: its roll-back would let go of them.
    """
    if not session.in_nested_transaction():
        _known(session).locked.update(dossiers)


def holds_lock(session: Session, dossier_id: uuid.UUID) -> bool:
    """Whether the row was locked, and read under that lock, in this transaction."""
    return dossier_id in _known(session).locked


def note_changed(session: Session, dossier_id: uuid.UUID) -> None:
    """The dossier has a new event, or had one that a savepoint took back."""
    _known(session).changed.add(dossier_id)


def changed_dossiers(session: Session) -> frozenset[uuid.UUID]:
    """Dossiers that may be different once this transaction is committed."""
    return frozenset(_known(session).changed)


def _known(session: Session) -> _Known:
    known: _Known | None = session.info.get(_KEPT)
    if known is None or known.whole is not session.get_transaction():
        known = session.info[_KEPT] = _Known(session.get_transaction())
    return known
