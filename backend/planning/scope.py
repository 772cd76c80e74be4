"""Whose a plan, a route or a booking is: what is out of a caller's scope does not exist."""

import uuid

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from backend.accounts.callers import Caller
from backend.accounts.roles import Role
from backend.booking.errors import BookingNotFound
from backend.booking.models import Booking
from backend.booking.operations import bookings_to_place
from backend.places.models import Address
from backend.places.scope import counter_areas, seen_areas, sees_area
from backend.planning.closing.errors import ClosingNotFound
from backend.planning.closing.models import Closing
from backend.planning.errors import PlanNotFound, RouteNotFound
from backend.planning.models import Plan, Route


def demand_plan(session: Session, caller: Caller, plan_id: uuid.UUID) -> None:
    """Raises PlanNotFound for a plan that is not the caller's, or does not exist."""
    row = session.execute(
        select(Plan.province_code, Plan.planning_area_id).where(Plan.id == plan_id)
    ).first()
    if row is None or not sees_area(session, caller, row.province_code, row.planning_area_id):
        raise PlanNotFound(plan=plan_id)


def demand_route(session: Session, caller: Caller, route_id: uuid.UUID) -> None:
    """Raises RouteNotFound for a route that is not the caller's, or does not exist."""
    row = session.execute(
        select(Plan.province_code, Plan.planning_area_id)
        .join(Route, Route.plan_id == Plan.id)
        .where(Route.id == route_id)
    ).first()
    if row is None or not sees_area(session, caller, row.province_code, row.planning_area_id):
        raise RouteNotFound(route=route_id)


def demand_closing(session: Session, caller: Caller, closing_id: uuid.UUID) -> None:
    """Raises ClosingNotFound for a closing that is not the caller's, or does not exist."""
    row = session.execute(
        select(Closing.province_code, Closing.planning_area_id).where(Closing.id == closing_id)
    ).first()
    if row is None or not sees_area(session, caller, row.province_code, row.planning_area_id):
        raise ClosingNotFound(closing=closing_id)


def demand_booking(session: Session, caller: Caller, reference: str) -> None:
    """Raises BookingNotFound for a booking that is not the caller's, or does not exist.

    At a counter every booking of the post office's planning area counts as the clerk's: the
    citizen may come to any of them.
    """
    row = session.execute(
        select(Booking.province_code, Booking.planning_area_id, Address.unit_code)
        .join(Address, Address.id == Booking.address_id)
        .where(Booking.province_code == caller.province_code, Booking.reference == reference)
    ).first()
    if row is None or not _sees_booking(session, caller, row.planning_area_id, row.unit_code):
        raise BookingNotFound(booking=reference)


def demand_named_booking(session: Session, caller: Caller, reference: object) -> None:
    """The same for a reference in a body."""
    if isinstance(reference, str):
        demand_booking(session, caller, reference)


def sees_booking(session: Session, caller: Caller, booking_id: uuid.UUID) -> bool:
    """Whether a booking is seen by a caller who is no clerk."""
    seen = select(Booking.id).where(
        Booking.id == booking_id,
        Booking.province_code == caller.province_code,
        seen_bookings(session, caller),
    )
    return session.scalars(seen).first() is not None


def list_seen_to_place(session: Session, caller: Caller) -> list[Booking]:
    """The to-place list as far as the caller sees it, the earliest day first."""
    waiting = bookings_to_place(caller.province_code)
    return list(session.scalars(waiting.where(seen_bookings(session, caller))))


def seen_bookings(session: Session, caller: Caller) -> ColumnElement[bool]:
    """Bookings that a caller who is no clerk sees, as a condition for lists."""
    if caller.role is Role.AUTHORITY:
        homes = select(Address.id).where(Address.unit_code.in_(caller.unit_codes))
        return Booking.address_id.in_(homes)
    areas = seen_areas(session, caller)
    if areas is None:
        return Booking.id.is_not(None)
    return or_(Booking.planning_area_id.in_(areas), Booking.planning_area_id.is_(None))


def _sees_booking(
    session: Session, caller: Caller, area_id: uuid.UUID | None, unit_code: str | None
) -> bool:
    if caller.role is Role.AUTHORITY:
        return unit_code in caller.unit_codes
    if caller.post_office_codes:
        return area_id is None or area_id in counter_areas(session, caller)
    if area_id is None:  # waits to be placed: whoever places it sees it
        return caller.has_whole_province or bool(caller.planning_area_ids)
    return sees_area(session, caller, caller.province_code, area_id)
