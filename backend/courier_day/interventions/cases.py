"""What an office says after the filing: a supplement is missing, or the result will be late."""

import uuid
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import BookingDossier
from backend.catalogue.operations import load_calendar
from backend.courier_day import visits
from backend.courier_day.interventions.counter import get_citizen, get_locked_dossier
from backend.courier_day.notices import tell_citizen
from backend.courier_day.revisions import raise_revisions
from backend.database import new_id
from backend.dossiers import custody, legs
from backend.dossiers.case_status import CaseEvent
from backend.dossiers.cases import move_case
from backend.dossiers.custody import Announcement, Evidence
from backend.dossiers.item_codes import issue_item_codes
from backend.dossiers.models import CustodyEventType, Dossier, Leg, LegPurpose, LegStatus
from backend.dossiers.promise import TransitKind, scope_between, transit_due_on
from backend.dossiers.result_ways import HomeUnknown
from backend.places.models import Address, PlaceKind


def ask_supplement(session: Session, dossier_id: uuid.UUID, *, form_no: str) -> Dossier:
    """The office wants more papers: a new item of the same case is announced at the citizen's.

    form_no: number of the office's form 02. Handing the new item over files the case anew
    (DOMAIN §4). The citizen is told. Raises DossierNotFound, CaseCannotMove, HomeUnknown.
    """
    dossier = get_locked_dossier(session, dossier_id)
    home = legs.find_home(session, dossier)
    if home is None:
        raise HomeUnknown(item_code=dossier.item_code)
    move_case(session, dossier, CaseEvent.ASK_SUPPLEMENT)
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
    booking_id = session.scalars(
        select(BookingDossier.booking_id).where(BookingDossier.dossier_id == dossier.id)
    ).one()
    session.add(BookingDossier(booking_id=booking_id, dossier_id=supplement.id))
    way = _way_to_office(session, dossier, supplement, home[1])
    session.add(way)
    session.flush()
    tell_citizen(session, dossier, "supplement_asked", form_no=form_no, day=way.service_date)
    return supplement


def note_result_late(
    session: Session,
    dossier_id: uuid.UUID,
    *,
    new_date: date,
    form_no: str,
    origin: custody.Origin | None = None,
) -> Dossier:
    """The office excuses itself (form 04) and names a new day: the fetch waits until then.

    The dossier stays where it is; the citizen is told. Raises DossierNotFound,
    CustodyNotPossible when no result is awaited.
    """
    dossier = get_locked_dossier(session, dossier_id)
    custody.record_event(
        session,
        dossier,
        CustodyEventType.RESULT_LATE,
        origin=origin,
        evidence=Evidence(reason=f"TO_{new_date}"),
    )
    dossier.appointment_on = new_date
    leg = legs.find_active_leg(session, dossier)
    if leg is not None and leg.from_kind is PlaceKind.OFFICE:
        _fetch_later(session, leg, new_date)
    session.flush()
    tell_citizen(session, dossier, "result_late", new_date=new_date, form_no=form_no)
    return dossier


def _fetch_later(session: Session, leg: Leg, new_date: date) -> None:
    couriers = visits.cancel_open_visits(session, leg)
    calendar = load_calendar(session, leg.province_code)
    planned_for = leg.service_date
    leg.service_date = calendar.add_working_days(new_date, 0)
    legs.move_promise(session, leg, since=planned_for)
    leg.ready_at = None
    leg.status = LegStatus.OPEN
    leg.version += 1
    raise_revisions(session, couriers)


def _way_to_office(
    session: Session, dossier: Dossier, supplement: Dossier, address_id: uuid.UUID
) -> Leg:
    calendar = load_calendar(session, dossier.province_code)
    service_date = calendar.add_working_days(clock.today_local(), 1)
    before = legs.list_legs(session, dossier)[-1]
    address = session.get_one(Address, address_id)
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
        service_date=service_date,
        due_on=transit_due_on(
            service_date,
            scope=scope_between(address.zone_code, dossier.filing_office.zone_code),
            kind=TransitKind.SEND,
            calendar=calendar,
            same_day=dossier.procedure.same_day_result,
        ),
        skills=list(before.skills),
    )
