"""Invent one day of bookings: who asks for what, where and when. Pure: rows in, rows out.

The rows have the columns of the bookings import, so that a sample day enters as a real one would.
"""

import json
import math
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from backend.clock import SERVICE_ZONE
from backend.courier_day.handlers.failure import FailureReason
from backend.demo.competence import Competence, PackOffice, list_procedures
from backend.demo.errors import NoServiceThatDay, PackSilentAboutDay
from backend.demo.profiles import PROFILES, DemandProfile
from backend.demo.rates import (
    BOTH_SHARE,
    COLLECTION_CHANNELS,
    COLLECTION_SLOTS,
    FAILED_COLLECTIONS,
    FAMILY_NAMES,
    FIRM_SHARE,
    FREQUENCY,
    HELD_COLLECTION_SHARE,
    HELD_RETURN_SHARE,
    PAID_AT_DELIVERY_SHARE,
    RETRIED_COLLECTION_SHARE,
    RETRIED_RETURN_SHARE,
    RETURN_SLOTS,
    USUAL_FREQUENCY,
    Slot,
)
from backend.demo.sample_day import DemandDay, FirstTry, Home
from backend.dossiers.legs import DAYS_TO_SECOND_DELIVERY
from geodata.packs import Pack, PopulatedPoint, Row
from geodata.point import M_PER_DEGREE_LAT, Point
from geodata.units import Unit, UnitIndex


def make_demand(pack: Pack, day: date, profile: DemandProfile, seed: int) -> DemandDay:
    """Booking rows for `day`; the same pack, day, profile and seed give the same rows.

    Raises NoServiceThatDay on a rest day, PackSilentAboutDay when no office receives.
    """
    if not pack.calendar.is_working_day(day):
        name = pack.calendar.holiday_name(day)
        raise NoServiceThatDay(
            day=day,
            why=f" ({name})" if name else "",
            next_day=pack.calendar.next_working_day(day),
        )
    return _Inventor(pack, day, profile, seed).make()


class _Inventor:
    """Holds the day's tables while rows are drawn."""

    def __init__(self, pack: Pack, day: date, profile: DemandProfile, seed: int) -> None:
        self._pack, self._day, self._profile, self._seed = pack, day, profile, seed
        self._random = random.Random(f"{pack.name} {day.isoformat()} {profile.name} {seed}")
        self._competence = Competence(pack, day)
        if not self._competence.offices:
            raise PackSilentAboutDay(pack=pack.name, day=day)
        self._procedures = list_procedures(pack, day)
        self._earlier: dict[date, tuple[set[str], list[Row]]] = {}
        self._units = UnitIndex(pack.units)
        self._post_offices = [
            (row["code"], Point(float(row["lat"]), float(row["lon"])))
            for row in pack.rows("post-offices")
        ]
        served = [place for place in pack.populated_points if self._is_served(place)]
        self._near = self._weighted([place for place in served if not place.is_remote])
        self._remote = self._weighted([place for place in served if place.is_remote])

    def make(self) -> DemandDay:
        collections = round(self._profile.tasks * self._profile.collection_share)
        kinds = [True] * collections + [False] * (self._profile.tasks - collections)
        self._random.shuffle(kinds)
        bookings, homes, first_tries = [], [], []
        for number, is_collection in enumerate(kinds, 1):
            home, procedure, office = self._request()
            row = self._common(number, home, procedure, office)
            row |= (
                self._collection(procedure, home)
                if is_collection
                else self._return(procedure, home, number)
            )
            first_tries.append(self._first_try(row, procedure, home))
            bookings.append(row)
            homes.append(home)
        return DemandDay(
            day=self._day,
            profile=self._profile,
            seed=self._seed,
            bookings=tuple(bookings),
            homes=tuple(homes),
            first_tries=tuple(first_tries),
        )

    def _first_try(self, row: Row, procedure: Row, home: Home) -> FirstTry | None:
        """Sometimes the visit failed before: then the booking is one for that earlier day."""
        returning = row["mode"] == "RETURN"
        share = RETRIED_RETURN_SHARE if returning else RETRIED_COLLECTION_SHARE
        if self._random.random() >= share or row["held_at_post_office_code"]:
            return None
        first_day = self._working_days_ago(DAYS_TO_SECOND_DELIVERY if returning else 1)
        if not self._was_served(row["office_code"], procedure, home, first_day):
            return None
        row["service_date"] = first_day.isoformat()
        if returning:
            ready = self._pack.calendar.previous_working_day(first_day)
            row["ready_at"] = _local(ready, time(15, 30)).isoformat(timespec="minutes")
        return FirstTry(
            at=_local(first_day, time.fromisoformat(row["slot_start"] or "10:00")),
            reason=FailureReason.CITIZEN_ABSENT if returning else self._draw(FAILED_COLLECTIONS),
            rests_at=self._nearest_post_office(home.door) if returning else "",
        )

    def _was_served(self, office_code: str, procedure: Row, home: Home, day: date) -> bool:
        """Whether the same visit could be booked for an earlier day."""
        if day not in self._earlier:
            offices = {office.code for office in Competence(self._pack, day).offices}
            self._earlier[day] = (offices, list_procedures(self._pack, day))
        offices, procedures = self._earlier[day]
        return office_code in offices and procedure in procedures and home.place.is_visited_on(day)

    def _unit(self, place: PopulatedPoint) -> Unit | None:
        return self._units.find_unit(place.unit_code_on(self._day), self._day)

    def _is_served(self, place: PopulatedPoint) -> bool:
        unit = self._unit(place)
        if unit is None or not place.is_visited_on(self._day):
            return False
        return not self._profile.zones or unit.zone_code in self._profile.zones

    def _weighted(self, places: list[PopulatedPoint]) -> tuple[list[PopulatedPoint], list[float]]:
        return places, list(accumulate(self._weight(place) for place in places))

    def _weight(self, place: PopulatedPoint) -> float:
        unit = self._unit(place)
        rural = unit is not None and unit.tier == "COMMUNE"
        return place.weight * (self._profile.rural_factor if rural else 1.0)

    def _request(self) -> tuple[Home, Row, PackOffice]:
        """A home and a procedure that some office in service resolves for it."""
        weights = [FREQUENCY.get(row["code"], USUAL_FREQUENCY) for row in self._procedures]
        for _ in range(1000):
            home = self._home()
            (procedure,) = self._random.choices(self._procedures, weights)
            office = self._competence.find_office(procedure, home.unit_code, home.door)
            if office is not None:
                return home, procedure, office
        raise PackSilentAboutDay(pack=self._pack.name, day=self._day)

    def _home(self) -> Home:
        is_remote = self._random.random() < self._profile.remote_share
        places, weights = self._remote if is_remote and self._remote[0] else self._near
        (place,) = self._random.choices(places, cum_weights=weights)
        angle = self._random.uniform(0, 2 * math.pi)
        reach = place.radius_m * math.sqrt(self._random.random())
        lat = place.point.lat + reach * math.sin(angle) / M_PER_DEGREE_LAT
        shrink = math.cos(math.radians(place.point.lat))
        lon = place.point.lon + reach * math.cos(angle) / (M_PER_DEGREE_LAT * shrink)
        unit = self._unit(place)
        ward = unit.name if unit else ""
        return Home(
            address=f"{self._random.randint(1, 299)} {place.street}, {ward}, {self._pack.title}",
            door=Point(round(lat, 5), round(lon, 5)),
            unit_code=place.unit_code_on(self._day),
            place=place,
        )

    def _common(self, number: int, home: Home, procedure: Row, office: PackOffice) -> Row:
        family = self._random.choice(FAMILY_NAMES)
        return {
            "reference": (
                f"DEMO-{self._day:%Y%m%d}-{self._profile.name}-{self._seed}-{number:04d}"
            ),
            "applicant_name": f"{family} {self._random.choice(('Văn', 'Thị'))} Mẫu {number}",
            "phone": self._phone(number),
            "address": home.address,
            "lat": f"{home.door.lat:.5f}",
            "lon": f"{home.door.lon:.5f}",
            "procedure_code": procedure["code"],
            "office_code": office.code,
            "portal_dossier_code": "",
            "dossiers": "1",
            "service_date": self._day.isoformat(),
            "slot_start": "",
            "slot_end": "",
            "ready_at": "",
            "held_at_post_office_code": "",
            "expected_fee_vnd": "0",
            "source": f"invented demand, profile {self._profile.name}, seed {self._seed}",
            "status": "sample",
        }

    def _phone(self, number: int) -> str:
        """A number nobody has, another one for each profile and seed: no person asks twice."""
        block = (self._seed * len(PROFILES) + list(PROFILES).index(self._profile.name)) % 100
        return f"0900 0{block:02d} {number % 1000:03d}"

    def _collection(self, procedure: Row, home: Home) -> Row:
        row = {
            "mode": "BOTH" if self._random.random() < BOTH_SHARE else "SEND",
            "channel": self._draw(COLLECTION_CHANNELS),
            "expected_fee_vnd": str(_fees(procedure)),
        }
        if self._random.random() < FIRM_SHARE:
            row["dossiers"] = str(self._random.randint(3, 8))
            row["applicant_name"] = f"Công ty TNHH Mẫu {self._random.randint(1, 99):02d}"
        if self._random.random() < HELD_COLLECTION_SHARE:
            # Taken to the safe yesterday: nobody has to be at home, the desk comes first.
            return row | {"held_at_post_office_code": self._nearest_post_office(home.door)}
        return row | self._slot(COLLECTION_SLOTS)

    def _return(self, procedure: Row, home: Home, number: int) -> Row:
        fee = _fees(procedure) if self._random.random() < PAID_AT_DELIVERY_SHARE else 0
        row = {
            "mode": "RETURN",
            "channel": "OFFICE",
            "portal_dossier_code": f"MAU-{self._day:%y%m%d}-{number:04d}",
            "expected_fee_vnd": str(fee),
        } | self._slot(RETURN_SLOTS)
        if self._random.random() < HELD_RETURN_SHARE:
            ready = self._ready_days_ago(1)
            row["held_at_post_office_code"] = self._nearest_post_office(home.door)
        else:
            ready = self._random.choices(
                (self._ready_days_ago(1), self._ready_days_ago(2), self._this_morning()),
                (65, 15, 20),
            )[0]
        return row | {"ready_at": ready.isoformat(timespec="minutes")}

    def _ready_days_ago(self, count: int) -> datetime:
        """An afternoon `count` working days before the day: such results are already pressing."""
        return _local(self._working_days_ago(count), time(15, 30))

    def _working_days_ago(self, count: int) -> date:
        back = self._day
        for _ in range(count):
            back = self._pack.calendar.previous_working_day(back)
        return back

    def _this_morning(self) -> datetime:
        quarter = self._random.randint(0, 6)
        return _local(self._day, time(7, 30)) + timedelta(minutes=15 * quarter)

    def _slot(self, slots: Sequence[tuple[Slot, int]]) -> Row:
        slot = self._draw(slots)
        if slot is None:
            return {}
        return {"slot_start": f"{slot[0]:%H:%M}", "slot_end": f"{slot[1]:%H:%M}"}

    def _draw[T](self, choices: Sequence[tuple[T, int]]) -> T:
        (value,) = self._random.choices(
            [value for value, _ in choices], [weight for _, weight in choices]
        )
        return value

    def _nearest_post_office(self, door: Point) -> str:
        return min(self._post_offices, key=lambda each: each[1].distance_m(door))[0]


def _fees(procedure: Row) -> int:
    return sum(int(item["amount_vnd"]) for item in json.loads(procedure["fees"] or "[]"))


def _local(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SERVICE_ZONE)
