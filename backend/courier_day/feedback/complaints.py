"""The register of complaints: taken within six months, answered in five or seven working days.

Compensation is decided elsewhere later; here it is recorded what was said and answered.
"""

import calendar
import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.callers import Caller
from backend.booking.errors import ItemNotInBooking
from backend.booking.models import Booking, BookingMode
from backend.booking.notices.telling import contact_of, tell
from backend.catalogue.operations import load_calendar
from backend.courier_day.feedback.attachments import name_attachments
from backend.courier_day.feedback.errors import (
    ComplaintAnswered,
    ComplaintLapsed,
    ComplaintNotFound,
    ComplaintTooLate,
)
from backend.courier_day.feedback.models import Complaint, ComplaintKind, ComplaintStatus
from backend.dossiers.code_series import take_number
from backend.dossiers.models import CustodyEvent, CustodyEventType, Dossier
from backend.planning.scope import seen_bookings

MONTHS_TO_COMPLAIN = 6
"""From the end of the transit (DOMAIN §9 [L])."""

ANSWER_DAYS_INSIDE, ANSWER_DAYS_BETWEEN = 5, 7
"""Working days for the answer, inside the province and between provinces (DOMAIN §9 [L])."""

_SERIES_PREFIX = "KN"

_ENDS_SENDING = frozenset({CustodyEventType.HANDED_OVER, CustodyEventType.RETURNED_TO_SENDER})
_ENDS_RETURNING = frozenset(
    {
        CustodyEventType.DELIVERED,
        CustodyEventType.PICKED_UP,
        CustodyEventType.RETURNED_TO_OFFICE,
        CustodyEventType.RETURNED_TO_SENDER,
    }
)


def complain(
    session: Session,
    booking: Booking,
    *,
    kind: ComplaintKind,
    text: str,
    item_code: str | None = None,
    attachments: Sequence[str] = (),
) -> Complaint:
    """Registers a complaint and tells the citizen by when it is answered.

    item_code: the dossier in question, if it is one. attachments: SHA-256 of files sent before.
    Raises ItemNotInBooking, ComplaintTooLate, AttachmentNotSent.
    """
    dossier = _named(booking, item_code)
    today = clock.today_local()
    last_day = find_last_day(session, booking, dossier)
    if last_day is not None and today > last_day:
        raise ComplaintTooLate(until=f"{last_day:%d/%m/%Y}")
    inside = _is_inside_province(booking, dossier)
    days = ANSWER_DAYS_INSIDE if inside else ANSWER_DAYS_BETWEEN
    due_on = load_calendar(session, booking.province_code).add_working_days(today, days)
    number = take_number(
        session,
        booking.province_code,
        f"COMPLAINT-{today.year}",
        prefix=_SERIES_PREFIX,
    )
    complaint = Complaint(
        province_code=booking.province_code,
        year=today.year,
        number=number,
        booking=booking,
        dossier=dossier,
        kind=kind,
        text=text,
        inside_province=inside,
        made_at=clock.now(),
        due_on=due_on,
        status=ComplaintStatus.OPEN,
    )
    session.add(complaint)
    session.flush()
    name_attachments(session, complaint, attachments)
    tell(
        session,
        contact_of(booking),
        "complaint.received",
        cause=str(complaint.id),
        booking_id=booking.id,
        facts={"number": complaint.printed_number, "due_on": due_on},
    )
    return complaint


def answer_complaint(
    session: Session, complaint_id: uuid.UUID, *, answer: str, by: uuid.UUID | None
) -> Complaint:
    """Writes the answer and tells the citizen where to read it.

    by: account of who answers. Raises ComplaintNotFound, ComplaintAnswered, ComplaintLapsed.
    """
    complaint = session.get(
        Complaint, complaint_id, with_for_update={"of": Complaint}, populate_existing=True
    )
    if complaint is None:
        raise ComplaintNotFound(complaint=complaint_id)
    if complaint.status is ComplaintStatus.ANSWERED:
        raise ComplaintAnswered(number=complaint.printed_number)
    if complaint.status is ComplaintStatus.LAPSED:
        raise ComplaintLapsed(number=complaint.printed_number)
    complaint.status = ComplaintStatus.ANSWERED
    complaint.answer, complaint.answered_at, complaint.answered_by = answer, clock.now(), by
    session.flush()
    tell(
        session,
        contact_of(complaint.booking),
        "complaint.answered",
        cause=str(complaint.id),
        booking_id=complaint.booking_id,
        facts={"number": complaint.printed_number},
    )
    return complaint


def list_complaints(
    session: Session,
    caller: Caller,
    *,
    status: ComplaintStatus | None = None,
    most: int,
) -> list[Complaint]:
    """The register as far as the caller sees it: what is open first, the earliest due first; then
    the newest answered, and at the end what nobody ever answered."""
    query = (
        select(Complaint)
        .join(Complaint.booking)
        .where(Complaint.province_code == caller.province_code, seen_bookings(session, caller))
        .order_by(
            case((Complaint.status == ComplaintStatus.OPEN, 0), else_=1),
            Complaint.answered_at.desc().nulls_last(),
            Complaint.due_on,
            Complaint.year,
            Complaint.number,
        )
        .limit(most)
    )
    if status is not None:
        query = query.where(Complaint.status == status)
    return list(session.scalars(query))


def list_of_booking(session: Session, booking: Booking) -> list[Complaint]:
    """What was said about one booking, the oldest first."""
    return list(
        session.scalars(
            select(Complaint)
            .where(Complaint.booking_id == booking.id)
            .order_by(Complaint.year, Complaint.number)
        )
    )


def find_last_day(session: Session, booking: Booking, dossier: Dossier | None) -> date | None:
    """The last day for a complaint; None while something is still under way."""
    concerned = [dossier] if dossier is not None else list(booking.dossiers)
    if not concerned:
        return None
    ends = _ENDS_SENDING if booking.mode is BookingMode.SEND else _ENDS_RETURNING
    rows = session.execute(
        select(CustodyEvent.dossier_id, func.max(CustodyEvent.at).label("at"))
        .where(
            CustodyEvent.dossier_id.in_([each.id for each in concerned]),
            CustodyEvent.type.in_(ends),
        )
        .group_by(CustodyEvent.dossier_id)
    ).all()
    if len(rows) < len(concerned):
        return None
    return add_months(clock.local_date(max(row.at for row in rows)), MONTHS_TO_COMPLAIN)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _named(booking: Booking, item_code: str | None) -> Dossier | None:
    if item_code is None:
        return None
    for dossier in booking.dossiers:
        if dossier.item_code == item_code:
            return dossier
    raise ItemNotInBooking(item_code=item_code)


def _is_inside_province(booking: Booking, dossier: Dossier | None) -> bool:
    concerned = [dossier] if dossier is not None else booking.dossiers
    return all(each.filing_office.province_code == booking.province_code for each in concerned)
