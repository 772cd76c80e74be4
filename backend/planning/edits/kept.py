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
from backend.planning.edits.kept_room import find_places
from backend.planning.edits.rooms import Rooms, open_rooms
from backend.planning.edits.taking_up import take_up
from backend.planning.edits.workbench import Workbench, open_workbench
from backend.planning.locks import PlanLock
from backend.planning.models import Plan, PlanStatus, Route, Stop, UnassignedLeg, Visit
from backend.planning.row_versions import note_rows
from backend.planning.slots.held import select_active_holds
from backend.planning.slots.models import SlotHold
from geodata.travel_tables import TravelTimes

KEPT = 4
"""Some 20 MB each at 300 visits: the areas that dispatchers look at now."""

FRESH_FOR = timedelta(seconds=60)
"""Of a day under way "now" moves: after a minute it is opened anew."""

_open: OrderedDict[tuple[uuid.UUID, Path], tuple[object, datetime, Workbench]] = OrderedDict()
_grown: OrderedDict[tuple[uuid.UUID, Path, frozenset[uuid.UUID]], tuple[Workbench, Workbench]] = (
    OrderedDict()
)
"""A plan and legs that came since → the plan as it lies open, and the same with them."""
_rooms: OrderedDict[int, tuple[Workbench, frozenset[uuid.UUID], Rooms | None]] = OrderedDict()
"""An open plan, the holds that bind, and the room of what is sold in it; by the plan's identity."""
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
        for each in [grown for grown in _grown if _is_past(grown)]:
            del _grown[each]
        _forget_rooms()
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
    return open_with(
        session, plan, folder, keep_open(session, plan, folder), leg_ids, travel=travel
    )


def open_with(
    session: Session,
    plan: Plan,
    folder: Path,
    opened: Workbench,
    leg_ids: Collection[uuid.UUID],
    *,
    travel: TravelTimes,
) -> Workbench:
    """An open plan with legs that came since; kept where the plan itself is. Raises
    LegCannotBeRidden."""
    new = frozenset(leg for leg in leg_ids if leg not in opened.legend.work_of)
    if not new:
        return opened
    key = (plan.id, folder, new)
    with _guard:
        is_kept = any(each[2] is opened for each in _open.values())
        known = _grown.get(key)
        if is_kept and known is not None and known[0] is opened:
            return known[1]
    with opened.lock:
        bench = take_up(session, plan, opened, new, travel)
    if not is_kept:
        return bench
    with _guard:
        _grown[key] = (opened, bench)
        _grown.move_to_end(key)
        while len(_grown) > KEPT:
            _grown.popitem(last=False)
        _forget_rooms()
    return bench


def keep_rooms(
    session: Session, plan: Plan, folder: Path, bench: Workbench, travel: TravelTimes
) -> Rooms | None:
    """What is sold since an open plan was made, each in a place; None where nothing is. Made anew
    when a hold comes or goes: what is booked opens the plan itself anew."""
    active = select_active_holds(plan.planning_area_id, plan.service_date)
    holds = frozenset(session.scalars(active.with_only_columns(SlotHold.id)))
    with _guard:
        known = _rooms.get(id(bench))
        if known is not None and known[0] is bench and known[1] == holds:
            _rooms.move_to_end(id(bench))
            return known[2]
    with bench.lock:
        rooms = open_rooms(session, plan, bench, travel, known=find_places(session, plan, folder))
    with _guard:
        _rooms[id(bench)] = (bench, holds, rooms)
        _rooms.move_to_end(id(bench))
        _forget_rooms()
    return rooms


def _forget_rooms() -> None:
    """Of plans that are not kept any more."""
    kept = {id(each[2]) for each in _open.values()} | {id(each[1]) for each in _grown.values()}
    for each in [known for known in _rooms if known not in kept]:
        del _rooms[each]


def forget_all() -> None:
    """Nothing is kept any more: the next question opens its plan anew."""
    with _guard:
        _open.clear()
        _grown.clear()
        _rooms.clear()


def open_to_change(session: Session, plan: Plan, folder: Path) -> Workbench:
    """The plan open to be changed: of a day under way as of this moment. Raises
    PlanCannotBeEdited."""
    if plan.service_date <= clock.today_local():
        return open_workbench(session, plan, folder)
    return keep_open(session, plan, folder)


def _is_past(grown: tuple[uuid.UUID, Path, frozenset[uuid.UUID]]) -> bool:
    """Whether what it grew from is not the plan that lies open now."""
    now = _open.get(grown[:2])
    return now is None or now[2] is not _grown[grown][0]


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
