"""Which office takes a procedure for a home on a day, where the citizen named none."""

from datetime import date

from backend.booking.lookups import Lookups
from backend.catalogue.models import CompetentTier, Procedure
from backend.places.models import AdministrativeUnit, Office, OfficeTier
from backend.places.operations import nearest_office
from geodata.point import Point


def find_competent_office(
    lookups: Lookups,
    procedure: Procedure,
    *,
    point: Point | None,
    unit: AdministrativeUnit | None,
    day: date,
) -> Office | None:
    """The office by the procedure's tier, the home's unit and the date; None = name it yourself.

    COMMUNE: the office of the home's own unit. DISTRICT: of its district or zone. PROVINCE: the
    nearest provincial centre. DEPARTMENT: the only department desk there is, else the provincial
    centre, where departments receive. ANY (most since 1 July 2025): the home's own unit, else the
    nearest office of any tier.
    """

    def in_service(*tiers: OfficeTier) -> list[Office]:
        return lookups.list_offices(day, *tiers)

    match procedure.office_tier:
        case CompetentTier.COMMUNE:
            return _of_unit(in_service(OfficeTier.COMMUNE), unit, point)
        case CompetentTier.DISTRICT:
            return _of_district(in_service(OfficeTier.DISTRICT), unit, point)
        case CompetentTier.PROVINCE:
            return _nearest_or_only(in_service(OfficeTier.PROVINCE), point)
        case CompetentTier.DEPARTMENT:
            desks = in_service(OfficeTier.DEPARTMENT)
            if len(desks) == 1:
                return desks[0]
            return _nearest_or_only(in_service(OfficeTier.PROVINCE), point)
        case CompetentTier.ANY:
            own = _of_unit(in_service(OfficeTier.COMMUNE), unit, point)
            return own or _nearest_or_only(in_service(), point)


def _of_unit(
    offices: list[Office], unit: AdministrativeUnit | None, point: Point | None
) -> Office | None:
    if unit is None:
        return None
    return _nearest_or_only([o for o in offices if o.unit_code == unit.code], point)


def _of_district(
    offices: list[Office], unit: AdministrativeUnit | None, point: Point | None
) -> Office | None:
    if unit is None:
        return None
    own = [
        office
        for office in offices
        if (unit.parent_code and office.unit_code == unit.parent_code)
        or (unit.zone_code and office.zone_code == unit.zone_code)
    ]
    return _nearest_or_only(own, point)


def _nearest_or_only(offices: list[Office], point: Point | None) -> Office | None:
    if len(offices) == 1:
        return offices[0]
    return nearest_office(offices, point) if point is not None else None
