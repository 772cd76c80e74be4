"""An office or a zone closes in the middle of the day for real, and opens again: nobody is led
there, papers go elsewhere or back, whoever is touched is told."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.roles import Role
from backend.booking.errors import OfficeClosedAllDay
from backend.dossiers.models import Leg, LegStatus
from backend.fleet.models import Courier
from backend.outbox import OutboxMessage
from backend.places.models import Address, Office, OfficeClosure, PlaceKind, PlanningArea
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan, PlanStatus, Visit, VisitKind, VisitStatus
from backend.planning.route_changes import RouteChange
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.places import CENTRE, an_office, near
from tests.builders.planning import a_day, make_plan, the_plan
from tests.integration.planning.edits_over_http import DOOR, Console

if TYPE_CHECKING:
    from flask.testing import FlaskClient

REASON = "Mất điện toàn tòa nhà"


@pytest.fixture(autouse=True)
def the_evening_before() -> Iterator[None]:
    """No: the morning, before anybody has left."""
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7, 0))):
        yield


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session, collections=4, returns=2, couriers=2)
    session.commit()
    return area


@pytest.fixture
def console(
    client: "FlaskClient", area: PlanningArea, settings: Settings, redis_connection: Redis
) -> Console:
    return published(client, area.id, settings)


def published(client: "FlaskClient", area_id: UUID, settings: Settings) -> Console:
    """In the evening before."""
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        console = Console(client, str(make_plan(area_id, settings)))
        assert console.publish().status_code == 200
    return console


def the_office(session: Session) -> Office:
    """To which all collections go."""
    filed = select(Leg.to_id).where(Leg.to_kind == PlaceKind.OFFICE)
    return session.scalars(select(Office).where(Office.id.in_(filed))).one()


def close(console: Console, **body: Any) -> Any:
    return console.client.post(
        f"{console.url}/closings",
        json={"reason": REASON, **body},
        headers={"Idempotency-Key": str(uuid4())},
    )


def carried_out(console: Console, settings: Settings, answer: Any) -> Console:
    """What the worker makes of it, opened."""
    assert answer.status_code == 202, answer.json
    new = answer.json["replans"][0]["id"]
    assert answer.headers["Location"].endswith(new)
    execute_replan(UUID(new), settings)
    assert the_plan(UUID(new)).failure is None, the_plan(UUID(new)).failure
    return Console(console.client, new)


def notices(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)))


def test_papers_go_to_another_accepting_office_and_the_citizens_are_told(
    client: "FlaskClient",
    area: PlanningArea,
    settings: Settings,
    session: Session,
    redis_connection: Redis,
) -> None:
    office = the_office(session)
    other = an_office(session, name="Một cửa Mẫu Hai", point=near(CENTRE, north_m=700, east_m=300))
    a_booking(session, office=other)
    session.commit()
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        console = Console(client, str(make_plan(area.id, settings)))
        assert console.publish().status_code == 200
    new = carried_out(console, settings, close(console, offices=[office.code]))
    assert new.plan["status"] == "PUBLISHED", new.plan["request"].get("not_published")
    session.expire_all()
    handed_in = [v for v in new.visits() if v["kind"] == "HAND_OVER"]
    assert len(handed_in) == 5, "the four that were to go elsewhere, and its own"
    for visit in handed_in:
        leg = session.get_one(Leg, visit["leg"]["leg_id"])
        assert leg.to_id == other.id
        assert leg.dossier.filing_office_id == other.id
    told = notices(session)
    assert told.count("booking.office_changed") == 4
    assert told.count("booking.rescheduled") == 2, "results cannot be fetched there today"
    put_off = session.scalars(select(Leg).where(Leg.service_date > WORKING_DAY)).all()
    assert {(leg.status, leg.purpose.value) for leg in put_off} == {(LegStatus.OPEN, "RETURN")}
    changes = session.scalars(select(RouteChange)).all()
    assert {row.courier_id for row in changes} <= set(session.scalars(select(Courier.id)))
    assert any(f"{office.name} đóng cửa" in row.text for row in changes)
    assert any("tại Một cửa Mẫu Hai" in row.text for row in changes)


def test_without_another_office_papers_rest_overnight_and_nobody_plans_there(
    console: Console, settings: Settings, session: Session, area: PlanningArea
) -> None:
    office = the_office(session)
    new = carried_out(console, settings, close(console, offices=[office.code]))
    assert new.plan["status"] == "PUBLISHED"
    kinds = {v["kind"] for v in new.visits()}
    assert "DEPOSIT" in kinds
    assert kinds.isdisjoint({"HAND_OVER", "FETCH"})
    session.expire_all()
    (closure,) = session.scalars(select(OfficeClosure)).all()
    assert (closure.office_id, closure.day, closure.reason) == (office.id, WORKING_DAY, REASON)
    listed = console.client.get(f"{console.url}/closings").json["closings"]
    assert [(each["office"], each["reopened_at"]) for each in listed] == [(office.code, None)]
    again = close(new, offices=[office.code])
    assert (again.status_code, again.json["code"]) == (409, "closed_already")
    with pytest.raises(OfficeClosedAllDay):
        a_booking(session, office=office)
    made = Console(console.client, str(make_plan(area.id, settings)))
    assert {v["kind"] for v in made.visits()} == {"COLLECTION", "DEPOSIT"}


def test_opened_again_what_was_put_off_comes_back_to_its_day(
    console: Console, settings: Settings, session: Session
) -> None:
    office = the_office(session)
    before = {v["leg"]["leg_id"] for v in console.visits() if v["kind"] == "FETCH"}
    closed = close(console, offices=[office.code])
    new = carried_out(console, settings, closed)
    undone = new.client.post(
        f"{new.url}/undo", headers={"If-Match": new.tag, "Idempotency-Key": str(uuid4())}
    )
    assert (undone.status_code, undone.json["code"]) == (409, "reopen_instead")
    url = f"{DOOR}/closings/{closed.json['closings'][0]['id']}/reopen"
    opened = new.client.post(url, headers={"Idempotency-Key": str(uuid4())})
    back = carried_out(new, settings, opened)
    assert back.plan["status"] == "PUBLISHED", back.plan["request"].get("not_published")
    session.expire_all()
    assert session.scalars(select(OfficeClosure)).all() == []
    assert {v["leg"]["leg_id"] for v in back.visits() if v["kind"] == "FETCH"} == before
    assert session.scalars(select(Leg).where(Leg.service_date != WORKING_DAY)).all() == []
    told = [row.text for row in session.scalars(select(RouteChange))]
    assert any(f"{office.name} mở cửa lại" in text for text in told)
    again = new.client.post(url, headers={"Idempotency-Key": str(uuid4())})
    assert (again.status_code, again.json["code"]) == (409, "open_already")


def test_a_zone_closes_with_its_doors_and_its_offices(
    console: Console, settings: Settings, session: Session, area: PlanningArea
) -> None:
    doors = session.scalars(select(Address)).all()
    for number, door in enumerate(doors):
        door.zone_code = "VUNG-NGAP" if number < 2 else "VUNG-KHO"
    session.commit()
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        console = Console(console.client, str(make_plan(area.id, settings)))
        assert console.publish().status_code == 200
    unknown = close(console, zone_codes=["KHONG-CO"])
    assert (unknown.status_code, unknown.json["code"]) == (422, "zone_unknown")
    assert list(unknown.json["fields"]) == ["zone_codes"]
    new = carried_out(console, settings, close(console, zone_codes=["VUNG-NGAP"]))
    assert new.plan["status"] == "PUBLISHED", new.plan["request"].get("not_published")
    session.expire_all()
    flooded = {door.id for door in doors[:2]}
    put_off = {leg.id for leg in session.scalars(select(Leg)) if leg.service_date > WORKING_DAY}
    there = {leg.id for leg in session.scalars(select(Leg)) if flooded & {leg.from_id, leg.to_id}}
    assert put_off == there
    assert there.isdisjoint({UUID(v["leg"]["leg_id"]) for v in new.visits()})
    leg = leg_of(a_booking(session, office=the_office(session)))
    leg.from_id = doors[0].id
    session.commit()
    made = Console(console.client, str(make_plan(area.id, settings)))
    (left,) = made.unassigned()
    assert (left["leg"]["leg_id"], left["reasons"][0]["code"]) == (str(leg.id), "ZONE_CLOSED")


def test_a_version_that_somebody_publishes_meanwhile_is_closed_too(
    console: Console, settings: Settings, session: Session
) -> None:
    asked = close(console, offices=[the_office(session).code])
    out = next(visit for visit in console.visits() if visit["kind"] == "DELIVERY")
    console.keep({"kind": "DROP", "visits": [out["id"]]})
    assert console.publish().status_code == 200
    new = carried_out(console, settings, asked)
    assert new.plan["status"] == "PUBLISHED", new.plan["request"].get("not_published")
    kinds = {visit["kind"] for visit in new.visits()}
    assert kinds.isdisjoint({"HAND_OVER", "FETCH"})


def test_an_office_that_opens_in_a_closed_zone_stays_shut_until_the_zone_opens(
    console: Console, settings: Settings, session: Session
) -> None:
    office = the_office(session)
    first = close(console, offices=[office.code])
    new = carried_out(console, settings, first)
    second = close(new, zone_codes=[office.zone_code])
    new = carried_out(new, settings, second)

    def opened(answer: Any) -> list[UUID]:
        url = f"{DOOR}/closings/{answer.json['closings'][0]['id']}/reopen"
        again = new.client.post(url, headers={"Idempotency-Key": str(uuid4())})
        assert again.status_code == 202, again.json
        session.expire_all()
        return list(session.scalars(select(OfficeClosure.office_id)))

    assert office.id in opened(first)
    assert opened(second) == []


def test_what_two_closings_keep_from_its_day_comes_back_when_both_are_over(
    console: Console, settings: Settings, session: Session, area: PlanningArea
) -> None:
    """A result that lies at a closed office, for a door in a closed zone."""
    legs = session.scalars(select(Leg).where(Leg.to_kind == PlaceKind.HOME).order_by(Leg.id)).all()
    for address in session.scalars(select(Address)):
        address.zone_code = "VUNG-NGAP" if address.id == legs[0].to_id else "VUNG-KHO"
    session.commit()
    with clock.frozen(clock.local_instant(WORKING_DAY - timedelta(days=1), time(18))):
        console = Console(console.client, str(make_plan(area.id, settings)))
        assert console.publish().status_code == 200
    office = close(console, offices=[the_office(session).code])
    now = carried_out(console, settings, office)
    zone = close(now, zone_codes=["VUNG-NGAP"])
    now = carried_out(now, settings, zone)

    def opened(answer: Any) -> set[UUID]:
        url = f"{DOOR}/closings/{answer.json['closings'][0]['id']}/reopen"
        again = now.client.post(url, headers={"Idempotency-Key": str(uuid4())})
        after = carried_out(now, settings, again)
        return {UUID(v["leg"]["leg_id"]) for v in after.visits() if v["kind"] == "FETCH"}

    assert opened(office) == {leg.id for leg in legs[1:]}
    assert opened(zone) == {leg.id for leg in legs}


def test_a_place_that_closes_again_before_its_opening_is_planned_keeps_its_work_put_off(
    console: Console, settings: Settings, session: Session
) -> None:
    office = the_office(session).code
    closed = close(console, offices=[office])
    now = carried_out(console, settings, closed)
    visit = next(each for each in now.visits() if each["kind"] == "COLLECTION")
    now.keep({"kind": "LOCK", "visits": [visit["id"]], "lock": "COURIER"})
    assert now.publish().status_code == 200, "a version that knows nothing of what was put off"
    url = f"{DOOR}/closings/{closed.json['closings'][0]['id']}/reopen"
    opening = now.client.post(url, headers={"Idempotency-Key": str(uuid4())})
    again = close(now, offices=[office])
    after = carried_out(now, settings, opening)
    assert after.plan["status"] == "PUBLISHED", after.plan["request"].get("not_published")
    assert after.plan["request"]["closed_again"]["code"] == "leg_cannot_be_ridden"
    last = carried_out(after, settings, again)
    assert last.plan["status"] == "PUBLISHED", last.plan["request"].get("not_published")
    assert {visit["kind"] for visit in last.visits()}.isdisjoint({"HAND_OVER", "FETCH"})
    session.expire_all()
    fetched = session.scalars(select(Leg).where(Leg.to_kind == PlaceKind.HOME)).all()
    assert {leg.service_date for leg in fetched} == {WORKING_DAY + timedelta(days=1)}
    assert {leg.status for leg in fetched} == {LegStatus.OPEN}


def test_a_zone_of_another_province_is_unknown(console: Console, session: Session) -> None:
    an_office(session, province_code="49", zone_code="VUNG-XA", point=near(CENTRE, north_m=900))
    session.commit()
    answer = close(console, zone_codes=["VUNG-XA"])
    assert (answer.status_code, answer.json["code"]) == (422, "zone_unknown")


def test_papers_on_board_that_no_place_takes_stay_with_their_courier(
    console: Console, settings: Settings, session: Session
) -> None:
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 30))):
        visit = next(v for v in console.visits() if v["kind"] == "COLLECTION")
        row = session.get_one(Visit, visit["id"])
        row.status, row.executed_at = VisitStatus.DONE, clock.now() - timedelta(minutes=5)
        row.executed_by_id = row.stop.route.courier_id
        row.leg.status = LegStatus.UNDER_WAY
        session.commit()
        new = carried_out(console, settings, close(console, offices=[the_office(session).code]))
        assert new.plan["status"] == "PUBLISHED", new.plan["request"].get("not_published")
        mine = [v for v in new.visits() if v["leg"]["leg_id"] == visit["leg"]["leg_id"]]
        assert [(v["kind"], v["courier"]) for v in mine] == [
            ("COLLECTION", visit["courier"]),
            ("DEPOSIT", visit["courier"]),
        ]
        session.expire_all()
        assert session.get_one(Leg, row.leg_id).service_date == WORKING_DAY


def test_of_a_draft_the_answer_is_a_draft_and_takes_effect_when_it_is_published(
    client: "FlaskClient",
    area: PlanningArea,
    settings: Settings,
    session: Session,
    redis_connection: Redis,
) -> None:
    console = Console(client, str(make_plan(area.id, settings)))
    new = carried_out(console, settings, close(console, offices=[the_office(session).code]))
    assert new.plan["status"] == "DRAFT"
    session.expire_all()
    assert session.scalars(select(Leg).where(Leg.service_date != WORKING_DAY)).all() == []
    console.open(console.plan_id)
    old = console.publish(force=True)
    assert (old.status_code, old.json["code"]) == (409, "plan_contradicted"), "it leads there"
    published = new.publish()
    assert published.status_code == 200, published.json
    session.expire_all()
    away = session.scalars(select(Leg).where(Leg.service_date != WORKING_DAY)).all()
    assert {leg.purpose.value for leg in away} == {"RETURN"}


def test_only_who_dispatches_the_area_closes_anything(
    console: Console, session: Session, client_as: Any
) -> None:
    body = {"reason": REASON, "offices": [the_office(session).code]}
    key = {"Idempotency-Key": str(uuid4())}
    manager = client_as(Role.MANAGER).post(f"{console.url}/closings", json=body, headers=key)
    assert (manager.status_code, manager.json["code"]) == (403, "role_not_allowed")
    nothing = close(console)
    assert nothing.status_code == 422
    missing = close(console, offices=["KHONG-CO"])
    assert (missing.status_code, missing.json["code"]) == (404, "office_not_found")
    foreign = console.client.post(f"{DOOR}/closings/{uuid4()}/reopen", headers=key)
    assert (foreign.status_code, foreign.json["code"]) == (404, "closing_not_found")
    key = {"Idempotency-Key": str(uuid4())}
    url = f"{console.url}/closings"
    first = console.client.post(url, json=body, headers=key)
    same = console.client.post(url, json=body, headers=key)
    assert (first.status_code, same.status_code) == (202, 202)
    assert first.json == same.json, "a repeat closes nothing twice"
    plans = session.scalars(select(Plan).where(Plan.status == PlanStatus.QUEUED)).all()
    assert len(plans) == 1
    assert VisitKind.HAND_OVER.value in {v["kind"] for v in console.visits()}
