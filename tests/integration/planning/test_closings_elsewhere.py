"""A place closes that couriers of another area ride to as well, or while its papers are on a
motorbike."""

from datetime import time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.roles import Role
from backend.booking.changes import BookingChange, ChangeKind, Fault
from backend.booking.models import BookingDossier
from backend.dossiers import legs as carriages
from backend.dossiers.models import Leg, LegStatus
from backend.places.models import Address, PlaceKind, PlanningArea, PostOffice
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan, PlanStatus, Visit, VisitStatus
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, a_return, leg_of
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import a_planning_area, a_post_office
from tests.builders.planning import a_day, the_plan
from tests.integration.planning.edits_over_http import DOOR, Console
from tests.integration.planning.test_closings import carried_out, close, published, the_office

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient


@pytest.fixture
def area(session: Session) -> PlanningArea:
    area = a_day(session, collections=3, returns=1)
    session.commit()
    return area


@pytest.fixture
def console(
    client: "FlaskClient", area: PlanningArea, settings: Settings, redis_connection: Redis
) -> Console:
    """Published in the evening."""
    return published(client, area.id, settings)


def a_neighbour(session: Session, *, results: int = 0) -> PlanningArea:
    """Another area with a courier, two doors whose papers go to the same office, and doors that
    wait for results from there."""
    area = a_planning_area(session, code="HOI-AN", name="Hội An (mẫu)")
    post_office = a_post_office(session, planning_area=area)
    a_shift(session, service_date=WORKING_DAY, courier=a_courier(session, post_office=post_office))
    made = [a_booking(session, office=the_office(session)) for _ in range(2)]
    made += [a_return(session, office=the_office(session)) for _ in range(results)]
    for booking in made:
        booking.planning_area_id = leg_of(booking).planning_area_id = area.id
    session.commit()
    return area


def test_couriers_of_another_area_are_led_elsewhere_too(
    console: Console, settings: Settings, session: Session
) -> None:
    office = the_office(session)
    neighbour = published(console.client, a_neighbour(session).id, settings)
    there = {v["leg"]["leg_id"] for v in neighbour.visits() if v["kind"] == "HAND_OVER"}
    assert len(there) == 2
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7))):
        answer = close(console, offices=[office.code])
        mine, theirs = (each["id"] for each in answer.json["replans"])
        assert (the_plan(UUID(mine)).derived_from_id, the_plan(UUID(theirs)).derived_from_id) == (
            UUID(console.plan_id),
            UUID(neighbour.plan_id),
        )
        carried_out(console, settings, answer)
        execute_replan(UUID(theirs), settings)
        new = Console(console.client, theirs)
    assert new.plan["status"] == PlanStatus.PUBLISHED.value, new.plan["request"]
    kinds = {v["kind"] for v in new.visits() if v["leg"]["leg_id"] in there}
    assert kinds == {"COLLECTION", "DEPOSIT"}, "their papers rest overnight"


def test_opened_again_what_still_waits_comes_back_in_each_area(
    console: Console, settings: Settings, session: Session
) -> None:
    """Not what a citizen has moved or taken home since, and not on a later day."""
    office = the_office(session)
    neighbour = published(console.client, a_neighbour(session, results=3).id, settings)
    mine, theirs = fetched(console), fetched(neighbour)
    assert len(theirs) == 3
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7))):
        closed = close(console, offices=[office.code])
        for replan in closed.json["replans"]:
            execute_replan(UUID(replan["id"]), settings)
        url = f"{DOOR}/closings/{closed.json['closings'][0]['id']}/reopen"
        session.expire_all()
        waiting = session.scalars(select(Leg).where(Leg.service_date > WORKING_DAY)).all()
        assert {str(leg.id) for leg in waiting} == mine | theirs
        moved, taken, back = (session.get_one(Leg, leg) for leg in sorted(theirs))
        moved.window_start, moved.window_end = time(9), time(11)
        session.add(moved_by_its_citizen(session, moved))
        carriages.cancel(taken)
        session.commit()
    with clock.frozen(clock.local_instant(WORKING_DAY + timedelta(days=1), time(7))):
        late = console.client.post(url, headers={"Idempotency-Key": str(uuid4())})
        assert (late.status_code, late.json["code"]) == (409, "plan_day_over")
    with clock.frozen(clock.local_instant(WORKING_DAY, time(8))):
        opened = console.client.post(url, headers={"Idempotency-Key": str(uuid4())})
        assert opened.status_code == 202, opened.json
        for replan in opened.json["replans"]:
            execute_replan(UUID(replan["id"]), settings)
        here, there = (Console(console.client, each["id"]) for each in opened.json["replans"])
    assert (here.plan["status"], there.plan["status"]) == ("PUBLISHED", "PUBLISHED")
    assert (fetched(here), fetched(there)) == (mine, {str(back.id)})
    session.expire_all()
    assert moved.service_date > WORKING_DAY
    assert (moved.window_start, moved.status) == (time(9), LegStatus.OPEN)
    assert (taken.service_date > WORKING_DAY, taken.status) == (True, LegStatus.CANCELLED)


def test_a_window_that_is_over_does_not_come_back_to_its_day(
    console: Console, area: PlanningArea, settings: Settings, session: Session
) -> None:
    """At noon nobody is told that a courier comes at eight."""
    zone = "VUNG-NGAP"
    for address in session.scalars(select(Address)):
        address.zone_code = zone
    session.commit()
    console = published(console.client, area.id, settings)
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7))):
        closed = close(console, zone_codes=[zone])
        carried_out(console, settings, closed)
    session.expire_all()
    waiting = session.scalars(select(Leg).where(Leg.service_date > WORKING_DAY)).all()
    over = {leg.id for leg in waiting if leg.window_end and leg.window_end <= time(12)}
    assert over
    assert over != {leg.id for leg in waiting}
    url = f"{DOOR}/closings/{closed.json['closings'][0]['id']}/reopen"
    with clock.frozen(clock.local_instant(WORKING_DAY, time(12))):
        opened = console.client.post(url, headers={"Idempotency-Key": str(uuid4())})
    assert opened.status_code == 202, opened.json
    session.expire_all()
    stayed = {leg.id for leg in waiting if leg.service_date > WORKING_DAY}
    assert stayed == over


def fetched(console: Console) -> set[str]:
    """Legs whose result is fetched at an office."""
    return {v["leg"]["leg_id"] for v in console.visits() if v["kind"] == "FETCH"}


def moved_by_its_citizen(session: Session, leg: Leg) -> BookingChange:
    """To the day on which it lies, as `change_visit` writes it."""
    announced = select(BookingDossier.booking_id).where(BookingDossier.dossier_id == leg.dossier_id)
    return BookingChange(
        province_code=leg.province_code,
        booking_id=session.scalars(announced).one(),
        kind=ChangeKind.RESCHEDULED,
        before_on=leg.service_date,
        after_on=leg.service_date,
        after_start=leg.window_start,
        after_end=leg.window_end,
        fault=Fault.CITIZEN,
        made_at=clock.now(),
    )


def test_who_dispatches_one_area_is_shown_its_own_replan_only(
    console: Console,
    area: PlanningArea,
    settings: Settings,
    session: Session,
    client_as: "Callable[..., FlaskClient]",
) -> None:
    published(console.client, a_neighbour(session).id, settings)
    console.client = client_as(Role.DISPATCHER, planning_area_ids=(area.id,))
    with clock.frozen(clock.local_instant(WORKING_DAY, time(7))):
        answer = close(console, offices=[the_office(session).code])
    assert answer.status_code == 202, answer.json
    assert [each["planning_area"] for each in answer.json["replans"]] == [area.code]
    queued = session.scalars(select(Plan).where(Plan.status == PlanStatus.QUEUED)).all()
    assert len(queued) == 2, "the neighbour's is made all the same"


def test_papers_on_a_motorbike_that_fit_nowhere_stay_in_the_bag_and_are_told(
    client: "FlaskClient",
    area: PlanningArea,
    settings: Settings,
    session: Session,
    redis_connection: Redis,
) -> None:
    """They rested overnight once already: there is no other night for them, and one office."""
    leg = leg_of(a_booking(session, office=the_office(session)))
    leg.from_kind = PlaceKind.POST_OFFICE
    leg.from_id = session.scalars(select(PostOffice.id)).one()
    session.commit()
    console = published(client, area.id, settings)
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 30))):
        taken = next(v for v in console.visits() if v["kind"] == "TAKE_FROM_POST_OFFICE")
        assert taken["leg"]["leg_id"] == str(leg.id)
        row = session.get_one(Visit, taken["id"])
        row.status, row.executed_at = VisitStatus.DONE, clock.now() - timedelta(minutes=30)
        row.executed_by_id = row.stop.route.courier_id
        row.leg.status = LegStatus.UNDER_WAY
        filed = session.get_one(Leg, leg.id).dossier.filing_office
        session.commit()
        new = carried_out(console, settings, close(console, offices=[filed.code]))
        assert new.plan["status"] == "PUBLISHED", new.plan["request"].get("not_published")
        left = {u["leg"]["leg_id"]: u["reasons"][0]["code"] for u in new.unassigned()}
        assert left[str(leg.id)] == "ON_BOARD"
        session.expire_all()
        carried = session.get_one(Leg, leg.id)
        assert (carried.status, carried.service_date) == (LegStatus.UNDER_WAY, WORKING_DAY)
        took = [v for v in new.visits() if v["leg"]["leg_id"] == str(leg.id)]
        assert [(v["kind"], v["status"], v["courier"]) for v in took] == [
            ("TAKE_FROM_POST_OFFICE", "DONE", taken["courier"])
        ]
