"""What gives way for a plan is told to whoever waits for it at a door, by what has moved."""

from datetime import date, time

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingDossier
from backend.database import new_id
from backend.dossiers.models import Leg
from backend.outbox import OutboxMessage
from backend.planning.giving_way import put_on_day, widen_windows
from tests.builders.booking import WORKING_DAY, a_booking, a_return, leg_of
from tests.builders.places import a_post_office

NEXT = date(2026, 11, 25)
"""The day after the plain Monday's next is a holiday."""


def told(session: Session) -> list[str]:
    query = (
        select(OutboxMessage)
        .where(OutboxMessage.template == "booking.rescheduled")
        .order_by(OutboxMessage.id)
    )
    return [str(message.content["text"]) for message in session.scalars(query)]


def test_a_result_that_comes_home_later_is_told_by_its_own_day_and_window(session: Session) -> None:
    booking = a_return(session)
    leg = leg_of(booking)
    booking.service_date = date(2026, 11, 16)
    booking.slot_start, booking.slot_end = time(8, 0), time(10, 0)
    put_on_day(session, [leg.id], NEXT)
    widen_windows(session, [leg.id], later_min=30)
    assert booking.service_date == date(2026, 11, 16), "the day of its first visit stays"
    first, second = told(session)
    assert "14:00–16:00 ngày 25/11/2026" in first
    assert "14:00–16:30 ngày 25/11/2026" in second


def test_who_is_put_off_brought_back_and_put_off_again_hears_it_each_time(session: Session) -> None:
    leg = leg_of(a_booking(session))
    for day in (NEXT, WORKING_DAY, NEXT):
        put_on_day(session, [leg.id], day)
    days = ["25/11/2026", "23/11/2026", "25/11/2026"]
    assert [day in text for day, text in zip(days, told(session), strict=True)] == [True] * 3


def test_one_visit_for_several_procedures_is_told_once(session: Session) -> None:
    visit, legs = new_id(), []
    for _ in range(2):
        booking = a_booking(session, confirmed=True)
        booking.visit_id = visit
        legs.append(leg_of(booking).id)
    put_on_day(session, legs, NEXT)
    assert len(told(session)) == 1


def test_a_way_that_ends_at_no_door_is_nothing_to_wait_for(session: Session) -> None:
    leg = leg_of(a_booking(session, held_at=a_post_office(session)))
    put_on_day(session, [leg.id], NEXT)
    assert leg.service_date == NEXT
    assert told(session) == []


def test_two_visits_of_one_booking_are_both_told(session: Session) -> None:
    """At different hours of one day: papers are collected in the morning, others after noon."""
    booking, other = a_booking(session), a_booking(session, slot_start=time(14), slot_end=time(16))
    legs = [leg_of(booking).id, leg_of(other).id]
    joined = update(BookingDossier).where(BookingDossier.booking_id == other.id)
    session.execute(joined.values(booking_id=booking.id))
    put_on_day(session, legs, NEXT)
    hours = [text.partition(" ngày 25/11/2026")[0][-11:] for text in told(session)]
    assert sorted(hours) == ["08:00–10:00", "14:00–16:00"]


def test_a_window_of_another_day_is_not_widened_in_the_booking(session: Session) -> None:
    """Both visits have the same hours, and the booking tells the nearer one's."""
    booking, later = a_booking(session), a_booking(session, service_date=NEXT)
    leg = leg_of(later)
    joined = update(BookingDossier).where(BookingDossier.booking_id == later.id)
    session.execute(joined.values(booking_id=booking.id))
    widen_windows(session, [leg.id], later_min=30)
    assert leg.window_end == time(10, 30)
    assert (booking.service_date, booking.slot_end) == (WORKING_DAY, time(10))


def test_what_a_citizen_has_moved_meanwhile_is_widened_as_it_is_now(session: Session) -> None:
    booking = a_booking(session)
    seen, leg = (booking.slot_start, booking.slot_end), leg_of(booking)
    afternoon = {"slot_start": time(13, 30), "slot_end": time(15, 30)}
    theirs = update(Booking).where(Booking.id == booking.id).values(afternoon)
    session.execute(theirs.execution_options(synchronize_session=False))
    moved = {"window_start": time(13, 30), "window_end": time(15, 30)}
    theirs = update(Leg).where(Leg.id == leg.id).values(moved)
    session.execute(theirs.execution_options(synchronize_session=False))
    assert (booking.slot_start, booking.slot_end) == seen, "as another transaction would leave it"
    widen_windows(session, [leg.id], later_min=30)
    session.expire_all()
    assert (leg.window_end, booking.slot_end) == (time(16), time(16))
