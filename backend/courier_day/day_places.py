"""Places of a courier's day: the offices that it leads to, and where papers can rest."""

import uuid
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from backend.courier_day.attachments import E7
from backend.courier_day.day_routes import AnyRow, ShownRoute
from backend.database import JsonObject, among
from backend.fleet.models import Courier
from backend.places.models import Office, PlaceKind, PostOffice


def _of_place(kind: type[Office] | type[PostOffice]) -> list[Any]:
    point = func.ST_Y(kind.point).label("lat"), func.ST_X(kind.point).label("lon")
    return [kind.id, kind.code, kind.name, kind.address, *point]


_OFFICES = (
    select(*_of_place(Office), Office.weekly_hours)
    .where(among(Office.id, "ids"))
    .order_by(Office.code)
)

_POST_OFFICES = (
    select(*_of_place(PostOffice))
    .where(
        PostOffice.planning_area_id
        == select(PostOffice.planning_area_id)
        .where(PostOffice.id == bindparam("own"))
        .scalar_subquery()
    )
    .order_by(PostOffice.code)
)


def show_offices(
    session: Session, filed_at: Collection[uuid.UUID], routes: Iterable[ShownRoute]
) -> list[JsonObject]:
    """Where dossiers are filed, and where the routes halt."""
    stops = [stop.row for route in routes for stop in route.stops]
    halts = {
        stop.place_id for stop in stops if stop.place_kind is PlaceKind.OFFICE and stop.place_id
    }
    ids = [*halts.union(filed_at)]
    rows = session.execute(_OFFICES, {"ids": ids}) if ids else ()
    return [_place(row) | {"hours": row.weekly_hours} for row in rows]


def show_post_offices(session: Session, courier: Courier) -> list[JsonObject]:
    """Where papers can rest: every post office of the courier's planning area."""
    rows = session.execute(_POST_OFFICES, {"own": courier.post_office_id})
    return [_place(row) for row in rows]


def _place(row: AnyRow) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "code": row.code,
        "name": row.name,
        "address": row.address,
        "lat": None if row.lat is None else round(row.lat * E7),
        "lon": None if row.lon is None else round(row.lon * E7),
    }
