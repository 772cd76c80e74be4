"""Give the sample couriers shifts where the invented work is. Pure: rows in, rows out."""

import math
from collections import Counter
from datetime import date

from backend.demo.sample_day import DemandDay
from geodata.packs import Pack, Row
from geodata.point import Point, distances_m

SHIFT_STARTS, SHIFT_ENDS = "07:00", "17:30"
BREAK_EARLIEST, BREAK_LATEST, BREAK_MINUTES = "11:15", "13:00", "60"
MAX_STOPS = "40"
"""A motorbike courier makes 25–40 stops a day (DOMAIN §6, estimate)."""


DOOR_MINUTES = {"SEND": 11, "BOTH": 11, "RETURN": 5}
"""Service at the door (DOMAIN §6: collect 8–15, deliver 4–6 minutes)."""

BETWEEN_DOORS_MINUTES = 6
"""Riding to the next door and standing in a queue at an office, shared by its dossiers."""

OFFICE_MINUTES_PER_KM = 1.5
"""Half of the ride home–office at 27.6 km/h with a detour of 1.35: a courier takes several
dossiers there at once, but windows often part them."""

COURIER_MINUTES = 280
"""What slots, lunch gaps and cut-offs leave of a shift, with a reserve for a hurried search.
Planned days of November 2026 (22 November, 20–40 s of processor time): our own search did all work
of every profile with 70–90 % of the couriers rostered so, OR-Tools needed them all."""


def make_shifts(pack: Pack, demand: DemandDay) -> list[Row]:
    """Shift rows: as many couriers as the work needs, near the homes they serve."""
    couriers = _couriers_by_post_office(pack)
    vehicles = _motorbikes_by_post_office(pack)
    wanted = math.ceil(_work_minutes(pack, demand) / COURIER_MINUTES)
    homes = _homes_by_post_office(pack, demand, sorted(couriers))
    used: Counter[str] = Counter()
    shifts = []
    for _ in range(min(wanted, sum(len(each) for each in couriers.values()))):
        free = [code for code in sorted(couriers) if used[code] < len(couriers[code])]
        # Whoever would still have most homes a courier gets the next courier.
        code = max(free, key=lambda each: (homes[each] / (used[each] + 1), each))
        shifts.append(
            _shift(demand.day, code, couriers[code][used[code]]["code"], vehicles[code][used[code]])
        )
        used[code] += 1
    return shifts


def make_clerks(pack: Pack) -> list[Row]:
    """One invented clerk for every counter of the pack: GDV-… at post offices, CB-… at offices."""
    counters = [
        ("GDV", "Giao dịch viên", "post_office_code", row) for row in pack.rows("post-offices")
    ]
    desks = [("CB", "Cán bộ", "office_code", row) for row in pack.rows("offices")]
    clerks = []
    for number, (sign, words, column, place) in enumerate(counters + desks, start=1):
        seats = {"post_office_code": "", "office_code": ""} | {column: place["code"]}
        clerks.append(
            {
                "code": f"{sign}-{place['code']}"[:40],
                "name": f"{words} Mẫu {number}",
                **seats,
                "source": "mẫu cho trình diễn",
                "status": "sample",
            }
        )
    return clerks


def _work_minutes(pack: Pack, demand: DemandDay) -> float:
    offices = {
        row["code"]: Point(float(row["lat"]), float(row["lon"])) for row in pack.rows("offices")
    }
    total = 0.0
    for row, home in zip(demand.bookings, demand.homes, strict=True):
        ride_km = home.door.distance_m(offices[row["office_code"]]) / 1000
        total += DOOR_MINUTES[row["mode"]] + BETWEEN_DOORS_MINUTES + OFFICE_MINUTES_PER_KM * ride_km
    return total


def _couriers_by_post_office(pack: Pack) -> dict[str, list[Row]]:
    couriers: dict[str, list[Row]] = {}
    for row in pack.rows("couriers"):
        couriers.setdefault(row["post_office_code"], []).append(row)
    return couriers


def _motorbikes_by_post_office(pack: Pack) -> dict[str, list[str]]:
    vehicles: dict[str, list[str]] = {}
    for row in pack.rows("vehicles"):
        if row["kind"] == "MOTORBIKE":
            vehicles.setdefault(row["post_office_code"], []).append(row["code"])
    return vehicles


def _homes_by_post_office(pack: Pack, demand: DemandDay, codes: list[str]) -> Counter[str]:
    """How many homes lie nearest to each post office that has couriers."""
    rows = {row["code"]: row for row in pack.rows("post-offices")}
    places = [Point(float(rows[code]["lat"]), float(rows[code]["lon"])) for code in codes]
    gaps = distances_m([home.door for home in demand.homes], places)
    return Counter(codes[index] for index in gaps.argmin(axis=1).tolist())


def _shift(day: date, post_office_code: str, courier_code: str, vehicle_code: str) -> Row:
    return {
        "courier_code": courier_code,
        "vehicle_code": vehicle_code,
        "service_date": day.isoformat(),
        "starts": SHIFT_STARTS,
        "ends": SHIFT_ENDS,
        "start_post_office_code": post_office_code,
        "end_post_office_code": post_office_code,
        "break_earliest": BREAK_EARLIEST,
        "break_latest": BREAK_LATEST,
        "break_minutes": BREAK_MINUTES,
        "max_stops": MAX_STOPS,
        "source": "invented roster for demonstration",
        "status": "sample",
    }
