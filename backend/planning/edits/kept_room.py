"""Windows that were sold on the running day and that no route has yet: visits booked since a
version was made, and holds. A replan that did not know of them would ride in their room."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.dossiers.models import Leg
from backend.planning.edits.references import list_references
from backend.planning.edits.taking_up import with_legs
from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan
from backend.planning.new_work import find_new_work
from backend.planning.slots.confirmed_holds import read_room
from backend.planning.slots.held import read_day_with_holds, select_active_holds
from backend.planning.slots.models import RunningDay, SlotHold
from geodata.travel_tables import TravelTimes


def is_anything_sold(session: Session, plan: Plan) -> bool:
    """Whether a window was booked since a version was made, or is held now."""
    active = select_active_holds(plan.planning_area_id, plan.service_date)
    if session.scalar(active.with_only_columns(SlotHold.id).limit(1)) is not None:
        return True
    ids = find_new_work(session, plan).leg_ids
    with_window = select(Leg.id).where(Leg.id.in_(ids), Leg.window_start.is_not(None)).limit(1)
    return session.scalar(with_window) is not None


def find_places(session: Session, plan: Plan, folder: Path) -> Mapping[str, Sequence[str]] | None:
    """Orders in which what was sold has its places: as it was sold, or as the version was made;
    routes that were changed since have others."""
    row = session.get(
        RunningDay, (plan.planning_area_id, plan.service_date), populate_existing=True
    )
    if row is not None and (row.plan_id == plan.id or plan.room_sha256 is None):
        return row.orders
    return read_room(session, plan, folder)


def with_sold(
    session: Session, base: Plan, bench: Workbench, travel: TravelTimes
) -> tuple[Workbench, frozenset[str]]:
    """The open plan with what was sold since as works that no route has, and the ids of these;
    the same plan where there is nothing. What nobody can ride any more keeps no room."""
    booked = set(find_new_work(session, base).leg_ids) - bench.legend.work_of.keys()
    active = select_active_holds(base.planning_area_id, base.service_date)
    holds = set(session.scalars(active.with_only_columns(SlotHold.id)))
    if not booked and not holds:
        return bench, frozenset()
    day = read_day_with_holds(session, base)
    legs = [
        leg
        for leg in day.legs
        if leg.slot is not None and (leg.id in booked or leg.booking_id in holds)
    ]
    if not legs:
        return bench, frozenset()
    references = list_references(session, booked)
    wide = with_legs(base, bench, day, legs, travel, refuse=False, references=references)
    return wide, frozenset(wide.legend.works.keys() - bench.legend.works.keys())
