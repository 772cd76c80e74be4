"""A finished plan opened for work: its problem and orders as its rows have them now, what is done
already fixed in front. Made once, it serves questions until one of its rows is written."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from threading import RLock

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from backend import clock
from backend.fleet.models import Courier
from backend.places.models import PlaceKind
from backend.planning.day_rows import LegRow, ShiftRow
from backend.planning.edits.acts_so_far import NOTHING_YET, ActsSoFar, read_acts, states_of
from backend.planning.edits.bags import Planned, with_bags_handed_over
from backend.planning.edits.errors import PlanCannotBeEdited
from backend.planning.edits.references import list_references
from backend.planning.edits.shift_hours import moved_hours, with_hours_of
from backend.planning.edits.still_ridden import as_asked_now, still_ridden
from backend.planning.legend import Legend, read_legend, tasks_of_acts
from backend.planning.locks import Act, Lock, pins_of, read_locks
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    UnassignedLeg,
    Visit,
    VisitStatus,
)
from backend.planning.read_day import read_leg_rows, read_shifts
from backend.planning.stored_problems import KEPT, read_problem
from backend.planning.tasks import TaskMeaning
from backend.storage import ContentFolder
from routing import CourierState, Location, Problem
from routing.editing.desk import Desk, OpenPlan, Orders, desk_of_day


@dataclass(frozen=True, kw_only=True)
class Workbench:
    """One version of a plan, open. `root` is its problem without a past; `desk` judges the day as
    it stands. Questions take its `lock`: the prepared plan answers one at a time."""

    plan_id: uuid.UUID
    province_code: str
    service_date: date
    root: Problem
    legend: Legend
    meanings: Mapping[str, TaskMeaning]
    legs: Mapping[uuid.UUID, LegRow]
    references: Mapping[uuid.UUID, str]
    """Leg → reference of its booking."""
    shifts: Mapping[str, ShiftRow]
    courier_names: Mapping[uuid.UUID, str]
    acts: ActsSoFar
    now: datetime | None
    """The moment from which on anything can change; None = the whole day lies ahead."""
    locks: tuple[Lock, ...]
    planned: tuple[Planned, ...]
    routes: Mapping[str, uuid.UUID]
    """Vehicle → route of the version."""
    reasons: Mapping[uuid.UUID, Sequence[Mapping[str, object]]]
    """Leg that the version leaves → why."""
    desk: Desk
    orders: Orders
    moved_shifts: frozenset[str] = frozenset()
    """Vehicles with other hours than the version was made with."""
    grown: bool = False
    """Whether the matrices have places that the stored problem has not."""
    lock: RLock = field(default_factory=RLock, compare=False)

    @cached_property
    def tasks(self) -> dict[Act, str]:
        """Leg and act → task."""
        return tasks_of_acts(self.meanings, {each.task_id for each in self.planned})

    @cached_property
    def visits(self) -> dict[uuid.UUID, Planned]:
        """Visit id of the version → what it is."""
        return {each.visit_id: each for each in self.planned}

    @cached_property
    def visit_of(self) -> dict[Act, uuid.UUID]:
        """Leg and act → visit id of the version."""
        return {each.act: each.visit_id for each in self.planned}

    @cached_property
    def open_plan(self) -> OpenPlan:
        """The version as it stands, ready for "who can take this?"."""
        return self.desk.open_for_questions(self.orders)

    def vehicles_of(self, courier_code: str) -> list[str]:
        """A courier's shifts of the day."""
        return [v for v, shift in self.shifts.items() if shift.courier_code == courier_code]

    def rebuilt(
        self, root: Problem, locks: Sequence[Lock], orders: Orders, *, only_grown: bool = False
    ) -> "Workbench":
        """The same day with another problem or other locks, at `orders`. `only_grown`: the problem
        has more works and places, and all else is as it was, so that routes keep their times."""
        meanings = self.legend.meanings(root)
        tasks = tasks_of_acts(meanings, {t for o in orders.values() for t in o})
        pinned = replace(root, pins=pins_of(locks, tasks, self.shifts))
        desk, kept = _desk(pinned, orders, self.shifts, tasks, acts=self.acts, now=self.now)
        if only_grown and desk.standing is None:
            desk.know_routes_of(self.desk)
        return replace(
            self,
            root=pinned,
            locks=tuple(locks),
            meanings=meanings,
            desk=desk,
            orders=kept,
            lock=RLock(),
        )


def open_workbench(
    session: Session,
    plan: Plan,
    folder: Path,
    *,
    rests: Mapping[uuid.UUID, datetime] | None = None,
) -> Workbench:
    """A finished plan, open. `rests`: courier → when his break began, where that was reported.
    Raises PlanCannotBeEdited."""
    if plan.problem_sha256 is None or plan.legend_sha256 is None:
        raise PlanCannotBeEdited(plan=plan.number)
    root, legend = _stored(folder, plan.problem_sha256, plan.frame_sha256, plan.legend_sha256)
    area, day = plan.planning_area, plan.service_date
    acts = NOTHING_YET
    if _under_way(plan):
        acts = read_acts(session, area.id, day).with_rests(rests or {})
    legs = read_leg_rows(session, area, day, legend.work_of)
    root, legend = still_ridden(session, plan, root, legend, acts)
    meanings = legend.meanings(root)
    shifts = {str(shift.id): shift for shift in read_shifts(session, area, day)}
    shifts = {v.id: shifts[v.id] for v in root.vehicles if v.id in shifts}
    root = replace(root, vehicles=tuple(v for v in root.vehicles if v.id in shifts))
    moved_shifts = moved_hours(plan, shifts, ContentFolder(folder))
    root = with_hours_of(root, shifts, moved_shifts)
    planned, routes = _planned(session, plan, tasks_by_place(root, meanings))
    root, acts = with_bags_handed_over(root, acts, planned, routes, shifts)
    former = plan.status is PlanStatus.SUPERSEDED
    held = _orders(planned, routes, root, acts)
    root, orders, legend = as_asked_now(root, held, legend, legs, acts, is_former=former)
    meanings = legend.meanings(root)
    locks = read_locks(session, plan.id)
    tasks = tasks_of_acts(meanings, {each.task_id for each in planned})
    root = replace(root, pins=pins_of(locks, tasks, shifts))
    now = clock.now() if _under_way(plan) else None
    desk, kept = _desk(root, orders, shifts, tasks, acts=acts, now=now)
    return Workbench(
        plan_id=plan.id,
        province_code=plan.province_code,
        service_date=day,
        root=root,
        legend=legend,
        meanings=meanings,
        legs=legs,
        references=list_references(session, legs.keys()),
        shifts=shifts,
        courier_names=_names(session, shifts.values()),
        acts=acts,
        now=now,
        locks=locks,
        planned=planned,
        routes={vehicle: route for vehicle, route in routes.items() if vehicle in shifts},
        reasons=_reasons(session, plan),
        desk=desk,
        orders=kept,
        moved_shifts=frozenset(moved_shifts),
    )


def tasks_by_place(
    problem: Problem, meanings: Mapping[str, TaskMeaning]
) -> dict[tuple[uuid.UUID, object, uuid.UUID], str]:
    """Leg, act and place → task: of several safes for the night the one that is meant."""
    return {
        (leg, meaning.kind, meaning.place[1]): task_id
        for task_id, meaning in meanings.items()
        for leg in meaning.leg_ids
    }


def _under_way(plan: Plan) -> bool:
    """Whether the day has come: from its midnight on nothing can be put before now."""
    return plan.service_date <= clock.today_local()


def courier_states(bench: Workbench) -> list[CourierState]:
    """What is known of the couriers of an open plan."""
    return _states(bench.root, bench.acts, bench.now, bench.shifts, bench.tasks)


def _desk(
    root: Problem,
    orders: Orders,
    shifts: Mapping[str, ShiftRow],
    tasks: Mapping[Act, str],
    *,
    acts: ActsSoFar,
    now: datetime | None,
) -> tuple[Desk, Orders]:
    known = {task.id for s in root.shipments for task in (*s.pickups, *s.deliveries)}
    orders = {v: tuple(t for t in order if t in known) for v, order in orders.items()}
    if now is None:
        return Desk(root), orders
    states = _states(root, acts, now, shifts, tasks)
    now_s = max(0, round((now - root.epoch).total_seconds()))
    return desk_of_day(root, orders, now_s=now_s, states=states)


def _states(
    root: Problem,
    acts: ActsSoFar,
    now: datetime | None,
    shifts: Mapping[str, ShiftRow],
    tasks: Mapping[Act, str],
) -> list[CourierState]:
    if now is None:
        return []
    places: dict[tuple[PlaceKind, uuid.UUID], Location] = {}
    for shipment in root.shipments:
        for task in (*shipment.pickups, *shipment.deliveries):
            kind, _, place_id = task.location.place.partition(":")
            places[PlaceKind(kind), uuid.UUID(place_id)] = task.location
    return states_of(
        acts,
        vehicle_of={shift.courier_id: vehicle for vehicle, shift in reversed(list(shifts.items()))},
        tasks=tasks,
        breaks={v.id: v.breaks[0] for v in root.vehicles if v.breaks},
        locations=places,
        epoch=root.epoch,
        now=now,
    )


@lru_cache(maxsize=4 * KEPT)
def _stored(
    folder: Path, problem_sha256: str, frame_sha256: str | None, legend_sha256: str
) -> tuple[Problem, Legend]:
    legend = read_legend(ContentFolder(folder).read_file(legend_sha256))
    return read_problem(folder, problem_sha256, frame_sha256), legend


def _planned(
    session: Session, plan: Plan, tasks: Mapping[tuple[uuid.UUID, object, uuid.UUID], str]
) -> tuple[tuple[Planned, ...], dict[str, uuid.UUID]]:
    """The version's visits in the order of its routes. Cancelled ones are not there, but in a
    version that was superseded, which took all that was open with it."""
    gone = plan.status is PlanStatus.SUPERSEDED
    rows = session.scalars(
        select(Route)
        .where(Route.plan_id == plan.id)
        .order_by(Route.number)
        .options(selectinload(Route.stops).selectinload(Stop.visits))
        .execution_options(populate_existing=True)
    ).all()
    found: list[Planned] = []
    for route in rows:
        for stop in route.stops:
            found.extend(
                Planned(
                    visit_id=visit.id,
                    task_id=task_id,
                    act=(visit.leg_id, visit.kind),
                    stop_id=stop.id,
                    route_id=route.id,
                )
                for visit in stop.visits
                if (gone or visit.status is not VisitStatus.CANCELLED)
                and (task_id := _task_of(visit, stop, tasks)) is not None
            )
    return tuple(found), {str(route.shift_id): route.id for route in rows}


def _task_of(
    visit: Visit, stop: Stop, tasks: Mapping[tuple[uuid.UUID, object, uuid.UUID], str]
) -> str | None:
    return None if stop.place_id is None else tasks.get((visit.leg_id, visit.kind, stop.place_id))


def _orders(
    planned: Sequence[Planned],
    routes: Mapping[str, uuid.UUID],
    root: Problem,
    acts: ActsSoFar,
) -> dict[str, tuple[str, ...]]:
    """Tasks by vehicle; works of which one end is gone are in no order. What came out of another's
    bag was "picked up" by whoever brings it."""
    route_of = {each.act: each.route_id for each in planned} | dict(acts.handed_over)
    ids: dict[uuid.UUID, dict[str, None]] = {}
    for each in sorted(planned, key=lambda one: one.act not in acts.handed_over):
        ids.setdefault(route_of[each.act], {})[each.task_id] = None
    sides = {
        task.id: (shipment.id, side)
        for shipment in root.shipments
        for side, tasks in enumerate((shipment.pickups, shipment.deliveries))
        for task in tasks
    }
    orders = {}
    for vehicle in root.vehicles:
        route = routes.get(vehicle.id)
        order = tuple(t for t in ids.get(route, ()) if t in sides) if route else ()
        ends = {sides[t] for t in order}
        orders[vehicle.id] = tuple(t for t in order if {(sides[t][0], 0), (sides[t][0], 1)} <= ends)
    return orders


def _names(session: Session, shifts: Iterable[ShiftRow]) -> dict[uuid.UUID, str]:
    ids = {shift.courier_id for shift in shifts}
    rows = session.scalars(
        select(Courier).where(Courier.id.in_(ids)).options(joinedload(Courier.person))
    )
    return {row.id: row.person.full_name for row in rows}


def _reasons(session: Session, plan: Plan) -> dict[uuid.UUID, Sequence[Mapping[str, object]]]:
    rows = session.scalars(select(UnassignedLeg).where(UnassignedLeg.plan_id == plan.id))
    return {row.leg_id: tuple(row.reasons.get("reasons", ())) for row in rows}
