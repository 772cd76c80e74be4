"""The windows of a visit on each of the coming days, each with what it costs the couriers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from backend import clock
from backend.booking.lookups import Lookups
from backend.database import new_id
from backend.errors import Invalid, NotFound, Text
from backend.planning.slots import capacity
from backend.planning.slots.asked import Asked, VisitAsked, ask_for_day
from backend.planning.slots.candidate import best_offer, find_candidate
from backend.planning.slots.grid import Window, is_open, list_windows
from backend.planning.slots.models import SlotBasis
from backend.planning.slots.running_day import find_plan, read_running
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOffer:
    """One window. `extra_s` and `extra_m` are what the couriers ride more for it; None where it
    is counted and not planned. One window of a plan is the greenest: the fewest metres."""

    window: Window
    extra_s: int | None = None
    extra_m: int | None = None
    greenest: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOffers:
    """The windows of one day; without any, `reason` says why."""

    day: date
    basis: SlotBasis
    windows: Sequence[WindowOffer]
    reason: Text | None = None


NO_ROOM = Text(
    vi="Đã hết chỗ: chọn ngày khác, hoặc gửi tại bưu cục.",
    en="No room is left: choose another day, or use a post office.",
)
NOT_RIDDEN = Text(
    vi="Không có bưu tá đi được nơi này: chọn ngày khác, hoặc gửi tại bưu cục.",
    en="No courier can ride there: choose another day, or use a post office.",
)
TOO_SOON = Text(
    vi="Đã quá sát giờ: chọn ngày khác, hoặc gửi tại bưu cục.",
    en="It is too late for this day: choose another one, or use a post office.",
)


def find_windows(
    session: Session,
    visit: VisitAsked,
    days: Iterable[date],
    *,
    travel: TravelTimes,
    blobs: BlobStore,
) -> list[DayOffers]:
    """Windows that can really be held, day by day; a refused day carries the refusal.

    Raises what would be refused on every day alike: ProcedureNotFound, ProcedureNotByPost,
    PresenceNeeded, BookingOutsideArea, OfficeNotFound.
    """
    lookups, found, refusals = Lookups(session, visit.province_code), [], []
    for day in days:
        try:
            asked = ask_for_day(lookups, visit, day, new_id())
        except (Invalid, NotFound) as refusal:
            refusals.append(refusal)
            found.append(
                DayOffers(day=day, basis=SlotBasis.PLAN, windows=(), reason=refusal.detail)
            )
        else:
            found.append(offers_of_day(session, asked, travel=travel, blobs=blobs))
    if refusals and len(refusals) == len(found):
        raise refusals[0]
    return found


def offers_of_day(
    session: Session, asked: Asked, *, travel: TravelTimes, blobs: BlobStore
) -> DayOffers:
    """The windows of a visit on its day."""
    windows = [each for each in list_windows() if is_open(each, asked.day, clock.now())]
    plan = find_plan(session, asked.area.id, asked.day)
    basis = SlotBasis.CAPACITY if plan is None else SlotBasis.PLAN
    if not windows:
        return DayOffers(day=asked.day, basis=basis, windows=(), reason=TOO_SOON)
    if plan is None:
        free = [WindowOffer(window=w) for w in windows if capacity.has_room(session, asked, w)]
        return _day(asked, basis, free)
    running = read_running(session, plan, travel=travel, blobs=blobs)
    if running.homeless:
        return DayOffers(day=asked.day, basis=basis, windows=(), reason=NO_ROOM)
    candidate = find_candidate(session, running, asked)
    if candidate is None:
        return DayOffers(day=asked.day, basis=basis, windows=(), reason=NOT_RIDDEN)
    held = [
        WindowOffer(window=window, extra_s=offer.extra_s, extra_m=offer.extra_m)
        for window in windows
        if (offer := best_offer(running, candidate, window.span)) is not None
    ]
    return _day(asked, basis, _marked(held))


def _day(asked: Asked, basis: SlotBasis, windows: Sequence[WindowOffer]) -> DayOffers:
    reason = None if windows else NO_ROOM
    return DayOffers(day=asked.day, basis=basis, windows=windows, reason=reason)


def _marked(offers: Sequence[WindowOffer]) -> list[WindowOffer]:
    best = min((each.extra_m or 0 for each in offers), default=None)
    first = next((each for each in offers if (each.extra_m or 0) == best), None)
    return [replace(each, greenest=each is first) for each in offers]
