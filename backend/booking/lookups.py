"""What bookings look up and nobody changes meanwhile, asked for once in a unit of work.

One booking needs it once; a file of bookings hands the same object to each row.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import ARRAY, String, cast, func, select
from sqlalchemy.orm import Session

from backend.booking.models import Booking
from backend.catalogue.models import Procedure
from backend.catalogue.operations import get_procedure, load_calendar
from backend.places.models import AdministrativeUnit, Office, OfficeTier, PlanningArea, PostOffice
from backend.places.operations import (
    find_planning_area,
    get_office,
    get_post_office,
    list_offices,
)
from backend.places.surroundings import planning_area_of_point, units_of_points
from geodata.calendar import WorkingCalendar
from geodata.point import Point

REFERENCE_LOCKS = 1024
"""References share this many locks of a province. A file of 20,000 rows with a lock each would fill
the server's lock table (PostgreSQL's default holds about 6,400)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What lies around a place on a day: its unit, and the planning area that serves it."""

    unit: AdministrativeUnit | None
    area: PlanningArea | None


class Lookups:
    """Reads of one province, each made once; for one session, and no longer than its transaction.

    Raises what the single reads raise; a failed read is made again the next time.
    """

    def __init__(self, session: Session, province_code: str) -> None:
        self._session = session
        self.province_code = province_code
        self._procedures: dict[tuple[str, date], Procedure] = {}
        self._offices: dict[str, Office] = {}
        self._in_force: dict[tuple[OfficeTier, ...], dict[date, list[Office]]] = {}
        self._post_offices: dict[str, PostOffice] = {}
        self._areas: dict[str, PlanningArea | None] = {}
        self._units: dict[tuple[Point, date], AdministrativeUnit | None] = {}
        self._surroundings: dict[tuple[Point, date], Surroundings] = {}
        self._references: dict[str, uuid.UUID | None] = {}

    @cached_property
    def calendar(self) -> WorkingCalendar:
        """The working days of the province."""
        return load_calendar(self._session, self.province_code)

    def get_procedure(self, code: str, day: date) -> Procedure:
        """The version in force on a local date; raises ProcedureNotFound."""
        key = (code, day)
        if key not in self._procedures:
            self._procedures[key] = get_procedure(self._session, self.province_code, code, day)
        return self._procedures[key]

    def get_office(self, code: str) -> Office:
        """The office with this code, in force or not; raises OfficeNotFound."""
        if code not in self._offices:
            self._offices[code] = get_office(self._session, self.province_code, code)
        return self._offices[code]

    def get_post_office(self, code: str) -> PostOffice:
        """The post office with this code, in force or not; raises PostOfficeNotFound."""
        if code not in self._post_offices:
            found = get_post_office(self._session, self.province_code, code)
            self._post_offices[code] = found
        return self._post_offices[code]

    def list_offices(self, day: date, *tiers: OfficeTier) -> list[Office]:
        """Offices in force and in the service on a local date; of these tiers, or of all."""
        of_day = self._in_force.setdefault(tiers, {})
        if day not in of_day:
            of_day[day] = list_offices(self._session, self.province_code, day, tiers=tiers)
        return of_day[day]

    def surroundings(self, point: Point, day: date) -> Surroundings:
        """Unit and planning area around a place on a local date."""
        key = (point, day)
        if key not in self._surroundings:
            if key not in self._units:
                self.look_around([point], day)
            unit = self._units[key]
            self._surroundings[key] = Surroundings(unit, self._area(point, day, unit))
        return self._surroundings[key]

    def look_around(self, points: Iterable[Point], day: date) -> None:
        """Read the units of many places at once, before they are asked for singly."""
        new = [point for point in dict.fromkeys(points) if (point, day) not in self._units]
        if not new:
            return
        found = units_of_points(self._session, self.province_code, new, day)
        for point, around in zip(new, found, strict=True):
            self._units[point, day] = around.unit if around else None

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
        booked = self._session.execute(
            select(Booking.reference, Booking.id).where(
                Booking.province_code == self.province_code,
                Booking.reference == func.any(cast(new, ARRAY(String))),
            )
        )
        known: Mapping[str, uuid.UUID] = {row.reference: row.id for row in booked}
        self._references |= {reference: known.get(reference) for reference in new}

    def find_claimed(self, reference: str) -> Booking | None:
        """The booking of a reference that is held here."""
        booking_id = self._references[reference]
        return None if booking_id is None else self._session.get(Booking, booking_id)

    def note_booked(self, booking: Booking) -> None:
        """From now on its reference finds it."""
        self._references[booking.reference] = booking.id

    def _area(
        self, point: Point, day: date, unit: AdministrativeUnit | None
    ) -> PlanningArea | None:
        code = unit.planning_area_code if unit is not None else None
        if not code:
            return planning_area_of_point(self._session, self.province_code, point, day, unit)
        if code not in self._areas:
            self._areas[code] = find_planning_area(self._session, self.province_code, code)
        return self._areas[code]
