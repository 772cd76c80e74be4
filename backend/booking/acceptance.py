"""Which offices take the papers of a procedure for a home on a day, the competent one first."""

from dataclasses import dataclass
from datetime import date

from backend.booking.competence import find_competent_office
from backend.booking.errors import OfficeDoesNotAccept
from backend.booking.lookups import Lookups
from backend.catalogue.models import CompetentTier, Procedure
from backend.errors import Text
from backend.places.models import AdministrativeUnit, Office, OfficeTier
from backend.places.operations import next_open_day, office_open_intervals
from backend.places.points import find_point
from geodata.point import Point

BOUNDARY_FREE_FROM = date(2025, 7, 1)
"""Since then any centre of a province takes papers for any office of it (NĐ 118/2025); the filing
place and the resolving office may differ."""

_CENTRES = (OfficeTier.PROVINCE, OfficeTier.COMMUNE)
_TIERS_BEFORE = {
    CompetentTier.PROVINCE: (OfficeTier.PROVINCE,),
    CompetentTier.DEPARTMENT: (OfficeTier.DEPARTMENT, OfficeTier.PROVINCE),
    CompetentTier.DISTRICT: (OfficeTier.DISTRICT,),
    CompetentTier.COMMUNE: (OfficeTier.COMMUNE,),
    CompetentTier.ANY: tuple(OfficeTier),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptingOffice:
    """An office that takes the papers; `open_on` is the day asked for or the next open one."""

    office: Office
    competent: bool
    distance_m: int | None
    open_on: date | None
    service_start: date | None
    """Set when its service starts after the day asked for: until then a booking is refused."""


def list_accepting_offices(
    lookups: Lookups,
    procedure: Procedure,
    *,
    point: Point | None,
    unit: AdministrativeUnit | None,
    day: date,
) -> list[AcceptingOffice]:
    """The competent office first, then the others by distance as the crow flies.

    Before boundary-free filing a district or commune procedure has one office, that of the home.
    Offices whose service has not begun stand at the end with the date on which it does. Without a
    point there are no distances, and an office by the home's unit cannot be named.
    """
    free = day >= BOUNDARY_FREE_FROM
    tiers = _CENTRES if free else _TIERS_BEFORE[procedure.office_tier]
    own_only = not free and procedure.office_tier in (CompetentTier.DISTRICT, CompetentTier.COMMUNE)
    competent = find_competent_office(lookups, procedure, point=point, unit=unit, day=day)
    others = [] if own_only else lookups.list_offices(day, *tiers)
    later = [
        office
        for office in lookups.list_offices_before_service(day)
        if office.tier in tiers and (not own_only or _of_home(office, unit))
    ]
    found = {office.id: office for office in (competent, *others, *later) if office is not None}
    answers = [
        AcceptingOffice(
            office=office,
            competent=office is competent,
            distance_m=_distance_m(office, point),
            open_on=_open_on(lookups, office, day),
            service_start=office.service_start if office in later else None,
        )
        for office in found.values()
    ]
    return sorted(answers, key=_order)


def check_accepts(
    lookups: Lookups,
    office: Office,
    procedure: Procedure,
    *,
    point: Point | None,
    unit: AdministrativeUnit | None,
    day: date,
) -> None:
    """Raises OfficeDoesNotAccept, naming the competent office where it is known.

    An office of the right tier is believed: without outlines the home's unit is a guess near its
    border, and whoever named the office may know better.
    """
    tiers = _CENTRES if day >= BOUNDARY_FREE_FROM else _TIERS_BEFORE[procedure.office_tier]
    if office.tier in tiers:
        return
    competent = find_competent_office(lookups, procedure, point=point, unit=unit, day=day)
    raise OfficeDoesNotAccept(
        office=office.name,
        procedure=procedure.code,
        day=day,
        competent=competent.name if competent else "—",
        fields={"office_code": Text(vi="không tiếp nhận thủ tục này", en="does not take it")},
    )


def _of_home(office: Office, unit: AdministrativeUnit | None) -> bool:
    if unit is None:
        return False
    same_zone = unit.zone_code is not None and office.zone_code == unit.zone_code
    return office.unit_code in (unit.code, unit.parent_code) or (
        same_zone and office.tier is OfficeTier.DISTRICT
    )


def _distance_m(office: Office, point: Point | None) -> int | None:
    where = find_point(office.point)
    return round(where.distance_m(point)) if where is not None and point is not None else None


def _open_on(lookups: Lookups, office: Office, day: date) -> date | None:
    day = max(day, office.service_start or day)
    if office_open_intervals(office, day, lookups.calendar):
        return day
    return next_open_day(office, day, lookups.calendar)


def _order(answer: AcceptingOffice) -> tuple[bool, bool, bool, int, str]:
    unknown = answer.distance_m is None
    waits = answer.service_start is not None
    return (waits, not answer.competent, unknown, answer.distance_m or 0, answer.office.code)
