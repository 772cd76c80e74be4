"""Booking a visit writes all of it or nothing, and says no in words."""

import pytest
from sqlalchemy.orm import Session

from backend.dossiers.models import LegPurpose
from tests.builders.booking import a_booking, leg_of


def test_sending_opens_a_leg_from_home_to_office(session: Session) -> None:
    leg = leg_of(a_booking(session))
    assert leg.purpose is LegPurpose.COLLECTION
