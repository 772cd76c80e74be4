"""What couriers have done stays done, whichever version they ride by: outcomes of the plan in force
are written to the same acts of another version."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.dossiers.models import Leg, LegStatus
from backend.planning.errors import PlanPassed
from backend.planning.locks import Act
from backend.planning.models import (
    Plan,
    PlanStatus,
    Route,
    Stop,
    StopStatus,
    Visit,
    VisitKind,
    VisitStatus,
)
from backend.planning.staleness import Staleness

OUTCOMES = (VisitStatus.DONE, VisitStatus.FAILED)

NOT_HELD = "not_held"
"""In a version's request: acts with an outcome when it was made that it does not have."""

_FACTS = ("status", "failure_reason", "calls", "waited_s", "executed_at", "executed_by_id")


def carry_outcomes(
    session: Session,
    plan: Plan,
    source: Plan | None = None,
    *,
    only: Collection[Act] | None = None,
) -> set[Act]:
    """Outcomes of the published plan of the day (or `source`) into `plan`, of all acts or `only`
    some; returns those that `plan` does not have."""
    source = (
        source
        or session.scalars(
            select(Plan).where(
                Plan.planning_area_id == plan.planning_area_id,
                Plan.service_date == plan.service_date,
                Plan.status == PlanStatus.PUBLISHED,
            )
        ).one_or_none()
    )
    if source is None or source.id == plan.id:
        return set()
    targets: dict[Act, Visit] = {}
    for stop in _stops(session, plan.id):
        targets.update({(visit.leg_id, visit.kind): visit for visit in stop.visits})
    missing: set[Act] = set()
    for stop in _stops(session, source.id):
        for visit in stop.visits:
            act = (visit.leg_id, visit.kind)
            target = targets.get(act)
            has_outcome = visit.status in OUTCOMES and (only is None or act in only)
            if has_outcome and target is None:
                missing.add(act)
            if target is None:
                continue
            if has_outcome:
                for name in _FACTS:
                    setattr(target, name, getattr(visit, name))
            same = target.stop.place_id == stop.place_id
            if same and target.stop.route.courier_id == stop.route.courier_id:
                target.stop.set_out_at = target.stop.set_out_at or stop.set_out_at
                target.stop.arrived_at = target.stop.arrived_at or stop.arrived_at
    for target in targets.values():
        target.stop.status = status_of(target.stop.visits)
    return missing


def take_over_day(session: Session, plan: Plan, before: Plan) -> None:
    """Everything done by the plan in force becomes part of the one that takes its place.

    Raises PlanPassed when something was done that this version gives to somebody else, or leaves,
    and that was not known when it was made: a phone without signal tells late.
    """
    planned, known = dict[Act, uuid.UUID](), _not_held(plan)
    for stop in _stops(session, plan.id):
        for visit in stop.visits:
            planned[visit.leg_id, visit.kind] = stop.route.courier_id
            if visit.status in OUTCOMES:
                known.add((visit.leg_id, visit.kind))
    missing = carry_outcomes(session, plan, before)
    otherwise = []
    for stop in _stops(session, before.id):
        for visit in stop.visits:
            act = (visit.leg_id, visit.kind)
            if visit.status is not VisitStatus.DONE or act in known:
                continue
            if act in missing or planned.get(act) != (
                visit.executed_by_id or stop.route.courier_id
            ):
                otherwise.append(visit)
    if otherwise:
        raise PlanPassed(
            plan=plan.number,
            what_vi=f"{len(otherwise)} việc đã được làm khác với bản này",
            what_en=f"{len(otherwise)} visits were made otherwise",
        )


def _not_held(plan: Plan) -> set[Act]:
    return {(uuid.UUID(leg), VisitKind(kind)) for leg, kind in plan.request.get(NOT_HELD, ())}


def without_what_was_ridden(session: Session, plan: Plan, staleness: Staleness) -> Staleness:
    """Rows that are not waiting any more because a courier has begun them are no contradiction: a
    version takes over what was done."""
    ridden = {
        str(leg)
        for leg in session.scalars(
            select(Leg.id).where(
                Leg.planning_area_id == plan.planning_area_id,
                Leg.status.in_((LegStatus.UNDER_WAY, LegStatus.DONE, LegStatus.FAILED)),
            )
        )
    }
    moved = staleness.moved
    kept = tuple(
        key
        for key in moved.removed
        if key.partition(":")[0] == "shift"
        or (key.partition(":")[0] == "leg" and key.partition(":")[2] not in ridden)
    )
    return Staleness(moved=replace(moved, removed=kept))


def status_of(visits: Iterable[Visit]) -> StopStatus:
    """A stop is over when every visit has an outcome; cancelled if none was made."""
    statuses = {visit.status for visit in visits}
    if VisitStatus.OPEN in statuses:
        return StopStatus.OPEN
    return StopStatus.CANCELLED if statuses == {VisitStatus.CANCELLED} else StopStatus.CLOSED


def _stops(session: Session, plan_id: uuid.UUID) -> list[Stop]:
    return list(
        session.scalars(
            select(Stop)
            .join(Route, Route.id == Stop.route_id)
            .where(Route.plan_id == plan_id)
            .order_by(Route.number, Stop.ordinal)
            .options(selectinload(Stop.visits), selectinload(Stop.route))
        )
    )
