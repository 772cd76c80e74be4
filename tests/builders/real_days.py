"""Two whole days on real road networks, booked through the service's own operation."""

import csv
import random
from collections.abc import Sequence
from datetime import time
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from backend.booking.models import BookingMode
from backend.booking.operations import book_visit
from backend.places.models import Office, PlanningArea, PostOffice
from geodata.point import Point
from geodata.travel_tables import SnappedPoint, TravelTimes
from tests.builders.booking import WORKING_DAY, a_request
from tests.builders.catalogue import a_procedure
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import a_planning_area, a_post_office, an_office

SLOTS = ((8, 10), (9, 11), (10, 12), (13, 15), (14, 16), (15, 17))
"""Two-hour windows of a day (DOMAIN §6)."""

RETURN_SHARE = 0.65
"""Returns are more than half of the work (DOMAIN §6)."""

FIRM_SHARE, HELD_SHARE = 0.04, 0.05
"""Bookings with several dossiers, and results that wait at a post office from an earlier try."""


def random_places_on_roads(
    travel: TravelTimes, bbox: tuple[float, float, float, float], count: int, seed: int
) -> list[Point]:
    """Points inside (west, south, east, north), snapped to the nearest road within 300 m."""
    west, south, east, north = bbox
    chance = random.Random(seed)
    found: list[Point] = []
    while len(found) < count:
        drawn = [
            Point(chance.uniform(south, north), chance.uniform(west, east)) for _ in range(count)
        ]
        found += [s.on_road for s in travel.snap(drawn) if isinstance(s, SnappedPoint)]
    return found[:count]


def a_real_day(
    session: Session,
    *,
    province_code: str,
    area_code: str,
    homes: Sequence[tuple[str, Point]],
    offices: Sequence[tuple[str, Point]],
    post_offices: Sequence[tuple[str, Point]],
    couriers: int,
    seed: int,
) -> PlanningArea:
    """One booking a home: slots, ways, firms and held items drawn from a seed; every home is filed
    with one of its two nearest offices."""
    chance = random.Random(seed)
    area = a_planning_area(
        session, province_code=province_code, code=area_code, name=f"{area_code} (thử nghiệm)"
    )
    counters = [
        an_office(session, point=point, name=name, province_code=province_code)
        for name, point in offices
    ]
    depots = [
        a_post_office(
            session, point=point, name=name, province_code=province_code, planning_area=area
        )
        for name, point in post_offices
    ]
    procedure = a_procedure(session, province_code=province_code)
    for number in range(couriers):
        depot = depots[number % len(depots)]
        courier = a_courier(session, post_office=depot, province_code=province_code)
        a_shift(session, service_date=WORKING_DAY, courier=courier, province_code=province_code)
    for address, door in homes:
        office = _near(counters, offices, door, chance)
        fields = _wish(chance, depots)
        request = a_request(
            province_code=province_code,
            address=address,
            point=door,
            office_code=office.code,
            procedure_code=procedure.code,
            **fields,
        )
        book_visit(session, request)
    return area


def _near(
    counters: Sequence[Office],
    places: Sequence[tuple[str, Point]],
    door: Point,
    chance: random.Random,
) -> Office:
    by_distance = sorted(
        range(len(counters)), key=lambda number: door.distance_m(places[number][1])
    )
    return counters[chance.choice(by_distance[:2])]


def _wish(chance: random.Random, depots: Sequence[PostOffice]) -> dict[str, Any]:
    start, end = chance.choice(SLOTS)
    slot: dict[str, Any] = {"slot_start": time(start), "slot_end": time(end)}
    slot["dossier_count"] = 3 if chance.random() < FIRM_SHARE else 1
    slot["expected_fee_vnd"] = chance.choice((0, 50_000, 135_000))
    if chance.random() >= RETURN_SHARE:
        return slot | {"mode": BookingMode.SEND}
    held = chance.random() < HELD_SHARE
    code = chance.choice(depots).code if held else None
    return slot | {"mode": BookingMode.RETURN, "held_at_post_office_code": code}


def rows_inside(
    file: Path, bbox: tuple[float, float, float, float], *, name: Sequence[str]
) -> list[tuple[str, Point]]:
    """(name, point) of the rows of a CSV with lat and lon that lie inside the box."""
    west, south, east, north = bbox
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    places = [(" ".join(row[key] for key in name), row["lat"], row["lon"]) for row in rows]
    return [
        (text, Point(float(lat), float(lon)))
        for text, lat, lon in places
        if south <= float(lat) <= north and west <= float(lon) <= east
    ]
