"""Reads the places of a planning area's day: doors, one-stop offices and post offices."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from backend.places.models import Address, Office, OfficeClosure, PlanningArea, PostOffice
from backend.places.points import find_point, point_of
from backend.planning.day_rows import HomeRow, OfficeRow, PostOfficeRow, Span
from backend.planning.windows import DAY_S, seconds_of_day
from geodata.calendar import WorkingCalendar
from geodata.offices import Closure, OpenInterval, WeeklyHours
from geodata.point import Point, distances_m


def read_homes(session: Session, area: PlanningArea, ids: set[uuid.UUID]) -> Iterator[HomeRow]:
    """Doors, each with whether the area serves it."""
    around = _reach_of(session, area) if area.boundary is None else []
    covered: ColumnElement[bool | None] = (
        select(func.ST_Covers(PlanningArea.boundary, Address.point))
        .where(PlanningArea.id == area.id)
        .correlate(Address)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Address.id, Address.zone_code, Address.point, covered)
        .where(Address.id.in_(ids))
        .order_by(Address.id)
    )
    for address_id, zone_code, geometry, inside in rows:
        point = find_point(geometry)
        near = inside is None and point is not None and _within(point, around, area.reach_m)
        yield HomeRow(
            id=address_id, point=point, zone_code=zone_code or "", inside_area=bool(inside) or near
        )


def _within(point: Point, around: list[Point], reach_m: int) -> bool:
    return bool(around) and float(distances_m([point], around).min()) <= reach_m


def _reach_of(session: Session, area: PlanningArea) -> list[Point]:
    rows = session.scalars(
        select(PostOffice.point).where(
            PostOffice.planning_area_id == area.id, PostOffice.point.is_not(None)
        )
    )
    return [point_of(geometry) for geometry in rows if geometry is not None]


def read_offices(
    session: Session, day: date, calendar: WorkingCalendar, ids: set[uuid.UUID]
) -> Iterator[OfficeRow]:
    """One-stop offices as they are on a day."""
    shut = aliased(OfficeClosure)
    rows = session.execute(
        select(Office, shut.reason)
        .outerjoin(shut, (shut.office_id == Office.id) & (shut.day == day))
        .where(Office.id.in_(ids))
        .order_by(Office.id)
    )
    for office, reason in rows:
        closed_for: str | None = reason  # an outer join: NULL where the office is not closed
        closures = () if closed_for is None else (Closure.of_days(day, day, closed_for),)
        hours = WeeklyHours.from_json(office.weekly_hours)
        yield OfficeRow(
            id=office.id,
            code=office.code,
            name=office.name,
            point=find_point(office.point),
            zone_code=office.zone_code or "",
            open_spans=_spans(hours.open_intervals(day, calendar, closures)),
            day_cut_off_s=seconds_of_day(office.day_cut_off),
            latest_arrival_s=seconds_of_day(office.latest_arrival),
            queue_minutes=office.queue_minutes,
            service_start=office.service_start,
            is_valid=office.is_valid_on(day),
        )


def read_post_offices(
    session: Session, day: date, calendar: WorkingCalendar, ids: set[uuid.UUID]
) -> Iterator[PostOfficeRow]:
    """Post offices as they are on a day."""
    rows = session.scalars(select(PostOffice).where(PostOffice.id.in_(ids)).order_by(PostOffice.id))
    for post_office in rows:
        hours = WeeklyHours.from_json(post_office.weekly_hours)
        known = any(hours.days)
        yield PostOfficeRow(
            id=post_office.id,
            code=post_office.code,
            name=post_office.name,
            point=find_point(post_office.point),
            zone_code=post_office.zone_code or "",
            open_spans=_spans(hours.open_intervals(day, calendar)) if known else None,
        )


def _spans(intervals: Iterable[OpenInterval]) -> tuple[Span, ...]:
    return tuple(
        (_seconds(interval.opens), _seconds(interval.closes) or DAY_S) for interval in intervals
    )


def _seconds(local: datetime) -> int:
    return seconds_of_day(local.time())
