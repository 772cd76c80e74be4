"""Turn a placed booking into dossiers with their first custody event, and the legs to be ridden."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingDossier, BookingMode
from backend.catalogue.remote_areas import RemoteArea
from backend.database import new_id
from backend.dossiers.custody import Announcement, Keeper, announce
from backend.dossiers.item_codes import issue_item_codes
from backend.dossiers.models import Dossier, DossierState, Leg, LegPurpose
from backend.dossiers.promise import TransitKind, scope_between, transit_due_on
from backend.places.models import Office, PlaceKind
from geodata.calendar import WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """A booking with a planning area, and the offices of its papers."""

    booking: Booking
    office: Office
    resolving_office: Office
    remote: RemoteArea | None = None
    """The area of the door, if it has a promise of its own."""
    on_counter: bool = False
    """The papers lie on the counter of `held_at_post_office`, and are still the citizen's."""


def start_carriages(session: Session, starts: Sequence[Start], calendar: WorkingCalendar) -> None:
    """Issue item codes, announce each dossier with its keeper, and open its leg.

    SEND and BOTH open the way to the office (the way back is opened when the result is ready),
    RETURN the way home. A held item starts at its post office. The bookings are flushed and of one
    province; many at once take no more statements than one.
    """
    if not starts:
        return
    count = sum(each.booking.dossier_count for each in starts)
    codes = iter(issue_item_codes(session, starts[0].booking.province_code, count))
    announcements, rows = [], []
    for each in starts:
        booking = each.booking
        keeper, state = _found_with(each)
        for position in range(booking.dossier_count):
            dossier = Dossier(
                id=new_id(),
                province_code=booking.province_code,
                item_code=next(codes),
                portal_code=booking.portal_code,
                procedure_id=booking.procedure_id,
                resolving_office_id=each.resolving_office.id,
                filing_office_id=each.office.id,
            )
            announcements.append(Announcement(dossier=dossier, keeper=keeper, state=state))
            leg = _first_leg(each, dossier, calendar)
            pays = position == 0 and PlaceKind.HOME in (leg.from_kind, leg.to_kind)
            leg.cash_vnd = booking.expected_fee_vnd if pays else 0  # one sum for all its dossiers
            rows += [BookingDossier(booking_id=booking.id, dossier_id=dossier.id), leg]
    announce(session, announcements)
    session.add_all(rows)
    session.flush()
    for each in starts:
        session.expire(each.booking, ["dossiers"])


def _found_with(begun: Start) -> tuple[Keeper, DossierState]:
    """Who holds the papers when the service first hears of them."""
    booking, office = begun.booking, begun.office
    returning = booking.mode is BookingMode.RETURN
    if booking.held_at_post_office_id is not None and not begun.on_counter:
        state = DossierState.RESULT_AT_POST_OFFICE if returning else DossierState.AT_POST_OFFICE
        return Keeper.post_office(booking.held_at_post_office_id), state
    if returning:
        return Keeper.office(office.id), DossierState.RESULT_READY
    return Keeper.citizen(booking.contact_id), DossierState.ANNOUNCED


def _first_leg(begun: Start, dossier: Dossier, calendar: WorkingCalendar) -> Leg:
    booking, office = begun.booking, begun.office
    returning = booking.mode is BookingMode.RETURN
    home = (PlaceKind.HOME, booking.address_id)
    counter = (PlaceKind.OFFICE, office.id)
    start, end = (counter, home) if returning else (home, counter)
    if booking.held_at_post_office_id is not None:
        start = (PlaceKind.POST_OFFICE, booking.held_at_post_office_id)
    at_home = PlaceKind.HOME in (start[0], end[0])
    due_on = transit_due_on(
        booking.service_date,  # the slip is made out on the day of the visit
        scope=scope_between(booking.address.zone_code, office.zone_code),
        kind=TransitKind.RETURN if returning else TransitKind.SEND,
        calendar=calendar,
        same_day=booking.procedure.same_day_result,
        special_terrain_days=begun.remote.transit_days if begun.remote else None,
    )
    return Leg(
        province_code=booking.province_code,
        dossier_id=dossier.id,
        ordinal=1,
        purpose=LegPurpose.RETURN if returning else LegPurpose.COLLECTION,
        from_kind=start[0],
        from_id=start[1],
        to_kind=end[0],
        to_id=end[1],
        planning_area_id=booking.planning_area_id,
        service_date=booking.service_date,
        window_start=booking.slot_start if at_home else None,
        window_end=booking.slot_end if at_home else None,
        ready_at=booking.ready_at,
        due_on=due_on,
    )
