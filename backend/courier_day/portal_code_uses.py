"""A portal's dossier code belongs to one case, however many items travel for it (DOMAIN §11)."""

import uuid

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from backend.booking.models import BookingDossier
from backend.dossiers.models import Dossier
from backend.dossiers.portal_codes import parse_portal_code
from backend.errors import Conflict, Invalid, Text


class PortalCodeTaken(Conflict):
    code = "portal_code_taken"
    detail = Text(
        vi="Mã hồ sơ {portal_code} đã gắn với bưu gửi {item_code} của hồ sơ khác.",
        en="Portal code {portal_code} belongs to the case of item {item_code}.",
    )
    action = Text(
        vi="Đối chiếu giấy tiếp nhận; mỗi hồ sơ chỉ có một mã trên Cổng dịch vụ công.",
        en="Compare with the office's receipt; a portal code belongs to one case only.",
    )


class PortalCodeEmpty(Invalid):
    code = "portal_code_empty"
    detail = Text(vi="Mã hồ sơ còn trống.", en="The portal code is empty.")
    action = Text(vi="Gõ lại mã ghi trên giấy tiếp nhận.", en="Type the code on the receipt again.")


def give_portal_code(session: Session, dossier: Dossier, text: str) -> None:
    """Notes the portal's code of a dossier. Raises PortalCodeTaken, PortalCodeEmpty.

    Items of one booking and supplements of one case may share a code.
    """
    code = parse_portal_code(text)
    if code is None:
        raise PortalCodeEmpty
    holder = find_other_holder(session, dossier, code.text)
    if holder is not None:
        raise PortalCodeTaken(portal_code=code.text, item_code=holder.item_code)
    dossier.portal_code = code.text


def find_other_holder(session: Session, dossier: Dossier, code: str) -> Dossier | None:
    """A dossier of another case that carries this code, if there is one."""
    root = dossier.supplements_id or dossier.id
    return session.scalars(
        select(Dossier)
        .where(
            Dossier.province_code == dossier.province_code,
            Dossier.portal_code == code,
            Dossier.id != root,
            Dossier.supplements_id.is_distinct_from(root),
            Dossier.id.not_in(_booked_with(dossier.id)),
        )
        .order_by(Dossier.item_code)
        .limit(1)
    ).first()


def _booked_with(dossier_id: uuid.UUID) -> Select[uuid.UUID]:
    booking = select(BookingDossier.booking_id).where(BookingDossier.dossier_id == dossier_id)
    return select(BookingDossier.dossier_id).where(BookingDossier.booking_id.in_(booking))
