"""Which rows behind a day were written since: short questions instead of reading the day.

PostgreSQL notes on each row the transaction that wrote it and where the version lies; a row is
equal to itself while both stay.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    Uuid,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import InstrumentedAttribute, Session

from backend.catalogue.models import CalendarDay
from backend.database import Base
from backend.dossiers.models import Leg
from backend.fleet.models import Courier, Shift, Vehicle
from backend.places.models import Address, Office, OfficeClosure, PlanningArea, PostOffice
from backend.planning.models import Plan, UnassignedLeg
from backend.planning.read_day import RIDABLE
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


def _note(
    table: type[Base],
    *where: ColumnElement[bool],
    of: tuple[InstrumentedAttribute[object], ...] = (),
) -> Select[str, int, str]:
    """How many rows, and what they are together: by their versions, or by some columns."""
    what = func.concat_ws("/", *(cast(each, String) for each in of)) if of else _version(table)
    total = cast(func.coalesce(func.sum(func.hashtextextended(what, 0)), 0), String)
    return (
        select(literal(table.__tablename__), func.count(), total).select_from(table).where(*where)
    )


def _version(table: type[Base]) -> ColumnElement[str]:
    name = table.__tablename__
    return func.concat(
        cast(literal_column(f"{name}.xmin"), String),
        ":",
        cast(literal_column(f"{name}.ctid"), String),
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
    _note(Shift, Shift.service_date == _DAY),
    _note(Office, Office.province_code == _PROVINCE),
    _note(OfficeClosure, OfficeClosure.day == _DAY),
    _note(PostOffice, PostOffice.planning_area_id == _AREA),
    _note(Courier, Courier.province_code == _PROVINCE, of=_OF_A_COURIER),
    _note(Vehicle, Vehicle.province_code == _PROVINCE),
    _note(CalendarDay, CalendarDay.province_code == _PROVINCE),
    _note(PlanningArea, PlanningArea.id == _AREA),
    _note(UnassignedLeg, UnassignedLeg.plan_id == _PLAN),
    _note(Leg, *_RIDDEN),
    _note(Address, _HOMES),
    _note(RunningDay, RunningDay.planning_area_id == _AREA, RunningDay.service_date == _DAY),
)
_LEG_VERSIONS = select(Leg.id, _version(Leg)).where(*_RIDDEN)
_HOME_VERSIONS = select(Address.id, _version(Address)).where(_HOMES)
