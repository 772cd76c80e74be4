"""The dossiers of a booking as its citizen follows them: however many, asked for together."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from backend import clock
from backend.booking.models import Booking, BookingDossier
from backend.courier_day.arrivals.for_citizens import Expected, list_expected
from backend.courier_day.following.ending import End
from backend.courier_day.following.words import EVENTS, KEEPERS, KEPT, STATES
from backend.dossiers.custody import took_effect
from backend.dossiers.models import (
    CustodyEvent,
    Dossier,
    KeeperKind,
    Leg,
    LegPurpose,
    LegStatus,
)
from backend.dossiers.public_chain import ChainToken
from backend.dossiers.transitions import NEVER_TAKEN
from backend.errors import Text
from backend.places.models import PlaceKind
from backend.places.operations import list_place_names

type Place = tuple[PlaceKind | None, uuid.UUID | None]

_PUBLIC = {KeeperKind.OFFICE: PlaceKind.OFFICE, KeeperKind.POST_OFFICE: PlaceKind.POST_OFFICE}

_OPEN = (LegStatus.OPEN, LegStatus.PLANNED, LegStatus.UNDER_WAY)


@dataclass(frozen=True, slots=True)
class _Way:
    due_on: date
    """Last day of its transit promise."""
    status: LegStatus

    @property
    def is_open(self) -> bool:
        """Whether it is to be ridden, or being ridden."""
        return self.status in _OPEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happened. `place` is an office or a post office, never a home."""

    at: datetime
    what: Text
    place: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedItem:
    """One dossier of the booking."""

    dossier_id: uuid.UUID
    item_code: str
    procedure: str
    state: Text
    keeper: Text
    office: str
    filed_at: datetime | None
    appointment_on: date | None
    due_on: date | None
    """Last day of the transit promise of the way that is open now."""
    chain_token: str | None
    """Of the public page that proves the chain, once a receipt has printed it."""
    expected: Expected | None
    steps: tuple[Step, ...]


def list_items(session: Session, booking: Booking, end: End) -> tuple[FollowedItem, ...]:
    """By item code; after the end without steps and arrivals."""
    dossiers = session.scalars(
        select(Dossier)
        .join(BookingDossier, BookingDossier.dossier_id == Dossier.id)
        .where(BookingDossier.booking_id == booking.id)
        .options(joinedload(Dossier.procedure), joinedload(Dossier.filing_office))
        .order_by(Dossier.item_code)
    ).all()
    ids = [dossier.id for dossier in dossiers]
    events = {} if end.outcome_only else _events(session, ids)
    expected = {} if end.outcome_only else _near(session, ids)
    named = [(event.place_kind, event.place_id) for log in events.values() for event in log]
    names = list_place_names(session, [*named, *map(_keeping, dossiers)])
    ways, tokens = _ways(session, ids), _tokens(session, ids)
    return tuple(
        FollowedItem(
            dossier_id=dossier.id,
            item_code=dossier.item_code,
            procedure=dossier.procedure.name,
            state=_state(dossier, ways[dossier.id]),
            keeper=_keeper(dossier, names.get(_keeping(dossier))),
            office=dossier.filing_office.name,
            filed_at=dossier.filed_at,
            appointment_on=dossier.appointment_on,
            due_on=next((way.due_on for way in reversed(ways[dossier.id]) if way.is_open), None),
            chain_token=tokens.get(dossier.id),
            expected=expected.get(dossier.id),
            steps=tuple(
                Step(
                    at=event.at,
                    what=EVENTS[event.type],
                    place=names.get((event.place_kind, event.place_id)),
                )
                for event in events.get(dossier.id, ())
            ),
        )
        for dossier in dossiers
    )


def _near(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Expected]:
    now = clock.now()
    found = list_expected(session, ids)
    return {key: expected for key, expected in found.items() if expected.is_near(now)}


def _keeping(dossier: Dossier) -> Place:
    """The public place that has the papers, if one has."""
    return _PUBLIC.get(dossier.keeper_kind), dossier.keeper_id


def _keeper(dossier: Dossier, name: str | None) -> Text:
    words = KEEPERS[dossier.keeper_kind]
    return words.filled({"name": name or "—"}) if dossier.keeper_kind in _PUBLIC else words


def _ways(session: Session, ids: Iterable[uuid.UUID]) -> defaultdict[uuid.UUID, list[_Way]]:
    """Of each dossier in the order of its journey, those between a home and an office."""
    rows = session.execute(
        select(Leg.dossier_id, Leg.due_on, Leg.status)
        .where(Leg.dossier_id.in_(ids), Leg.purpose.in_((LegPurpose.COLLECTION, LegPurpose.RETURN)))
        .order_by(Leg.ordinal)
    )
    found: defaultdict[uuid.UUID, list[_Way]] = defaultdict(list)
    for row in rows:
        found[row.dossier_id].append(_Way(row.due_on, row.status))
    return found


def _state(dossier: Dossier, ways: Sequence[_Way]) -> Text:
    waits_for_nobody = bool(ways) and all(way.status is LegStatus.CANCELLED for way in ways)
    return KEPT if waits_for_nobody and dossier.state in NEVER_TAKEN else STATES[dossier.state]


def _tokens(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    rows = session.execute(
        select(ChainToken.dossier_id, ChainToken.token).where(ChainToken.dossier_id.in_(ids))
    )
    return {row.dossier_id: row.token for row in rows}


def _events(
    session: Session, ids: Iterable[uuid.UUID]
) -> defaultdict[uuid.UUID, list[CustodyEvent]]:
    """Each log from the first to the newest; reports that moved nothing are left out."""
    rows = session.scalars(
        select(CustodyEvent)
        .where(
            CustodyEvent.dossier_id.in_(ids),
            CustodyEvent.type.in_(EVENTS),
            CustodyEvent.corrects_n.is_(None),
            took_effect(),
        )
        .order_by(CustodyEvent.dossier_id, CustodyEvent.n)
    )
    found: defaultdict[uuid.UUID, list[CustodyEvent]] = defaultdict(list)
    for event in rows:
        found[event.dossier_id].append(event)
    return found
