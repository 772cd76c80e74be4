"""What a day names by its hash because it is large and never changes: checklists, lines of routes.

Written from the rows in one canonical form, so that nothing is kept twice; a row that changes is a
new hash in a new day. A phone gets what its own day names, and nothing else.
"""

import hashlib
import json
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import rfc8785
from geoalchemy2 import WKBElement
from shapely import from_wkb, get_coordinates
from sqlalchemy import ScalarSelect, Text, cast, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.catalogue.models import ChecklistItem, FeeItem, Procedure
from backend.courier_day.errors import AttachmentNotFound
from backend.database import JsonObject, among
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """A procedure with the papers that it asks for, and its fees."""

    procedure_id: uuid.UUID
    code: str
    name: str
    attachment: Attachment


def line_of(geometry: WKBElement | None, source: str | None) -> Attachment | None:
    """The way on the map: 1e-7 degree, each point as its difference from the one before.

    geometry: of a route; source: where it came from.
    """
    return None if geometry is None else _line(bytes(geometry.data), source or "")


@lru_cache(maxsize=256)
def _line(wkb: bytes, source: str) -> Attachment:
    points = [
        (round(lat * E7), round(lon * E7)) for lon, lat in get_coordinates(from_wkb(wkb)).tolist()
    ]
    before = (0, 0)
    steps: list[int] = []
    for point in points:
        steps += [point[0] - before[0], point[1] - before[1]]
        before = point
    return _attachment({"kind": "ROUTE_LINE", "source": source, "lat_lon_steps": steps})


def _listed(
    kind: type[ChecklistItem | FeeItem], *columns: InstrumentedAttribute[Any]
) -> ScalarSelect[Any]:
    """The items of a procedure in their order as the text of one JSON array; NULL for none."""
    item = func.json_build_array(*columns)
    return (
        select(cast(func.json_agg(aggregate_order_by(item, kind.ordinal)), Text))
        .where(kind.procedure_id == Procedure.id)
        .scalar_subquery()
    )


_CHECKLISTS = (
    select(
        Procedure.id,
        Procedure.code,
        Procedure.name,
        Procedure.decision_no,
        _listed(
            ChecklistItem,
            ChecklistItem.name,
            ChecklistItem.originals,
            ChecklistItem.certified_copies,
            ChecklistItem.photocopies,
            ChecklistItem.mandatory,
            ChecklistItem.condition,
        ).label("papers"),
        _listed(FeeItem, FeeItem.name, FeeItem.amount_vnd).label("fees"),
    )
    .where(among(Procedure.id, "ids"))
    .order_by(Procedure.code)
)


def find_checklists(session: Session, procedure_ids: Collection[uuid.UUID]) -> list[Checklist]:
    """The checklists of these procedures, by code."""
    if not procedure_ids:
        return []
    rows = session.execute(_CHECKLISTS, {"ids": list(procedure_ids)})
    return [
        Checklist(
            procedure_id=row.id,
            code=row.code,
            name=row.name,
            attachment=_checklist(row.code, row.name, row.decision_no, row.papers, row.fees),
        )
        for row in rows
    ]


@lru_cache(maxsize=512)
def _checklist(
    code: str, name: str, decision_no: str, papers: str | None, fees: str | None
) -> Attachment:
    """Every argument is content: what was made of it once is true for as long as it is asked."""
    members = "name", "originals", "certified_copies", "photocopies", "mandatory", "condition"
    return _attachment(
        {
            "kind": "CHECKLIST",
            "procedure": code,
            "name": name,
            "decision_no": decision_no,
            "papers": [
                dict(zip(members, item, strict=True)) for item in json.loads(papers or "[]")
            ],
            "fees": [
                {"name": name, "amount_vnd": amount} for name, amount in json.loads(fees or "[]")
            ],
        }
    )


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
        if (line := line_of(route.geometry, route.geometry_source)) is not None:
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
    yield from (each.attachment for each in find_checklists(session, procedures))


def _attachment(value: JsonObject) -> Attachment:
    content = rfc8785.dumps(value)
    return Attachment(sha256=hashlib.sha256(content).hexdigest(), content=content)
