"""The office has a result: the log says so, the citizen hears it, and the way to it is open."""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.booking.models import Booking, BookingMode
from backend.courier_day.counters.acts import ActKind, CounterAct
from backend.courier_day.counters.pick_ups import demand_here
from backend.courier_day.counters.scans import ItemNotFound, look_up
from backend.courier_day.counters.scene import CounterScene, Seat, sit_down
from backend.courier_day.locks import lock_dossiers
from backend.courier_day.notices import tell_citizen
from backend.dossiers import custody, legs
from backend.dossiers.case_status import CaseEvent, find_next_status
from backend.dossiers.cases import move_case
from backend.dossiers.models import CustodyEventType, Dossier, DossierState, Leg
from backend.dossiers.portal_codes import parse_portal_code
from backend.dossiers.result_ways import HomeUnknown, open_way_home, open_way_to_counter
from backend.errors import Conflict, Text
from backend.places.models import PlaceKind, PostOffice


class PortalCodeAmbiguous(Conflict):
    code = "portal_code_ambiguous"
    detail = Text(
        vi="Mã hồ sơ {portal_code} có {count} bưu gửi.",
        en="Portal code {portal_code} stands for {count} items.",
    )
    action = Text(vi="Ghi số hiệu bưu gửi.", en="Name the item code instead.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultReady:
    """What became of one announcement; `leg` is None when nothing is to be ridden."""

    act: CounterAct
    dossier: Dossier
    already: bool
    leg: Leg | None


def announce_result(
    session: Session,
    seat: Seat,
    *,
    item: str,
    ready_at: datetime | None = None,
    asked: Mapping[str, Any],
) -> ResultReady:
    """One result is ready. A second announcement changes nothing.

    item: item code or portal code. ready_at: from when it can be fetched; default now. Raises what
    `sit_down` raises, ItemNotFound, PortalCodeAmbiguous, NotHeldHere, HomeUnknown,
    CustodyNotPossible; then nothing is written.
    """
    scene = sit_down(session, seat)
    found = find_named(scene, [item])
    if item not in found:
        raise ItemNotFound(item=item)
    dossier = scene.dossier(found[item])
    already = dossier.state is DossierState.RESULT_READY
    leg = None if already else make_ready(scene, dossier, ready_at or scene.origin.at)
    outcome = {"dossier": str(dossier.id), "already": already, "leg": str(leg.id) if leg else None}
    act, _ = scene.finish(ActKind.RESULT_READY, asked=asked, outcome=outcome)
    return ResultReady(act=act, dossier=dossier, already=already, leg=leg)


def make_ready(scene: CounterScene, dossier: Dossier, ready_at: datetime) -> Leg | None:
    """The log's line, the case resolved, the way home or to a counter, the citizen told.

    None for a result that the citizen gets at the office or in the same house.
    """
    session = scene.session
    demand_here(scene, dossier)
    booking = scene.booking_of(dossier)
    home = _home(session, dossier, booking)
    if home is None and booking is not None and _comes_home(booking):
        raise HomeUnknown(item_code=dossier.item_code)
    custody.record_event(
        session,
        dossier,
        CustodyEventType.RESULT_READY,
        origin=scene.origin,
        evidence=scene.here(),
    )
    if find_next_status(dossier.case_status, CaseEvent.RESOLVE):
        move_case(session, dossier, CaseEvent.RESOLVE, origin=scene.origin)
    leg = None
    if booking is not None and booking.pick_up_at_post_office_id is not None:
        post_office = session.get_one(PostOffice, booking.pick_up_at_post_office_id)
        office = PlaceKind.OFFICE, dossier.filing_office_id
        if not legs.needs_no_trip(session, post_office, office):
            leg = open_way_to_counter(session, dossier, post_office, ready_at)
    elif booking is not None and _comes_home(booking) and home is not None:
        leg = open_way_home(session, dossier, home, ready_at)
    name = scene.place.name
    if leg is None:
        tell_citizen(session, dossier, "result_ready_at_office", office=name)
    else:
        tell_citizen(session, dossier, "result_ready", office=name)
    return leg


def _comes_home(booking: Booking) -> bool:
    return booking.mode is not BookingMode.SEND and booking.pick_up_at_post_office_id is None


def _home(session: Session, dossier: Dossier, booking: Booking | None) -> legs.Place | None:
    """The door of the journey, else that of the booking, if it is placed."""
    if found := legs.find_home(session, dossier):
        return found
    if booking is None or booking.address.point is None:
        return None
    return PlaceKind.HOME, booking.address_id


def find_named(scene: CounterScene, names: Collection[str]) -> dict[str, uuid.UUID]:
    """Item codes or portal codes of this office → dossiers, locked together.

    A portal code stands for the dossier itself, not for supplements that travelled later. Raises
    PortalCodeAmbiguous.
    """
    found = look_up(scene.session, scene.province_code, names)
    found |= _by_portal_code(scene, [name for name in names if name not in found])
    lock_dossiers(scene.session, found.values())
    return found


def _by_portal_code(scene: CounterScene, names: Collection[str]) -> dict[str, uuid.UUID]:
    codes = {name: read.text for name in names if (read := parse_portal_code(name))}
    rows = scene.session.execute(
        select(Dossier.portal_code, Dossier.id)
        .where(
            Dossier.province_code == scene.province_code,
            Dossier.filing_office_id == scene.place.id,
            Dossier.supplements_id.is_(None),
            Dossier.portal_code.in_(codes.values()),
        )
        .order_by(Dossier.id)
    ).all()
    found: dict[str, uuid.UUID] = {}
    for name, code in codes.items():
        ids = [row.id for row in rows if row.portal_code == code]
        if len(ids) > 1:
            raise PortalCodeAmbiguous(portal_code=code, count=len(ids))
        if ids:
            found[name] = ids[0]
    return found
