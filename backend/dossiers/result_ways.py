"""The office has a result: the way that opens from there to a door or to a counter."""

from datetime import datetime

from sqlalchemy.orm import Session

from backend import clock
from backend.catalogue.operations import load_calendar
from backend.catalogue.remote_areas import find_remote_area
from backend.dossiers import custody
from backend.dossiers.legs import Place, add_leg, find_home, following, list_legs
from backend.dossiers.models import CustodyEventType, Dossier, Leg, LegPurpose
from backend.dossiers.promise import TransitKind, scope_between, transit_due_on
from backend.errors import Conflict, Text
from backend.places.models import Address, PlaceKind, PostOffice


class HomeUnknown(Conflict):
    code = "home_unknown"
    detail = Text(
        vi="Hồ sơ {item_code} không có địa chỉ nhà để phát kết quả.",
        en="Dossier {item_code} has no home to bring the result to.",
    )
    action = Text(
        vi="Tạo phiếu trả kết quả có địa chỉ cho hồ sơ này.",
        en="Book a return with an address for this dossier.",
    )


def result_ready(
    session: Session,
    dossier: Dossier,
    ready_at: datetime,
    *,
    origin: custody.Origin | None = None,
) -> Leg:
    """The office has the result: the log says so, and the leg home is open.

    ready_at: from when it can be fetched. Raises CustodyNotPossible, HomeUnknown; then nothing
    is written.
    """
    custody.lock(session, dossier)
    home = find_home(session, dossier)
    if home is None:
        raise HomeUnknown(item_code=dossier.item_code)
    custody.record_event(session, dossier, CustodyEventType.RESULT_READY, origin=origin)
    return open_way_home(session, dossier, home, ready_at)


def open_way_home(session: Session, dossier: Dossier, home: Place, ready_at: datetime) -> Leg:
    """A leg that brings the result from its office to a door, on the first day it can be ridden."""
    address = session.get(Address, home[1])
    return _open_way(session, dossier, home, address.zone_code if address else None, ready_at)


def open_way_to_counter(
    session: Session, dossier: Dossier, post_office: PostOffice, ready_at: datetime
) -> Leg:
    """A leg that brings the result to the counter where the citizen comes for it."""
    target = PlaceKind.POST_OFFICE, post_office.id
    return _open_way(session, dossier, target, post_office.zone_code, ready_at)


def _open_way(
    session: Session, dossier: Dossier, target: Place, zone_code: str | None, ready_at: datetime
) -> Leg:
    calendar = load_calendar(session, dossier.province_code)
    wanted = max(clock.local_date(ready_at), clock.today_local())
    before = list_legs(session, dossier)[-1]
    leg = following(
        before,
        start=(PlaceKind.OFFICE, dossier.filing_office_id),
        target=target,
        ordinal=before.ordinal + 1,
        purpose=LegPurpose.RETURN,
    )
    leg.ready_at = ready_at
    leg.window_start = leg.window_end = None
    at_home = target[0] is PlaceKind.HOME
    remote = find_remote_area(session, dossier.province_code, zone_code) if at_home else None
    service_date = calendar.add_working_days(wanted, 0)
    service_date = remote.next_visit(service_date) if remote else service_date
    leg.service_date = service_date
    leg.due_on = transit_due_on(
        service_date,
        scope=scope_between(zone_code, dossier.filing_office.zone_code),
        kind=TransitKind.RETURN,
        calendar=calendar,
        same_day=dossier.procedure.same_day_result,
        special_terrain_days=remote.transit_days if remote else None,
    )
    add_leg(session, dossier, leg)
    return leg
