"""Whose a courier, a dossier or a form is: what is out of a caller's scope does not exist."""

import uuid
from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from backend.accounts.callers import Caller
from backend.accounts.models import Device
from backend.accounts.roles import Role
from backend.booking.models import Booking, BookingDossier
from backend.courier_day.counters.scans import ItemNotFound, look_up
from backend.courier_day.errors import CourierNotFound, DeviceNotFound
from backend.courier_day.feedback.errors import ComplaintFileNotFound, ComplaintNotFound
from backend.courier_day.feedback.models import Complaint
from backend.courier_day.interventions.counter import DossierNotFound
from backend.courier_day.models import ComplaintAttachment
from backend.dossiers.forms import Form, FormNotFound
from backend.dossiers.models import Dossier, KeeperKind, Leg
from backend.fleet.models import Courier
from backend.places.models import Address, Office, PostOffice
from backend.places.scope import area_of_post_office, counter_areas, seen_areas, sees_area
from backend.planning.scope import sees_booking


def demand_courier(session: Session, caller: Caller, courier_id: uuid.UUID) -> None:
    """Raises CourierNotFound for a courier who is not the caller's, or does not exist."""
    row = session.execute(
        select(Courier.province_code, PostOffice.planning_area_id)
        .join(PostOffice, PostOffice.id == Courier.post_office_id)
        .where(Courier.id == courier_id)
    ).first()
    if row is None or not sees_area(session, caller, row.province_code, row.planning_area_id):
        raise CourierNotFound(courier=courier_id)


def demand_courier_code(session: Session, caller: Caller, code: object) -> None:
    """The same for a courier who is named by code."""
    if not isinstance(code, str):
        return  # its schema refuses it
    row = session.execute(
        select(Courier.province_code, PostOffice.planning_area_id)
        .join(PostOffice, PostOffice.id == Courier.post_office_id)
        .where(Courier.province_code == caller.province_code, Courier.code == code)
    ).first()
    if row is None or not sees_area(session, caller, row.province_code, row.planning_area_id):
        raise CourierNotFound(courier=code)


def demand_device(session: Session, caller: Caller, device_id: uuid.UUID) -> None:
    """Raises DeviceNotFound for a phone whose courier is not the caller's, or that is none."""
    row = session.execute(
        select(Courier.province_code, PostOffice.planning_area_id)
        .join(PostOffice, PostOffice.id == Courier.post_office_id)
        .join(Device, Device.person_id == Courier.person_id)
        .where(Device.id == device_id)
    ).first()
    if row is None or not sees_area(session, caller, row.province_code, row.planning_area_id):
        raise DeviceNotFound(device=device_id)


def demand_dossier(session: Session, caller: Caller, dossier_id: uuid.UUID) -> None:
    """Raises DossierNotFound for a dossier that is not the caller's, or does not exist."""
    if not _sees_dossiers(session, caller, [dossier_id]):
        raise DossierNotFound(dossier=dossier_id)


def demand_complaint(session: Session, caller: Caller, complaint_id: uuid.UUID) -> None:
    """Raises ComplaintNotFound unless the booking that it is about is the caller's."""
    complaint = session.get(Complaint, complaint_id)
    if complaint is None or not sees_booking(session, caller, complaint.booking_id):
        raise ComplaintNotFound(complaint=complaint_id)


def demand_complaint_file(session: Session, caller: Caller, attachment_id: uuid.UUID) -> None:
    """Raises ComplaintFileNotFound unless the booking that was complained about is the caller's."""
    file = session.get(ComplaintAttachment, attachment_id)
    if file is None or not sees_booking(session, caller, file.booking_id):
        raise ComplaintFileNotFound(file=attachment_id)


def demand_item(session: Session, caller: Caller, code: object) -> None:
    """Raises ItemNotFound for an item that has no business at the caller's post offices.

    It does where it is kept, and anywhere in the planning area through which its way goes.
    """
    if not isinstance(code, str) or not caller.post_office_codes:
        return
    dossier_id = look_up(session, caller.province_code, [code]).get(code)
    if dossier_id is None:
        raise ItemNotFound(item=code)
    here = select(PostOffice.id).where(
        PostOffice.province_code == caller.province_code,
        PostOffice.code.in_(caller.post_office_codes),
    )
    kept = and_(Dossier.keeper_kind == KeeperKind.POST_OFFICE, Dossier.keeper_id.in_(here))
    passes = _in_areas(counter_areas(session, caller))
    seen = select(Dossier.id).where(Dossier.id == dossier_id, or_(kept, passes))
    if session.scalar(seen) is None:
        raise ItemNotFound(item=code)


def demand_form(session: Session, caller: Caller, form_id: uuid.UUID) -> None:
    """Raises FormNotFound for a form that is not the caller's, or does not exist.

    It belongs to the post office that numbered it, and to whoever sees all of its dossiers.
    """
    form = session.get(Form, form_id)
    if form is None or form.province_code != caller.province_code:
        raise FormNotFound(form=form_id)
    if form.unit_code in caller.post_office_codes:
        return
    if caller.role is not Role.AUTHORITY:
        area_id = area_of_post_office(session, form.province_code, form.unit_code)
        if sees_area(session, caller, form.province_code, area_id):
            return
    if not form.dossier_ids or not _sees_dossiers(session, caller, form.dossier_ids):
        raise FormNotFound(form=form_id)


def _sees_dossiers(session: Session, caller: Caller, dossier_ids: Collection[uuid.UUID]) -> bool:
    """Whether every one of these dossiers is the caller's."""
    wanted = set(dossier_ids)
    seen = session.scalars(
        select(Dossier.id).where(
            Dossier.id.in_(wanted),
            Dossier.province_code == caller.province_code,
            _is_seen(session, caller),
        )
    ).all()
    return set(seen) == wanted


def _is_seen(session: Session, caller: Caller) -> ColumnElement[bool]:
    """A dossier is seen through its ways, its bookings, or the office that files it."""
    at_office = exists().where(
        Office.id == Dossier.filing_office_id, Office.code.in_(caller.office_codes)
    )
    if caller.role is Role.AUTHORITY:
        home = (
            exists()
            .where(BookingDossier.dossier_id == Dossier.id)
            .where(Booking.id == BookingDossier.booking_id)
            .where(Address.id == Booking.address_id, Address.unit_code.in_(caller.unit_codes))
        )
        filed = exists().where(
            Office.id == Dossier.filing_office_id, Office.unit_code.in_(caller.unit_codes)
        )
        return or_(home, filed)
    areas = seen_areas(session, caller)
    if areas is None:
        return Dossier.id.is_not(None)
    return or_(_in_areas(areas), at_office)


def _in_areas(areas: Collection[uuid.UUID]) -> ColumnElement[bool]:
    """A way of the dossier, or a booking of it, lies in one of these planning areas."""
    carried = exists().where(and_(Leg.dossier_id == Dossier.id, Leg.planning_area_id.in_(areas)))
    booked = (
        exists()
        .where(BookingDossier.dossier_id == Dossier.id)
        .where(Booking.id == BookingDossier.booking_id, Booking.planning_area_id.in_(areas))
    )
    return or_(carried, booked)
