"""What moving or cancelling a visit changes, and for whom: said before it is done."""

import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy.orm import Session

from backend import clock
from backend.booking.changes import ChangeKind, Fault
from backend.booking.lookups import Lookups
from backend.booking.models import Booking, BookingMode
from backend.booking.next_visit import WaitingVisit, list_waiting_visits
from backend.catalogue.models import TariffScope, TariffService
from backend.catalogue.operations import TariffNotFound, get_postage
from backend.courier_day.rescheduling.visit import (
    Stage,
    Waiting,
    demand_not_collected,
    find_waiting,
    only_supplements,
)
from backend.database import new_id
from backend.dossiers.models import Dossier, Leg, LegStatus
from backend.dossiers.promise import scope_between
from backend.places.models import Address, PlaceKind
from backend.places.points import find_point
from backend.planning.slots import capacity
from backend.planning.slots.asked import Asked, MorePapers, VisitAsked, ask_for_day
from backend.planning.slots.built_day import Running
from backend.planning.slots.candidate import best_offer, find_candidate
from backend.planning.slots.errors import DoorUnknown, NoSuchWindow, SlotGone
from backend.planning.slots.grid import LEAST_NOTICE, Window, is_open, list_windows
from backend.planning.slots.running_day import find_plan, read_running
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes
from routing import schedule

LETTER_G = 250
"""Weight class of the trip that is charged: a dossier in its envelope [G]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What shall become of a visit. `window` is None for "some time on that day"."""

    kind: ChangeKind
    visit: uuid.UUID | None = None
    """Which one (`list_waiting_visits`); None = the next."""
    day: date | None = None
    window: Window | None = None
    fault: Fault = Fault.CITIZEN


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteEffect:
    """A route of the running day that becomes shorter."""

    courier_code: str
    saved_s: int
    """Seconds ridden less."""
    visits_left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """What the new window costs: seconds and metres ridden more, and others who are visited at
    another moment, all within what they were promised."""

    extra_s: int
    extra_m: int
    others_moved: int
    most_moved_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """All that changes. `fingerprint` names it: who saw it may do it."""

    waiting: Waiting
    wish: Wish
    routes: tuple[RouteEffect, ...]
    new_place: NewPlace | None
    due_before: date | None
    due_after: date | None
    late: bool
    """So near to the visit that a trip is wasted."""
    charge_vnd: int
    all_waiting: tuple[WaitingVisit, ...]
    """What the booking itself waits for, the next first: one of them is `waiting`, or all are."""
    ends_booking: bool
    """Cancelled, nothing of the booking is left to be done."""

    @property
    def visits(self) -> tuple[uuid.UUID, ...]:
        """Those of the booking itself that change."""
        changed = {leg.id for leg in self.waiting.legs}
        return tuple(each.id for each in self.all_waiting if each.id in changed)

    @property
    def fingerprint(self) -> str:
        """What must not have moved between seeing and doing; minutes of a route may."""
        told = {
            "bookings": [booking.reference for booking in self.waiting.bookings],
            "legs": [[str(leg.id), leg.version] for leg in self.waiting.legs],
            "stage": self.waiting.stage,
            "before": self.waiting.when,
            "wish": [self.wish.kind, self.wish.day, self.wish.window, self.wish.fault],
            "promise": [self.due_before, self.due_after],
            "charge": self.charge_vnd,
        }
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()[:32]


def preview_change(
    session: Session, booking: Booking, wish: Wish, *, travel: TravelTimes, blobs: BlobStore
) -> Preview:
    """What would change; nothing is held or written.

    Raises NothingToChange, CourierAtTheDoor, PapersCollected (cancelling), VisitNotYours and
    VisitNotWaiting (naming a visit), and what holding a window raises: NoSuchWindow, SlotGone,
    DoorUnknown, PublicHoliday and the like.
    """
    cancels = wish.kind is ChangeKind.CANCELLED
    if cancels:
        demand_not_collected(session, booking, wish.visit)
    waiting = find_waiting(session, booking, visit=wish.visit, every_visit=cancels)
    due = min((leg.due_on for leg in waiting.legs), default=None)
    after, place = None, None
    if wish.kind is ChangeKind.RESCHEDULED and waiting.legs:
        asked = ask_anew(session, waiting, wish)
        after = due if wish.fault in (Fault.POST, Fault.OFFICE) else asked.due_on
        if wish.window is not None:
            place = _try_window(session, waiting, asked, wish.window, (travel, blobs))
    late = _is_late(waiting)
    return Preview(
        waiting=waiting,
        wish=wish,
        routes=tuple(_routes(session, waiting, travel=travel, blobs=blobs)),
        new_place=place,
        due_before=due,
        due_after=after,
        late=late,
        charge_vnd=_charge(session, waiting, wish.fault) if late else 0,
        all_waiting=list_waiting_visits(session, booking),
        ends_booking=cancels and not (waiting.legs and only_supplements(session, waiting.legs)),
    )


def ask_anew(session: Session, waiting: Waiting, wish: Wish) -> Asked:
    """The visit on its new day. Raises NoSuchWindow, DoorUnknown, and what a booking raises."""
    if wish.day is None:
        raise NoSuchWindow(window="—", day="—")
    window = wish.window
    if window is not None and (
        window not in list_windows() or not is_open(window, wish.day, clock.now())
    ):
        raise NoSuchWindow(window=_words(window), day=wish.day)
    lookups = Lookups(session, waiting.first.province_code)
    return ask_for_day(lookups, visit_of(session, waiting), wish.day, new_id())


def visit_of(session: Session, waiting: Waiting) -> VisitAsked:
    """What the booking asks for, as it was asked when it was booked."""
    leg = waiting.legs[0]
    door = session.get_one(Address, leg.to_id if leg.to_kind is PlaceKind.HOME else leg.from_id)
    point = find_point(door.point)
    if point is None:
        raise DoorUnknown
    moved = {each.dossier_id for each in waiting.legs}
    counts = {
        booking: sum(dossier.id in moved for dossier in booking.dossiers)
        for booking in waiting.bookings
    }
    first, *others = [booking for booking, count in counts.items() if count]
    return VisitAsked(
        province_code=first.province_code,
        procedure_code=first.procedure.code,
        mode=BookingMode.RETURN if leg.to_kind is PlaceKind.HOME else BookingMode.SEND,
        door=point,
        office_code=session.get_one(Dossier, leg.dossier_id).filing_office.code,
        dossier_count=counts[first],
        more=tuple(
            MorePapers(procedure_code=each.procedure.code, dossier_count=counts[each])
            for each in others
        ),
    )


def without_legs(session: Session, legs: Sequence[Leg]) -> None:
    """The visit leaves the running day, so that its own place is free for itself."""
    for leg in legs:
        leg.status = LegStatus.CANCELLED
    session.flush()


def _try_window(
    session: Session,
    waiting: Waiting,
    asked: Asked,
    window: Window,
    where: tuple[TravelTimes, BlobStore],
) -> NewPlace | None:
    """Whether the window has room once the old place is free. Raises SlotGone."""
    travel, blobs = where
    attempt = session.begin_nested()
    try:
        without_legs(session, waiting.legs)
        plan = find_plan(session, asked.area.id, asked.day)
        if plan is None:
            if not capacity.has_room(session, asked, window):
                raise SlotGone(window=_words(window), day=asked.day)
            return None
        running = read_running(session, plan, travel=travel, blobs=blobs)
        candidate = None if running.homeless else find_candidate(session, running, asked)
        offer = best_offer(running, candidate, window.span) if candidate else None
        if offer is None:
            raise SlotGone(window=_words(window), day=asked.day)
        with running.lock:
            moved = [abs(change.by_s) for change in offer.changes]
        return NewPlace(
            extra_s=offer.extra_s,
            extra_m=offer.extra_m,
            others_moved=len(moved),
            most_moved_s=max(moved, default=0),
        )
    finally:
        attempt.rollback()
        for leg in waiting.legs:
            session.refresh(leg)


def _routes(
    session: Session, waiting: Waiting, *, travel: TravelTimes, blobs: BlobStore
) -> list[RouteEffect]:
    if waiting.stage not in (Stage.PLANNED, Stage.PUBLISHED):
        return []
    leg = waiting.legs[0]
    plan = find_plan(session, leg.planning_area_id, leg.service_date)
    if plan is None:
        return []
    running = read_running(session, plan, travel=travel, blobs=blobs)
    return _shorter(running, {each.id for each in waiting.legs})


def _shorter(running: Running, legs: set[object]) -> list[RouteEffect]:
    """Routes that ride some of the legs, timed without them."""
    gone = {
        task
        for task, meaning in running.built.meanings.items()
        if not legs.isdisjoint(meaning.leg_ids)
    }
    before = {route.vehicle_id: route for route in running.solution.routes}
    orders = {v: [t for t in route.task_ids if t not in gone] for v, route in before.items()}
    touched = [v for v, route in before.items() if len(orders[v]) < len(route.task_ids)]
    after = schedule(running.prepared.problem, orders, place_breaks=True, like=running.solution)
    rest = {route.vehicle_id: route for route in after.routes}
    return [
        RouteEffect(
            courier_code=running.built.shifts[v].courier_code,
            saved_s=before[v].ride_s - (rest[v].ride_s if v in rest else 0),
            visits_left=len(orders[v]),
        )
        for v in touched
    ]


def _is_late(waiting: Waiting) -> bool:
    day, begins, _ = waiting.when
    return clock.local_instant(day, begins or time(0)) - clock.now() < LEAST_NOTICE


def _charge(session: Session, waiting: Waiting, fault: Fault) -> int:
    """One trip's postage with VAT, where a trip is wasted by the citizen's fault; 0 where the
    postage table has no row for it."""
    if fault is not Fault.CITIZEN or waiting.stage is not Stage.PUBLISHED:
        return 0
    leg = waiting.legs[0]
    dossier = session.get_one(Dossier, leg.dossier_id)
    home = session.get_one(Address, waiting.first.address_id)
    returning = leg.to_kind is PlaceKind.HOME
    try:
        tariff = get_postage(
            session,
            waiting.first.province_code,
            service=TariffService.RETURN if returning else TariffService.SEND,
            scope=TariffScope(scope_between(home.zone_code, dossier.filing_office.zone_code)),
            weight_g=LETTER_G,
            day=leg.service_date,
        )
    except TariffNotFound:
        return 0
    return tariff.amount_vnd + (tariff.amount_vnd * tariff.vat_pct + 50) // 100


def _words(window: Window) -> str:
    return f"{window.start:%H:%M}–{window.end:%H:%M}"
