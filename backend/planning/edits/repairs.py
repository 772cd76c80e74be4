"""What a plan leaves undone, with tested ways to get it done; one of them applied in one call.

Each way was tried in the plan as it stands, and costs exactly what it says.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.catalogue.operations import load_calendar
from backend.places.models import PlaceKind
from backend.planning.edits.applying import Stage
from backend.planning.edits.effects import effect_between
from backend.planning.edits.errors import LegNotInPlan, RepairGone
from backend.planning.edits.kept import keep_open, open_to_change
from backend.planning.edits.other_day import OtherDay
from backend.planning.edits.other_offices import OtherOffices, office_of
from backend.planning.edits.saving import Saved, refuse_faulty
from backend.planning.edits.taking_up import digests_of_legs, take_up
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import NewVersion, rows_in_force, write_version
from backend.planning.edits.ways_out import APPLICABLE, WORDS, WayOut, WaysOut
from backend.planning.edits.workbench import Workbench
from backend.planning.giving_way import (
    file_elsewhere,
    lengthen_shift,
    put_on_day,
    widen_windows,
)
from backend.planning.locks import without_acts
from backend.planning.models import (
    Plan,
    PlanOrigin,
    PlanStatus,
    Route,
    Stop,
    Visit,
    VisitStatus,
)
from backend.planning.operations import get_finished_plan
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import Problem, Repair, RepairKind, RepairQuestions, Shipment, Task
from routing.relax import shift_longer
from routing.repairing.apply_repair import widened
from routing.repairing.repairs import Repairs

MINUTE_S = 60


def find_repairs(
    session: Session, plan_id: uuid.UUID, leg_id: uuid.UUID, *, travel: TravelTimes, folder: Path
) -> WaysOut:
    """Raises what `save_edits` raises of the plan, LegNotInPlan (also for a leg in a route)."""
    plan = get_finished_plan(session, plan_id)
    refuse_uneditable(plan)
    opened = keep_open(session, plan, folder)
    with opened.lock:
        return _Repairer(session, plan, leg_id, opened, travel=travel, folder=folder).ways()


def apply_way(
    session: Session,
    plan_id: uuid.UUID,
    leg_id: uuid.UUID,
    key: str,
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> Saved:
    """One way taken: rows are written, who is concerned is told, and a new draft holds the work at
    exactly that price. The caller holds the plans of the day. Raises also RepairGone."""
    plan = get_finished_plan(session, plan_id)
    refuse_uneditable(plan)
    opened = open_to_change(session, plan, blobs.folder)
    with opened.lock:
        repairer = _Repairer(session, plan, leg_id, opened, travel=travel, folder=blobs.folder)
        way = next((each for each in repairer.ways().repairs if each.key == key), None)
        if way is None or not way.applicable:
            raise RepairGone(key=key)
        return repairer.applied(way, blobs)


class _Repairer:
    """One undone work of one open plan."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        leg_id: uuid.UUID,
        opened: Workbench,
        *,
        travel: TravelTimes,
        folder: Path,
    ) -> None:
        self._session, self._plan, self._travel = session, plan, travel
        self._rows = rows_in_force(session, plan)
        self._bench = take_up(session, plan, opened, [leg_id], travel)
        self._new = self._bench is not opened
        work_id = self._bench.legend.work_of.get(leg_id)
        works = self._bench.desk.lookup.works
        in_routes = {t.partition(":")[0] for o in self._bench.orders.values() for t in o}
        if work_id is None or work_id not in works or work_id in in_routes:
            raise LegNotInPlan(leg=leg_id)
        self._work_id = work_id
        self._legs = self._bench.legend.works[work_id]
        self._elsewhere = OtherOffices(session, plan, self._bench)
        calendar = load_calendar(session, plan.province_code)
        next_day = calendar.next_working_day(plan.service_date)
        self._other_day = OtherDay(
            session, plan, next_day, self._legs, travel=travel, folder=folder
        )
        self._is_ridden = _has_open_visit(session, plan, self._legs)

    def ways(self) -> WaysOut:
        bench = self._bench
        work = bench.desk.lookup.works[self._work_id]
        questions = RepairQuestions(other_places={work.id: self._other_offices(work)})
        found = [
            self._told(repair)
            for repair in Repairs(bench.open_plan.prepared, questions).of(work)
            if self._is_ours(repair)
        ]
        if all(each.repair.kind is not RepairKind.ROOM for each in found):
            found.append(self._next_day())
        return WaysOut(leg_ids=self._legs, repairs=tuple(found))

    def applied(self, way: WayOut, blobs: BlobStore) -> Saved:
        session, plan, bench = self._session, self._plan, self._bench
        first = Stage(bench, bench.orders)
        stage = self._stage(way)
        self._write(way)
        session.flush()
        refuse_faulty(first, stage)
        same = way.repair.kind in (RepairKind.ROOM, RepairKind.UNPINNED) and not self._new
        rows = [] if same else [bench.legs[leg] for leg in self._legs]
        digests, gone = digests_of_legs(
            session, plan, rows, shifts=[way.repair.vehicle_id] if rows else ()
        )
        new = NewVersion(
            origin=PlanOrigin.REPAIR,
            request={"repair": way.key, "leg_ids": [str(leg) for leg in self._legs]},
            rows=self._rows,
            digests=digests,
            gone=gone,
        )
        version = write_version(session, plan, stage, new, travel=self._travel, blobs=blobs)
        effect = effect_between(first, stage)
        other = None
        if way.repair.kind is RepairKind.OTHER_DAY and way.price is not None:
            other = self._other_day.written(way.key, blobs)
        return Saved(plan=version, effect=effect, other_day=other)

    # ---- what is asked ---------------------------------------------------------------------------

    def _is_ours(self, repair: Repair) -> bool:
        """A counter's hours are nobody's to stretch."""
        if repair.kind not in (RepairKind.LATER, RepairKind.EARLIER):
            return True
        meaning = self._bench.meanings.get(repair.subject)
        return meaning is not None and meaning.place[0] is PlaceKind.HOME

    def _other_offices(self, work: object) -> Sequence[Task]:
        """Offices to which somebody rides today, and which take the papers as well."""
        if not isinstance(work, Shipment):
            return ()
        return self._elsewhere.tasks(work)

    def _told(self, repair: Repair) -> WayOut:
        shift = self._bench.shifts.get(repair.vehicle_id) or self._bench.shifts.get(repair.subject)
        courier = shift.courier_code if shift else ""
        office = self._elsewhere.name_of(repair.task.id) if repair.task else ""
        values = {
            "courier": courier,
            "amount": repair.amount,
            "office": office,
            "skill": repair.subject,
        }
        return WayOut(
            key=f"{repair.kind.value}:{courier}:{repair.subject or '-'}:{repair.amount}",
            kind=repair.kind.value,
            courier_code=courier,
            price=repair.price,
            amount=repair.amount,
            unit=repair.unit,
            applicable=repair.kind in APPLICABLE
            and not (self._is_ridden and repair.kind is RepairKind.OTHER_PLACE),
            detail=WORDS[repair.kind].filled(values),
            repair=repair,
        )

    def _next_day(self) -> WayOut:
        """The next working day, with its price where a plan of that day has room."""
        offer, day = self._other_day.offer, self._other_day.day
        courier = self._other_day.courier_code
        told = {"day": f"{day:%d/%m/%Y}", "courier": f": {courier}" if courier else ""}
        return WayOut(
            key=f"{RepairKind.OTHER_DAY.value}:{day}",
            kind=RepairKind.OTHER_DAY.value,
            courier_code=courier,
            price=None if offer is None else offer.price,
            amount=0,
            unit="",
            applicable=not self._is_ridden,
            detail=WORDS[RepairKind.OTHER_DAY].filled(told),
            repair=Repair(
                kind=RepairKind.OTHER_DAY,
                work_id=self._work_id,
                vehicle_id="",
                price=0,
                task_ids=(),
                subject=day.isoformat(),
            ),
        )

    # ---- what is done ----------------------------------------------------------------------------

    def _stage(self, way: WayOut) -> Stage:
        bench, repair = self._bench, way.repair
        locks = bench.locks
        if repair.kind is RepairKind.UNPINNED:
            acts = [act for act in bench.tasks if act[0] in self._legs]
            locks = without_acts(locks, acts)
        if repair.kind is RepairKind.OTHER_DAY:
            root = bench.root
            kept = tuple(s for s in root.shipments if s.id != self._work_id)
            left = bench.rebuilt(replace(root, shipments=kept), locks, bench.orders)
            return Stage(left, left.orders)
        order = bench.open_plan.order_with(repair.vehicle_id, repair.task_ids)
        changed = bench.rebuilt(self._root(repair), locks, bench.orders)
        orders = {**changed.orders, repair.vehicle_id: order}
        return Stage(changed, orders)

    def _root(self, repair: Repair) -> Problem:
        root = self._bench.root
        if repair.kind is RepairKind.OVERTIME:
            longer = shift_longer(repair.amount * MINUTE_S)
            return replace(
                root,
                vehicles=tuple(
                    longer(v) if v.id == repair.vehicle_id else v for v in root.vehicles
                ),
            )
        shipment = next(s for s in root.shipments if s.id == self._work_id)
        changed = shipment
        if repair.kind in (RepairKind.LATER, RepairKind.EARLIER):
            wider = widened(shipment, repair.subject, repair.kind, repair.amount)
            changed = wider if isinstance(wider, Shipment) else shipment
        elif repair.kind is RepairKind.OTHER_PLACE and repair.task is not None:
            changed = replace(shipment, deliveries=(repair.task, *shipment.deliveries[1:]))
        return replace(
            root, shipments=tuple(changed if s.id == self._work_id else s for s in root.shipments)
        )

    def _write(self, way: WayOut) -> None:
        session, repair = self._session, way.repair
        if repair.kind is RepairKind.LATER:
            widen_windows(session, self._legs, later_min=repair.amount)
        elif repair.kind is RepairKind.EARLIER:
            widen_windows(session, self._legs, earlier_min=repair.amount)
        elif repair.kind is RepairKind.OVERTIME:
            lengthen_shift(session, uuid.UUID(repair.vehicle_id), repair.amount)
        elif repair.kind is RepairKind.OTHER_PLACE and repair.task is not None:
            file_elsewhere(session, self._legs, office_of(repair.task))
        elif repair.kind is RepairKind.OTHER_DAY:
            put_on_day(session, self._legs, self._other_day.day)


def _has_open_visit(session: Session, plan: Plan, legs: Collection[uuid.UUID]) -> bool:
    """Whether the version in force rides them: then they are not taken to another day or office
    while a courier is on the way by that version; their dropping is published first."""
    ridden = (
        select(Visit.id)
        .join(Stop, Stop.id == Visit.stop_id)
        .join(Route, Route.id == Stop.route_id)
        .join(Plan, Plan.id == Route.plan_id)
        .where(
            Visit.leg_id.in_(legs),
            Visit.status == VisitStatus.OPEN,
            Plan.status == PlanStatus.PUBLISHED,
            Plan.id != plan.id,
        )
        .limit(1)
    )
    return session.scalar(ridden) is not None
