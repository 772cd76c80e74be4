"""Whether any row behind a day was written since: one short question instead of reading the day."""

from datetime import date

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    String,
    cast,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from backend.catalogue.models import CalendarDay
from backend.database import Base
from backend.dossiers.models import Leg
from backend.fleet.models import Courier, Shift, Vehicle
from backend.places.models import Address, Office, OfficeClosure, PlanningArea, PostOffice
from backend.planning.models import Plan
from backend.planning.slots.held import list_active_holds
from backend.planning.slots.models import RunningDay

type Written = tuple[object, ...]
"""Equal answers: nothing was written between."""


def rows_written(session: Session, area: PlanningArea, day: date) -> Written:
    """PostgreSQL notes on each row the transaction that wrote it; a day is equal to itself while
    number, sum and newest of these stay, and while the same holds bind."""
    session.flush()
    legs = select(Leg.id).where(Leg.planning_area_id == area.id, Leg.service_date == day)
    ends = (
        select(Leg.from_id)
        .where(Leg.id.in_(legs))
        .union_all(select(Leg.to_id).where(Leg.id.in_(legs)))
    )
    province = area.province_code
    notes = union_all(
        _note(Leg, Leg.id.in_(legs)),
        _note(Address, Address.id.in_(ends)),
        _note(Shift, Shift.service_date == day),
        _note(Plan, Plan.planning_area_id == area.id, Plan.service_date == day),
        _note(Office, Office.province_code == province),
        _note(OfficeClosure, OfficeClosure.day == day),
        _note(PostOffice, PostOffice.planning_area_id == area.id),
        _note(Courier, Courier.province_code == province),
        _note(Vehicle, Vehicle.province_code == province),
        _note(CalendarDay, CalendarDay.province_code == province),
        _note(PlanningArea, PlanningArea.id == area.id),
        _note(RunningDay, RunningDay.planning_area_id == area.id, RunningDay.service_date == day),
    )
    holds = tuple(hold.id for hold in list_active_holds(session, area.id, day))
    return (*sorted(tuple(row) for row in session.execute(notes)), holds)


def _note(table: type[Base], *where: ColumnElement[bool]) -> Select[tuple[str, int, int, int]]:
    name = table.__tablename__
    writer = cast(cast(literal_column(f"{name}.xmin"), String), BigInteger)
    total = cast(func.coalesce(func.sum(writer), 0), BigInteger)
    newest = func.coalesce(func.max(writer), 0)
    return select(literal(name), func.count(), total, newest).select_from(table).where(*where)
