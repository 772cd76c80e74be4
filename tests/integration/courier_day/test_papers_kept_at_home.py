"""A citizen keeps papers that a courier came for: what becomes of the booking and of the others."""

import pytest

from backend import database
from backend.booking.models import BookingStatus
from backend.courier_day.following.ending import end_of
from tests.builders.booking import cancel
from tests.integration.courier_day.conftest import Morning, collected
from tests.integration.courier_day.edge_cases import (
    about,
    booking_of,
    fetch,
    in_one_booking,
    open_kinds,
    said,
    stop_at,
)
from tests.phone import Phone


@pytest.mark.parametrize("kept_first", [True, False])
def test_papers_that_a_citizen_keeps_do_not_cancel_those_of_the_same_booking(
    morning: Morning, phone: Phone, kept_first: bool
) -> None:
    given, kept = morning.sends
    in_one_booking(given, kept)
    body = {"stop": stop_at(phone, kept, "COLLECTION"), "dossiers": [str(kept.id)]}
    keeps = "stop.failed", body | {"reason": "CITIZEN_CANCELLED"}
    acts = [keeps, collected(given)] if kept_first else [collected(given), keeps]
    assert [said(phone, *act)[0] for act in acts] == ["applied", "applied"]
    assert booking_of(given).status is BookingStatus.COLLECTED
    assert "cancelled_at_door" in open_kinds()
    with database.snapshot() as session:
        assert not end_of(session, booking_of(given)).has_ended
    assert (
        said(phone, "dossier.handed_over", about(given, office=morning.office_id))[0] == "applied"
    )
    assert booking_of(given).status is BookingStatus.DONE
    with database.snapshot() as session:
        assert end_of(session, booking_of(given)).has_ended


def test_a_booking_whose_papers_the_citizen_all_keeps_is_cancelled(
    morning: Morning, phone: Phone
) -> None:
    in_one_booking(*morning.sends)
    for dossier in morning.sends:
        body = {"stop": stop_at(phone, dossier, "COLLECTION"), "dossiers": [str(dossier.id)]}
        assert said(phone, "stop.failed", body | {"reason": "CITIZEN_CANCELLED"})[0] == "applied"
    assert booking_of(morning.sends[0]).status is BookingStatus.CANCELLED


def test_with_a_way_back_the_results_that_come_home_end_it_whatever_the_citizen_kept(
    morning: Morning, phone: Phone
) -> None:
    kept, result = morning.sends[0], morning.returns[0]
    in_one_booking(result, kept)
    body = {"stop": stop_at(phone, kept, "COLLECTION"), "dossiers": [str(kept.id)]}
    said(phone, "stop.failed", body | {"reason": "CITIZEN_CANCELLED"})
    assert booking_of(result).status is not BookingStatus.CANCELLED
    fetch(phone, morning)
    shown = {"paper": "CITIZEN_CARD", "last_digits": "0012"}
    delivered = about(result, receiver="OWNER", identity=shown)
    assert said(phone, "result.delivered", delivered) == ("applied", None)
    assert booking_of(result).status is BookingStatus.DONE
    with database.snapshot() as session:
        assert end_of(session, booking_of(result)).has_ended


def test_a_cancelled_booking_stays_cancelled_when_what_was_taken_all_the_same_is_back(
    morning: Morning, phone: Phone
) -> None:
    """The courier had no signal; of two papers he took one, and never saw the other."""
    taken, kept = morning.sends
    in_one_booking(taken, kept)
    with database.unit_of_work() as session:
        cancel(session, booking_of(taken).id)
    assert said(phone, *collected(taken)) == ("flagged", "cancelled")
    assert said(phone, "dossier.returned", about(taken)) == ("applied", None)
    assert booking_of(kept).status is BookingStatus.CANCELLED
