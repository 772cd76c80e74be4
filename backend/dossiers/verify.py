"""Recomputes the custody log from nothing but its rows, and names the first one that is wrong.

Reads as a stream: a province's year of events never sits in memory at once.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.dossiers import chain
from backend.dossiers.models import CustodyEvent, Dossier
from backend.dossiers.transitions import WITNESS_REASONS, Standing, Step, find_defect

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A place where the log cannot be as it was written. `n` 0 = the dossier's own row."""

    dossier_id: uuid.UUID
    item_code: str
    n: int
    reason: str


@dataclass(slots=True)
class Verification:
    """What was read, and the first bad row if there is one."""

    dossiers: int = 0
    events: int = 0
    bad_row: BadRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Head:
    """What the dossier's row says about its newest event."""

    item_code: str
    count: int
    hash: bytes | None
    standing: Standing


def verify_custody(session: Session, dossier_id: uuid.UUID | None = None) -> Verification:
    """Checks all dossiers, or one: hashes, numbering, keepers as one path, and the heads.

    Stops at the first bad row in the order of dossier id and event number.
    """
    found = Verification()
    logs = _logs(session, dossier_id)
    waiting = next(logs, None)
    for head_id, head in _heads(session, dossier_id):
        if waiting is not None and waiting[0] < head_id:
            break
        events = waiting[1] if waiting is not None and waiting[0] == head_id else []
        found.bad_row = _check(head_id, head, events)
        found.dossiers += 1
        found.events += len(events)
        if found.bad_row:
            return found
        if waiting is not None and waiting[0] == head_id:
            waiting = next(logs, None)
    if waiting is not None:
        found.bad_row = BadRow(
            dossier_id=waiting[0], item_code="?", n=1, reason="an event without its dossier"
        )
    return found


def _heads(session: Session, dossier_id: uuid.UUID | None) -> Iterator[tuple[uuid.UUID, _Head]]:
    rows = select(
        Dossier.id,
        Dossier.item_code,
        Dossier.event_count,
        Dossier.head_hash,
        Dossier.state,
        Dossier.keeper_kind,
        Dossier.keeper_id,
        Dossier.condition,
    ).order_by(Dossier.id)
    if dossier_id is not None:
        rows = rows.where(Dossier.id == dossier_id)
    for row in session.execute(rows.execution_options(yield_per=_ROWS_AT_ONCE)):
        yield (
            row.id,
            _Head(
                item_code=row.item_code,
                count=row.event_count,
                hash=row.head_hash,
                standing=Standing(row.state, (row.keeper_kind, row.keeper_id), row.condition),
            ),
        )


def _logs(
    session: Session, dossier_id: uuid.UUID | None
) -> Iterator[tuple[uuid.UUID, list[CustodyEvent]]]:
    rows = select(CustodyEvent).order_by(CustodyEvent.dossier_id, CustodyEvent.n)
    if dossier_id is not None:
        rows = rows.where(CustodyEvent.dossier_id == dossier_id)
    # What the database holds now, and not what this session remembers of it.
    fresh = rows.execution_options(yield_per=_ROWS_AT_ONCE, populate_existing=True)
    for owner, events in groupby(session.scalars(fresh), key=lambda event: event.dossier_id):
        yield owner, list(events)


def _check(dossier_id: uuid.UUID, head: _Head, events: list[CustodyEvent]) -> BadRow | None:
    before: Standing | None = None
    prev = chain.GENESIS
    for expected, event in enumerate(events, start=1):
        if reason := _defect(event, expected, prev, before):
            # A hole is told by the number that is missing, not by the row behind it.
            n = expected if event.n != expected else event.n
            return BadRow(dossier_id=dossier_id, item_code=head.item_code, n=n, reason=reason)
        prev, before = event.hash, _standing_after(before, event)
    if reason := _defect_of_head(head, events, prev, before):
        n = len(events) + 1 if head.count > len(events) else 0
        return BadRow(dossier_id=dossier_id, item_code=head.item_code, n=n, reason=reason)
    return None


def _defect(event: CustodyEvent, expected: int, prev: bytes, before: Standing | None) -> str | None:
    if event.n != expected:
        return f"event {expected} is missing"
    if event.prev != prev:
        return "it does not continue the event before it"
    if event.hash != chain.event_hash(event):
        return "its content does not match its hash"
    return find_defect(before, _step(event))


def _step(event: CustodyEvent) -> Step:
    return Step(
        event.type,
        event.state,
        (event.from_kind, event.from_id),
        (event.to_kind, event.to_id),
        witness=event.reason in WITNESS_REASONS,
    )


def _standing_after(before: Standing | None, event: CustodyEvent) -> Standing:
    step = _step(event)
    return step.leaves() if before is None else before.after(step)


def _defect_of_head(
    head: _Head, events: list[CustodyEvent], newest: bytes, standing: Standing | None
) -> str | None:
    if not events:
        return "it has no event at all"
    if head.count > len(events):
        return f"the newest event is missing: the dossier counts {head.count}"
    if head.count < len(events):
        return f"there are {len(events)} events and the dossier counts {head.count}"
    if head.hash != newest:
        return "the dossier's head is not the hash of its newest event"
    return None if head.standing == standing else "the dossier's keeper or state was changed"
