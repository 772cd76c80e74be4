"""At the post office's counter: a citizen comes for papers, or nobody ever does."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from backend import clock
from backend.booking.models import Booking, BookingDossier
from backend.booking.next_visit import note_next_visits
from backend.booking.of_dossiers import load_bookings
from backend.courier_day import visits
from backend.courier_day.booking_ends import note_end
from backend.courier_day.handlers.result import ReceiverRole
from backend.courier_day.letters import Shown, check_letter
from backend.courier_day.locks import lock_dossiers
from backend.courier_day.notices import tell_delivered
from backend.courier_day.pin_checks import NO_PIN_TOLD, WAIVED, PinTold, check_pin
from backend.courier_day.revisions import raise_revisions
from backend.courier_day.work_items import close_for_dossier, open_work_item
from backend.dossiers import custody, legs
from backend.dossiers.custody import Evidence, Keeper, Origin
from backend.dossiers.models import (
    CustodyEvent,
    CustodyEventType,
    Dossier,
    DossierState,
    KeeperKind,
)
from backend.errors import NotFound, Text
from backend.places.models import PlaceKind, PostOffice

MONTHS_UNTIL_UNCLAIMED = 6
"""Luật Bưu chính 2010: what nobody claims for six months is undeliverable for good."""


class DossierNotFound(NotFound):
    code = "dossier_not_found"
    detail = Text(vi="Không có hồ sơ {dossier}.", en="There is no dossier {dossier}.")
    action = Text(vi="Kiểm tra số hiệu bưu gửi.", en="Check the item code.")


def get_dossier(session: Session, dossier_id: uuid.UUID) -> Dossier:
    """The dossier with this id; raises DossierNotFound."""
    found = session.get(Dossier, dossier_id)
    if found is None:
        raise DossierNotFound(dossier=dossier_id)
    return found


def get_locked_dossier(session: Session, dossier_id: uuid.UUID) -> Dossier:
    """The dossier with this id, held until the transaction ends with its stops and its booking;
    raises DossierNotFound."""
    lock_dossiers(session, [dossier_id])
    found = session.get(Dossier, dossier_id)
    if found is None:
        raise DossierNotFound(dossier=dossier_id)
    return found


def get_citizen(session: Session, dossier: Dossier) -> Keeper:
    """The citizen of a dossier's booking as a keeper; raises DossierNotFound without one."""
    contact_id = session.scalars(
        select(Booking.contact_id)
        .join(BookingDossier, BookingDossier.booking_id == Booking.id)
        .where(BookingDossier.dossier_id == dossier.id)
    ).first()
    if contact_id is None:
        raise DossierNotFound(dossier=dossier.id)
    return Keeper.citizen(contact_id)


def pick_up_at_counter(
    session: Session,
    dossier_id: uuid.UUID,
    *,
    instead: Shown | None = None,
    told: PinTold = NO_PIN_TOLD,
    blob_hashes: Sequence[str] = (),
    origin: Origin | None = None,
) -> CustodyEvent:
    """The citizen takes what waits; whatever was still to be ridden with it is void.

    instead: what somebody showed who is not the owner. Raises DossierNotFound, CustodyNotPossible
    when it does not lie at a post office, and what `check_letter` and `check_pin` raise.
    """
    dossier = get_locked_dossier(session, dossier_id)
    if instead is not None:
        check_letter(session, dossier, instead, on=clock.today_local())
    if dossier.keeper_kind is KeeperKind.POST_OFFICE:  # elsewhere it is refused, and no PIN tried
        wrong = check_pin(session, dossier, told)
        if wrong is not None:
            province, detail = dossier.province_code, {"wrong_pins": wrong}
            open_work_item(
                session, WAIVED, province_code=province, dossier_id=dossier.id, detail=detail
            )
    event = custody.record_event(
        session,
        dossier,
        CustodyEventType.PICKED_UP,
        receiver=get_citizen(session, dossier),
        origin=origin,
        evidence=Evidence(
            place_kind=PlaceKind.POST_OFFICE,
            place_id=dossier.keeper_id,
            reason=(instead.role if instead else ReceiverRole.OWNER).value,
            blob_hashes=tuple(blob_hashes),
        ),
    )
    couriers = void_way(session, dossier)
    booking = load_bookings(session, [dossier.id])[dossier.id]
    note_given(session, dossier, booking, at=origin.at if origin else clock.now())
    raise_revisions(session, couriers)
    return event


def note_given(
    session: Session, dossier: Dossier, booking: Booking | None, *, at: datetime
) -> None:
    """After papers were given over a counter: nobody looks for whom they wait any more, and who
    must know it hears of a result."""
    for kind in ("unclaimed", "safe_missing"):
        close_for_dossier(session, dossier.id, kind)
    note_end(session, booking)
    if dossier.state is DossierState.DELIVERED:
        tell_delivered(session, dossier, at=at)


def note_next_visit_of(session: Session, dossier: Dossier) -> None:
    """After a way of a dossier got another day: its booking tells the nearest visit."""
    booking = load_bookings(session, [dossier.id])[dossier.id]
    if booking is not None:
        note_next_visits(session, [booking])


def void_way(session: Session, dossier: Dossier) -> set[uuid.UUID]:
    """Nobody rides the dossier's active leg any more; the couriers whose days change by it.

    The caller raises their revisions at the end of its transaction, as the order of locks asks.
    """
    leg = legs.find_active_leg(session, dossier)
    if leg is None:
        return set()
    legs.cancel(leg)
    return visits.cancel_open_visits(session, leg)


def declare_unclaimed(
    session: Session, province_code: str, on: date, *, seen: Collection[uuid.UUID] | None = None
) -> list[Dossier]:
    """What has lain at post offices for six months is noted as unclaimed, once; the list of it.

    It stays where it is, with a work item: a person decides with the sender's office.
    seen: the planning areas whose post offices are the caller's; None = all.
    """
    here: ColumnElement[bool] = true()
    if seen is not None:
        offices = select(PostOffice.id).where(PostOffice.planning_area_id.in_(seen))
        here = Dossier.keeper_id.in_(offices)
    waiting = session.scalars(
        select(Dossier)
        .where(
            Dossier.province_code == province_code,
            Dossier.keeper_kind == KeeperKind.POST_OFFICE,
            here,
        )
        .order_by(Dossier.id)
        .with_for_update()
    ).all()
    unclaimed: list[Dossier] = []
    couriers: set[uuid.UUID] = set()
    for dossier in waiting:
        since, noted = _waiting_since(session, dossier)
        if noted or since is None or _months_between(since, on) < MONTHS_UNTIL_UNCLAIMED:
            continue
        custody.record_event(
            session, dossier, CustodyEventType.UNCLAIMED, evidence=Evidence(reason=f"SINCE_{since}")
        )
        couriers |= void_way(session, dossier)
        open_work_item(
            session,
            "unclaimed",
            province_code=province_code,
            dossier_id=dossier.id,
            detail={"since": since.isoformat()},
        )
        unclaimed.append(dossier)
    session.flush()
    raise_revisions(session, couriers)
    return unclaimed


def _waiting_since(session: Session, dossier: Dossier) -> tuple[date | None, bool]:
    """The day of the newest change of hands, and whether it was noted as unclaimed after that."""
    lines = session.scalars(
        select(CustodyEvent)
        .where(CustodyEvent.dossier_id == dossier.id)
        .order_by(CustodyEvent.n.desc())
    )
    noted = False
    for line in lines:
        noted = noted or line.type is CustodyEventType.UNCLAIMED
        moved = (line.from_kind, line.from_id) != (line.to_kind, line.to_id)
        if moved or line.type is CustodyEventType.ANNOUNCED:
            return clock.local_date(line.at), noted
    return None, noted


def _months_between(start: date, end: date) -> int:
    """Whole months: from the 15th to the 14th of the next month is none."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months - (1 if end.day < start.day else 0)
