"""What bookings look up and nobody changes meanwhile, asked for once in a unit of work.

One booking needs it once; a file of bookings hands the same object to each row.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from sqlalchemy import ARRAY, String, cast, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend.accounts.models import Account
from backend.accounts.phones import plain_number
from backend.booking.models import Booking, BookingMode, BookingStatus, Contact
from backend.catalogue.models import Procedure
from backend.catalogue.operations import get_procedure, load_calendar
from backend.catalogue.remote_areas import RemoteArea, list_remote_areas
from backend.errors import Text
from backend.places.errors import OfficeNotFound, PostOfficeNotFound
from backend.places.models import AdministrativeUnit, Office, OfficeTier, PlanningArea, PostOffice
from backend.places.operations import (
    find_office,
    find_planning_area,
    find_post_office,
    list_offices_in_force,
)
from backend.places.surroundings import planning_areas_of_points, units_of_points
from geodata.calendar import WorkingCalendar
from geodata.point import Point

REFERENCE_LOCKS = 1024
"""References share this many locks of a province. A file of 20,000 rows with a lock each would fill
the server's lock table (PostgreSQL's default holds about 6,400)."""


_TAIL = 9
"""Digits of a phone number behind the 0 or +84: by them rows are looked for."""

_OPEN = (BookingStatus.TO_PLACE, BookingStatus.REQUESTED, BookingStatus.SCHEDULED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, as far as the service knows people: by phone and name together."""

    phone: str
    """In its plain spelling."""
    full_name: str

    @classmethod
    def of(cls, phone: str, full_name: str) -> Self:
        """However the number is written."""
        return cls(phone=plain_number(phone), full_name=full_name)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around a place on a day: its unit, and the planning area that serves it."""

    unit: AdministrativeUnit | None
    area: PlanningArea | None


@dataclass(frozen=True, slots=True)
class OpenBooking:
    """What a second request of the same person meets."""

    reference: str
    procedure_id: uuid.UUID
    mode: BookingMode
    owner_account_id: uuid.UUID | None


class Lookups:
    """Reads of one province, each made once; for one session, and no longer than its transaction.

    Raises what the single reads raise; a failed read is made again the next time.
    """

    def __init__(self, session: Session, province_code: str) -> None:
        self._session = session
        self.province_code = province_code
        self._procedures: dict[tuple[str, date], Procedure] = {}
        self._offices: dict[str, Office] = {}
        self._in_force: dict[date, list[Office]] = {}
        self._post_offices: dict[str, PostOffice] = {}
        self._areas: dict[str, PlanningArea | None] = {}
        self._surroundings: dict[tuple[Point, date], Surroundings] = {}
        self._references: dict[str, Booking | None] = {}
        self._open: dict[tuple[Asker, date], list[OpenBooking]] = {}
        self._noted: defaultdict[tuple[Asker, date], list[OpenBooking]] = defaultdict(list)

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working days of the province."""
        return load_calendar(self._session, self.province_code)

    @cached_property
    def _remote_areas(self) -> dict[str, RemoteArea]:
        areas = list_remote_areas(self._session, self.province_code)
        return {area.zone_code: area for area in areas}

    def find_remote_area(self, zone_code: str | None) -> RemoteArea | None:
        """The remote area of a zone, or None for an ordinary one."""
        return self._remote_areas.get(zone_code) if zone_code else None

    def get_procedure(self, code: str, day: date) -> Procedure:
        """The version in force on a local date; raises ProcedureNotFound."""
        key = (code, day)
        if key not in self._procedures:
            self._procedures[key] = get_procedure(self._session, self.province_code, code, day)
        return self._procedures[key]

    def get_office(self, code: str) -> Office:
        """The office with this code, in force or not; raises OfficeNotFound."""
        if code not in self._offices:
            found = find_office(self._session, self.province_code, code)
            if found is None:
                unknown = Text(vi="không có cơ quan này", en="no such office")
                raise OfficeNotFound(office=code, fields={"office_code": unknown})
            self._offices[code] = found
        return self._offices[code]

    def get_post_office(self, code: str) -> PostOffice:
        """The post office with this code, in force or not; raises PostOfficeNotFound."""
        if code not in self._post_offices:
            found = find_post_office(self._session, self.province_code, code)
            if found is None:
                unknown = Text(vi="không có bưu cục này", en="no such post office")
                fields = {"held_at_post_office_code": unknown}
                raise PostOfficeNotFound(post_office=code, fields=fields)
            self._post_offices[code] = found
        return self._post_offices[code]

    def list_offices(self, day: date, *tiers: OfficeTier) -> list[Office]:
        """Offices in force and in the service on a local date; of these tiers, or of all."""
        return [
            office
            for office in self._list_in_force(day)
            if (office.service_start is None or office.service_start <= day)
            and (not tiers or office.tier in tiers)
        ]

    def list_offices_before_service(self, day: date) -> list[Office]:
        """Offices in force on a local date whose service begins later."""
        return [
            office
            for office in self._list_in_force(day)
            if office.service_start is not None and office.service_start > day
        ]

    def _list_in_force(self, day: date) -> list[Office]:
        if day not in self._in_force:
            found = list_offices_in_force(self._session, self.province_code, day)
            self._in_force[day] = found
        return self._in_force[day]

    def surroundings(self, point: Point, day: date) -> Surroundings:
        """Unit and planning area around a place on a local date."""
        if (point, day) not in self._surroundings:
            self.look_around([point], day)
        return self._surroundings[point, day]

    def look_around(self, points: Iterable[Point], day: date) -> None:
        """Read what lies around many places at once, before they are asked for singly."""
        new = [point for point in dict.fromkeys(points) if (point, day) not in self._surroundings]
        if not new:
            return
        units = units_of_points(self._session, self.province_code, new, day)
        unit_at = dict(zip(new, (each.unit if each else None for each in units), strict=True))
        bare = [point for point, unit in unit_at.items() if not (unit and unit.planning_area_code)]
        areas = planning_areas_of_points(self._session, self.province_code, bare, day)
        area_at = dict(zip(bare, areas, strict=True))
        for point, unit in unit_at.items():
            area = area_at[point] if point in area_at else self._area_named_by(unit)
            self._surroundings[point, day] = Surroundings(unit, area)

    def claim(self, references: Iterable[str]) -> None:
        """Hold references and read which of them are booked; other callers of one wait.

        Two calls with one reference thus come one after the other, and the second finds the first.
        """
        new = sorted(set(references) - self._references.keys())
        if not new:
            return
        asked = func.unnest(cast(new, ARRAY(String))).column_valued("reference")
        slot = func.abs(func.hashtext(asked) % REFERENCE_LOCKS)
        key = func.hashtextextended(f"booking/{self.province_code}/" + cast(slot, String), 0)
        keys = select(key.label("key")).distinct().order_by("key").subquery()  # one order for all
        self._session.execute(select(func.pg_advisory_xact_lock(keys.c.key)))
        booked = self._session.scalars(
            select(Booking)
            .where(
                Booking.province_code == self.province_code,
                Booking.reference == func.any(cast(new, ARRAY(String))),
            )
            .options(
                joinedload(Booking.contact),
                joinedload(Booking.address),
                selectinload(Booking.procedure),
                selectinload(Booking.office),
            )
        )
        self._references |= dict.fromkeys(new)
        self._references |= {booking.reference: booking for booking in booked}

    def find_claimed(self, reference: str) -> Booking | None:
        """The booking of a reference that is held here."""
        return self._references[reference]

    def note_booked(self, booking: Booking) -> None:
        """From now on its reference finds it."""
        self._references[booking.reference] = booking

    def find_open(
        self, asker: Asker, procedure: Procedure, day: date, mode: BookingMode
    ) -> OpenBooking | None:
        """An open booking of the same person for the same procedure and day."""
        if (asker, day) not in self._open:
            self.look_for_open([asker], day)
        known = self._open[asker, day] + self._noted[asker, day]
        of_both = (each for each in known if each.procedure_id == procedure.id)
        return next((each for each in of_both if each.mode is mode), None)

    def is_phone_of(self, account_id: uuid.UUID, asker: Asker) -> bool:
        """Whether somebody's phone is the one that an account signs in by."""
        account = self._session.get(Account, account_id)
        return account is not None and plain_number(account.phone or "") == asker.phone

    def look_for_open(self, askers: Iterable[Asker], day: date) -> None:
        """Read the open bookings of many people at once, before they are asked for singly."""
        new = [asker for asker in dict.fromkeys(askers) if (asker, day) not in self._open]
        if not new:
            return
        tails = [asker.phone[-_TAIL:] for asker in new]
        rows = self._session.execute(
            select(
                Contact.phone,
                Contact.full_name,
                Booking.reference,
                Booking.procedure_id,
                Booking.mode,
                Booking.owner_account_id,
            )
            .join(Contact)
            .where(
                Booking.province_code == self.province_code,
                Booking.service_date == day,
                Booking.status.in_(_OPEN),
                func.right(func.regexp_replace(Contact.phone, r"\D", "", "g"), _TAIL).in_(
                    select(func.unnest(cast(tails, ARRAY(String))))
                ),
            )
        )
        self._open |= {(asker, day): [] for asker in new}
        for row in rows:
            of_asker = self._open.get((Asker.of(row.phone, row.full_name), day))
            if of_asker is not None:  # another name may have the same phone
                of_asker.append(
                    OpenBooking(row.reference, row.procedure_id, row.mode, row.owner_account_id)
                )

    def note_open(self, booking: Booking) -> None:
        """From now on it counts as open, though it is not written yet."""
        contact = booking.contact
        if contact.phone:
            asker = Asker.of(contact.phone, contact.full_name)
            noted = OpenBooking(
                booking.reference, booking.procedure.id, booking.mode, booking.owner_account_id
            )
            self._noted[asker, booking.service_date].append(noted)

    def _area_named_by(self, unit: AdministrativeUnit | None) -> PlanningArea | None:
        code = unit.planning_area_code if unit is not None else None
        if code is None:
            return None
        if code not in self._areas:
            self._areas[code] = find_planning_area(self._session, self.province_code, code)
        return self._areas[code]
