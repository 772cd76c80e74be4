"""Papers that an office misses: a new item of the same case, collected at the citizen's like any
other visit.

The office asks with its form 02, by its clerk or through the dispatcher, and the case waits for
it; or the citizen has the form already and says when a courier shall come. The promise counts from
the day of that visit, and handing the papers over resets the legal filing time (DOMAIN §4).
"""

import uuid
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.errors import ItemNotInBooking
from backend.booking.lookups import Lookups
from backend.booking.models import Booking, BookingDossier, BookingMode, BookingStatus
from backend.booking.next_visit import note_next_visits
from backend.booking.notices.telling import when_in_words
from backend.catalogue.remote_areas import find_remote_area
from backend.courier_day.interventions.counter import get_citizen, get_locked_dossier
from backend.courier_day.notices import tell_citizen
from backend.database import new_id
from backend.dossiers import custody, legs
from backend.dossiers.case_status import CaseEvent
from backend.dossiers.cases import move_case
from backend.dossiers.custody import Announcement, Origin
from backend.dossiers.item_codes import issue_item_codes
from backend.dossiers.models import Dossier, DossierState, Leg, LegPurpose
from backend.dossiers.promise import TransitKind, scope_between, transit_due_on
from backend.dossiers.result_ways import HomeUnknown
from backend.errors import Conflict, Text
from backend.places.models import Address, PlaceKind
from backend.places.points import find_point
from backend.planning.slots.asked import VisitAsked, ask_for_day
from backend.planning.slots.bookings import hand_place_on
from backend.planning.slots.errors import DoorUnknown
from backend.planning.slots.grid import Window
from backend.planning.slots.holds import hold_window, lock_hold
from backend.planning.slots.models import HoldStatus, SlotHold
from backend.storage import BlobStore
from geodata.travel_tables import TravelTimes


class SupplementAlreadyBooked(Conflict):
    code = "supplement_already_booked"
    detail = Text(
        vi="Giấy tờ bổ sung của hồ sơ {item_code} đã hẹn nhận ngày {day}.",
        en="The missing papers of dossier {item_code} are to be collected on {day} already.",
    )
    action = Text(
        vi="Muốn đổi giờ thì đổi lịch của phiếu; giấy tờ khác cứ đưa cùng lúc.",
        en="To have another time, move the booking's visit; give other papers along with these.",
    )


class NothingToSupplement(Conflict):
    code = "nothing_to_supplement"
    detail = Text(
        vi="Hồ sơ {item_code} hiện không ở cơ quan giải quyết nên chưa bổ sung được.",
        en="Dossier {item_code} is not with its office now, so nothing can be added to it.",
    )
    action = Text(
        vi="Xem hồ sơ đang ở đâu; giấy tờ cơ quan trả lại thì đặt lịch gửi mới.",
        en="Look at where it is; for papers that the office gave back, book a new visit.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When a courier shall come. `window` is None for "some time on that day"."""

    day: date
    window: Window | None
    travel: TravelTimes
    blobs: BlobStore


def ask_supplement(
    session: Session,
    dossier_id: uuid.UUID,
    *,
    form_no: str,
    when: When | None = None,
    origin: Origin | None = None,
) -> Dossier:
    """The office wants more papers; the citizen is told when they are collected.

    form_no: number of the office's form 02. when: None = the next day on which a courier goes
    there. A supplement that the citizen has booked already is taken for the one asked. Raises
    DossierNotFound, CaseCannotMove, HomeUnknown, and with `when` what holding a window raises.
    """
    dossier = get_locked_dossier(session, dossier_id)
    move_case(session, dossier, CaseEvent.ASK_SUPPLEMENT, origin=origin)
    found = _find_waiting(session, dossier)
    if found is not None:
        return found
    supplement, leg = _announce(session, dossier, when)
    once, told = f"{supplement.id}", _when_in_words(leg)
    tell_citizen(session, dossier, "supplement_asked", once_for=once, form_no=form_no, when=told)
    return supplement


def bring_supplement(
    session: Session, booking: Booking, *, item_code: str | None, form_no: str, when: When
) -> Dossier:
    """The citizen has the office's form and wants the papers collected.

    item_code: of the dossier, where the booking has several. The case is the office's to move.
    Raises ItemNotInBooking, NothingToSupplement, SupplementAlreadyBooked, HomeUnknown, and what
    holding a window raises; then nothing is written.
    """
    dossier = get_locked_dossier(session, _named(session, booking, item_code).id)
    if dossier.state is not DossierState.HANDED_OVER:
        raise NothingToSupplement(item_code=dossier.item_code)
    if found := _find_waiting(session, dossier):
        day = f"{legs.list_legs(session, found)[-1].service_date:%d/%m/%Y}"
        raise SupplementAlreadyBooked(item_code=dossier.item_code, day=day)
    supplement, leg = _announce(session, dossier, when)
    once, told = f"{supplement.id}", _when_in_words(leg)
    tell_citizen(session, dossier, "supplement_booked", once_for=once, form_no=form_no, when=told)
    return supplement


def _named(session: Session, booking: Booking, item_code: str | None) -> Dossier:
    """The one of a booking's own dossiers that is meant."""
    own = session.scalars(
        select(Dossier)
        .join(BookingDossier, BookingDossier.dossier_id == Dossier.id)
        .where(BookingDossier.booking_id == booking.id, Dossier.supplements_id.is_(None))
        .order_by(Dossier.item_code)
    ).all()
    meant = [each for each in own if item_code in {None, each.item_code}]
    if len(meant) == 1:
        return meant[0]
    here = {"item_code": ItemNotInBooking.action}
    raise ItemNotInBooking(item_code=item_code or "—", fields=here)


def _find_waiting(session: Session, dossier: Dossier) -> Dossier | None:
    """Papers of this case that are still to be collected."""
    rows = session.scalars(
        select(Dossier).where(Dossier.supplements_id == dossier.id).order_by(Dossier.id)
    )
    for row in rows:
        leg = legs.find_active_leg(session, row)
        if leg is not None and leg.from_kind is PlaceKind.HOME:
            return row
    return None


def _announce(session: Session, dossier: Dossier, when: When | None) -> tuple[Dossier, Leg]:
    """The new item at the citizen's, with its way to the office where the case lies."""
    home = legs.find_home(session, dossier)
    if home is None:
        raise HomeUnknown(item_code=dossier.item_code)
    booking = session.scalars(
        select(Booking)
        .join(BookingDossier, BookingDossier.booking_id == Booking.id)
        .where(BookingDossier.dossier_id == dossier.id)
        .with_for_update(of=Booking)
        .execution_options(populate_existing=True)
    ).one()
    hold = _sell(session, dossier, home[1], when) if when is not None else None
    (item_code,) = issue_item_codes(session, dossier.province_code, 1)
    supplement = Dossier(
        id=new_id(),
        province_code=dossier.province_code,
        item_code=item_code,
        portal_code=dossier.portal_code,
        procedure_id=dossier.procedure_id,
        resolving_office_id=dossier.resolving_office_id,
        filing_office_id=dossier.filing_office_id,
        supplements_id=dossier.id,
    )
    custody.announce(
        session, [Announcement(dossier=supplement, keeper=get_citizen(session, dossier))]
    )
    session.add(BookingDossier(booking_id=booking.id, dossier_id=supplement.id))
    leg = _way_to_office(session, dossier, supplement, home[1], when)
    session.add(leg)
    session.flush()
    if hold is not None:
        row, held = lock_hold(session, hold.id)
        hand_place_on(row, held, [leg.id])
        held.status, held.point = HoldStatus.RELEASED, None
    if booking.status is BookingStatus.DONE:  # with the filing: now it goes on
        booking.status = BookingStatus.REQUESTED
    note_next_visits(session, [booking])
    session.expire(booking, ["dossiers"])
    return supplement, leg


def _sell(session: Session, dossier: Dossier, address_id: uuid.UUID, when: When) -> SlotHold | None:
    """The window is sold like any other; without one the day must be one of visits."""
    door = find_point(session.get_one(Address, address_id).point)
    if door is None:
        raise DoorUnknown
    visit = VisitAsked(
        province_code=dossier.province_code,
        procedure_code=dossier.procedure.code,
        mode=BookingMode.SEND,
        door=door,
        office_code=dossier.filing_office.code,
    )
    if when.window is None:
        ask_for_day(Lookups(session, visit.province_code), visit, when.day, new_id())
        return None
    return hold_window(session, visit, when.day, when.window, travel=when.travel, blobs=when.blobs)


def _way_to_office(
    session: Session,
    dossier: Dossier,
    supplement: Dossier,
    address_id: uuid.UUID,
    when: When | None,
) -> Leg:
    calendar = Lookups(session, dossier.province_code).calendar
    address = session.get_one(Address, address_id)
    remote = find_remote_area(session, dossier.province_code, address.zone_code)
    day = when.day if when else calendar.add_working_days(clock.today_local(), 1)
    if when is None and remote is not None:
        day = remote.next_visit(day)
    before = legs.list_legs(session, dossier)[-1]
    window = when.window if when else None
    return Leg(
        province_code=dossier.province_code,
        dossier_id=supplement.id,
        ordinal=1,
        purpose=LegPurpose.COLLECTION,
        from_kind=PlaceKind.HOME,
        from_id=address_id,
        to_kind=PlaceKind.OFFICE,
        to_id=dossier.filing_office_id,
        planning_area_id=before.planning_area_id,
        service_date=day,
        window_start=window.start if window else None,
        window_end=window.end if window else None,
        due_on=transit_due_on(
            day,  # the slip is made out on the day of the visit
            scope=scope_between(address.zone_code, dossier.filing_office.zone_code),
            kind=TransitKind.SEND,
            calendar=calendar,
            same_day=dossier.procedure.same_day_result,
            special_terrain_days=remote.transit_days if remote else None,
        ),
        skills=list(before.skills),
    )


def _when_in_words(leg: Leg) -> Text:
    return when_in_words(leg.service_date, leg.window_start, leg.window_end)
