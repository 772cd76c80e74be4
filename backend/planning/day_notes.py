"""What a day is read from, as notes that tell whether any of it was written since."""

from sqlalchemy import Date, String, Uuid, bindparam, func, select
from sqlalchemy.dialects.postgresql import array

from backend.catalogue.models import CalendarDay
from backend.dossiers.models import Leg
from backend.fleet.models import Courier, Shift, Vehicle
from backend.places.models import Address, Office, OfficeClosure, PlanningArea, PostOffice
from backend.planning.closing.models import Closing
from backend.planning.models import Plan
from backend.planning.read_day import RIDABLE
from backend.planning.row_versions import note_rows

AREA, DAY = bindparam("area", type_=Uuid()), bindparam("day", type_=Date())
PROVINCE, PLAN = bindparam("province", type_=String()), bindparam("plan", type_=Uuid())

RIDDEN = Leg.planning_area_id == AREA, Leg.service_date == DAY, Leg.status.in_(RIDABLE)
"""Legs that a plan of the day may give to anyone."""

DOORS = Address.id.in_(select(func.unnest(array([Leg.from_id, Leg.to_id]))).where(*RIDDEN))

_OF_A_COURIER = (
    Courier.id,
    Courier.code,
    Courier.active,
    Courier.satchel_dossiers,
    Courier.cash_limit_vnd,
    Courier.skills,
    Courier.familiar_zones,
)
"""What a day is built from; the rest of a courier's row is written all day long."""

FRAME = (
    note_rows(Shift, Shift.service_date == DAY),
    note_rows(Office, Office.province_code == PROVINCE),
    note_rows(OfficeClosure, OfficeClosure.day == DAY),
    note_rows(Closing, Closing.province_code == PROVINCE, Closing.service_date == DAY),
    note_rows(PostOffice, PostOffice.province_code == PROVINCE),
    note_rows(Courier, Courier.province_code == PROVINCE, of=_OF_A_COURIER),
    note_rows(Vehicle, Vehicle.province_code == PROVINCE),
    note_rows(CalendarDay, CalendarDay.province_code == PROVINCE),
    note_rows(PlanningArea, PlanningArea.id == AREA),
)
"""Who rides, with what, from where to where, and when that is open."""


def day_of(plan: Plan) -> dict[str, object]:
    """The values that the notes are asked with."""
    area = plan.planning_area
    return {
        "area": area.id,
        "day": plan.service_date,
        "province": area.province_code,
        "plan": plan.id,
    }
