"""Which rows behind a day were written since: short questions instead of reading the day."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Date, String, Uuid, bindparam, func, select, union_all
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import Session

from backend.catalogue.models import CalendarDay
from backend.dossiers.models import Leg
from backend.fleet.models import Courier, Shift, Vehicle
from backend.places.models import Address, Office, OfficeClosure, PlanningArea, PostOffice
from backend.planning.closing.models import Closing
from backend.planning.models import Plan, UnassignedLeg
from backend.planning.read_day import RIDABLE
from backend.planning.row_versions import note_rows, row_version
from backend.planning.slots.held import select_active_holds
from backend.planning.slots.models import RunningDay, SlotHold

type Note = tuple[object, ...]
"""Equal notes: nothing was written between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """How the rows of a day stand: what seldom changes, and what moves all day long."""

    frame: Note
    """Shifts, couriers, vehicles, offices, the calendar, and the plan."""
    moving: Note
    """Legs, doors and kept orders, all together."""
    holds: tuple[uuid.UUID, ...]
    """Those that bind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The moving rows one by one: id → version."""

    legs: Mapping[uuid.UUID, str]
    homes: Mapping[uuid.UUID, str]


def read_written(session: Session, plan: Plan) -> Written:
    """One question for all of them."""
    session.flush()
    area, day = plan.planning_area, plan.service_date
    given = {"area": area.id, "day": day, "province": area.province_code, "plan": plan.id}
    found = sorted(tuple(row) for row in session.execute(_NOTES, given))
    holds = select_active_holds(area.id, day).with_only_columns(SlotHold.id)
    return Written(
        frame=(plan.solution_sha256, *(row for row in found if row[0] not in _MOVING)),
        moving=tuple(row for row in found if row[0] in _MOVING),
        holds=tuple(session.scalars(holds)),
    )


def read_versions(session: Session, plan: Plan) -> Versions:
    """The moving rows themselves, once something among them was written."""
    given = {"area": plan.planning_area_id, "day": plan.service_date}
    return Versions(
        legs={row[0]: row[1] for row in session.execute(_LEG_VERSIONS, given)},
        homes={row[0]: row[1] for row in session.execute(_HOME_VERSIONS, given)},
    )


_AREA, _DAY = bindparam("area", type_=Uuid()), bindparam("day", type_=Date())
_PROVINCE, _PLAN = bindparam("province", type_=String()), bindparam("plan", type_=Uuid())

_RIDDEN = Leg.planning_area_id == _AREA, Leg.service_date == _DAY, Leg.status.in_(RIDABLE)
_HOMES = Address.id.in_(select(func.unnest(array([Leg.from_id, Leg.to_id]))).where(*_RIDDEN))

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

_MOVING = (Leg.__tablename__, Address.__tablename__, RunningDay.__tablename__)

# Statements are made once: making them takes longer than asking them.
_NOTES = union_all(
    note_rows(Shift, Shift.service_date == _DAY),
    note_rows(Office, Office.province_code == _PROVINCE),
    note_rows(OfficeClosure, OfficeClosure.day == _DAY),
    note_rows(Closing, Closing.province_code == _PROVINCE, Closing.service_date == _DAY),
    note_rows(PostOffice, PostOffice.planning_area_id == _AREA),
    note_rows(Courier, Courier.province_code == _PROVINCE, of=_OF_A_COURIER),
    note_rows(Vehicle, Vehicle.province_code == _PROVINCE),
    note_rows(CalendarDay, CalendarDay.province_code == _PROVINCE),
    note_rows(PlanningArea, PlanningArea.id == _AREA),
    note_rows(UnassignedLeg, UnassignedLeg.plan_id == _PLAN),
    note_rows(Leg, *_RIDDEN),
    note_rows(Address, _HOMES),
    note_rows(RunningDay, RunningDay.planning_area_id == _AREA, RunningDay.service_date == _DAY),
)
_LEG_VERSIONS = select(Leg.id, row_version(Leg)).where(*_RIDDEN)
_HOME_VERSIONS = select(Address.id, row_version(Address)).where(_HOMES)
