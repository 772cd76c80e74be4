"""Moving and cancelling a booked visit, in one transaction with everything that hangs on it."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.changes import BookingChange, ChangeKind
from backend.booking.models import Booking, BookingStatus
from backend.booking.next_visit import list_waiting_ways, note_next_visits
from backend.booking.notices.telling import courier_of, tell, tell_booking, when_in_words
from backend.booking.operations import get_booking
from backend.courier_day import visits
from backend.courier_day.booking_ends import go_on_without_supplement
from backend.courier_day.locks import lock_dossiers
from backend.courier_day.rescheduling.preview import (
    Preview,
    Wish,
    preview_change,
    visit_of,
    without_legs,
)
from backend.courier_day.rescheduling.visit import dossier_ids
from backend.courier_day.revisions import raise_revisions
from backend.dossiers import legs as carriages
from backend.dossiers.models import Leg, LegStatus
from backend.errors import Text
from backend.fleet.models import Courier
from backend.planning.edits.moved_visits import insert_after_commit
from backend.planning.slots.bookings import hand_place_on, list_visit
from backend.planning.slots.holds import hold_window, lock_hold
from backend.planning.slots.models import HoldStatus
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """Who asks, and the test that what they saw is still so."""

    account_id: uuid.UUID | None
    demand_seen: Callable[[Preview], None]
    """Raises where the preview that was seen is another one."""


def change_visit(
    session: Session,
    booking_id: uuid.UUID,
    wish: Wish,
    asking: Asking,
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> Booking:
    """Does what the preview said: the visit, with all bookings that share it.

    A published route loses the stop and its courier gets a new revision and a message; the new
    window is sold as any other. Raises BookingNotFound and what `preview_change` raises.
    """
    booking = get_booking(session, booking_id)
    together = list_visit(session, booking)
    lock_dossiers(session, dossier_ids(session, together))  # before bookings: as publishing does
    session.scalars(
        select(Booking)
        .where(Booking.id.in_([each.id for each in together]))
        .order_by(Booking.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    preview = preview_change(session, booking, wish, travel=travel, blobs=blobs)
    asking.demand_seen(preview)
    told = when_in_words(*preview.waiting.when)
    changes = [_change(each, preview, asking.account_id) for each in preview.waiting.bookings]
    couriers = {
        courier
        for leg in preview.waiting.legs
        for courier in visits.cancel_open_visits(session, leg)
    }
    if wish.kind is ChangeKind.CANCELLED:
        _cancel(session, preview)
    else:
        _move(session, preview, travel=travel, blobs=blobs)
    session.add_all(changes)
    raise_revisions(session, couriers)
    _tell(session, preview, couriers, before=told, cause=str(changes[0].id))
    session.flush()
    return booking


def _cancel(session: Session, preview: Preview) -> None:
    waiting = preview.waiting
    for leg in waiting.legs:
        carriages.cancel(leg)
    if preview.ends_booking:
        for booking in waiting.bookings:
            booking.status = BookingStatus.CANCELLED
        return
    waited = {leg.dossier_id for leg in waiting.legs}
    for booking in waiting.bookings:
        if not waited.isdisjoint(dossier.id for dossier in booking.dossiers):
            go_on_without_supplement(session, booking)
    note_next_visits(session, waiting.bookings)


def _move(session: Session, preview: Preview, *, travel: TravelTimes, blobs: BlobStore) -> None:
    wish, waiting = preview.wish, preview.waiting
    assert wish.day is not None  # `preview_change` has refused it
    hold_id = None
    if waiting.legs and wish.window is not None:
        without_legs(session, waiting.legs)
        visit = visit_of(session, waiting)
        hold = hold_window(session, visit, wish.day, wish.window, travel=travel, blobs=blobs)
        hold_id = hold.id
    for leg in waiting.legs:
        _put(leg, preview)
    for booking in waiting.bookings:
        if not waiting.legs:  # its ways are made once the door is found
            booking.service_date = wish.day
            booking.slot_start = wish.window.start if wish.window else None
            booking.slot_end = wish.window.end if wish.window else None
    _note_unplanned(session, waiting.bookings)
    note_next_visits(session, waiting.bookings)
    if hold_id is not None:
        row, hold = lock_hold(session, hold_id)
        hand_place_on(row, hold, [leg.id for leg in waiting.legs])
        hold.status, hold.point = HoldStatus.RELEASED, None
    insert_after_commit(session, waiting.legs)


def _note_unplanned(session: Session, bookings: Sequence[Booking]) -> None:
    """Bookings of which no visit is planned any more wait for a plan again."""
    ways = list_waiting_ways(session, bookings)
    for booking in bookings:
        planned = any(leg.status is LegStatus.PLANNED for leg in ways.get(booking.id, ()))
        if booking.status is BookingStatus.SCHEDULED and not planned:
            booking.status = BookingStatus.REQUESTED


def _put(leg: Leg, preview: Preview) -> None:
    wish = preview.wish
    assert wish.day is not None
    assert preview.due_after is not None
    leg.status = LegStatus.OPEN
    leg.service_date = wish.day
    leg.window_start = wish.window.start if wish.window else None
    leg.window_end = wish.window.end if wish.window else None
    leg.due_on = preview.due_after
    leg.version += 1


def _change(booking: Booking, preview: Preview, account_id: uuid.UUID | None) -> BookingChange:
    """The trip is charged once, with the first booking of the visit."""
    wish, (before_on, before_start, before_end) = preview.wish, preview.waiting.when
    return BookingChange(
        province_code=booking.province_code,
        booking_id=booking.id,
        kind=wish.kind,
        before_on=before_on,
        before_start=before_start,
        before_end=before_end,
        after_on=wish.day,
        after_start=wish.window.start if wish.window else None,
        after_end=wish.window.end if wish.window else None,
        fault=wish.fault,
        charge_vnd=preview.charge_vnd if booking is preview.waiting.first else 0,
        by_account_id=account_id,
        made_at=clock.now(),
    )


def _tell(
    session: Session,
    preview: Preview,
    couriers: set[uuid.UUID],
    *,
    before: Text,
    cause: str,
) -> None:
    """cause: the change itself; who moves a visit there and back again is told each time."""
    first = preview.waiting.first
    if preview.wish.kind is not ChangeKind.CANCELLED:
        tell_booking(session, first, "booking.rescheduled", cause=cause, when=_after(preview.wish))
    elif preview.ends_booking:
        tell_booking(session, first, "booking.cancelled", cause=cause, when=before)
    else:
        tell_booking(session, first, "supplement_cancelled", cause=cause, when=before)
    for courier in _couriers(session, couriers):
        tell(
            session,
            courier_of(courier),
            "courier.stop_dropped",
            cause=f"{first.id}:{courier.id}:{cause}",
            facts={"reference": first.reference, "when": before},
        )


def _after(wish: Wish) -> Text:
    """The moved visit's own time: the booking tells the nearest one's, which may be another."""
    assert wish.day is not None
    if wish.window is None:
        return when_in_words(wish.day, None, None)
    return when_in_words(wish.day, wish.window.start, wish.window.end)


def _couriers(session: Session, ids: set[uuid.UUID]) -> Sequence[Courier]:
    return session.scalars(select(Courier).where(Courier.id.in_(ids)).order_by(Courier.id)).all()
