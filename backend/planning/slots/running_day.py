"""A day as it is promised now: the newest plan, with everything booked or held since placed in it.

The orders stand in one row, so every process sees the same day; whoever changes them holds that
row's lock. A process keeps a day ready for questions and moves it on by the rows written since.
"""

import json
import uuid
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend import clock
from backend.planning.day_rows import DayRows
from backend.planning.kept_tables import keep_table
from backend.planning.models import Plan, PlanStatus, UnassignedLeg
from backend.planning.problem_builder import BuiltProblem, build_problem
from backend.planning.slots.built_day import Day, Orders, Running, place_all
from backend.planning.slots.confirmed_holds import read_room
from backend.planning.slots.held import read_day_with_holds
from backend.planning.slots.models import RunningDay
from backend.planning.slots.moved_day import Seen, move_rows
from backend.planning.slots.written import Written, read_versions, read_written
from backend.storage import BlobStore
from geodata.growing_table import GrowingTable
from geodata.travel_tables import TravelTimes
from routing import Offer
from routing.formats.own import solution_from_json

DAYS_KEPT = 8
"""Days that a process keeps ready, some 20 MB each at 300 visits: an area's next days."""

type _Key = tuple[str, uuid.UUID]
"""Travel times, plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """A day that is ready, and how its rows stood."""

    written: Written
    seen: Seen
    running: Running


@dataclass(slots=True)
class _Kept:
    """What one process remembers of days: newest last."""

    days: dict[_Key, _Ready] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


_kept = _Kept()


def find_plan(session: Session, area_id: uuid.UUID, day: date) -> Plan | None:
    """The plan that is running: the published one, else the newest draft."""
    published_first = case((Plan.status == PlanStatus.PUBLISHED, 0), else_=1)
    return session.scalars(
        select(Plan)
        .where(
            Plan.planning_area_id == area_id,
            Plan.service_date == day,
            Plan.status.in_((PlanStatus.PUBLISHED, PlanStatus.DRAFT)),
            Plan.solution_sha256.is_not(None),
        )
        .order_by(published_first, Plan.number.desc())
        .limit(1)
    ).first()


def lock_day(session: Session, area_id: uuid.UUID, day: date) -> RunningDay:
    """The row of the day, held until the transaction ends: one seller at a time."""
    values = {"planning_area_id": area_id, "service_date": day, "orders": {}}
    session.execute(
        insert(RunningDay).values(**values, changed_at=clock.now()).on_conflict_do_nothing()
    )
    return session.get_one(RunningDay, (area_id, day), with_for_update=True, populate_existing=True)


def keep(row: RunningDay, running: Running) -> None:
    """Writes the orders into the row, whose lock the caller holds."""
    row.plan_id, row.orders, row.changed_at = running.plan_id, running.orders, clock.now()


def keep_taken(row: RunningDay, running: Running, offer: Offer) -> None:
    """As `keep`, with the visit asked about in the place that was offered."""
    keep(row, running)
    row.orders = {**running.orders, offer.vehicle_id: list(offer.task_ids)}


def keep_places(session: Session, plan: Plan, orders: Orders) -> None:
    """Of a plan that was made around what is sold: everything stays where that plan has room for
    it. Where somebody sold by the plan already, the row has it all."""
    row = lock_day(session, plan.planning_area_id, plan.service_date)
    if row.plan_id != plan.id:
        row.plan_id, row.changed_at = plan.id, clock.now()
        row.orders = {shift: list(order) for shift, order in orders.items()}


def read_running(session: Session, plan: Plan, *, travel: TravelTimes, blobs: BlobStore) -> Running:
    """The day of a plan with all that came since; kept, and moved on when rows were written.

    What was booked or held since is placed first come first served, each at its cheapest place.
    """
    key = (travel.fingerprint, plan.id)
    written = read_written(session, plan)
    known = _kept.days.get(key)
    if known is not None and known.written == written:
        return known.running
    seen = Seen(versions=read_versions(session, plan), holds=written.holds)
    running = None
    if known is not None and known.written.frame == written.frame:
        running = _move(session, plan, known, seen)
    if running is None:
        running = read_anew(session, plan, travel=travel, blobs=blobs)
    with _kept.lock:
        _kept.days.pop(key, None)
        while len(_kept.days) >= DAYS_KEPT:
            del _kept.days[next(iter(_kept.days))]
        _kept.days[key] = _Ready(written=written, seen=seen, running=running)
    return running


def _move(session: Session, plan: Plan, known: _Ready, seen: Seen) -> Running | None:
    """The kept day after the change; None where it must be read anew."""
    moved = move_rows(session, plan, known.running, known.seen, seen)
    if moved is None:
        return None
    kept = _find_kept_orders(session, plan) or known.running.kept
    return place_all(_day(session, plan, kept, moved, known.running.travel), known.running)


def read_anew(session: Session, plan: Plan, *, travel: TravelTimes, blobs: BlobStore) -> Running:
    """The same from the rows alone, whatever the process has kept."""
    rows = read_day_with_holds(session, plan)
    table = keep_table(travel, plan.planning_area_id)
    kept = _find_kept_orders(session, plan) or _orders_of(session, plan, blobs)
    return place_all(_day(session, plan, kept, (rows, build_problem(rows, table)), table))


def _day(
    session: Session,
    plan: Plan,
    kept: Orders,
    made: tuple[DayRows, BuiltProblem],
    table: GrowingTable,
) -> Day:
    left = select(UnassignedLeg.leg_id).where(UnassignedLeg.plan_id == plan.id)
    return Day(
        plan_id=plan.id,
        rows=made[0],
        built=made[1],
        kept=kept,
        not_planned={str(leg_id) for leg_id in session.scalars(left)},
        travel=table,
    )


def _find_kept_orders(session: Session, plan: Plan) -> Orders | None:
    """Those of the day's row; None before anybody took anything of this plan's day."""
    row = session.get(
        RunningDay, (plan.planning_area_id, plan.service_date), populate_existing=True
    )
    if row is None or row.plan_id != plan.id:
        return None
    return {shift: list(order) for shift, order in row.orders.items()}


def _orders_of(session: Session, plan: Plan, blobs: BlobStore) -> Orders:
    """The plan's own, with what was sold when it was made."""
    if (with_rooms := read_room(session, plan, blobs.folder)) is not None:
        return with_rooms
    stored = solution_from_json(json.loads(blobs.read(session, str(plan.solution_sha256))))
    return {route.vehicle_id: list(route.task_ids) for route in stored.routes}
