"""Open plans kept in the process for questions, each until one of the rows behind it is written."""

import uuid
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from sqlalchemy import (
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

from backend import clock
from backend.database import Base
from backend.dossiers.models import Leg
from backend.fleet.models import Shift
from backend.planning.edits.workbench import Workbench, open_workbench
from backend.planning.locks import PlanLock
from backend.planning.models import Plan, PlanStatus, Route, Stop, UnassignedLeg, Visit

KEPT = 4
"""Some 20 MB each at 300 visits: the areas that dispatchers look at now."""

FRESH_FOR = timedelta(seconds=60)
"""Of a day under way "now" moves: after a minute it is opened anew."""

_open: OrderedDict[tuple[uuid.UUID, Path], tuple[object, datetime, Workbench]] = OrderedDict()
_guard = Lock()


def keep_open(session: Session, plan: Plan, folder: Path) -> Workbench:
    """The plan open for questions. Raises PlanCannotBeEdited."""
    key, written, now = (plan.id, folder), _written(session, plan), clock.now()
    with _guard:
        known = _open.get(key)
        if known is not None and known[0] == written and _is_fresh(known[1], known[2], now):
            _open.move_to_end(key)
            return known[2]
    bench = open_workbench(session, plan, folder)
    with _guard:
        _open[key] = (written, now, bench)
        _open.move_to_end(key)
        while len(_open) > KEPT:
            _open.popitem(last=False)
    return bench


def _is_fresh(opened: datetime, bench: Workbench, now: datetime) -> bool:
    starts = bench.service_date <= clock.today_local()
    return (bench.now is not None) == starts and (not starts or now - opened < FRESH_FOR)


def _written(session: Session, plan: Plan) -> tuple[object, ...]:
    """Equal while no row of the version, of what its day has brought, or of its legs was written;
    PostgreSQL notes on each row the transaction that wrote it."""
    session.flush()
    plans = select(Plan.id).where(
        (Plan.id == plan.id)
        | (
            (Plan.planning_area_id == plan.planning_area_id)
            & (Plan.service_date == plan.service_date)
            & (Plan.status == PlanStatus.PUBLISHED)
        )
    )
    routes = select(Route.id).where(Route.plan_id.in_(plans))
    stops = select(Stop.id).where(Stop.route_id.in_(routes))
    notes = union_all(
        _note(Visit, Visit.stop_id.in_(stops)),
        _note(Stop, Stop.route_id.in_(routes)),
        _note(PlanLock, PlanLock.plan_id == plan.id),
        _note(UnassignedLeg, UnassignedLeg.plan_id == plan.id),
        _note(
            Leg,
            Leg.planning_area_id == plan.planning_area_id,
            Leg.service_date == plan.service_date,
        ),
        _note(Shift, Shift.service_date == plan.service_date),
    )
    return tuple(sorted(tuple(row) for row in session.execute(notes)))


def _note(table: type[Base], *where: ColumnElement[bool]) -> Select[tuple[str, int, str]]:
    """How many rows, and what their versions are together."""
    name = table.__tablename__
    version = func.concat(
        cast(literal_column(f"{name}.xmin"), String), cast(literal_column(f"{name}.ctid"), String)
    )
    total = cast(func.coalesce(func.sum(func.hashtextextended(version, 0)), 0), String)
    return select(literal(name), func.count(), total).select_from(table).where(*where)
