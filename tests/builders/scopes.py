"""Two planning areas of one province, each with everything that a path can name."""

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from backend import clock
from backend.accounts.models import Device
from backend.accounts.roles import Role
from backend.booking.address_book import KeptDoor
from backend.booking.models import Booking
from backend.courier_day.feedback.attachments import keep_attachment, name_attachments
from backend.courier_day.feedback.complaints import complain
from backend.courier_day.feedback.models import Complaint, ComplaintKind
from backend.courier_day.models import ComplaintAttachment
from backend.dossiers.forms import FormKind, issue_forms
from backend.dossiers.models import Leg
from backend.fleet.models import Courier
from backend.places.models import Address, PlanningArea
from backend.storage import ContentFolder
from tests.builders.accounts import an_account
from tests.builders.booking import a_booking, a_return
from tests.builders.courier_days import a_published_plan, a_route, schedule
from tests.builders.fleet import a_courier
from tests.builders.forms import a_draft, form_content
from tests.builders.numbers import next_number
from tests.builders.places import PROVINCE, a_planning_area, a_post_office, a_unit, an_office


@dataclass
class Territory:
    """A planning area with an office, a post office, a published route and its papers."""

    area: PlanningArea
    office_code: str
    post_office_code: str
    unit_code: str
    courier: Courier
    named: dict[str, str] = field(default_factory=dict)
    """Name of a path parameter → the value that names this territory's own row."""
    secrets: list[str] = field(default_factory=list)
    """Names, phones and doors of its citizens."""

    @property
    def reach(self) -> dict[str, Any]:
        """The scope of a grant that reaches this territory and nothing else."""
        return {
            "planning_area_ids": (self.area.id,),
            "office_codes": (self.office_code,),
            "post_office_codes": (self.post_office_code,),
            "unit_codes": (self.unit_code,),
        }


def a_territory(session: Session, code: str, *, files: ContentFolder) -> Territory:
    """Everything of one planning area; the rows are made in the usual one and moved.

    files: where the file of its complaint lies.
    """
    office = an_office(session)
    courier = a_courier(session, post_office=a_post_office(session))
    bookings = [a_booking(session, office=office), a_return(session, office=office)]
    plan = a_published_plan(session)
    route = a_route(session, courier, schedule(*bookings), plan=plan)
    area = a_planning_area(session, code=code, name=f"Khu vực {code}")
    unit = a_unit(session, planning_area_code=code, boundary=None, code=f"8{next_number():04d}")
    office.unit_code = unit.code
    device = Device(
        person_id=courier.person_id,
        public_key="k",
        model="m",
        app_version="1",
        registered_at=clock.now(),
    )
    session.add(device)
    dossier = bookings[0].dossiers[0]
    content = form_content(FormKind.DISPATCH_SLIP)
    content["citizen"]["name"] = bookings[0].contact.full_name
    slip = a_draft(
        FormKind.DISPATCH_SLIP,
        unit_code=courier.post_office.code,
        province_code=PROVINCE,
        dossier_ids=(dossier.id,),
        content=content,
    )
    (form,) = issue_forms(session, [slip])
    complaint = complain(session, bookings[0], kind=ComplaintKind.LATE, text=f"Chậm {code}")
    file = a_complaint_file(session, complaint, files)
    door = a_kept_door(session)
    session.flush()
    courier.post_office.planning_area = area
    plan.planning_area_id = area.id
    _move(session, area, unit.code, bookings)
    secrets = [booking.contact.full_name for booking in bookings]
    secrets += [booking.contact.phone or "" for booking in bookings]
    secrets += [booking.address.text for booking in bookings]
    secrets += [door.full_name, door.phone, door.address]
    return Territory(
        area=area,
        office_code=office.code,
        post_office_code=courier.post_office.code,
        unit_code=unit.code,
        courier=courier,
        named={
            "plan_id": str(plan.id),
            "route_id": str(route.id),
            "courier_id": str(courier.id),
            "device_id": str(device.id),
            "dossier_id": str(dossier.id),
            "form_id": str(form.id),
            "complaint_id": str(complaint.id),
            "attachment_id": str(file.id),
            "door_id": str(door.id),
            "reference": bookings[0].reference,
            "booking": bookings[0].reference,
            "office": office.code,
            "post_office": courier.post_office.code,
            "planning_area": code,
            "giver": courier.code,
            "receiver": courier.code,
            "courier": courier.code,
            "item": dossier.item_code,
        },
        secrets=[*secrets, f"Chậm {code}"],
    )


def a_complaint_file(
    session: Session, complaint: Complaint, files: ContentFolder
) -> ComplaintAttachment:
    """A PDF that goes with a complaint."""
    content = b"%PDF-1.7 of a test\n%%EOF\n"
    sha256 = hashlib.sha256(content).hexdigest()
    keep_attachment(session, files, complaint.booking, sha256, content)
    session.flush()
    name_attachments(session, complaint, [sha256])
    return complaint.attachments[-1]


def a_kept_door(session: Session) -> KeptDoor:
    """An entry in the address book of a firm of its own."""
    number = next_number()
    firm = an_account(session, Role.FIRM)
    door = KeptDoor(
        province_code=PROVINCE,
        account_id=firm.id,
        name="Kho Mẫu",
        full_name=f"Trần Thị Mẫu {number}",
        phone=f"0900 001 {number % 1000:03d}",
        address=f"{number} Đường Kho, Phường Mẫu",
        changed_at=clock.now(),
    )
    session.add(door)
    session.flush()
    return door


def _move(session: Session, area: PlanningArea, unit_code: str, bookings: list[Booking]) -> None:
    for booking in bookings:
        booking.planning_area_id = area.id
        session.execute(
            update(Address).where(Address.id == booking.address_id).values(unit_code=unit_code)
        )
        dossiers = [dossier.id for dossier in booking.dossiers]
        session.execute(
            update(Leg).where(Leg.dossier_id.in_(dossiers)).values(planning_area_id=area.id)
        )
    session.flush()
    session.expire_all()


def nobodys(name: str) -> str:
    """A value for a path parameter that names nothing."""
    return str(uuid.UUID(int=0x0199AA00000070008000_000000000099)) if "_id" in name else "KHONG-CO"
