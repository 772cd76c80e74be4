"""Somebody else receives at the door: by which letter, and who hears of what was wrong."""

from datetime import timedelta

import pytest

from backend import database
from backend.booking.of_dossiers import load_bookings
from backend.booking.receivers import IdentityPaper, ReceiverNamed, name_receiver
from backend.dossiers.models import (
    DossierState,
)
from tests.builders.booking import WORKING_DAY
from tests.integration.courier_day.conftest import (
    Morning,
)
from tests.integration.courier_day.edge_cases import (
    about,
    fetch,
    now_of,
    open_kinds,
    said,
    stop_at,
)
from tests.phone import Phone


def test_expired_authorisation_keeps_the_result_and_calls_the_owner(
    morning: Morning, phone: Phone
) -> None:
    dossier = fetch(phone, morning)
    stop = stop_at(phone, dossier, "DELIVERY")
    said(phone, "stop.failed", {"stop": stop, "reason": "AUTHORISATION_EXPIRED"})
    assert now_of(dossier).keeper_id == morning.a.id
    assert "call_owner" in open_kinds()
    body = about(
        dossier,
        receiver="AUTHORISED",
        identity={"paper": "CITIZEN_CARD", "last_digits": "0001"},
        authorisation={"valid_to": (WORKING_DAY - timedelta(days=1)).isoformat()},
    )
    assert said(phone, "result.delivered", body) == ("flagged", "authorisation_expired")
    assert now_of(dossier).state is DossierState.DELIVERED  # it was given: a fact


@pytest.mark.parametrize(
    ("digits", "letter", "flags"),
    [
        ("0123", None, set()),
        ("0123", {"valid_to": "2027-01-31", "number": "UQ-02"}, set()),
        ("0123", {"valid_to": "2027-01-31", "number": "UQ-01"}, {"authorisation_expired"}),
        ("9999", {"valid_to": "2027-01-31"}, {"other_receiver"}),
        ("9999", None, {"other_receiver", "authorisation_expired"}),
        ("0123", {"valid_to": "2027-01-31", "number": "00009/GUQ"}, {"authorisation_unknown"}),
    ],
)
def test_the_person_named_at_booking_is_compared_with_who_received(
    morning: Morning, phone: Phone, digits: str, letter: dict[str, str] | None, flags: set[str]
) -> None:
    """The letter told at booking counts where none was shown; its own last day always."""
    over = bool(flags & {"authorisation_expired"})
    valid_to = WORKING_DAY - timedelta(days=1) if over else WORKING_DAY
    dossier = morning.returns[0]
    with database.unit_of_work() as session:
        booking = load_bookings(session, [dossier.id])[dossier.id]
        assert booking is not None
        name_receiver(
            session,
            booking,
            ReceiverNamed(
                full_name="Trần Thị Mẫu",
                identity_paper=IdentityPaper.CITIZEN_CARD,
                last_digits="0123",
                letter_no="UQ-01",
                letter_valid_to=valid_to,
            ),
        )
    fetch(phone, morning)
    identity = {"paper": "CITIZEN_CARD", "last_digits": digits}
    body = about(dossier, receiver="AUTHORISED", identity=identity)
    body |= {"authorisation": letter} if letter else {}
    status, code = said(phone, "result.delivered", body)
    assert (status, code in flags) == (("flagged", True) if flags else ("applied", False))
    assert open_kinds() >= flags
    assert not open_kinds() & ({"other_receiver", "authorisation_expired"} - flags)
    assert now_of(dossier).state is DossierState.DELIVERED


def test_somebody_else_without_any_letter_is_told_to_a_person(
    morning: Morning, phone: Phone
) -> None:
    dossier = fetch(phone, morning)
    identity = {"paper": "PASSPORT", "last_digits": "0001"}
    body = about(dossier, receiver="AUTHORISED", identity=identity)
    assert said(phone, "result.delivered", body) == ("flagged", "authorisation_missing")
    assert "authorisation_missing" in open_kinds()
