"""One tested way to get something done, taken: the plan as it is then, and the rows it writes."""

import uuid
from collections.abc import Collection
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.planning.edits.applying import Stage
from backend.planning.edits.other_offices import office_of
from backend.planning.edits.workbench import Workbench
from backend.planning.giving_way import (
    file_elsewhere,
    lengthen_shift,
    put_on_day,
    widen_windows,
)
from backend.planning.locks import without_acts
from backend.planning.models import Plan, PlanStatus, Route, Stop, Visit, VisitStatus
from routing import Problem, Repair, RepairKind, Shipment
from routing.relax import shift_longer
from routing.repairing.apply_repair import widened

MINUTE_S = 60


def stage_of(bench: Workbench, work_id: str, repair: Repair) -> Stage:
    """The open plan with the way taken."""
    locks, legs = bench.locks, bench.legend.works[work_id]
    if repair.kind is RepairKind.UNPINNED:
        acts = [act for act in bench.tasks if act[0] in legs]
        locks = without_acts(locks, acts)
    changed = bench.rebuilt(given_way(bench.root, repair), locks, bench.orders)
    if repair.kind is RepairKind.OTHER_DAY:
        return Stage(changed, changed.orders)
    order = bench.open_plan.order_with(repair.vehicle_id, repair.task_ids)
    return Stage(changed, {**changed.orders, repair.vehicle_id: order})


def given_way(root: Problem, repair: Repair) -> Problem:
    """The problem with what the way changes in it, without the work if that goes to another day."""
    if repair.kind is RepairKind.OVERTIME:
        longer = shift_longer(repair.amount * MINUTE_S)
        vehicles = (longer(v) if v.id == repair.vehicle_id else v for v in root.vehicles)
        return replace(root, vehicles=tuple(vehicles))
    if repair.kind is RepairKind.OTHER_DAY:
        kept = tuple(s for s in root.shipments if s.id != repair.work_id)
        return replace(root, shipments=kept)
    shipment = next(s for s in root.shipments if s.id == repair.work_id)
    changed = shipment
    if repair.kind in (RepairKind.LATER, RepairKind.EARLIER):
        wider = widened(shipment, repair.subject, repair.kind, repair.amount)
        changed = wider if isinstance(wider, Shipment) else shipment
    elif repair.kind is RepairKind.OTHER_PLACE and repair.task is not None:
        changed = replace(shipment, deliveries=(repair.task, *shipment.deliveries[1:]))
    return replace(root, shipments=tuple(changed if s is shipment else s for s in root.shipments))


def write_way(session: Session, legs: Collection[uuid.UUID], repair: Repair, day: date) -> None:
    """What it means in rows; who is concerned is told. `day`: the other one."""
    if repair.kind is RepairKind.LATER:
        widen_windows(session, legs, later_min=repair.amount)
    elif repair.kind is RepairKind.EARLIER:
        widen_windows(session, legs, earlier_min=repair.amount)
    elif repair.kind is RepairKind.OVERTIME:
        lengthen_shift(session, uuid.UUID(repair.vehicle_id), repair.amount)
    elif repair.kind is RepairKind.OTHER_PLACE and repair.task is not None:
        file_elsewhere(session, legs, office_of(repair.task))
    elif repair.kind is RepairKind.OTHER_DAY:
        put_on_day(session, legs, day)


def has_open_visit(session: Session, plan: Plan, legs: Collection[uuid.UUID]) -> bool:
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
