"""Invent one day of bookings: who asks for what, where and when. Pure: rows in, rows out.

The rows have the columns of the bookings import, so that a sample day enters as a real one would.
"""

import json
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate

from backend.clock import SERVICE_ZONE
from backend.demo.competence import Competence, PackOffice, list_procedures
from backend.demo.errors import NoServiceThatDay, PackSilentAboutDay
from backend.demo.profiles import PROFILES, DemandProfile
from geodata.packs import Pack, PopulatedPoint, Row
from geodata.point import M_PER_DEGREE_LAT, Point
from geodata.units import Unit, UnitIndex

# How often a procedure is asked for, in parts of the whole. Order of magnitude of the public lists
# of common procedures (DOMAIN §6: driving licence, passport, identity card, insurance, …).
FREQUENCY = {
    "1.002809": 14,
    "1.002820": 3,
    "1.001456": 10,
    "1.004222": 4,
    "1.004194": 3,
    "2.000488": 9,
    "1.001193": 4,
    "2.000635": 5,
    "1.004873": 3,
    "1.001612": 6,
    "2.001583": 3,
    "1.004199": 6,
    "2.000889": 8,
    "1.004583": 4,
    "TAM-BH-01": 6,
    "TAM-BH-02": 4,
    "TAM-BH-03": 3,
}
USUAL_FREQUENCY = 1

BOTH_SHARE = 0.7
"""Part of the collections whose result comes back by post too (An Giang 2017: 9,633 of 13,414)."""

FIRM_SHARE = 0.06
"""Part of the collections at a firm, which hands over several dossiers in one visit (estimate)."""

HELD_RETURN_SHARE = 0.10
"""Part of the returns that wait at a post office after a failed first try (DOMAIN §6: 8–12 %)."""

HELD_COLLECTION_SHARE = 0.05
"""Part of the collections brought to a post office yesterday after the desk had shut (estimate)."""

PAID_AT_DELIVERY_SHARE = 0.2
"""Part of the returns for which a fee is still due at the door (estimate)."""

# Slots of two hours and their weights: papers are collected early enough for the desk, results
# come home after the fetch. No slot (None) leaves the whole shift.
type Slot = tuple[time, time] | None
COLLECTION_SLOTS: Sequence[tuple[Slot, int]] = (
    ((time(8), time(10)), 28),
    ((time(9), time(11)), 22),
    ((time(10), time(12)), 10),
    ((time(13), time(15)), 12),
    ((time(14), time(16)), 8),
    (None, 20),
)
RETURN_SLOTS: Sequence[tuple[Slot, int]] = (
    ((time(9), time(11)), 12),
    ((time(10), time(12)), 14),
    ((time(13), time(15)), 18),
    ((time(14), time(16)), 18),
    ((time(15), time(17)), 18),
    (None, 20),
)
COLLECTION_CHANNELS = (("PHONE", 50), ("PORTAL", 28), ("APP", 14), ("COUNTER", 8))
FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Đặng", "Võ", "Bùi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A door of the sample day."""

    address: str
    door: Point
    unit_code: str
    place: PopulatedPoint


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandDay:
    """One invented day: booking rows, and the homes in the same order."""

    day: date
    profile: DemandProfile
    seed: int
    bookings: tuple[Row, ...]
    homes: tuple[Home, ...]


def make_demand(pack: Pack, day: date, profile: DemandProfile, seed: int) -> DemandDay:
    """Booking rows for `day`; the same pack, day, profile and seed give the same rows.

    Raises NoServiceThatDay on a rest day, PackSilentAboutDay when no office receives.
    """
    if not pack.calendar.is_working_day(day):
        name = pack.calendar.holiday_name(day)
        raise NoServiceThatDay(
            day=day.isoformat(),
            why=f" ({name})" if name else "",
            next_day=pack.calendar.next_working_day(day).isoformat(),
        )
    return _Inventor(pack, day, profile, seed).make()


class _Inventor:
    """Holds the day's tables while rows are drawn."""

    def __init__(self, pack: Pack, day: date, profile: DemandProfile, seed: int) -> None:
        self._pack, self._day, self._profile, self._seed = pack, day, profile, seed
        self._random = random.Random(f"{pack.name} {day.isoformat()} {profile.name} {seed}")
        self._competence = Competence(pack, day)
        if not self._competence.offices:
            raise PackSilentAboutDay(pack=pack.name, day=day.isoformat())
        self._procedures = list_procedures(pack, day)
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
        bookings, homes = [], []
        for number, is_collection in enumerate(kinds, 1):
            home, procedure, office = self._request()
            row = self._common(number, home, procedure, office)
            row |= (
                self._collection(procedure, home)
                if is_collection
                else self._return(procedure, home, number)
            )
            bookings.append(row)
            homes.append(home)
        return DemandDay(
            day=self._day,
            profile=self._profile,
            seed=self._seed,
            bookings=tuple(bookings),
            homes=tuple(homes),
        )

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
        raise PackSilentAboutDay(pack=self._pack.name, day=self._day.isoformat())

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
            ready = self._worked_days_ago(2)
            row["held_at_post_office_code"] = self._nearest_post_office(home.door)
        else:
            ready = self._random.choices(
                (self._worked_days_ago(1), self._worked_days_ago(2), self._this_morning()),
                (65, 15, 20),
            )[0]
        return row | {"ready_at": ready.isoformat(timespec="minutes")}

    def _worked_days_ago(self, count: int) -> datetime:
        """An afternoon `count` working days before the day: such results are already pressing."""
        back = self._day
        for _ in range(count):
            back = self._pack.calendar.previous_working_day(back)
        return datetime.combine(back, time(15, 30), SERVICE_ZONE)

    def _this_morning(self) -> datetime:
        quarter = self._random.randint(0, 6)
        opening = datetime.combine(self._day, time(7, 30), SERVICE_ZONE)
        return opening + timedelta(minutes=15 * quarter)

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
