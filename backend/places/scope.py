"""How far a caller sees among places: planning areas, offices, post offices."""

import uuid

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.callers import Caller
from backend.accounts.roles import Role
from backend.places.errors import (
    OfficeNotFound,
    PlanningAreaNotFound,
    PostOfficeNotFound,
    ZoneNotFound,
)
from backend.places.models import AdministrativeUnit, PlanningArea, PostOffice
from backend.places.operations import valid_on


def seen_areas(session: Session, caller: Caller) -> frozenset[uuid.UUID] | None:
    """Planning areas that the caller sees; None = every one of the province.

    A supervising authority sees an area when all of its units of today are the authority's: a plan
    of a wider area would show the doors of others.
    """
    if caller.has_whole_province:
        return None
    if caller.role is not Role.AUTHORITY:
        return frozenset(caller.planning_area_ids)
    rows = session.execute(
        select(PlanningArea.id, AdministrativeUnit.code)
        .join(
            AdministrativeUnit,
            and_(
                AdministrativeUnit.planning_area_code == PlanningArea.code,
                AdministrativeUnit.province_code == PlanningArea.province_code,
            ),
        )
        .where(
            PlanningArea.province_code == caller.province_code,
            valid_on(AdministrativeUnit, clock.today_local()),
        )
    ).all()
    known = {row.id for row in rows}
    wider = {row.id for row in rows if row.code not in caller.unit_codes}
    return frozenset(known - wider)


def sees_area(
    session: Session, caller: Caller, province_code: str, area_id: uuid.UUID | None
) -> bool:
    """Whether rows of a planning area are the caller's."""
    if province_code != caller.province_code:
        return False
    areas = seen_areas(session, caller)
    return areas is None or area_id in areas


def demand_area(session: Session, caller: Caller, code: object) -> None:
    """Raises PlanningAreaNotFound for an area that is not the caller's, or does not exist."""
    if not isinstance(code, str):
        return  # its schema refuses it
    area_id = session.scalar(
        select(PlanningArea.id).where(
            PlanningArea.province_code == caller.province_code, PlanningArea.code == code
        )
    )
    if area_id is None or not sees_area(session, caller, caller.province_code, area_id):
        raise PlanningAreaNotFound(area=code)


def demand_zones(session: Session, caller: Caller, codes: object) -> None:
    """Raises ZoneNotFound for a zone with units of today outside the caller's planning areas."""
    areas = seen_areas(session, caller)
    named = [code for code in codes if isinstance(code, str)] if isinstance(codes, list) else []
    if areas is None or not named:
        return
    rows = session.execute(
        select(AdministrativeUnit.zone_code, PlanningArea.id)
        .outerjoin(
            PlanningArea,
            and_(
                AdministrativeUnit.planning_area_code == PlanningArea.code,
                AdministrativeUnit.province_code == PlanningArea.province_code,
            ),
        )
        .where(
            AdministrativeUnit.province_code == caller.province_code,
            AdministrativeUnit.zone_code.in_(named),
            valid_on(AdministrativeUnit, clock.today_local()),
        )
    ).all()
    own = {row.zone_code for row in rows} - {row.zone_code for row in rows if row.id not in areas}
    for code in named:
        if code not in own:
            raise ZoneNotFound(zone=code)


def demand_office(session: Session, caller: Caller, code: str) -> None:
    """Raises OfficeNotFound for an office that is not the caller's."""
    if not caller.has_office(caller.province_code, code):
        raise OfficeNotFound(office=code)


def demand_post_office(session: Session, caller: Caller, code: str) -> None:
    """Raises PostOfficeNotFound for a post office that is not the caller's."""
    if not caller.has_post_office(caller.province_code, code):
        raise PostOfficeNotFound(post_office=code)


def counter_areas(session: Session, caller: Caller) -> frozenset[uuid.UUID]:
    """Planning areas of the post offices that the caller works at."""
    return frozenset(
        session.scalars(
            select(PostOffice.planning_area_id).where(
                PostOffice.province_code == caller.province_code,
                PostOffice.code.in_(caller.post_office_codes),
            )
        )
    )


def area_of_post_office(session: Session, province_code: str, code: str) -> uuid.UUID | None:
    """The planning area that a post office belongs to."""
    return session.scalar(
        select(PostOffice.planning_area_id).where(
            PostOffice.province_code == province_code, PostOffice.code == code
        )
    )
