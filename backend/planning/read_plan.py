"""Reads a plan for people, in a few queries however long the day is."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from operator import attrgetter
from typing import Any

from geoalchemy2 import WKBElement
from geoalchemy2.shape import to_shape
from shapely import get_coordinates
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.fleet.models import Courier, Shift
from backend.places.models import Address, Office, PlaceKind, PostOffice
from backend.places.points import find_point
from backend.planning.leg_details import read_leg_details
from backend.planning.models import Plan, Route, Stop, StopKind, UnassignedLeg, Visit
from backend.planning.plan_details import (
    LegDetail,
    LonLat,
    PlaceDetail,
    RouteDetail,
    StopDetail,
    UnassignedDetail,
    VisitDetail,
)


def read_routes(
    session: Session, plan: Plan, *, route_id: uuid.UUID | None = None
) -> list[RouteDetail]:
    """Routes in their order, or the one that is asked for.

    Columns, not objects: a city's day has thousands of rows, and nobody changes them here.
    """
    wanted = (Route.plan_id == plan.id, *(() if route_id is None else (Route.id == route_id,)))
    routes = session.execute(_ROUTES.where(*wanted)).all()
    of_routes = Stop.route_id.in_(select(Route.id).where(*wanted))
    halts = session.execute(_STOPS.where(of_routes)).all()
    acts = session.execute(_VISITS.where(Visit.stop_id.in_(select(Stop.id).where(of_routes)))).all()
    legs = read_leg_details(session, {act.leg_id for act in acts})
    places = _places(session, halts)
    visits, stops = _grouped(acts, "stop_id"), _grouped(halts, "route_id")
    return [_route(row, _stops(stops[row.id], visits, legs, places)) for row in routes]


def read_unassigned(session: Session, plan: Plan) -> list[UnassignedDetail]:
    """What the plan leaves undone, most urgent first."""
    rows = session.scalars(select(UnassignedLeg).where(UnassignedLeg.plan_id == plan.id)).all()
    return left_details(session, {row.leg_id: row.reasons.get("reasons", ()) for row in rows})


def left_details(
    session: Session, reasons: Mapping[uuid.UUID, Sequence[Mapping[str, Any]]]
) -> list[UnassignedDetail]:
    """Legs without a route, each with why, the most urgent first."""
    legs = read_leg_details(session, reasons.keys())
    homes = {leg.home_id for leg in legs.values() if leg.home_id is not None}
    addresses = {row.id: row for row in session.scalars(_addresses(homes))}
    found = [_unassigned(legs[leg_id], reasons[leg_id], addresses) for leg_id in reasons]
    return sorted(found, key=lambda item: (item.leg.due_on, item.leg.item_code))


def _grouped(rows: Iterable[Row[Any]], key: str) -> defaultdict[uuid.UUID, list[Row[Any]]]:
    """Rows by what they belong to, each group in its order."""
    found: defaultdict[uuid.UUID, list[Row[Any]]] = defaultdict(list)
    of = attrgetter(key)
    for row in rows:
        found[of(row)].append(row)
    return found


_ROUTE_COLUMNS: tuple[Any, ...] = (
    *(Route.id, Route.number, Route.version, Route.courier_id, Route.starts_at, Route.ends_at),
    *(Route.ride_s, Route.wait_s, Route.distance_m, Route.geometry, Route.geometry_source),
    Courier.code.label("courier_code"),
    Courier.revision.label("courier_revision"),
    Person.full_name.label("courier_name"),
    PostOffice.name.label("start_post_office"),
)
_STOP_COLUMNS: tuple[Any, ...] = (
    *(Stop.id, Stop.route_id, Stop.ordinal, Stop.kind, Stop.status, Stop.place_kind, Stop.place_id),
    *(func.ST_X(Stop.point).label("lon"), func.ST_Y(Stop.point).label("lat")),
    *(Stop.arrives_at, Stop.starts_at, Stop.ends_at, Stop.distance_m),
)
_VISIT_COLUMNS: tuple[Any, ...] = (
    *(Visit.id, Visit.stop_id, Visit.leg_id, Visit.kind, Visit.status),
    *(Visit.starts_at, Visit.ends_at),
)
_ROUTES = (
    select(*_ROUTE_COLUMNS)
    .join(Courier, Courier.id == Route.courier_id)
    .join(Person, Person.id == Courier.person_id)
    .join(Shift, Shift.id == Route.shift_id)
    .join(PostOffice, PostOffice.id == Shift.start_post_office_id)
    .order_by(Route.number)
)
_STOPS = select(*_STOP_COLUMNS).order_by(Stop.route_id, Stop.ordinal)
_VISITS = select(*_VISIT_COLUMNS).order_by(Visit.stop_id, Visit.ordinal)


def _places(session: Session, stops: Sequence[Row[Any]]) -> dict[uuid.UUID, PlaceDetail]:
    wanted: dict[PlaceKind, set[uuid.UUID]] = {kind: set() for kind in PlaceKind}
    for stop in stops:
        if stop.place_kind is not None and stop.place_id is not None:
            wanted[stop.place_kind].add(stop.place_id)
    found: dict[uuid.UUID, PlaceDetail] = {}
    homes = select(Address.id, Address.text).where(Address.id.in_(wanted[PlaceKind.HOME]))
    for address in session.execute(homes):
        found[address.id] = PlaceDetail(address=address.text)
    for table, kind in ((Office, PlaceKind.OFFICE), (PostOffice, PlaceKind.POST_OFFICE)):
        told = select(table.id, table.name, table.address, table.source_status)
        for row in session.execute(told.where(table.id.in_(wanted[kind]))):
            found[row.id] = PlaceDetail(
                name=row.name, address=row.address, source_status=row.source_status
            )
    return found


def _route(route: Row[Any], stops: tuple[StopDetail, ...]) -> RouteDetail:
    return RouteDetail(
        id=route.id,
        number=route.number,
        version=route.version,
        courier_id=route.courier_id,
        courier_code=route.courier_code,
        courier_name=route.courier_name,
        courier_revision=route.courier_revision,
        start_post_office=route.start_post_office,
        starts_at=route.starts_at,
        ends_at=route.ends_at,
        ride_s=route.ride_s,
        wait_s=route.wait_s,
        distance_m=route.distance_m,
        geometry=_coordinates(route.geometry),
        geometry_source=route.geometry_source,
        stops=stops,
    )


def _stops(
    rows: Sequence[Row[Any]],
    visits: Mapping[uuid.UUID, Sequence[Row[Any]]],
    legs: Mapping[uuid.UUID, LegDetail],
    places: Mapping[uuid.UUID, PlaceDetail],
) -> tuple[StopDetail, ...]:
    labels = count(1)
    return tuple(
        _stop(
            row,
            next(labels) if row.kind is StopKind.VISITS else None,
            tuple(_visit(visit, legs[visit.leg_id]) for visit in visits.get(row.id, ())),
            places.get(row.place_id, PlaceDetail()),
        )
        for row in rows
    )


def _stop(
    stop: Row[Any], label: int | None, visits: tuple[VisitDetail, ...], place: PlaceDetail
) -> StopDetail:
    if stop.place_kind is PlaceKind.HOME and visits:
        applicants = ", ".join(dict.fromkeys(visit.leg.applicant for visit in visits))
        place = PlaceDetail(
            name=applicants,
            address=place.address,
            source_status=visits[0].leg.source_status,
        )
    return StopDetail(
        id=stop.id,
        ordinal=stop.ordinal,
        label=label,
        kind=stop.kind,
        status=stop.status,
        place_kind=stop.place_kind,
        place_id=stop.place_id,
        place=place,
        point=None if stop.lon is None else [stop.lon, stop.lat],
        arrives_at=stop.arrives_at,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        distance_m=stop.distance_m,
        visits=visits,
    )


def _visit(visit: Row[Any], leg: LegDetail) -> VisitDetail:
    return VisitDetail(
        id=visit.id,
        kind=visit.kind,
        status=visit.status,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        leg=leg,
    )


def _unassigned(
    leg: LegDetail, reasons: Sequence[Mapping[str, Any]], addresses: Mapping[uuid.UUID, Address]
) -> UnassignedDetail:
    address = addresses.get(leg.home_id) if leg.home_id is not None else None
    point = None if address is None else find_point(address.point)
    return UnassignedDetail(
        leg=leg,
        address="" if address is None else address.text,
        point=None if point is None else list(point.lon_lat),
        reasons=tuple(reasons),
    )


def _coordinates(line: WKBElement | None) -> list[LonLat] | None:
    if line is None:
        return None
    return [[round(x, 6), round(y, 6)] for x, y in get_coordinates(to_shape(line)).tolist()]


def _addresses(ids: Iterable[uuid.UUID]) -> Select[Address]:
    return select(Address).where(Address.id.in_(set(ids)))
