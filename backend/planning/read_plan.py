"""Reads a plan for people, in a few queries however long the day is."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geoalchemy2.shape import to_shape
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.accounts.models import Person
from backend.booking.models import Booking, BookingDossier, Contact
from backend.catalogue.models import Procedure
from backend.dossiers.models import Dossier, Leg
from backend.fleet.models import Courier, Shift
from backend.places.models import Address, Office, PlaceKind, PostOffice
from backend.places.points import find_point
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
    """Routes in their order, or the one that is asked for."""
    query = (
        select(Route)
        .where(Route.plan_id == plan.id)
        .options(
            joinedload(Route.courier).joinedload(Courier.person),
            joinedload(Route.shift).joinedload(Shift.start_post_office),
            selectinload(Route.stops).selectinload(Stop.visits),
        )
        .order_by(Route.number)
    )
    if route_id is not None:
        query = query.where(Route.id == route_id)
    routes = session.scalars(query).all()
    stops = [stop for route in routes for stop in route.stops]
    legs = read_legs(session, {visit.leg_id for stop in stops for visit in stop.visits})
    places = _places(session, stops)
    return [_route(route, legs, places) for route in routes]


def read_unassigned(session: Session, plan: Plan) -> list[UnassignedDetail]:
    """What the plan leaves undone, most urgent first."""
    rows = session.scalars(select(UnassignedLeg).where(UnassignedLeg.plan_id == plan.id)).all()
    return left_details(session, {row.leg_id: row.reasons.get("reasons", ()) for row in rows})


def left_details(
    session: Session, reasons: Mapping[uuid.UUID, Sequence[Mapping[str, Any]]]
) -> list[UnassignedDetail]:
    """Legs without a route, each with why, the most urgent first."""
    legs = read_legs(session, reasons.keys())
    homes = {leg.home_id for leg in legs.values() if leg.home_id is not None}
    addresses = {row.id: row for row in session.scalars(_addresses(homes))}
    found = [_unassigned(legs[leg_id], reasons[leg_id], addresses) for leg_id in reasons]
    return sorted(found, key=lambda item: (item.leg.due_on, item.leg.item_code))


def read_legs(session: Session, leg_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, LegDetail]:
    """Legs with their dossier, procedure and booking."""
    rows = session.execute(
        select(*_LEG_COLUMNS)
        .join(Dossier, Leg.dossier_id == Dossier.id)
        .join(Procedure, Dossier.procedure_id == Procedure.id)
        .outerjoin(BookingDossier, BookingDossier.dossier_id == Dossier.id)
        .outerjoin(Booking, BookingDossier.booking_id == Booking.id)
        .outerjoin(Contact, Contact.id == Booking.contact_id)
        .where(Leg.id.in_(set(leg_ids)))
    )
    return {row.leg_id: _leg(row) for row in rows}


_LEG_COLUMNS: tuple[Any, ...] = (
    Leg.id.label("leg_id"),
    *(Leg.purpose, Leg.window_start, Leg.window_end, Leg.due_on, Leg.attempt, Leg.cash_vnd),
    *(Leg.from_kind, Leg.from_id, Leg.to_kind, Leg.to_id),
    *(Leg.dossier_id, Dossier.item_code, Dossier.portal_code),
    Procedure.code.label("procedure_code"),
    Procedure.name.label("procedure_name"),
    Booking.reference.label("booking_reference"),
    Booking.source_status,
    Contact.full_name.label("applicant"),
)
"""Of thousands of legs the columns alone: whole objects take three times as long."""


def _leg(row: Row[Any]) -> LegDetail:
    slot = ""
    if row.window_start is not None and row.window_end is not None:
        slot = f"{row.window_start:%H:%M}–{row.window_end:%H:%M}"
    ends = ((row.from_kind, row.from_id), (row.to_kind, row.to_id))
    return LegDetail(
        leg_id=row.leg_id,
        purpose=row.purpose,
        dossier_id=row.dossier_id,
        item_code=row.item_code,
        portal_code=row.portal_code,
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        booking_reference=row.booking_reference or "",
        applicant=row.applicant or "",
        source_status=row.source_status,
        slot=slot,
        due_on=row.due_on,
        attempt=row.attempt,
        cash_vnd=row.cash_vnd,
        home_id=next((id_ for kind, id_ in ends if kind is PlaceKind.HOME), None),
    )


def _places(session: Session, stops: Sequence[Stop]) -> dict[uuid.UUID, PlaceDetail]:
    wanted: dict[PlaceKind, set[uuid.UUID]] = {kind: set() for kind in PlaceKind}
    for stop in stops:
        if stop.place_kind is not None and stop.place_id is not None:
            wanted[stop.place_kind].add(stop.place_id)
    found: dict[uuid.UUID, PlaceDetail] = {}
    homes = select(Address.id, Address.text).where(Address.id.in_(wanted[PlaceKind.HOME]))
    for address in session.execute(homes):
        found[address.id] = PlaceDetail(address=address.text)
    counters = (
        select(Office).where(Office.id.in_(wanted[PlaceKind.OFFICE])),
        select(PostOffice).where(PostOffice.id.in_(wanted[PlaceKind.POST_OFFICE])),
    )
    for row in (*session.scalars(counters[0]), *session.scalars(counters[1])):
        found[row.id] = PlaceDetail(
            name=row.name, address=row.address, source_status=row.source_status
        )
    return found


def _route(
    route: Route,
    legs: Mapping[uuid.UUID, LegDetail],
    places: Mapping[uuid.UUID, PlaceDetail],
) -> RouteDetail:
    person: Person = route.courier.person
    labels = iter(range(1, len(route.stops) + 1))
    return RouteDetail(
        id=route.id,
        number=route.number,
        version=route.version,
        courier_id=route.courier_id,
        courier_code=route.courier.code,
        courier_name=person.full_name,
        courier_revision=route.courier.revision,
        start_post_office=route.shift.start_post_office.name,
        starts_at=route.starts_at,
        ends_at=route.ends_at,
        ride_s=route.ride_s,
        wait_s=route.wait_s,
        distance_m=route.distance_m,
        geometry=_coordinates(route),
        geometry_source=route.geometry_source,
        stops=tuple(
            _stop(stop, next(labels) if stop.kind is StopKind.VISITS else None, legs, places)
            for stop in route.stops
        ),
    )


def _stop(
    stop: Stop,
    label: int | None,
    legs: Mapping[uuid.UUID, LegDetail],
    places: Mapping[uuid.UUID, PlaceDetail],
) -> StopDetail:
    visits = tuple(_visit(visit, legs[visit.leg_id]) for visit in stop.visits)
    place = places.get(stop.place_id, PlaceDetail()) if stop.place_id else PlaceDetail()
    if stop.place_kind is PlaceKind.HOME and visits:
        applicants = ", ".join(dict.fromkeys(visit.leg.applicant for visit in visits))
        place = PlaceDetail(
            name=applicants,
            address=place.address,
            source_status=visits[0].leg.source_status,
        )
    point = find_point(stop.point)
    return StopDetail(
        id=stop.id,
        ordinal=stop.ordinal,
        label=label,
        kind=stop.kind,
        status=stop.status,
        place_kind=stop.place_kind,
        place_id=stop.place_id,
        place=place,
        point=None if point is None else list(point.lon_lat),
        arrives_at=stop.arrives_at,
        starts_at=stop.starts_at,
        ends_at=stop.ends_at,
        distance_m=stop.distance_m,
        visits=visits,
    )


def _visit(visit: Visit, leg: LegDetail) -> VisitDetail:
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


def _coordinates(route: Route) -> list[LonLat] | None:
    if route.geometry is None:
        return None
    return [[round(x, 6), round(y, 6)] for x, y in to_shape(route.geometry).coords]


def _addresses(ids: Iterable[uuid.UUID]) -> Select[Address]:
    return select(Address).where(Address.id.in_(set(ids)))
