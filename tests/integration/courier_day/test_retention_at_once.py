"""Forgetting beside people who work: what somebody holds is left, so that it waits for nobody."""

from datetime import timedelta

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingStatus
from backend.courier_day.retention import NEEDS_KEPT, redact_people
from backend.database import unit_of_work
from tests.builders.booking import WORKING_DAY, a_return
from tests.integration.courier_day.test_retention import noon

IMPATIENT = text("SET LOCAL lock_timeout = '500ms'")
"""Who waits for a lock fails instead: in life it could wait for ever, as the other may for it."""


def two_ended() -> list[Booking]:
    """The first was changed last, so that a table read as it lies has the second before it."""
    with noon(WORKING_DAY - timedelta(days=1)), unit_of_work() as session:
        made = [a_return(session, special_needs="Nhà có người khiếm thính") for _ in range(2)]
    made.sort(key=lambda booking: booking.id)
    for booking in reversed(made):
        with unit_of_work() as session:
            session.get_one(Booking, booking.id).status = BookingStatus.DONE
    return made


def needs() -> list[str | None]:
    with unit_of_work() as session:
        return list(session.scalars(select(Booking.special_needs).order_by(Booking.id)))


def test_a_booking_in_somebodys_hands_is_forgotten_in_the_next_round(
    committed_database: Engine,
) -> None:
    first, second = two_ended()
    told = "Nhà có người khiếm thính"
    lock = select(Booking.id).with_for_update()
    with noon(WORKING_DAY + NEEDS_KEPT + timedelta(days=1)):
        with Session(committed_database) as working:
            working.execute(lock.where(Booking.id == first.id))
            with unit_of_work() as session:
                session.execute(IMPATIENT)
                assert redact_people(session) == 1
            working.execute(IMPATIENT)
            working.execute(lock.where(Booking.id == second.id))
        assert needs() == [told, None]
        with unit_of_work() as session:
            assert redact_people(session) == 1
    assert needs() == [None, None]
