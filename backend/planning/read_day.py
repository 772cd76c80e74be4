"""Reads one planning area's day out of the database: the only queries that feed a plan."""

import uuid
from collections.abc import Collection, Iterable, Iterator
from datetime import date, time

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingDossier
from backend.catalogue.models import Procedure
from backend.catalogue.operations import load_calendar
from backend.dossiers.models import Dossier, Leg, LegStatus
from backend.dossiers.promise import promise_state
from backend.fleet.models import Courier, Shift, Vehicle
from backend.places.models import (
    PlaceKind,
    PlanningArea,
    PostOffice,
)
from backend.planning.closing.in_force import read_closed
from backend.planning.day_rows import (
    DayRows,
    LegRow,
    ShiftRow,
)
from backend.planning.read_places import read_homes, read_offices, read_post_offices
from backend.planning.windows import seconds_of_day
from geodata.calendar import WorkingCalendar

RIDABLE = (LegStatus.OPEN, LegStatus.PLANNED)
"""Legs that nobody has started yet: a new plan may give them to anyone."""


def read_day(
    session: Session,
    area: PlanningArea,
    day: date,
    *,
    offices: Iterable[uuid.UUID] = (),
    also: Collection[uuid.UUID] = (),
) -> DayRows:
    """Everything that binds a plan of this area and service date, in a stable order.

    `offices` are read besides those that the day's legs name; `also` are legs of another day, read
    as if they were of this one.
    """
    calendar = load_calendar(session, area.province_code)
    legs = tuple(read_legs(session, area, day, calendar))
    if also:
        known = {leg.id for leg in legs}
        others = read_leg_rows(session, area, day, set(also) - known)
        legs = tuple(sorted([*legs, *others.values()], key=lambda leg: leg.id))
    shifts = tuple(_shifts(session, area, day))
    ends = [end for leg in legs for end in (leg.origin, leg.destination)]
    started = {shift.start_post_office_id for shift in shifts}
    ended = {shift.end_post_office_id for shift in shifts}
    post_offices = {
        row.id: row
        for row in read_post_offices(
            session, day, calendar, started | ended | _ids(ends, PlaceKind.POST_OFFICE)
        )
    }
    counters = _ids(ends, PlaceKind.OFFICE) | set(offices)
    return DayRows(
        area_id=area.id,
        area_code=area.code,
        area_name=area.name,
        province_code=area.province_code,
        service_date=day,
        next_working_day=calendar.next_working_day(day),
        legs=legs,
        shifts=shifts,
        homes={row.id: row for row in read_homes(session, area, _ids(ends, PlaceKind.HOME))},
        offices={row.id: row for row in read_offices(session, day, calendar, counters)},
        post_offices=post_offices,
        closed_zones=read_closed(session, area.province_code, day).zones,
    )


def select_ridable_legs(area_id: uuid.UUID, day: date) -> Select[Leg]:
    """Legs of an area and date that a plan may give to anyone, by id."""
    return (
        select(Leg)
        .where(Leg.planning_area_id == area_id, Leg.service_date == day, Leg.status.in_(RIDABLE))
        .order_by(Leg.id)
    )


def select_shifts(area_id: uuid.UUID, day: date) -> Select[Shift]:
    """Shifts that start at a post office of the area on that date, by courier and start."""
    return (
        select(Shift)
        .join(Courier, Shift.courier_id == Courier.id)
        .join(PostOffice, Shift.start_post_office_id == PostOffice.id)
        .where(PostOffice.planning_area_id == area_id, Shift.service_date == day, Courier.active)
        .order_by(Courier.code, Shift.starts)
    )


def read_leg_rows(
    session: Session, area: PlanningArea, day: date, leg_ids: Iterable[uuid.UUID]
) -> dict[uuid.UUID, LegRow]:
    """Legs of a plan as they are now, whatever became of them."""
    query = select(Leg).where(Leg.id.in_(set(leg_ids))).order_by(Leg.id)
    calendar = load_calendar(session, area.province_code)
    return {row.id: row for row in _legs(session, query, day, calendar)}


def read_shifts(session: Session, area: PlanningArea, day: date) -> tuple[ShiftRow, ...]:
    """The shifts of an area's day, by courier and start."""
    return tuple(_shifts(session, area, day))


def read_legs(
    session: Session,
    area: PlanningArea,
    day: date,
    calendar: WorkingCalendar,
    *,
    only: Collection[uuid.UUID] | None = None,
) -> Iterator[LegRow]:
    """Legs that can be given to anyone, by id; `only` those of them, if given."""
    legs = select_ridable_legs(area.id, day)
    query = legs if only is None else legs.where(Leg.id.in_(only))
    return _legs(session, query, day, calendar)


def _legs(
    session: Session, query: Select[Leg], day: date, calendar: WorkingCalendar
) -> Iterator[LegRow]:
    midnight = clock.local_instant(day, time(0))
    found = session.execute(
        query.join(Dossier, Leg.dossier_id == Dossier.id)
        .join(Procedure, Dossier.procedure_id == Procedure.id)
        .outerjoin(BookingDossier, BookingDossier.dossier_id == Dossier.id)
        .outerjoin(Booking, Booking.id == BookingDossier.booking_id)
        .add_columns(Procedure.same_day_result, func.coalesce(Booking.visit_id, Booking.id))
    )
    for leg, same_day, booking_id in found:
        slot = (
            None
            if leg.window_start is None or leg.window_end is None
            else (seconds_of_day(leg.window_start), seconds_of_day(leg.window_end))
        )
        ready_s = 0 if leg.ready_at is None else int((leg.ready_at - midnight).total_seconds())
        yield LegRow(
            id=leg.id,
            dossier_id=leg.dossier_id,
            booking_id=booking_id,
            purpose=leg.purpose,
            origin=(leg.from_kind, leg.from_id),
            destination=(leg.to_kind, leg.to_id),
            slot=slot,
            ready_s=max(0, ready_s),
            due_on=leg.due_on,
            days_left=promise_state(leg.due_on, day, calendar).working_days_left,
            same_day=same_day,
            attempt=leg.attempt,
            cash_vnd=leg.cash_vnd,
            skills=frozenset(leg.skills),
        )


def _shifts(session: Session, area: PlanningArea, day: date) -> Iterator[ShiftRow]:
    rows = session.execute(
        select_shifts(area.id, day)
        .join(Vehicle, Shift.vehicle_id == Vehicle.id)
        .add_columns(Courier, Vehicle)
    )
    for shift, courier, vehicle in rows:
        window = (
            None
            if shift.break_earliest is None or shift.break_latest is None
            else (seconds_of_day(shift.break_earliest), seconds_of_day(shift.break_latest))
        )
        yield ShiftRow(
            id=shift.id,
            courier_id=courier.id,
            courier_code=courier.code,
            vehicle_kind=vehicle.kind,
            work=(seconds_of_day(shift.starts), seconds_of_day(shift.ends)),
            start_post_office_id=shift.start_post_office_id,
            end_post_office_id=shift.end_post_office_id,
            break_window=window,
            break_s=shift.break_minutes * 60,
            max_stops=shift.max_stops,
            satchel_dossiers=min(courier.satchel_dossiers, vehicle.capacity_dossiers),
            cash_limit_vnd=courier.cash_limit_vnd,
            skills=frozenset(courier.skills),
            familiar_zones=frozenset(courier.familiar_zones),
        )


def _ids(ends: Iterable[tuple[PlaceKind, uuid.UUID]], kind: PlaceKind) -> set[uuid.UUID]:
    return {place_id for place_kind, place_id in ends if place_kind is kind}
