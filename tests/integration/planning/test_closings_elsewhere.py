"""A place closes that couriers of another area ride to as well, or while its papers are on a
motorbike."""

from datetime import time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.roles import Role
from backend.dossiers.models import Leg, LegStatus
from backend.places.models import PlaceKind, PlanningArea, PostOffice
from backend.planning.edits.replan_job import execute_replan
from backend.planning.models import Plan, PlanStatus, Visit, VisitStatus
from backend.settings import Settings
from tests.builders.booking import WORKING_DAY, a_booking, leg_of
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import a_planning_area, a_post_office
from tests.builders.planning import a_day, the_plan
from tests.integration.planning.edits_over_http import Console
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


def a_neighbour(session: Session) -> PlanningArea:
    """Another area with a courier, and two doors whose papers go to the same office."""
    area = a_planning_area(session, code="HOI-AN", name="Hội An (mẫu)")
    post_office = a_post_office(session, planning_area=area)
    a_shift(session, service_date=WORKING_DAY, courier=a_courier(session, post_office=post_office))
    for _ in range(2):
        booking = a_booking(session, office=the_office(session))
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
