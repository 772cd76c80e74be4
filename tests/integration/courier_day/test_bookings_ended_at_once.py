"""Two couriers end the last papers of the same bookings at the same instant."""

import threading
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from backend import database
from backend.booking.models import Booking, BookingDossier, BookingStatus
from backend.courier_day import batch, hand_overs
from backend.courier_day.booking_ends import note_end
from backend.dossiers.models import Dossier
from tests.builders.booking import a_booking
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.places import a_post_office
from tests.integration.courier_day.conftest import PhoneOf, collected, custody_is_whole, send
from tests.integration.courier_day.edge_cases import about, booking_of
from tests.phone import Answer, Phone

PATIENCE_S = 0.3
"""How long one who has come to a booking's end waits for the other to come there too."""


def two_couriers_with_halves(phone_of: PhoneOf) -> list[tuple[Phone, list[Dossier]]]:
    """Each carries one of two papers of both bookings: they were collected before."""
    with database.unit_of_work() as session:
        post_office = a_post_office(session)
        couriers = [a_courier(session, post_office=post_office) for _ in range(2)]
        bookings = [a_booking(session) for _ in range(4)]
        dossiers = [booking.dossiers[0] for booking in bookings]
        plan = a_published_plan(session)
        for courier, carried in zip(couriers, (bookings[:2], bookings[2:]), strict=True):
            a_route(session, courier, schedule(*carried), plan=plan)
    riding = []
    for courier, carried in zip(couriers, (dossiers[:2], dossiers[2:]), strict=True):
        phone = phone_of(courier)
        phone.drain()
        for dossier in carried:
            phone.act(*collected(dossier, f"NP-{dossier.item_code[2:10]}"))
        phone.drain()
        riding.append((phone, carried))
    with database.unit_of_work() as session:
        for first, second in zip(bookings[:2], dossiers[2:], strict=True):
            together = update(BookingDossier).values(booking_id=first.id)
            session.execute(together.where(BookingDossier.dossier_id == second.id))
    return riding


@pytest.mark.usefixtures("frozen_morning")
def test_the_second_of_two_who_end_bookings_at_once_closes_them_without_a_deadlock(
    committed_database: Engine, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    riding = two_couriers_with_halves(phone_of)
    both_there = threading.Barrier(2)
    tries: list[Any] = []
    whole = batch.lock_named

    def end_together(session: Session, booking: Booking | None) -> None:
        note_end(session, booking)
        try:
            both_there.wait(PATIENCE_S)
        except threading.BrokenBarrierError:
            return  # the other one waits for this transaction's lock

    def counted(session: Session, commands: Any) -> Any:
        tries.append(commands)
        return whole(session, commands)

    monkeypatch.setattr(hand_overs, "note_end", end_together)
    monkeypatch.setattr(batch, "lock_named", counted)
    answers: list[Answer] = []
    threads = []
    for (phone, carried), step in zip(riding, (1, -1), strict=True):
        for dossier in carried[::step]:  # in crossing order
            office = str(dossier.filing_office_id)
            phone.act("dossier.handed_over", about(dossier, office=office))
        asked, token = phone.request(), phone.store.get_meta("token")
        threads.append(
            threading.Thread(
                target=lambda phone=phone, asked=asked, token=token: answers.append(
                    send(phone, asked, token=token)
                )
            )
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = [entry["status"] for answer in answers for entry in answer.body["results"]]
    assert told == ["applied"] * 4
    ended = [booking_of(dossier) for _, carried in riding for dossier in carried]
    assert len({booking.id for booking in ended}) == 2
    assert {booking.status for booking in ended} == {BookingStatus.DONE}
    assert len(tries) == 2, "nobody had to try again"
    assert custody_is_whole()
