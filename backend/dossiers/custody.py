"""The only writer of the custody log: every event appends, chains, and names both sides.

A dossier's row carries the newest keeper, state, count and hash; they change here and nowhere
else, under the row's lock.
"""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NoReturn

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import Session

from backend import clock
from backend.dossiers import chain
from backend.dossiers.known_changes import holds_lock, note_changed
from backend.dossiers.models import (
    AtQuality,
    Condition,
    CustodyEvent,
    CustodyEventType,
    Dossier,
    DossierState,
    KeeperKind,
)
from backend.dossiers.transitions import (
    HOLDER_OF,
    MOVES,
    WITNESS_REASONS,
    Side,
    Standing,
    Step,
    find_defect,
    find_next_condition,
    find_next_state,
    state_before,
)
from backend.errors import Conflict, Text
from backend.places.models import PlaceKind


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who holds a dossier: a contact, courier, post office or office, by id."""

    kind: KeeperKind
    id: uuid.UUID

    @classmethod
    def citizen(cls, contact_id: uuid.UUID) -> "Keeper":
        return cls(KeeperKind.CITIZEN, contact_id)

    @classmethod
    def courier(cls, courier_id: uuid.UUID) -> "Keeper":
        return cls(KeeperKind.COURIER, courier_id)

    @classmethod
    def post_office(cls, post_office_id: uuid.UUID) -> "Keeper":
        return cls(KeeperKind.POST_OFFICE, post_office_id)

    @classmethod
    def office(cls, office_id: uuid.UUID) -> "Keeper":
        return cls(KeeperKind.OFFICE, office_id)

    @classmethod
    def of(cls, dossier: Dossier) -> "Keeper":
        """The keeper according to the dossier's newest event."""
        return cls(dossier.keeper_kind, dossier.keeper_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an event comes from: a phone's command, or (`now()`) this server."""

    at: datetime
    at_quality: AtQuality
    received_at: datetime
    command_id: uuid.UUID | None = None
    device_id: uuid.UUID | None = None
    actor_id: uuid.UUID | None = None
    """Person who acted; None = the system."""
    ordinals: Iterator[int] = field(default_factory=itertools.count, repr=False, compare=False)
    """Places of the events of one command among each other; a command has one origin."""

    @classmethod
    def now(cls, *, actor_id: uuid.UUID | None = None) -> "Origin":
        """An act on this server at this moment."""
        instant = clock.now()
        return cls(at=instant, at_quality=AtQuality.SERVER, received_at=instant, actor_id=actor_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What an event may carry besides its two sides."""

    place_kind: PlaceKind | None = None
    place_id: uuid.UUID | None = None
    seal: str | None = None
    reason: str | None = None
    blob_hashes: tuple[str, ...] = ()
    corrects_n: int | None = None


class CustodyNotPossible(Conflict):
    code = "custody_not_possible"
    detail = Text(
        vi="Hồ sơ {item_code} không thể chuyển như vậy: {reason}.",
        en="Dossier {item_code} cannot move like that: {reason}.",
    )
    action = Text(
        vi="Xem nhật ký người giữ của hồ sơ rồi làm bước đúng thứ tự.",
        en="Look at the dossier's custody log and take the steps in order.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """A new dossier with its id, who holds it, and the state in which the service finds it.

    state: ANNOUNCED (at home), AT_POST_OFFICE, HANDED_OVER or RESULT_READY (at its office),
    RESULT_AT_POST_OFFICE.
    """

    dossier: Dossier
    keeper: Keeper
    state: DossierState = DossierState.ANNOUNCED


def announce(session: Session, announcements: Sequence[Announcement]) -> list[CustodyEvent]:
    """First event of each new dossier, an act of this server.

    Adds dossiers and events to the session, and flushes: two statements for however many.
    """
    origin = Origin.now()
    events = []
    for each in announcements:
        dossier, side = each.dossier, _side(each.keeper)
        dossier.event_count, dossier.head_hash, dossier.version = 0, None, 1
        dossier.condition = Condition.INTACT
        step = Step(CustodyEventType.ANNOUNCED, each.state, side, side)
        events.append(_next_event(dossier, step, origin, Evidence(), ordinal=0))
    session.add_all(each.dossier for each in announcements)
    session.flush()
    session.add_all(events)
    session.flush()
    return events


def record_event(
    session: Session,
    dossier: Dossier,
    kind: CustodyEventType,
    *,
    giver: Keeper | None = None,
    receiver: Keeper | None = None,
    origin: Origin | None = None,
    evidence: Evidence | None = None,
) -> CustodyEvent:
    """Append one event; the dossier's row follows.

    giver: must be the present keeper (None = whoever that is). receiver: the next keeper; None
    for an event that hands nothing on. Raises CustodyNotPossible when the table of transitions
    has no such move; then nothing is written.
    """
    lock(session, dossier)
    keeper = Keeper.of(dossier)
    after = find_next_state(dossier.state, kind)
    step = Step(
        kind, after or dossier.state, _side(giver or keeper), _side(receiver or giver or keeper)
    )
    if after is None:
        _refuse(dossier, f"{kind} cannot follow {dossier.state}")
    if find_next_condition(dossier.condition, kind) is None:
        _refuse(dossier, f"{kind} cannot happen to papers that are {dossier.condition}")
    return _append(session, dossier, step, origin or Origin.now(), evidence or Evidence())


def record_witness(
    session: Session,
    dossier: Dossier,
    kind: CustodyEventType,
    *,
    reason: str,
    origin: Origin,
    evidence: Evidence | None = None,
) -> CustodyEvent:
    """Keep a report that moves nothing: keeper, state, condition and known seal stay.

    reason: one of WITNESS_REASONS, by which the log itself tells a witness from a report.
    """
    if reason not in WITNESS_REASONS:
        raise ValueError(f"{reason} makes no witness")
    lock(session, dossier)
    side, seal_no = _side(Keeper.of(dossier)), dossier.seal_no
    kept = replace(evidence or Evidence(), reason=reason)
    step = Step(kind, dossier.state, side, side, witness=True)
    event = _append(session, dossier, step, origin, kept)
    dossier.seal_no = seal_no or dossier.seal_no
    return event


def took_effect() -> ColumnElement[bool]:
    """Lines of a log that are no witness: what they tell has happened then and there."""
    return or_(CustodyEvent.reason.is_(None), CustodyEvent.reason.not_in(WITNESS_REASONS))


def explaining(evidence: Evidence, n: int) -> Evidence:
    """The same evidence, as that of a report about event `n`."""
    return replace(evidence, corrects_n=n)


def bridge_gap(
    session: Session,
    dossier: Dossier,
    kind: CustodyEventType,
    *,
    giver: Keeper,
    origin: Origin,
) -> CustodyEvent | None:
    """Make `giver` the keeper by a GAP event, so that the fact `kind` can follow.

    For facts whose earlier steps nobody reported (SYNC §7). None if nothing is missing.
    """
    lock(session, dossier)
    if Keeper.of(dossier) == giver and (dossier.state, kind) in MOVES:
        return None
    state = state_before(kind, dossier.state)
    if HOLDER_OF[state] is not giver.kind:
        _refuse(dossier, f"a {giver.kind} cannot give {kind}")
    step = Step(CustodyEventType.GAP, state, _side(Keeper.of(dossier)), _side(giver))
    return _append(session, dossier, step, origin, Evidence(reason=kind.value))


def lock(session: Session, dossier: Dossier) -> None:
    """Wait for, and then read, the dossier's newest state; held until the transaction ends."""
    if holds_lock(session, dossier.id):
        return
    session.flush()
    session.refresh(dossier, with_for_update=True)


def _append(
    session: Session, dossier: Dossier, step: Step, origin: Origin, evidence: Evidence
) -> CustodyEvent:
    ordinal = 0 if origin.command_id is None else next(origin.ordinals)
    event = _next_event(dossier, step, origin, evidence, ordinal)
    note_changed(session, dossier.id)
    session.add(event)  # written with whatever else this step changes
    return event


def _next_event(
    dossier: Dossier, step: Step, origin: Origin, evidence: Evidence, ordinal: int
) -> CustodyEvent:
    """The event that follows the dossier's newest one; the dossier's row follows it."""
    before = None
    if dossier.event_count:
        before = Standing(dossier.state, _side(Keeper.of(dossier)), dossier.condition)
    if defect := find_defect(before, step):
        _refuse(dossier, defect)
    event = CustodyEvent(
        dossier_id=dossier.id,
        n=dossier.event_count + 1,
        type=step.event,
        state=step.state,
        from_kind=step.giver[0],
        from_id=step.giver[1],
        to_kind=step.receiver[0],
        to_id=step.receiver[1],
        command_id=origin.command_id,
        ordinal=ordinal,
        device_id=origin.device_id,
        actor_id=origin.actor_id,
        place_kind=evidence.place_kind,
        place_id=evidence.place_id,
        at=origin.at,
        at_quality=origin.at_quality,
        received_at=origin.received_at,
        seal=evidence.seal,
        reason=evidence.reason,
        blob_hashes=list(evidence.blob_hashes),
        corrects_n=evidence.corrects_n,
        prev=dossier.head_hash or chain.GENESIS,
    )
    event.hash = chain.event_hash(event)
    dossier.state = step.state
    dossier.condition = (before.after(step) if before else step.leaves()).condition
    dossier.keeper_kind, dossier.keeper_id = event.to_kind, event.to_id
    dossier.event_count, dossier.head_hash = event.n, event.hash
    dossier.seal_no = evidence.seal or dossier.seal_no
    dossier.version += 1
    return event


def _side(keeper: Keeper) -> Side:
    return keeper.kind, keeper.id


def _refuse(dossier: Dossier, reason: str) -> NoReturn:
    raise CustodyNotPossible(item_code=dossier.item_code, reason=reason)
