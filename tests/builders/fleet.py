"""Couriers, vehicles and shifts with invented names and phones."""

from datetime import date, time
from typing import Any

from sqlalchemy.orm import Session

from backend.accounts.models import Person
from backend.fleet.models import Courier, Employment, Shift, Vehicle, VehicleKind
from backend.places.models import PostOffice
from tests.builders.numbers import next_number
from tests.builders.places import PROVINCE, SOURCED, a_post_office


def a_courier(
    session: Session, *, post_office: PostOffice | None = None, name: str = "", **fields: Any
) -> Courier:
    """An employed courier with a satchel for 30 dossiers and 10 million đồng of cash limit."""
    number = next_number()
    person = Person(
        province_code=PROVINCE,
        full_name=name or f"Bưu tá Mẫu {number}",
        phone=f"0900 001 {number % 1000:03d}",
    )
    values = {
        "province_code": PROVINCE,
        "code": f"BT-{number:03d}",
        "person": person,
        "post_office": post_office or a_post_office(session),
        "employment": Employment.EMPLOYEE,
        "satchel_dossiers": 30,
        "cash_limit_vnd": 10_000_000,
        "skills": [],
        "familiar_zones": [],
        "revision": 0,
    }
    courier = Courier(**SOURCED | values | fields)
    session.add(courier)
    session.flush()
    return courier


def a_vehicle(session: Session, *, post_office: PostOffice, **fields: Any) -> Vehicle:
    """A motorbike with room for 40 dossiers."""
    values = {
        "province_code": PROVINCE,
        "code": f"XM-{next_number():03d}",
        "kind": VehicleKind.MOTORBIKE,
        "post_office_id": post_office.id,
        "capacity_dossiers": 40,
    }
    vehicle = Vehicle(**SOURCED | values | fields)
    session.add(vehicle)
    session.flush()
    return vehicle


def a_shift(
    session: Session,
    *,
    service_date: date,
    courier: Courier | None = None,
    vehicle: Vehicle | None = None,
    starts: time = time(7, 0),
    ends: time = time(17, 30),
    **fields: Any,
) -> Shift:
    """A day shift from and to the courier's post office, with 45 minutes of break at midday."""
    courier = courier or a_courier(session)
    values = {
        "province_code": PROVINCE,
        "courier": courier,
        "vehicle": vehicle or a_vehicle(session, post_office=courier.post_office),
        "service_date": service_date,
        "starts": starts,
        "ends": ends,
        "start_post_office": courier.post_office,
        "end_post_office": courier.post_office,
        "break_earliest": time(11, 15),
        "break_latest": time(13, 0),
        "break_minutes": 45,
        "max_stops": 40,
    }
    shift = Shift(**SOURCED | values | fields)
    session.add(shift)
    session.flush()
    return shift
