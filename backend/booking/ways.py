"""Where the papers of a booking shall travel: planning area, filing and resolving office."""

from dataclasses import dataclass
from datetime import date

from backend.booking.acceptance import check_accepts
from backend.booking.checks import check_office, check_visit_day
from backend.booking.competence import find_competent_office
from backend.booking.errors import BookingOutsideArea, OfficeInOtherArea, PlaceWithoutPoint
from backend.booking.lookups import Lookups
from backend.booking.models import BookingMode
from backend.catalogue.models import CompetentTier, Procedure
from backend.errors import Text
from backend.places.errors import NoCompetentOffice
from backend.places.models import AdministrativeUnit, Office, PlanningArea, PostOffice
from backend.places.points import find_point
from geodata.point import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class WayAsked:
    """What decides the ways of a booking; `office` is None when the caller named none."""

    mode: BookingMode
    procedure: Procedure
    office: Office | None
    held_at: PostOffice | None
    day: date

    @property
    def at_home(self) -> bool:
        """Whether the leg has an end at the citizen's door."""
        return self.held_at is None or self.mode is BookingMode.RETURN

    @property
    def at_counter(self) -> bool:
        """Whether the leg has an end at a one-stop office."""
        return self.held_at is None or self.mode is not BookingMode.RETURN


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """The answer: all rows exist, hold on the day and lie in one planning area."""

    area: PlanningArea
    office: Office
    resolving_office: Office
    unit: AdministrativeUnit | None


def find_ways(lookups: Lookups, asked: WayAsked, door: Point | None) -> Ways | None:
    """The ways for a door, or None when a door is needed and not known.

    Raises NotAVisitDay, BookingOutsideArea, NoCompetentOffice, OfficeInOtherArea,
    PlaceWithoutPoint, and what `check_office` raises about an office that was chosen here.
    """
    if asked.at_home and door is None:
        return None
    unit = lookups.surroundings(door, asked.day).unit if door is not None else None
    if asked.at_home and unit is not None:
        check_visit_day(lookups.find_remote_area(unit.zone_code), asked.day)
    area = _area(lookups, asked, door)
    competent = asked.office
    if asked.office is None or asked.procedure.office_tier is not CompetentTier.ANY:
        competent = find_competent_office(
            lookups, asked.procedure, point=door, unit=unit, day=asked.day
        )
    office = asked.office or competent
    if office is None:
        raise NoCompetentOffice(
            procedure=asked.procedure.code,
            day=asked.day,
            fields={"office_code": Text(vi="cần ghi rõ cơ quan", en="name the office")},
        )
    if asked.office is not None and asked.mode is not BookingMode.RETURN:
        check_accepts(lookups, asked.office, asked.procedure, point=door, unit=unit, day=asked.day)
    if asked.at_counter:
        if asked.office is None:
            check_office(office, asked.day, lookups.calendar)
        _same_area(lookups, office, area, asked.day)
    return Ways(area=area, office=office, resolving_office=competent or office, unit=unit)


def _area(lookups: Lookups, asked: WayAsked, door: Point | None) -> PlanningArea:
    if asked.held_at is not None and find_point(asked.held_at.point) is None:
        raise PlaceWithoutPoint(place=asked.held_at.name)
    if not asked.at_home and asked.held_at is not None:
        return asked.held_at.planning_area
    area = lookups.surroundings(door, asked.day).area if door is not None else None
    if area is None:
        where = f"{door.lat:.5f}, {door.lon:.5f}" if door else "—"
        raise BookingOutsideArea(
            province=lookups.province_code,
            point=where,
            fields={"lat": Text(vi="ngoài khu vực phục vụ", en="outside the area served")},
        )
    if asked.held_at is not None and asked.held_at.planning_area_id != area.id:
        raise OfficeInOtherArea(
            office=asked.held_at.name,
            area=area.name,
            fields={"held_at_post_office_code": Text(vi="khác khu vực", en="in another area")},
        )
    return area


def _same_area(lookups: Lookups, office: Office, area: PlanningArea, day: date) -> None:
    where = find_point(office.point)
    if where is None:
        raise PlaceWithoutPoint(place=office.name)
    own = lookups.surroundings(where, day).area
    if own is None or own.id != area.id:
        raise OfficeInOtherArea(
            office=office.name,
            area=area.name,
            fields={"office_code": Text(vi="khác khu vực điều phối", en="in another area")},
        )
