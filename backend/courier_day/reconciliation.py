"""The end of a shift: nothing may be open, or somebody says why (SYNC §12)."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from backend import clock
from backend.dossiers.models import CustodyEvent, CustodyEventType, Dossier, KeeperKind, Leg
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitStatus


class OpenItemKind(StrEnum):
    """Why a day is not finished."""

    STOP_WITHOUT_OUTCOME = "STOP_WITHOUT_OUTCOME"
    STILL_HELD = "STILL_HELD"
    """The log puts it into the courier's bag."""
    SEAL_NOT_SEEN = "SEAL_NOT_SEEN"
    """The phone says it was given in; no counter has scanned it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One thing to settle. `id` is a stop's or a dossier's, as `kind` says."""

    kind: OpenItemKind
    id: uuid.UUID
    item_codes: tuple[str, ...]
    seal_no: str | None = None


def list_open_items(
    session: Session, courier_id: uuid.UUID, service_date: date
) -> tuple[OpenItem, ...]:
    """What a courier's day leaves open, in a stable order; empty = the day can be closed."""
    return (
        *_stops(session, courier_id, service_date),
        *_held(session, courier_id),
        *_not_seen(session, courier_id, service_date),
    )


def _stops(session: Session, courier_id: uuid.UUID, service_date: date) -> Iterator[OpenItem]:
    rows = session.execute(
        select(Stop.id, Stop.ordinal, Dossier.item_code)
        .join(Route, Route.id == Stop.route_id)
        .join(Plan, Plan.id == Route.plan_id)
        .join(Visit, Visit.stop_id == Stop.id)
        .join(Leg, Leg.id == Visit.leg_id)
        .join(Dossier, Dossier.id == Leg.dossier_id)
        .where(
            Route.courier_id == courier_id,
            Plan.status == PlanStatus.PUBLISHED,
            Plan.service_date == service_date,
            Visit.status == VisitStatus.OPEN,
        )
        .order_by(Route.starts_at, Stop.ordinal, Dossier.item_code)
    ).all()
    codes: dict[uuid.UUID, list[str]] = {}
    for row in rows:
        codes.setdefault(row.id, []).append(row.item_code)
    for stop_id, found in codes.items():
        yield OpenItem(kind=OpenItemKind.STOP_WITHOUT_OUTCOME, id=stop_id, item_codes=tuple(found))


def _held(session: Session, courier_id: uuid.UUID) -> Iterator[OpenItem]:
    held = session.scalars(
        select(Dossier)
        .where(Dossier.keeper_kind == KeeperKind.COURIER, Dossier.keeper_id == courier_id)
        .order_by(Dossier.item_code)
    )
    for dossier in held:
        yield _about(OpenItemKind.STILL_HELD, dossier)


def _not_seen(session: Session, courier_id: uuid.UUID, service_date: date) -> Iterator[OpenItem]:
    """Given in at a post office by the phone's word alone: no counter's line confirms it."""
    begins = clock.local_instant(service_date, time(0))
    confirming = aliased(CustodyEvent)
    rows = session.scalars(
        select(Dossier)
        .join(CustodyEvent, CustodyEvent.dossier_id == Dossier.id)
        .where(
            CustodyEvent.type == CustodyEventType.DEPOSITED,
            CustodyEvent.from_kind == KeeperKind.COURIER,
            CustodyEvent.from_id == courier_id,
            CustodyEvent.device_id.is_not(None),
            CustodyEvent.at >= begins,
            CustodyEvent.at < begins + timedelta(days=1),
            CustodyEvent.corrects_n.is_(None),  # else it confirms a counter's scan
            Dossier.keeper_kind == KeeperKind.POST_OFFICE,
            ~select(confirming.n)
            .where(
                confirming.dossier_id == Dossier.id,
                confirming.device_id.is_(None),
                confirming.n > CustodyEvent.n,
            )
            .exists(),
        )
        .distinct()
        .order_by(Dossier.item_code)
    )
    for dossier in rows:
        yield _about(OpenItemKind.SEAL_NOT_SEEN, dossier)


def _about(kind: OpenItemKind, dossier: Dossier) -> OpenItem:
    return OpenItem(
        kind=kind, id=dossier.id, item_codes=(dossier.item_code,), seal_no=dossier.seal_no
    )
