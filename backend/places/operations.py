"""What places answer: offices and post offices in force, their hours, units."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload

from backend.places.errors import (
    OfficeNotFound,
    PlanningAreaNotFound,
    PostOfficeNotFound,
)
from backend.places.models import (
    AdministrativeUnit,
    Office,
    PlaceKind,
    PlanningArea,
    PostOffice,
    Validity,
)
from backend.places.points import find_point
from geodata.calendar import WorkingCalendar
from geodata.offices import Closure, CounterTimes, OpenInterval, WeeklyHours
from geodata.point import Point


def valid_on(row: type[Validity], day: date) -> ColumnElement[bool]:
    """Rows that hold on a local date, as a condition."""
    return and_(
        or_(row.valid_from.is_(None), row.valid_from <= day),
        or_(row.valid_to.is_(None), row.valid_to >= day),
    )


def find_place_name(
    session: Session, kind: PlaceKind | None, place_id: uuid.UUID | None
) -> str | None:
    """The name of a public place; homes have none."""
    if kind is PlaceKind.OFFICE:
        office = session.get(Office, place_id)
        return office.name if office else None
    if kind is PlaceKind.POST_OFFICE:
        post_office = session.get(PostOffice, place_id)
        return post_office.name if post_office else None
    return None


def list_place_names(
    session: Session, places: Iterable[tuple[PlaceKind | None, uuid.UUID | None]]
) -> dict[tuple[PlaceKind | None, uuid.UUID | None], str]:
    """As `find_place_name`, of many places at once; those without a name are left out."""
    wanted = set(places)
    names: dict[tuple[PlaceKind | None, uuid.UUID | None], str] = {}
    for kind, table in ((PlaceKind.OFFICE, Office), (PlaceKind.POST_OFFICE, PostOffice)):
        ids = [place_id for of_kind, place_id in wanted if of_kind is kind]
        if ids:
            rows = session.execute(select(table.id, table.name).where(table.id.in_(ids)))
            names |= {(kind, row.id): row.name for row in rows}
    return names


def find_office(session: Session, province_code: str, code: str) -> Office | None:
    """The office with this code, in force or not."""
    return session.scalars(
        select(Office).where(Office.province_code == province_code, Office.code == code)
    ).first()


def get_office(session: Session, province_code: str, code: str) -> Office:
    """As `find_office`; raises OfficeNotFound."""
    if found := find_office(session, province_code, code):
        return found
    raise OfficeNotFound(office=code)


def list_offices(session: Session, province_code: str, day: date) -> list[Office]:
    """Offices in force and in the service on a local date, by code."""
    query = select(Office).where(
        Office.province_code == province_code,
        valid_on(Office, day),
        or_(Office.service_start.is_(None), Office.service_start <= day),
    )
    return list(session.scalars(query.order_by(Office.code)))


def list_offices_in_force(session: Session, province_code: str, day: date) -> list[Office]:
    """Offices in force on a local date, also before their service begins, by code; with their
    closures, since whoever compares offices asks when each is open."""
    query = (
        select(Office)
        .where(Office.province_code == province_code, valid_on(Office, day))
        .options(joinedload(Office.closures))  # few, and one question less than apart
        .order_by(Office.code)
    )
    return list(session.scalars(query).unique())


def find_post_office(session: Session, province_code: str, code: str) -> PostOffice | None:
    """The post office with this code, in force or not."""
    return session.scalars(
        select(PostOffice).where(PostOffice.province_code == province_code, PostOffice.code == code)
    ).first()


def get_post_office(session: Session, province_code: str, code: str) -> PostOffice:
    """As `find_post_office`; raises PostOfficeNotFound."""
    if found := find_post_office(session, province_code, code):
        return found
    raise PostOfficeNotFound(post_office=code)


def list_post_offices(
    session: Session, province_code: str, day: date, *, area_id: uuid.UUID | None = None
) -> list[PostOffice]:
    """Post offices in force on a local date, by code; of one planning area if it is named."""
    query = select(PostOffice).where(
        PostOffice.province_code == province_code, valid_on(PostOffice, day)
    )
    if area_id is not None:
        query = query.where(PostOffice.planning_area_id == area_id)
    return list(session.scalars(query.order_by(PostOffice.code)))


def find_planning_area(session: Session, province_code: str, code: str) -> PlanningArea | None:
    """The planning area with this code."""
    return session.scalars(
        select(PlanningArea).where(
            PlanningArea.province_code == province_code, PlanningArea.code == code
        )
    ).first()


def get_planning_area(session: Session, province_code: str, code: str) -> PlanningArea:
    """As `find_planning_area`; raises PlanningAreaNotFound."""
    if found := find_planning_area(session, province_code, code):
        return found
    raise PlanningAreaNotFound(area=code)


def list_planning_areas(session: Session, province_code: str) -> list[PlanningArea]:
    """Planning areas of a province, by code."""
    return list(
        session.scalars(
            select(PlanningArea)
            .where(PlanningArea.province_code == province_code)
            .order_by(PlanningArea.code)
        )
    )


def find_unit(
    session: Session, province_code: str, code: str, day: date
) -> AdministrativeUnit | None:
    """The unit that a code names on a local date."""
    return session.scalars(
        select(AdministrativeUnit)
        .where(
            AdministrativeUnit.province_code == province_code,
            AdministrativeUnit.code == code,
            valid_on(AdministrativeUnit, day),
        )
        .order_by(AdministrativeUnit.valid_from.desc().nulls_last())
        .limit(1)
    ).first()


def nearest_office(offices: Sequence[Office], point: Point) -> Office | None:
    """The office nearest to a place as the crow flies; offices without a point cannot win."""
    placed = [(office, where) for office in offices if (where := find_point(office.point))]
    if not placed:
        return None
    return min(placed, key=lambda pair: (pair[1].distance_m(point), pair[0].code))[0]


def office_open_intervals(
    office: Office, day: date, calendar: WorkingCalendar
) -> list[OpenInterval]:
    """When the counter receives on a local date: weekly hours, holidays and closures applied."""
    return _hours(office).open_intervals(day, calendar, _closures(office))


def office_useful_intervals(
    office: Office, day: date, calendar: WorkingCalendar
) -> list[OpenInterval]:
    """Open intervals cut at the latest useful arrival; both ends hold for an arrival."""
    times = CounterTimes(_hours(office), office.day_cut_off, office.latest_arrival)
    return times.useful_intervals(day, calendar, _closures(office))


def next_open_day(office: Office, after: date, calendar: WorkingCalendar) -> date | None:
    """The first later date on which the counter receives, or None within two months."""
    return _hours(office).next_open_day(after, calendar, _closures(office))


def _hours(office: Office) -> WeeklyHours:
    return WeeklyHours.from_json(office.weekly_hours)


def _closures(office: Office) -> list[Closure]:
    return [
        Closure.of_days(closure.day, closure.day, closure.reason) for closure in office.closures
    ]
