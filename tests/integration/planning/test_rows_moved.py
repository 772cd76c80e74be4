"""Rows go on under an open plan: visits of several procedures, papers cancelled one by one, windows
that citizens move, reports that come late. No version rides by what is not so any more."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking
from backend.database import new_id, unit_of_work
from backend.dossiers.models import Leg, LegStatus
from backend.fleet.models import Courier, Shift
from backend.places.models import PlanningArea
from backend.planning.edits import replan_job
from backend.planning.edits.acts_so_far import read_acts
from backend.planning.edits.replan_asked import ReplanAsked, request_replan
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Visit, VisitStatus
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.catalogue import a_procedure
from tests.builders.places import CENTRE, near
from tests.builders.planning import a_day, make_plan, the_plan
from tests.integration.planning.edits_over_http import Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient

DOOR = near(CENTRE, north_m=260, east_m=180)


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session, collections=3, returns=2, couriers=2)
    session.commit()
    return area


@pytest.fixture
def pair(session: Session, area: PlanningArea) -> list[Booking]:
    """Two procedures, one visit."""
    visit_id = new_id()
    first = a_booking(session, point=DOOR, visit_id=visit_id, confirmed=True)
    other = a_procedure(session, code="1.777")
    second = a_booking(session, point=DOOR, visit_id=visit_id, procedure=other, confirmed=True)
    session.commit()
    return [first, second]


@pytest.fixture
def console(client: "FlaskClient", area: PlanningArea, settings: Settings) -> Console:
    return Console(client, str(make_plan(area.id, settings)))


def take_off(session: Session, leg: Leg, status: LegStatus) -> None:
    """What cancelling or moving a published visit does to its rows."""
    for visit in session.scalars(select(Visit).where(Visit.leg_id == leg.id)):
        visit.status = VisitStatus.CANCELLED
    leg.status = status
    leg.version += 1


def done(session: Session, visit_id: str, *, minutes: int) -> None:
    """A courier's report of something done so long ago."""
    visit = session.get_one(Visit, visit_id)
    visit.status = VisitStatus.DONE
    visit.executed_at = clock.now() - timedelta(minutes=minutes)
    visit.executed_by_id = visit.stop.route.courier_id
    visit.leg.status = LegStatus.UNDER_WAY
    session.commit()


def visits_of(console: Console, leg: Leg) -> list[dict[str, Any]]:
    return [v for v in console.visits() if v["leg"]["leg_id"] == str(leg.id)]


def drop(visit: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "DROP", "visits": [visit["id"]]}


def who_else(console: Console, visit: dict[str, Any]) -> str:
    answer = console.client.get(f"{console.url}/who-can-take", query_string={"visit": visit["id"]})
    assert answer.status_code == 200, answer.json
    codes = [each["courier_code"] for each in answer.json["takers"]]
    return next(code for code in codes if code != visit["courier"])


def test_a_visit_for_several_procedures_can_be_asked_about_and_moved(
    pair: list[Booking], console: Console
) -> None:
    first, second = (visits_of(console, leg_of(booking)) for booking in pair)
    assert {v["stop"] for v in first} == {v["stop"] for v in second}, "one carriage"
    other = who_else(console, first[0])
    tried = console.attempt({"kind": "MOVE", "visits": [first[0]["id"]], "courier": other})
    assert tried.status_code == 200, tried.json
    named = {t["booking_reference"] for t in tried.json["total"]["touched"]}
    assert pair[0].reference in named
    assert "" not in named


def test_of_a_visit_the_papers_that_were_cancelled_are_not_ridden_by_a_new_version(
    pair: list[Booking], console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    kept, cancelled = (leg_of(booking) for booking in pair)
    take_off(session, cancelled, LegStatus.CANCELLED)
    session.commit()
    other = next(v for v in console.visits() if v["kind"] == "DELIVERY")
    console.keep(drop(other))
    assert visits_of(console, kept)
    assert visits_of(console, cancelled) == []
    assert str(cancelled.id) not in {u["leg"]["leg_id"] for u in console.unassigned()}


def test_a_visit_that_its_citizen_moved_comes_in_its_new_window(
    console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    leg = session.get_one(Leg, UUID(visit["leg"]["leg_id"]))
    take_off(session, leg, LegStatus.OPEN)
    leg.window_start, leg.window_end = time(14), time(16)
    session.commit()
    console.keep({"kind": "ADD", "leg": visit["leg"]["leg_id"]})
    (again,) = (v for v in visits_of(console, leg) if v["kind"] == "COLLECTION")
    assert clock.to_local(datetime.fromisoformat(again["starts_at"])).time() >= time(14)


def test_what_its_citizen_moved_is_not_put_back_into_its_old_window_by_undoing(
    console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    console.keep(drop(next(v for v in console.visits() if v["kind"] == "DELIVERY")))
    assert console.publish().status_code == 200
    leg = session.get_one(Leg, UUID(visit["leg"]["leg_id"]))
    take_off(session, leg, LegStatus.OPEN)
    leg.window_start, leg.window_end = time(14), time(16)
    session.commit()
    console.open(console.plan_id)
    undone = undo(console)
    assert undone["published"]
    assert visits_of(console, leg) == []
    assert str(leg.id) in {u["leg"]["leg_id"] for u in console.unassigned()}


def undo(console: Console) -> dict[str, Any]:
    answer = console.client.post(
        f"{console.url}/undo", headers={"If-Match": console.tag, "Idempotency-Key": str(uuid4())}
    )
    assert answer.status_code == 201, answer.json
    console.open(answer.json["plan"]["id"])
    undone: dict[str, Any] = answer.json
    return undone


def test_what_was_added_is_left_with_its_reason_when_the_adding_is_undone(
    console: Console, session: Session
) -> None:
    leg = leg_of(a_booking(session, point=DOOR, slot_start=time(9), slot_end=time(11)))
    session.commit()
    console.open(console.plan_id)
    console.keep({"kind": "ADD", "leg": str(leg.id)})
    assert visits_of(console, leg)
    undone = undo(console)
    gone = [t for t in undone["effect"]["touched"] if t["courier_after"] is None]
    assert {t["leg_ids"][0] for t in gone} == {str(leg.id)}
    (left,) = console.unassigned()
    assert (left["leg"]["leg_id"], left["reasons"][0]["code"]) == (str(leg.id), "UNDONE")
    console.keep({"kind": "ADD", "leg": str(leg.id)})
    assert visits_of(console, leg)


def test_what_gave_way_in_an_undone_version_does_not_give_way(
    console: Console, session: Session
) -> None:
    early = next(v for v in console.visits() if v["kind"] == "COLLECTION")
    leg = session.get_one(Leg, UUID(early["leg"]["leg_id"]))
    leg.window_end = time(10)
    session.commit()
    waived = {
        "code": "TIME_WINDOW",
        "leg_ids": [str(leg.id)],
        "shift_id": "",
        "amount": 1800,
    }
    console.keep(drop(next(v for v in console.visits() if v["kind"] == "DELIVERY")))
    edited = the_plan(UUID(console.plan_id))
    session.merge(edited).request = {**edited.request, "waived": [waived]}
    session.commit()
    console.open(console.plan_id)
    undo(console)
    published = console.publish()
    assert published.status_code == 200, published.json
    session.expire_all()
    assert session.get_one(Leg, leg.id).window_end == time(10)


def test_what_was_done_before_but_told_after_a_version_was_made_is_not_taken_from_its_courier(
    console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9))):
        visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
        move = {"kind": "MOVE", "visits": [visit["id"]], "courier": who_else(console, visit)}
        console.keep(move)
        done(session, visit["id"], minutes=30)  # its phone had no signal until now
        console.open(console.plan_id)
        refused = console.publish()
        assert (refused.status_code, refused.json["code"]) == (409, "plan_passed")


def test_what_was_known_to_be_done_elsewhere_does_not_stop_a_version(
    console: Console, session: Session
) -> None:
    assert console.publish().status_code == 200
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9))):
        visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
        done(session, visit["id"], minutes=30)
        console.keep(drop(next(v for v in console.visits() if v["kind"] == "DELIVERY")))
        published = console.publish()
        assert published.status_code == 200, published.json


def test_a_courier_who_left_something_behind_is_not_there_any_more(
    console: Console, session: Session, area: PlanningArea
) -> None:
    assert console.publish().status_code == 200
    route = max(console.routes, key=lambda r: r["visit_count"])
    behind, acted = [s for s in route["stops"] if s["visits"]][:2]
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9))):
        visit = session.get_one(Visit, behind["visits"][0]["id"])
        visit.stop.arrived_at = clock.now() - timedelta(minutes=40)
        session.commit()
        courier = visit.stop.route.courier_id
        assert courier in read_acts(session, area.id, WORKING_DAY).next_acts
        for each in acted["visits"]:
            done(session, each["id"], minutes=20)
        assert courier not in read_acts(session, area.id, WORKING_DAY).next_acts


def test_urgent_work_that_is_of_no_such_day_is_refused_at_once(
    console: Console, session: Session
) -> None:
    def ask(leg: object) -> Any:
        return console.client.post(
            f"{console.url}/replans",
            json={"urgent": [str(leg)]},
            headers={"Idempotency-Key": str(uuid4())},
        )

    nobody = ask(uuid4())
    assert (nobody.status_code, nobody.json["code"]) == (404, "leg_not_in_plan")
    tomorrow = leg_of(a_booking(session, service_date=WORKING_DAY + timedelta(days=1)))
    session.commit()
    assert ask(tomorrow.id).json["code"] == "leg_not_in_plan"


def test_of_two_versions_made_side_by_side_the_second_needs_a_will_to_be_published(
    console: Console,
) -> None:
    assert console.publish().status_code == 200
    mine, theirs = console.visits()[0], console.visits()[-1]
    second = Console(console.client, console.plan_id)
    console.keep(drop(mine))
    second.open(second.plan_id)
    second.keep(drop(theirs))
    assert console.publish().status_code == 200
    refused = second.publish()
    assert (refused.status_code, refused.json["code"]) == (409, "plan_overtaken")
    assert f"Bản số {console.plan['number']}" in refused.json["detail"]
    assert second.publish(force=True).status_code == 200


def test_what_is_written_while_a_replan_is_made_counts_as_moved(
    console: Console, settings: Settings, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert console.publish().status_code == 200
    with unit_of_work() as asking:
        new = request_replan(asking, UUID(console.plan_id), ReplanAsked(), enqueue=False).id
    real = replan_job.replan

    def meanwhile(*given: Any, **options: Any) -> Any:
        a_booking(session, point=DOOR, slot_start=time(9), slot_end=time(11))
        session.commit()
        return real(*given, **options)

    monkeypatch.setattr(replan_job, "replan", meanwhile)
    execute_replan(new, settings)
    draft = Console(console.client, str(new))
    assert draft.plan["staleness"]["stale"]
    assert draft.plan["staleness"]["moved"]["leg"]["added"] == 1


def test_hours_that_were_written_since_are_those_that_a_replan_plans_in(
    console: Console, settings: Settings, session: Session
) -> None:
    """A draft that keeps the new hours can be published; routes beyond them are not."""
    first = console.plan_id
    out = next(v["courier"] for v in console.visits() if v["kind"] == "DELIVERY")
    shift = session.scalars(select(Shift).join(Courier).where(Courier.code == out)).one()
    shift.ends = time(13)
    session.commit()
    with unit_of_work() as asking:
        new = request_replan(asking, UUID(first), ReplanAsked(), enqueue=False).id
    execute_replan(new, settings)
    console.open(str(new))
    afternoon = {v["courier"] for v in console.visits() if v["kind"] == "DELIVERY"}
    assert afternoon
    assert out not in afternoon
    answer = console.publish()
    assert answer.status_code == 200, answer.json
    console.open(first)
    assert console.publish(force=True).json["code"] == "plan_contradicted"


def test_what_is_over_is_no_difference_between_versions(console: Console, session: Session) -> None:
    assert console.publish().status_code == 200
    first = console.plan_id
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9))):
        over = next(v for v in console.visits() if v["kind"] == "COLLECTION")
        done(session, over["id"], minutes=5)
        console.keep(drop(next(v for v in console.visits() if v["kind"] == "DELIVERY")))
        answer = console.client.get(f"{console.url}/diff", query_string={"with": first}).json
    told = {(v["leg_ids"][0], v["kind"]) for v in answer["visits"]}
    assert (over["leg"]["leg_id"], "COLLECTION") not in told


def test_a_list_of_changes_names_a_bounded_number_of_visits(console: Console) -> None:
    visit = console.visits()[0]["id"]
    edit = {"kind": "MOVE", "visits": [visit] * 60}
    answer = console.attempt(edit, edit)
    assert answer.status_code == 422
    assert "100" in str(answer.json)


def test_what_the_version_in_force_rides_is_not_taken_to_another_day_by_a_draft(
    console: Console,
) -> None:
    assert console.publish().status_code == 200
    visit = console.visits()[0]
    console.keep(drop(visit))
    answer = console.client.get(
        f"{console.url}/repairs", query_string={"leg": visit["leg"]["leg_id"]}
    )
    other = [way for way in answer.json["repairs"] if way["kind"] == "OTHER_DAY"]
    assert [way["applicable"] for way in other] in ([], [False])
