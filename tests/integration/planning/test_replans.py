"""A day under way is planned again: what is done stays, little else moves, every promise touched
is named before anything is published."""

from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.database import unit_of_work
from backend.dossiers.models import DossierState, KeeperKind, LegStatus
from backend.dossiers.offers import CustodyOffer
from backend.fleet.models import Courier
from backend.places.models import Office, PlanningArea
from backend.planning.edits import replan_job
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.edits.version_rows import lock_day_plans
from backend.planning.models import PlanStatus, Stop, Visit, VisitStatus
from backend.planning.operations import cancel_plan
from backend.planning.progress import PlanWatch
from backend.settings import Settings
from routing import Progress
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.planning import a_day, make_plan, the_plan
from tests.integration.planning.edits_over_http import Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session, collections=6, returns=4, couriers=3)
    session.commit()
    return area


@pytest.fixture
def console(client: "FlaskClient", area: PlanningArea, settings: Settings) -> Console:
    console = Console(client, str(make_plan(area.id, settings)))
    assert console.publish().status_code == 200
    return console


def replanned(console: Console, settings: Settings, **asked: Any) -> Console:
    """What the worker makes of it, opened."""
    with unit_of_work() as session:
        lock_day_plans(session, UUID(console.plan_id))
        plan = request_replan(session, UUID(console.plan_id), ReplanAsked(**asked), enqueue=False)
        new = plan.id
    execute_replan(new, settings)
    assert the_plan(new).failure is None, the_plan(new).failure
    return Console(console.client, str(new))


def collect(session: Session, visit_id: str) -> Visit:
    """A courier has the papers, as rows."""
    visit = session.get_one(Visit, visit_id)
    visit.status = VisitStatus.DONE
    visit.executed_at = clock.now() - timedelta(minutes=5)
    visit.executed_by_id = visit.stop.route.courier_id
    visit.leg.status = LegStatus.UNDER_WAY
    visit.leg.dossier.state = DossierState.WITH_COURIER
    visit.leg.dossier.keeper_kind = KeeperKind.COURIER
    visit.leg.dossier.keeper_id = visit.stop.route.courier_id
    session.commit()
    return visit


def test_asking_answers_202_with_a_row_to_follow_and_to_cancel(console: Console) -> None:
    url = f"{console.url}/replans"
    headers = {"Idempotency-Key": str(uuid4())}
    asked = console.client.post(url, json={"improve": True}, headers=headers)
    assert asked.status_code == 202, asked.json
    assert (asked.json["status"], asked.json["origin"]) == ("QUEUED", "REPLAN")
    row = asked.headers["Location"]
    assert console.client.get(row).json["derived_from_id"] == console.plan_id
    assert console.client.post(f"{row}/cancel").json["status"] == "CANCELLED"
    stranger = console.client.post(
        url, json={"dropped": ["NOBODY"]}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert (stranger.status_code, stranger.json["code"]) == (422, "edit_courier_unknown")
    nowhere = console.client.post(
        url, json={"closed_zones": ["KHONG-CO"]}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert (nowhere.status_code, nowhere.json["code"]) == (422, "zone_unknown")
    assert list(nowhere.json["fields"]) == ["closed_zones"]


def test_a_courier_drops_out_and_his_bag_goes_to_others(
    console: Console, settings: Settings, session: Session
) -> None:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 0))):
        visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
        collect(session, visit["id"])
        out = visit["courier"]
        draft = replanned(console, settings, dropped=(out,), most_moved=5)
        assert draft.plan["status"] == "DRAFT"
        outcome = draft.plan["request"]["outcome"]
        (bag,) = outcome["bags"]
        assert bag["giver"] == out
        assert bag["leg_ids"] == [visit["leg"]["leg_id"]]
        holders = {v["courier"] for v in draft.visits() if v["status"] == "OPEN"}
        assert out not in holders
        legs = {v["leg"]["leg_id"] for v in console.visits()}
        left = {u["leg"]["leg_id"] for u in draft.unassigned()}
        assert {v["leg"]["leg_id"] for v in draft.visits()} | left == legs
        diff = draft.client.get(f"{draft.url}/diff", query_string={"with": console.plan_id}).json
        told = [v for v in diff["visits"] if v["told"]]
        assert {v["courier_before"] for v in told} >= {out}
        assert {v["kind"] for v in told} <= {"COLLECTION", "DELIVERY"}, "counters wait for nobody"
        at_counters = [v for v in diff["visits"] if v["courier_before"] == out and not v["told"]]
        assert {v["kind"] for v in at_counters} & {"HAND_OVER", "FETCH"}
        assert outcome["touched"] == len(told)
        published = draft.publish()
        assert published.status_code == 200, published.json
        offer = session.scalars(select(CustodyOffer)).one()
        codes = {row.id: row.code for row in session.scalars(select(Courier))}
        assert codes[offer.giver_id] == out
        assert codes[offer.receiver_id] == bag["receiver"]
        again = replanned(draft, settings)
        brings = [
            v["courier"]
            for v in again.visits()
            if v["leg"] == visit["leg"] and v["status"] == "OPEN"
        ]
        assert brings == [bag["receiver"]]


def test_urgent_work_that_was_booked_after_the_plan_gets_a_place(
    console: Console, settings: Settings, session: Session
) -> None:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7, 30))):
        leg = leg_of(a_booking(session, slot_start=time(9, 0), slot_end=time(11, 0)))
        session.commit()
        before = {(v["leg"]["leg_id"], v["kind"]): v["courier"] for v in console.visits()}
        draft = replanned(console, settings, urgent=(leg.id,))
        now = {(v["leg"]["leg_id"], v["kind"]): v["courier"] for v in draft.visits()}
        assert {kind for leg_id, kind in now if leg_id == str(leg.id)} == {
            "COLLECTION",
            "HAND_OVER",
        }
        assert {key: now[key] for key in before} == before, "nobody else changes courier"
        published = draft.publish()
        assert published.status_code == 200, published.json
        session.refresh(leg)
        assert leg.status is LegStatus.PLANNED


def test_the_change_budget_is_a_hard_limit(
    console: Console, settings: Settings, session: Session
) -> None:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 0))):
        draft = replanned(console, settings, improve=True, most_moved=0, most_touched=0)
        outcome = draft.plan["request"]["outcome"]
        assert outcome["moved"] == []
        assert outcome["within_budget"]


def test_an_office_closes_now_and_the_draft_shows_what_that_does(
    console: Console, settings: Settings, session: Session
) -> None:
    counter = next(v["stop"] for v in console.visits() if v["kind"] == "HAND_OVER")
    office = session.get_one(Office, session.get_one(Stop, counter).place_id)
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7, 30))):
        draft = replanned(console, settings, closed_offices=(office.code,))
        kinds = {v["kind"] for v in draft.visits()}
        assert "HAND_OVER" not in kinds
        assert "DEPOSIT" in kinds, "what can be collected rests overnight"
        shut = draft.unassigned()
        assert {u["reasons"][0]["code"] for u in shut} == {"CLOSED"}
        assert {u["leg"]["purpose"] for u in shut} == {"RETURN"}
        diff = draft.client.get(f"{draft.url}/diff", query_string={"with": console.plan_id}).json
        assert diff["promises"], "each promise that it costs is named"
        now = console.client.get(console.url).json
        assert now["status"] == "PUBLISHED", "a draft changes nothing"


def test_what_the_dispatcher_took_out_does_not_come_back_by_itself(
    console: Console, settings: Settings
) -> None:
    visit = next(v for v in console.visits() if v["kind"] == "DELIVERY")
    console.keep({"kind": "DROP", "visits": [visit["id"]]})
    draft = replanned(console, settings)
    (left,) = draft.unassigned()
    assert left["leg"]["leg_id"] == visit["leg"]["leg_id"]
    assert left["reasons"][0]["code"] == "TAKEN_OUT"
    back = replanned(draft, settings, urgent=(UUID(visit["leg"]["leg_id"]),))
    assert back.unassigned() == []


def test_a_crash_of_the_job_leaves_a_reason_and_no_draft(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(replan_job, "replan", crash)
    with unit_of_work() as session:
        new = request_replan(session, UUID(console.plan_id), ReplanAsked(), enqueue=False).id
    with pytest.raises(RuntimeError):
        execute_replan(new, settings)
    assert the_plan(new).status is PlanStatus.FAILED
    assert the_plan(new).failure["code"] == "plan_job_broke"


def test_a_replan_tells_how_far_it_is_and_its_best_so_far(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Progress] = []
    monkeypatch.setattr(PlanWatch, "on_progress", lambda _, progress: told.append(progress))
    draft = replanned(console, settings, improve=True)
    assert told, "the first plan found is told at once"
    assert {each.stage for each in told} == {"SEARCH"}
    assert all(each.best_cost for each in told)
    assert draft.plan["best_cost"] <= min(each.best_cost or 0 for each in told)
    assert all(0 <= each.seconds_left <= 2 for each in told)
    assert draft.plan["request"]["outcome"]["cancelled"] is False


def test_a_replan_that_is_cancelled_keeps_the_best_so_far(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work() as session:
        asked = ReplanAsked(improve=True, time_limit_s=30)
        new = request_replan(session, UUID(console.plan_id), asked, enqueue=False).id
    heard: list[int] = []

    def cancelled(watch: PlanWatch, progress: Progress) -> None:
        if not heard:
            with unit_of_work() as session:
                cancel_plan(session, new)
        heard.append(progress.best_cost or 0)

    monkeypatch.setattr(PlanWatch, "on_progress", cancelled)
    monkeypatch.setattr("backend.planning.progress.LISTEN_EVERY_S", 0)
    begun = clock.monotonic_s()
    execute_replan(new, settings)
    assert clock.monotonic_s() - begun < 20, "it does not search on"
    plan = the_plan(new)
    assert plan.status is PlanStatus.DRAFT
    assert plan.cancel_requested
    assert plan.request["outcome"]["cancelled"] is True
    kept = Console(console.client, str(new))
    assert kept.unassigned() == []
    assert {v["leg"]["leg_id"] for v in kept.visits()} == {
        v["leg"]["leg_id"] for v in console.visits()
    }
    assert kept.publish().status_code == 200


def test_a_replan_cancelled_before_it_searches_leaves_nothing(
    console: Console, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with unit_of_work() as session:
        new = request_replan(session, UUID(console.plan_id), ReplanAsked(), enqueue=False).id
    real = replan_job.open_day

    def cancelled(*given: Any) -> Any:
        with unit_of_work() as session:
            cancel_plan(session, new)
        return real(*given)

    monkeypatch.setattr(replan_job, "open_day", cancelled)
    execute_replan(new, settings)
    assert the_plan(new).status is PlanStatus.CANCELLED
