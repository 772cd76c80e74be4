"""What a visit would be before anybody books it: offices, price and promise for one address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backend.booking.acceptance import AcceptingOffice, check_accepts, list_accepting_offices
from backend.booking.checks import check_office, check_procedure, check_visit_day
from backend.booking.lookups import Lookups, Surroundings
from backend.booking.models import BookingMode
from backend.catalogue.models import Procedure, Tariff, TariffScope, TariffService
from backend.catalogue.operations import TariffNotFound, get_postage
from backend.dossiers.promise import TransitKind, TransitScope, scope_between, transit_due_on
from backend.places.geocoding import Located, locate_address
from backend.places.models import Placement
from geodata.point import Point

USUAL_WEIGHT_G = 100
"""Some twenty sheets in their bag; the step that most dossiers fall into (our estimate)."""

_SERVICES = {
    BookingMode.SEND: TariffService.SEND,
    BookingMode.RETURN: TariffService.RETURN,
    BookingMode.BOTH: TariffService.BOTH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteAsked:
    """What somebody wants to know; `point` wins over `address`, `office_code` over our choice."""

    province_code: str
    procedure_code: str
    mode: BookingMode
    day: date
    address: str | None = None
    point: Point | None = None
    office_code: str | None = None
    dossier_count: int = 1
    weight_g: int = USUAL_WEIGHT_G


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Whole đồng. Postage is the post's, fees are held for the office: never one sum of both.

    `certain` is false where the door is not known and the farther scope was taken. `exempt`: the
    home is in a remote area whose postage the province bears.
    """

    postage_each_vnd: int
    vat_each_vnd: int
    postage_vnd: int
    tariff: Tariff
    certain: bool
    exempt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """Last days of the transit promise. `result_by` is when the office should be done and
    `home_by` when the result is home then; both only where papers are sent, and the procedure says
    its days."""

    handed_over_by: date | None
    result_by: date | None
    home_by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """The answer. `price` is None where the postage table has no row for it."""

    procedure: Procedure
    day: date
    door: Located
    unit_name: str | None
    served: bool
    """Whether couriers of the service ride to the door; also false while the door is not known."""
    remote: bool
    offices: Sequence[AcceptingOffice]
    fees_vnd: int
    price: Price | None
    promises: Promises


def quote(session: Session, asked: QuoteAsked) -> Quote:
    """Everything a citizen decides by, from reading alone.

    Raises ProcedureNotFound, ProcedureNotByPost (names the decision), PresenceNeeded, NotAVisitDay
    (with the next one), OfficeNotFound, and what `checks.check_office` raises about the office
    named, such as OfficeNotYetInService with its date.
    """
    lookups = Lookups(session, asked.province_code)
    procedure = lookups.get_procedure(asked.procedure_code, asked.day)
    check_procedure(procedure)
    door = _door(session, asked)
    around = lookups.surroundings(door.point, asked.day) if door.point else Surroundings(None, None)
    zone = around.unit.zone_code if around.unit else None
    remote = lookups.find_remote_area(zone)
    check_visit_day(remote, asked.day)
    offices = list_accepting_offices(
        lookups, procedure, point=door.point, unit=around.unit, day=asked.day
    )
    if asked.office_code is not None:
        wish = lookups.get_office(asked.office_code)
        check_office(wish, asked.day, lookups.calendar)
        if asked.mode is not BookingMode.RETURN:  # a result lies where it lies
            check_accepts(
                lookups, wish, procedure, point=door.point, unit=around.unit, day=asked.day
            )
        offices = sorted(offices, key=lambda each: each.office is not wish)
    office = next((each.office for each in offices if each.service_start is None), None)
    scope = scope_between(zone, office.zone_code if office else None)
    certain = zone is not None and office is not None and office.zone_code is not None
    return Quote(
        procedure=procedure,
        day=asked.day,
        door=door,
        unit_name=around.unit.name if around.unit else None,
        served=around.area is not None,
        remote=remote is not None,
        offices=offices,
        fees_vnd=asked.dossier_count * sum(fee.amount_vnd for fee in procedure.fees),
        price=_price(
            session,
            asked,
            scope if certain else TransitScope.SAME_PROVINCE,
            certain,
            exempt=remote is not None and remote.postage_exempt,
        ),
        promises=_promises(
            lookups,
            procedure,
            asked,
            scope=scope if certain else TransitScope.SAME_PROVINCE,
            special_days=remote.transit_days if remote else None,
        ),
    )


def _door(session: Session, asked: QuoteAsked) -> Located:
    if asked.point is not None:
        return Located(asked.point, Placement.GIVEN)
    if asked.address:
        return locate_address(session, asked.province_code, asked.address)
    return Located(None, Placement.TO_PLACE, "chưa cho biết địa chỉ")


def _price(
    session: Session, asked: QuoteAsked, scope: TransitScope, certain: bool, *, exempt: bool
) -> Price | None:
    try:
        tariff = get_postage(
            session,
            asked.province_code,
            service=_SERVICES[asked.mode],
            scope=TariffScope(scope),
            weight_g=asked.weight_g,
            day=asked.day,
        )
    except TariffNotFound:
        return None
    amount = 0 if exempt else tariff.amount_vnd
    vat = (amount * tariff.vat_pct + 50) // 100  # to the nearest đồng, half up
    return Price(
        postage_each_vnd=amount,
        vat_each_vnd=vat,
        postage_vnd=asked.dossier_count * (amount + vat),
        exempt=exempt,
        tariff=tariff,
        certain=certain,
    )


def _promises(
    lookups: Lookups,
    procedure: Procedure,
    asked: QuoteAsked,
    *,
    scope: TransitScope,
    special_days: int | None,
) -> Promises:
    def due(start: date, kind: TransitKind) -> date:
        return transit_due_on(
            start,
            scope=scope,
            kind=kind,
            calendar=lookups.calendar,
            same_day=procedure.same_day_result,
            special_terrain_days=special_days,
        )

    if asked.mode is BookingMode.RETURN:
        home_by = due(asked.day, TransitKind.RETURN)
        return Promises(handed_over_by=None, result_by=None, home_by=home_by)
    handed_over_by = due(asked.day, TransitKind.SEND)
    days = procedure.processing_days
    result_by = None if days is None else lookups.calendar.add_working_days(handed_over_by, days)
    return Promises(
        handed_over_by=handed_over_by,
        result_by=result_by,
        home_by=due(result_by, TransitKind.RETURN)
        if asked.mode is BookingMode.BOTH and result_by is not None
        else None,
    )
