"""A day as it is promised now: the newest plan, with everything booked or held since placed in it.

The orders stand in one row, so every process sees the same day; whoever changes them holds that
row's lock. A process keeps a day ready for questions until any of its rows was written.
"""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock

from sqlalchemy import case, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.planning.day_rows import DayRows
from backend.planning.models import Plan, PlanStatus, UnassignedLeg
from backend.planning.problem_builder import BuiltProblem, build_problem
from backend.planning.read_day import read_day
from backend.planning.slots.held import as_visit, list_active_holds
from backend.planning.slots.models import RunningDay
from backend.planning.slots.written import rows_written
from backend.storage import BlobStore
from geodata.growing_table import GrowingTable
from geodata.travel_tables import TravelTimes
from routing import Offer, PreparedPlan, Problem, Solution, prepare, schedule
from routing.formats.own import solution_from_json

Orders = Mapping[str, Sequence[str]]
"""Shift id → task ids, without breaks."""

DAYS_KEPT = 8
"""Days that a process keeps ready, some 20 MB each at 300 visits: an area's next days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The day with everything that is promised placed in it."""

    plan_id: uuid.UUID
    rows: DayRows
    built: BuiltProblem
    solution: Solution
    homeless: bool
    """Something promised has no place: nothing more is sold before a dispatcher looked."""
    prepared: PreparedPlan
    """Open for questions, one at a time: hold `lock`."""
    travel: TravelTimes
    lock: Lock = field(default_factory=Lock, compare=False)

    @property
    def orders(self) -> dict[str, list[str]]:
        """As they are kept."""
        return {route.vehicle_id: list(route.task_ids) for route in self.solution.routes}


@dataclass(slots=True)
class _Kept:
    """What one process remembers of days: newest last."""

    days: dict[object, tuple[object, Running]] = field(default_factory=dict)
    tables: dict[object, GrowingTable] = field(default_factory=dict)


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


def read_running(session: Session, plan: Plan, *, travel: TravelTimes, blobs: BlobStore) -> Running:
    """The day of a plan with all that came since; kept until one of its rows is written.

    What was booked or held since is placed first come first served, each at its cheapest place.
    """
    key = (travel.fingerprint, plan.id)
    written = rows_written(session, plan.planning_area, plan.service_date)
    known = _kept.days.get(key)
    if known is not None and known[0] == written:
        return known[1]
    running = _read(session, plan, travel, blobs)
    _kept.days.pop(key, None)
    while len(_kept.days) >= DAYS_KEPT:
        _kept.days.pop(next(iter(_kept.days)), None)
    _kept.days[key] = (written, running)
    return running


def _read(session: Session, plan: Plan, travel: TravelTimes, blobs: BlobStore) -> Running:
    area, day = plan.planning_area, plan.service_date
    rows = _with_holds(session, plan)
    table = _kept.tables.setdefault((travel.fingerprint, area.id), GrowingTable(travel))
    built = build_problem(rows, table)
    known = session.get(RunningDay, (area.id, day), populate_existing=True)
    orders: Orders
    if known is not None and known.plan_id == plan.id:
        orders = known.orders
    else:
        stored = solution_from_json(json.loads(blobs.read(session, str(plan.solution_sha256))))
        orders = {route.vehicle_id: route.task_ids for route in stored.routes}
    problem = built.problem
    solution = schedule(problem, _whole(problem, orders), place_breaks=True)
    left = select(UnassignedLeg.leg_id).where(UnassignedLeg.plan_id == plan.id)
    not_planned = {str(leg_id) for leg_id in session.scalars(left)}
    solution, homeless, prepared = _place(problem, solution, but=not_planned)
    return Running(
        plan_id=plan.id,
        rows=rows,
        built=built,
        solution=solution,
        homeless=homeless,
        prepared=prepared,
        travel=travel,
    )


def _with_holds(session: Session, plan: Plan) -> DayRows:
    """The day's rows with every active hold, as if booked."""
    area, day = plan.planning_area, plan.service_date
    calendar = load_calendar(session, area.province_code)
    holds = [as_visit(hold, calendar) for hold in list_active_holds(session, area.id, day)]
    visits = [held for held in holds if held is not None]
    rows = read_day(session, area, day, offices={each.office.id for each, _ in visits})
    legs = [leg for each, window in visits for leg in each.legs(window.span)]
    homes = {each.work_id: each.home() for each, _ in visits}
    return replace(rows, legs=(*rows.legs, *legs), homes={**rows.homes, **homes})


def _whole(problem: Problem, orders: Orders) -> dict[str, list[str]]:
    """The orders without what is not ridden any more: cancelled, moved to another day, expired."""
    work_of = {
        task.id: shipment.id
        for shipment in problem.shipments
        for task in (*shipment.pickups, *shipment.deliveries)
    }
    vehicles = {vehicle.id for vehicle in problem.vehicles}
    kept = {}
    for vehicle, order in orders.items():
        if vehicle not in vehicles:
            continue
        known = [task for task in order if task in work_of]
        works = [work_of[task] for task in known]
        kept[vehicle] = [task for task in known if works.count(work_of[task]) == 2]
    return kept


def _place(
    problem: Problem, solution: Solution, *, but: set[str]
) -> tuple[Solution, bool, PreparedPlan]:
    """Everything that waits, in the order in which it was asked for; whether something has none.

    What the plan itself left undone is the dispatcher's: it neither moves in nor blocks a sale.
    """
    homeless = False
    works = {work.id: work for work in problem.works()}
    prepared = prepare(problem, solution)
    for work_id in sorted(left.id for left in solution.unassigned if left.id not in but):
        best = prepared.insert(works[work_id]).best
        if best is None:
            homeless = True
        else:
            solution = best.apply()[1]
            prepared = prepare(problem, solution)
    return solution, homeless, prepared
