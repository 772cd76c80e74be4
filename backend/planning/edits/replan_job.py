"""The replan job: the version opened as the day stands, changed by the library, stored as a draft.

Nothing is held while it searches; the row is the truth, as with any plan.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from backend import clock
from backend.database import JsonObject, explained, unit_of_work
from backend.errors import TanNoiError
from backend.places.models import PlaceKind
from backend.places.operations import get_office
from backend.planning.edits.applying import Stage
from backend.planning.edits.effects import touched_between
from backend.planning.edits.replan_asked import ReplanAsked
from backend.planning.edits.taking_up import digests_of_legs, take_up
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import (
    CLOSED,
    TAKEN_OUT,
    NewVersion,
    Why,
    fill_version,
    lock_day_plans,
    rows_in_force,
)
from backend.planning.edits.workbench import Workbench, courier_states, open_workbench
from backend.planning.errors import PlanJobBroke, PlanProblemMalformed
from backend.planning.jobs import claim_run, end_run
from backend.planning.models import Plan, PlanOrigin, PlanStage, PlanStatus
from backend.planning.progress import PlanWatch
from backend.planning.roads import open_live_roads
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import (
    InvalidProblem,
    InvalidState,
    Problem,
    Replan,
    Shipment,
    Task,
    replan,
    schedule,
)
from routing.editing.desk import Desk
from routing.solve import SolutionRefused


def run_replan(plan_id: str) -> None:
    """The queue's entry point; settings come from the environment of the worker."""
    execute_replan(uuid.UUID(plan_id), Settings.from_environment())


def execute_replan(
    plan_id: uuid.UUID, settings: Settings, *, travel: TravelTimes | None = None
) -> None:
    """Makes one replan, from the claimed row to the stored draft. Does nothing if the row is
    finished, cancelled, or alive in another process; a failure is written into the row."""
    run = claim_run(plan_id)
    if run is None:
        return
    watch = PlanWatch(plan_id, run.started_at)
    try:
        with unit_of_work() as session:
            row = session.get_one(Plan, plan_id)
            roads = travel or open_live_roads(settings.roads_dir, row.province_code)
            base = session.get_one(Plan, row.derived_from_id)
            refuse_uneditable(base)
            known = rows_in_force(session, base)
            asked = ReplanAsked.from_json(row.request["replan"])
            bench = open_workbench(session, base, settings.blob_dir)
            bench = take_up(session, base, bench, asked.urgent, roads)
            urgent = [bench.legs[leg] for leg in asked.urgent if leg in bench.legs]
            digests = digests_of_legs(session, base, urgent)[0] if urgent else None
            closed = _closed(session, base, asked)
        watch.enter(PlanStage.SEARCH)
        found = _search(bench, asked, closed, watch)
        if watch.replaced:
            return
        if watch.cancelled:
            end_run(run, PlanStatus.CANCELLED, None)
            return
        watch.enter(PlanStage.STORE)
        with unit_of_work() as session:
            _store(
                session,
                plan_id,
                run.started_at,
                bench,
                found,
                rows=known,
                digests=digests,
                roads=roads,
                blobs=BlobStore(settings.blob_dir),
                asked=asked,
                closed=closed,
            )
    except TanNoiError as error:
        end_run(run, PlanStatus.FAILED, error)
    except (InvalidState, InvalidProblem, SolutionRefused) as error:
        end_run(run, PlanStatus.FAILED, PlanProblemMalformed(defect=error))
    except Exception as error:
        end_run(run, PlanStatus.FAILED, explained(error) or PlanJobBroke())
        raise


def _search(bench: Workbench, asked: ReplanAsked, closed: set[str], watch: PlanWatch) -> Replan:
    problem = _open_problem(bench, asked, closed)
    known = {task.id for s in problem.shipments for task in (*s.pickups, *s.deliveries)}
    orders = {
        vehicle: tuple(task_id for task_id in order if task_id in known)
        for vehicle, order in bench.orders.items()
        if vehicle in bench.shifts
    }
    now = bench.now or bench.root.epoch
    told = {
        visit.task_id: visit.start_s
        for route in bench.desk.timed(bench.orders).routes
        for visit in route.visits
        if visit.task_id in known
    }
    return replan(
        problem,
        schedule(problem, orders, place_breaks=True),
        now_s=max(0, round((now - bench.root.epoch).total_seconds())),
        states=courier_states(bench),
        dropped={v for code in asked.dropped for v in bench.vehicles_of(code)},
        budget=asked.budget,
        told=told,
        improve=asked.improve,
        time_limit_s=asked.time_limit_s,
        should_stop=watch.should_stop,
    )


def _closed(session: Session, base: Plan, asked: ReplanAsked) -> set[str]:
    """Places that are closed, as the problem names them."""
    offices = (get_office(session, base.province_code, code) for code in asked.closed_offices)
    return {f"{PlaceKind.OFFICE.value}:{office.id}" for office in offices}


def _open_problem(bench: Workbench, asked: ReplanAsked, closed: set[str]) -> Problem:
    """Without what the dispatcher took out, which does not come back by itself, and without what
    leads to closed places; papers on board go where else they may."""
    out = {bench.legend.work_of[leg] for leg in _taken_out(bench, asked)}
    kept = [
        left
        for shipment in bench.root.shipments
        if shipment.id not in out
        and (left := _where_open(bench, shipment, asked, closed)) is not None
    ]
    return replace(bench.root, shipments=tuple(kept))


def _where_open(
    bench: Workbench, shipment: Shipment, asked: ReplanAsked, closed: set[str]
) -> Shipment | None:
    def is_open(task: Task) -> bool:
        here = task.location
        return here.place not in closed and here.area not in asked.closed_zones

    begun = any(task.id in bench.desk.executed for task in shipment.pickups)
    over = any(task.id in bench.desk.executed for task in shipment.deliveries)
    deliveries = tuple(task for task in shipment.deliveries if is_open(task))
    if over or (begun and not deliveries):
        return shipment
    if not deliveries or not (begun or all(is_open(task) for task in shipment.pickups)):
        return None
    return replace(shipment, deliveries=deliveries)


def _taken_out(bench: Workbench, asked: ReplanAsked) -> set[uuid.UUID]:
    """Legs that the dispatcher took out of a version before, and does not ask for now."""
    wanted = {bench.legend.work_of.get(leg) for leg in asked.urgent}
    return {
        leg
        for leg, reasons in bench.reasons.items()
        if any(reason.get("code") == TAKEN_OUT.code for reason in reasons)
        and bench.legend.work_of.get(leg, "") not in {*wanted, ""}
    }


def _why(bench: Workbench, asked: ReplanAsked, closed: set[str]) -> dict[uuid.UUID, Why]:
    shut = {
        leg: CLOSED
        for shipment in bench.root.shipments
        if _where_open(bench, shipment, asked, closed) is None
        for leg in bench.legend.works.get(shipment.id, ())
    }
    return {**shut, **dict.fromkeys(_taken_out(bench, asked), TAKEN_OUT)}


def _store(
    session: Session,
    plan_id: uuid.UUID,
    started_at: datetime,
    bench: Workbench,
    found: Replan,
    *,
    rows: Mapping[str, str] | None,
    digests: Mapping[str, str] | None,
    roads: TravelTimes,
    blobs: BlobStore,
    asked: ReplanAsked,
    closed: set[str],
) -> None:
    plan = lock_day_plans(session, plan_id)
    if plan is None or plan.status is not PlanStatus.RUNNING or plan.started_at != started_at:
        return
    base = session.get_one(Plan, plan.derived_from_id)
    refuse_uneditable(base)
    stage = _stage(bench, found)
    new = NewVersion(
        origin=PlanOrigin.REPLAN,
        request={**plan.request, "outcome": _outcome(bench, stage, found)},
        why=_why(bench, asked, closed),
        rows=rows,
        digests=digests,
    )
    fill_version(session, base, plan, stage, new, travel=roads, blobs=blobs)
    plan.status, plan.stage = PlanStatus.DRAFT, PlanStage.DONE
    plan.seconds_left = None
    plan.finished_at = clock.now()


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
