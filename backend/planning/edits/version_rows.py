"""A changed plan becomes rows: a new draft beside the version that it grew from, which stays as it
is. History is never rewritten."""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.database import JsonObject
from backend.places.models import PlanningArea
from backend.planning.carried_over import NOT_HELD, carry_outcomes
from backend.planning.drafts import unassigned_rows
from backend.planning.edits.applying import Stage
from backend.planning.edits.left_legs import Why, left_legs
from backend.planning.edits.taking_up import built_of
from backend.planning.edits.version_routes import without_halts, write_routes
from backend.planning.edits.workbench import Workbench
from backend.planning.fingerprint import MEDIA_TYPE, Digests, canonical, digest_of_shift, digests
from backend.planning.locks import write_locks
from backend.planning.models import Plan, PlanOrigin, PlanStage, PlanStatus, UnassignedLeg
from backend.planning.operations import next_number
from backend.planning.problem_builder import BuiltProblem
from backend.planning.read_day import read_day, read_leg_rows
from backend.planning.room_orders import store_room_orders
from backend.planning.stored_problems import frame_of
from backend.planning.summary import LeftLegs, summarise
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import Result, Solution
from routing.editing.desk import Orders
from routing.formats.own import problem_to_json, solution_to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """What makes a version: how it came about and what was asked for. `digests` are of rows that
    were taken up knowingly since the base was made; they are not news any more. `source` is the
    version whose problem it has, if that is not the base."""

    origin: PlanOrigin
    request: JsonObject
    rows: Digests | None = None
    """Of a day in force: its rows as they were before the version was opened."""
    source: Plan | None = None
    why: Mapping[uuid.UUID, Why] = field(default_factory=dict)
    """Legs that this version leaves on purpose."""
    digests: Mapping[str, str] | None = None
    gone: Collection[str] = ()
    with_room: Orders | None = None
    """Its orders with a place for what was sold since, where something was."""


def write_version(
    session: Session,
    base: Plan,
    stage: Stage,
    new: NewVersion,
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> Plan:
    """A draft of the changed plan. The caller holds the plans of the day; the base counts one
    version more, so that whoever had opened it notices."""
    now = clock.now()
    plan = Plan(
        province_code=base.province_code,
        planning_area_id=base.planning_area_id,
        planning_area=base.planning_area,
        service_date=base.service_date,
        number=next_number(session, base.planning_area, base.service_date),
        status=PlanStatus.DRAFT,
        stage=PlanStage.DONE,
        engine=base.engine,
        seed=base.seed,
        time_limit_s=base.time_limit_s,
        origin=new.origin,
        derived_from_id=base.id,
        requested_at=now,
        started_at=now,
        finished_at=now,
    )
    session.add(plan)
    fill_version(session, base, plan, stage, new, travel=travel, blobs=blobs)
    return plan


def fill_version(
    session: Session,
    base: Plan,
    plan: Plan,
    stage: Stage,
    new: NewVersion,
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> None:
    """Content and rows of a version that grew from `base`; as `write_version`."""
    bench = stage.bench
    solution = bench.desk.timed(stage.orders)
    shown = without_halts(bench, solution)
    source = new.source or base
    keep = partial(blobs.store, session, media_type=MEDIA_TYPE)
    plan.input_fingerprint = _fingerprint(session, base, new, _hours_kept(bench, solution), blobs)
    plan.frame_sha256 = keep(frame_of(bench.root))
    plan.problem_sha256 = (
        keep(_bytes(problem_to_json(bench.root))) if bench.grown else source.problem_sha256
    )
    plan.legend_sha256 = keep(bench.legend.to_json())
    plan.solution_sha256 = keep(_bytes(solution_to_json(solution)))
    if new.with_room is not None:
        store_room_orders(session, plan, new.with_room, blobs)
    plan.travel_source, plan.travel_note = base.travel_source, base.travel_note
    plan.baseline = base.baseline
    plan.as_of = bench.now
    plan.request = new.request
    plan.best_cost = solution.cost
    session.flush()
    left = left_legs(bench, shown, new.why)
    aside = _set_aside_rows(session, base, bench)
    built = built_of(base, bench, bench.desk.problem)
    plan.summary = _summary(session, base, built, shown, left=left, aside=aside)
    write_routes(session, plan, built, shown, base=base, travel=travel)
    session.add_all(unassigned_rows(plan, left))
    session.add_all(
        UnassignedLeg(plan_id=plan.id, leg_id=row.leg_id, reasons=row.reasons) for row in aside
    )
    write_locks(session, plan.id, bench.locks)
    base.request = {**base.request, "followed_by": str(plan.id)}
    session.flush()
    known = {each.act for each in bench.acts.done}
    if missing := carry_outcomes(session, plan, only=known):
        acts = [[str(leg), kind.value] for leg, kind in sorted(missing)]
        plan.request = {**plan.request, NOT_HELD: acts}
    session.flush()
    session.expire(plan, ["routes", "unassigned"])


def lock_day_plans(session: Session, plan_id: uuid.UUID) -> Plan | None:
    """The plan, while nobody else makes or publishes a version of its day."""
    day = session.execute(
        select(Plan.planning_area_id, Plan.service_date).where(Plan.id == plan_id)
    ).one_or_none()
    if day is None:
        return None
    session.execute(select(PlanningArea.id).where(PlanningArea.id == day[0]).with_for_update())
    plans = session.scalars(
        select(Plan)
        .where(Plan.planning_area_id == day[0], Plan.service_date == day[1])
        .order_by(Plan.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return next(plan for plan in plans if plan.id == plan_id)


def rows_in_force(session: Session, base: Plan) -> Digests | None:
    """The rows that a day in force is ridden by, to be read before the version is opened: whatever
    is written from then on counts as moved. None for a draft, which has its own."""
    if base.status is not PlanStatus.PUBLISHED:
        return None
    return digests(read_day(session, base.planning_area, base.service_date))


def _hours_kept(bench: Workbench, solution: Solution) -> dict[str, str]:
    """Digests of hours that moved since the base was made, and that the routes keep."""
    broken = {each.vehicle_id for each in solution.violations}
    kept = bench.moved_shifts - broken
    return {f"shift:{vehicle}": digest_of_shift(bench.shifts[vehicle]) for vehicle in kept}


def _fingerprint(
    session: Session, base: Plan, new: NewVersion, hours: Digests, blobs: BlobStore
) -> str | None:
    """Of a draft its own, so that what has moved since stays told, but for `hours` taken in."""
    table: Digests
    if new.rows is not None:
        table = new.rows
    elif base.input_fingerprint is None:
        return None
    else:
        table = json.loads(blobs.read(session, base.input_fingerprint))
    known = {**table, **hours, **(new.digests or {})}
    kept = {key: digest for key, digest in known.items() if key not in new.gone}
    return blobs.store(session, canonical(kept), media_type=MEDIA_TYPE)


def _set_aside_rows(session: Session, base: Plan, bench: Workbench) -> list[UnassignedLeg]:
    """What nobody could do at all, and so is in no problem."""
    rows = session.scalars(select(UnassignedLeg).where(UnassignedLeg.plan_id == base.id))
    known = bench.legend.work_of.keys() | bench.legend.gone
    return [row for row in rows if row.leg_id not in known]


def _summary(
    session: Session,
    base: Plan,
    built: BuiltProblem,
    shown: Solution,
    *,
    left: tuple[LeftLegs, ...],
    aside: Sequence[UnassignedLeg],
) -> JsonObject:
    ridden = {shipment.id for shipment in built.problem.shipments}
    rows = [leg for work, c in built.carriages.items() if work in ridden for leg in c.legs]
    set_aside = read_leg_rows(
        session, base.planning_area, base.service_date, [row.leg_id for row in aside]
    )
    others = tuple(
        LeftLegs(leg_ids=(row.leg_id,), reasons=tuple(row.reasons.get("reasons", ())))
        for row in aside
    )
    result = Result(solution=shown, engine=base.engine, seed=base.seed, runtime_s=0.0, iterations=0)
    summary = summarise(built, (*rows, *set_aside.values()), result, (*left, *others))
    summary["stranded_shifts"] = base.summary.get("stranded_shifts", [])
    return summary


def _bytes(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
