"""Tries a dispatcher's changes: everything they would do is told, nothing is written."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from sqlalchemy.orm import Session

from backend import clock
from backend.planning.edits.applying import Stage, apply_edits
from backend.planning.edits.asked import Edit
from backend.planning.edits.effects import Effect, effect_between
from backend.planning.edits.errors import DayOver, PlanNotInForce
from backend.planning.edits.kept import keep_rooms, keep_with
from backend.planning.edits.rooms import Rooms
from backend.planning.edits.rooms_judged import Judged, judge
from backend.planning.edits.workbench import Workbench
from backend.planning.models import Plan, PlanStatus, VisitKind
from backend.planning.operations import get_finished_plan
from geodata.travel_tables import TravelTimes
from routing import Route
from routing import Visit as Step


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedVisit:
    """One act at its new moment; `id` is that of the version opened, if it has it."""

    id: uuid.UUID | None
    leg_id: uuid.UUID
    kind: VisitKind
    arrives_at: datetime
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRoute:
    """A route that would change; without times when nothing is left of it."""

    courier_code: str
    route_id: uuid.UUID | None
    starts_at: datetime | None
    ends_at: datetime | None
    ride_s: int
    distance_m: int
    visits: tuple[TriedVisit, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What changes would do, all together and one by one."""

    plan_id: uuid.UUID
    savable: bool
    total: Effect
    steps: tuple[Effect, ...]
    routes: tuple[TriedRoute, ...]
    first: Stage
    last: Stage
    rooms: Judged | None = None
    """What becomes of the windows that were sold; None where none is."""


def try_edits(
    session: Session,
    plan_id: uuid.UUID,
    edits: Sequence[Edit],
    *,
    travel: TravelTimes,
    folder: Path,
) -> Tried:
    """Raises PlanNotFound, PlanHasNoRoutesYet, PlanNotInForce, DayOver, PlanCannotBeEdited,
    LegCannotBeRidden, and what `apply_edits` raises."""
    plan = get_finished_plan(session, plan_id)
    refuse_uneditable(plan)
    bench = keep_with(session, plan, folder, legs_named(edits), travel)
    rooms = keep_rooms(session, plan, folder, bench, travel)
    with bench.lock:
        return tried_on(bench, edits, rooms)


def legs_named(edits: Sequence[Edit]) -> set[uuid.UUID]:
    """Legs that are to be added."""
    return {edit.leg for edit in edits if edit.leg is not None}


def refuse_uneditable(plan: Plan) -> None:
    """Raises PlanNotInForce, DayOver."""
    if plan.status not in (PlanStatus.DRAFT, PlanStatus.PUBLISHED):
        raise PlanNotInForce(plan=plan.number, status=plan.status.value)
    if plan.service_date < clock.today_local():
        raise DayOver(day=f"{plan.service_date:%d/%m/%Y}")


def tried_on(bench: Workbench, edits: Sequence[Edit], rooms: Rooms | None = None) -> Tried:
    """The changes on an open plan, and what becomes of `rooms`. Raises what `apply_edits` does."""
    first = Stage(bench, bench.orders)
    stages = [first, *apply_edits(bench, edits)]
    steps = tuple(effect_between(a, b) for a, b in pairwise(stages))
    total = steps[0] if len(steps) == 1 else effect_between(first, stages[-1])
    judged = None
    if rooms is not None:
        with rooms.wide.lock:
            judged = judge(rooms, first, stages[-1], total.violations)
        lost = tuple(each.as_broken() for each in judged.lost)
        total = replace(total, violations=(*total.violations, *lost))
    return Tried(
        plan_id=bench.plan_id,
        savable=all(each.confirmable for each in total.violations),
        total=total,
        steps=steps,
        routes=changed_routes(first, stages[-1]),
        first=first,
        last=stages[-1],
        rooms=judged,
    )


def changed_routes(before: Stage, after: Stage) -> tuple[TriedRoute, ...]:
    """Routes whose order differs, timed."""
    bench = after.bench
    return tuple(
        _route(bench, vehicle, bench.desk.route(vehicle, order) if order else None)
        for vehicle in bench.shifts
        if (order := tuple(after.orders.get(vehicle, ()))) != tuple(before.orders.get(vehicle, ()))
    )


def tried_visits(bench: Workbench, visits: Iterable[Step]) -> tuple[TriedVisit, ...]:
    """Timed steps as acts, one a leg."""
    return tuple(
        TriedVisit(
            id=bench.visit_of.get((leg, meaning.kind)),
            leg_id=leg,
            kind=meaning.kind,
            arrives_at=_at(bench, visit.arrival_s),
            starts_at=_at(bench, visit.start_s),
            ends_at=_at(bench, visit.end_s),
        )
        for visit in visits
        if visit.task_id is not None and (meaning := bench.meanings.get(visit.task_id)) is not None
        for leg in meaning.leg_ids
    )


def _route(bench: Workbench, vehicle: str, route: Route | None) -> TriedRoute:
    return TriedRoute(
        courier_code=bench.shifts[vehicle].courier_code,
        route_id=bench.routes.get(vehicle),
        starts_at=None if route is None else _at(bench, route.start_s),
        ends_at=None if route is None else _at(bench, route.end_s),
        ride_s=0 if route is None else route.ride_s,
        distance_m=0 if route is None else route.distance_m,
        visits=() if route is None else tried_visits(bench, route.visits),
    )


def _at(bench: Workbench, seconds: int) -> datetime:
    return bench.root.epoch + timedelta(seconds=seconds)
