"""What a day names by its hash because it is large and never changes: checklists, lines of routes.

Written from the rows in one canonical form, so that nothing is kept twice; a row that changes is a
new hash in a new day. A phone gets what its own day names, and nothing else.
"""

import hashlib
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import rfc8785
from geoalchemy2.shape import to_shape
from shapely import get_coordinates
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.catalogue.models import Procedure
from backend.courier_day.errors import AttachmentNotFound
from backend.database import JsonObject
from backend.dossiers.models import Dossier, KeeperKind, Leg
from backend.fleet.models import Courier
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit

E7 = 10_000_000
"""Coordinates travel as integers of 1e-7 degree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Immutable JSON and the SHA-256 (hexadecimal) of exactly these bytes."""

    sha256: str
    content: bytes


def checklist_of(procedure: Procedure) -> Attachment:
    """The papers that a procedure asks for, and its fees."""
    return _attachment(
        {
            "kind": "CHECKLIST",
            "procedure": procedure.code,
            "name": procedure.name,
            "decision_no": procedure.decision_no,
            "papers": [
                {
                    "name": item.name,
                    "originals": item.originals,
                    "certified_copies": item.certified_copies,
                    "photocopies": item.photocopies,
                    "mandatory": item.mandatory,
                    "condition": item.condition,
                }
                for item in procedure.checklist
            ],
            "fees": [{"name": fee.name, "amount_vnd": fee.amount_vnd} for fee in procedure.fees],
        }
    )


def line_of(route: Route) -> Attachment | None:
    """The way on the map: 1e-7 degree, each point as its difference from the one before."""
    if route.geometry is None:
        return None
    points = [
        (round(lat * E7), round(lon * E7))
        for lon, lat in get_coordinates(to_shape(route.geometry)).tolist()
    ]
    before = (0, 0)
    steps: list[int] = []
    for point in points:
        steps += [point[0] - before[0], point[1] - before[1]]
        before = point
    return _attachment(
        {"kind": "ROUTE_LINE", "source": route.geometry_source or "", "lat_lon_steps": steps}
    )


def find_checklists(
    session: Session, procedure_ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, Attachment]:
    """Procedure id → its checklist."""
    rows = session.scalars(
        select(Procedure)
        .where(Procedure.id.in_(procedure_ids))
        .options(selectinload(Procedure.checklist), selectinload(Procedure.fees))
    )
    return {row.id: checklist_of(row) for row in rows}


def get_attachment(session: Session, courier: Courier, sha256: str) -> Attachment:
    """What this courier's day names by the hash. Raises AttachmentNotFound, also for what the
    days of others name."""
    for found in _named(session, courier):
        if found.sha256 == sha256.lower():
            return found
    raise AttachmentNotFound(sha256=sha256)


def _named(session: Session, courier: Courier) -> Iterator[Attachment]:
    routes = select(Route).join(Plan, Plan.id == Route.plan_id)
    routes = routes.where(Route.courier_id == courier.id, Plan.status == PlanStatus.PUBLISHED)
    if courier.day_from is not None:
        routes = routes.where(Plan.service_date >= courier.day_from)
    ridden = session.scalars(routes).all()
    for route in ridden:
        if (line := line_of(route)) is not None:
            yield line
    planned = (
        select(Leg.dossier_id)
        .join(Visit, Visit.leg_id == Leg.id)
        .join(Stop, Stop.id == Visit.stop_id)
        .where(Stop.route_id.in_([route.id for route in ridden]))
    )
    held = (Dossier.keeper_kind == KeeperKind.COURIER) & (Dossier.keeper_id == courier.id)
    procedures = session.scalars(
        select(Dossier.procedure_id).where(held | Dossier.id.in_(planned)).distinct()
    ).all()
    yield from find_checklists(session, procedures).values()


def _attachment(value: JsonObject) -> Attachment:
    content = rfc8785.dumps(value)
    return Attachment(sha256=hashlib.sha256(content).hexdigest(), content=content)
