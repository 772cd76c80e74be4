"""The replan job: the version opened as the day stands, changed by the library, stored as a draft.

Nothing is held while it searches; the row is the truth, as with any plan.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from backend import clock
from backend.database import JsonObject, explained, unit_of_work
from backend.errors import TanNoiError
from backend.planning.edits.applying import Stage
from backend.planning.edits.effects import touched_between
from backend.planning.edits.news import News, ReadNews, nothing_new, with_places_of
from backend.planning.edits.open_day import OpenDay, open_day
from backend.planning.edits.replan_asked import ReplanAsked
from backend.planning.edits.taking_up import digests_of_closings, digests_of_legs, take_up
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import (
    NewVersion,
    Why,
    fill_version,
    lock_day_plans,
    rows_in_force,
    without_place,
)
from backend.planning.edits.workbench import Workbench, courier_states, open_workbench
from backend.planning.errors import PlanJobBroke, PlanProblemMalformed, as_failure
from backend.planning.jobs import claim_run, end_run
from backend.planning.models import AT_HOME, Plan, PlanOrigin, PlanStage, PlanStatus
from backend.planning.operations import find_published_plan
from backend.planning.progress import PlanWatch
from backend.planning.publishing import publish_plan
from backend.planning.roads import open_live_roads
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import CourierState, InvalidProblem, InvalidState, Replan, replan, schedule
from routing.editing.desk import Desk
from routing.solve import SolutionRefused


def execute_replan(
    plan_id: uuid.UUID,
    settings: Settings,
    *,
    travel: TravelTimes | None = None,
    read_news: ReadNews = nothing_new,
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
            asked = ReplanAsked.from_json(row.request["replan"])
            base = _base(session, row, asked)
            known = rows_in_force(session, base)
            news = read_news(session, base)
            bench = open_workbench(session, base, settings.blob_dir, rests=news.rests)
            bench = take_up(session, base, bench, asked.urgent, roads)
            urgent = [bench.legs[leg] for leg in asked.urgent if leg in bench.legs]
            digests = dict(digests_of_legs(session, base, urgent)[0]) if urgent else {}
            digests.update(digests_of_closings(session, base, asked.closings))
            day = open_day(session, base, bench, asked)
        watch.enter(PlanStage.SEARCH)
        if watch.cancelled:  # before there was anything to keep
            end_run(run, PlanStatus.CANCELLED, None)
            return
        found = _search(bench, asked, day, watch, at=(news, roads))
        watch.enter(PlanStage.STORE)
        if watch.replaced:
            return
        with unit_of_work() as session:
            _store(
                session,
                plan_id,
                run.started_at,
                day,
                found,
                rows=known,
                digests=digests,
                roads=roads,
                blobs=BlobStore(settings.blob_dir),
                asked=asked,
                cancelled=watch.cancelled,
            )
    except TanNoiError as error:
        end_run(run, PlanStatus.FAILED, error)
    except (InvalidState, InvalidProblem, SolutionRefused) as error:
        end_run(run, PlanStatus.FAILED, PlanProblemMalformed(defect=error))
    except Exception as error:
        end_run(run, PlanStatus.FAILED, explained(error) or PlanJobBroke())
        raise


def _base(session: Session, plan: Plan, asked: ReplanAsked) -> Plan:
    """The version that it grows from. What publishes itself carries out a fact: where another
    version came into force while it waited, it grows from that. Raises PlanNotInForce, DayOver."""
    base = session.get_one(Plan, plan.derived_from_id)
    if asked.publish and base.status is PlanStatus.SUPERSEDED:
        newer = find_published_plan(session, plan.planning_area_id, plan.service_date)
        if newer is not None:
            plan.derived_from_id, base = newer.id, newer
    refuse_uneditable(base)
    return base


def _search(
    bench: Workbench,
    asked: ReplanAsked,
    day: OpenDay,
    watch: PlanWatch,
    *,
    at: tuple[News, TravelTimes],
) -> Replan:
    """When it is cancelled the best so far is the answer."""
    dropped = {v for code in asked.dropped for v in bench.vehicles_of(code)}
    problem, states = with_places_of(
        day.problem, courier_states(bench), dropped, bench=bench, news=at[0], travel=at[1]
    )
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
        states=_not_to_closed(states, known),
        dropped=dropped,
        budget=asked.budget,
        told=told,
        promised={t for t in told if t in bench.meanings and bench.meanings[t].kind in AT_HOME},
        improve=asked.improve,
        time_limit_s=asked.time_limit_s,
        on_progress=watch.on_progress,
        should_stop=watch.should_stop,
    )


def _not_to_closed(states: Iterable[CourierState], known: set[str]) -> list[CourierState]:
    """Whoever is on the way to a place that has closed goes elsewhere from where he is."""
    return [
        replace(state, next_ids=tuple(each for each in state.next_ids if each in known))
        for state in states
    ]


def _store(
    session: Session,
    plan_id: uuid.UUID,
    started_at: datetime,
    day: OpenDay,
    found: Replan,
    *,
    rows: Mapping[str, str] | None,
    digests: Mapping[str, str],
    roads: TravelTimes,
    blobs: BlobStore,
    asked: ReplanAsked,
    cancelled: bool,
) -> None:
    plan = lock_day_plans(session, plan_id)
    if plan is None or plan.status is not PlanStatus.RUNNING or plan.started_at != started_at:
        return
    base = session.get_one(Plan, plan.derived_from_id)
    refuse_uneditable(base)
    stage = _stage(day.bench, found)
    outcome = {**_outcome(day.bench, stage, found), "cancelled": cancelled}
    request = {**plan.request, "outcome": outcome}
    if asked.closings:
        request["put_off"] = [str(leg) for leg in _cannot_be_today(day, found)]
    new = NewVersion(
        origin=PlanOrigin.REPLAN,
        request=request,
        why={**_promised_anew(day.bench, asked), **day.why},
        rows=rows,
        digests=digests,
    )
    fill_version(session, base, plan, stage, new, travel=roads, blobs=blobs)
    plan.status, plan.stage = PlanStatus.DRAFT, PlanStage.DONE
    plan.seconds_left = None
    plan.finished_at = clock.now()
    session.flush()
    if asked.publish:
        _publish(session, plan, blobs)


def _promised_anew(bench: Workbench, asked: ReplanAsked) -> dict[uuid.UUID, Why]:
    """Why moved visits are left, if they are: not for what kept them out of an older window."""
    legs = asked.urgent if asked.rescheduled else ()
    return {leg: without_place(bench, leg) for leg in legs}


def _publish(session: Session, plan: Plan, blobs: BlobStore) -> None:
    """At once; where that is refused the draft stays, and says why."""
    try:
        with session.begin_nested():
            publish_plan(session, plan.id, expected_version=plan.version, blobs=blobs, force=True)
    except TanNoiError as error:
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
