"""The replan job: the version opened as the day stands, changed by the library, stored as a draft.

Nothing is held while it searches; the row is the truth, as with any plan.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.database import unit_of_work
from backend.database_errors import TransactionClash, explained
from backend.errors import TanNoiError
from backend.planning.edits.errors import LegCannotBeRidden
from backend.planning.edits.kept_room import with_sold
from backend.planning.edits.news import News, ReadNews, nothing_new, with_places_of
from backend.planning.edits.open_day import OpenDay, open_day
from backend.planning.edits.replan_asked import ReplanAsked
from backend.planning.edits.replan_kept import (
    DayWentOn,
    Opened,
    keep_found,
    note_begun_again,
)
from backend.planning.edits.taking_up import digests_of_closings, digests_of_legs, take_up
from backend.planning.edits.trying import refuse_uneditable
from backend.planning.edits.version_rows import rows_in_force
from backend.planning.edits.workbench import Workbench, courier_states, open_workbench
from backend.planning.errors import PlanJobBroke, PlanProblemMalformed
from backend.planning.jobs import PlanRun, claim_run, end_run
from backend.planning.models import AT_HOME, Plan, PlanStage, PlanStatus
from backend.planning.operations import find_published_plan
from backend.planning.progress import PlanWatch
from backend.planning.roads import open_live_roads
from backend.planning.slots.running_day import keep_places
from backend.settings import Settings
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import CourierState, InvalidProblem, InvalidState, Replan, replan, schedule
from routing.solve import SolutionRefused

ATTEMPTS = 3
"""Somebody may publish, act or write while it searches; then it begins again from what is in force.
The last time it fails, or leaves a draft that says why couriers do not ride by it."""


@dataclass(frozen=True, slots=True)
class _Wide:
    """The day with windows that were sold and are not ridden yet, and which works these are."""

    day: OpenDay
    room_for: frozenset[str]


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
        for left in reversed(range(ATTEMPTS)):
            try:
                _make(run, settings, watch, (travel, read_news), may_begin_again=left > 0)
            except DayWentOn as moved:
                with unit_of_work() as session:
                    note_begun_again(session, run, moved.why)
                watch.begin_again()
            else:
                return
    except TanNoiError as error:
        end_run(run, PlanStatus.FAILED, error)
    except (InvalidState, InvalidProblem, SolutionRefused) as error:
        end_run(run, PlanStatus.FAILED, PlanProblemMalformed(defect=error))
    except Exception as error:
        end_run(run, PlanStatus.FAILED, explained(error) or PlanJobBroke())
        raise


def _make(
    run: PlanRun,
    settings: Settings,
    watch: PlanWatch,
    world: tuple[TravelTimes | None, ReadNews],
    *,
    may_begin_again: bool,
) -> None:
    """Once, from the version in force. Raises DayWentOn: nothing is kept."""
    with unit_of_work() as session:
        opened, wide, news = _open(session, run, settings, world)
    watch.enter(PlanStage.SEARCH)
    if watch.cancelled:  # before there was anything to keep
        end_run(run, PlanStatus.CANCELLED, None)
        return
    found = _search(opened, wide, watch, news)
    watch.enter(PlanStage.STORE)
    if watch.replaced:
        return
    try:
        with unit_of_work() as session:
            keep_found(
                session,
                run,
                opened,
                found,
                blobs=BlobStore(settings.blob_dir),
                cancelled=watch.cancelled,
                may_begin_again=may_begin_again,
            )
    except DBAPIError as error:  # somebody else held what it waited for, and waited for it
        clash = explained(error)
        if may_begin_again and isinstance(clash, TransactionClash):
            raise DayWentOn(clash) from error
        raise
    if wide.room_for:
        _keep_places(run.plan_id, found)


def _keep_places(plan_id: uuid.UUID, found: Replan) -> None:
    """Windows go on being sold by the plan that came into force, around those sold before."""
    with unit_of_work() as session:
        plan = session.get_one(Plan, plan_id)
        if plan.status is PlanStatus.PUBLISHED:
            keep_places(session, plan, found.with_room)


def _open(
    session: Session,
    run: PlanRun,
    settings: Settings,
    world: tuple[TravelTimes | None, ReadNews],
) -> tuple[Opened, _Wide, News]:
    travel, read_news = world
    row = session.get_one(Plan, run.plan_id)
    roads = travel or open_live_roads(settings.roads_dir, row.province_code)
    asked = ReplanAsked.from_json(row.request["replan"])
    base = _base(session, row)
    known = rows_in_force(session, base)
    news = read_news(session, base)
    bench = open_workbench(session, base, settings.blob_dir, rests=news.rests)
    bench, closed_again = _taken_up(session, base, bench, asked, roads)
    urgent = [bench.legs[leg] for leg in asked.urgent if leg in bench.legs]
    digests = dict(digests_of_legs(session, base, urgent)[0]) if urgent else {}
    digests.update(digests_of_closings(session, base, asked.closings))
    day = open_day(session, base, bench, asked)
    sold, room_for = with_sold(session, base, bench, roads)
    wide = _Wide(open_day(session, base, sold, asked) if room_for else day, room_for)
    opened = Opened(
        asked=asked,
        day=day,
        rows=known,
        digests=digests,
        roads=roads,
        sold={work: wide.day.bench.legend.works[work] for work in room_for},
        closed_again=closed_again,
    )
    return opened, wide, news


def _taken_up(
    session: Session, base: Plan, bench: Workbench, asked: ReplanAsked, roads: TravelTimes
) -> tuple[Workbench, LegCannotBeRidden | None]:
    """With the urgent legs. What an opening brings back and another closing keeps from its day by
    now stays out, with the reason; anybody else's raises LegCannotBeRidden."""
    try:
        return take_up(session, base, bench, asked.urgent, roads), None
    except LegCannotBeRidden as error:
        if not asked.closings:
            raise
        return take_up(session, base, bench, asked.urgent, roads, refuse=False), error


def _base(session: Session, plan: Plan) -> Plan:
    """The version that it grows from: where another one came into force since somebody asked, that
    one, for what happened (a place that closed, a courier who cannot go on) goes on being so.
    Raises PlanNotInForce, DayOver."""
    base = session.get_one(Plan, plan.derived_from_id)
    if base.status is PlanStatus.SUPERSEDED:
        newer = find_published_plan(session, plan.planning_area_id, plan.service_date)
        if newer is not None:
            plan.derived_from_id, base = newer.id, newer
    refuse_uneditable(base)
    return base


def _search(opened: Opened, wide: _Wide, watch: PlanWatch, news: News) -> Replan:
    """When it is cancelled the best so far is the answer."""
    asked, day, bench = opened.asked, wide.day, wide.day.bench
    dropped = {v for code in asked.dropped for v in bench.vehicles_of(code)}
    problem, states = with_places_of(
        day.problem, courier_states(bench), dropped, bench=bench, news=news, travel=opened.roads
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
        room_for=wide.room_for & {each.id for each in problem.shipments},
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
