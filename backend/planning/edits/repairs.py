"""What a plan leaves undone, with tested ways to get it done; one of them applied in one call.

Each way was tried in the plan as it stands, and costs exactly what it says.
"""

import uuid
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from backend.catalogue.operations import load_calendar
from backend.places.models import PlaceKind
from backend.planning.edits.applying import Stage
from backend.planning.edits.effects import effect_between
from backend.planning.edits.errors import LegNotInPlan, RepairGone
from backend.planning.edits.kept import keep_rooms, keep_with, open_to_change, open_with
from backend.planning.edits.other_day import OtherDay
from backend.planning.edits.other_offices import OtherOffices
from backend.planning.edits.rooms import Rooms, SoldWindow
from backend.planning.edits.rooms_judged import Judged, judge, refuse_unread
from backend.planning.edits.saving import Saved, refuse_faulty
from backend.planning.edits.taking_up import digests_of_legs
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import NewVersion, rows_in_force, write_version
from backend.planning.edits.way_taken import given_way, has_open_visit, stage_of, write_way
from backend.planning.edits.ways_out import APPLICABLE, WORDS, WayOut, WaysOut
from backend.planning.edits.workbench import Workbench
from backend.planning.fingerprint import Digests
from backend.planning.models import Plan, PlanOrigin
from backend.planning.operations import get_finished_plan
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import Repair, RepairKind, RepairQuestions, Shipment, Task
from routing.repairing.repairs import Repairs

KEEPING = (RepairKind.ROOM, RepairKind.UNPINNED)
"""Ways by which no limit of the problem gives way."""


def find_repairs(
    session: Session, plan_id: uuid.UUID, leg_id: uuid.UUID, *, travel: TravelTimes, folder: Path
) -> WaysOut:
    """Raises what `save_edits` raises of the plan, LegNotInPlan (also for a leg in a route)."""
    plan = get_finished_plan(session, plan_id)
    refuse_uneditable(plan)
    bench = keep_with(session, plan, folder, [leg_id], travel)
    rooms = keep_rooms(session, plan, folder, bench, travel)
    with bench.lock:
        return _Repairer(session, plan, leg_id, bench, rooms, travel=travel, folder=folder).ways()


def apply_way(
    session: Session,
    plan_id: uuid.UUID,
    leg_id: uuid.UUID,
    key: str,
    *,
    travel: TravelTimes,
    blobs: BlobStore,
    confirmed: Collection[str] = (),
) -> Saved:
    """One way taken: rows are written, who is concerned is told, and a new draft holds the work at
    exactly that price. The caller holds the plans of the day. Raises also RepairGone, and RoomSold
    with each window that was sold, would lose its room, and is not `confirmed`."""
    plan = get_finished_plan(session, plan_id)
    refuse_uneditable(plan)
    folder = blobs.folder
    known = rows_in_force(session, plan)
    opened = open_to_change(session, plan, folder)
    with opened.lock:
        bench = open_with(session, plan, folder, opened, [leg_id], travel=travel)
        rooms = keep_rooms(session, plan, folder, bench, travel)
        repairer = _Repairer(session, plan, leg_id, bench, rooms, travel=travel, folder=folder)
        way = next((each for each in repairer.ways().repairs if each.key == key), None)
        if way is None or not way.applicable:
            raise RepairGone(key=key)
        is_new = bench is not opened
        return repairer.applied(way, blobs, rows=known, confirmed=confirmed, is_new=is_new)


class _Repairer:
    """One undone work of one open plan, which knows it, and the room of what was sold."""

    def __init__(
        self,
        session: Session,
        plan: Plan,
        leg_id: uuid.UUID,
        bench: Workbench,
        rooms: Rooms | None,
        *,
        travel: TravelTimes,
        folder: Path,
    ) -> None:
        self._session, self._plan, self._travel = session, plan, travel
        self._bench, self._rooms = bench, rooms
        work_id = bench.legend.work_of.get(leg_id)
        works = bench.desk.lookup.works
        in_routes = {t.partition(":")[0] for o in bench.orders.values() for t in o}
        if work_id is None or work_id not in works or work_id in in_routes:
            raise LegNotInPlan(leg=leg_id)
        self._work_id = work_id
        self._legs = bench.legend.works[work_id]
        self._elsewhere = OtherOffices(session, plan, bench)
        calendar = load_calendar(session, plan.province_code)
        next_day = calendar.next_working_day(plan.service_date)
        self._other_day = OtherDay(
            session, plan, next_day, self._legs, travel=travel, folder=folder
        )
        self._is_ridden = has_open_visit(session, plan, self._legs)

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

    def applied(
        self,
        way: WayOut,
        blobs: BlobStore,
        *,
        rows: Digests | None,
        confirmed: Collection[str],
        is_new: bool,
    ) -> Saved:
        refuse_unread(way.rooms_lost, confirmed)
        session, plan, bench, repair = self._session, self._plan, self._bench, way.repair
        first = Stage(bench, bench.orders)
        stage = stage_of(bench, self._work_id, repair)
        judged = self._judged(repair)
        write_way(session, self._legs, repair, self._other_day.day)
        session.flush()
        refuse_faulty(first, stage)
        same = repair.kind in KEEPING and not is_new
        legs = [] if same else [bench.legs[leg] for leg in self._legs]
        digests, gone = digests_of_legs(
            session, plan, legs, shifts=[repair.vehicle_id] if legs else ()
        )
        told = {"repair": way.key, "leg_ids": [str(leg) for leg in self._legs]}
        new = NewVersion(
            origin=PlanOrigin.REPAIR,
            request=told | (judged.told if judged else {}),
            rows=rows,
            digests=digests,
            gone=gone,
            with_room=None if judged is None else judged.orders,
        )
        version = write_version(session, plan, stage, new, travel=self._travel, blobs=blobs)
        effect = effect_between(first, stage)
        other = None
        if repair.kind is RepairKind.OTHER_DAY and way.price is not None:
            other = self._other_day.written(way.key, blobs, confirmed)
        return Saved(plan=version, effect=effect, other_day=other)

    def _judged(self, repair: Repair) -> Judged | None:
        """What a way does to the windows that were sold; None where none is. What goes to another
        day leaves its own room."""
        if self._rooms is None:
            return None
        first = Stage(self._bench, self._bench.orders)
        with self._rooms.wide.lock:
            if repair.kind is RepairKind.OTHER_DAY:
                return judge(self._rooms.without([self._work_id]), first, first)
            stage = stage_of(self._bench, self._work_id, repair)
            widen = None if repair.kind in KEEPING else partial(given_way, repair=repair)
            return judge(self._rooms, first, stage, widen=widen)

    def _rooms_lost(self, repair: Repair) -> tuple[SoldWindow, ...]:
        """Looked for only where something was sold in the route that gets the work."""
        if self._rooms is None or not self._rooms.sold_in(repair.vehicle_id):
            return ()
        judged = self._judged(repair)
        return () if judged is None else judged.lost

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
        applicable = repair.kind in APPLICABLE and not (
            self._is_ridden and repair.kind is RepairKind.OTHER_PLACE
        )
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
            applicable=applicable,
            detail=WORDS[repair.kind].filled(values),
            repair=repair,
            rooms_lost=self._rooms_lost(repair) if applicable else (),
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
            rooms_lost=() if self._is_ridden else self._other_day.rooms_lost,
        )
