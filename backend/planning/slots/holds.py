"""Keep a window for ten minutes, or let it go; never more than there is room."""

import uuid
from datetime import date, timedelta

from sqlalchemy.orm import Session

from backend import clock
from backend.booking.following.tokens import make_token
from backend.booking.lookups import Lookups
from backend.booking.operations import get_booking
from backend.database import new_id
from backend.places.points import to_geometry
from backend.planning.slots import capacity
from backend.planning.slots.asked import Asked, VisitAsked, ask_for_day
from backend.planning.slots.candidate import best_offer, find_candidate
from backend.planning.slots.errors import HoldNotFound, HoldTaken, NoSuchWindow, SlotGone
from backend.planning.slots.grid import Window, is_open, list_windows
from backend.planning.slots.held import end_over
from backend.planning.slots.models import HoldStatus, RunningDay, SlotBasis, SlotHold
from backend.planning.slots.running_day import (
    find_plan,
    keep,
    keep_taken,
    lock_day,
    read_running,
)
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes

HOLD_MINUTES = 10
"""Long enough to type a name and an address, short enough not to keep others waiting."""


def hold_window(
    session: Session,
    visit: VisitAsked,
    day: date,
    window: Window,
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> SlotHold:
    """Keep a window. Raises what a booking raises, NoSuchWindow, and SlotGone when it is full."""
    if window not in list_windows() or not is_open(window, day, clock.now()):
        raise NoSuchWindow(window=_words(window), day=day)
    asked = ask_for_day(Lookups(session, visit.province_code), visit, day, new_id())
    row = lock_day(session, asked.area.id, day)
    end_over(session, asked.area.id, day)
    plan = find_plan(session, asked.area.id, day)
    if plan is None:
        free = capacity.has_room(session, asked, window)
    else:
        running = read_running(session, plan, travel=travel, blobs=blobs)
        candidate = None if running.homeless else find_candidate(session, running, asked)
        offer = best_offer(running, candidate, window.span) if candidate else None
        free = offer is not None
        if offer is not None:
            keep_taken(row, running, offer)
        else:
            keep(row, running)
    if not free:
        raise SlotGone(window=_words(window), day=day)
    hold = _hold(asked, window, SlotBasis.CAPACITY if plan is None else SlotBasis.PLAN)
    session.add(hold)
    session.flush()
    return hold


def get_hold(session: Session, hold_id: uuid.UUID) -> SlotHold:
    """A hold, over or not. Raises HoldNotFound."""
    if found := session.get(SlotHold, hold_id):
        return found
    raise HoldNotFound(hold=hold_id)


def seconds_left(hold: SlotHold) -> int:
    """Until the hold ends by itself; 0 when it is over or has become a booking."""
    if hold.status is not HoldStatus.HELD:
        return 0
    return max(0, int((hold.expires_at - clock.now()).total_seconds()))


def make_follow_link(session: Session, hold_id: uuid.UUID) -> str:
    """A new token that follows the booking of a confirmed hold, for whoever confirmed it.

    Raises HoldNotFound, also for a hold that became nothing.
    """
    hold = get_hold(session, hold_id)
    if hold.booking_id is None:
        raise HoldNotFound(hold=hold_id)
    return make_token(session, hold.booking_id)


def release_hold(session: Session, hold_id: uuid.UUID) -> SlotHold:
    """Let a window go before its time; a hold that is over stays as it is.

    Raises HoldNotFound, HoldTaken.
    """
    _, hold = lock_hold(session, hold_id)
    if hold.status is HoldStatus.CONFIRMED and hold.booking_id is not None:
        raise HoldTaken(reference=get_booking(session, hold.booking_id).reference)
    if hold.status is HoldStatus.HELD:
        hold.status, hold.point = HoldStatus.RELEASED, None
        session.flush()
    return hold


def _hold(asked: Asked, window: Window, basis: SlotBasis) -> SlotHold:
    now = clock.now()
    return SlotHold(
        id=asked.work_id,
        province_code=asked.area.province_code,
        planning_area=asked.area,
        service_date=asked.day,
        window_start=window.start,
        window_end=window.end,
        mode=asked.mode,
        procedure=asked.procedure,
        office=asked.office,
        point=to_geometry(asked.door),
        zone_code=asked.zone_code,
        dossier_count=asked.dossier_count,
        more=[
            {"procedure_code": each.procedure_code, "dossiers": each.dossier_count}
            for each in asked.more
        ],
        due_on=asked.due_on,
        basis=basis,
        status=HoldStatus.HELD,
        created_at=now,
        expires_at=now + timedelta(minutes=HOLD_MINUTES),
    )


def lock_hold(session: Session, hold_id: uuid.UUID) -> tuple[RunningDay, SlotHold]:
    """Day first, then hold: the order in which a hold is made."""
    seen = get_hold(session, hold_id)
    row = lock_day(session, seen.planning_area_id, seen.service_date)
    hold = session.get_one(SlotHold, hold_id, with_for_update=True, populate_existing=True)
    return row, hold


def _words(window: Window) -> str:
    return f"{window.start:%H:%M}–{window.end:%H:%M}"
