"""What an office says after the filing: the result will be late."""

import uuid
from datetime import date

from sqlalchemy.orm import Session

from backend.catalogue.operations import load_calendar
from backend.courier_day import visits
from backend.courier_day.interventions.counter import get_locked_dossier, note_next_visit_of
from backend.courier_day.notices import tell_citizen
from backend.courier_day.revisions import raise_revisions
from backend.dossiers import custody, legs
from backend.dossiers.custody import Evidence
from backend.dossiers.models import CustodyEventType, Dossier, Leg, LegStatus
from backend.places.models import PlaceKind


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
        note_next_visit_of(session, dossier)
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
