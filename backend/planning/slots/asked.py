"""A visit somebody wants a window for, as rows of the day it would be ridden on."""

import uuid
from dataclasses import dataclass, replace
from datetime import date

from backend.booking.checks import check_day, check_procedure
from backend.booking.lookups import Lookups
from backend.booking.models import BookingMode
from backend.booking.ways import WayAsked, find_ways
from backend.catalogue.models import Procedure
from backend.dossiers.models import LegPurpose
from backend.dossiers.promise import TransitKind, promise_state, scope_between, transit_due_on
from backend.places.models import Office, PlaceKind, PlanningArea
from backend.planning.day_rows import HomeRow, LegRow, Span
from backend.planning.slots.errors import DoorUnknown, SameDayApart, TooManyDossiers
from geodata.calendar import WorkingCalendar
from geodata.point import Point

MOST_DOSSIERS = 10
"""Of one procedure: more at one door take so long that a person talks it over first."""

MOST_OF_A_VISIT = 30
"""Of all procedures of a visit: what the bag of every courier holds (DOMAIN §6 [G])."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MorePapers:
    """Dossiers of another procedure that the same visit is for."""

    procedure_code: str
    dossier_count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAsked:
    """What the citizen says; the day is still open."""

    province_code: str
    procedure_code: str
    mode: BookingMode
    door: Point | None
    """None: nobody knows it yet; there is no window then."""
    office_code: str | None = None
    dossier_count: int = 1
    more: tuple[MorePapers, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The same on one day: who plans it, which office takes it, until when it is promised."""

    work_id: uuid.UUID
    """Names the work in the running day; later the id of its hold."""
    area: PlanningArea
    day: date
    mode: BookingMode
    procedure: Procedure
    office: Office
    door: Point
    zone_code: str | None
    dossier_count: int
    """Of all procedures together."""
    more: tuple[MorePapers, ...] = ()
    due_on: date
    days_left: int

    @property
    def brings_home(self) -> bool:
        """Whether the way ends at the door."""
        return self.mode is BookingMode.RETURN

    def home(self) -> HomeRow:
        """The door as a row of the day; `find_ways` has seen that the area reaches it."""
        return HomeRow(
            id=self.work_id, point=self.door, zone_code=self.zone_code or "", inside_area=True
        )

    def legs(self, slot: Span | None) -> tuple[LegRow, ...]:
        """Its ways, one a dossier, ridden together."""
        home, counter = (PlaceKind.HOME, self.work_id), (PlaceKind.OFFICE, self.office.id)
        return tuple(
            LegRow(
                id=uuid.UUID(int=self.work_id.int + number),
                dossier_id=uuid.UUID(int=self.work_id.int + number),
                booking_id=self.work_id,
                purpose=LegPurpose.RETURN if self.brings_home else LegPurpose.COLLECTION,
                origin=counter if self.brings_home else home,
                destination=home if self.brings_home else counter,
                slot=slot,
                ready_s=0,
                due_on=self.due_on,
                days_left=self.days_left,
                same_day=self.procedure.same_day_result,
                attempt=1,
                cash_vnd=0,
                skills=frozenset(),
            )
            for number in range(self.dossier_count)
        )


def ask_for_day(lookups: Lookups, visit: VisitAsked, day: date, work_id: uuid.UUID) -> Asked:
    """The visit on a day. Raises what a booking raises: PublicHoliday, ProcedureNotByPost,
    PresenceNeeded, NotAVisitDay, BookingOutsideArea, NoCompetentOffice, and the office's own; for
    a visit of several procedures SameDayApart, TooManyDossiers."""
    check_day(day, lookups.calendar)
    procedure = lookups.get_procedure(visit.procedure_code, day)
    check_procedure(procedure)
    office = lookups.get_office(visit.office_code) if visit.office_code else None
    way = WayAsked(mode=visit.mode, procedure=procedure, office=office, held_at=None, day=day)
    ways = find_ways(lookups, way, visit.door)
    if ways is None or visit.door is None:
        raise DoorUnknown
    for other in visit.more:
        _check_more(lookups, visit, other, replace(way, office=ways.office))
    count = visit.dossier_count + sum(other.dossier_count for other in visit.more)
    if count > MOST_OF_A_VISIT:
        raise TooManyDossiers(count=count, most=MOST_OF_A_VISIT)
    zone = ways.unit.zone_code if ways.unit else None
    remote = lookups.find_remote_area(zone)
    due_on = transit_due_on(
        day,
        scope=scope_between(zone, ways.office.zone_code),
        kind=TransitKind.RETURN if visit.mode is BookingMode.RETURN else TransitKind.SEND,
        calendar=lookups.calendar,
        same_day=procedure.same_day_result,
        special_terrain_days=remote.transit_days if remote else None,
    )
    return Asked(
        work_id=work_id,
        area=ways.area,
        day=day,
        mode=visit.mode,
        procedure=procedure,
        office=ways.office,
        door=visit.door,
        zone_code=zone,
        dossier_count=count,
        more=visit.more,
        due_on=due_on,
        days_left=_days_left(due_on, day, lookups.calendar),
    )


def _check_more(lookups: Lookups, visit: VisitAsked, other: MorePapers, way: WayAsked) -> None:
    """Another procedure goes the same way: to the same office, as quickly."""
    procedure = lookups.get_procedure(other.procedure_code, way.day)
    check_procedure(procedure)
    if procedure.same_day_result is not way.procedure.same_day_result:
        apart = procedure if procedure.same_day_result else way.procedure
        raise SameDayApart(procedure=apart.code)
    find_ways(lookups, replace(way, procedure=procedure), visit.door)


def _days_left(due_on: date, day: date, calendar: WorkingCalendar) -> int:
    return promise_state(due_on, day, calendar).working_days_left
