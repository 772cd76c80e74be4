"""What a replan found becomes its version; of a fact, such as a place that closed, couriers ride by
it at once. Where the day went on meanwhile nothing is kept, and the replan begins again."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from backend import clock
from backend.database import JsonObject
from backend.errors import TanNoiError
from backend.planning.edits.applying import Stage
from backend.planning.edits.effects import touched_between
from backend.planning.edits.left_legs import Why, without_place
from backend.planning.edits.open_day import OpenDay
from backend.planning.edits.replan_asked import ReplanAsked
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import NewVersion, fill_version, lock_day_plans
from backend.planning.edits.workbench import Workbench
from backend.planning.errors import as_failure
from backend.planning.jobs import PlanRun
from backend.planning.models import Plan, PlanOrigin, PlanStage, PlanStatus
from backend.planning.new_work import WITHOUT_ROOM
from backend.planning.publishing import publish_plan
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import Replan
from routing.editing.desk import Desk


class DayWentOn(Exception):
    """Somebody published, acted or wrote while the replan was made: it is not kept."""

    def __init__(self, why: TanNoiError) -> None:
        super().__init__(why.code)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A version as it was opened for a replan. `rows` are those of a day in force before that,
    `digests` what was taken up knowingly."""

    asked: ReplanAsked
    day: OpenDay
    rows: Mapping[str, str] | None
    digests: Mapping[str, str]
    roads: TravelTimes
    sold: Mapping[str, Sequence[uuid.UUID]] = field(default_factory=dict)
    """Works whose room is kept → their legs."""
    closed_again: TanNoiError | None = None
    """Why something that an opening was to bring back waits on: it is put off as before."""


def keep_found(
    session: Session,
    run: PlanRun,
    opened: Opened,
    found: Replan,
    *,
    blobs: BlobStore,
    cancelled: bool,
    may_begin_again: bool,
) -> None:
    """Fills the run's row. Raises PlanNotInForce and DayOver, and while it may begin again
    DayWentOn, also where publishing is refused; the last time the draft stays and says why."""
    plan = lock_day_plans(session, run.plan_id)
    if plan is None or plan.status is not PlanStatus.RUNNING or plan.started_at != run.started_at:
        return
    base = session.get_one(Plan, plan.derived_from_id)
    try:
        refuse_uneditable(base)
    except TanNoiError as error:
        if may_begin_again and base.status is PlanStatus.SUPERSEDED:
            raise DayWentOn(error) from error
        raise
    asked, day = opened.asked, opened.day
    stage = _stage(day.bench, found)
    outcome = {**_outcome(day.bench, stage, found), "cancelled": cancelled}
    request = {**plan.request, "outcome": outcome}
    if homeless := _without_room(opened, found):
        request[WITHOUT_ROOM] = homeless
    if asked.closings:
        request["put_off"] = [str(leg) for leg in _cannot_be_today(day, found)]
    if opened.closed_again is not None:
        known = day.bench.legend.work_of
        request["put_off"] += [str(leg) for leg in asked.urgent if leg not in known]
        request["closed_again"] = as_failure(opened.closed_again)
    new = NewVersion(
        origin=PlanOrigin.REPLAN,
        request=request,
        why={**_promised_anew(day.bench, asked), **day.why},
        rows=opened.rows,
        digests=opened.digests,
        with_room=found.with_room if opened.sold else None,
    )
    fill_version(session, base, plan, stage, new, travel=opened.roads, blobs=blobs)
    plan.status, plan.stage = PlanStatus.DRAFT, PlanStage.DONE
    plan.seconds_left = None
    plan.finished_at = clock.now()
    session.flush()
    if asked.publish:
        _publish(session, plan, blobs, may_begin_again=may_begin_again and not cancelled)


def note_begun_again(session: Session, run: PlanRun, why: TanNoiError) -> None:
    """Whoever follows the row reads that it starts anew, and what came between."""
    plan = session.get_one(Plan, run.plan_id, with_for_update=True, populate_existing=True)
    if plan.status is not PlanStatus.RUNNING or plan.started_at != run.started_at:
        return
    told = {"at": clock.now().isoformat(), **as_failure(why)}
    plan.request = {**plan.request, "begun_again": [*plan.request.get("begun_again", ()), told]}
    plan.stage, plan.best_cost, plan.seconds_left = PlanStage.READING, None, None


def _without_room(opened: Opened, found: Replan) -> list[str]:
    """Legs of windows sold that found no place beside what is planned."""
    ridden = {t.partition(":")[0] for order in found.with_room.values() for t in order}
    left = sorted(opened.sold.keys() - ridden)
    return [str(leg) for work in left for leg in opened.sold[work]]


def _promised_anew(bench: Workbench, asked: ReplanAsked) -> dict[uuid.UUID, Why]:
    """Why moved visits are left, if they are: not for what kept them out of an older window."""
    legs = asked.urgent if asked.rescheduled else ()
    return {leg: without_place(bench, leg) for leg in legs}


def _publish(session: Session, plan: Plan, blobs: BlobStore, *, may_begin_again: bool) -> None:
    """At once. Raises DayWentOn where that is refused and another try may do better."""
    try:
        with session.begin_nested():
            publish_plan(session, plan.id, expected_version=plan.version, blobs=blobs, force=True)
    except TanNoiError as error:
        if may_begin_again:
            raise DayWentOn(error) from error
        session.refresh(plan)
        plan.request = {**plan.request, "not_published": as_failure(error)}
        session.flush()


def _cannot_be_today(day: OpenDay, found: Replan) -> list[uuid.UUID]:
    """Legs that a closed place takes out of the day: nobody has begun them, no route has them."""
    done = {task_id.partition(":")[0] for task_id in day.bench.desk.executed}
    planned = {t.partition(":")[0] for route in found.solution.routes for t in route.task_ids}
    works = sorted(day.touched - planned - done)
    return [leg for work in works for leg in day.bench.legend.works.get(work, ())]


def _stage(bench: Workbench, found: Replan) -> Stage:
    """The answer as a plan that lies open."""
    orders = {route.vehicle_id: route.task_ids for route in found.solution.routes}
    desk = Desk.of_solution(found.problem, found.solution)
    return Stage(replace(bench, desk=desk, orders=orders), orders)


def _outcome(bench: Workbench, stage: Stage, found: Replan) -> JsonObject:
    """What a dispatcher must know before publishing: every promise touched, who is moved, what is
    lost, and which bags change hands."""
    touched = touched_between(bench, bench.desk.timed(bench.orders), found.solution)
    return {
        "within_budget": found.within_budget,
        "seconds": round(found.runtime_s, 2),
        "touched": sum(each.told for each in touched),
        "moved": [
            {
                "leg_ids": [str(leg) for leg in bench.legend.works.get(move.work_id, ())],
                "courier_before": bench.shifts[move.before_vehicle_id].courier_code,
                "courier_after": bench.shifts[move.after_vehicle_id].courier_code,
            }
            for move in found.moved
        ],
        "lost": [str(leg) for work in found.lost for leg in bench.legend.works.get(work, ())],
        "bags": _bags(bench, found),
    }


def _bags(bench: Workbench, found: Replan) -> list[JsonObject]:
    """Papers on board of one who drops out: who takes them over where he stands."""
    giver = {each.act: each.courier_id for each in bench.acts.done}
    names = {shift.courier_id: shift.courier_code for shift in bench.shifts.values()}
    bags: dict[tuple[str, str], list[str]] = {}
    for route in found.solution.routes:
        for task_id in route.task_ids:
            if not task_id.startswith("fetch:"):
                continue
            picked = bench.meanings.get(task_id.removeprefix("fetch:"))
            if picked is None:
                continue
            receiver = bench.shifts[route.vehicle_id].courier_code
            for leg in picked.leg_ids:
                who = giver.get((leg, picked.kind))
                if who is not None:
                    bags.setdefault((names.get(who, ""), receiver), []).append(str(leg))
    return [
        {"giver": one, "receiver": other, "leg_ids": legs} for (one, other), legs in bags.items()
    ]
