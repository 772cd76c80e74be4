"""The plan job: rows → matrix → search → check → stored draft, with no transaction in between.

The row is the truth; the queue only knows its id. A job may die at any line: the row stays
RUNNING without a heartbeat, is found by `requeue_lost`, and the next run starts from the rows.
"""

import json
import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.database import unit_of_work
from backend.database_errors import explained
from backend.errors import TanNoiError
from backend.logs import get_logger
from backend.places.models import PlanningArea
from backend.planning.baseline import plan_by_zones
from backend.planning.day_rows import DayRows
from backend.planning.drafts import Geometries, draw_routes, route_rows, unassigned_rows
from backend.planning.errors import (
    NoCouriers,
    PlanCheckFailed,
    PlanJobBroke,
    PlanJobLost,
    PlanProblemMalformed,
    PlanTravelFailed,
    as_failure,
)
from backend.planning.fingerprint import MEDIA_TYPE, canonical, digests
from backend.planning.legend import legend_of, tasks_of_acts
from backend.planning.locks import Lock, pins_of, read_locks, write_locks
from backend.planning.models import Plan, PlanOrigin, PlanStage, PlanStatus
from backend.planning.operations import RUN_PLAN, RUN_REPLAN
from backend.planning.problem_builder import BuiltProblem, build_problem
from backend.planning.progress import PlanWatch
from backend.planning.read_day import read_day
from backend.planning.roads import open_roads
from backend.planning.slots.running_day import find_plan
from backend.planning.summary import left_legs, summarise, summarise_baseline
from backend.queue import JobCall, LostJobs
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.errors import GeodataError
from geodata.travel_tables import TravelTimes
from routing import InvalidProblem, Result, Solution, check, solve
from routing.engines import EngineCannot
from routing.formats.own import problem_to_json, solution_to_json
from routing.solve import SolutionRefused

RUN_SILENT_S = 10
"""A run tells its row something every second; silent for so long, another run may take over."""

log = get_logger(__name__)
_lost = LostJobs()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRun:
    """What a claimed plan row asks for."""

    plan_id: uuid.UUID
    started_at: datetime
    area_id: uuid.UUID
    service_date: date
    time_limit_s: int
    seed: int
    engine: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Everything that a draft stores."""

    day: DayRows
    built: BuiltProblem
    result: Result
    baseline: Solution
    geometries: Geometries
    locks: tuple[Lock, ...]


class _Stopped(Exception):
    """Cancelled before there was anything to keep, or replaced by another run."""


def run_plan(plan_id: str) -> None:
    """The queue's entry point; settings come from the environment of the worker."""
    execute_plan(uuid.UUID(plan_id), Settings.from_environment())


def execute_plan(
    plan_id: uuid.UUID, settings: Settings, *, travel: TravelTimes | None = None
) -> None:
    """Makes one plan, from the claimed row to the stored draft.

    Does nothing if the plan is finished, cancelled, or alive in another process. An expected
    failure is written into the row; an unexpected one as well, and is raised for the log.
    """
    run = claim_run(plan_id)
    if run is None:
        return
    watch = PlanWatch(plan_id, run.started_at)
    try:
        found = _find(run, watch, settings, travel)
        watch.enter(PlanStage.STORE)
        _store(run, found, BlobStore(settings.blob_dir))
    except _Stopped:
        end_run(run, PlanStatus.CANCELLED, None)
    except (TanNoiError, GeodataError, InvalidProblem, EngineCannot, SolutionRefused) as error:
        end_run(run, PlanStatus.FAILED, _as_domain_error(error))
    except Exception as error:
        end_run(run, PlanStatus.FAILED, explained(error) or PlanJobBroke())
        raise


def requeue_lost() -> None:
    """Queues plans again whose job is gone; the worker calls it every few seconds.

    A plan that lost its job too often fails with a reason instead. Raises QueueAway.
    """
    with unit_of_work() as session:
        waiting = session.execute(
            select(Plan.id, Plan.origin).where(
                Plan.status.in_((PlanStatus.QUEUED, PlanStatus.RUNNING))
            )
        ).all()
    calls = [
        JobCall(RUN_REPLAN if row.origin is PlanOrigin.REPLAN else RUN_PLAN, (str(row.id),))
        for row in waiting
    ]
    for call in _lost.requeue(calls):
        with unit_of_work() as session:
            plan = _locked(session, uuid.UUID(call.arguments[0]))
            if plan.status in (PlanStatus.QUEUED, PlanStatus.RUNNING):
                _end(plan, PlanStatus.FAILED, PlanJobLost())


def claim_run(plan_id: uuid.UUID) -> PlanRun | None:
    """Takes the row for this run, or None if there is nothing to do."""
    with unit_of_work() as session:
        plan = session.get(Plan, plan_id, with_for_update=True)
        if plan is None:
            return None
        now = clock.now()
        beat = plan.heartbeat_at
        silent = beat is None or now - beat > timedelta(seconds=RUN_SILENT_S)
        if plan.status is not PlanStatus.QUEUED and not (
            plan.status is PlanStatus.RUNNING and silent
        ):
            return None
        plan.status, plan.stage = PlanStatus.RUNNING, PlanStage.READING
        plan.started_at = plan.heartbeat_at = now
        plan.best_cost = plan.seconds_left = None
        return PlanRun(
            plan_id=plan.id,
            started_at=now,
            area_id=plan.planning_area_id,
            service_date=plan.service_date,
            time_limit_s=plan.time_limit_s,
            seed=plan.seed,
            engine=plan.engine,
        )


def _find(run: PlanRun, watch: PlanWatch, settings: Settings, travel: TravelTimes | None) -> _Found:
    with unit_of_work() as session:
        day = read_day(session, session.get_one(PlanningArea, run.area_id), run.service_date)
        before = find_plan(session, run.area_id, run.service_date)
        locks = () if before is None else read_locks(session, before.id)
    watch.enter(PlanStage.MATRIX)
    travel = travel or open_roads(settings.roads_dir, day.province_code)
    built = build_problem(day, travel)
    if not built.problem.vehicles:
        raise NoCouriers(area=day.area_code, day=day.service_date)
    tasks = tasks_of_acts(built.meanings)
    problem = replace(built.problem, pins=pins_of(locks, tasks, built.shifts))
    watch.enter(PlanStage.SEARCH)
    if watch.should_stop():
        raise _Stopped
    result = solve(
        problem,
        time_limit_s=run.time_limit_s,
        seed=run.seed,
        engine=run.engine,
        on_progress=watch.on_progress,
        should_stop=watch.should_stop,
    )
    watch.enter(PlanStage.CHECK)
    if watch.replaced:
        raise _Stopped
    faults = check(problem, result.solution)
    if faults:
        raise PlanCheckFailed(fault=faults[0])
    baseline = plan_by_zones(built)
    watch.enter(PlanStage.CHECK)
    geometries = draw_routes(built, result.solution, travel)
    return _Found(
        day=day,
        built=replace(built, problem=problem),
        result=result,
        baseline=baseline,
        geometries=geometries,
        locks=locks,
    )


def _store(run: PlanRun, found: _Found, blobs: BlobStore) -> None:
    """The whole draft in one transaction, or nothing of it."""
    built, result = found.built, found.result
    left = left_legs(built, result.solution)
    with unit_of_work() as session:
        plan = _locked(session, run.plan_id)
        if plan.status is not PlanStatus.RUNNING or plan.started_at != run.started_at:
            return
        kept = partial(blobs.store, session, media_type=MEDIA_TYPE)
        plan.input_fingerprint = kept(canonical(digests(found.day)))
        plan.problem_sha256 = kept(_bytes(problem_to_json(built.problem)))
        plan.solution_sha256 = kept(_bytes(solution_to_json(result.solution)))
        plan.legend_sha256 = kept(legend_of(built).to_json())
        plan.travel_source = built.travel_source
        plan.travel_note = built.travel_note or None
        plan.summary = summarise(built, found.day.legs, result, left)
        plan.baseline = summarise_baseline(built, found.baseline)
        plan.best_cost = result.solution.cost
        session.add_all(route_rows(plan, built, result.solution, found.geometries))
        session.add_all(unassigned_rows(plan, left))
        write_locks(session, plan.id, found.locks)
        _end(plan, PlanStatus.DRAFT, None)


def end_run(run: PlanRun, status: PlanStatus, error: TanNoiError | None) -> None:
    """Ends a run that has no draft to store, unless another run took over."""
    with unit_of_work() as session:
        plan = _locked(session, run.plan_id)
        if plan.status is PlanStatus.RUNNING and plan.started_at == run.started_at:
            _end(plan, status, error)
    if error is not None:
        log.warning("plan_failed", plan=str(run.plan_id), code=error.code)


def _end(plan: Plan, status: PlanStatus, error: TanNoiError | None) -> None:
    plan.status, plan.stage = status, PlanStage.DONE
    plan.seconds_left = None
    plan.finished_at = clock.now()
    plan.failure = None if error is None else as_failure(error)


def _locked(session: Session, plan_id: uuid.UUID) -> Plan:
    return session.get_one(Plan, plan_id, with_for_update=True, populate_existing=True)


def _as_domain_error(error: Exception) -> TanNoiError:
    if isinstance(error, InvalidProblem):
        return PlanProblemMalformed(defect=error.defects[0])
    if isinstance(error, GeodataError):
        return PlanTravelFailed(reason=error.reason)
    if isinstance(error, EngineCannot):
        return PlanProblemMalformed(defect=error)
    if isinstance(error, SolutionRefused):
        return PlanCheckFailed(fault=error)
    assert isinstance(error, TanNoiError)
    return error


def _bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
