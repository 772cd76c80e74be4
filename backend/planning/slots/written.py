"""Which rows behind a day were written since: short questions instead of reading the day."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from backend.dossiers.models import Leg
from backend.places.models import Address
from backend.planning.day_notes import AREA, DAY, DOORS, FRAME, PLAN, RIDDEN, day_of
from backend.planning.models import Plan, UnassignedLeg
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
    found = sorted(tuple(row) for row in session.execute(_NOTES, day_of(plan)))
    holds = select_active_holds(plan.planning_area_id, plan.service_date).with_only_columns(
        SlotHold.id
    )
    return Written(
        frame=(plan.solution_sha256, *(row for row in found if row[0] not in _MOVING)),
        moving=tuple(row for row in found if row[0] in _MOVING),
        holds=tuple(session.scalars(holds)),
    )


def read_versions(session: Session, plan: Plan) -> Versions:
    """The moving rows themselves, once something among them was written."""
    given = day_of(plan)
    return Versions(
        legs={row[0]: row[1] for row in session.execute(_LEG_VERSIONS, given)},
        homes={row[0]: row[1] for row in session.execute(_HOME_VERSIONS, given)},
    )


_MOVING = (Leg.__tablename__, Address.__tablename__, RunningDay.__tablename__)

# Statements are made once: making them takes longer than asking them.
_NOTES = union_all(
    *FRAME,
    note_rows(UnassignedLeg, UnassignedLeg.plan_id == PLAN),
    note_rows(Leg, *RIDDEN),
    note_rows(Address, DOORS),
    note_rows(RunningDay, RunningDay.planning_area_id == AREA, RunningDay.service_date == DAY),
)
_LEG_VERSIONS = select(Leg.id, row_version(Leg)).where(*RIDDEN)
_HOME_VERSIONS = select(Address.id, row_version(Address)).where(DOORS)
