"""A result goes to another door than booked: the citizen moved, and proved it."""

import uuid

from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.courier_day import visits
from backend.courier_day.interventions.counter import get_locked_dossier, note_next_visit_of
from backend.courier_day.notices import tell_citizen
from backend.courier_day.revisions import raise_revisions
from backend.dossiers import custody, legs
from backend.dossiers.custody import Evidence
from backend.dossiers.models import CustodyEventType, KeeperKind, Leg, LegStatus
from backend.dossiers.promise import TransitKind, scope_between, transit_due_on
from backend.errors import Invalid, Text
from backend.places.geocoding import address_key, locate_address
from backend.places.models import Address, PlaceKind, Placement
from backend.places.points import to_geometry
from geodata.point import Point


class ProofMissing(Invalid):
    code = "proof_missing"
    detail = Text(vi="Chuyển hướng phát cần giấy tờ chứng minh.", en="A redirection needs a proof.")
    action = Text(
        vi="Ghi loại và số giấy tờ người nhận đã xuất trình.",
        en="Name the paper that the receiver showed, and its number.",
    )


class NewDoorUnknown(Invalid):
    code = "new_door_unknown"
    detail = Text(
        vi="Không tìm được vị trí của địa chỉ mới: {address}.",
        en="The new address cannot be placed: {address}.",
    )
    action = Text(vi="Gửi kèm toạ độ của địa chỉ mới.", en="Send the new door's coordinates.")


class NothingToRedirect(Invalid):
    code = "nothing_to_redirect"
    detail = Text(
        vi="Hồ sơ {item_code} không có chặng nào về nhà.",
        en="No leg of {item_code} leads to a home.",
    )
    action = Text(
        vi="Đợi cơ quan báo có kết quả, hoặc tạo phiếu trả kết quả.",
        en="Wait until the office has the result, or book a return.",
    )


def redirect_result(
    session: Session,
    dossier_id: uuid.UUID,
    *,
    address_text: str,
    proof: str,
    point: Point | None = None,
) -> Leg:
    """Sends what is on its way home to another door; a new promise begins today.

    point: the new door; without it the address is looked up. What is planned already is taken
    out of the courier's day; papers in a courier's hands stay there, on the same leg. Raises
    ProofMissing, NewDoorUnknown, NothingToRedirect, DossierNotFound, CustodyNotPossible; then
    nothing is written.
    """
    if not proof.strip():
        raise ProofMissing
    dossier = get_locked_dossier(session, dossier_id)
    leg = legs.find_active_leg(session, dossier)
    if leg is None or leg.to_kind is not PlaceKind.HOME:
        raise NothingToRedirect(item_code=dossier.item_code)
    address = _new_door(session, dossier.province_code, address_text, point)
    custody.record_event(
        session, dossier, CustodyEventType.REDIRECTED, evidence=Evidence(reason="ON_PROOF")
    )
    session.add(address)
    session.flush()
    couriers = visits.cancel_open_visits(session, leg)
    if dossier.keeper_kind is KeeperKind.COURIER:
        couriers.add(dossier.keeper_id)
    else:
        leg.status = LegStatus.OPEN
    today = clock.today_local()
    calendar = load_calendar(session, dossier.province_code)
    leg.to_id = address.id
    leg.window_start = leg.window_end = None
    leg.service_date = max(leg.service_date, calendar.add_working_days(today, 0))
    leg.due_on = transit_due_on(
        today,
        scope=scope_between(address.zone_code, dossier.filing_office.zone_code),
        kind=TransitKind.RETURN,
        calendar=calendar,
    )
    leg.version += 1
    note_next_visit_of(session, dossier)
    raise_revisions(session, couriers)
    tell_citizen(session, dossier, "result_redirected")
    return leg


def _new_door(session: Session, province_code: str, text: str, point: Point | None) -> Address:
    address = Address(province_code=province_code, text=text, text_key=address_key(text))
    if point is not None:
        address.point, address.placement = to_geometry(point), Placement.GIVEN
        return address
    located = locate_address(session, province_code, text)
    if located.point is None:
        raise NewDoorUnknown(address=text)
    address.point, address.placement = to_geometry(located.point), located.placement
    return address
