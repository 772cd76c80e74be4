"""The dispatcher's list: what a phone reported and only a person can settle."""

import uuid

from sqlalchemy import ColumnElement, bindparam, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend import clock
from backend.courier_day.models import WorkItem, WorkItemStatus
from backend.database import JsonObject

GAP = "gap"
"""A move whose earlier steps nobody has told yet; the report that explains it closes it."""


_IS_GAP = (
    WorkItem.kind == GAP,
    WorkItem.status == WorkItemStatus.OPEN,
    WorkItem.dossier_id.is_not(None),
)

_GAPS = (
    select(WorkItem.dossier_id)
    .where(WorkItem.courier_id == bindparam("courier_id"), *_IS_GAP)
    .distinct()
    .order_by(WorkItem.dossier_id)
)


def open_work_item(
    session: Session,
    kind: str,
    *,
    province_code: str,
    courier_id: uuid.UUID | None = None,
    command_id: uuid.UUID | None = None,
    dossier_id: uuid.UUID | None = None,
    stop_id: uuid.UUID | None = None,
    detail: JsonObject | None = None,
) -> WorkItem:
    """A new open entry. `detail` holds ids and codes only, no personal data."""
    item = WorkItem(
        province_code=province_code,
        kind=kind,
        courier_id=courier_id,
        command_id=command_id,
        dossier_id=dossier_id,
        stop_id=stop_id,
        detail=detail or {},
        status=WorkItemStatus.OPEN,
        created_at=clock.now(),
    )
    session.add(item)
    return item


def has_gaps(courier: InstrumentedAttribute[uuid.UUID]) -> ColumnElement[bool]:
    """Whether `list_gaps` would name any: for a row that has its courier."""
    return exists().where(WorkItem.courier_id == courier, *_IS_GAP)


def list_gaps(session: Session, courier_id: uuid.UUID) -> list[uuid.UUID]:
    """Dossiers of which a step of this courier was never told; any device of the courier may."""
    return list(session.scalars(_GAPS, {"courier_id": courier_id}))


def close_for_dossier(session: Session, dossier_id: uuid.UUID, kind: str) -> int:
    """Closes what a later report has settled by itself; returns how many entries."""
    items = session.scalars(
        select(WorkItem).where(
            WorkItem.dossier_id == dossier_id,
            WorkItem.kind == kind,
            WorkItem.status == WorkItemStatus.OPEN,
        )
    ).all()
    for item in items:
        item.status, item.closed_at = WorkItemStatus.CLOSED, clock.now()
    return len(items)
