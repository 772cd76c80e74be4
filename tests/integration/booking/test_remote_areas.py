"""Remote areas: fixed visit days and a promise of their own, for bookings and what follows."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.errors import NotAVisitDay
from backend.catalogue.remote_areas import RemoteArea, TerrainList
from backend.dossiers.legs import put_off
from backend.dossiers.result_ways import open_way_home
from backend.places.models import PlaceKind
from tests.builders.booking import WORKING_DAY, a_booking, dossier_of, leg_of
from tests.builders.places import PROVINCE, SOURCED, a_unit

THURSDAY = date(2026, 11, 26)


def a_remote_area(session: Session, **fields: Any) -> RemoteArea:
    """The zone around the centre, visited on Mondays and Thursdays, four working days away."""
    a_unit(session, zone_code="VUNG-SAU")
    values = {
        "province_code": PROVINCE,
        "zone_code": "VUNG-SAU",
        "terrain": TerrainList.A,
        "visit_days": ["mon", "thu"],
        "transit_days": 4,
    }
    area = RemoteArea(**SOURCED | values | fields)
    session.add(area)
    session.flush()
    return area


def test_remote_area_is_booked_on_its_visit_days_only(session: Session) -> None:
    a_remote_area(session)
    with pytest.raises(NotAVisitDay) as refused:
        a_booking(session, service_date=date(2026, 11, 24))
    assert refused.value.code == "not_a_visit_day"
    assert "2026-11-26" in refused.value.action.en
    booking = a_booking(session, service_date=WORKING_DAY)
    assert leg_of(booking).service_date == WORKING_DAY


def test_remote_area_has_the_longer_promise_of_the_published_table(session: Session) -> None:
    a_remote_area(session)
    leg = leg_of(a_booking(session, service_date=WORKING_DAY))
    assert leg.due_on == date(2026, 11, 27)  # Monday + 4 working days, no holiday in the calendar


def test_an_ordinary_zone_keeps_the_general_promise(session: Session) -> None:
    a_remote_area(session, zone_code="KHAC")
    leg = leg_of(a_booking(session, service_date=date(2026, 11, 24)))
    assert leg.due_on < date(2026, 11, 27)


def test_remote_area_without_days_is_visited_as_possible(session: Session) -> None:
    a_remote_area(session, visit_days=[], terrain=TerrainList.B, transit_days=10)
    leg = leg_of(a_booking(session, service_date=date(2026, 11, 24)))
    assert leg.service_date == date(2026, 11, 24)


def test_remote_visit_that_failed_waits_for_the_next_visit_day(session: Session) -> None:
    a_remote_area(session)
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 0))):
        leg = leg_of(a_booking(session, service_date=WORKING_DAY))
        put_off(session, leg, failed_on=WORKING_DAY, reason="CITIZEN_ABSENT", by_post=False)
        assert leg.service_date == THURSDAY
        assert leg.due_on == date(2026, 12, 2)  # Thursday + 4 working days
        put_off(session, leg, failed_on=THURSDAY, reason="VEHICLE_DOWN", by_post=True)
        assert (leg.service_date, leg.due_on) == (date(2026, 11, 30), date(2026, 12, 2))


def test_a_result_for_a_remote_home_is_fetched_for_its_visit_day(session: Session) -> None:
    a_remote_area(session)
    with clock.frozen(clock.local_instant(WORKING_DAY, time(9, 0))):
        booking = a_booking(session, service_date=WORKING_DAY)
        home = PlaceKind.HOME, booking.address_id
        ready_at = clock.local_instant(date(2026, 11, 24), time(10, 0))
        leg = open_way_home(session, dossier_of(booking), home, ready_at)
        assert leg.service_date == THURSDAY
