"""One of several missing papers is given up: the booking still waits for the others."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from backend import clock, database
from backend.booking.models import BookingStatus
from backend.dossiers.models import Dossier, Leg, LegStatus
from backend.fleet.models import Courier
from backend.places.models import PostOffice
from tests.builders.courier_days import a_published_plan, a_route
from tests.builders.fleet import a_courier
from tests.integration.courier_day.conftest import Morning, PhoneOf, collected
from tests.integration.courier_day.counters.conftest import Counters, outcomes
from tests.integration.courier_day.counters.test_intake import reference_of
from tests.integration.courier_day.counters.test_supplements import (
    TUESDAY,
    bring,
    change,
    citizen,
    filed,
    joined_to,
    supplement_of,
    way,
)
from tests.integration.courier_day.edge_cases import about, booking_of, said, stop_at
from tests.phone import Phone

__all__ = ["citizen", "filed"]


@pytest.fixture
def both(
    filed: Dossier, morning: Morning, phone: Phone, counters: Counters, citizen: FlaskClient
) -> tuple[Dossier, Dossier]:
    """The missing papers of two dossiers of one booking: one visit on Tuesday morning, and one in
    the afternoon."""
    other = joined_to(filed, morning.sends[1])
    said(phone, *collected(other, seal="NP-41"))
    items = {"courier": morning.a.code, "items": [{"item": other.item_code}]}
    assert outcomes(counters.at_desk("receipts", items)) == ["DONE"]
    assert booking_of(filed).status is BookingStatus.DONE
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    assert bring(citizen, where, item_code=filed.item_code).status_code == 201
    later = {"start": "13:30", "end": "15:30"}
    assert bring(citizen, where, item_code=other.item_code, **later).status_code == 201
    return supplement_of(filed), supplement_of(other)


def planned(*papers: Dossier) -> Courier:
    """Who comes for these papers on Tuesday."""
    with database.unit_of_work() as session:
        plan = a_published_plan(session, service_date=TUESDAY)
        courier = a_courier(session, post_office=session.scalars(select(PostOffice)).one())
        ways = [session.get_one(Leg, paper.legs[0].id) for paper in papers]
        a_route(session, courier, ways, plan=plan)
        for each in ways:
            booking = booking_of(session.get_one(Dossier, each.dossier_id))
            session.merge(booking).status = BookingStatus.SCHEDULED
    return courier


def given_up_at_the_door(phone: Phone, paper: Dossier) -> None:
    body = {"stop": stop_at(phone, paper, "COLLECTION"), "dossiers": [str(paper.id)]}
    assert said(phone, "stop.failed", body | {"reason": "CITIZEN_CANCELLED"})[0] == "applied"


def test_at_the_door_the_others_are_still_on_their_visit(
    both: tuple[Dossier, Dossier],
    filed: Dossier,
    phone_of: PhoneOf,
    frozen_morning: clock.FrozenClock,
) -> None:
    first, second = both
    courier = planned(first, second)
    frozen_morning.advance(timedelta(days=1))
    phone = phone_of(courier)
    phone.drain()
    given_up_at_the_door(phone, first)
    assert booking_of(filed).status is BookingStatus.SCHEDULED, "nothing was collected yet"
    said(phone, *collected(second, seal="NP-77"))
    assert booking_of(filed).status is BookingStatus.COLLECTED
    said(phone, "dossier.handed_over", about(second, office=str(filed.filing_office_id)))
    assert booking_of(filed).status is BookingStatus.DONE


def test_without_a_plan_for_the_others_the_booking_is_to_be_planned(
    both: tuple[Dossier, Dossier], filed: Dossier, phone_of: PhoneOf, morning: Morning
) -> None:
    first, _ = both
    phone = phone_of(planned(first))
    phone.drain()
    given_up_at_the_door(phone, first)
    assert way(supplement_of(morning.sends[1]))[-1] is LegStatus.OPEN
    assert booking_of(filed).status is BookingStatus.REQUESTED


def test_the_last_that_is_given_up_ends_the_booking(
    both: tuple[Dossier, Dossier], filed: Dossier, citizen: FlaskClient
) -> None:
    where = f"/v1/citizen/bookings/{reference_of(filed)}"
    for paper, status in zip(both, (BookingStatus.REQUESTED, BookingStatus.DONE), strict=True):
        named = str(paper.legs[0].id)
        assert change(citizen, where, act="CANCELLED", visit=named).status_code == 200
        assert booking_of(filed).status is status
