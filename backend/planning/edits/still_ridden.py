"""A stored problem as its rows have moved on: without what nobody rides any more, and with what a
citizen has changed since."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.dossiers.models import Leg, LegStatus
from backend.places.models import PlaceKind
from backend.planning.day_rows import LegRow
from backend.planning.edits.acts_so_far import ActsSoFar
from backend.planning.legend import Legend
from backend.planning.models import Plan
from backend.planning.read_day import RIDABLE
from backend.planning.tasks import TaskMeaning
from backend.planning.windows import home_windows
from routing import Problem, Shipment, Task, TimeWindow
from routing.editing.desk import Orders
from routing.parts import tasks_of


def still_ridden(
    session: Session, plan: Plan, root: Problem, legend: Legend, acts: ActsSoFar
) -> tuple[Problem, Legend]:
    """Without legs that were cancelled, put off, or could not be had today, and without works that
    have none left; what couriers have in hand or brought stays."""
    rows = session.execute(
        select(Leg.id, Leg.status, Leg.service_date).where(Leg.id.in_(set(legend.work_of)))
    )
    done = {each.act[0] for each in acts.done} - acts.failed_pick_ups()
    alive = {
        row.id
        for row in rows
        if row.id in done
        or (row.status in RIDABLE and row.service_date == plan.service_date)
        or row.status is LegStatus.UNDER_WAY
    }
    left = legend.of(alive)
    return replace(root, shipments=tuple(s for s in root.shipments if s.id in left.works)), left


def as_asked_now(
    root: Problem,
    orders: Orders,
    legend: Legend,
    legs: Mapping[uuid.UUID, LegRow],
    acts: ActsSoFar,
    *,
    is_former: bool,
) -> tuple[Problem, Orders, Legend]:
    """Works that nobody has begun and no route holds, with the window that their legs have now;
    those that lead elsewhere now are not there, and can be taken up anew. Of a former version also
    works in routes, which leave their place if it is not in the window any more."""
    begun = {each.act[0] for each in acts.done}
    held = {task_id for order in orders.values() for task_id in order}
    meanings = legend.meanings(root)
    kept, out = [], set[str]()
    for work in root.shipments:
        ids = legend.works[work.id]
        tasks = {task.id for task in tasks_of(work)}
        if begun.intersection(ids) or (held & tasks and not is_former):
            kept.append(work)
            continue
        now = _as_row(work, legs[ids[0]], meanings)
        if now is not None:
            kept.append(now)
        if now is None or not _leaves_room_for(now, work):
            out |= tasks
    left = {v: tuple(t for t in order if t not in out) for v, order in orders.items()}
    known = legend.of({leg for work in kept for leg in legend.works[work.id]})
    return replace(root, shipments=tuple(kept)), left, known


def _as_row(work: Shipment, row: LegRow, meanings: Mapping[str, TaskMeaning]) -> Shipment | None:
    """The work as its leg asks for it; None where an end is another one."""
    origins = {meanings[task.id].place for task in work.pickups}
    of_deliveries = (meanings[task.id] for task in work.deliveries)
    destinations = {each.place for each in of_deliveries if not each.overnight}
    if origins != {row.origin} or destinations - {row.destination}:
        return None

    def at_home(task: Task) -> Task:
        is_home = meanings[task.id].place[0] is PlaceKind.HOME
        return replace(task, windows=home_windows(row.slot)) if is_home else task

    return replace(
        work,
        pickups=tuple(replace(at_home(task), release_s=row.ready_s) for task in work.pickups),
        deliveries=tuple(at_home(task) for task in work.deliveries),
    )


def _leaves_room_for(now: Shipment, work: Shipment) -> bool:
    """Whether every moment that was allowed is allowed now."""
    return all(
        _covers(new.windows, old.windows)
        for new, old in zip(tasks_of(now), tasks_of(work), strict=True)
    )


def _covers(wide: Sequence[TimeWindow], narrow: Sequence[TimeWindow]) -> bool:
    if not wide or not narrow:
        return not wide
    return all(any(w.start <= n.start and n.end <= w.end for w in wide) for n in narrow)
