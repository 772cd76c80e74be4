"""Days that can be planned, and plans made of them, through the service's own operations."""

import uuid
from datetime import date, time

from sqlalchemy.orm import Session

from backend.database import unit_of_work
from backend.places.models import Office, PlanningArea, PostOffice
from backend.planning.jobs import execute_plan
from backend.planning.models import Plan
from backend.planning.operations import get_plan, request_plan
from backend.settings import Settings
from geodata.travel_tables import TravelTimes
from tests.builders.booking import WORKING_DAY, a_booking, a_return
from tests.builders.fleet import a_courier, a_shift
from tests.builders.places import CENTRE, a_planning_area, a_post_office, an_office, near


def a_day(
    session: Session,
    *,
    collections: int = 3,
    returns: int = 3,
    couriers: int = 2,
    service_date: date = WORKING_DAY,
) -> PlanningArea:
    """A small day around the centre: one post office, one office, homes nearby."""
    post_office = a_post_office(session)
    office = an_office(session)
    for _ in range(couriers):
        courier = a_courier(session, post_office=post_office)
        a_shift(session, service_date=service_date, courier=courier)
    some_bookings(
        session, office, collections=collections, returns=returns, service_date=service_date
    )
    return a_planning_area(session)


def some_bookings(
    session: Session,
    office: Office,
    *,
    collections: int = 0,
    returns: int = 0,
    service_date: date = WORKING_DAY,
    held_at: PostOffice | None = None,
) -> None:
    """Bookings on a ring of homes around the centre, slots in the morning and the afternoon."""
    for number in range(collections):
        door = near(CENTRE, north_m=150 * (number % 5), east_m=-120 * (number % 7))
        a_booking(session, point=door, office=office, service_date=service_date)
    for number in range(returns):
        door = near(CENTRE, north_m=-130 * (number % 5), east_m=110 * (number % 7))
        a_return(
            session,
            point=door,
            office=office,
            service_date=service_date,
            slot_start=time(14, 0),
            slot_end=time(16, 0),
            held_at=held_at,
        )


def ask_for_plan(area_id: uuid.UUID, *, seconds: int = 1, day: date = WORKING_DAY) -> uuid.UUID:
    """A queued plan whose job nobody has taken; commits."""
    with unit_of_work() as session:
        area = session.get_one(PlanningArea, area_id)
        return request_plan(session, area, day, time_limit_s=seconds, enqueue=False).id


def make_plan(
    area_id: uuid.UUID,
    settings: Settings,
    *,
    seconds: int = 1,
    day: date = WORKING_DAY,
    travel: TravelTimes | None = None,
) -> uuid.UUID:
    """A draft, made in this process the way a worker makes it."""
    plan_id = ask_for_plan(area_id, seconds=seconds, day=day)
    execute_plan(plan_id, settings, travel=travel)
    return plan_id


def the_plan(plan_id: uuid.UUID) -> Plan:
    """The plan as it is stored now."""
    with unit_of_work() as session:
        return get_plan(session, plan_id)
