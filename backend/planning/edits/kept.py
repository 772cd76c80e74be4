"""Open plans kept in the process for questions, each until one of the rows behind it is written."""

import uuid
from collections import OrderedDict
from collections.abc import Collection
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from sqlalchemy import select, union_all
from sqlalchemy.orm import Session

from backend import clock
from backend.dossiers.models import Leg
from backend.fleet.models import Shift
from backend.planning.edits.taking_up import take_up
from backend.planning.edits.workbench import Workbench, open_workbench
from backend.planning.locks import PlanLock
from backend.planning.models import Plan, PlanStatus, Route, Stop, UnassignedLeg, Visit
from backend.planning.row_versions import note_rows
from geodata.travel_tables import TravelTimes

KEPT = 4
"""Some 20 MB each at 300 visits: the areas that dispatchers look at now."""

FRESH_FOR = timedelta(seconds=60)
"""Of a day under way "now" moves: after a minute it is opened anew."""

_open: OrderedDict[tuple[uuid.UUID, Path], tuple[object, datetime, Workbench]] = OrderedDict()
_grown: OrderedDict[frozenset[uuid.UUID], tuple[Workbench, Workbench]] = OrderedDict()
"""Legs that came since → the open plan, and the same with them."""
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


def keep_with(
    session: Session,
    plan: Plan,
    folder: Path,
    leg_ids: Collection[uuid.UUID],
    travel: TravelTimes,
) -> Workbench:
    """As `keep_open`, with legs that came since as works that no route has. Raises also
    LegCannotBeRidden."""
    opened = keep_open(session, plan, folder)
    new = frozenset(leg for leg in leg_ids if leg not in opened.legend.work_of)
    if not new:
        return opened
    with _guard:
        known = _grown.get(new)
        if known is not None and known[0] is opened:
            return known[1]
    with opened.lock:
        bench = take_up(session, plan, opened, new, travel)
    with _guard:
        _grown[new] = (opened, bench)
        _grown.move_to_end(new)
        while len(_grown) > KEPT:
            _grown.popitem(last=False)
    return bench


def forget_all() -> None:
    """Nothing is kept any more: the next question opens its plan anew."""
    with _guard:
        _open.clear()
        _grown.clear()


def open_to_change(session: Session, plan: Plan, folder: Path) -> Workbench:
    """The plan open to be changed: of a day under way as of this moment. Raises
    PlanCannotBeEdited."""
    if plan.service_date <= clock.today_local():
        return open_workbench(session, plan, folder)
    return keep_open(session, plan, folder)


def _is_fresh(opened: datetime, bench: Workbench, now: datetime) -> bool:
    starts = bench.service_date <= clock.today_local()
    return (bench.now is not None) == starts and (not starts or now - opened < FRESH_FOR)


def _written(session: Session, plan: Plan) -> tuple[object, ...]:
    """Equal while no row of the version, of what its day brought, or of its legs was written."""
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
        note_rows(Visit, Visit.stop_id.in_(stops)),
        note_rows(Stop, Stop.route_id.in_(routes)),
        note_rows(PlanLock, PlanLock.plan_id == plan.id),
        note_rows(UnassignedLeg, UnassignedLeg.plan_id == plan.id),
        note_rows(
            Leg,
            Leg.planning_area_id == plan.planning_area_id,
            Leg.service_date == plan.service_date,
        ),
        note_rows(Shift, Shift.service_date == plan.service_date),
    )
    return tuple(sorted(tuple(row) for row in session.execute(notes)))
