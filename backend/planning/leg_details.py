"""What legs carry and for whom, as people read it: columns alone, of thousands of legs at once."""

import uuid
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, Row, Uuid, cast, func, select
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingDossier, Contact
from backend.catalogue.models import Procedure
from backend.dossiers.models import Dossier, Leg
from backend.places.models import PlaceKind
from backend.planning.plan_details import LegDetail

_COLUMNS: tuple[Any, ...] = (
    Leg.id.label("leg_id"),
    *(Leg.purpose, Leg.window_start, Leg.window_end, Leg.due_on, Leg.attempt, Leg.cash_vnd),
    *(Leg.from_kind, Leg.from_id, Leg.to_kind, Leg.to_id),
    *(Leg.dossier_id, Dossier.item_code, Dossier.portal_code),
    Procedure.code.label("procedure_code"),
    Procedure.name.label("procedure_name"),
    Booking.reference.label("booking_reference"),
    Booking.source_status,
    Contact.full_name.label("applicant"),
)
_LEGS = (
    select(*_COLUMNS)
    .join(Dossier, Leg.dossier_id == Dossier.id)
    .join(Procedure, Dossier.procedure_id == Procedure.id)
    .outerjoin(BookingDossier, BookingDossier.dossier_id == Dossier.id)
    .outerjoin(Booking, BookingDossier.booking_id == Booking.id)
    .outerjoin(Contact, Contact.id == Booking.contact_id)
)


def read_leg_details(session: Session, leg_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, LegDetail]:
    """Legs with their dossier, procedure and booking."""
    wanted = Leg.id == func.any(cast([*set(leg_ids)], ARRAY(Uuid)))  # one parameter, not thousands
    return {row.leg_id: _leg(row) for row in session.execute(_LEGS.where(wanted))}


def _leg(row: Row[Any]) -> LegDetail:
    slot = ""
    if row.window_start is not None and row.window_end is not None:
        slot = f"{row.window_start:%H:%M}–{row.window_end:%H:%M}"
    ends = ((row.from_kind, row.from_id), (row.to_kind, row.to_id))
    return LegDetail(
        leg_id=row.leg_id,
        purpose=row.purpose,
        dossier_id=row.dossier_id,
        item_code=row.item_code,
        portal_code=row.portal_code,
        procedure_code=row.procedure_code,
        procedure_name=row.procedure_name,
        booking_reference=row.booking_reference or "",
        applicant=row.applicant or "",
        source_status=row.source_status,
        slot=slot,
        due_on=row.due_on,
        attempt=row.attempt,
        cash_vnd=row.cash_vnd,
        home_id=next((id_ for kind, id_ in ends if kind is PlaceKind.HOME), None),
    )
