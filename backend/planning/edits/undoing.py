"""Goes back to the version before, as far as the day has not moved on; history is not rewritten:
the former state becomes a new version."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.planning.closing.errors import ReopenInstead
from backend.planning.closing.models import Closing
from backend.planning.edits.applying import Stage
from backend.planning.edits.effects import Effect, effect_between
from backend.planning.edits.errors import NothingToUndo
from backend.planning.edits.kept_room import find_places
from backend.planning.edits.left_legs import UNDONE
from backend.planning.edits.rooms import open_rooms
from backend.planning.edits.rooms_judged import Judged, judge_another, refuse_unread
from backend.planning.edits.saving import let_give_way
from backend.planning.edits.taking_up import take_up
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import NewVersion, rows_in_force, write_version
from backend.planning.edits.workbench import Workbench, open_workbench
from backend.planning.models import Plan, PlanOrigin, PlanStatus, VisitKind
from backend.planning.operations import get_finished_plan
from backend.planning.publishing import publish_plan
from backend.planning.slots.confirmed_holds import read_room
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class NotUndone:
    """An act that the former version gave to another courier, and that is done or on board."""

    leg_id: uuid.UUID
    kind: VisitKind
    booking_reference: str
    courier_before: str
    courier_now: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """The former state as a new version; `published` when the version undone was in force."""

    plan: Plan
    published: bool
    effect: Effect
    not_undone: tuple[NotUndone, ...]


def undo_version(
    session: Session,
    plan_id: uuid.UUID,
    *,
    travel: TravelTimes,
    blobs: BlobStore,
    confirmed: Collection[str] = (),
) -> Undone:
    """The state before a version: of a draft the version that it grew from, of the published plan
    the one that couriers rode by before. That of a published plan is published at once. What was
    added since is left undone. The caller holds the plans of the day.

    Raises what `save_edits` raises of the plan, NothingToUndo, ReopenInstead, EditRefused, RoomSold
    with each window whose key is not `confirmed`, and what publishing raises.
    """
    plan = get_finished_plan(session, plan_id)
    refuse_uneditable(plan)
    _refuse_open_closing(session, plan)
    former = _former(session, plan)
    known = rows_in_force(session, plan)
    now = open_workbench(session, plan, blobs.folder)
    bench = open_workbench(session, former, blobs.folder)
    added = now.legend.work_of.keys() - bench.legend.work_of.keys()
    bench = take_up(session, former, bench, added, travel, refuse=False)
    first = Stage(now, now.orders)
    stage, waived = let_give_way(first, Stage(bench, bench.orders))
    rooms = _rooms_restored(
        session, (plan, now), (former, stage), added, travel=travel, folder=blobs.folder
    )
    if rooms is not None:
        refuse_unread(rooms.lost, confirmed)
    told = {"undone": str(plan.id), "restored": str(former.id), "waived": waived}
    new = NewVersion(
        origin=PlanOrigin.UNDO,
        request=told | (rooms.told if rooms else {}),
        rows=known,
        source=former,
        why=dict.fromkeys(added, UNDONE),
        with_room=None if rooms is None else rooms.orders,
    )
    version = write_version(session, plan, stage, new, travel=travel, blobs=blobs)
    in_force = plan.status is PlanStatus.PUBLISHED
    if in_force:
        publish_plan(session, version.id, expected_version=version.version, blobs=blobs, force=True)
    return Undone(
        plan=version,
        published=in_force,
        effect=effect_between(first, stage),
        not_undone=_not_undone(bench, stage),
    )


def _rooms_restored(
    session: Session,
    undone: tuple[Plan, Workbench],
    restored: tuple[Plan, Stage],
    added: Collection[uuid.UUID],
    *,
    travel: TravelTimes,
    folder: Path,
) -> Judged | None:
    """What becomes of the windows that were sold and that no route has; None where nothing is.
    What was added since is not among them: the restored version leaves it knowingly."""
    (plan, now), (former, stage) = undone, restored
    places = find_places(session, plan, folder)
    before = open_rooms(session, plan, now, travel, known=places)
    if before is None:
        return None
    known = {
        **(read_room(session, former, folder) or {}),
        **{v: o for v, o in (places or {}).items() if now.orders.get(v) == stage.orders.get(v)},
    }
    after = open_rooms(session, plan, stage.bench, travel, known=known, apart=added)
    return None if after is None else judge_another(before, after)


def _refuse_open_closing(session: Session, plan: Plan) -> None:
    """Raises ReopenInstead: a version that exists because a place is closed is taken back by
    opening the place."""
    ids = [uuid.UUID(each) for each in plan.request.get("replan", {}).get("closings", ())]
    closed = session.scalars(
        select(Closing).where(Closing.id.in_(ids), Closing.reopened_at.is_(None))
    ).first()
    if closed is not None:
        raise ReopenInstead(plan=plan.number, place=closed.name)


def _former(session: Session, plan: Plan) -> Plan:
    before = plan.request.get("supersedes") if plan.status is PlanStatus.PUBLISHED else None
    former_id = uuid.UUID(before) if before else plan.derived_from_id
    former = None if former_id is None else session.get(Plan, former_id)
    if former is None or former.legend_sha256 is None:
        raise NothingToUndo(plan=plan.number)
    return former


def _not_undone(bench: Workbench, stage: Stage) -> tuple[NotUndone, ...]:
    """Acts that the former version had with another courier."""
    holder = {task_id: vehicle for vehicle, order in stage.orders.items() for task_id in order}
    vehicles = {route: vehicle for vehicle, route in bench.routes.items()}
    found = []
    for each in bench.planned:
        was, now = vehicles.get(each.route_id), holder.get(each.task_id)
        if was is None or now is None or was == now:
            continue
        found.append(
            NotUndone(
                leg_id=each.act[0],
                kind=each.act[1],
                booking_reference=bench.references.get(each.act[0], ""),
                courier_before=bench.shifts[was].courier_code,
                courier_now=bench.shifts[now].courier_code,
            )
        )
    return tuple(found)
