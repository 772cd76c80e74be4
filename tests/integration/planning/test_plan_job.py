"""The plan job on real rows: a draft whole and true, or a named failure and nothing stored."""

import json
import threading
import uuid
from datetime import timedelta
from itertools import pairwise
from time import sleep

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend import clock
from backend.dossiers.models import Leg
from backend.places.models import OfficeClosure, PlaceKind
from backend.planning import jobs
from backend.planning.models import (
    Plan,
    PlanStage,
    PlanStatus,
    Route,
    Stop,
    StopKind,
    UnassignedLeg,
    Visit,
    VisitKind,
)
from backend.planning.operations import cancel_plan, get_plan
from backend.planning.reasons import SetAsideCode
from backend.settings import Settings
from backend.storage import BlobStore
from routing import check, solve
from routing.formats.own import problem_from_json, solution_from_json
from tests.builders.booking import WORKING_DAY, a_booking, a_return, leg_of
from tests.builders.places import OUTSIDE, a_closure, an_office
from tests.builders.planning import a_day, ask_for_plan, make_plan, the_plan


def count(session: Session, row: type[object]) -> int:
    return session.scalar(select(func.count()).select_from(row)) or 0


def test_a_small_day_becomes_a_draft_with_every_leg_planned(
    session: Session, settings: Settings
) -> None:
    area = a_day(session, collections=4, returns=4)
    session.commit()
    plan = the_plan(make_plan(area.id, settings))
    assert (plan.status, plan.stage, plan.failure) == (PlanStatus.DRAFT, PlanStage.DONE, None)
    assert plan.summary["legs"] == {"asked": 8, "planned": 8}
    assert plan.summary["visits"]["homes"] == 8
    assert plan.summary["promises"]["broken"] == 0
    assert plan.travel_source == "GREAT_CIRCLE"
    assert plan.travel_note, "an estimate is labelled with the next step"
    assert plan.baseline["rule_vi"]
    assert plan.baseline["rule_en"]
    legs = set(session.scalars(select(Leg.id)))
    planned = session.scalars(select(Visit.leg_id)).all()
    assert sorted(planned) == sorted([*legs, *legs]), "each leg has its two visits"


def test_stops_follow_each_other_in_time_and_visits_share_a_halt(
    session: Session, settings: Settings
) -> None:
    area = a_day(session, collections=4, returns=0, couriers=1)
    session.commit()
    make_plan(area.id, settings)
    (route,) = session.scalars(select(Route)).all()
    kinds = [stop.kind for stop in route.stops]
    assert kinds[0] is StopKind.START
    assert kinds[-1] is StopKind.END
    assert kinds.count(StopKind.BREAK) == 1
    assert [stop.ordinal for stop in route.stops] == list(range(1, len(kinds) + 1))
    for before, after in pairwise(route.stops):
        assert before.ends_at <= after.arrives_at <= after.starts_at <= after.ends_at
    office_halts = [stop for stop in route.stops if stop.place_kind is PlaceKind.OFFICE]
    assert max(len(stop.visits) for stop in office_halts) > 1, "hand-overs share one halt"
    assert route.geometry is not None
    assert route.geometry_source == "GREAT_CIRCLE"


def test_a_stored_problem_replays_to_a_solution_that_passes_the_judge(
    session: Session, settings: Settings
) -> None:
    area = a_day(session)
    session.commit()
    plan = the_plan(make_plan(area.id, settings))
    blobs = BlobStore(settings.blob_dir)
    assert plan.problem_sha256
    assert plan.solution_sha256
    problem = problem_from_json(json.loads(blobs.read(session, plan.problem_sha256)))
    stored = solution_from_json(json.loads(blobs.read(session, plan.solution_sha256)))
    assert check(problem, stored) == []
    again = solve(problem, time_limit_s=1, seed=plan.seed)
    assert check(problem, again.solution) == []
    assert not again.solution.unassigned


def test_what_cannot_be_planned_is_named_in_both_languages(
    session: Session, settings: Settings
) -> None:
    area = a_day(session)
    shut = an_office(session, name="Bộ phận một cửa đang sửa chữa")
    lost = leg_of(a_return(session, office=shut))
    a_closure(session, shut, WORKING_DAY)
    session.commit()
    plan = the_plan(make_plan(area.id, settings))
    row = session.get_one(UnassignedLeg, (plan.id, lost.id))
    (reason,) = row.reasons["reasons"]
    assert reason["code"] == SetAsideCode.OFFICE_CLOSED
    assert "không mở cửa" in reason["detail_vi"]
    assert "is closed" in reason["detail_en"]
    assert plan.summary["unassigned"] == {
        "legs": 1,
        "by_reason": [{"code": "OFFICE_CLOSED", "legs": 1}],
    }


def test_a_collection_whose_office_is_closed_rests_overnight_at_the_post_office(
    session: Session, settings: Settings
) -> None:
    area = a_day(session, collections=0, returns=1)
    shut = an_office(session)
    leg = leg_of(a_booking(session, office=shut))
    session.add(OfficeClosure(office_id=shut.id, day=WORKING_DAY, reason="Tập huấn"))
    session.commit()
    plan = the_plan(make_plan(area.id, settings))
    kinds = session.scalars(select(Visit.kind).where(Visit.leg_id == leg.id)).all()
    assert set(kinds) == {VisitKind.COLLECTION, VisitKind.DEPOSIT}
    assert plan.summary["promises"]["overnight"] == 1


def test_a_door_moved_out_of_the_area_is_named_and_spoils_nothing(
    session: Session, settings: Settings
) -> None:
    area = a_day(session)
    booking = a_booking(session)
    lost = leg_of(booking)
    from backend.places.points import to_geometry

    booking.address.point = to_geometry(OUTSIDE)
    session.commit()
    plan = the_plan(make_plan(area.id, settings))
    assert plan.status is PlanStatus.DRAFT
    row = session.get_one(UnassignedLeg, (plan.id, lost.id))
    assert row.reasons["reasons"][0]["code"] == SetAsideCode.DOOR_OUTSIDE_AREA


def test_a_plan_cancelled_while_it_waits_is_never_made(
    session: Session, settings: Settings
) -> None:
    area = a_day(session)
    session.commit()
    plan_id = ask_for_plan(area.id)
    cancel_plan(session, plan_id)
    session.commit()
    jobs.execute_plan(plan_id, settings)
    assert the_plan(plan_id).status is PlanStatus.CANCELLED
    assert count(session, Route) == 0


@pytest.mark.usefixtures("committed_database")
def test_a_cancelled_search_hands_over_its_best_so_far(settings: Settings) -> None:
    from backend.database import unit_of_work

    with unit_of_work() as session:  # of 16 legs the search ends by itself within two seconds
        area_id = a_day(session, collections=30, returns=30, couriers=3).id
    plan_id = ask_for_plan(area_id, seconds=60)
    began = clock.monotonic_s()
    job = threading.Thread(target=jobs.execute_plan, args=(plan_id, settings))
    job.start()
    while the_plan(plan_id).best_cost is None and job.is_alive():
        sleep(0.05)
    with unit_of_work() as session:
        cancel_plan(session, plan_id)
    job.join(timeout=30)
    assert not job.is_alive()
    assert clock.monotonic_s() - began < 30, "60 seconds were allowed, nobody waited for them"
    plan = the_plan(plan_id)
    assert plan.status is PlanStatus.DRAFT
    assert plan.summary["search"]["stopped"] is True
    assert plan.summary["legs"]["planned"] > 0


def test_a_crash_while_storing_leaves_no_half_draft_and_the_next_run_makes_it_whole(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = a_day(session)
    session.commit()
    plan_id = ask_for_plan(area.id)

    def power_cut(*_: object) -> None:
        raise SystemExit("power cut")

    with monkeypatch.context() as broken:
        broken.setattr(jobs, "unassigned_rows", power_cut)
        with pytest.raises(SystemExit):
            jobs.execute_plan(plan_id, settings)
    assert the_plan(plan_id).status is PlanStatus.RUNNING
    assert count(session, Route) == count(session, Stop) == 0
    _silence(session, plan_id)
    jobs.execute_plan(plan_id, settings)
    assert the_plan(plan_id).status is PlanStatus.DRAFT
    assert count(session, Route) > 0


def test_a_run_that_is_alive_is_not_taken_over(session: Session, settings: Settings) -> None:
    area = a_day(session)
    session.commit()
    plan_id = ask_for_plan(area.id)
    session.execute(
        update(Plan)
        .where(Plan.id == plan_id)
        .values(status=PlanStatus.RUNNING, heartbeat_at=clock.now(), started_at=clock.now())
    )
    session.commit()
    jobs.execute_plan(plan_id, settings)
    assert the_plan(plan_id).status is PlanStatus.RUNNING
    assert count(session, Route) == 0


def test_an_unexpected_failure_is_written_down_and_raised(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = a_day(session)
    session.commit()
    plan_id = ask_for_plan(area.id)

    def break_down(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(jobs, "plan_by_zones", break_down)
    with pytest.raises(RuntimeError, match="a defect"):
        jobs.execute_plan(plan_id, settings)
    plan = the_plan(plan_id)
    assert plan.status is PlanStatus.FAILED
    assert plan.failure
    assert plan.failure["code"] == "plan_job_broke"
    assert count(session, Route) == 0


def test_a_plan_nobody_knows_is_no_work(session: Session, settings: Settings) -> None:
    jobs.execute_plan(uuid.uuid4(), settings)
    assert count(session, Plan) == 0


def test_progress_is_visible_while_the_job_runs(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    area = a_day(session)
    session.commit()
    plan_id = ask_for_plan(area.id, seconds=2)
    seen: list[tuple[PlanStage, int | None]] = []
    real = jobs.PlanWatch.enter

    def note(watch: jobs.PlanWatch, stage: PlanStage) -> None:
        real(watch, stage)
        plan = get_plan(session, plan_id)
        session.refresh(plan)
        seen.append((plan.stage, plan.best_cost))

    monkeypatch.setattr(jobs.PlanWatch, "enter", note)
    jobs.execute_plan(plan_id, settings)
    stages = list(dict.fromkeys(stage for stage, _ in seen))
    assert stages == [PlanStage.MATRIX, PlanStage.SEARCH, PlanStage.CHECK, PlanStage.STORE]
    assert seen[-1][1] is not None


def _silence(session: Session, plan_id: uuid.UUID) -> None:
    """As if the last sign of life was a minute ago."""
    minute_ago = clock.now() - timedelta(minutes=1)
    session.execute(update(Plan).where(Plan.id == plan_id).values(heartbeat_at=minute_ago))
    session.commit()
