"""Turn a placed booking into dossiers with their first custody event, and the legs to be ridden."""

from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingDossier, BookingMode
from backend.dossiers.custody import Keeper, announce
from backend.dossiers.item_codes import issue_item_codes
from backend.dossiers.models import Dossier, DossierState, Leg, LegPurpose
from backend.dossiers.promise import TransitKind, scope_between, transit_due_on
from backend.places.models import Office, PlaceKind
from geodata.calendar import WorkingCalendar


def start_carriage(
    session: Session,
    booking: Booking,
    office: Office,
    resolving_office: Office,
    calendar: WorkingCalendar,
) -> None:
    """Issue item codes, announce each dossier with its keeper, and open its leg.

    SEND and BOTH open the way to the office (the way back is opened when the result is ready),
    RETURN the way home. A held item starts at its post office. Needs a planning area.
    """
    codes = issue_item_codes(session, booking.province_code, booking.dossier_count)
    for position, code in enumerate(codes):
        dossier = Dossier(
            province_code=booking.province_code,
            item_code=code,
            portal_code=booking.portal_code,
            procedure_id=booking.procedure_id,
            resolving_office_id=resolving_office.id,
            filing_office_id=office.id,
        )
        keeper, state = _found_with(booking, office)
        announce(session, dossier, keeper, state=state)
        session.add(BookingDossier(booking_id=booking.id, dossier_id=dossier.id))
        leg = _first_leg(booking, dossier, office, calendar)
        if position == 0 and PlaceKind.HOME in (leg.from_kind, leg.to_kind):
            leg.cash_vnd = booking.expected_fee_vnd  # one sum at the door for all its dossiers
        session.add(leg)
    session.flush()
    session.expire(booking, ["dossiers"])


def _found_with(booking: Booking, office: Office) -> tuple[Keeper, DossierState]:
    """Who holds the papers when the service first hears of them."""
    returning = booking.mode is BookingMode.RETURN
    if booking.held_at_post_office_id is not None:
        state = DossierState.RESULT_AT_POST_OFFICE if returning else DossierState.AT_POST_OFFICE
        return Keeper.post_office(booking.held_at_post_office_id), state
    if returning:
        return Keeper.office(office.id), DossierState.RESULT_READY
    return Keeper.citizen(booking.contact_id), DossierState.ANNOUNCED


def _first_leg(
    booking: Booking, dossier: Dossier, office: Office, calendar: WorkingCalendar
) -> Leg:
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
